//! Detector and tube as `assets/detector.toml` states them.

use crate::imaging::dose::DoseLevel;
use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/detector.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorData {
    /// Kerma at the detector that a pulse shall bring, nGy of calibration quality.
    pub pulse_kerma_ngy: KermaLevels,
    /// Pulses averaged in one picture.
    pub pulses_of_a_shot: Sourced<u32>,
    /// Pulses of screening, 1/s.
    pub pulses_per_s: Sourced,
    /// Diameter of the measuring field, share of the detector's side.
    pub measuring_field_share: Sourced,
    /// Most that the tube gives, mGy/min.
    pub ceiling_mgy_per_min: Sourced,
    /// Where that holds, mm before the detector.
    pub ceiling_from_detector_mm: Sourced,
    /// Where the patient's kerma is stated, mm from the isocentre towards the focal spot.
    pub reference_from_isocentre_mm: Sourced,
    /// Photons of calibration quality, 1/(mm² nGy).
    pub calibration_photons_per_mm2_ngy: Sourced,
    /// Their mean energy, keV.
    pub calibration_photon_kev: Sourced,
    /// Share of the primary beam that passes the grid.
    pub grid_primary_transmission: Sourced,
    /// Share of the photons that count for the noise.
    pub detective_quantum_efficiency: Sourced,
    /// Scatter behind the grid by primary, for each unit of ln(1/primary).
    pub scatter_per_attenuation: Sourced,
    /// Smear of the scatter on the detector, mm.
    pub scatter_sigma_mm: Sourced,
    /// Side of the focal spot, mm.
    pub focal_spot_mm: Sourced,
    /// Spread of light in the scintillator, mm.
    pub scintillator_sigma_mm: Sourced,
    /// Read-out noise of one of the C-arm's own pixels and one pulse, photons of calibration quality.
    pub electronic_noise_photons: Sourced,
    /// Share of a pulse that is read with the next one.
    pub lag_share: Sourced,
    /// Kerma of a pulse that fills a pixel, nGy of calibration quality.
    pub full_scale_ngy: Sourced,
}

/// Kerma by dose level, nGy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KermaLevels {
    /// Half.
    pub low: Sourced,
    /// As usual.
    pub normal: Sourced,
    /// Double.
    pub high: Sourced,
}

impl KermaLevels {
    /// Of a level, nGy.
    pub fn of(&self, dose: DoseLevel) -> f64 {
        match dose {
            DoseLevel::Low => self.low.value,
            DoseLevel::Normal => self.normal.value,
            DoseLevel::High => self.high.value,
        }
    }
}

static DATA: LazyLock<DetectorData> =
    LazyLock::new(|| built_in("detector.toml", include_str!("../../../assets/detector.toml")));

/// The values of `assets/detector.toml`, with their provenance.
pub fn detector_data() -> &'static DetectorData {
    &DATA
}
