//! Why an edit was refused, in words.

use crate::app::looks::Look;
use crate::app::looks::widgets::figure;
use crate::instruments::TrajectoryError;

/// Why an edit was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The plan is locked.
    Locked,
    /// There is no such path.
    NoPath,
    /// Behind this line there is no bone to stand on.
    NoBone,
    /// The line itself cannot be used.
    Line(TrajectoryError),
    /// Nothing safe was found; why, in the engine's words.
    NoProposal(String),
}

impl From<TrajectoryError> for Refused {
    fn from(error: TrajectoryError) -> Refused {
        Refused::Line(error)
    }
}

impl Refused {
    /// In the learner's language.
    pub fn in_words(&self, look: &Look) -> String {
        let line = match self {
            Refused::Locked => return look.say("plan-refused-locked"),
            Refused::NoPath => return look.say("plan-refused-no-path"),
            Refused::NoBone => return look.say("plan-refused-no-bone"),
            Refused::NoProposal(because) => {
                return look.say_with("plan-refused-no-proposal", &[("because", because.as_str().into())]);
            }
            Refused::Line(line) => line,
        };
        let with_mm = |key, mm: f64| look.say_with(key, &[("mm", figure(mm, 1).into())]);
        match line {
            TrajectoryError::NotFinite(_) => look.say("plan-refused-not-finite"),
            TrajectoryError::NoLength { .. } => look.say("plan-refused-no-length"),
            TrajectoryError::AngleOutOfRange { angle_deg, .. } => {
                look.say_with("plan-refused-angle", &[("angle", figure(*angle_deg, 0).into())])
            }
            TrajectoryError::TooLong { length_mm, cannula_mm, .. } => look.say_with(
                "plan-refused-too-long",
                &[("length", figure(*length_mm, 0).into()), ("most", figure(*cannula_mm, 0).into())],
            ),
            TrajectoryError::WrongSide { by_mm, .. } => with_mm("plan-refused-wrong-side", *by_mm),
            TrajectoryError::MissesVertebra { by_mm, .. } => with_mm("plan-refused-misses-bone", *by_mm),
            TrajectoryError::MissesBody { by_mm, .. } => with_mm("plan-refused-misses-body", *by_mm),
            // These come of the file's own offsets and bends, which no hand changes here.
            TrajectoryError::ImpossibleCurve { .. }
            | TrajectoryError::NoExtrapedicularLine { .. }
            | TrajectoryError::DepthOutOfRange { .. } => line.to_string(),
        }
    }
}
