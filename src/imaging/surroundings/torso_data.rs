//! Tissues, shells of bones and the trunk as `assets/torso.toml` states them.

use crate::imaging::beam::{Composition, Material};
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/torso.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TorsoData {
    /// Density of soft tissue, g/cm³.
    pub soft_tissue_g_per_cm3: Sourced,
    /// Density of fat, g/cm³.
    pub adipose_g_per_cm3: Sourced,
    /// Density of solid bone, g/cm³.
    pub bone_g_per_cm3: Sourced,
    /// Thickness of the shell of bones.
    pub shell: ShellData,
}

/// Thickness of the solid shell of bones, mm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShellData {
    /// Side wall of a body.
    pub wall_mm: Sourced,
    /// Endplates.
    pub endplate_mm: Sourced,
    /// Pedicles, laminae, processes.
    pub arch_mm: Sourced,
    /// Ribs.
    pub rib_mm: Sourced,
    /// Sacrum.
    pub sacrum_mm: Sourced,
}

impl TorsoData {
    /// Soft tissue.
    pub fn soft_tissue(&self) -> Composition {
        Composition::of(Material::SoftTissue, self.soft_tissue_g_per_cm3.value)
    }

    /// Fat.
    pub fn adipose(&self) -> Composition {
        Composition::of(Material::Adipose, self.adipose_g_per_cm3.value)
    }

    /// Solid bone.
    pub fn bone(&self) -> Composition {
        Composition::of(Material::Bone, self.bone_g_per_cm3.value)
    }

    /// What solid bone holds more and less than the marrow or soft tissue whose place it takes.
    pub fn bone_for_soft_tissue(&self) -> Composition {
        self.bone() - self.soft_tissue()
    }
}

static DATA: LazyLock<TorsoData> = LazyLock::new(|| built_in("torso.toml", include_str!("../../../assets/torso.toml")));

/// The values of `assets/torso.toml`, with their provenance.
pub fn torso_data() -> &'static TorsoData {
    &DATA
}
