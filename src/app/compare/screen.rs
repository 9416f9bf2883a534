//! The comparison's state: vertebroplasty and kyphoplasty on one patient, one clock, kyphoplasty's four switches.

use crate::app::debrief::background::{Job, Progress};
use crate::app::debrief::figures::{Row, rows};
use crate::app::debrief::films::{Film, Films};
use crate::app::debrief::recording::{Keyframe, Recording, RecordingError};
use crate::app::debrief::timeline::Timeline;
use crate::procedure::Procedure;
use crate::scenario::{RunSettings, Scenario, Switches};
use std::sync::Arc;

/// The left and the right side.
pub const PROCEDURES: [Procedure; 2] = [Procedure::Pvp, Procedure::Pkp];

/// One side.
pub struct Side {
    job: Option<Job<Result<Recording, RecordingError>>>,
    recording: Option<Arc<Recording>>,
    films: Option<Films>,
    failure: Option<String>,
}

impl Side {
    fn start(scenario: &Arc<Scenario>, procedure: Procedure, settings: RunSettings) -> Side {
        let scenario = Arc::clone(scenario);
        let job =
            Job::start(procedure.name(), move |reins| Recording::of_script(&scenario, procedure, settings, reins));
        Side { job: Some(job), recording: None, films: None, failure: None }
    }

    fn poll(&mut self) -> bool {
        let mut changed = self.films.as_mut().is_some_and(Films::poll);
        let Some(job) = &self.job else { return changed };
        match job.poll() {
            Progress::Running(_) => return changed,
            Progress::Done(Ok(recording)) => {
                let recording = Arc::new(recording);
                self.films = Some(Films::of(&recording));
                self.recording = Some(recording);
                self.failure = None;
            }
            Progress::Done(Err(error)) => self.failure = Some(error.to_string()),
            Progress::Gone => self.failure = Some(RecordingError::Cancelled.to_string()),
        }
        self.job = None;
        changed = true;
        changed
    }

    /// What was done, once it is; while switches are tried, what was done before.
    pub fn recording(&self) -> Option<&Arc<Recording>> {
        self.recording.as_ref()
    }

    /// Share done while it is being run.
    pub fn share(&self) -> Option<f32> {
        self.job.as_ref().map(Job::share)
    }

    /// Why there is no run.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Its pictures.
    pub fn films_mut(&mut self) -> Option<&mut Films> {
        self.films.as_mut()
    }

    /// The place of the moment that stands at so many ticks after mixing.
    pub fn keyframe_at(&self, since_mixing: u64) -> Option<usize> {
        let recording = self.recording.as_ref()?;
        Some(recording.keyframe_at(recording.mixed_tick().unwrap_or(0) + since_mixing))
    }

    /// The moment itself: what the scene shows of this side.
    pub fn moment(&self, since_mixing: u64) -> Option<&Keyframe> {
        self.recording.as_ref()?.keyframes.get(self.keyframe_at(since_mixing)?)
    }

    /// The lateral truth at that moment.
    pub fn film(&self, since_mixing: u64) -> Option<Film> {
        Some(Film::Truth { keyframe: self.keyframe_at(since_mixing)?, lateral: true })
    }

    /// Ticks from mixing to the end.
    fn length(&self) -> u64 {
        let length = |recording: &Arc<Recording>| recording.end_tick - recording.mixed_tick().unwrap_or(0);
        self.recording.as_ref().map_or(0, length)
    }
}

/// Vertebroplasty at the left, kyphoplasty at the right.
pub struct CompareScreen {
    scenario: Arc<Scenario>,
    settings: RunSettings,
    sides: [Side; 2],
    /// Ticks since mixing, for both.
    pub timeline: Timeline,
    switches: Switches,
    rows: Vec<Row>,
}

impl CompareScreen {
    /// Begins both runs in the background.
    pub fn new(scenario: Arc<Scenario>, settings: RunSettings) -> CompareScreen {
        let switches = settings.switches;
        CompareScreen {
            sides: PROCEDURES.map(|procedure| Side::start(&scenario, procedure, settings)),
            scenario,
            settings,
            timeline: Timeline::new(0),
            switches,
            rows: Vec::new(),
        }
    }

    /// A run or a picture is being made.
    pub fn is_waiting(&self) -> bool {
        self.sides.iter().any(|side| side.job.is_some() || side.films.as_ref().is_some_and(Films::is_waiting))
    }

    /// Takes what was made in the background and asks for the pictures of the moment; true when anything changed.
    pub fn poll(&mut self) -> bool {
        let had = self.sides.each_ref().map(|side| side.recording.as_ref().map(Arc::as_ptr));
        let mut changed = false;
        self.sides.iter_mut().for_each(|side| changed |= side.poll());
        let has = self.sides.each_ref().map(|side| side.recording.as_ref().map(Arc::as_ptr));
        if had != has {
            self.lay_out();
        }
        let tick = self.timeline.tick();
        for side in &mut self.sides {
            if let (Some(film), Some(films)) = (side.film(tick), &mut side.films) {
                films.ask(&[film]);
            }
        }
        changed
    }

    /// One clock over the longer of the two; where one looks is kept, and is the end at first.
    fn lay_out(&mut self) {
        let end = self.sides.iter().map(Side::length).max().unwrap_or(0);
        let (at, was_at_end) = (self.timeline.tick(), self.timeline.tick() >= self.timeline.end());
        let speed = self.timeline.speed;
        self.timeline = Timeline::new(end);
        self.timeline.speed = speed;
        if !was_at_end {
            self.timeline.go_to(at);
        }
        let outcomes: Vec<_> = self.sides.iter().filter_map(|side| Some(&side.recording.as_ref()?.outcome)).collect();
        self.rows = if outcomes.len() == 2 { rows(&outcomes) } else { Vec::new() };
    }

    /// Runs kyphoplasty again with other switches; what is shown stays until it is done.
    pub fn switch(&mut self, switches: Switches) {
        if switches == self.switches {
            return;
        }
        self.switches = switches;
        let settings = RunSettings { switches, ..self.settings };
        let begun = Side::start(&self.scenario, Procedure::Pkp, settings);
        self.sides[1].job = begun.job;
    }

    /// Kyphoplasty's differences that are in force, or about to be.
    pub fn switches(&self) -> Switches {
        self.switches
    }

    /// Vertebroplasty, kyphoplasty.
    pub fn sides(&self) -> &[Side; 2] {
        &self.sides
    }

    pub(super) fn sides_mut(&mut self) -> &mut [Side; 2] {
        &mut self.sides
    }

    /// The figures side by side, once both are there.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is compared.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }
}

#[cfg(test)]
impl CompareScreen {
    /// Of two runs that are there already.
    pub(super) fn of_recordings(recordings: [Arc<Recording>; 2]) -> CompareScreen {
        let case = recordings[0].case.clone();
        let sides = recordings.map(|recording| Side {
            job: None,
            films: Some(Films::of(&recording)),
            recording: Some(recording),
            failure: None,
        });
        let mut screen = CompareScreen {
            scenario: case.scenario,
            settings: case.settings,
            sides,
            timeline: Timeline::new(0),
            switches: Switches::ALL,
            rows: Vec::new(),
        };
        screen.lay_out();
        screen
    }
}
