//! The seven-point stencil on one row of cells of one colour. All six neighbours of a cell are of the other colour.

use std::ops::{Add, Mul, Sub};

/// What lies at the six sides of a row's cells of one colour: the partner inside the pair, the one in the next pair, and
/// those at −y, +y, −z, +z. Slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a, T> {
    pub inside: &'a [T],
    pub outside: &'a [T],
    pub south: &'a [T],
    pub north: &'a [T],
    pub below: &'a [T],
    pub above: &'a [T],
}

/// Width in which sums are kept, so that they vectorise; the order of additions is the same everywhere.
const LANES: usize = 16;

/// Solves every cell of the row for its neighbours as they are.
pub(super) fn relax_row(p: &mut [f32], source: &[f32], inverse: &[f32], face: Sides<f32>, near: Sides<f32>) {
    let n = p.len();
    let (source, inverse) = (&source[..n], &inverse[..n]);
    let (fi, fo, fs, fn_) = (&face.inside[..n], &face.outside[..n], &face.south[..n], &face.north[..n]);
    let (fb, fa) = (&face.below[..n], &face.above[..n]);
    let (pi, po, ps, pn) = (&near.inside[..n], &near.outside[..n], &near.south[..n], &near.north[..n]);
    let (pb, pa) = (&near.below[..n], &near.above[..n]);
    for m in 0..n {
        let x = fi[m] * pi[m] + fo[m] * po[m];
        let y = fs[m] * ps[m] + fn_[m] * pn[m];
        let z = fb[m] * pb[m] + fa[m] * pa[m];
        p[m] = inverse[m] * (source[m] + (x + y + z));
    }
}

/// Adds `source − A p` of the row's cells to `sum`. Differences first: a nearly constant pressure loses no digits.
pub(super) fn residual_row(
    sum: &mut [f32],
    p: &[f32],
    source: &[f32],
    ground: &[f32],
    face: Sides<f32>,
    near: Sides<f32>,
) {
    let n = sum.len();
    let (p, source, ground) = (&p[..n], &source[..n], &ground[..n]);
    let (fi, fo, fs, fn_) = (&face.inside[..n], &face.outside[..n], &face.south[..n], &face.north[..n]);
    let (fb, fa) = (&face.below[..n], &face.above[..n]);
    let (pi, po, ps, pn) = (&near.inside[..n], &near.outside[..n], &near.south[..n], &near.north[..n]);
    let (pb, pa) = (&near.below[..n], &near.above[..n]);
    for m in 0..n {
        let c = p[m];
        let x = fi[m] * (pi[m] - c) + fo[m] * (po[m] - c);
        let y = fs[m] * (ps[m] - c) + fn_[m] * (pn[m] - c);
        let z = fb[m] * (pb[m] - c) + fa[m] * (pa[m] - c);
        sum[m] += (source[m] - ground[m] * c) + (x + y + z);
    }
}

/// `q = A p` on the row's cells.
pub(super) fn product_row<T>(q: &mut [T], p: &[T], ground: &[f32], face: Sides<f32>, near: Sides<T>)
where
    T: Copy + From<f32> + Add<Output = T> + Sub<Output = T> + Mul<Output = T>,
{
    let n = q.len();
    let (p, ground) = (&p[..n], &ground[..n]);
    let (fi, fo, fs, fn_) = (&face.inside[..n], &face.outside[..n], &face.south[..n], &face.north[..n]);
    let (fb, fa) = (&face.below[..n], &face.above[..n]);
    let (pi, po, ps, pn) = (&near.inside[..n], &near.outside[..n], &near.south[..n], &near.north[..n]);
    let (pb, pa) = (&near.below[..n], &near.above[..n]);
    for m in 0..n {
        let c = p[m];
        let x = T::from(fi[m]) * (c - pi[m]) + T::from(fo[m]) * (c - po[m]);
        let y = T::from(fs[m]) * (c - ps[m]) + T::from(fn_[m]) * (c - pn[m]);
        let z = T::from(fb[m]) * (c - pb[m]) + T::from(fa[m]) * (c - pa[m]);
        q[m] = T::from(ground[m]) * c + (x + y + z);
    }
}

