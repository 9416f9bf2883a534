//! What `assets/defects.toml` says of walls, cracks and the pressures beyond them.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/defects.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefectData {
    /// Thickness of the cortical shell, mm.
    pub cortex_thickness_mm: Sourced<f64>,
    /// Thickness of an endplate, mm.
    pub endplate_thickness_mm: Sourced<f64>,
    /// Length of a cortical crack where none is given, mm.
    pub cortex_length_mm: Sourced<f64>,
    /// Length of an endplate crack where none is given, mm.
    pub endplate_length_mm: Sourced<f64>,
    /// Greatest width of a crack, mm.
    pub greatest_width_mm: Sourced<f64>,
    /// Greatest length of a crack, mm.
    pub greatest_length_mm: Sourced<f64>,
    /// Clefts.
    pub cleft: CleftData,
    /// Pressure in the disc, lying, kPa.
    pub disc_pressure_kpa: Sourced<f64>,
    /// Pressure in the canal and foramen, kPa.
    pub canal_pressure_kpa: Sourced<f64>,
    /// Pressure in the tissue around the body, kPa.
    pub tissue_pressure_kpa: Sourced<f64>,
    /// Pressure in a tool's open track, kPa.
    pub track_pressure_kpa: Sourced<f64>,
}

/// Intravertebral clefts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleftData {
    /// Length from left to right where none is given, mm.
    pub length_mm: Sourced<f64>,
    /// Depth from front to back as a share of the length.
    pub depth_per_length: Sourced<f64>,
    /// Least height, mm.
    pub least_width_mm: Sourced<f64>,
    /// Bone left between a cleft and the wall, mm.
    pub wall_mm: Sourced<f64>,
    /// Share of a cleft that may be cut off by the wall.
    pub greatest_cut: Sourced<f64>,
    /// Thickness of the sclerotic rim that holds the bone of the void, mm.
    pub rim_mm: Sourced<f64>,
}

static DATA: LazyLock<DefectData> =
    LazyLock::new(|| built_in("defects.toml", include_str!("../../assets/defects.toml")));

/// The values of `assets/defects.toml`, with their provenance.
pub fn defect_data() -> &'static DefectData {
    &DATA
}
