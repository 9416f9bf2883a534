//! The scenario file, `trocar.scenario/1`: its top level and its smaller sections.
//!
//! Ranges stand once, in the `schemars` attributes: they go into the JSON Schema, and the loader checks a file
//! against that same schema. Sections that describe the patient and the treatment have files of their own.

use super::expectation_section::{Expectation, KnownFailure, Variant};
use super::fluoroscopy_section::{FluoroscopySection, VenographySection};
use super::patient_section::PatientSection;
use super::teaching_section::TeachingSection;
use super::treatment_section::{BalloonSection, CementSection, TrajectorySection};
use crate::procedure::Procedure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A case: who is treated, how, and what is expected to come of it.
///
/// Without `[expect]` it is a case to play; with it, a test as well.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Version of this format.
    pub schema: SchemaVersion,
    /// Short name in results and file names: lower-case letters, digits and hyphens.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Treatments to carry out, each on a fresh copy of the patient.
    #[schemars(length(min = 1))]
    pub procedures: Vec<Procedure>,
    /// Every random draw of the case follows from this number.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub seed: u64,
    /// Edge of a voxel of the flow grid, mm.
    #[serde(default = "default_resolution_mm")]
    #[schemars(range(min = 0.2, max = 3.0))]
    pub resolution_mm: f64,
    /// Who is treated.
    pub patient: PatientSection,
    /// Planned paths of the tools.
    #[serde(default)]
    #[schemars(length(max = 2))]
    pub trajectory: Vec<TrajectorySection>,
    /// What is injected, when and how.
    pub cement: CementSection,
    /// The balloon (needed for kyphoplasty).
    pub balloon: Option<BalloonSection>,
    /// The marrow that cement displaces.
    #[serde(default)]
    pub marrow: MarrowSection,
    /// What the operator does when cement is seen to leave.
    #[serde(default)]
    pub operator: OperatorSection,
    /// C-arms and pictures; without it nobody looks.
    pub fluoroscopy: Option<FluoroscopySection>,
    /// Contrast medium before cement.
    pub venography: Option<VenographySection>,
    /// What a learner is shown and allowed.
    #[serde(default)]
    pub permissions: PermissionsSection,
    /// What a learner is told beforehand.
    pub teaching: Option<TeachingSection>,
    /// What must come out: paths into the result, `"pvp.cement.leaked_ml"`, or `"variant-id.pvp.cement.leaked_ml"`
    /// for a variant.
    #[serde(default)]
    pub expect: BTreeMap<String, Expectation>,
    /// Marks expectations that are known to be missed at present.
    pub known_failure: Option<KnownFailure>,
    /// The same case again with some keys changed.
    #[serde(default)]
    pub variant: Vec<Variant>,
}

/// Version of the scenario format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum SchemaVersion {
    /// The present one.
    #[serde(rename = "trocar.scenario/1")]
    V1,
}

fn default_resolution_mm() -> f64 {
    1.0
}

/// The marrow.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarrowSection {
    /// One viscosity at any temperature, Pa·s (validation cases); without it the marrow's own law holds.
    #[schemars(range(min = 1e-4, max = 10.0))]
    pub viscosity_pa_s: Option<f64>,
}

/// What the operator does when cement is seen to leave.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorSection {
    /// Cement outside the bone that the operator notices, ml; without it the whole volume is given regardless.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub stop_on_leak_ml: Option<f64>,
    /// How long the operator waits after noticing a leak, s.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1800.0))]
    pub wait_s: f64,
    /// How often the operator waits and goes on before stopping for good.
    #[serde(default)]
    #[schemars(range(min = 0, max = 20))]
    pub waits: u32,
}

/// What a learner is shown and allowed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionsSection {
    /// How much help the learner gets.
    #[serde(default)]
    pub mode: Mode,
}

/// How much help a learner gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every step is explained and the truth is shown.
    Guided,
    /// The truth can be looked up.
    #[default]
    Practice,
    /// The truth stays hidden until the debrief.
    Exam,
}
