//! What `assets/veins.toml` says of the veins of the vertebral body.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/veins.toml`; pairs are least and most of a uniform draw.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VeinData {
    /// The basivertebral trees.
    pub basivertebral: BasivertebralData,
    /// The segmental trees.
    pub segmental: SegmentalData,
    /// Standard deviation of the logarithm of calibres between patients.
    pub radius_sigma: Sourced<f64>,
    /// The same between the tributaries of one trunk.
    pub tributary_sigma: Sourced<f64>,
    /// How far a vessel runs of the way to the wall.
    pub reach_fraction: Sourced<[f64; 2]>,
    /// Angle of a daughter to its parent, degrees.
    pub fork_deg: Sourced<[f64; 2]>,
    /// Generations of forks beyond a tributary.
    pub forks: Sourced<u32>,
    /// Least distance of an axis from the body's surface, mm.
    pub margin_mm: Sourced<f64>,
    /// Pressure at the far end of the outside pipes, kPa.
    pub venous_pressure_kpa: Sourced<[f64; 2]>,
}

/// The basivertebral trees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasivertebralData {
    /// Shares of bodies in which one, two and three foramina were found.
    pub foramen_shares: Sourced<[f64; 3]>,
    /// Depth of the bony canal ÷ depth of the body.
    pub canal_depth_fraction: Sourced<[f64; 2]>,
    /// Height of the foramen: 0 lower endplate, 1 upper.
    pub height_fraction: Sourced<[f64; 2]>,
    /// Where the trunk ends: 0 posterior wall, 1 anterior cortex.
    pub hub_ap_fraction: Sourced<[f64; 2]>,
    /// Distance between foramina ÷ width of the body.
    pub foramen_spread_fraction: Sourced<f64>,
    /// Radius of a single trunk, mm.
    pub trunk_radius_mm: Sourced<f64>,
    /// Fewest and most tributaries of each trunk, for one, two and three trunks.
    pub tributaries: Sourced<[[u32; 2]; 3]>,
    /// Radius of a tributary, mm.
    pub tributary_radius_mm: Sourced<f64>,
    /// Spread of the tributaries to either side, degrees.
    pub fan_deg: Sourced<f64>,
    /// Length of the pipe outside the wall, mm.
    pub outside_length_mm: Sourced<f64>,
}

/// The segmental trees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentalData {
    /// Radius of the trunk, mm.
    pub trunk_radius_mm: Sourced<f64>,
    /// How far the trunk reaches of the way to the body's middle.
    pub depth_fraction: Sourced<f64>,
    /// Fewest and most tributaries.
    pub tributaries: Sourced<[u32; 2]>,
    /// Radius of a tributary, mm.
    pub tributary_radius_mm: Sourced<f64>,
    /// Spread of the tributaries to either side, degrees.
    pub fan_deg: Sourced<f64>,
    /// Longest vessel from fork to fork ÷ width of the body.
    pub longest_fraction: Sourced<f64>,
    /// Length of the pipe outside the wall, mm.
    pub outside_length_mm: Sourced<f64>,
}

static DATA: LazyLock<VeinData> = LazyLock::new(|| built_in("veins.toml", include_str!("../../assets/veins.toml")));

/// The values of `assets/veins.toml`, with their provenance.
pub fn vein_data() -> &'static VeinData {
    &DATA
}
