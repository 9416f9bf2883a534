//! What in a set cement stops X-rays: acrylic, and the opacifier mixed into it.

use crate::provenance::Sourced;
use serde::{Deserialize, Serialize};

/// What makes a cement visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opacifier {
    /// Powder in the acrylic.
    BariumSulphate,
    /// Powder in the acrylic.
    Zirconia,
    /// The cement is itself a calcium phosphate, like bone.
    CalciumPhosphate,
}

impl Opacifier {
    /// Density of the solid, g/cm³ (handbook: barite 4.50, baddeleyite 5.68; hydroxyapatite 3.16).
    pub fn density_g_per_cm3(self) -> f64 {
        match self {
            Opacifier::BariumSulphate => 4.50,
            Opacifier::Zirconia => 5.68,
            Opacifier::CalciumPhosphate => 3.16,
        }
    }
}

/// Density of acrylic (PMMA), and of the water in a calcium phosphate cement, g/cm³ (handbook).
const MATRIX_G_PER_CM3: [f64; 2] = [1.19, 1.0];

/// How much of which opacifier a product holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RadioOpacity {
    /// Which.
    pub opacifier: Opacifier,
    /// Its share of the mass of powder and liquid together.
    pub share_by_mass: Sourced,
}

impl RadioOpacity {
    /// Densities of the opacifier and of what it is mixed into, g of each per cm³ of cement: volumes add up.
    pub fn densities_g_per_cm3(&self) -> [f64; 2] {
        let share = self.share_by_mass.value;
        let matrix = MATRIX_G_PER_CM3[usize::from(self.opacifier == Opacifier::CalciumPhosphate)];
        let whole = 1.0 / (share / self.opacifier.density_g_per_cm3() + (1.0 - share) / matrix);
        [share * whole, (1.0 - share) * whole]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cement::product::products;

    #[test]
    fn every_product_holds_an_opacifier_and_its_volumes_fill_it() {
        for product in products() {
            let opacity = product.sheet.as_ref().and_then(|sheet| sheet.opacity.as_ref()).expect("an opacity");
            let [opacifier, matrix] = opacity.densities_g_per_cm3();
            let matrix_alone = if opacity.opacifier == Opacifier::CalciumPhosphate { 1.0 } else { 1.19 };
            let filled = opacifier / opacity.opacifier.density_g_per_cm3() + matrix / matrix_alone;
            assert!((filled - 1.0).abs() < 1e-12, "{}: {filled}", product.id);
            assert!((opacifier / (opacifier + matrix) - opacity.share_by_mass.value).abs() < 1e-12, "{}", product.id);
        }
    }
}