/// `r = −A x ÷ scale` on the row's cells, in double precision up to the last rounding.
pub(super) fn defect_row(
    r: &mut [f32],
    x: &[f64],
    ground: &[f32],
    face: Sides<f32>,
    near: Sides<f64>,
    inverse_scale: f64,
) {
    let n = r.len();
    let (p, ground) = (&x[..n], &ground[..n]);
    let (fi, fo, fs, fn_) = (&face.inside[..n], &face.outside[..n], &face.south[..n], &face.north[..n]);
    let (fb, fa) = (&face.below[..n], &face.above[..n]);
    let (pi, po, ps, pn) = (&near.inside[..n], &near.outside[..n], &near.south[..n], &near.north[..n]);
    let (pb, pa) = (&near.below[..n], &near.above[..n]);
    for m in 0..n {
        let c = p[m];
        let x = f64::from(fi[m]) * (pi[m] - c) + f64::from(fo[m]) * (po[m] - c);
        let y = f64::from(fs[m]) * (ps[m] - c) + f64::from(fn_[m]) * (pn[m] - c);
        let z = f64::from(fb[m]) * (pb[m] - c) + f64::from(fa[m]) * (pa[m] - c);
        r[m] = ((x + y + z - f64::from(ground[m]) * c) * inverse_scale) as f32;
    }
}

/// Σ a·b.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>() + rest
}

/// Σ |a|.
pub(super) fn magnitude(a: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let (chunks, rest) = a.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane].abs();
        }
    }
    lanes.iter().chain(rest).map(|&lane| f64::from(lane.abs())).sum()
}

/// p ← z + β p.
pub(super) fn turn_row(beta: f32, p: &mut [f32], z: &[f32]) {
    let n = p.len();
    let z = &z[..n];
    if beta == 0.0 {
        p.copy_from_slice(z);
        return;
    }
    for m in 0..n {
        p[m] = z[m] + beta * p[m];
    }
}

/// x ← x + step p, r ← r − step q.
pub(super) fn advance_row(step: f32, x: &mut [f32], r: &mut [f32], p: &[f32], q: &[f32]) {
    let n = x.len();
    let (r, p, q) = (&mut r[..n], &p[..n], &q[..n]);
    for m in 0..n {
        x[m] += step * p[m];
        r[m] -= step * q[m];
    }
}

/// Interleaves the coarse cells of a row, left ones and right ones, into one fine value per coarse cell: `p += coarse`.
///
/// Coarse cell `first + m` goes to `p[m]`; `left[0]` and `right[0]` are those of coarse pair `first / 2`.
pub(super) fn prolong_row(p: &mut [f32], first: usize, left: &[f32], right: &[f32]) {
    let mut p = p;
    let (mut left, mut right) = (left, right);
    if first % 2 == 1 && !p.is_empty() {
        p[0] += right[0];
        (p, left, right) = (&mut p[1..], &left[1..], &right[1..]);
    }
    let (pairs, rest) = p.as_chunks_mut::<2>();
    let n = pairs.len();
    for ((pair, l), r) in pairs.iter_mut().zip(&left[..n]).zip(&right[..n]) {
        pair[0] += l;
        pair[1] += r;
    }
    if let Some(last) = rest.first_mut() {
        *last += left[n];
    }
}

/// Splits the values of coarse cells, from a left one on, into those of left and right cells.
pub(super) fn restrict_row(sum: &[f32], left: &mut [f32], right: &mut [f32]) {
    for ((pair, left), right) in sum.as_chunks::<2>().0.iter().zip(left).zip(right) {
        (*left, *right) = (pair[0], pair[1]);
    }
}
