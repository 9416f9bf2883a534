//! What `assets/fracture.toml` says of compression fractures.

use super::FractureKind;
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/fracture.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FractureData {
    /// Shares of the worst loss by kind.
    pub pattern: PatternData,
    /// Growth of width and depth per fraction of height lost.
    pub spread_per_loss: Sourced<f64>,
    /// Least thickness of the impacted band now, mm.
    pub band_least_mm: Sourced<f64>,
    /// Greatest loss of any column, as a fraction of its height.
    pub greatest_local_loss: Sourced<f64>,
    /// Greatest retropulsion as a fraction of the canal's depth.
    pub greatest_retropulsion_per_canal_depth: Sourced<f64>,
    /// Ages in weeks at which union begins and is complete.
    pub union_weeks: Sourced<[f64; 2]>,
    /// Share by which the densest impacted bone is denser once healed.
    pub callus_gain: Sourced<f64>,
}

/// Shares of the worst loss at the anterior, middle and posterior place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternData {
    /// Wedge.
    pub wedge: Sourced<[f64; 3]>,
    /// Biconcave.
    pub biconcave: Sourced<[f64; 3]>,
    /// Crush.
    pub crush: Sourced<[f64; 3]>,
}

impl PatternData {
    /// The shares of a kind.
    pub fn of(&self, kind: FractureKind) -> [f64; 3] {
        match kind {
            FractureKind::Wedge => self.wedge.value,
            FractureKind::Biconcave => self.biconcave.value,
            FractureKind::Crush => self.crush.value,
        }
    }
}

static DATA: LazyLock<FractureData> =
    LazyLock::new(|| built_in("fracture.toml", include_str!("../../assets/fracture.toml")));

/// The values of `assets/fracture.toml`, with their provenance.
pub fn fracture_data() -> &'static FractureData {
    &DATA
}

/// How far a fracture has united at an age in weeks: 0 fresh, 1 healed.
pub fn united_fraction(age_weeks: f64) -> f64 {
    let [begins, ends] = DATA.union_weeks.value;
    super::fracture_curves::smooth_step((age_weeks - begins) / (ends - begins))
}
