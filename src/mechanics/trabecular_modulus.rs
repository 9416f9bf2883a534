//! Young's modulus of vertebral trabecular bone: a power law of its apparent density (Morgan, Bayraktar, Keaveny, J Biomech
//! 2003;36:897). Taken as isotropic; across the axis real bone is some two to three times as compliant.

use super::strength_constants::Trabecular;
use crate::units;

/// Modulus along the body's axis in MPa from bone volume fraction (0…1).
pub fn trabecular_modulus_mpa(law: &Trabecular, bone_volume_fraction: f64) -> f64 {
    let apparent_density = bone_volume_fraction.clamp(0.0, 1.0) * law.tissue_density_g_per_cm3.value;
    law.coefficient_mpa.value * units::pow(apparent_density, law.exponent.value)
}

#[cfg(test)]
mod tests {
    use super::super::strength_constants::strength_constants;
    use super::*;

    #[test]
    fn moduli_lie_where_vertebral_bone_was_measured() {
        let law = &strength_constants().trabecular;
        // Öhman-Mägi et al 2022: 0.09 to 0.35 g/cm³, up to 976 MPa.
        for bone_volume_fraction in [0.045, 0.08, 0.12, 0.175] {
            let mpa = trabecular_modulus_mpa(law, bone_volume_fraction);
            assert!((0.1..976.0).contains(&mpa), "BV/TV {bone_volume_fraction}: {mpa} MPa");
        }
        assert_eq!(trabecular_modulus_mpa(law, 0.0), 0.0);
        assert_eq!(trabecular_modulus_mpa(law, 0.5), 4730.0);
    }
}
