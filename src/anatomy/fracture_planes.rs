//! Best planes of the endplates of a body whose left and right sides are not alike.

use super::Landmarks;
use super::shape_landmarks::body_column;
use crate::geometry::{Field, Point, Vector, shape::Plane};
use nalgebra::Matrix3;

/// Share of the body's half width and half depth over which a plane is laid.
const REACH: f64 = 0.8;

/// Least-squares planes z = a + b x + c y of the lower and the upper endplate (normals out of the body); the landmarks
/// tell where the body is.
pub(super) fn tilted_endplates(body: &Field<f32>, marks: &Landmarks) -> [Plane; 2] {
    let h = body.grid().spacing_mm;
    let centre = [
        0.5 * (marks.left_wall_x_mm + marks.right_wall_x_mm),
        0.5 * (marks.posterior_wall_y_mm + marks.anterior_wall_y_mm),
    ];
    let reach = [
        0.5 * REACH * (marks.left_wall_x_mm - marks.right_wall_x_mm),
        0.5 * REACH * (marks.posterior_wall_y_mm - marks.anterior_wall_y_mm),
    ];
    let steps = reach.map(|r| (r / h).floor() as i64);
    let mut normal_matrix = Matrix3::<f64>::zeros();
    let mut right = [Vector::zeros(); 2];
    for i in -steps[0]..=steps[0] {
        for j in -steps[1]..=steps[1] {
            let (x, y) = (i as f64 * h, j as f64 * h);
            if (x / reach[0]) * (x / reach[0]) + (y / reach[1]) * (y / reach[1]) > 1.0 {
                continue;
            }
            if let Some(column) = body_column(body, centre[0] + x, centre[1] + y) {
                let row = Vector::new(1.0, x, y);
                normal_matrix += row * row.transpose();
                right[0] += row * column[0];
                right[1] += row * column[1];
            }
        }
    }
    let old = [&marks.inferior_endplate, &marks.superior_endplate];
    [0, 1].map(|end| match normal_matrix.lu().solve(&right[end]) {
        Some(plane) => Plane {
            point: Point::new(centre[0], centre[1], plane.x),
            normal: Vector::new(-plane.y, -plane.z, 1.0).normalize() * if end == 1 { 1.0 } else { -1.0 },
        },
        None => *old[end],
    })
}
