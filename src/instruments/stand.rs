//! A needle that stands on the bone: where a line first meets it.

use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Point, Vector};

/// From so far behind the vertebra's bone a line is followed, mm.
const FROM_BEHIND_MM: f64 = 80.0;
/// Step along it, mm.
const STEP_MM: f64 = 0.1;

/// Where a line through (x, z) of the body's frontal plane, coming from behind in a direction, first meets bone.
pub fn stand_on_bone(vertebra: &Vertebra, x_mm: f64, z_mm: f64, direction: &Vector) -> Option<Point> {
    let forwards = direction.try_normalize(1e-9).filter(|along| along.y < 0.0)?;
    let behind_mm = vertebra.landmarks.canal_centre.y + FROM_BEHIND_MM;
    let through = Point::new(x_mm, vertebra.landmarks.canal_centre.y, z_mm);
    let start = through + forwards * ((behind_mm - through.y) / forwards.y);
    let steps = (2.0 * FROM_BEHIND_MM / STEP_MM) as usize;
    (0..steps).map(|i| start + forwards * (i as f64 * STEP_MM)).find(|at| vertebra.bone_distance_mm(at) <= 0.0)
}

/// Where a needle is held before anybody has looked, x and z: over the body's side wall at its middle height.
pub fn unaimed(vertebra: &Vertebra, side: Side) -> [f64; 2] {
    let landmarks = &vertebra.landmarks;
    match side {
        Side::Left => [landmarks.left_wall_x_mm, 0.0],
        Side::Right => [landmarks.right_wall_x_mm, 0.0],
    }
}
