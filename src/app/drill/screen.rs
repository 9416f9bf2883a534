//! The drill's state: the question on the screen, the next one being made, the clock, the tally.

use super::picture::{AxialTruth, Posed};
use super::question::{Decision, Question};
use super::tally::{Answered, Tally};
use crate::app::debrief::background::{Job, Progress};

/// Seconds for one answer.
pub const LIMIT_S: f32 = 60.0;

/// A question with its pictures, or why there is none.
type Made = Result<Posed, String>;

/// Where the drill stands.
#[derive(Debug)]
pub enum Stage {
    /// A patient is being made.
    Waiting,
    /// The question is there and the clock runs.
    Asking,
    /// The answer and the truth are shown.
    Told(Answered),
    /// No question could be made.
    Failed(String),
}

/// The two-view decision at the posterior wall, again and again.
pub struct DrillScreen {
    /// Answers so far.
    pub tally: Tally,
    stage: Stage,
    posed: Option<Posed>,
    next: Job<Made>,
    next_number: u64,
    seconds: f32,
    pub(super) textures: super::panel::Textures,
}

impl DrillScreen {
    /// A drill that begins at a question; the same number gives the same questions again.
    pub fn new(first_number: u64) -> DrillScreen {
        DrillScreen {
            tally: Tally::default(),
            stage: Stage::Waiting,
            posed: None,
            next: make(first_number),
            next_number: first_number,
            seconds: 0.0,
            textures: super::panel::Textures::default(),
        }
    }

    /// Takes the next question where it is awaited and there; true when anything changed.
    pub fn poll(&mut self) -> bool {
        if !matches!(self.stage, Stage::Waiting) {
            return false;
        }
        match self.next.poll() {
            Progress::Running(_) => return false,
            Progress::Done(Ok(posed)) => {
                self.posed = Some(posed);
                self.textures = super::panel::Textures::default();
                self.seconds = 0.0;
                self.stage = Stage::Asking;
                self.next_number += 1;
                self.next = make(self.next_number);
            }
            Progress::Done(Err(because)) => self.stage = Stage::Failed(because),
            Progress::Gone => self.stage = Stage::Failed("its thread ended".to_owned()),
        }
        true
    }

    /// Lets the clock run while a question is open; without an answer in time it counts as none.
    pub fn pass(&mut self, seconds: f32) {
        if matches!(self.stage, Stage::Asking) {
            self.seconds += seconds;
            if self.seconds >= LIMIT_S {
                self.seconds = LIMIT_S;
                self.tell(None);
            }
        }
    }

    /// Answers the open question.
    pub fn answer(&mut self, decision: Decision) {
        if matches!(self.stage, Stage::Asking) {
            self.tell(Some(decision));
        }
    }

    /// On to the next question.
    pub fn go_on(&mut self) {
        match self.stage {
            Stage::Told(_) => self.stage = Stage::Waiting,
            Stage::Failed(_) => {
                self.next_number += 1;
                self.next = make(self.next_number);
                self.stage = Stage::Waiting;
            }
            Stage::Waiting | Stage::Asking => return,
        }
        self.posed = None;
    }

    fn tell(&mut self, given: Option<Decision>) {
        let Some(posed) = &self.posed else { return };
        let answered = Answered { given, key: posed.question.key, seconds: self.seconds };
        self.tally.add(answered);
        self.stage = Stage::Told(answered);
    }

    /// Where the drill stands.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The question on the screen with its pictures.
    pub fn posed(&self) -> Option<&Posed> {
        self.posed.as_ref()
    }

    /// The question on the screen.
    pub fn question(&self) -> Option<&Question> {
        self.posed.as_ref().map(|posed| &posed.question)
    }

    /// The slice that tells the truth, once the answer is given.
    pub fn truth(&self) -> Option<&AxialTruth> {
        self.posed.as_ref().filter(|_| matches!(self.stage, Stage::Told(_))).map(|posed| &posed.axial)
    }

    /// Seconds left for the answer.
    pub fn seconds_left(&self) -> f32 {
        LIMIT_S - self.seconds
    }
}

fn make(number: u64) -> Job<Made> {
    Job::start("drill", move |_| {
        let question = Question::of(number).map_err(|error| error.to_string())?;
        Posed::of(question).map_err(|error| error.to_string())
    })
}

#[cfg(test)]
impl DrillScreen {
    /// With a question that is there already.
    pub(super) fn asking(posed: Posed) -> DrillScreen {
        DrillScreen { stage: Stage::Asking, posed: Some(posed), ..DrillScreen::new(1_000) }
    }
}
