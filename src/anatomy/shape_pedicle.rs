//! The pedicles as elliptic tubes along their own axes, and the spinal canal (build frame as in `shape_body`).

use super::morphometry::Dimensions;
use super::shape_blend::{ellipse, round_intersection, squarish, superellipse};
use super::shape_constants::ShapeConstants;
use crate::geometry::{Point, Vector};
use crate::units;

/// The left pedicle; the right one is its mirror image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PedicleShape {
    /// Centre of the narrowest section.
    pub isthmus: Point,
    /// Unit axis from front to back.
    pub backwards: Vector,
    /// Unit direction of the width, to the left.
    across: Vector,
    /// Unit direction of the height, upwards.
    up: Vector,
    half_width: f64,
    half_height: f64,
    /// Ends of the tube before and behind the isthmus.
    ends: [f64; 2],
    rounding: f64,
    /// From the isthmus to where the notches have widened by half.
    notch_length: f64,
}

/// The notches reach this far beyond the section.
const NOTCH_REACH_MM: f64 = 1.5;
/// Farther outside the ball of the notches the bone is deeper than any surface is looked for, mm.
const NOTCH_FADE_MM: f64 = 6.0;
/// The tube ends this far inside the body: farther in front it would widen the waist.
const FRONT_END_MM: f64 = 1.5;
/// Clear space between the canal's side and the isthmus, so that cutting the canal leaves the pedicle's width alone.
const MEDIAL_CLEARANCE_MM: f64 = 0.05;
/// Relative growth of the section per squared relative distance from the isthmus.
const FLARE: f64 = 0.18;

impl PedicleShape {
    pub fn new(d: &Dimensions, c: &ShapeConstants) -> PedicleShape {
        let (ct, st) = (units::cos(d.pedicle_transverse_rad), units::sin(d.pedicle_transverse_rad));
        let (cs, ss) = (units::cos(d.pedicle_rise_backwards_rad), units::sin(d.pedicle_rise_backwards_rad));
        let half_width = 0.5 * d.pedicle_width_mm;
        // The medial end of its section touches the canal's side.
        let isthmus = Point::new(
            0.5 * d.canal_width_mm + MEDIAL_CLEARANCE_MM + half_width * ct,
            d.pedicle_isthmus_behind_wall_mm,
            d.pedicle_centre_above_body_centre_mm,
        );
        PedicleShape {
            isthmus,
            backwards: Vector::new(st * cs, ct * cs, ss),
            across: Vector::new(ct, -st, 0.0),
            up: Vector::new(-st * ss, -ct * ss, cs),
            half_width,
            half_height: 0.5 * d.pedicle_height_mm,
            ends: [isthmus.y + FRONT_END_MM * d.length_factor, 8.0 * d.length_factor],
            rounding: 1.5,
            notch_length: c.notch_length_mm * d.length_factor,
        }
    }

    /// Value of the bone at `p`, cut down to the notches round the isthmus: there the pedicle is its own section, and
    /// no fillet of its neighbours thickens it.
    pub fn notched(&self, p: &Point, bone: f64) -> f64 {
        let d = p - self.isthmus;
        let reach = self.half_height.max(self.half_width) + NOTCH_REACH_MM;
        let beyond = d.norm() - reach;
        // Outside the ball the value goes on as the distance to it, so that the cut is a surface and not a jump.
        if beyond > NOTCH_FADE_MM {
            return bone;
        }
        let along = d.dot(&self.backwards) / self.notch_length;
        let grow = 1.0 + 0.5 * along * along;
        let tube = self.section(&d, grow);
        bone.max(tube.min(-beyond))
    }

    /// The tube's section at `d` from the isthmus, enlarged: half an ellipse outwards, half a squarer oval towards the
    /// canal, whose side it borders. Behind the isthmus that side runs straight back, though the axis turns away.
    fn section(&self, d: &Vector, grow: f64) -> f64 {
        let (sideways, up) = (d.dot(&self.across), d.dot(&self.up));
        let half_height = self.half_height * grow;
        if sideways > 0.0 {
            return ellipse(sideways, up, self.half_width * grow, half_height);
        }
        let along = d.dot(&self.backwards).clamp(0.0, self.ends[1]);
        let medial = (along * self.backwards.x / self.backwards.y).max(0.0);
        squarish(sideways, up, self.half_width * grow + medial, half_height)
    }

    /// For x ≥ 0.
    pub fn implicit(&self, p: &Point) -> f64 {
        let d = p - self.isthmus;
        let along = d.dot(&self.backwards);
        let relative = along / self.ends[1];
        // It widens towards the arch only: in front the fillet with the body does it, and a higher tube would stand
        // above the endplate.
        let grow = if along > 0.0 { 1.0 + FLARE * (relative * relative).min(1.0) } else { 1.0 };
        let tube = self.section(&d, grow);
        round_intersection(tube, (along - self.ends[1]).max(-self.ends[0] - along), self.rounding)
    }
}

/// The canal as a straight tube of the narrowest section, without ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CanalShape {
    half_width: f64,
    depth: f64,
}

/// Share of the depth in front of the widest place: the canal is a rounded triangle with its base at the body.
const CANAL_FRONT_SHARE: f64 = 0.42;
/// Farther away the distance to the canal's box will do.
const FAR_MM: f64 = 6.0;
const CANAL_FRONT_EXPONENT: f64 = 2.3;
const CANAL_REAR_EXPONENT: f64 = 1.6;

impl CanalShape {
    pub fn new(d: &Dimensions) -> CanalShape {
        CanalShape { half_width: 0.5 * d.canal_width_mm, depth: d.canal_depth_mm }
    }

    pub fn implicit(&self, p: &Point) -> f64 {
        let outside_box = (p.x.abs() - self.half_width).max(-p.y).max(p.y - self.depth);
        if outside_box > FAR_MM {
            return outside_box;
        }
        let widest = CANAL_FRONT_SHARE * self.depth;
        if p.y < widest {
            superellipse(p.x, p.y - widest, self.half_width, widest, CANAL_FRONT_EXPONENT)
        } else {
            superellipse(p.x, p.y - widest, self.half_width, self.depth - widest, CANAL_REAR_EXPONENT)
        }
    }
}
