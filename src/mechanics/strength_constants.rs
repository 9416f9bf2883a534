//! The numbers of `assets/strength.toml`, with their sources.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// All that stiffness and strength take from data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrengthConstants {
    /// Modulus of trabecular bone.
    pub trabecular: Trabecular,
    /// Cortical shell.
    pub shell: Layer,
    /// Bony endplates.
    pub endplate: Endplate,
    /// Cement, alone and between trabeculae.
    pub cement: CementModulus,
    /// What fills clefts and cavities, MPa.
    pub marrow_modulus_mpa: Sourced,
    /// When bone fails.
    pub failure: Failure,
    /// Impacted bone.
    pub damage: Damage,
    /// Patch over which pressure on an endplate is averaged, mm.
    pub patch_radius_mm: Sourced,
}

/// Power law of modulus against apparent density.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trabecular {
    /// Modulus at 1 g/cm³, MPa.
    pub coefficient_mpa: Sourced,
    /// Exponent.
    pub exponent: Sourced,
    /// Density of solid bone tissue, g/cm³.
    pub tissue_density_g_per_cm3: Sourced,
    /// Of everything in the body.
    pub poisson_ratio: Sourced,
}

/// A layer of solid bone at the surface.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// mm.
    pub thickness_mm: Sourced,
    /// MPa.
    pub modulus_mpa: Sourced,
}

/// The endplates' layer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endplate {
    /// mm.
    pub thickness_mm: Sourced,
    /// MPa.
    pub modulus_mpa: Sourced,
    /// Surface whose unit normal has at least this share along the axis is endplate.
    pub least_slope: Sourced,
}

/// Moduli with cement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CementModulus {
    /// Of cement alone, MPa.
    pub modulus_mpa: Sourced,
    /// Modulus of the composite ÷ that of one perfectly bonded.
    pub interdigitation: Sourced,
    /// BV/TV below which cement is alone.
    pub bone_free_below: Sourced,
}

/// The strain criterion.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Effective strain at which tissue fails.
    pub strain: Sourced,
    /// Share of the tissue that must have failed.
    pub tissue_share: Sourced,
}

/// What a fracture leaves of bone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damage {
    /// Modulus of bone of a fractured body ÷ that of the same bone unharmed.
    pub modulus_factor: Sourced,
    /// Strength likewise.
    pub residual_strength: Sourced,
}

static CONSTANTS: LazyLock<StrengthConstants> =
    LazyLock::new(|| built_in("strength.toml", include_str!("../../assets/strength.toml")));

/// The constants of stiffness and strength.
pub fn strength_constants() -> &'static StrengthConstants {
    &CONSTANTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asset_reads_and_its_values_are_possible() {
        let c = strength_constants();
        assert!((0.0..0.5).contains(&c.trabecular.poisson_ratio.value));
        assert!((0.0..=1.0).contains(&c.cement.interdigitation.value));
        assert!((0.0..1.0).contains(&c.failure.tissue_share.value));
        assert!((0.01..0.99).contains(&c.damage.modulus_factor.value));
        assert!((c.damage.modulus_factor.value..=1.0).contains(&c.damage.residual_strength.value));
        assert!(c.marrow_modulus_mpa.value > 0.0 && c.patch_radius_mm.value > 0.0);
    }
}
