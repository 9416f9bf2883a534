//! A disc as the solid between two endplates: inside the outline of both bodies, outside their bone.

use super::alignment::{CHORD_PER_DEPTH, Chord, DiscChords};
use crate::anatomy::shape_blend::superellipse;
use crate::geometry::{Frame, Point, Vector};
use crate::units::{cos, sin};

/// The space of one disc in the patient's frame, before the bones are taken from it.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscSpace {
    /// Its two endplates.
    pub chords: DiscChords,
    /// Origin in its middle, z the normal of the endplates' bisector.
    frame: Frame,
    /// Half width at the lower and the upper endplate, mm.
    half_width: [f64; 2],
    /// Half depth at the lower and the upper endplate, mm.
    half_depth: [f64; 2],
}

/// Share of the rims' outline that the disc fills.
const OUTLINE_SHARE: f64 = 0.97;
/// Exponent of the outline.
const OUTLINE: f64 = 2.3;
/// How far the disc may reach into a dished endplate in its middle, mm.
const DISH_MM: f64 = 9.0;

impl DiscSpace {
    pub(super) fn new(chords: DiscChords, width_below_mm: f64, width_above_mm: f64) -> DiscSpace {
        let tilt = 0.5 * (chords.above.tilt_rad() + chords.below.tilt_rad());
        let middle = |chord: &Chord| chord.middle();
        let (a, b) = (middle(&chords.above), middle(&chords.below));
        let origin = Point::new(0.0, 0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]));
        let (c, s) = (cos(tilt), sin(tilt));
        let (y, z) = (Vector::new(0.0, c, s), Vector::new(0.0, -s, c));
        let frame = Frame::from_axes(origin, Vector::x(), y, z).unwrap_or_else(Frame::identity);
        let half_depth = |chord: &Chord| 0.5 * chord.length_mm() / CHORD_PER_DEPTH * OUTLINE_SHARE;
        DiscSpace {
            frame,
            half_width: [width_below_mm, width_above_mm].map(|width| 0.5 * width * OUTLINE_SHARE),
            half_depth: [half_depth(&chords.below), half_depth(&chords.above)],
            chords,
        }
    }

    /// Implicit value at a point of the patient: negative in the disc's space, `bodies` being the signed distance to the
    /// nearest of the two bones.
    pub fn implicit(&self, point: &Point, bodies: f64) -> f64 {
        let p = self.frame.point_to_vertebra(point);
        let height = self.chords.height_mm().max(0.1);
        let t = (p.z / height + 0.5).clamp(0.0, 1.0);
        let mix = |ends: [f64; 2]| ends[0] + (ends[1] - ends[0]) * t;
        let (a, b) = (mix(self.half_width), mix(self.half_depth));
        let outline = superellipse(p.x, p.y, a, b, OUTLINE);
        // Beyond the planes of the rims only where an endplate is dished.
        let (u, v) = (p.x / a, p.y / b);
        let dish = DISH_MM * (1.0 - u * u - v * v).max(0.0);
        let half_wedge = 0.5 * self.chords.wedge_rad();
        // Taller in front, where y is below zero.
        let half_height = 0.5 * height - p.y * crate::units::tan(half_wedge);
        let slab = p.z.abs() - half_height - dish;
        outline.max(slab).max(-bodies)
    }

    /// Corners of a box that holds the disc in its own frame, and that frame.
    pub(super) fn bounds_own(&self) -> (Point, Point, &Frame) {
        let x = self.half_width[0].max(self.half_width[1]) + 1.0;
        let y = self.half_depth[0].max(self.half_depth[1]) + 1.0;
        let z = 0.5 * self.chords.height_mm() + 0.5 * y * self.chords.wedge_rad().abs() + DISH_MM;
        (Point::new(-x, -y, -z), Point::new(x, y, z), &self.frame)
    }
}
