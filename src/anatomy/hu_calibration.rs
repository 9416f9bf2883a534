//! Bone volume fraction from CT numbers: a straight line that a scanner's own calibration may replace.

use super::bone_data::bone_data;
use serde::{Deserialize, Serialize};

/// A straight line from CT number to bone volume fraction (BV/TV).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HuCalibration {
    /// CT number of marrow without bone, HU.
    pub hu_of_zero_bone: f64,
    /// CT number of solid bone, HU.
    pub hu_of_full_bone: f64,
}

/// Two numbers that make no line.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "a CT number of {zero} HU without bone and {full} HU for solid bone make no calibration: the second must lie at least 100 HU above the first, both between -1000 and 4000"
)]
pub struct HuCalibrationError {
    zero: f64,
    full: f64,
}

impl HuCalibration {
    /// From the two CT numbers; both must be within −1000 to 4000 HU and at least 100 HU apart.
    pub fn new(hu_of_zero_bone: f64, hu_of_full_bone: f64) -> Result<HuCalibration, HuCalibrationError> {
        let within = |hu: f64| (-1000.0..=4000.0).contains(&hu);
        if within(hu_of_zero_bone) && within(hu_of_full_bone) && hu_of_full_bone - hu_of_zero_bone >= 100.0 {
            Ok(HuCalibration { hu_of_zero_bone, hu_of_full_bone })
        } else {
            Err(HuCalibrationError { zero: hu_of_zero_bone, full: hu_of_full_bone })
        }
    }

    /// The line of `assets/bone.toml` with either end replaced where one is given.
    pub fn with(zero: Option<f64>, full: Option<f64>) -> Result<HuCalibration, HuCalibrationError> {
        let usual = HuCalibration::default();
        HuCalibration::new(zero.unwrap_or(usual.hu_of_zero_bone), full.unwrap_or(usual.hu_of_full_bone))
    }

    /// BV/TV of a CT number, limited to the least and most that the model knows; not a number counts as the least.
    pub fn bone_volume_fraction(&self, hu: f64) -> f64 {
        let fraction = (hu - self.hu_of_zero_bone) / (self.hu_of_full_bone - self.hu_of_zero_bone);
        fraction.max(bone_data().least.value).min(bone_data().most.value)
    }
}

impl Default for HuCalibration {
    /// The line through the two points of `assets/bone.toml`.
    fn default() -> HuCalibration {
        let [a, b] = bone_data().mean_by_hu.value;
        let hu_per_fraction = (b[0] - a[0]) / (b[1] - a[1]);
        HuCalibration {
            hu_of_zero_bone: a[0] - a[1] * hu_per_fraction,
            hu_of_full_bone: a[0] + (1.0 - a[1]) * hu_per_fraction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_line_passes_its_two_points_and_a_changed_end_moves_bone_the_right_way() {
        let usual = HuCalibration::default();
        for [hu, fraction] in bone_data().mean_by_hu.value {
            let found = usual.bone_volume_fraction(hu);
            assert!((found - fraction).abs() < 1e-12, "{hu} HU: {found}, the asset says {fraction}");
        }
        // Marrow brighter by contrast agent: the same CT number means less bone.
        let enhanced = HuCalibration::with(Some(usual.hu_of_zero_bone + 30.0), None).expect("a line");
        assert!(enhanced.bone_volume_fraction(150.0) < usual.bone_volume_fraction(150.0));
        assert_eq!(usual.bone_volume_fraction(f64::NAN), bone_data().least.value);
        for (zero, full) in [(0.0, 50.0), (f64::NAN, 1000.0), (0.0, f64::INFINITY), (-2000.0, 1000.0)] {
            assert!(HuCalibration::new(zero, full).is_err(), "{zero} and {full} HU were accepted");
        }
    }
}
