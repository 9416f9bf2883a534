//! Walking along a ray to the next surface of an implicit field.

use crate::geometry::{Field, Point, Vector};

/// Distance in mm from `start` along the unit vector `direction` to where `field` first changes sign, within `reach_mm`.
pub(super) fn to_surface(field: &Field<f32>, start: &Point, direction: &Vector, reach_mm: f64) -> Option<f64> {
    let step = 0.25 * field.grid().spacing_mm;
    let mut before = field.sample(start);
    let inside = before < 0.0;
    for i in 1..=(reach_mm / step) as usize {
        let now = field.sample(&(start + direction * (i as f64 * step)));
        if (now < 0.0) != inside {
            return Some((i as f64 - now / (now - before)) * step);
        }
        before = now;
    }
    None
}

/// Middle value (the mean of the two middle ones); `None` of nothing.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| 0.5 * (values[(n - 1) / 2] + values[n / 2]))
}
