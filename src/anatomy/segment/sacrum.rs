//! The sacrum: endplate of S1 at its slope, promontory, wings, joints for the last lumbar vertebra, canal.

use super::alignment::{CHORD_PER_DEPTH, Chord};
use super::spine::Station;
use super::spine_data::spine_data;
use super::tube::{Node, Tube};
use crate::anatomy::Side;
use crate::anatomy::shape_blend::{ellipse, round_intersection, smooth_union, superellipse};
use crate::geometry::{Frame, Point, Vector};
use crate::units::{cos, sin};

/// The sacrum in its own frame: origin the middle of the endplate of S1, z its normal, x left, y along it to the back.
#[derive(Clone, Debug, PartialEq)]
pub struct Sacrum {
    /// Where it stands in the patient.
    pub frame: Frame,
    /// Width of the endplate, mm.
    pub endplate_width_mm: f64,
    /// Depth of the endplate, mm.
    pub endplate_depth_mm: f64,
    /// Axis and section of the canal, from above the endplate to S4, own frame.
    canal: Tube,
    /// Wings, lateral mass, arch and joints; the left half of the bone, own frame.
    parts: Vec<Tube>,
    /// The vertebra above, to which the joints leave their space.
    above: Option<Station>,
    length_factor: f64,
}

/// Farther from the bone, and farther below the endplate, the vertebra above is not asked, mm.
const NEAR_MM: f64 = 16.0;
/// Canal's middle behind the rear rim of the endplate, mm at mean size.
const CANAL_BEHIND_RIM_MM: f64 = 9.0;

impl Sacrum {
    /// Median chord of the endplate of S1 about the sacrum's origin, (y, z) in the patient's directions.
    pub(super) fn endplate(slope_rad: f64, length_factor: f64) -> Chord {
        let half = 0.5 * CHORD_PER_DEPTH * spine_data().sacrum.endplate_depth_mm * length_factor;
        let rear = [half * cos(slope_rad), half * sin(slope_rad)];
        Chord { front: [-rear[0], -rear[1]], rear }
    }

    pub(super) fn new(frame: Frame, length_factor: f64, above: Option<&Station>) -> Sacrum {
        let (data, f) = (&spine_data().sacrum, length_factor);
        let half_depth = 0.5 * data.endplate_depth_mm * f;
        let canal_y = half_depth + CANAL_BEHIND_RIM_MM * f;
        let height = data.height_mm / 100.0 * f;
        let flat = |x: f64, y: f64, z: f64, radius: f64, thin: Vector, flatness: f64| Node {
            centre: Point::new(x * f, y, z * height),
            radius_mm: radius * f,
            thin: thin.normalize(),
            flatness,
        };
        let canal = Tube::new(vec![
            flat(0.0, canal_y, 14.0, 13.0, Vector::y(), 1.7),
            flat(0.0, canal_y, -4.0, 12.5, Vector::y(), 1.7),
            flat(0.0, canal_y + 3.0 * f, -30.0, 9.5, Vector::y(), 1.6),
            flat(0.0, canal_y + 2.0 * f, -58.0, 6.5, Vector::y(), 1.5),
            flat(0.0, canal_y - 5.0 * f, -82.0, 4.0, Vector::y(), 1.3),
        ]);
        let wide = 0.5 * data.ala_width_mm * f;
        let plate = Vector::new(0.0, 1.0, 0.25);
        let body = Tube::new(vec![
            flat(0.0, 0.0, -14.0, 23.0, Vector::y(), 1.5),
            flat(0.0, 5.0 * f, -40.0, 19.0, Vector::y(), 1.7),
            flat(0.0, 8.0 * f, -66.0, 13.5, Vector::y(), 1.7),
            flat(0.0, 1.0 * f, -90.0, 8.0, Vector::y(), 1.5),
        ]);
        // From the side of the body of S1 out to the auricular face, then down along it.
        let wing = Tube::new(vec![
            flat(12.0, 2.0 * f, -15.0, 13.0, plate, 1.15),
            flat(30.0, 7.0 * f, -17.0, 12.5, plate, 1.2),
            Node {
                centre: Point::new(wide - 12.0 * f, 15.0 * f, -22.0 * height),
                radius_mm: 12.0 * f,
                thin: plate.normalize(),
                flatness: 1.25,
            },
        ]);
        let lateral_mass = Tube::new(vec![
            Node {
                centre: Point::new(wide - 12.0 * f, 15.0 * f, -22.0 * height),
                radius_mm: 12.0 * f,
                thin: plate.normalize(),
                flatness: 1.25,
            },
            flat(36.0, 18.0 * f, -43.0, 11.5, Vector::y(), 1.3),
            flat(23.0, 16.0 * f, -66.0, 9.5, Vector::y(), 1.4),
            flat(9.0, 6.0 * f, -88.0, 6.0, Vector::y(), 1.4),
        ]);
        let inner_mass = Tube::new(vec![
            flat(14.0, 4.0 * f, -24.0, 11.0, Vector::y(), 1.1),
            flat(20.0, 12.0 * f, -48.0, 9.5, Vector::y(), 1.2),
            flat(12.0, 11.0 * f, -68.0, 8.0, Vector::y(), 1.2),
        ]);
        let back = |z: f64| -> f64 {
            // Behind the canal.
            canal_y + (10.5 - 0.035 * (z + 30.0).abs()) * f
        };
        let crest = Tube::new(vec![
            flat(0.0, back(-18.0) + 1.0 * f, -18.0, 5.5, Vector::x(), 1.5),
            flat(0.0, back(-34.0) + 2.5 * f, -36.0, 6.0, Vector::x(), 1.5),
            flat(0.0, back(-56.0) - 1.0 * f, -58.0, 4.6, Vector::x(), 1.3),
        ]);
        let lamina = |z: f64, out: f64, radius: f64| {
            Tube::new(vec![
                flat(0.0, back(z), z, radius, Vector::new(0.3, 1.0, 0.2), 1.7),
                flat(out, canal_y + 3.0 * f, z + 2.0, radius * 1.15, Vector::new(1.0, 1.0, 0.0), 1.4),
            ])
        };
        let joint = above.map_or(Point::new(21.0 * f, canal_y + 2.0 * f, 9.0 * f), |above| joint_of(above, &frame));
        let root = Point::new(24.0 * f, canal_y - 3.0 * f, -13.0 * height);
        let process = Tube::new(vec![
            Node { centre: root, radius_mm: 8.5 * f, thin: Vector::x(), flatness: 1.1 },
            Node { centre: joint, radius_mm: 5.6 * f, thin: Vector::new(1.0, -0.9, 0.0).normalize(), flatness: 1.2 },
        ]);
        let parts = vec![
            body,
            wing,
            lateral_mass,
            inner_mass,
            crest,
            lamina(-20.0, 17.0, 6.0),
            lamina(-34.0, 17.0, 6.5),
            lamina(-48.0, 16.0, 6.0),
            lamina(-60.0, 12.0, 5.0),
            process,
        ];
        Sacrum {
            frame,
            endplate_width_mm: data.endplate_width_mm * f,
            endplate_depth_mm: 2.0 * half_depth,
            canal,
            parts,
            above: above.cloned(),
            length_factor,
        }
    }

