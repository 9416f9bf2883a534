//! What the program tells its caller in one number.

use crate::assessment::write::WriteError;
use crate::scenario::{RunError, ScenarioError};
use std::process::ExitCode;

/// Ordered: of several files, the highest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All went well and all expectations are met.
    Met = 0,
    /// An expectation was missed.
    Missed = 1,
    /// Bad input or usage; no window.
    Input = 2,
    /// The simulation failed.
    Simulation = 3,
    /// A result could not be written.
    Output = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Anything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A scenario that cannot be used.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// Other bad input or usage.
    #[error("{0}")]
    Input(String),
    /// The simulation itself.
    #[error("the simulation failed: {0}")]
    Simulation(String),
    /// A result that could not be written.
    #[error(transparent)]
    Output(#[from] WriteError),
}

impl Failure {
    /// The number for it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Scenario(_) | Failure::Input(_) => Exit::Input,
            Failure::Simulation(_) => Exit::Simulation,
            Failure::Output(_) => Exit::Output,
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Input(error) => Failure::Scenario(error),
            RunError::Simulation(why) => Failure::Simulation(why),
        }
    }
}
