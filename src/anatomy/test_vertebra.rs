//! A vertebra of simple shapes for tests: an elliptic cylinder, two pedicle tubes and a canal.

use super::{Landmarks, Pedicle, Side, Vertebra};
use crate::geometry::redistance::redistance;
use crate::geometry::shape::{Capsule, Plane, Segment};
use crate::geometry::{Field, Frame, Grid, Point, Vector};

/// Sizes of the test vertebra, mm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TestVertebra {
    pub width_mm: f64,
    pub depth_mm: f64,
    pub posterior_height_mm: f64,
    pub anterior_height_mm: f64,
    pub spacing_mm: f64,
}

impl TestVertebra {
    /// About an L1.
    pub fn l1() -> TestVertebra {
        TestVertebra {
            width_mm: 41.0,
            depth_mm: 34.0,
            posterior_height_mm: 25.0,
            anterior_height_mm: 25.0,
            spacing_mm: 1.0,
        }
    }

    /// About a T5.
    pub fn t5() -> TestVertebra {
        TestVertebra {
            width_mm: 25.0,
            depth_mm: 24.0,
            posterior_height_mm: 16.0,
            anterior_height_mm: 16.0,
            spacing_mm: 1.0,
        }
    }

    /// Height at a depth; straight endplates, the lower one level.
    pub fn height_at(&self, y_mm: f64) -> f64 {
        let ap = 0.5 - y_mm / self.depth_mm;
        self.posterior_height_mm + ap * (self.anterior_height_mm - self.posterior_height_mm)
    }

    /// Fields and landmarks of these sizes.
    pub fn build(&self) -> Vertebra {
        let (half_width, half_depth) = (0.5 * self.width_mm, 0.5 * self.depth_mm);
        let bottom = -0.5 * self.posterior_height_mm;
        let pedicle_x = 0.33 * self.width_mm;
        let canal_centre = Point::new(0.0, half_depth + 8.5, 0.2 * self.posterior_height_mm);
        let low = Point::new(-half_width - 5.0, -half_depth - 5.0, bottom - 5.0);
        let high = Point::new(half_width + 5.0, half_depth + 22.0, -bottom + 5.0);
        let grid = Grid::covering(&low, &high, self.spacing_mm);
        let axis_of = |side: Side| Segment {
            start: Point::new(side.sign() * (pedicle_x + 1.0), half_depth + 14.0, canal_centre.z),
            end: Point::new(side.sign() * (pedicle_x - 1.0), half_depth - 6.0, canal_centre.z),
        };
        let ellipse = |x: f64, y: f64, a: f64, b: f64| {
            let (u, v) = (x / a, y / b);
            let norm = (u * u + v * v).sqrt();
            (norm - 1.0) * a.min(b)
        };
        let body_at = |p: &Point| {
            let top = bottom + self.height_at(p.y);
            ellipse(p.x, p.y, half_width, half_depth).max(bottom - p.z).max(p.z - top)
        };
        let canal_at = |p: &Point| ellipse(p.x, p.y - canal_centre.y, 0.25 * self.width_mm, 8.0);
        let bone_at = |p: &Point| {
            let pedicles = Side::BOTH.map(|side| Capsule { axis: axis_of(side), radius_mm: 4.0 }.signed_distance_mm(p));
            body_at(p).min(pedicles[0]).min(pedicles[1]).max(-canal_at(p))
        };
        let distances = |f: &dyn Fn(&Point) -> f64| redistance(&Field::from_fn(grid.clone(), |p| f(&p) as f32));
        let slope = (self.posterior_height_mm - self.anterior_height_mm) / self.depth_mm;
        let landmarks = Landmarks {
            superior_endplate: Plane {
                point: Point::new(0.0, 0.0, bottom + self.height_at(0.0)),
                normal: Vector::new(0.0, -slope, 1.0).normalize(),
            },
            inferior_endplate: Plane { point: Point::new(0.0, 0.0, bottom), normal: -Vector::z() },
            posterior_wall_y_mm: half_depth,
            anterior_wall_y_mm: -half_depth,
            left_wall_x_mm: half_width,
            right_wall_x_mm: -half_width,
            pedicles: Side::BOTH.map(|side| Pedicle {
                side,
                isthmus: axis_of(side).at(0.5),
                axis: (axis_of(side).end - axis_of(side).start).normalize(),
                width_mm: 8.0,
                height_mm: 8.0,
            }),
            canal_centre,
            posterior: None,
            body_volume_ml: std::f64::consts::PI * half_width * half_depth * self.height_at(0.0) / 1000.0,
        };
        Vertebra {
            frame: Frame::identity(),
            bone: distances(&bone_at),
            body: distances(&body_at),
            canal: distances(&canal_at),
            landmarks,
        }
    }
}
