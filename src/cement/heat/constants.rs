//! The numbers of `assets/heat.toml`, with their sources, and what they come to in mm.

use crate::cement::product::Product;
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

const MM_PER_M: f64 = 1e3;
const MM3_PER_M3: f64 = 1e9;
const J_PER_KJ: f64 = 1e3;

/// All that the heat model takes from data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeatConstants {
    /// Bone with its marrow, and what lies about it.
    pub tissue: TissueHeat,
    /// Any cement.
    pub cement: CementHeat,
    /// Blood.
    pub perfusion: Perfusion,
    /// Death of bone.
    pub eriksson: Eriksson,
    /// Thermal dose of nerves.
    pub cem43: Cem43,
    /// What counts as interface.
    pub interface: Interface,
}

/// How tissue conducts and stores heat.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct TissueHeat {
    pub conductivity_w_per_m_k: Sourced,
    pub density_kg_per_m3: Sourced,
    pub specific_heat_j_per_kg_k: Sourced,
}

/// How cement conducts and stores heat.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct CementHeat {
    pub conductivity_w_per_m_k: Sourced,
    pub specific_heat_j_per_kg_k: Sourced,
    pub density_kg_per_m3: Sourced,
}

/// Blood that carries heat away.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct Perfusion {
    pub per_s: Sourced,
    pub blood_heat_capacity_j_per_m3_k: Sourced,
}

/// Threshold of bone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct Eriksson {
    pub threshold_c: Sourced,
    pub least_time_s: Sourced,
}

/// Thermal dose.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct Cem43 {
    pub reference_c: Sourced,
    pub ratio_above: Sourced,
    pub ratio_below: Sourced,
}

/// Interface of bone and cement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct Interface {
    pub least_saturation: Sourced,
}

static CONSTANTS: LazyLock<HeatConstants> =
    LazyLock::new(|| built_in("heat.toml", include_str!("../../../assets/heat.toml")));

/// The constants of the heat model.
pub fn heat_constants() -> &'static HeatConstants {
    &CONSTANTS
}

/// What tissue and one product are to heat, in mm, J, s and K.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Materials {
    /// Of tissue, W/(mm·K).
    pub tissue_conductivity: f64,
    /// Of cement, W/(mm·K).
    pub cement_conductivity: f64,
    /// Of tissue, J/(mm³·K).
    pub tissue_capacity: f64,
    /// Of cement, J/(mm³·K).
    pub cement_capacity: f64,
    /// ρH, J/mm³ from liquid to fully cured; 0 for what does not cure.
    pub cure_heat: f64,
    /// Blood, W/(mm³·K) of tissue.
    pub perfusion: f64,
}

impl Materials {
    /// With density and heat of cure from the product's sheet; `perfusion_per_s` is blood per tissue, 1/s.
    pub fn of(product: &Product, perfusion_per_s: f64) -> Materials {
        let HeatConstants { tissue, cement, perfusion, .. } = heat_constants();
        let cure = product.sheet.as_ref().map(|sheet| &sheet.cure);
        let density = cure.map_or(cement.density_kg_per_m3.value, |cure| cure.density_kg_per_m3.value);
        let heat_j_per_kg = cure.map_or(0.0, |cure| cure.heat_kj_per_kg.value * J_PER_KJ);
        Materials {
            tissue_conductivity: tissue.conductivity_w_per_m_k.value / MM_PER_M,
            cement_conductivity: cement.conductivity_w_per_m_k.value / MM_PER_M,
            tissue_capacity: tissue.density_kg_per_m3.value * tissue.specific_heat_j_per_kg_k.value / MM3_PER_M3,
            cement_capacity: density * cement.specific_heat_j_per_kg_k.value / MM3_PER_M3,
            cure_heat: density * heat_j_per_kg / MM3_PER_M3,
            perfusion: perfusion_per_s * perfusion.blood_heat_capacity_j_per_m3_k.value / MM3_PER_M3,
        }
    }

    /// Conductivity of a cell that holds this share of cement, W/(mm·K): side by side, as between trabeculae and drops
    /// no layer lies across the flow (our choice; layers would conduct less).
    pub fn conductivity(&self, cement_share: f64) -> f64 {
        self.tissue_conductivity + cement_share * (self.cement_conductivity - self.tissue_conductivity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asset_reads_and_gives_the_usual_cement_and_bone() {
        let medium = Product::by_id("pmma-medium").unwrap();
        let materials = Materials::of(medium, 0.0);
        // 1100 kg/m³ × 100 kJ/kg = 1.1e8 J/m³; bone diffuses heat at some 0.2 mm²/s.
        assert!((materials.cure_heat - 0.11).abs() < 1e-12, "{materials:?}");
        let diffusivity = materials.tissue_conductivity / materials.tissue_capacity;
        assert!((diffusivity - 0.215).abs() < 1e-12, "{diffusivity} mm²/s");
        assert_eq!((materials.perfusion, Materials::of(&Product::newtonian(1.0), 0.0).cure_heat), (0.0, 0.0));
        let c = heat_constants();
        assert!((1250.0..=1700.0).contains(&c.cement.specific_heat_j_per_kg_k.value));
        assert!((0.0..0.1).contains(&c.perfusion.per_s.value) && c.interface.least_saturation.value == 0.5);
    }

    #[test]
    fn a_cell_of_cement_conducts_as_cement_and_one_without_as_tissue() {
        let materials = Materials::of(Product::by_id("pmma-low").unwrap(), 0.0);
        assert_eq!(materials.conductivity(0.0), materials.tissue_conductivity);
        assert!((materials.conductivity(1.0) - materials.cement_conductivity).abs() < 1e-18);
    }
}
