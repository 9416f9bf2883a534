//! Planes of the upper and lower endplate: robust fits to the ends of the body's columns.

use super::march::median;
use crate::geometry::{Field, Point, Vector, shape::Plane};
use nalgebra::Matrix3;

/// Columns nearer than this to the waist's border are left out (mm): they end on the rim's slope.
const BORDER_MM: f64 = 2.0;

/// Best planes of the upper (normal to the head) and lower (normal to the feet) endplate; `body` is negative inside.
pub(super) fn endplates(body: &Field<f32>, centroid: &Point) -> Option<[Plane; 2]> {
    let grid = body.grid();
    let h = grid.spacing_mm;
    let [nx, ny, nz] = grid.dims;
    let middle = (((centroid.z - grid.origin_mm.z) / h).round().max(0.0) as usize).min(nz - 1);
    let inside = |i: usize, j: usize, k: usize| body[grid.index([i, j, k])] < 0.0;
    let r = (BORDER_MM / h).ceil() as usize;
    let (mut tops, mut bottoms) = (Vec::new(), Vec::new());
    for j in r..ny.saturating_sub(r) {
        for i in r..nx.saturating_sub(r) {
            let clear = [(i - r, j), (i + r, j), (i, j - r), (i, j + r)];
            if !inside(i, j, middle) || !clear.iter().all(|&(i, j)| inside(i, j, middle)) {
                continue;
            }
            let at = |k: usize| f64::from(body[grid.index([i, j, k])]);
            let z_of = |k: usize| grid.centre_at([i, j, k]).z;
            let c = grid.centre_at([i, j, middle]);
            let mut k = middle;
            while k + 1 < nz && inside(i, j, k + 1) {
                k += 1;
            }
            if k + 1 < nz {
                tops.push(Point::new(c.x, c.y, z_of(k) + h * at(k) / (at(k) - at(k + 1))));
            }
            k = middle;
            while k > 0 && inside(i, j, k - 1) {
                k -= 1;
            }
            if k > 0 {
                bottoms.push(Point::new(c.x, c.y, z_of(k) - h * at(k) / (at(k) - at(k - 1))));
            }
        }
    }
    let top = fit_plane(&tops, centroid)?;
    let bottom = fit_plane(&bottoms, centroid)?;
    Some([top, Plane { point: bottom.point, normal: -bottom.normal }])
}

/// z = c₀ + c₁x + c₂y by least squares re-weighted with Tukey's biweight; the normal points to the head.
fn fit_plane(points: &[Point], about: &Point) -> Option<Plane> {
    if points.len() < 30 {
        return None;
    }
    let mut weights = vec![1.0; points.len()];
    let mut c = Vector::zeros();
    for _ in 0..20 {
        let (mut a, mut b) = (Matrix3::zeros(), Vector::zeros());
        for (p, w) in points.iter().zip(&weights) {
            let row = Vector::new(1.0, p.x - about.x, p.y - about.y);
            a += row * row.transpose() * *w;
            b += row * (p.z * *w);
        }
        c = a.try_inverse()? * b;
        let residual = |p: &Point| p.z - c.x - c.y * (p.x - about.x) - c.z * (p.y - about.y);
        let mut sizes: Vec<f64> = points.iter().map(|p| residual(p).abs()).collect();
        // 4.685 σ is Tukey's usual cut; below 0.4 mm the label's own stairs are all there is.
        let cut = 4.685 * (1.4826 * median(&mut sizes)?).max(0.4);
        for (w, p) in weights.iter_mut().zip(points) {
            let t = residual(p) / cut;
            *w = if t.abs() < 1.0 { (1.0 - t * t) * (1.0 - t * t) } else { 0.0 };
        }
    }
    let normal = Vector::new(-c.y, -c.z, 1.0).normalize();
    Some(Plane { point: Point::new(about.x, about.y, c.x), normal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Grid;

    #[test]
    fn tilted_endplates_of_a_cylinder_are_found_in_spite_of_an_osteophyte() {
        let grid = Grid::covering(&Point::new(-24.0, -24.0, -20.0), &Point::new(24.0, 24.0, 20.0), 1.0);
        let top = Plane { point: Point::new(0.0, 0.0, 12.0), normal: Vector::new(0.05, -0.1, 1.0).normalize() };
        let bottom = Plane { point: Point::new(0.0, 0.0, -13.0), normal: Vector::new(0.0, 0.15, -1.0).normalize() };
        let body = Field::from_fn(grid, |p| {
            let side = (p.x * p.x + p.y * p.y).sqrt() - 18.0;
            let spur = (p - Point::new(-12.0, -8.0, 14.0)).norm() - 5.0;
            let cut = side.max(top.signed_distance_mm(&p)).max(bottom.signed_distance_mm(&p));
            cut.min(spur) as f32
        });
        let [t, b] = endplates(&body, &Point::origin()).expect("two endplates");
        assert!(t.normal.angle(&top.normal) < 0.01, "upper off by {} rad", t.normal.angle(&top.normal));
        assert!(b.normal.angle(&bottom.normal) < 0.01, "lower off by {} rad", b.normal.angle(&bottom.normal));
        assert!((t.point.z - 12.0).abs() < 0.15 && (b.point.z + 13.0).abs() < 0.15, "{} {}", t.point.z, b.point.z);
    }
}
