//! What `assets/import.toml` says a label is held against.

use crate::anatomy::Level;
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/import.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    whole_volume_ml: Sourced<[f64; 13]>,
    /// Less is no vertebra, ml.
    pub least_volume_ml: Sourced<f64>,
    pub fused: Fused,
    /// Loss of height from which Genant's grades 1, 2, 3 hold.
    pub genant_from: Sourced<[f64; 3]>,
}

/// When a label holds two vertebrae.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fused {
    /// Volume ÷ expected volume, with the person's other vertebrae known.
    pub beside_others: Sourced<f64>,
    /// The same without.
    pub alone: Sourced<f64>,
    /// Least height of a pedicle, mm.
    pub pedicle_mm: Sourced<f64>,
    /// Least height of the foramen between two, mm.
    pub gap_mm: Sourced<f64>,
}

static LIMITS: LazyLock<Limits> =
    LazyLock::new(|| built_in("import.toml", include_str!("../../../assets/import.toml")));

pub(super) fn limits() -> &'static Limits {
    &LIMITS
}

impl Limits {
    /// Usual volume of a whole vertebra with its processes, ml.
    pub fn whole_volume_ml(&self, level: Level) -> f64 {
        self.whole_volume_ml.value[level as usize]
    }
}
