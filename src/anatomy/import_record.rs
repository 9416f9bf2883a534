//! How an imported patient came about: what was read, measured and assumed.

use super::HuCalibration;
use serde::{Deserialize, Serialize};

/// What goes with an imported patient.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// Numbering of the labels, where there were any.
    pub numbering: Option<String>,
    /// From CT numbers to bone, where there was a CT.
    pub calibration: Option<HuCalibration>,
    /// Figures of the scan and the label.
    pub quality: ImportQuality,
    /// Anterior, middle and posterior height of the body along its own axis, mm.
    pub heights_mm: Option<[f64; 3]>,
    /// What the neighbours let expect at the same places, mm.
    pub reference_heights_mm: Option<[f64; 3]>,
    /// What was assumed, one sentence each.
    pub assumptions: Vec<String>,
}

/// Figures of a scan and of one label in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportQuality {
    /// Voxel edges along the file's three axes, mm.
    pub spacing_mm: [f64; 3],
    /// Largest angle between a voxel axis and the nearest axis of the body, degrees.
    pub tilt_deg: f64,
    /// Largest area of the label on one border face of the scan, mm².
    pub cut_area_mm2: f64,
    /// Volume of the label, ml.
    pub label_volume_ml: f64,
    /// That volume ÷ the volume which level and the person's other vertebrae let expect.
    pub volume_ratio: f64,
    /// Specks that were left out, ml.
    pub dropped_ml: f64,
    /// Separate pieces kept.
    pub pieces: usize,
    /// Gap of the arch that was bridged to find the canal, mm; 0 for a closed arch.
    pub bridged_mm: f64,
    /// Overlap (Dice) of the bone with its own mirror image.
    pub mirror_overlap: f64,
}
