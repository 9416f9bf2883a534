//! L0: where a number of an asset comes from, as the files under `assets/` state it.

use serde::{Deserialize, Serialize};

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// Measured, and read in the source named.
    #[serde(rename = "measured")]
    Measured,
    /// Taken from memory of the literature; not checked against it.
    #[serde(rename = "recalled")]
    Recalled,
    /// Chosen for this model.
    #[serde(rename = "our choice")]
    OurChoice,
}

impl Basis {
    /// "measured", "recalled" or "our choice".
    pub fn name(self) -> &'static str {
        match self {
            Basis::Measured => "measured",
            Basis::Recalled => "recalled",
            Basis::OurChoice => "our choice",
        }
    }
}

/// A value with its provenance; its unit is in the key that holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T = f64> {
    /// The value.
    pub value: T,
    /// How it is known.
    pub basis: Basis,
    /// Where it comes from, or why it was chosen.
    pub source: String,
}

/// Provenance of a group of values that share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What the values rest on.
    pub basis: Basis,
    /// The source, one sentence.
    pub text: String,
}

/// Reads an asset that is built into the program; a test of each asset's own module reads it once.
#[expect(clippy::panic, reason = "the text is part of the program, and tests read it")]
pub fn built_in<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("asset {name}: {error}"))
}
