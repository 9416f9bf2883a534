//! What `assets/bone.toml` says of trabecular bone, and bone volume fraction from T-score.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/bone.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoneData {
    /// (T-score, mean BV/TV of the body), ascending.
    pub mean_by_t_score: Sourced<Vec<[f64; 2]>>,
    /// (HU, BV/TV), two points of a straight line.
    pub mean_by_hu: Sourced<[[f64; 2]; 2]>,
    /// Least BV/TV.
    pub least: Sourced<f64>,
    /// Most BV/TV.
    pub most: Sourced<f64>,
    /// Regional pattern.
    pub pattern: PatternData,
    /// Scatter from place to place.
    pub scatter: ScatterData,
    /// Trabecular thickness, mm.
    pub trabecular_thickness_mm: Sourced<f64>,
    /// Permeability along the spine ÷ across it.
    pub permeability_anisotropy: Sourced<f64>,
    /// Default factor on the Kozeny–Carman permeability.
    pub permeability_scale: Sourced<f64>,
    /// The intact wall.
    pub wall: WallData,
}

/// Regional pattern: a gain of 0.4 is 40 % denser at its centre.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternData {
    /// Gain at the endplates.
    pub endplate_gain: Sourced<f64>,
    /// Depth at which it has fallen to 1/e, mm.
    pub endplate_depth_mm: Sourced<f64>,
    /// Gain of the posterior third.
    pub posterior_gain: Sourced<f64>,
    /// Gain where the pedicles enter.
    pub pedicle_root_gain: Sourced<f64>,
    /// Distance from the pedicle's axis at which it has fallen to 1/e, mm.
    pub pedicle_root_radius_mm: Sourced<f64>,
}

/// Lognormal scatter of BV/TV within one body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScatterData {
    /// Standard deviation of the logarithm.
    pub sigma: Sourced<f64>,
    /// Correlation length, mm.
    pub correlation_length_mm: Sourced<f64>,
}

/// The intact wall, which passes marrow only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WallData {
    /// Permeability of the cortex, mm².
    pub permeability_mm2: Sourced<f64>,
    /// Its thickness, mm.
    pub thickness_mm: Sourced<f64>,
}

static DATA: LazyLock<BoneData> = LazyLock::new(|| built_in("bone.toml", include_str!("../../assets/bone.toml")));

/// The values of `assets/bone.toml`, with their provenance.
pub fn bone_data() -> &'static BoneData {
    &DATA
}

/// Mean BV/TV of a vertebral body of the given T-score.
pub fn bone_volume_fraction_from_t_score(t_score: f64) -> f64 {
    let points = &DATA.mean_by_t_score.value;
    let after = points.partition_point(|point| point[0] <= t_score);
    match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
        (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (t_score - a[0]) / (b[0] - a[0]),
        (Some(end), None) | (None, Some(end)) => end[1],
        (None, None) => DATA.least.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_scores_fall_in_the_published_ranges_and_rise() {
        for (t_score, low, high) in [(0.5, 0.15, 0.20), (-1.7, 0.08, 0.12), (-3.1, 0.05, 0.08), (-9.0, 0.03, 0.05)] {
            let found = bone_volume_fraction_from_t_score(t_score);
            assert!((low..=high).contains(&found), "T {t_score}: BV/TV {found} is not in {low}…{high}");
        }
        let all: Vec<f64> = (-60..30).map(|t| bone_volume_fraction_from_t_score(0.1 * f64::from(t))).collect();
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1]), "{all:?}");
    }

    #[test]
    fn anisotropy_and_thickness_lie_in_their_published_ranges() {
        assert!((1.3..=2.05).contains(&bone_data().permeability_anisotropy.value));
        assert!((0.12..=0.16).contains(&bone_data().trabecular_thickness_mm.value));
    }
}
