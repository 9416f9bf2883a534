//! How the tributaries of a vein grow from its trunk: a fan of limbs that fork and thin by Murray's law.

use super::bone_surface::{body_point, exit_point};
use super::vein_data::VeinData;
use super::{Branch, Vertebra};
use crate::geometry::random::{lognormal, uniform_between};
use crate::geometry::{Point, Vector};
use crate::units::{cbrt, cos, rad_from_deg, sin};
use nalgebra::Unit;
use rand_chacha::ChaCha8Rng;

/// Points of a vessel's axis are at most this far apart, mm.
const POINT_STEP_MM: f64 = 2.0;
/// A vessel with less room than this does not grow, mm.
const LEAST_LENGTH_MM: f64 = 1.5;

/// The tributaries that meet along a trunk, spread in the plane of the body about `forward`.
pub(super) struct Fan {
    /// Unit direction in which the trunk runs away from the wall, in the x–y plane.
    pub forward: Vector,
    /// Middle of the fan, turned from `forward` towards the patient's left (+).
    pub centre_rad: f64,
    /// Spread to either side.
    pub half_angle_rad: f64,
    /// Number of tributaries.
    pub count: u32,
    /// Their radius, before scatter and Murray's limit, mm.
    pub radius_mm: f64,
    /// No vessel is longer than this from fork to fork, mm.
    pub longest_mm: f64,
}

/// Grows one tree within one vertebra.
pub(super) struct Growth<'a> {
    /// The vertebra it grows in.
    pub vertebra: &'a Vertebra,
    data: &'a VeinData,
    rng: ChaCha8Rng,
    centre: Point,
    longest_mm: f64,
}

