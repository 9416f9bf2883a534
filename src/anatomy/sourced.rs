//! A value that carries its provenance, as the files under `assets/` state it.

use serde::Deserialize;

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

/// A value with its provenance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T> {
    /// The value, in the unit its key names.
    pub value: T,
    /// How it is known.
    pub basis: Basis,
    /// Where it comes from, or why it was chosen.
    pub source: String,
}

/// Reads an asset that is built into the program; a test of each asset's own module reads it once.
#[expect(clippy::panic, reason = "the text is part of the program, and tests read it")]
pub(super) fn built_in<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("asset {name}: {error}"))
}
