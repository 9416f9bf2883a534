//! The numbers of `assets/mechanics.toml`, with their sources.

use crate::provenance::Provenance;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// All that the balloon model takes from data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalloonConstants {
    /// Strength of trabecular bone.
    pub crushing: Crushing,
    /// The balloon's resistance to leaving its shape.
    pub membrane: Membrane,
    /// Packing of crushed bone.
    pub compaction: Compaction,
    /// What is left of the balloon's room when it is let down.
    pub deflation: Deflation,
    /// Sources by name.
    pub source: BTreeMap<String, Provenance>,
}

/// Power law of strength against apparent density.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crushing {
    /// Strength at 1 g/cm³, MPa.
    pub coefficient_mpa: f64,
    /// Exponent.
    pub exponent: f64,
    /// Density of solid bone tissue, g/cm³.
    pub tissue_density_g_per_cm3: f64,
    law_from: String,
    tissue_from: String,
}

/// The balloon's membrane.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membrane {
    /// Pressure per mm that a voxel lies outside the equal-volume ellipsoid, MPa/mm.
    pub stiffness_mpa_per_mm: f64,
    stiffness_from: String,
    /// Volume up to which the membrane is unstretched, ml.
    pub seating_volume_ml: f64,
    seating_from: String,
}

/// Packing of crushed bone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compaction {
    /// Bone volume fraction that packed bone does not exceed.
    pub densest_bone_volume_fraction: f64,
    densest_from: String,
}

/// Elastic recoil.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deflation {
    /// Cavity after deflation ÷ balloon volume.
    pub cavity_per_balloon: f64,
    recoil_from: String,
}

#[expect(clippy::expect_used, reason = "the file is part of the program; the tests read it")]
static CONSTANTS: LazyLock<BalloonConstants> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/mechanics.toml")).expect("assets/mechanics.toml is well formed")
});

/// The constants of the balloon model.
pub fn balloon_constants() -> &'static BalloonConstants {
    &CONSTANTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_names_a_source_that_exists() {
        let c = balloon_constants();
        let keys = [
            &c.crushing.law_from,
            &c.crushing.tissue_from,
            &c.membrane.stiffness_from,
            &c.membrane.seating_from,
            &c.compaction.densest_from,
            &c.deflation.recoil_from,
        ];
        assert!(keys.iter().all(|key| c.source.contains_key(*key)), "{keys:?}");
        assert_eq!(keys.len(), c.source.len());
        assert!((0.7..=0.95).contains(&c.deflation.cavity_per_balloon));
    }
}
