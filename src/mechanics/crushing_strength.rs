//! Pressure at which trabecular bone gives way: a power law of its apparent density (Keller, J Biomech 1994;27:1159).

use super::constants::Crushing;
use crate::units;

/// Crushing strength in Pa of bone that has never been crushed, from its bone volume fraction (0…1).
pub fn crushing_strength_pa(law: &Crushing, bone_volume_fraction: f64) -> f64 {
    let apparent_density = bone_volume_fraction.max(0.0) * law.tissue_density_g_per_cm3;
    1e6 * law.coefficient_mpa * units::pow(apparent_density, law.exponent)
}

#[cfg(test)]
mod tests {
    use super::super::constants::balloon_constants;
    use super::*;

    #[test]
    fn elderly_vertebral_bone_gives_way_between_half_and_three_megapascals() {
        let law = &balloon_constants().crushing;
        for bone_volume_fraction in [0.055, 0.07, 0.08, 0.09, 0.10] {
            let mpa = crushing_strength_pa(law, bone_volume_fraction) / 1e6;
            assert!((0.5..3.0).contains(&mpa), "BV/TV {bone_volume_fraction}: {mpa} MPa");
        }
        assert_eq!(crushing_strength_pa(law, 0.0), 0.0);
        let doubled = crushing_strength_pa(law, 0.2) / crushing_strength_pa(law, 0.1);
        assert!((doubled - 4.925).abs() < 0.001, "twice the density is {doubled} times as strong");
    }
}
