//! The shape that a balloon would take in uniform bone, and how far a voxel lies outside it.
//!
//! The shapes are one family, nested: an ellipsoid of the balloon's length on the cannula's axis that thickens until it
//! is a sphere, then spheres. A real balloon lengthens as it fills; so does this one, once it is round.

use crate::geometry::{Point, Vector};
use crate::units;

/// Volume in mm³ of the balloon's free shape whose surface passes through `point`.
pub fn level_volume_mm3(centre: &Point, axis: &Vector, length_mm: f64, point: &Point) -> f64 {
    const SPHERE: f64 = 4.0 / 3.0 * std::f64::consts::PI;
    let offset = point - centre;
    let half = 0.5 * length_mm;
    let along = offset.dot(axis);
    let distance2 = offset.norm_squared();
    if distance2 >= half * half {
        return SPHERE * distance2 * distance2.sqrt();
    }
    let radial2 = (distance2 - along * along).max(0.0);
    SPHERE * half * radial2 / (1.0 - along * along / (half * half))
}

/// Radius in mm of the sphere of a volume in mm³: the measure of how far out a shape of the family lies.
pub fn equal_volume_radius_mm(volume_mm3: f64) -> f64 {
    units::cbrt(0.75 * volume_mm3 / std::f64::consts::PI)
}

/// Pressure in Pa that the balloon itself takes at a volume, straight between the points of its curve and on beyond
/// the last with the same slope.
pub fn own_pressure_pa(curve: &[(f64, f64)], volume_mm3: f64) -> f64 {
    let Some(&(first_volume, first_pressure)) = curve.first() else { return 0.0 };
    if volume_mm3 <= first_volume {
        return first_pressure;
    }
    let mut found = first_pressure;
    for pair in curve.windows(2) {
        let ((v0, p0), (v1, p1)) = (pair[0], pair[1]);
        if volume_mm3 >= v0 {
            found = p0 + (p1 - p0) * (volume_mm3 - v0) / (v1 - v0);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_the_volume_of_the_shape_through_the_point() {
        let (centre, axis) = (Point::new(1.0, 2.0, 3.0), Vector::new(0.6, -0.8, 0.0));
        let (half, b): (f64, f64) = (7.5, 4.0);
        let across = Vector::z();
        for along in [0.0, 3.0, -5.0] {
            let radial = b * (1.0 - along * along / (half * half)).sqrt();
            let point = centre + axis * along + across * radial;
            let volume = 4.0 / 3.0 * std::f64::consts::PI * half * b * b;
            let found = level_volume_mm3(&centre, &axis, 15.0, &point);
            assert!((found - volume).abs() < 1e-9 * volume, "{found} not {volume}");
        }
        let outside = level_volume_mm3(&centre, &axis, 15.0, &(centre + across * 10.0));
        assert!((equal_volume_radius_mm(outside) - 10.0).abs() < 1e-9);
        let seam = [7.499_999, 7.500_001].map(|r| level_volume_mm3(&centre, &axis, 15.0, &(centre + across * r)));
        assert!((seam[1] - seam[0]).abs() < 0.01, "the family is continuous: {seam:?}");
    }

    #[test]
    fn the_own_curve_is_straight_between_its_points_and_goes_on() {
        let curve = [(0.0, 0.0), (100.0, 10.0), (200.0, 30.0)];
        for (volume, pressure) in [(-5.0, 0.0), (0.0, 0.0), (50.0, 5.0), (100.0, 10.0), (150.0, 20.0), (300.0, 50.0)] {
            assert_eq!(own_pressure_pa(&curve, volume), pressure, "at {volume} mm³");
        }
    }
}
