//! Permeability of trabecular bone by Kozeny–Carman, with its anisotropy; of a slot and of a tube for what is hollow.

use super::flow_constants::flow_constants;
use crate::units::cbrt;

/// Permeability of bone along the spine (superior–inferior) and across it (anterior–posterior and lateral), mm².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permeability {
    /// Along z.
    pub along_spine_mm2: f64,
    /// Along x and y.
    pub across_mm2: f64,
}

impl Permeability {
    /// Splits an isotropic permeability so that along : across = `anisotropy_ratio` and the geometric mean of the
    /// three directions stays: k_SI = k·a^(2/3), k_AP = k_LR = k·a^(−1/3).
    ///
    /// This is the form k_SI = b·k, k_AP = k_LR = k/√b with b = a^(2/3). Published ratios of vertebral bone are
    /// 1.29 (Baroud 2004) and 2.05 (Nauman 1999).
    pub fn with_anisotropy(mean_mm2: f64, anisotropy_ratio: f64) -> Permeability {
        let root = cbrt(anisotropy_ratio);
        Permeability { along_spine_mm2: mean_mm2 * root * root, across_mm2: mean_mm2 / root }
    }

    /// Kozeny–Carman for bone of this volume fraction and trabecular thickness, times `scale` (1 unless a study
    /// varies it), split by `anisotropy_ratio`.
    pub fn of_bone(
        bone_fraction: f64,
        trabecular_thickness_mm: f64,
        anisotropy_ratio: f64,
        scale: f64,
    ) -> Permeability {
        let mean_mm2 = scale * kozeny_carman_mm2(bone_fraction, trabecular_thickness_mm);
        Permeability::with_anisotropy(mean_mm2, anisotropy_ratio)
    }

    /// The same in every direction: a cavity, a cleft, a validation case.
    pub fn isotropic(permeability_mm2: f64) -> Permeability {
        Permeability { along_spine_mm2: permeability_mm2, across_mm2: permeability_mm2 }
    }

    /// By axis x, y, z of the vertebra frame.
    pub fn by_axis(self) -> [f64; 3] {
        [self.across_mm2, self.across_mm2, self.along_spine_mm2]
    }
}

/// k = φ³/(c·S²) in mm², with porosity φ = 1 − BV/TV and surface per volume S = (2/Tb.Th)·BV/TV (plates).
///
/// c ≈ 5 is recalled; with it the law brackets Baroud's measured mean (2004). `bone_fraction` is BV/TV, held between
/// `least_bone_fraction` of the asset (emptier cells are voids: use [`tube_mm2`]) and 1 (impermeable).
pub fn kozeny_carman_mm2(bone_fraction: f64, trabecular_thickness_mm: f64) -> f64 {
    let pores = &flow_constants().pores;
    let solid = bone_fraction.clamp(pores.least_bone_fraction.value, 1.0);
    let porosity = 1.0 - solid;
    let surface_per_mm = 2.0 / trabecular_thickness_mm * solid;
    porosity * porosity * porosity / (pores.kozeny_constant.value * surface_per_mm * surface_per_mm)
}

/// Permeability of a round tube (Poiseuille), mm².
pub fn tube_mm2(radius_mm: f64) -> f64 {
    radius_mm * radius_mm / 8.0
}

/// Permeability of a slot between two plates (Poiseuille), mm².
pub fn slot_mm2(width_mm: f64) -> f64 {
    width_mm * width_mm / 12.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MM2_PER_M2;

    #[test]
    fn gives_the_table_of_bone_quality() {
        // BV/TV, Tb.Th mm, k in m² worked out by hand from the law.
        for (bone_fraction, thickness_mm, expected_m2) in [
            (0.06, 0.12, 1.7e-7),
            (0.08, 0.13, 1.0e-7),
            (0.10, 0.14, 7.1e-8),
            (0.15, 0.15, 3.1e-8),
            (0.20, 0.16, 1.6e-8),
        ] {
            let found_m2 = kozeny_carman_mm2(bone_fraction, thickness_mm) / MM2_PER_M2;
            let error = (found_m2 / expected_m2 - 1.0).abs();
            assert!(error < 0.035, "BV/TV {bone_fraction}: {found_m2:e} m², expected {expected_m2:e} m²");
        }
    }

    #[test]
    fn brackets_the_measured_mean() {
        // Baroud et al. 2004: 4.45e-8 m² along the spine.
        let thin = kozeny_carman_mm2(0.10, 0.14) / MM2_PER_M2;
        let thick = kozeny_carman_mm2(0.15, 0.15) / MM2_PER_M2;
        assert!(thick < 4.45e-8 && 4.45e-8 < thin, "{thick:e} … {thin:e} m²");
    }

    #[test]
    fn anisotropy_is_the_ratio_given_and_keeps_the_mean() {
        for ratio in [1.0, 1.29, 2.05] {
            let split = Permeability::with_anisotropy(0.03, ratio);
            let [x, y, z] = split.by_axis();
            assert!((z / x - ratio).abs() < 1e-12, "ratio {} instead of {ratio}", z / x);
            let mean = cbrt(x * y * z);
            assert!((mean / 0.03 - 1.0).abs() < 1e-12, "mean {mean} mm²");
        }
    }

    #[test]
    fn denser_bone_is_less_permeable_and_solid_bone_impermeable() {
        let mut before = f64::INFINITY;
        for step in 0..=100 {
            let permeability = kozeny_carman_mm2(f64::from(step) / 100.0, 0.15);
            assert!(permeability <= before && permeability.is_finite(), "{permeability} mm² at {step} %");
            before = permeability;
        }
        assert_eq!(before, 0.0);
    }
}
