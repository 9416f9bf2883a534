//! Ways out of the bone other than veins: cortical defects, endplate cracks, holes made by tools.

use crate::geometry::{Point, Vector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Leak classes of Yeom 2003, with the disc split out and the needle's own track added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum LeakClass {
    /// Through the basivertebral vein into the canal.
    B,
    /// Through a segmental vein.
    S,
    /// Through a cortical defect.
    C,
    /// Through an endplate into the disc.
    D,
    /// Along a tool's track or hole.
    T,
}

impl LeakClass {
    /// In the order of the alphabet of Yeom.
    pub const ALL: [LeakClass; 5] = [LeakClass::B, LeakClass::S, LeakClass::C, LeakClass::D, LeakClass::T];
}

/// Where cement ends up that has left the bone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are the field's own")]
pub enum Destination {
    Canal,
    Foramen,
    Paravertebral,
    Anterior,
    Disc,
    Lung,
    Track,
}

/// A slot through the cortex or an endplate: a strip of the wall of the given length and width.
///
/// Its conductance is that of a slot, `width³ · length / (12 · viscosity · thickness)`, shared among the wall
/// cells it crosses; a round hole uses [`Opening::is_round`] and `π r⁴ / (8 · viscosity · thickness)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Class that its leaks count as.
    pub class: LeakClass,
    /// Name in results, for example `"cortex anterior-superior"`.
    pub route: String,
    /// Where its leaks go.
    pub destination: Destination,
    /// Middle of the opening on the bone's surface (vertebra frame, mm).
    pub centre: Point,
    /// Unit outward normal of the wall there.
    pub outward: Vector,
    /// Unit direction of the slot's length, along the wall.
    pub along: Vector,
    /// Length of the slot, mm (a round hole: its diameter).
    pub length_mm: f64,
    /// Gap of the slot, mm (a round hole: its diameter).
    pub width_mm: f64,
    /// Thickness of the wall it passes, mm.
    pub thickness_mm: f64,
    /// True for a round hole (a needle's), false for a slot (a crack).
    pub is_round: bool,
    /// Pressure on the far side, Pa above atmosphere.
    pub outside_pressure_pa: f64,
}
