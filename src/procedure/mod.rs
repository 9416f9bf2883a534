//! L5: the waist of the house: `Action`, `Operation`, `Outcome`.

pub mod action;
pub mod beam_content;
pub mod body_outcome;
pub mod circumstances;
pub mod fluoroscopy;
mod heats;
mod heights;
mod inflating;
pub mod injection;
pub mod leak_path;
mod leak_shape;
pub mod needle;
pub mod operation;
pub mod outcome;
pub mod plan;
#[cfg(test)]
mod prop_tests;
mod readings;
pub mod record;
pub mod replay;
mod restored;
pub mod script;
pub mod stop;
pub mod strengths;
pub mod summary;
pub mod venography;

pub use action::Action;
pub use operation::{Operation, OperationError};
pub use outcome::Outcome;
pub use plan::Plan;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A treatment that Trocar can carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Procedure {
    /// Vertebroplasty: cement straight into trabecular bone.
    Pvp,
    /// Balloon kyphoplasty: a cavity is made with a balloon, then filled.
    Pkp,
}

impl Procedure {
    /// "pvp" or "pkp".
    pub fn name(self) -> &'static str {
        match self {
            Procedure::Pvp => "pvp",
            Procedure::Pkp => "pkp",
        }
    }
}
