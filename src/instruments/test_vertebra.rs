//! A vertebra of plain shapes for tests: elliptic cylinder, two tubes, a canal, a lamina arch; distances known.

use crate::anatomy::{Landmarks, Pedicle, Side, Vertebra};
use crate::geometry::{Field, Frame, Grid, Point, Vector, shape::Plane};
use crate::units;

/// Sizes of the test vertebra, roughly an L1.
pub(crate) struct TestVertebra {
    pub pedicle_radius_mm: f64,
    pub convergence_rad: f64,
    pub sagittal_rad: f64,
    pub spacing_mm: f64,
}

impl Default for TestVertebra {
    fn default() -> TestVertebra {
        TestVertebra {
            pedicle_radius_mm: 4.35,
            convergence_rad: units::rad_from_deg(11.0),
            sagittal_rad: units::rad_from_deg(2.4),
            spacing_mm: 0.8,
        }
    }
}

pub(crate) const BODY_HALF_WIDTH_MM: f64 = 21.0;
pub(crate) const BODY_HALF_DEPTH_MM: f64 = 17.0;
pub(crate) const BODY_HALF_HEIGHT_MM: f64 = 12.0;
const CANAL_CENTRE_Y_MM: f64 = 26.5;

impl TestVertebra {
    pub(crate) fn pedicle(&self, side: Side) -> Pedicle {
        let x = -side.sign() * units::tan(self.convergence_rad);
        Pedicle {
            side,
            isthmus: Point::new(side.sign() * 16.0, 23.0, 3.0),
            axis: Vector::new(x, -1.0, units::tan(self.sagittal_rad)).normalize(),
            width_mm: 2.0 * self.pedicle_radius_mm,
            height_mm: 2.0 * self.pedicle_radius_mm,
        }
    }

    /// Distance to a pedicle: a round tube, from 12 mm behind the isthmus to deep in the body.
    fn tube(&self, side: Side, p: &Point) -> f64 {
        let pedicle = self.pedicle(side);
        let along = (p - pedicle.isthmus).dot(&pedicle.axis);
        let radial = (p - pedicle.isthmus - pedicle.axis * along).norm();
        (radial - self.pedicle_radius_mm).max(-along - 12.0).max(along - 25.0)
    }

    pub(crate) fn build(&self) -> Vertebra {
        let grid = Grid::covering(&Point::new(-34.0, -26.0, -20.0), &Point::new(34.0, 50.0, 20.0), self.spacing_mm);
        let ellipse = |x: f64, y: f64, a: f64, b: f64| {
            let level = ((x / a).powi(2) + (y / b).powi(2)).sqrt();
            let slope = ((x / (a * a)).powi(2) + (y / (b * b)).powi(2)).sqrt();
            if slope < 1e-9 { -a.min(b) } else { level * (level - 1.0) / slope }
        };
        let body = |p: &Point| {
            let rim = ellipse(p.x, p.y, BODY_HALF_WIDTH_MM, BODY_HALF_DEPTH_MM);
            rim.max(p.z.abs() - BODY_HALF_HEIGHT_MM)
        };
        let canal = |p: &Point| ellipse(p.x, p.y - CANAL_CENTRE_Y_MM, 11.0, 8.5);
        let lamina = |p: &Point| {
            let ring = (canal(p) - 2.5).abs() - 2.5;
            ring.max(p.z.abs() - 9.0).max(CANAL_CENTRE_Y_MM + 4.0 - p.y)
        };
        let bone = |p: &Point| {
            [body(p), self.tube(Side::Left, p), self.tube(Side::Right, p), lamina(p)]
                .into_iter()
                .fold(f64::INFINITY, f64::min)
        };
        let half_height = BODY_HALF_HEIGHT_MM;
        Vertebra {
            frame: Frame::identity(),
            bone: Field::from_fn(grid.clone(), |p| bone(&p) as f32),
            body: Field::from_fn(grid.clone(), |p| body(&p) as f32),
            canal: Field::from_fn(grid, |p| canal(&p) as f32),
            landmarks: Landmarks {
                superior_endplate: Plane { point: Point::new(0.0, 0.0, half_height), normal: Vector::z() },
                inferior_endplate: Plane { point: Point::new(0.0, 0.0, -half_height), normal: -Vector::z() },
                posterior_wall_y_mm: BODY_HALF_DEPTH_MM,
                anterior_wall_y_mm: -BODY_HALF_DEPTH_MM,
                left_wall_x_mm: BODY_HALF_WIDTH_MM,
                right_wall_x_mm: -BODY_HALF_WIDTH_MM,
                pedicles: [self.pedicle(Side::Left), self.pedicle(Side::Right)],
                canal_centre: Point::new(0.0, CANAL_CENTRE_Y_MM, 3.0),
                posterior: None,
                body_volume_ml: std::f64::consts::PI * BODY_HALF_WIDTH_MM * BODY_HALF_DEPTH_MM * 2.0 * half_height
                    / 1000.0,
            },
        }
    }
}
