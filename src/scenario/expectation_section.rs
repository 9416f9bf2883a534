//! `[expect]`, `[known_failure]` and `[[variant]]` of a scenario file: what must come out of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one value of the result must be. Several conditions must hold together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Not below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Not above this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// This and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<Literal>,
    /// At least so many times another value of the results of this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least_times: Option<AtLeastTimes>,
    /// Why: the source or the reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Literal {
    /// True or false.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Literal::Truth(truth) => truth.fmt(f),
            Literal::Number(number) => number.fmt(f),
            Literal::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

/// A multiple of another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtLeastTimes {
    /// How many times.
    #[schemars(range(min = 0.0))]
    pub factor: f64,
    /// Path of the other value.
    pub of: String,
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        match (self.min, self.max) {
            (Some(min), Some(max)) => parts.push(format!("{min} to {max}")),
            (Some(min), None) => parts.push(format!("at least {min}")),
            (None, Some(max)) => parts.push(format!("at most {max}")),
            (None, None) => {}
        }
        if let Some(literal) = &self.equals {
            parts.push(literal.to_string());
        }
        if let Some(AtLeastTimes { factor, of }) = &self.at_least_times {
            parts.push(format!("at least {factor} × {of}"));
        }
        f.write_str(&parts.join(" and "))
    }
}

/// Marks a file whose expectations are known to be missed at present. It counts as skipped; once they are met the
/// file fails, so that this mark is taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFailure {
    /// What is missing in the model.
    pub because: String,
    /// The gap as measured, with its date or version.
    pub measured: String,
}

/// The same case again with some keys changed.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Name that expectations use: lower-case letters, digits and hyphens.
    pub id: String,
    /// Keys to change, `"cement.viscosity_pa_s" = 0.67`; list items by their number, `"trajectory.0.side"`.
    #[serde(default)]
    pub set: BTreeMap<String, serde_json::Value>,
    /// Keys to leave out, `"cement.pressure_limit_kpa"`.
    #[serde(default)]
    pub unset: Vec<String>,
}
