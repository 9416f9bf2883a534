//! The few implicit forms that a vertebra is made of, and how they join. Each is negative inside and near the
//! surface close to a distance in mm.

use crate::geometry::{Point, Vector, shape::Segment};
use crate::units;

/// Union of two parts with a fillet of about `k` mm where their surfaces meet (polynomial smooth minimum); it
/// changes nothing where the two values differ by `k` or more.
pub(super) fn smooth_union(a: f64, b: f64, k: f64) -> f64 {
    let h = (1.0 - (a - b).abs() / k).max(0.0);
    a.min(b) - 0.25 * k * h * h
}

/// Intersection whose edge is rounded with radius `r`.
pub(super) fn round_intersection(a: f64, b: f64, r: f64) -> f64 {
    let (u, v) = ((a + r).max(0.0), (b + r).max(0.0));
    (a + r).max(b + r).min(0.0) + (u * u + v * v).sqrt() - r
}

/// First-order distance to the superellipse |u/a|ⁿ + |v/b|ⁿ = 1.
pub(super) fn superellipse(u: f64, v: f64, a: f64, b: f64, n: f64) -> f64 {
    let (p, q) = ((u / a).abs(), (v / b).abs());
    let (pn, qn) = (units::pow(p, n), units::pow(q, n));
    let sum = pn + qn;
    if sum < 1e-9 {
        return -a.min(b);
    }
    let norm = units::pow(sum, 1.0 / n);
    // Gradient of the norm: p^(n-1) / a · norm^(1-n), and likewise for q.
    let slope = |power: f64, base: f64, half: f64| if base > 0.0 { power / base * norm / sum / half } else { 0.0 };
    let (gu, gv) = (slope(pn, p, a), slope(qn, q, b));
    (norm - 1.0) / (gu * gu + gv * gv).sqrt()
}

/// First-order distance to an ellipse.
pub(super) fn ellipse(u: f64, v: f64, a: f64, b: f64) -> f64 {
    let norm = ((u / a) * (u / a) + (v / b) * (v / b)).sqrt();
    if norm < 1e-6 {
        return -a.min(b);
    }
    let (gu, gv) = (u / (a * a * norm), v / (b * b * norm));
    (norm - 1.0) / (gu * gu + gv * gv).sqrt()
}

/// First-order distance to the superellipse of exponent 4.
pub(super) fn squarish(u: f64, v: f64, a: f64, b: f64) -> f64 {
    let (p, q) = ((u / a) * (u / a), (v / b) * (v / b));
    let norm = (p * p + q * q).sqrt().sqrt();
    if norm < 1e-6 {
        return -a.min(b);
    }
    let cubed = norm * norm * norm;
    let (gu, gv) = (p * u / (a * a * cubed), q * v / (b * b * cubed));
    (norm - 1.0) / (gu * gu + gv * gv).sqrt()
}

/// A rounded rod whose radius changes along its axis and which is `flatness` times thinner along `thin`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rod {
    pub axis: Segment,
    pub radius_start: f64,
    pub radius_end: f64,
    /// Unit direction in which it is thin.
    pub thin: Vector,
    pub flatness: f64,
}

impl Rod {
    pub fn implicit(&self, p: &Point) -> f64 {
        let t = self.axis.nearest_fraction(p);
        let d = p - self.axis.at(t);
        let across = d.dot(&self.thin);
        let stretched2 = d.norm_squared() + across * across * (self.flatness * self.flatness - 1.0);
        stretched2.sqrt() - (self.radius_start + (self.radius_end - self.radius_start) * t)
    }
}

/// From the centre of a flattened ball to its extreme point along the unit vector `way`, mm.
pub(super) fn extreme_of_ball(radius: f64, thin: &Vector, flatness: f64, way: &Vector) -> Vector {
    let v = way + thin * (way.dot(thin) * (1.0 / (flatness * flatness) - 1.0));
    v * (radius / way.dot(&v).sqrt())
}

/// A box with rounded edges.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plate {
    pub centre: Point,
    /// Right-handed orthonormal axes.
    pub axes: [Vector; 3],
    /// Half sizes along the axes, rounding included.
    pub half: [f64; 3],
    pub rounding: f64,
}

impl Plate {
    pub fn implicit(&self, p: &Point) -> f64 {
        let d = p - self.centre;
        let q = [0, 1, 2].map(|i| d.dot(&self.axes[i]).abs() - self.half[i] + self.rounding);
        let outside = q.iter().map(|&v| v.max(0.0) * v.max(0.0)).sum::<f64>().sqrt();
        outside + q[0].max(q[1]).max(q[2]).min(0.0) - self.rounding
    }
}

/// Signed distance to a convex polygon in the (y, z) plane.
pub(super) fn convex_polygon(corners: &[[f64; 2]], y: f64, z: f64) -> f64 {
    let mut nearest2 = f64::INFINITY;
    // Above zero for one edge when outside, whichever way round the corners run.
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for i in 0..corners.len() {
        let (a, b) = (corners[i], corners[(i + 1) % corners.len()]);
        let (ey, ez) = (b[0] - a[0], b[1] - a[1]);
        let (py, pz) = (y - a[0], z - a[1]);
        let t = ((py * ey + pz * ez) / (ey * ey + ez * ez)).clamp(0.0, 1.0);
        let (dy, dz) = (py - t * ey, pz - t * ez);
        nearest2 = nearest2.min(dy * dy + dz * dz);
        let side = ey * pz - ez * py;
        low = low.min(side);
        high = high.max(side);
    }
    if low >= 0.0 || high <= 0.0 { -nearest2.sqrt() } else { nearest2.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_distances_near_their_surface() {
        for angle in [0.0, 0.4, 0.9, 1.5] {
            let (c, s) = (units::cos(angle), units::sin(angle));
            assert!((ellipse(10.3 * c, 10.3 * s, 10.0, 10.0) - 0.3).abs() < 1e-9);
            assert!((superellipse(9.8 * c, 9.8 * s, 10.0, 10.0, 2.0) + 0.2).abs() < 1e-9);
        }
        assert!((superellipse(12.5, 0.0, 12.0, 7.0, 2.6) - 0.5).abs() < 1e-9);
        assert!((squarish(3.0, 5.0, 4.0, 7.0) - superellipse(3.0, 5.0, 4.0, 7.0, 4.0)).abs() < 1e-12);
        let square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        assert!((convex_polygon(&square, 2.0, 3.0) + 1.0).abs() < 1e-12);
        assert!((convex_polygon(&square, 7.0, 8.0) - 5.0).abs() < 1e-12);
        assert!((round_intersection(-1.0, 0.0, 1.0)).abs() < 1e-12);
    }

    #[test]
    fn a_smooth_union_only_adds_near_the_seam() {
        assert_eq!(smooth_union(0.0, 3.0, 3.0), 0.0);
        assert!(smooth_union(0.5, 0.5, 2.0) < 0.5);
    }
}
