//! Named places of one vertebra that planning, grading and imaging ask for (vertebra frame, mm).

use super::Side;
use crate::geometry::{Point, Vector, shape::Plane};
use serde::{Deserialize, Serialize};

/// One pedicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pedicle {
    /// The patient's side.
    pub side: Side,
    /// Centre of the narrowest section.
    pub isthmus: Point,
    /// Unit axis through the isthmus, from back to front.
    pub axis: Vector,
    /// Least width of the narrowest section, mm.
    pub width_mm: f64,
    /// Height of the narrowest section, mm.
    pub height_mm: f64,
}

/// One half of a facet joint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    /// The patient's side.
    pub side: Side,
    /// Middle of its face, on the bone.
    pub centre: Point,
    /// Unit normal out of the bone, towards the other half of the joint.
    pub normal: Vector,
}

/// Named places behind the canal; a left one comes before a right one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PosteriorLandmarks {
    /// Faces of the superior articular processes: they meet the vertebra above.
    pub superior_facets: [Facet; 2],
    /// Faces of the inferior articular processes: they meet the vertebra below.
    pub inferior_facets: [Facet; 2],
    /// Where the transverse processes spring from the arch, on the surface that looks backwards.
    pub transverse_roots: [Point; 2],
    /// Outermost places of the transverse processes (at T11 and T12 the lateral tubercles).
    pub transverse_tips: [Point; 2],
    /// The place of the spinous process farthest from the arch.
    pub spinous_tip: Point,
}

/// Named places of one vertebra as it is now, fracture included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landmarks {
    /// Best plane of the upper endplate; the normal points to the head.
    pub superior_endplate: Plane,
    /// Best plane of the lower endplate; the normal points to the feet.
    pub inferior_endplate: Plane,
    /// y of the posterior wall in the middle of the body.
    pub posterior_wall_y_mm: f64,
    /// y of the anterior cortex in the middle of the body.
    pub anterior_wall_y_mm: f64,
    /// x of the body's left border in the middle of its height and depth.
    pub left_wall_x_mm: f64,
    /// x of the body's right border in the middle of its height and depth.
    pub right_wall_x_mm: f64,
    /// Left pedicle, right pedicle.
    pub pedicles: [Pedicle; 2],
    /// Middle of the canal at the height of the pedicles.
    pub canal_centre: Point,
    /// Facets and processes, where they are known.
    #[serde(default)]
    pub posterior: Option<PosteriorLandmarks>,
    /// Volume of the body as it is now, ml.
    pub body_volume_ml: f64,
}

impl Landmarks {
    /// The pedicle of a side.
    pub fn pedicle(&self, side: Side) -> &Pedicle {
        match side {
            Side::Left => &self.pedicles[0],
            Side::Right => &self.pedicles[1],
        }
    }

    /// 0 at the posterior wall, 1 at the anterior cortex, along y.
    pub fn ap_fraction(&self, point: &Point) -> f64 {
        (self.posterior_wall_y_mm - point.y) / (self.posterior_wall_y_mm - self.anterior_wall_y_mm)
    }

    /// y at a share of the depth: the inverse of [`Landmarks::ap_fraction`], mm.
    pub fn y_at_ap_fraction_mm(&self, fraction: f64) -> f64 {
        self.posterior_wall_y_mm - fraction * (self.posterior_wall_y_mm - self.anterior_wall_y_mm)
    }

    /// x of the body's midline, mm.
    pub fn midline_x_mm(&self) -> f64 {
        0.5 * (self.left_wall_x_mm + self.right_wall_x_mm)
    }

    /// How far a point is from the midline on a side, mm; negative beyond it.
    pub fn short_of_midline_mm(&self, side: Side, point: &Point) -> f64 {
        (point.x - self.midline_x_mm()) * side.sign()
    }

    /// 0 at the right border, 1 at the left.
    pub fn lateral_fraction(&self, point: &Point) -> f64 {
        (point.x - self.right_wall_x_mm) / (self.left_wall_x_mm - self.right_wall_x_mm)
    }

    /// 0 at the lower endplate, 1 at the upper, along z through the point.
    pub fn height_fraction(&self, point: &Point) -> f64 {
        let height_of = |plane: &Plane| {
            let n = plane.normal;
            plane.point.z + ((plane.point.x - point.x) * n.x + (plane.point.y - point.y) * n.y) / n.z
        };
        let (low, high) = (height_of(&self.inferior_endplate), height_of(&self.superior_endplate));
        (point.z - low) / (high - low)
    }
}
