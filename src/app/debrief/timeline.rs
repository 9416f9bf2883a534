//! The scrubber's state: where in the operation one looks, whether it plays, and the marks along it.

use super::recording::Recording;
use crate::anatomy::LeakClass;
use crate::procedure::action::Action;
use crate::procedure::injection::TICK_S;

/// Speeds of playing, times life.
pub const SPEEDS: [f64; 6] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0];
/// What the arrow keys move, s.
const STEP_S: f64 = 2.0;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A picture was taken.
    Shot {
        /// It counts as lateral.
        lateral: bool,
    },
    /// A tool was brought in, a balloon inflated or contrast medium given.
    Tool,
    /// Powder met liquid.
    Mix,
    /// The plunger was pushed.
    Push,
    /// The hand came off for a while.
    Pause,
    /// Cement first left the bone.
    Leak(LeakClass),
    /// Nothing more was injected.
    Stop,
}

/// An event and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Ticks since the operation began.
    pub tick: u64,
    /// What it was.
    pub event: Event,
}

/// Every mark of a recording, by tick.
pub fn marks(recording: &Recording) -> Vec<Mark> {
    let mut marks: Vec<Mark> = recording
        .shots
        .iter()
        .map(|shot| Mark { tick: shot.tick, event: Event::Shot { lateral: shot.view.is_lateral() } })
        .collect();
    marks.extend(recording.actions.iter().filter_map(|done| {
        let event = match done.action {
            Action::Place { .. }
            | Action::Drill { .. }
            | Action::Inflate { .. }
            | Action::Deflate { .. }
            | Action::Contrast { .. } => Event::Tool,
            Action::Mix => Event::Mix,
            Action::Push { .. } => Event::Push,
            Action::Pause { .. } => Event::Pause,
            Action::Finish => Event::Stop,
            _ => return None,
        };
        Some(Mark { tick: done.tick, event })
    }));
    let onset = |onset_s: f64| recording.tick_of_series_s(onset_s).min(recording.end_tick);
    marks.extend(
        recording.outcome.leaks.iter().map(|leak| Mark { tick: onset(leak.onset_s), event: Event::Leak(leak.class) }),
    );
    marks.sort_by_key(|mark| mark.tick);
    marks
}

/// Where one looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    at: f64,
    end: u64,
    /// It plays.
    pub is_playing: bool,
    /// Place among [`SPEEDS`].
    pub speed: usize,
}

impl Timeline {
    /// Over so many ticks; it looks at the end.
    pub fn new(end_tick: u64) -> Timeline {
        Timeline { at: end_tick as f64, end: end_tick, is_playing: false, speed: 3 }
    }

    /// The tick that is looked at.
    pub fn tick(&self) -> u64 {
        self.at as u64
    }

    /// The last tick.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Seconds since the operation began.
    pub fn seconds(&self) -> f64 {
        self.tick() as f64 * TICK_S
    }

    /// Looks at a tick.
    pub fn go_to(&mut self, tick: u64) {
        self.at = tick.min(self.end) as f64;
    }

    /// The arrow keys: forwards or backwards.
    pub fn step(&mut self, steps: f64) {
        self.is_playing = false;
        self.at = (self.at + steps * STEP_S / TICK_S).clamp(0.0, self.end as f64);
    }

    /// Plays or stops; at the end it begins anew.
    pub fn play_or_pause(&mut self) {
        if !self.is_playing && self.tick() >= self.end {
            self.at = 0.0;
        }
        self.is_playing = !self.is_playing;
    }

    /// Lets so many seconds of the wall's clock pass; true when the moment moved.
    pub fn pass(&mut self, seconds: f64) -> bool {
        if !self.is_playing {
            return false;
        }
        let before = self.tick();
        self.at = (self.at + seconds * SPEEDS[self.speed.min(SPEEDS.len() - 1)] / TICK_S).min(self.end as f64);
        self.is_playing = self.tick() < self.end;
        self.tick() != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playing_runs_at_its_speed_and_stops_at_the_end() {
        let mut timeline = Timeline::new(2000);
        timeline.play_or_pause();
        assert_eq!((timeline.tick(), timeline.is_playing), (0, true), "from the end it begins anew");
        assert!(timeline.pass(1.0));
        assert_eq!(timeline.tick(), 200, "ten times life is 200 ticks of 1/20 s");
        timeline.speed = 5;
        timeline.pass(1.0);
        assert_eq!(timeline.tick(), 1200);
        timeline.pass(1.0);
        assert_eq!((timeline.tick(), timeline.is_playing), (2000, false));
        assert!(!timeline.pass(1.0));
    }

    #[test]
    fn steps_and_jumps_stay_within_the_operation() {
        let mut timeline = Timeline::new(100);
        timeline.step(1.0);
        assert_eq!(timeline.tick(), 100);
        timeline.step(-1.0);
        assert_eq!(timeline.tick(), 60);
        timeline.go_to(7_000);
        assert_eq!(timeline.tick(), 100);
        (0..9).for_each(|_| timeline.step(-1.0));
        assert_eq!(timeline.tick(), 0);
    }
}
