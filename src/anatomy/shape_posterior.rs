//! The arch behind the pedicles: laminae, articular, transverse and spinous processes (build frame as in `shape_body`).

use super::morphometry::Dimensions;
use super::shape_blend::{Plate, Rod, extreme_of_ball, smooth_union};
use super::shape_constants::ShapeConstants;
use super::shape_pedicle::PedicleShape;
use super::shape_spinous::SpinousShape;
use crate::geometry::{Point, Vector, shape::Segment};
use crate::units;

/// At least this much of the lamina would stand in the canal.
const ARCH_CUT_MM: f64 = 0.4;

/// The left half of the arch; the right half is its mirror image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PosteriorShape {
    lamina: Plate,
    /// In the order in which they are joined: superior process, pars, inferior process, the two halves of the
    /// transverse process, its front root, mammillary process.
    rods: [Rod; 7],
    pub spinous: SpinousShape,
    /// Tip of the transverse process, on its surface.
    pub transverse_tip: Point,
    /// Greatest x.
    half_span: f64,
    blend: f64,
}

/// Unit vector of an azimuth (from x to y) and an elevation.
fn direction(azimuth: f64, elevation: f64) -> Vector {
    let flat = units::cos(elevation);
    Vector::new(flat * units::cos(azimuth), flat * units::sin(azimuth), units::sin(elevation))
}

fn rod(from: Point, to: Point, radii: [f64; 2], thin: Vector, flatness: f64) -> Rod {
    Rod { axis: Segment { start: from, end: to }, radius_start: radii[0], radius_end: radii[1], thin, flatness }
}

impl PosteriorShape {
    pub fn new(d: &Dimensions, c: &ShapeConstants, pedicle: &PedicleShape) -> PosteriorShape {
        let f = d.length_factor;
        let (half_canal, half_height) = (0.5 * d.canal_width_mm, 0.5 * d.height_posterior_mm);
        let offset = |x: f64, y: f64, z: f64| Vector::new(x, y, z) * f;
        let pillar = pedicle.isthmus + pedicle.backwards * (c.pillar_back_mm * f);
        let canal_rear = Point::new(half_canal, d.canal_depth_mm, 0.0);
        let superior_tip = Point::new(pillar.x, pillar.y, half_height)
            + offset(c.superior_tip_x_mm, c.superior_tip_y_mm, c.superior_tip_z_mm);
        let superior = rod(
            pillar + offset(c.superior_start_x_mm, c.superior_start_y_mm, c.superior_start_z_mm),
            superior_tip,
            [c.superior_start_radius_mm * f, c.superior_tip_radius_mm * f],
            direction(c.superior_azimuth_rad, c.superior_elevation_rad),
            c.superior_flatness,
        );
        let knee = canal_rear + offset(c.knee_x_mm, c.knee_y_mm, c.knee_z_mm);
        let pars = rod(
            pillar + offset(0.0, 0.0, -2.0),
            knee,
            [c.pars_radius_mm * f, c.knee_radius_mm * f],
            Vector::y(),
            c.pars_flatness,
        );
        let inferior_tip = canal_rear - Vector::z() * half_height
            + offset(c.inferior_tip_x_mm, c.inferior_tip_y_mm, c.inferior_tip_z_mm);
        let inferior = rod(
            knee,
            inferior_tip,
            [c.knee_radius_mm * f, c.inferior_tip_radius_mm * f],
            direction(c.inferior_azimuth_rad, c.inferior_elevation_rad),
            c.inferior_flatness,
        );
        let thin = direction(c.transverse_azimuth_rad, c.transverse_elevation_rad);
        let tip_radius = c.transverse_tip_radius_mm * f;
        let transverse_tip = Point::new(
            0.5 * d.transverse_span_mm,
            d.transverse_tip_behind_wall_mm,
            d.transverse_tip_above_body_centre_mm,
        );
        let tip = transverse_tip - extreme_of_ball(tip_radius, &thin, c.transverse_flatness, &Vector::x());
        let root = pillar + offset(c.transverse_root_x_mm, c.transverse_root_y_mm, c.transverse_root_z_mm);
        let middle = root + (tip - root) * 0.5 + offset(0.0, c.transverse_bow_y_mm, c.transverse_bow_z_mm);
        let middle_radius = c.transverse_middle_radius_mm * f;
        let near = rod(root, middle, [c.transverse_root_radius_mm * f, middle_radius], thin, c.transverse_flatness);
        let far = rod(middle, tip, [middle_radius, tip_radius], thin, c.transverse_flatness);
        let front = pedicle.isthmus + offset(c.buttress_x_mm, c.buttress_y_mm, c.buttress_z_mm);
        let buttress = rod(front, middle, [c.buttress_radius_mm * f, middle_radius], thin, c.transverse_flatness);
        let knob = pillar + offset(c.mammillary_x_mm, c.mammillary_y_mm, c.mammillary_z_mm);
        let mammillary = rod(knob, knob, [c.mammillary_radius_mm * f; 2], Vector::z(), 1.0);
        let mut arch = PosteriorShape {
            lamina: lamina(d, c, &pillar),
            rods: [superior, pars, inferior, near, far, buttress, mammillary],
            spinous: SpinousShape::new(d, c, c.spinous_start_z_mm * f),
            transverse_tip,
            half_span: 0.5 * d.transverse_span_mm,
            blend: c.arch_blend_mm * f,
        };
        // Where the arch comes nearest depends a little on where the process starts.
        for _ in 0..2 {
            if let Some(z) = arch.nearest_to_the_wall_z(d.canal_depth_mm) {
                arch.spinous = SpinousShape::new(d, c, z);
            }
        }
        arch
    }

