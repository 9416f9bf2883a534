//! The rule and its limits, from `assets/two_view_rule.toml`.

use crate::provenance::{Basis, Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// `assets/two_view_rule.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The rule in words.
    pub rule: Rule,
    /// Least and greatest place across the oval at bone contact.
    pub contact_fraction: Sourced<[f64; 2]>,
    /// Least height on the oval at bone contact.
    pub contact_upper_fraction: Sourced,
    /// Greatest way in front of the pedicle's back at bone contact, mm.
    pub contact_before_back_mm: Sourced,
    /// Greatest place across the oval at bone contact of an extrapedicular path.
    pub extrapedicular_contact_fraction: Sourced,
    /// Greatest place across the oval at the middle of the pedicle.
    pub middle_fraction: Sourced,
    /// Greatest place across the oval at the posterior wall.
    pub wall_fraction: Sourced,
    /// From this place across the oval at the posterior wall an end near the midline is predicted.
    pub midline_fraction: Sourced,
    /// What counts as near the midline, mm.
    pub midline_mm: Sourced,
    /// Shallower crossings count as none, mm.
    pub resolved_mm: Sourced,
    /// Longest step between the points judged, mm.
    pub step_mm: Sourced,
}

/// A rule in words with its source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it says.
    pub text: String,
    /// How it is known.
    pub basis: Basis,
    /// Who says it.
    pub source: String,
}

/// The asset, read once.
pub fn limits() -> &'static Limits {
    static DATA: LazyLock<Limits> =
        LazyLock::new(|| built_in("two_view_rule.toml", include_str!("../../../assets/two_view_rule.toml")));
    &DATA
}