    /// The canal's axis and sections from the endplate down (patient frame).
    pub fn canal_centres(&self) -> Vec<Point> {
        self.canal.nodes().iter().map(|node| self.frame.point_to_patient(&node.centre)).collect()
    }

    /// Implicit value at a point of the patient: negative inside, near the surface about the distance in mm.
    pub fn implicit(&self, point: &Point) -> f64 {
        let p = self.frame.point_to_vertebra(point);
        let own = self.implicit_own(&Point::new(p.x.abs(), p.y, p.z));
        match &self.above {
            // Only the processes reach up to it.
            Some(above) if own < NEAR_MM && p.z > -NEAR_MM => {
                own.max(spine_data().facet_gap_mm.value - above.bone_implicit(point))
            }
            _ => own,
        }
    }

    /// For x ≥ 0 of the own frame.
    fn implicit_own(&self, p: &Point) -> f64 {
        let f = self.length_factor;
        // S1 and S2: a block under the endplate that tapers downwards; its front edge is the promontory.
        let down = (-p.z / (46.0 * f)).clamp(0.0, 1.0);
        let centre_y = 4.0 * f * down;
        let (a, b) = (0.5 * self.endplate_width_mm, 0.5 * self.endplate_depth_mm);
        let outline = superellipse(p.x, p.y - centre_y, a * (1.0 - 0.22 * down), b * (1.0 - 0.34 * down), 2.3);
        let dish = 1.2 * f * (1.0 - (p.x / a) * (p.x / a) - (p.y / b) * (p.y / b)).max(0.0);
        let block = round_intersection(outline, (p.z + dish).max(-46.0 * f - p.z), 2.0 * f);
        let mut value = block;
        for part in &self.parts {
            value = smooth_union(value, part.signed_distance_mm(p), 6.0 * f);
        }
        // The wings' fillet does not stand above the endplate.
        if p.y < b + 2.0 * f {
            value = value.max(p.z + dish - 0.05);
        }
        // Anterior foramina: S1 and S2.
        for (y, z, radius) in [(-6.0, -33.0, 5.0), (-4.0, -56.0, 4.2)] {
            let x = (19.0 + (z + 33.0) * 0.15) * f;
            let hole = ellipse(p.x - x, p.z - z * f, radius * f, radius * 0.85 * f)
                .max((y - 14.0) * f - p.y)
                .max(p.y - 34.0 * f);
            value = value.max(-hole);
        }
        value.max(-self.canal.signed_distance_mm(p))
    }

    /// Top of the wing beside the upper articular process of S1, where the dorsal ramus of L5 crosses it (patient frame).
    pub fn ala_groove(&self, side: Side) -> Point {
        let f = self.length_factor;
        let y = 0.5 * self.endplate_depth_mm - 2.0 * f;
        let top = Point::new(side.sign() * 33.0 * f, y, 16.0 * f);
        let down = self.frame.vector_to_patient(&-Vector::z());
        let start = self.frame.point_to_patient(&top);
        let steps = 160;
        (0..steps)
            .map(|i| start + down * (0.25 * f64::from(i)))
            .find(|p| self.implicit(p) < 1.0)
            .unwrap_or(start + down * (16.0 * f))
    }

    /// Corners of a box that holds the bone in its own frame, mm.
    pub fn bounds_own(&self) -> (Point, Point) {
        let f = self.length_factor;
        (Point::new(-62.0, -30.0, -112.0) * f, Point::new(62.0, 62.0, 36.0) * f)
    }
}

/// Where the upper articular process of S1 must reach: behind and beside the lower one of the vertebra above (own frame
/// of the sacrum, left side).
fn joint_of(above: &Station, frame: &Frame) -> Point {
    let (places, f) = (&above.places, above.places.length_factor);
    let x = 0.33 * places.canal_width_mm + 11.5 * f;
    let y = places.canal_centre.y + 0.5 * places.canal_depth_mm + 0.5 * f;
    let z = places.centre_z_mm - places.half_height_mm - 1.5 * f;
    frame.point_to_vertebra(&above.frame.point_to_patient(&Point::new(x, y, z)))
}
