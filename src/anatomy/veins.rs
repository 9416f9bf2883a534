//! The venous network as trees of branches, each tree leaving the bone through one outlet.

use super::{Destination, LeakClass};
use crate::geometry::Point;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which venous system a tree belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VeinKind {
    /// Drains into the canal through a foramen of the posterior wall: leaks are class B.
    Basivertebral,
    /// Drains through the lateral or anterior wall: leaks are class S.
    Segmental,
}

impl VeinKind {
    /// The leak class of what leaves through such a vein.
    pub fn leak_class(self) -> LeakClass {
        match self {
            VeinKind::Basivertebral => LeakClass::B,
            VeinKind::Segmental => LeakClass::S,
        }
    }
}

/// An unbranched stretch of vein of one radius.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Polyline of the axis in the vertebra frame, mm, from downstream (towards the outlet) to upstream. The first
    /// branch of a tree starts AT the wall, where the tree leaves the bone.
    pub points: Vec<Point>,
    /// Radius of the lumen, mm.
    pub radius_mm: f64,
    /// Index of the branch it drains into, at whose point nearest to its own first point it joins; `None` for the trunk.
    pub parent: Option<usize>,
}

/// A vein tree inside the bone and the pipe that carries on outside the wall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VeinTree {
    /// Which system.
    pub kind: VeinKind,
    /// Name in results, for example `"basivertebral"` or `"segmental left"`.
    pub route: String,
    /// Where the outside pipe goes.
    pub destination: Destination,
    /// Branches; the first is the trunk.
    pub branches: Vec<Branch>,
    /// Length of the pipe outside the wall up to a vessel so wide that it takes no more pressure, mm.
    pub outside_length_mm: f64,
    /// Radius of the pipe outside the wall, mm.
    pub outside_radius_mm: f64,
    /// Venous pressure at the end of the pipe, Pa above atmosphere.
    pub outside_pressure_pa: f64,
}
