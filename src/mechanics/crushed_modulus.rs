//! Modulus of crushed bone: debris pressed together bears no more than the bone did that it comes from (our choice; the law
//! of modulus against density is one of whole trabeculae).
//!
//! Bone volume fraction has grown by 1 ÷ the ratio of the volumes now and before, the modulus by that to the law's exponent;
//! this factor takes it back.

use super::strength_constants::Trabecular;
use crate::units;

/// What is left of the modulus that the density now would give: `volume_ratio` is volume now ÷ before, above 0; 1 where bone
/// was drawn apart.
pub fn crushed_modulus_factor(law: &Trabecular, volume_ratio: f64) -> f64 {
    units::pow(volume_ratio.clamp(1e-3, 1.0), law.exponent.value)
}

#[cfg(test)]
mod tests {
    use super::super::strength_constants::strength_constants;
    use super::super::trabecular_modulus::trabecular_modulus_mpa;
    use super::*;

    #[test]
    fn bone_crushed_to_a_third_has_the_modulus_it_had() {
        let law = &strength_constants().trabecular;
        let before = trabecular_modulus_mpa(law, 0.08);
        let crushed = crushed_modulus_factor(law, 1.0 / 3.0) * trabecular_modulus_mpa(law, 0.24);
        assert!((crushed / before - 1.0).abs() < 1e-12, "{crushed} MPa of {before} MPa");
        assert_eq!(crushed_modulus_factor(law, 1.4), 1.0, "drawn apart it has what its density gives");
    }
}
