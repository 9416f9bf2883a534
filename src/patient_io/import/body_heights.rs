//! Anterior, middle and posterior height of the body in the mid-sagittal slab.

use super::march::to_surface;
use crate::geometry::{Field, Point, Vector};

/// Half the slab, mm.
const SLAB_MM: f64 = 2.5;

/// Heights of a body along its z, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyHeights {
    /// Greatest height in the front 28 % of the depth.
    pub anterior_mm: f64,
    /// Mean height over 42 to 58 % of the depth.
    pub middle_mm: f64,
    /// Greatest height in the rear 22 % of the depth.
    pub posterior_mm: f64,
}

impl BodyHeights {
    /// Anterior, middle, posterior.
    pub fn all(&self) -> [f64; 3] {
        [self.anterior_mm, self.middle_mm, self.posterior_mm]
    }
}

/// Measures between the posterior and the anterior wall; `None` where no column is found.
pub(super) fn body_heights(body: &Field<f32>, posterior_y_mm: f64, anterior_y_mm: f64) -> Option<BodyHeights> {
    let depth = posterior_y_mm - anterior_y_mm;
    let (mut anterior, mut posterior): (f64, f64) = (0.0, 0.0);
    let (mut middle_sum, mut middle_count) = (0.0, 0.0);
    let steps = (depth / 0.5) as i32;
    // Up to 2 mm beyond both walls: the rims stand out over the waist.
    for i in -4..=steps + 4 {
        let y = anterior_y_mm + f64::from(i) * 0.5;
        let fraction = (y - anterior_y_mm) / depth;
        for j in -2..=2 {
            let x = f64::from(j) * SLAB_MM / 2.0;
            let Some(height) = column_height(body, x, y) else { continue };
            if fraction < 0.28 {
                anterior = anterior.max(height);
            } else if fraction > 0.78 {
                posterior = posterior.max(height);
            } else if (0.42..=0.58).contains(&fraction) {
                middle_sum += height;
                middle_count += 1.0;
            }
        }
    }
    (anterior > 0.0 && posterior > 0.0 && middle_count > 0.0).then(|| BodyHeights {
        anterior_mm: anterior,
        middle_mm: middle_sum / middle_count,
        posterior_mm: posterior,
    })
}

/// Height of the bone above and below mid height at (x, y).
fn column_height(body: &Field<f32>, x: f64, y: f64) -> Option<f64> {
    let start = Point::new(x, y, 0.0);
    if body.sample(&start) >= 0.0 {
        return None;
    }
    Some(to_surface(body, &start, &Vector::z(), 40.0)? + to_surface(body, &start, &-Vector::z(), 40.0)?)
}
