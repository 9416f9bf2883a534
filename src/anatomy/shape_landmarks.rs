//! Landmarks of a generated vertebra, measured on its distance fields as it is now (vertebra frame, mm).

use super::shape::VertebraShape;
use super::{Landmarks, Side};
use crate::geometry::{Field, Point, Vector, shape::Plane};

/// z where the column through (x, y) enters and leaves the body, mm; `None` where it misses it.
pub fn body_column(body: &Field<f32>, x: f64, y: f64) -> Option<[f64; 2]> {
    crossings(body, Point::new(x, y, 0.0), 2)
}

/// First and last zero of a field along an axis through `point`, which is swept over the whole grid.
pub(super) fn crossings(field: &Field<f32>, point: Point, axis: usize) -> Option<[f64; 2]> {
    let grid = field.grid();
    let step = 0.5 * grid.spacing_mm;
    let count = 2 * grid.dims[axis];
    let value_at = |i: usize| {
        let mut p = point;
        p[axis] = grid.origin_mm[axis] + i as f64 * step;
        (p[axis], field.sample(&p))
    };
    let mut found: Option<[f64; 2]> = None;
    let mut before = value_at(0);
    for i in 1..count {
        let now = value_at(i);
        if (before.1 < 0.0) != (now.1 < 0.0) {
            let at = before.0 + (now.0 - before.0) * before.1 / (before.1 - now.1);
            found = Some([found.map_or(at, |f| f[0]), at]);
        }
        before = now;
    }
    found
}

/// Volume where a distance field is negative, in mm³; voxels at the surface count in part.
pub fn volume_mm3(distance: &Field<f32>) -> f64 {
    let h = distance.grid().spacing_mm;
    let share = |&d: &f32| (0.5 - f64::from(d) / h).clamp(0.0, 1.0);
    distance.values().iter().map(share).sum::<f64>() * distance.grid().cell_volume_mm3()
}

/// Least-squares plane z = a + b y through the middle of an endplate (`end` 0 lower, 1 upper); the shape is
/// symmetric, so the plane does not tilt sideways.
fn endplate(body: &Field<f32>, shape: &VertebraShape, end: usize) -> Plane {
    let centroid = shape.centroid();
    let h = body.grid().spacing_mm;
    let steps = |length: f64| (length / h).floor() as i64;
    let (depth, half_width) = (shape.body.depth(), shape.body.half_width());
    // Sums of 1, y, y², z, yz.
    let mut s = [0.0; 5];
    for i in 0..=steps(half_width) {
        for j in 0..=steps(depth) {
            let (x, y) = (i as f64 * h, -depth + j as f64 * h);
            let (u, v) = (x / (0.8 * half_width), (y / depth + 0.5) / 0.4);
            if u * u + v * v > 1.0 {
                continue;
            }
            let y = y - centroid.y;
            if let Some(column) = body_column(body, x, y) {
                let z = column[end];
                for (sum, term) in s.iter_mut().zip([1.0, y, y * y, z, y * z]) {
                    *sum += term;
                }
            }
        }
    }
    let [n, sy, syy, sz, syz] = s;
    let slope = (n * syz - sy * sz) / (n * syy - sy * sy);
    let sign = if end == 1 { 1.0 } else { -1.0 };
    let normal = Vector::new(0.0, -slope, 1.0).normalize() * sign;
    Plane { point: Point::new(0.0, sy / n, sz / n), normal }
}

/// Measures the landmarks of a generated body; pedicles and canal are those of the shape, which no fracture moves.
pub(super) fn measure_landmarks(body: &Field<f32>, shape: &VertebraShape) -> Landmarks {
    let middle_y = -0.5 * shape.body.depth() - shape.centroid().y;
    let middle_z = body_column(body, 0.0, middle_y).map_or(0.0, |[low, high]| 0.5 * (low + high));
    let middle = Point::new(0.0, middle_y, middle_z);
    let [anterior, posterior] = crossings(body, middle, 1).unwrap_or([f64::NAN; 2]);
    let [right, left] = crossings(body, middle, 0).unwrap_or([f64::NAN; 2]);
    Landmarks {
        superior_endplate: endplate(body, shape, 1),
        inferior_endplate: endplate(body, shape, 0),
        posterior_wall_y_mm: posterior,
        anterior_wall_y_mm: anterior,
        left_wall_x_mm: left,
        right_wall_x_mm: right,
        pedicles: Side::BOTH.map(|side| shape.pedicle(side)),
        canal_centre: shape.canal_centre(),
        posterior: Some(shape.posterior_landmarks()),
        body_volume_ml: crate::units::ml_from_mm3(volume_mm3(body)),
    }
}
