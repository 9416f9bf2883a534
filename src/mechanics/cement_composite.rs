//! Modulus of bone with cement in its pores: rule of mixtures, less what failing bonds and shrinkage take (Kinzl et al,
//! J Biomech 2012;45:1478: bone and PMMA part at their interface, and the cement's shrinkage cracks trabeculae).
//!
//! Cement without bone (a cavity) is whole. Parts of a voxel with and without cement act side by side.

use super::strength_constants::CementModulus;

/// Young's moduli in MPa of a voxel: of all of it, and the part of it that is owed to cement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Composite {
    /// Of the whole.
    pub total_mpa: f64,
    /// What of it goes where there is cement, bone among it included.
    pub cemented_mpa: f64,
}

/// The composite of bone of modulus `bone_mpa` and volume fraction `bone_volume_fraction` (0…1) whose pores are filled with
/// cement to `saturation` (0…1).
pub fn cement_composite(law: &CementModulus, bone_mpa: f64, bone_volume_fraction: f64, saturation: f64) -> Composite {
    let (solid, filled) = (bone_volume_fraction.clamp(0.0, 1.0), saturation.clamp(0.0, 1.0));
    let is_bone = solid >= law.bone_free_below.value;
    let bond = if is_bone { law.interdigitation.value } else { 1.0 };
    let bonded_mpa = bone_mpa + (1.0 - solid) * law.modulus_mpa.value;
    // Cement never makes bone softer.
    let cemented_mpa = filled * (bond * bonded_mpa).max(bone_mpa);
    Composite { total_mpa: (1.0 - filled) * bone_mpa + cemented_mpa, cemented_mpa }
}

#[cfg(test)]
mod tests {
    use super::super::strength_constants::strength_constants;
    use super::*;

    #[test]
    fn a_cavity_is_cement_and_filled_bone_lies_between_bone_and_cement() {
        let law = &strength_constants().cement;
        assert_eq!(cement_composite(law, 1.0, 0.0, 1.0).total_mpa, 1.0 + law.modulus_mpa.value);
        let bone = cement_composite(law, 300.0, 0.1, 0.0);
        assert_eq!(bone, Composite { total_mpa: 300.0, cemented_mpa: 0.0 });
        // Bone of 0.08 to 0.12 does not reinforce cement (Kinzl 2012).
        for (mpa, fraction) in [(270.0, 0.08), (510.0, 0.12)] {
            let filled = cement_composite(law, mpa, fraction, 1.0).total_mpa;
            assert!(filled > mpa && filled < law.modulus_mpa.value, "{filled} MPa at BV/TV {fraction}");
        }
        // Dense bone keeps its own modulus.
        assert_eq!(cement_composite(law, 9000.0, 0.6, 1.0).total_mpa, 9000.0);
    }

    #[test]
    fn half_full_is_half_way() {
        let law = &strength_constants().cement;
        let [none, half, full] = [0.0, 0.5, 1.0].map(|s| cement_composite(law, 250.0, 0.08, s).total_mpa);
        assert!((half - 0.5 * (none + full)).abs() < 1e-9);
    }
}
