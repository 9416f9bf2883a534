//! Where a number of an asset comes from.

use serde::{Deserialize, Serialize};

/// What a value rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// Seen in a source.
    #[serde(rename = "measured")]
    Measured,
    /// Recalled from the field's teaching, to be checked.
    #[serde(rename = "recalled")]
    Recalled,
    /// A modelling choice of this program.
    #[serde(rename = "our choice")]
    OurChoice,
}

/// Basis and source of one value or group of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What the value rests on.
    pub basis: Basis,
    /// The source, one sentence.
    pub text: String,
}
