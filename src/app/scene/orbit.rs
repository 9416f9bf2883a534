//! The camera that turns about a point of the patient: its axes, its gestures, and the way from a point to the screen and back.

use crate::geometry::{Point, Vector};
use crate::units::{cos, rad_from_deg, sin, tan};
use std::f64::consts::{FRAC_PI_2, PI};

/// Vertical angle of view, degrees.
const VIEW_DEG: f64 = 28.0;
/// Turn for a drag over the height of the picture.
const TURN_PER_HEIGHT: f64 = PI;
/// Nearest and farthest that the wheel goes, mm.
const REACH_MM: [f64; 2] = [20.0, 900.0];

/// A direction that anatomy has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardView {
    /// From the front.
    Anterior,
    /// From the back.
    Posterior,
    /// From the patient's left.
    Left,
    /// From the patient's right.
    Right,
    /// From the head.
    Superior,
    /// From the feet.
    Inferior,
}

/// A camera on a sphere about a target, in the vertebra's frame; z is up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrbitCamera {
    /// About z, rad: 0 looks from the front, + goes round to the patient's left.
    pub yaw: f64,
    /// Above the level, rad.
    pub pitch: f64,
    /// From the target, mm.
    pub distance: f64,
    /// Looked at, mm.
    pub target: Point,
    /// Width ÷ height of the picture.
    pub aspect: f64,
}

impl Default for OrbitCamera {
    /// From behind, a little from the left and above: as an operator sees a prone patient.
    fn default() -> OrbitCamera {
        OrbitCamera {
            yaw: rad_from_deg(142.0),
            pitch: rad_from_deg(24.0),
            distance: 190.0,
            target: Point::new(0.0, 14.0, -2.0),
            aspect: 1.6,
        }
    }
}

impl OrbitCamera {
    /// Turns by a drag, in shares of the picture's height.
    pub fn drag(&mut self, dx: f64, dy: f64) {
        self.yaw = (self.yaw - dx * TURN_PER_HEIGHT).rem_euclid(2.0 * PI);
        self.pitch = (self.pitch + dy * TURN_PER_HEIGHT).clamp(-FRAC_PI_2, FRAC_PI_2);
    }

    /// Moves nearer (+) or away by turns of the wheel.
    pub fn zoom(&mut self, turns: f64) {
        self.distance = (self.distance * crate::units::exp(-0.12 * turns)).clamp(REACH_MM[0], REACH_MM[1]);
    }

    /// Moves the target in the picture's plane by a drag, in shares of its height.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        let height_mm = 2.0 * self.reach_mm() * half_height();
        self.target += (self.up() * dy - self.right() * dx) * height_mm;
    }

    /// Goes to a named direction; target and distance stay.
    pub fn look_from(&mut self, view: StandardView) {
        (self.yaw, self.pitch) = match view {
            StandardView::Anterior => (0.0, 0.0),
            StandardView::Left => (FRAC_PI_2, 0.0),
            StandardView::Posterior => (PI, 0.0),
            StandardView::Right => (1.5 * PI, 0.0),
            StandardView::Superior => (0.0, FRAC_PI_2),
            StandardView::Inferior => (0.0, -FRAC_PI_2),
        };
    }

    /// Back to where it began; the picture's shape stays.
    pub fn reset(&mut self) {
        *self = OrbitCamera { aspect: self.aspect, ..OrbitCamera::default() };
    }

    /// Vertical angle of view, rad.
    pub fn view_rad(&self) -> f64 {
        rad_from_deg(VIEW_DEG)
    }

    /// Where the camera is.
    pub fn eye(&self) -> Point {
        self.target - self.forward() * self.reach_mm()
    }

    /// From the target to the camera: farther for a narrow picture, so that what is about the target stays in it.
    fn reach_mm(&self) -> f64 {
        self.distance / self.aspect.clamp(0.2, 1.0)
    }

    /// Unit direction of sight.
    pub fn forward(&self) -> Vector {
        let level = cos(self.pitch);
        -Vector::new(sin(self.yaw) * level, -cos(self.yaw) * level, sin(self.pitch))
    }

    /// Unit direction to the right of the picture.
    pub fn right(&self) -> Vector {
        Vector::new(cos(self.yaw), sin(self.yaw), 0.0)
    }

    /// Unit direction to the top of the picture.
    pub fn up(&self) -> Vector {
        self.right().cross(&self.forward())
    }

    /// The ray through a place of the picture (0, 0 top left; 1, 1 bottom right): its origin and unit direction.
    pub fn ray(&self, u: f64, v: f64) -> (Point, Vector) {
        let half = half_height();
        let across = self.right() * ((2.0 * u - 1.0) * half * self.aspect);
        let direction = self.forward() + across + self.up() * ((1.0 - 2.0 * v) * half);
        (self.eye(), direction.normalize())
    }

    /// Where a point is in the picture; far outside it for a point behind the camera.
    pub fn project(&self, point: &Point) -> [f64; 2] {
        let seen = point - self.eye();
        let depth = seen.dot(&self.forward()).max(1e-6) * half_height();
        let (x, y) = (seen.dot(&self.right()) / (depth * self.aspect), seen.dot(&self.up()) / depth);
        [0.5 + 0.5 * x, 0.5 - 0.5 * y]
    }

    /// Size of a mm at a point, in shares of the picture's height.
    pub fn scale_at(&self, point: &Point) -> f64 {
        0.5 / ((point - self.eye()).dot(&self.forward()).max(1e-6) * half_height())
    }
}

/// Half the picture's height at a distance of 1.
fn half_height() -> f64 {
    tan(rad_from_deg(0.5 * VIEW_DEG))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_through_the_place_of_a_point_meets_the_point() {
        let mut camera = OrbitCamera::default();
        for (dx, dy) in [(0.0, 0.0), (0.31, 0.2), (-0.7, -0.4), (0.2, 3.0)] {
            camera.drag(dx, dy);
            camera.pan(0.05, -0.1);
            for point in [Point::new(4.0, -12.0, 9.0), Point::new(-20.0, 30.0, -15.0)] {
                let [u, v] = camera.project(&point);
                let (origin, direction) = camera.ray(u, v);
                let off = (point - origin).cross(&direction).norm();
                assert!(off < 1e-6, "passes {off} mm beside");
            }
        }
    }

    #[test]
    fn named_views_show_the_patient_the_way_round_that_they_say() {
        let mut camera = OrbitCamera { target: Point::origin(), ..OrbitCamera::default() };
        let sides = [
            (StandardView::Anterior, -Vector::y(), Vector::x()),
            (StandardView::Posterior, Vector::y(), -Vector::x()),
            (StandardView::Left, Vector::x(), Vector::y()),
            (StandardView::Right, -Vector::x(), -Vector::y()),
            (StandardView::Superior, Vector::z(), Vector::x()),
            (StandardView::Inferior, -Vector::z(), Vector::x()),
        ];
        for (view, from, right) in sides {
            camera.look_from(view);
            assert!((camera.eye().coords.normalize() - from).norm() < 1e-9, "{view:?}");
            assert!((camera.right() - right).norm() < 1e-9, "{view:?}");
        }
    }
}
