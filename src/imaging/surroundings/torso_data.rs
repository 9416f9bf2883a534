//! Tissues, shells of bones and the trunk as `assets/torso.toml` states them.

use crate::anatomy::segment::Build;
use crate::provenance::{Basis, Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/torso.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TorsoData {
    /// Thickness of the shell of bones.
    pub shell: ShellData,
    /// The trunk.
    pub trunk: TrunkData,
    /// CT numbers of tissues.
    pub ct: CtNumbers,
}

/// CT numbers of tissues, HU.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CtNumbers {
    /// Air.
    pub hu_of_air: Sourced,
    /// Fat.
    pub hu_of_fat: Sourced,
    /// Soft tissue.
    pub hu_of_soft_tissue: Sourced,
    /// Cortical bone.
    pub hu_of_solid_bone: Sourced,
    /// Brighter counts as this.
    pub most_hu: Sourced,
}

/// Thickness of the solid shell of bones, mm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShellData {
    /// Side wall of a body.
    pub wall_mm: Sourced,
    /// Endplates.
    pub endplate_mm: Sourced,
    /// Pedicles and laminae.
    pub arch_mm: Sourced,
    /// Spinous and transverse processes.
    pub process_mm: Sourced,
    /// Ribs.
    pub rib_mm: Sourced,
    /// Sacrum.
    pub sacrum_mm: Sourced,
}

/// The trunk of a person of mean size.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkData {
    /// Fat between skin and muscle, mm.
    pub fat_under_skin_mm: ByBuild,
    /// Muscles of the belly's wall, mm.
    pub wall_mm: Sourced,
    /// From the fat to the pleura, mm.
    pub chest_wall_mm: Sourced,
    /// Share of fat between the organs of the belly.
    pub fat_in_belly_fraction: ByBuild,
    /// Density of lung, g/cm³.
    pub lung_g_per_cm3: Sourced,
    /// Fat about psoas and kidneys, mm.
    pub fat_round_muscle_mm: Sourced,
    /// Half axis of the psoas from side to side at L1, L2, L3, L4, mm.
    pub psoas_half_width_mm: Sourced<[f64; 4]>,
    /// Half axes of a kidney from side to side, from front to back, along it, mm.
    pub kidney_half_axes_mm: Sourced<[f64; 3]>,
    /// Gas in front of the spine.
    pub bowel_gas: BowelGasData,
}

/// A value for each build.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByBuild {
    /// Slim.
    pub slim: f64,
    /// Average.
    pub average: f64,
    /// Obese.
    pub obese: f64,
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

impl ByBuild {
    /// Of a build.
    pub fn of(&self, build: Build) -> f64 {
        match build {
            Build::Slim => self.slim,
            Build::Average => self.average,
            Build::Obese => self.obese,
        }
    }
}

/// Pockets of gas in the gut.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BowelGasData {
    /// How many.
    pub pockets: usize,
    /// Least radius, mm.
    pub least_radius_mm: f64,
    /// Most.
    pub most_radius_mm: f64,
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

static DATA: LazyLock<TorsoData> = LazyLock::new(|| built_in("torso.toml", include_str!("../../../assets/torso.toml")));

/// The values of `assets/torso.toml`, with their provenance.
pub fn torso_data() -> &'static TorsoData {
    &DATA
}