impl<'a> Growth<'a> {
    /// With the stream of draws of this tree.
    pub fn new(vertebra: &'a Vertebra, data: &'a VeinData, rng: ChaCha8Rng) -> Growth<'a> {
        Growth { vertebra, data, rng, centre: body_point(vertebra, 0.5, 0.5, 0.5), longest_mm: f64::INFINITY }
    }

    /// The trunk and all that drains into it. No tributary joins within `bare_mm` of the wall.
    pub fn tree(&mut self, trunk: Vec<Point>, trunk_radius_mm: f64, bare_mm: f64, fan: &Fan) -> Vec<Branch> {
        let mut branches = vec![Branch { points: trunk.clone(), radius_mm: trunk_radius_mm, parent: None }];
        self.longest_mm = fan.longest_mm;
        let sigma = self.data.tributary_sigma.value;
        let mut radii: Vec<f64> = (0..fan.count).map(|_| lognormal(&mut self.rng, fan.radius_mm, sigma)).collect();
        // Murray 1926: the cubes of the daughters' radii add up to the parent's at most (the rest is finer venules).
        let cubes: f64 = radii.iter().map(|r| r * r * r).sum();
        let shrink = (trunk_radius_mm / cbrt(cubes)).min(1.0);
        radii.iter_mut().for_each(|r| *r *= shrink);
        let joints: Vec<Point> = trunk
            .iter()
            .enumerate()
            .filter(|(i, p)| *i > 0 && (*p - trunk[0]).norm() > bare_mm)
            .map(|(_, p)| *p)
            .collect();
        let Some(hub) = joints.last().or(trunk.last()) else { return branches };
        let left = left_of(&fan.forward);
        for (i, &radius_mm) in radii.iter().enumerate() {
            // −1…1 across the fan.
            let place = if fan.count > 1 { 2.0 * i as f64 / f64::from(fan.count - 1) - 1.0 } else { 0.0 };
            let angle = fan.centre_rad + fan.half_angle_rad * (place + uniform_between(&mut self.rng, -0.15, 0.15));
            let rise = uniform_between(&mut self.rng, -0.35, 0.35);
            let direction = (fan.forward * cos(angle) + left * sin(angle) + Vector::z() * rise).normalize();
            // Forward limbs start at the trunk's end, sideways ones further back along it.
            let back = if place.abs() > 0.6 { joints.len() / 2 } else { 0 };
            let start = joints.len().checked_sub(1 + back).map_or(*hub, |joint| joints[joint]);
            let forks = self.data.forks.value;
            self.grow(&mut branches, start, direction, radius_mm, 0, forks);
        }
        branches
    }

    /// One vessel from `start` and its forks beyond.
    fn grow(
        &mut self,
        all: &mut Vec<Branch>,
        start: Point,
        direction: Vector,
        radius_mm: f64,
        parent: usize,
        forks: u32,
    ) {
        let size = (self.vertebra.landmarks.left_wall_x_mm - self.vertebra.landmarks.right_wall_x_mm).abs();
        let Some(wall) = exit_point(&self.vertebra.body, &start, &direction, size) else { return };
        let [least, most] = self.data.reach_fraction.value;
        let reach = uniform_between(&mut self.rng, least, most) * ((wall - start).norm() - self.data.margin_mm.value);
        // What is left of the way is shared among the generations of forks.
        let length = (reach * if forks > 0 { 0.5 } else { 1.0 }).min(self.longest_mm);
        if length < LEAST_LENGTH_MM {
            return;
        }
        let mut points = vec![start];
        points.extend(self.inside_only(&polyline(start, start + direction * length)));
        let Some(&end) = points.last().filter(|end| (*end - start).norm() > 0.5 * LEAST_LENGTH_MM) else { return };
        let own = all.len();
        all.push(Branch { points, radius_mm, parent: Some(parent) });
        if forks == 0 {
            return;
        }
        // Murray: r³ = r₁³ + r₂³, unevenly shared.
        let share = uniform_between(&mut self.rng, 0.35, 0.65);
        let roll = uniform_between(&mut self.rng, 0.0, std::f64::consts::PI);
        let [low, high] = self.data.fork_deg.value;
        for (share, sign) in [(share, 1.0), (1.0 - share, -1.0)] {
            let angle = rad_from_deg(uniform_between(&mut self.rng, low, high));
            let bent = bend(&direction, sign * angle, roll);
            self.grow(all, end, bent, radius_mm * cbrt(share), own, forks - 1);
        }
    }

    fn margin_kept(&self, point: &Point) -> bool {
        self.vertebra.body.sample(point) <= -self.data.margin_mm.value
    }

    /// The point itself, or the first on its way to the body's middle that keeps the margin.
    pub fn pulled_inside(&self, point: Point) -> Option<Point> {
        (0..=32).map(|i| point + (self.centre - point) * (f64::from(i) / 32.0)).find(|p| self.margin_kept(p))
    }

    /// The points after the first up to where the margin ends; leading ones that a trunk's wall end keeps too close
    /// are passed over.
    pub fn inside_only(&self, points: &[Point]) -> Vec<Point> {
        points[1..].iter().skip_while(|p| !self.margin_kept(p)).take_while(|p| self.margin_kept(p)).copied().collect()
    }
}

/// Points from `a` to `b`, both included, at most [`POINT_STEP_MM`] apart.
pub(super) fn polyline(a: Point, b: Point) -> Vec<Point> {
    let steps = ((b - a).norm() / POINT_STEP_MM).ceil().max(1.0) as usize;
    (0..=steps).map(|i| a + (b - a) * (i as f64 / steps as f64)).collect()
}

/// The direction in the x–y plane to which a fan about `forward` turns with growing angle: the patient's left for a
/// trunk that runs to the front.
fn left_of(forward: &Vector) -> Vector {
    forward.cross(&-Vector::z())
}

/// `direction` turned by `angle_rad` about an axis across it, itself rolled by `roll_rad` from the vertical.
fn bend(direction: &Vector, angle_rad: f64, roll_rad: f64) -> Vector {
    let along = Unit::new_normalize(*direction);
    let across = direction.cross(&Vector::z()).try_normalize(1e-6).unwrap_or(Vector::x());
    let axis = Unit::new_normalize(across * sin(roll_rad) + along.cross(&across) * cos(roll_rad));
    // Rodrigues' formula, with this crate's own sine and cosine.
    let (s, c) = (sin(angle_rad), cos(angle_rad));
    (direction * c + axis.cross(direction) * s).normalize()
}
