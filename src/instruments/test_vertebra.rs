//! A vertebra of plain shapes for tests: elliptic cylinder, two tubes, a canal, a lamina arch; distances known.

use crate::anatomy::bone_quality::bone_of_volume_fraction;
use crate::anatomy::{Landmarks, Level, Patient, Pedicle, Side, Source, Vertebra};
use crate::geometry::{Field, Frame, Grid, Point, Vector, shape::Plane};
use crate::units;

/// Sizes of the test vertebra, roughly an L1.
pub(crate) struct TestVertebra {
    /// Half the pedicle's width.
    pub pedicle_radius_mm: f64,
    /// Half its height; as its width, if not given.
    pub pedicle_half_height_mm: Option<f64>,
    pub convergence_rad: f64,
    pub sagittal_rad: f64,
    pub spacing_mm: f64,
}

impl Default for TestVertebra {
    fn default() -> TestVertebra {
        TestVertebra {
            pedicle_radius_mm: 4.35,
            pedicle_half_height_mm: None,
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
            height_mm: 2.0 * self.pedicle_half_height_mm.unwrap_or(self.pedicle_radius_mm),
        }
    }

    /// Across a pedicle's axis: unit vectors of its width and of its height.
    pub(crate) fn across(&self, side: Side) -> (Vector, Vector) {
        let axis = self.pedicle(side).axis;
        let width = axis.cross(&Vector::z()).normalize();
        (width, width.cross(&axis))
    }

    /// Distance to a pedicle: a round or elliptic tube, from 12 mm behind the isthmus to deep in the body.
    fn tube(&self, side: Side, p: &Point) -> f64 {
        let pedicle = self.pedicle(side);
        let away = p - pedicle.isthmus;
        let along = away.dot(&pedicle.axis);
        let section = match self.pedicle_half_height_mm {
            None => (away - pedicle.axis * along).norm() - self.pedicle_radius_mm,
            Some(half_height) => {
                let (width, height) = self.across(side);
                ellipse_distance(away.dot(&width), away.dot(&height), self.pedicle_radius_mm, half_height)
            }
        };
        section.max(-along - 12.0).max(along - 25.0)
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

/// Distance of a point to an ellipse, exact to some 1e-6 mm: the foot is moved along the curvature's circle.
pub(crate) fn ellipse_distance(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let norm = |x: f64, y: f64| (x * x + y * y).sqrt();
    let (px, py) = (x.abs(), y.abs());
    let (mut tx, mut ty) = (std::f64::consts::FRAC_1_SQRT_2, std::f64::consts::FRAC_1_SQRT_2);
    for _ in 0..6 {
        let (ex, ey) = ((a * a - b * b) * tx.powi(3) / a, (b * b - a * a) * ty.powi(3) / b);
        let r = norm(a * tx - ex, b * ty - ey);
        let q = norm(px - ex, py - ey).max(1e-12);
        let (nx, ny) = (((px - ex) * r / q + ex) / a, ((py - ey) * r / q + ey) / b);
        let (nx, ny) = (nx.clamp(0.0, 1.0), ny.clamp(0.0, 1.0));
        let n = norm(nx, ny).max(1e-12);
        (tx, ty) = (nx / n, ny / n);
    }
    let distance = norm(px - a * tx, py - b * ty);
    if (px / a).powi(2) + (py / b).powi(2) < 1.0 { -distance } else { distance }
}

/// A patient of this vertebra with bone of one volume fraction.
pub(crate) fn patient_of(vertebra: Vertebra) -> Patient {
    let bone = vertebra.bone.map(|_| 0.1_f32);
    Patient {
        level: Level::L1,
        source: Source::Parametric,
        t_score: None,
        fracture: None,
        vertebra,
        bone: bone_of_volume_fraction(bone, 1.0, None),
        veins: Vec::new(),
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    }
}
