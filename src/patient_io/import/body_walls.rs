//! The body's walls in the middle of its height, and its volume.

use super::march::{median, to_surface};
use crate::geometry::{Field, Point, Vector};
use crate::units::ml_from_mm3;

/// Farther than any wall from the body's middle, mm.
const REACH_MM: f64 = 60.0;

/// Distance from the point to the wall in a direction: the median over 25 parallel rays 1.25 mm apart.
pub(super) fn wall_distance(body: &Field<f32>, from: &Point, direction: &Vector, across: [Vector; 2]) -> Option<f64> {
    let mut distances = Vec::new();
    for i in -2..=2 {
        for j in -2..=2 {
            let start = from + across[0] * (1.25 * f64::from(i)) + across[1] * (1.25 * f64::from(j));
            if body.sample(&start) < 0.0 {
                distances.extend(to_surface(body, &start, direction, REACH_MM));
            }
        }
    }
    median(&mut distances)
}

/// Volume inside a signed distance field, ml; voxels at the surface count in part.
pub(super) fn volume_ml(distance: &Field<f32>) -> f64 {
    let h = distance.grid().spacing_mm;
    let cells: f64 = distance.values().iter().map(|&d| (0.5 - f64::from(d) / h).clamp(0.0, 1.0)).sum();
    ml_from_mm3(cells * distance.grid().cell_volume_mm3())
}
