//! The patient that every room works on: one vertebra with its bone, fracture, veins and openings.

use super::fracture_spec::Endplates;
use super::{ImportRecord, Level, Opening, VeinTree, Vertebra};
use crate::geometry::Field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a patient's anatomy comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Generated from morphometry.
    Parametric,
    /// CT with labels.
    Ct,
    /// Labels alone.
    Labels,
    /// A closed surface.
    Mesh,
}

/// Genant's three shapes of fracture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FractureKind {
    /// Anterior height lost.
    Wedge,
    /// Middle height lost.
    Biconcave,
    /// Whole height lost.
    Crush,
}

/// What is known of the fracture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FractureSummary {
    /// Shape.
    pub kind: FractureKind,
    /// Genant grade, 1 to 3.
    pub grade: u8,
    /// 1 − the lower of anterior and middle height ÷ the reference at the same place.
    pub compression_fraction: f64,
    /// Weeks since it broke, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_weeks: Option<f64>,
    /// Which endplate gave way, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endplates: Option<Endplates>,
    /// Anterior, middle and posterior height as it lies on the table, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heights_mm: Option<[f64; 3]>,
    /// The same unfractured: of the shape before it broke, or from the neighbours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_heights_mm: Option<[f64; 3]>,
}

/// Trabecular bone and what the permeability law needs of it.
#[derive(Clone, Debug, PartialEq)]
pub struct BoneQuality {
    /// Bone volume fraction (BV/TV), 0…1, as it is now, on the vertebra's grid.
    pub bone_volume_fraction: Field<f32>,
    /// Trabecular thickness, mm.
    pub trabecular_thickness_mm: f64,
    /// Permeability along the spine ÷ across it.
    pub permeability_anisotropy: f64,
    /// Factor on the Kozeny–Carman permeability (a study's free parameter).
    pub permeability_scale: f64,
    /// One permeability everywhere, mm², in place of Kozeny–Carman (validation cases).
    pub uniform_permeability_mm2: Option<f64>,
    /// Conductance of the intact wall per area and viscosity, mm (permeability ÷ thickness); passes marrow only.
    pub wall_conductance_mm: f64,
}

/// One patient, one level: everything a procedure acts on.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Level treated.
    pub level: Level,
    /// Where the anatomy comes from.
    pub source: Source,
    /// Bone-density T-score, where known.
    pub t_score: Option<f64>,
    /// The fracture, if any.
    pub fracture: Option<FractureSummary>,
    /// Shape.
    pub vertebra: Vertebra,
    /// Bone.
    pub bone: BoneQuality,
    /// Veins.
    pub veins: Vec<VeinTree>,
    /// Cortical defects and endplate cracks the patient came with.
    pub openings: Vec<Opening>,
    /// What looked wrong when the patient was made, one sentence each.
    pub warnings: Vec<String>,
    /// How an imported patient came about.
    pub import: Option<ImportRecord>,
}
