//! What pictures cost: air kerma at the reference point and dose-area product, by picture and added up.

use super::detector::detector_data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much exposure a picture gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DoseLevel {
    /// Half.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Double.
    High,
}

/// What the tube gave for one picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Exposure {
    /// Photons that leave for a square millimetre of the detector on the beam's axis.
    pub photons_per_mm2: f64,
    /// Air kerma at the interventional reference point without the patient's backscatter (IEC 60601-2-43: 15 cm from
    /// the isocentre towards the focal spot), mGy.
    pub air_kerma_mgy: f64,
    /// Air kerma × area of the field, the same at any distance, Gy cm².
    pub dose_area_product_gy_cm2: f64,
    /// The tube gave the most it may, and the detector got less than was asked for.
    pub at_ceiling: bool,
}

/// Exposures added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct DoseTally {
    /// Single pictures.
    pub shots: u64,
    /// Time of screening, s.
    pub screening_s: f64,
    /// Air kerma at the reference point, mGy: of all directions together, so more than any place of the skin got.
    pub air_kerma_mgy: f64,
    /// Dose-area product, Gy cm².
    pub dose_area_product_gy_cm2: f64,
}

impl DoseTally {
    /// Adds one picture.
    pub fn add_shot(&mut self, exposure: &Exposure) {
        self.shots += 1;
        self.add_pictures(exposure, 1.0);
    }

    /// Adds pulsed screening of a view of which a single picture was exposed so. A time below zero or not a number
    /// adds nothing.
    pub fn add_screening(&mut self, exposure: &Exposure, duration_s: f64) {
        let duration_s = if duration_s.is_finite() { duration_s.max(0.0) } else { 0.0 };
        let data = detector_data();
        self.screening_s += duration_s;
        self.add_pictures(exposure, duration_s * data.pulses_per_s.value / f64::from(data.pulses_of_a_shot.value));
    }

    fn add_pictures(&mut self, exposure: &Exposure, count: f64) {
        self.air_kerma_mgy += count * exposure.air_kerma_mgy;
        self.dose_area_product_gy_cm2 += count * exposure.dose_area_product_gy_cm2;
    }
}
