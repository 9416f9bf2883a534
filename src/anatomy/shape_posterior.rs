//! The arch behind the pedicles: laminae, articular, transverse and spinous processes (build frame as in `shape_body`).
//!
//! Spans, lengths and slopes come from the morphometry table; thicknesses and the places of the joints are our choice,
//! set by eye against real meshes.

use super::Level;
use super::morphometry::Dimensions;
use super::shape_blend::{Plate, Rod, convex_polygon, round_intersection, smooth_union};
use super::shape_pedicle::PedicleShape;
use crate::geometry::{Point, Vector, shape::Segment};
use crate::units;

/// The left half of the arch; the right half is its mirror image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PosteriorShape {
    lamina: Plate,
    rods: Vec<Rod>,
    spinous_profile: [[f64; 2]; 4],
    spinous_half_thickness: [f64; 2],
    blend: f64,
}

/// Rounding of the spinous process' outline seen from the side, mm.
const SPINOUS_ROUNDING_MM: f64 = 3.5;

fn rod(from: [f64; 3], to: [f64; 3], radii: [f64; 2], thin: Vector, flatness: f64) -> Rod {
    Rod {
        axis: Segment { start: Point::from(from), end: Point::from(to) },
        radius_start: radii[0],
        radius_end: radii[1],
        thin: thin.normalize(),
        flatness,
    }
}

impl PosteriorShape {
    pub fn new(d: &Dimensions, pedicle: &PedicleShape) -> PosteriorShape {
        let f = d.length_factor;
        let lumbar = d.level >= Level::L1;
        let half_canal = 0.5 * d.canal_width_mm;
        let half_height = 0.5 * d.height_posterior_mm;
        let depth = d.canal_depth_mm;
        // Where pedicle, lamina and processes meet.
        let pillar = pedicle.isthmus + pedicle.backwards * (7.8 * f);
        let lower_joint_z = if lumbar { -half_height - 9.0 * f } else { -half_height - 6.0 * f };
        let mut rods = Vec::new();
        // Superior articular process.
        let (upper_x, upper_thin) = if lumbar {
            (pillar.x + 1.0 * f, Vector::new(1.0, -0.7, 0.0))
        } else {
            (pillar.x - 1.5 * f, Vector::new(0.25, -1.0, 0.3))
        };
        rods.push(rod(
            [pillar.x, pillar.y + 0.5 * f, pillar.z - 2.0 * f],
            [upper_x, pillar.y + 4.0 * f, half_height - 0.5 * f],
            [5.4 * f, 5.6 * f],
            upper_thin,
            1.3,
        ));
        // Pars, then the inferior articular process.
        let knee = [0.74 * half_canal + 2.5 * f, depth + 0.8 * f, -0.5 * half_height];
        rods.push(rod([pillar.x, pillar.y, pillar.z - 2.0 * f], knee, [4.8 * f, 5.4 * f], Vector::y(), 1.15));
        let (joint_x, joint_thin, joint_flatness) = if lumbar || d.level == Level::T12 {
            (0.66 * half_canal + 2.5 * f, Vector::new(1.0, -0.4, 0.0), 1.15)
        } else {
            (0.60 * half_canal + 2.0 * f, Vector::new(0.2, -1.0, 0.3), 1.5)
        };
        rods.push(rod(
            knee,
            [joint_x, depth + 3.5 * f, lower_joint_z + 5.6 * f],
            [5.4 * f, 5.6 * f],
            joint_thin,
            joint_flatness,
        ));
        rods.push(transverse(d, &pillar));
        PosteriorShape {
            lamina: lamina(d, &pillar),
            rods,
            spinous_profile: spinous_profile(d),
            spinous_half_thickness: [2.6 * f, if lumbar { 4.6 * f } else { 4.0 * f }],
            blend: 4.0 * f,
        }
    }

    /// z of the lowest and y of the hindmost place of the spinous process.
    pub fn lowest_and_hindmost(&self) -> (f64, f64) {
        let corners = &self.spinous_profile;
        let lowest = corners.iter().map(|c| c[1]).fold(0.0, f64::min);
        let hindmost = corners.iter().map(|c| c[0]).fold(0.0, f64::max);
        (lowest - SPINOUS_ROUNDING_MM, hindmost + SPINOUS_ROUNDING_MM)
    }

