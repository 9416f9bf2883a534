//! `[patient]` of a scenario file: generated from morphometry, read from a patient file, or imported on the fly.

use super::dimensions_section::DimensionsSection;
use super::fracture_section::FractureSection;
use super::segment_section::SegmentSection;
use crate::anatomy::morphometry::Sex;
use crate::anatomy::{DefectKind, Destination, Level, VeinKind};
use crate::patient_io::Numbering;
use schemars::JsonSchema;
use serde::Deserialize;

/// Who is treated. Give `level` (generated), or `file`, or `labels` (with `ct` or without) and `numbering`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientSection {
    /// Vertebra treated.
    pub level: Option<Level>,
    /// Sex, "f" or "m"; without it a generated patient has the mean size of both.
    pub sex: Option<Sex>,
    /// Age in years; 70 for a generated patient unless given.
    #[schemars(range(min = 18, max = 110))]
    pub age_years: Option<f64>,
    /// Bone-density T-score; −2.5 for a generated patient unless given.
    #[schemars(range(min = -6.0, max = 3.0))]
    pub t_score: Option<f64>,
    /// Factor on every length, 1 = mean stature.
    #[schemars(range(min = 0.8, max = 1.25))]
    pub stature_factor: Option<f64>,
    /// Body height, cm: in place of `stature_factor`, against the mean of the sex.
    #[schemars(range(min = 130.0, max = 215.0))]
    pub stature_cm: Option<f64>,
    /// Dimensions measured on the patient, in place of the level's means.
    pub dimensions: Option<DimensionsSection>,
    /// A patient file written by `trocar import`; relative to this file, else below `TROCAR_DATA`.
    pub file: Option<String>,
    /// A CT (NIfTI, NRRD, MetaImage, or a DICOM series: its folder or one of its files), imported when the case runs;
    /// relative to this file, else below `TROCAR_DATA`.
    pub ct: Option<String>,
    /// SeriesInstanceUID of the DICOM series to take, where the folder named by `ct` holds several.
    pub series: Option<String>,
    /// The label volume (NIfTI, NRRD, `.seg.nrrd`, MetaImage) of that CT, or alone.
    pub labels: Option<String>,
    /// Which number means which vertebra in `labels`.
    pub numbering: Option<Numbering>,
    /// CT number of marrow without bone, HU, in place of the line in `bone.toml` (with `ct`).
    #[schemars(range(min = -1000.0, max = 4000.0))]
    pub hu_of_zero_bone: Option<f64>,
    /// CT number of solid bone, HU, in place of the line in `bone.toml` (with `ct`).
    #[schemars(range(min = -1000.0, max = 4000.0))]
    pub hu_of_full_bone: Option<f64>,
    /// Factor on the Kozeny–Carman permeability in place of the default (0.05); published values span two orders of magnitude.
    #[schemars(range(min = 0.001, max = 100.0))]
    pub permeability_scale: Option<f64>,
    /// One permeability everywhere, m², in place of the law (validation cases).
    #[schemars(range(min = 1e-13, max = 1e-6))]
    pub uniform_permeability_m2: Option<f64>,
    /// The intact wall passes no marrow (validation cases).
    #[serde(default)]
    pub sealed_wall: bool,
    /// Whether veins are generated; those of `[[patient.vein]]` come on top.
    #[serde(default)]
    pub veins: DefaultVeins,
    /// Veins written out.
    #[serde(default)]
    #[schemars(length(max = 50))]
    pub vein: Vec<VeinSection>,
    /// The fracture, if any.
    pub fracture: Option<FractureSection>,
    /// Cracks and clefts that the patient came with.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub defect: Vec<DefectSection>,
    /// The spine that a generated vertebra stands in; without it the vertebra's axes are the patient's. A run sees only
    /// how the treated vertebra leans; `trocar export --to` writes the whole spine.
    pub segment: Option<SegmentSection>,
}

/// Whether the patient gets a generated venous network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DefaultVeins {
    /// Drawn from the seed.
    #[default]
    Generated,
    /// Only the veins written out.
    None,
}

/// A vein written out.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VeinSection {
    /// Which venous system; decides the leak class.
    pub kind: VeinKind,
    /// Axis from outside to inside, points in mm (vertebra frame). The first point inside the bone is where the
    /// vein passes the wall.
    #[schemars(length(min = 2, max = 1000))]
    pub path_mm: Vec<[f64; 3]>,
    /// Radius of the lumen, mm.
    #[schemars(range(min = 0.05, max = 5.0))]
    pub radius_mm: f64,
    /// Length of the vein outside the wall, mm.
    #[serde(default = "default_outside_length_mm")]
    #[schemars(range(min = 0.1, max = 500.0))]
    pub outside_length_mm: f64,
    /// Where it leads; without it the canal (basivertebral) or the paravertebral veins (segmental).
    pub destination: Option<Destination>,
}

fn default_outside_length_mm() -> f64 {
    20.0
}

/// A crack or cleft.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DefectSection {
    /// What is broken.
    pub kind: DefectKind,
    /// Where: cortex anterior, posterior, left, right (each also with -superior, -inferior); endplate superior,
    /// inferior (each also with -centre, -anterior, -posterior, -left, -right); cleft centre, anterior, superior,
    /// inferior (the latter two also with -anterior).
    pub place: String,
    /// Gap, mm; of a cleft its height, 1.5 mm or more.
    #[schemars(range(min = 0.01, max = 10.0))]
    pub width_mm: f64,
    /// Length along the wall, mm; of a cleft from left to right.
    #[schemars(range(min = 0.1, max = 60.0))]
    pub length_mm: Option<f64>,
}
