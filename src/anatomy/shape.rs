//! The unfractured vertebra as one implicit function, joined from its named parts.

use super::morphometry::Dimensions;
use super::shape_blend::smooth_union;
use super::shape_body::BodyShape;
use super::shape_constants::ShapeConstants;
use super::shape_pedicle::{CanalShape, PedicleShape};
use super::shape_posterior::PosteriorShape;
use super::{Pedicle, Side};
use crate::geometry::{Point, Vector};

/// Implicit values at one point: negative inside, close to a distance in mm near the surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeValues {
    /// The whole bone.
    pub bone: f64,
    /// The part in front of the posterior wall.
    pub body: f64,
    /// The canal.
    pub canal: f64,
}

impl ShapeValues {
    /// Distance to the nearest of the three surfaces, mm, as far as the values are distances.
    pub fn nearest(&self) -> f64 {
        self.bone.abs().min(self.body.abs()).min(self.canal.abs())
    }
}

/// An unfractured vertebra in the vertebra frame: the origin is the centroid of the body, z the bisector of the
/// endplates' rims.
#[derive(Clone, Debug, PartialEq)]
pub struct VertebraShape {
    dimensions: Dimensions,
    pub(super) body: BodyShape,
    pedicle: PedicleShape,
    pub(super) posterior: PosteriorShape,
    canal: CanalShape,
    /// Fillets of the pedicle with body and arch, mm.
    blend: [f64; 2],
    /// Centroid of the body in the build frame.
    centroid: Vector,
}

/// The body's surface and fillets end in front of this y of the build frame, mm.
const BODY_ENDS_BEFORE_MM: f64 = 9.0;
/// The arch's surface and fillets begin behind this y of the build frame, mm.
const ARCH_BEGINS_BEHIND_MM: f64 = -16.0;
/// What stands in front of the posterior wall belongs to the body as far as this from the body's own form, mm.
const BODY_FILLET_MM: f64 = 2.0;
/// Step of the sum that finds the centroid, mm.
const CENTROID_STEP_MM: f64 = 1.0;

impl VertebraShape {
    /// The shape of the given sizes, its finer constants from the table.
    pub fn new(dimensions: Dimensions) -> VertebraShape {
        let constants = ShapeConstants::of(dimensions.level);
        VertebraShape::with_constants(dimensions, &constants)
    }

    /// The shape of the given sizes and finer constants.
    pub fn with_constants(dimensions: Dimensions, constants: &ShapeConstants) -> VertebraShape {
        let mut shape = VertebraShape::in_build_frame(dimensions, constants);
        shape.centroid = shape.body_centroid();
        shape
    }

    /// Like [`VertebraShape::with_constants`], but with its origin on the posterior wall (z as ever): spares the search
    /// for the centroid, which takes longer than many values do.
    pub fn in_build_frame(dimensions: Dimensions, constants: &ShapeConstants) -> VertebraShape {
        let pedicle = PedicleShape::new(&dimensions, constants);
        let f = dimensions.length_factor;
        VertebraShape {
            body: BodyShape::new(&dimensions, constants),
            posterior: PosteriorShape::new(&dimensions, constants, &pedicle),
            canal: CanalShape::new(&dimensions),
            pedicle,
            blend: [constants.pedicle_body_blend_mm * f, constants.pedicle_arch_blend_mm * f],
            centroid: Vector::zeros(),
            dimensions,
        }
    }

    /// The sizes it was made from.
    pub fn dimensions(&self) -> &Dimensions {
        &self.dimensions
    }

    /// Offset from the vertebra frame to the build frame of the parts.
    pub(super) fn centroid(&self) -> &Vector {
        &self.centroid
    }

    /// Implicit values at a point of the vertebra frame.
    pub fn values(&self, point: &Point) -> ShapeValues {
        self.values_in_build_frame(&(point + self.centroid))
    }

    fn values_in_build_frame(&self, p: &Point) -> ShapeValues {
        // The two halves are one: everything is written for the left.
        let left = Point::new(p.x.abs(), p.y, p.z);
        let canal = self.canal.implicit(&left);
        // Body and arch reach nowhere near the other's end: left out there to save time.
        let mut whole = self.pedicle.implicit(&left);
        let mut beside_body = f64::NEG_INFINITY;
        if p.y < BODY_ENDS_BEFORE_MM {
            let body = self.body.implicit(&left);
            whole = smooth_union(body, whole, self.blend[0]);
            beside_body = body - BODY_FILLET_MM;
        }
        if p.y > ARCH_BEGINS_BEHIND_MM {
            whole = smooth_union(whole, self.posterior.implicit(&left), self.blend[1]);
        }
        let bone = self.pedicle.notched(&left, whole).max(-canal);
        // Roots of processes that reach in front of the wall's continuation are no part of the body.
        let body = bone.max(p.y - self.body.posterior_wall_y(left.x, p.z)).max(beside_body);
        ShapeValues { bone, body, canal }
    }

    /// Corners of a box that holds the bone (vertebra frame, mm).
    pub fn bounds(&self) -> (Point, Point) {
        let d = &self.dimensions;
        let half_height = 0.5 * d.height_anterior_mm.max(d.height_posterior_mm);
        let (low, high) = self.posterior.bounds();
        let x = (0.5 * d.body_width_inferior_mm.max(d.body_width_superior_mm)).max(high.x);
        let low = Point::new(-x, -self.body.greatest_depth() - 2.0, low.z.min(-half_height));
        let high = Point::new(x, high.y, high.z.max(half_height));
        (low - self.centroid, high - self.centroid)
    }

    /// A pedicle as built (vertebra frame).
    pub fn pedicle(&self, side: Side) -> Pedicle {
        let sign = side.sign();
        let mirrored = |v: Vector| Vector::new(sign * v.x, v.y, v.z);
        Pedicle {
            side,
            isthmus: Point::from(mirrored(self.pedicle.isthmus.coords)) - self.centroid,
            axis: -mirrored(self.pedicle.backwards),
            width_mm: self.dimensions.pedicle_width_mm,
            height_mm: self.dimensions.pedicle_height_mm,
        }
    }

    /// Middle of the canal at the height of the pedicles (vertebra frame).
    pub fn canal_centre(&self) -> Point {
        Point::new(0.0, 0.5 * self.dimensions.canal_depth_mm, self.pedicle.isthmus.z) - self.centroid
    }

    fn body_centroid(&self) -> Vector {
        let step = CENTROID_STEP_MM;
        let cells = |length: f64| (length / step).ceil() as i64;
        let (depth, half_height) = (self.body.depth() + 4.0, self.body.half_height(0.0) + 3.0);
        let (mut sum, mut moment) = (0.0, Vector::zeros());
        for k in -cells(half_height)..cells(half_height) {
            for j in -cells(depth)..cells(4.0) {
                for i in 0..cells(self.body.half_width() + 3.0) {
                    let p = Point::new(i as f64 + 0.5, j as f64 + 0.5, k as f64 + 0.5) * step;
                    let inside = (0.5 - self.values_in_build_frame(&p).body / step).clamp(0.0, 1.0);
                    sum += inside;
                    moment += Vector::new(0.0, p.y, p.z) * inside;
                }
            }
        }
        moment / sum
    }
}
