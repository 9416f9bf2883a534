//! The spinous process: a rounded quadrangle seen from the side, thicker below than above (build frame as in
//! `shape_body`).

use super::morphometry::Dimensions;
use super::shape_blend::{convex_polygon, round_intersection};
use super::shape_constants::ShapeConstants;
use crate::geometry::Point;
use crate::units;

/// The spinous process.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SpinousShape {
    /// Corners in (y, z): front top, back top, tip (back bottom), front bottom.
    corners: [[f64; 2]; 4],
    rounding: f64,
    /// Half thickness of the upper edge and the lower edge in front, and of the tip.
    half_thickness: [f64; 3],
    /// Unit direction from its start to the tip, and that length.
    along: [f64; 2],
    length: f64,
    start: [f64; 2],
    /// Farthest place from the start.
    pub tip: Point,
}

/// No other corner comes nearer than this to the tip's distance from the start, mm.
const TIP_STANDS_OUT_MM: f64 = 0.4;
/// Rounding of its edges, mm.
const EDGE_MM: f64 = 2.4;

impl SpinousShape {
    /// `start_z` is the height at which the arch comes nearest to the posterior wall: length and slope count from there.
    pub fn new(d: &Dimensions, c: &ShapeConstants, start_z: f64) -> SpinousShape {
        let f = d.length_factor;
        let start = [d.canal_depth_mm, start_z];
        let base_z = c.spinous_start_z_mm * f;
        let along = [units::cos(d.spinous_slope_rad), -units::sin(d.spinous_slope_rad)];
        let rounding = c.spinous_rounding_mm * f;
        // The corners are rounded outwards, so they stand inside the finished outline.
        let length = d.spinous_length_mm - rounding;
        let tip = [start[0] + length * along[0], start[1] + length * along[1]];
        let within = |corner: [f64; 2]| {
            let v = [corner[0] - start[0], corner[1] - start[1]];
            let reach = (v[0] * v[0] + v[1] * v[1]).sqrt();
            let shrink = ((length - TIP_STANDS_OUT_MM) / reach).min(1.0);
            [start[0] + v[0] * shrink, start[1] + v[1] * shrink]
        };
        let front = start[0] + c.spinous_front_y_mm * f;
        SpinousShape {
            corners: [
                within([front, base_z + c.spinous_front_top_z_mm * f]),
                within([tip[0] + c.spinous_back_y_mm * f, tip[1] + c.spinous_back_z_mm * f]),
                tip,
                within([front, base_z + c.spinous_front_bottom_z_mm * f]),
            ],
            rounding,
            half_thickness: [
                c.spinous_top_half_thickness_mm * f,
                c.spinous_bottom_half_thickness_mm * f,
                c.spinous_tip_half_thickness_mm * f,
            ],
            along,
            length,
            start,
            tip: Point::new(0.0, tip[0] + rounding * along[0], tip[1] + rounding * along[1]),
        }
    }

    /// z of the lowest and y of the hindmost place.
    pub fn lowest_and_hindmost(&self) -> (f64, f64) {
        let lowest = self.corners.iter().map(|c| c[1]).fold(0.0, f64::min);
        let hindmost = self.corners.iter().map(|c| c[0]).fold(0.0, f64::max);
        (lowest - self.rounding, hindmost + self.rounding)
    }

    pub fn implicit(&self, p: &Point) -> f64 {
        let profile = convex_polygon(&self.corners, p.y, p.z) - self.rounding;
        let [top, bottom, tip] = self.half_thickness;
        let [front_top, _, back, front_bottom] = self.corners;
        let (y, z) = (p.y - self.start[0], p.z - self.start[1]);
        let back_share = ((y * self.along[0] + z * self.along[1]) / self.length).clamp(0.0, 1.0);
        let lower_edge = front_bottom[1] + (back[1] - front_bottom[1]) * back_share;
        let low = 1.0 - ((p.z - lower_edge) / (front_top[1] - front_bottom[1]).max(3.0)).clamp(0.0, 1.0);
        let front = top + (bottom - top) * low;
        let half = front + (top + (tip - top) * low - front) * back_share * back_share;
        round_intersection(profile, p.x.abs() - half, EDGE_MM.min(0.8 * half))
    }
}