    /// Middle of the stretch of the midline where the arch bounds the canal.
    fn nearest_to_the_wall_z(&self, canal_depth: f64) -> Option<f64> {
        let value = |i: i32| self.implicit(&Point::new(0.0, canal_depth + 0.05, 0.1 * f64::from(i)));
        let (mut share, mut moment) = (0.0, 0.0);
        for i in -250..200 {
            // In part at its ends, so that it moves evenly with the shape.
            let inside = (0.5 - value(i) / 0.2).clamp(0.0, 1.0);
            share += inside;
            moment += inside * 0.1 * f64::from(i);
        }
        (share > 0.0).then(|| moment / share)
    }

    /// The superior articular process.
    pub fn superior(&self) -> &Rod {
        &self.rods[0]
    }

    /// The inferior articular process.
    pub fn inferior(&self) -> &Rod {
        &self.rods[2]
    }

    /// On the axis of the transverse process, where it leaves the pillar.
    pub fn transverse_root(&self) -> Point {
        let near = &self.rods[3];
        let length = near.axis.length_mm().max(1e-6);
        near.axis.at((near.radius_start / length).min(1.0))
    }

    /// Corners of a box round it, its right half included.
    pub fn bounds(&self) -> (Point, Point) {
        let (lowest, hindmost) = self.spinous.lowest_and_hindmost();
        let mut low = Point::new(0.0, 0.0, lowest);
        let mut high = Point::new(self.transverse_tip.x, hindmost, 0.0);
        for rod in &self.rods {
            for (end, radius) in [(rod.axis.start, rod.radius_start), (rod.axis.end, rod.radius_end)] {
                for (axis, way) in [Vector::x(), Vector::y(), Vector::z()].into_iter().enumerate() {
                    let reach = extreme_of_ball(radius, &rod.thin, rod.flatness, &way)[axis];
                    low[axis] = low[axis].min(end[axis] - reach);
                    high[axis] = high[axis].max(end[axis] + reach);
                }
            }
        }
        (Point::new(-high.x, low.y, low.z), high)
    }

    /// For x ≥ 0.
    pub fn implicit(&self, p: &Point) -> f64 {
        let mut value = smooth_union(self.spinous.implicit(p), self.lamina.implicit(p), self.blend);
        for rod in &self.rods {
            value = smooth_union(value, rod.implicit(p), self.blend);
        }
        // Nothing stands out beyond the tips.
        value.max(p.x - self.half_span)
    }
}

fn lamina(d: &Dimensions, c: &ShapeConstants, pillar: &Point) -> Plate {
    let f = d.length_factor;
    let outer =
        Point::new(pillar.x + c.lamina_outer_x_mm * f, pillar.y + c.lamina_outer_y_mm * f, c.lamina_outer_z_mm * f);
    // Its front is cut by the canal, so that the arch bounds the canal where the canal's depth says.
    let inner_y = c.lamina_inner_y_mm.min(c.lamina_half_thickness_mm - ARCH_CUT_MM) * f;
    let inner = Point::new(0.0, d.canal_depth_mm + inner_y, c.lamina_inner_z_mm * f);
    let along = (inner - outer).normalize();
    // The lower edge leans backwards.
    let down = Vector::new(0.0, units::sin(c.lamina_lean_rad), -units::cos(c.lamina_lean_rad));
    let thick = down.cross(&along).normalize();
    let half_thickness = c.lamina_half_thickness_mm * f;
    Plate {
        centre: outer + (inner - outer) * 0.5,
        axes: [along, thick, along.cross(&thick)],
        half: [
            0.5 * (inner - outer).norm() + 2.0 * f,
            half_thickness,
            c.lamina_half_height * 0.5 * d.height_posterior_mm,
        ],
        rounding: 0.8 * half_thickness,
    }
}
