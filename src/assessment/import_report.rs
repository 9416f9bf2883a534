//! What came of an import: figures, what looked wrong, what was assumed; for people and as JSON.

use super::import_dimensions::{convergence_deg, dimensions, rises_backwards_deg};
use crate::anatomy::{FractureSummary, ImportQuality, ImportRecord, Landmarks, Level, Patient, Source};
use serde::Serialize;
use std::collections::BTreeMap;

/// `trocar.import/1`: the report of one imported patient. Lengths in mm, angles in degrees, vertebra frame.
#[derive(Debug, Serialize)]
pub struct ImportReport<'a> {
    schema: &'static str,
    version: &'static str,
    level: Level,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    numbering: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<&'a crate::anatomy::HuCalibration>,
    measured: Measured,
    /// Under the names of `[patient.dimensions]`.
    dimensions: BTreeMap<&'static str, f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heights: Option<Heights>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fracture: Option<&'a FractureSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<&'a ImportQuality>,
    warnings: &'a [String],
    assumptions: &'a [String],
}

#[derive(Debug, Serialize)]
struct Measured {
    body_volume_ml: f64,
    body_width_mm: f64,
    body_depth_mm: f64,
    /// Of the bone deeper than 5 mm in the body.
    mean_bone_volume_fraction: f64,
    pedicles: [PedicleFigures; 2],
}

#[derive(Debug, Serialize)]
struct PedicleFigures {
    side: &'static str,
    width_mm: f64,
    height_mm: f64,
    isthmus_mm: [f64; 3],
    /// Towards the midline forwards.
    convergence_deg: f64,
    /// The axis rises towards the back.
    rises_backwards_deg: f64,
}

/// Anterior, middle, posterior.
#[derive(Debug, Serialize)]
struct Heights {
    now_mm: [f64; 3],
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_mm: Option<[f64; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_fraction: Option<[f64; 3]>,
}

impl<'a> ImportReport<'a> {
    /// Of a patient that was imported.
    pub fn of(patient: &'a Patient) -> ImportReport<'a> {
        let record = patient.import.as_ref();
        ImportReport {
            schema: "trocar.import/1",
            version: env!("CARGO_PKG_VERSION"),
            level: patient.level,
            source: patient.source,
            numbering: record.and_then(|record| record.numbering.as_deref()),
            calibration: record.and_then(|record| record.calibration.as_ref()),
            measured: Measured::of(patient),
            dimensions: dimensions(patient),
            heights: record.and_then(Heights::of),
            fracture: patient.fracture.as_ref(),
            quality: record.map(|record| &record.quality),
            warnings: &patient.warnings,
            assumptions: record.map_or(&[], |record| &record.assumptions),
        }
    }

    /// The JSON text.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The same in words, a line each.
    pub fn in_words(&self) -> String {
        let Measured { body_volume_ml, body_width_mm, body_depth_mm, pedicles, .. } = &self.measured;
        let by =
            self.numbering.map_or(" from its surface".to_owned(), |numbering| format!(" by {numbering} numbering"));
        let mut text = format!(
            "{}{by}: body {body_volume_ml:.1} ml, {body_width_mm:.1} mm wide, {body_depth_mm:.1} mm deep; pedicles {:.1} mm (left) and {:.1} mm (right) wide\n",
            self.level, pedicles[0].width_mm, pedicles[1].width_mm
        );
        if let Some(Heights { now_mm: [a, m, p], expected_mm, .. }) = &self.heights {
            text += &format!("heights {a:.1} mm in front, {m:.1} mm in the middle, {p:.1} mm behind");
            if let Some([a, m, p]) = expected_mm {
                text += &format!("; the neighbours let expect {a:.1}, {m:.1} and {p:.1} mm");
            }
            text.push('\n');
        }
        if let Some(fracture) = self.fracture {
            let kind = format!("{:?}", fracture.kind).to_lowercase();
            let lost = 100.0 * fracture.compression_fraction;
            text += &format!("fracture: {kind}, Genant grade {}, {lost:.0} % of the height lost\n", fracture.grade);
        }
        self.warnings.iter().for_each(|warning| text += &format!("warning: {warning}\n"));
        self.assumptions.iter().for_each(|assumption| text += &format!("assumed: {assumption}\n"));
        text
    }
}

impl Measured {
    fn of(patient: &Patient) -> Measured {
        let landmarks: &Landmarks = &patient.vertebra.landmarks;
        let fraction = &patient.bone.bone_volume_fraction;
        let (mut cells, mut sum) = (0.0, 0.0);
        for cell in fraction.grid().cells() {
            if patient.vertebra.body.sample(&fraction.grid().centre(cell)) < -5.0 {
                cells += 1.0;
                sum += f64::from(fraction[cell]);
            }
        }
        Measured {
            body_volume_ml: landmarks.body_volume_ml,
            body_width_mm: landmarks.left_wall_x_mm - landmarks.right_wall_x_mm,
            body_depth_mm: landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm,
            mean_bone_volume_fraction: if cells > 0.0 { sum / cells } else { 0.0 },
            pedicles: [0, 1].map(|at: usize| {
                let pedicle = &landmarks.pedicles[at];
                PedicleFigures {
                    side: pedicle.side.name(),
                    width_mm: pedicle.width_mm,
                    height_mm: pedicle.height_mm,
                    isthmus_mm: pedicle.isthmus.coords.into(),
                    convergence_deg: convergence_deg(pedicle),
                    rises_backwards_deg: rises_backwards_deg(pedicle),
                }
            }),
        }
    }
}

impl Heights {
    fn of(record: &ImportRecord) -> Option<Heights> {
        let now_mm = record.heights_mm?;
        let expected_mm = record.reference_heights_mm;
        let lost_fraction = expected_mm.map(|expected| [0, 1, 2].map(|at: usize| 1.0 - now_mm[at] / expected[at]));
        Some(Heights { now_mm, expected_mm, lost_fraction })
    }
}
