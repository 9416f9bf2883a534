//! What is wrong with a plan file, and what to do about it.

use super::plan_file::PlanState;
use crate::instruments::Tool;
use crate::patient_io::PatientFileError;
use crate::procedure::Procedure;
use std::path::PathBuf;

/// A plan that cannot be read, used or changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The file cannot be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No plan, or one with something wrong in it.
    #[error("{}: not a sound plan file: {problem}; write one with `trocar plan FILE --save PLAN.json`", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Something that is no plan lies where one is to be written.
    #[error("{} exists and is no plan: it is not overwritten; save under another name", path.display())]
    NoPlan {
        /// The file.
        path: PathBuf,
    },
    /// Its points differ between the frames.
    #[error("trajectory {index}: {end}_mm and {end}_lps_mm are {} apart: the plan was edited by hand; plan anew", distance(*.apart_mm))]
    Edited {
        /// Which trajectory, from 0.
        index: usize,
        /// "entry" or "target".
        end: &'static str,
        /// How far.
        apart_mm: f64,
    },
    /// It is carried out once.
    #[error("the plan was carried out already; plan anew")]
    CarriedOut,
    /// Made for somebody else.
    #[error("the plan is for another patient: it was made for {planned}, this one is {found} (SHA-256); plan again")]
    OtherPatient {
        /// Checksum in the plan.
        planned: String,
        /// Checksum of the patient at hand.
        found: String,
    },
    /// Not in the state that is needed.
    #[error("the plan is {}, and {wanted}", state.name())]
    State {
        /// The state it is in.
        state: PlanState,
        /// What is needed, and what to do.
        wanted: &'static str,
    },
    /// Nothing to keep.
    #[error("there is no trajectory to save; give the file a [[trajectory]]")]
    NoTrajectory,
    /// The plan was not made for the tool of a procedure.
    #[error("the plan was not made for the {} of {}; save it again with this procedure in the file", tool.name(), procedure.name())]
    OtherTool {
        /// The tool that is missing.
        tool: Tool,
        /// The procedure asked for.
        procedure: Procedure,
    },
    /// The patient itself has no checksum.
    #[error(transparent)]
    Patient(#[from] PatientFileError),
}

/// In mm, with as many digits as it takes to be more than nothing.
fn distance(apart_mm: f64) -> String {
    if apart_mm < 0.05 { format!("{apart_mm:.0e} mm") } else { format!("{apart_mm:.1} mm") }
}
