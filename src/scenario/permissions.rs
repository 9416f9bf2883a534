//! What a learner may see and do, mode by mode.

use super::file::Mode;

impl Mode {
    /// "guided", "practice" or "exam".
    pub fn name(self) -> &'static str {
        match self {
            Mode::Guided => "guided",
            Mode::Practice => "practice",
            Mode::Exam => "exam",
        }
    }

    /// Anatomy, margins and leaks can be looked at before the end.
    pub fn shows_truth(self) -> bool {
        self != Mode::Exam
    }

    /// A step can be taken back.
    pub fn allows_undo(self) -> bool {
        self != Mode::Exam
    }

    /// Paths are planned on slices; in an exam there is fluoroscopy alone.
    pub fn allows_planning(self) -> bool {
        self != Mode::Exam
    }

    /// Every step says what it is for.
    pub fn explains(self) -> bool {
        self == Mode::Guided
    }

    /// The learner counts the level and writes it down.
    pub fn counts_level(self) -> bool {
        self == Mode::Exam
    }
}
