//! What `assets/height.toml` says of lifting an endplate.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/height.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeightData {
    /// Share of the height lost in standing that lying prone gives back, fresh.
    pub posture_share: Sourced<f64>,
    /// Force before anything gives, fresh, N.
    pub release_n: Sourced<f64>,
    /// Force for each further millimetre, N/mm.
    pub stiffness_n_per_mm: Sourced<f64>,
    /// Part of the rise that stays on deflation.
    pub kept_alone: Sourced<f64>,
    /// The same with another balloon left up.
    pub kept_with_prop: Sourced<f64>,
    /// Part of the gain that stays on standing.
    pub kept_standing: Sourced<f64>,
}

static DATA: LazyLock<HeightData> = LazyLock::new(|| built_in("height.toml", include_str!("../../assets/height.toml")));

/// The values of `assets/height.toml`, with their provenance.
pub fn height_data() -> &'static HeightData {
    &DATA
}