    /// For x ≥ 0.
    pub fn implicit(&self, p: &Point) -> f64 {
        let profile = convex_polygon(&self.spinous_profile, p.y, p.z) - SPINOUS_ROUNDING_MM;
        // Thicker towards its lower edge.
        let [thin, thick] = self.spinous_half_thickness;
        let [front_top, _, tip, front_bottom] = self.spinous_profile;
        let lower_edge = tip[1] + (tip[1] - front_bottom[1]) * (p.y - tip[0]) / (tip[0] - front_bottom[0]);
        let low = 1.0 - ((p.z - lower_edge) / (front_top[1] - front_bottom[1])).clamp(0.0, 1.0);
        let spinous = round_intersection(profile, p.x.abs() - thin - (thick - thin) * low, 2.4);
        let mut value = smooth_union(spinous, self.lamina.implicit(p), self.blend);
        for rod in &self.rods {
            value = smooth_union(value, rod.implicit(p), self.blend);
        }
        value
    }
}

fn lamina(d: &Dimensions, pillar: &Point) -> Plate {
    let f = d.length_factor;
    let half_height = 0.5 * d.height_posterior_mm;
    let outer = Point::new(pillar.x - 2.0 * f, pillar.y - 0.5 * f, -0.22 * half_height);
    let inner = Point::new(0.0, d.canal_depth_mm + 2.8 * f, -0.48 * half_height);
    let along = (inner - outer).normalize();
    // The lower edge leans backwards.
    let lean = units::rad_from_deg(14.0);
    let down = Vector::new(0.0, units::sin(lean), -units::cos(lean));
    let thick = down.cross(&along).normalize();
    Plate {
        centre: outer + (inner - outer) * 0.5,
        axes: [along, thick, along.cross(&thick)],
        half: [0.5 * (inner - outer).norm() + 2.0 * f, 3.0 * f, 0.76 * half_height],
        rounding: 2.4 * f,
    }
}

fn transverse(d: &Dimensions, pillar: &Point) -> Rod {
    let f = d.length_factor;
    let (radii, flatness) = match d.level {
        Level::T11 | Level::T12 => ([5.0, 4.0], 1.0),
        level if level >= Level::L1 => ([5.2, 4.0], 1.6),
        _ => ([5.0, 4.6], 1.1),
    };
    let tip = [
        0.5 * d.transverse_span_mm - radii[1] * f,
        d.transverse_tip_behind_wall_mm,
        d.transverse_tip_above_body_centre_mm,
    ];
    let root = [pillar.x, pillar.y, pillar.z - 1.5 * f];
    rod(root, tip, radii.map(|r| r * f), Vector::y(), flatness)
}

/// Corners in (y, z): front top, back top, tip (back bottom), front bottom.
fn spinous_profile(d: &Dimensions) -> [[f64; 2]; 4] {
    let f = d.length_factor;
    let half_height = 0.5 * d.height_posterior_mm;
    let start = [d.canal_depth_mm, -0.35 * half_height];
    let (c, s) = (units::cos(d.spinous_slope_rad), units::sin(d.spinous_slope_rad));
    // The corners are rounded outwards, so they stand inside the finished outline.
    let length = d.spinous_length_mm - SPINOUS_ROUNDING_MM;
    let tip = [start[0] + length * c, start[1] - length * s];
    let (back, height) = match d.level {
        level if level >= Level::L1 => ([-1.5, 8.0], [-0.22, -1.0]),
        Level::T12 => ([-0.5, 6.5], [-0.22, -0.95]),
        Level::T11 => ([0.5, 4.0], [-0.22, -0.95]),
        _ => ([1.0, 1.0], [-0.22, -0.95]),
    };
    [
        [start[0] + 3.0 * f, height[0] * half_height],
        [tip[0] + back[0] * f, tip[1] + back[1] * f],
        tip,
        [start[0] + 3.0 * f, height[1] * half_height],
    ]
}
