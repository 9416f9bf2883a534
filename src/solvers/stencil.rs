//! The seven-point stencil on one row of cells of one colour, four cells at a time. All six neighbours of a cell are of the
//! other colour.

use wide::f32x4;

/// Cells worked on together; rows are as long as a multiple of it.
pub(super) const LANES: usize = 4;
/// Values of cells that are worked on together.
pub(super) type Lanes<T> = [T; LANES];

/// What lies at the six sides of a row's cells of one colour: the partner inside the pair, the one in the next pair, and
/// those at −y, +y, −z, +z. Slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a, T> {
    pub inside: &'a [Lanes<T>],
    pub outside: &'a [Lanes<T>],
    pub south: &'a [Lanes<T>],
    pub north: &'a [Lanes<T>],
    pub below: &'a [Lanes<T>],
    pub above: &'a [Lanes<T>],
}

impl<T> Sides<'_, T> {
    /// The first `n` of each, which tells the compiler that none is shorter.
    #[inline(always)]
    fn of_length(&self, n: usize) -> Self {
        Sides {
            inside: &self.inside[..n],
            outside: &self.outside[..n],
            south: &self.south[..n],
            north: &self.north[..n],
            below: &self.below[..n],
            above: &self.above[..n],
        }
    }
}

/// `length` values from `start` on, as lanes.
#[inline(always)]
pub(super) fn cut<T>(values: &[T], start: usize, length: usize) -> &[Lanes<T>] {
    values[start..start + length].as_chunks().0
}

/// The same, to be written.
#[inline(always)]
pub(super) fn cut_mut<T>(values: &mut [T], start: usize, length: usize) -> &mut [Lanes<T>] {
    values[start..start + length].as_chunks_mut().0
}

/// Solves every cell of the row for its neighbours as they are.
#[inline(always)]
pub(super) fn relax_row(
    p: &mut [Lanes<f32>],
    source: &[Lanes<f32>],
    inverse: &[Lanes<f32>],
    face: Sides<f32>,
    near: Sides<f32>,
) {
    let n = p.len();
    let (source, inverse, face, near) = (&source[..n], &inverse[..n], face.of_length(n), near.of_length(n));
    for m in 0..n {
        let x = wide(&face.inside[m]) * wide(&near.inside[m]) + wide(&face.outside[m]) * wide(&near.outside[m]);
        let y = wide(&face.south[m]) * wide(&near.south[m]) + wide(&face.north[m]) * wide(&near.north[m]);
        let z = wide(&face.below[m]) * wide(&near.below[m]) + wide(&face.above[m]) * wide(&near.above[m]);
        p[m] = (wide(&inverse[m]) * (wide(&source[m]) + (x + y + z))).to_array();
    }
}

/// Adds `source − A p` of the row's cells to `sum`. Differences first: a nearly constant pressure loses no digits.
#[inline(always)]
pub(super) fn residual_row(
    sum: &mut [Lanes<f32>],
    p: &[Lanes<f32>],
    source: &[Lanes<f32>],
    ground: &[Lanes<f32>],
    face: Sides<f32>,
    near: Sides<f32>,
) {
    let n = sum.len();
    let (p, source, ground) = (&p[..n], &source[..n], &ground[..n]);
    let (face, near) = (face.of_length(n), near.of_length(n));
    for m in 0..n {
        let c = wide(&p[m]);
        let left = wide(&source[m]) - wide(&ground[m]) * c - outflow(m, c, &face, &near);
        sum[m] = (wide(&sum[m]) + left).to_array();
    }
}

/// What leaves the cells of one group of lanes, at pressures `c`, through their faces.
#[inline(always)]
fn outflow(m: usize, c: f32x4, face: &Sides<f32>, near: &Sides<f32>) -> f32x4 {
    let x = wide(&face.inside[m]) * (c - wide(&near.inside[m])) + wide(&face.outside[m]) * (c - wide(&near.outside[m]));
    let y = wide(&face.south[m]) * (c - wide(&near.south[m])) + wide(&face.north[m]) * (c - wide(&near.north[m]));
    let z = wide(&face.below[m]) * (c - wide(&near.below[m])) + wide(&face.above[m]) * (c - wide(&near.above[m]));
    x + y + z
}

#[inline(always)]
fn wide(values: &Lanes<f32>) -> f32x4 {
    f32x4::new(*values)
}

/// `q = A p` on the row's cells; returns p·q.
#[inline(always)]
pub(super) fn product_row(
    q: &mut [Lanes<f32>],
    p: &[Lanes<f32>],
    ground: &[Lanes<f32>],
    face: Sides<f32>,
    near: Sides<f32>,
) -> f64 {
    let n = q.len();
    let (p, ground, face, near) = (&p[..n], &ground[..n], face.of_length(n), near.of_length(n));
    let mut sum = f32x4::ZERO;
    for m in 0..n {
        let c = wide(&p[m]);
        let product = wide(&ground[m]) * c + outflow(m, c, &face, &near);
        q[m] = product.to_array();
        sum += c * product;
    }
    total(sum)
}

/// The lanes' sum, in double precision.
fn total(lanes: f32x4) -> f64 {
    lanes.to_array().iter().map(|&lane| f64::from(lane)).sum()
}

/// `r = −A x × factor` on the row's cells, in double precision up to the last rounding.
#[inline(always)]
pub(super) fn defect_row<T: From64>(
    r: &mut [Lanes<T>],
    x: &[Lanes<f64>],
    ground: &[Lanes<f32>],
    face: Sides<f32>,
    near: Sides<f64>,
    factor: f64,
) {
    let r = r.as_flattened_mut();
    let n = r.len();
    let (p, ground) = (&x.as_flattened()[..n], &ground.as_flattened()[..n]);
    let (fi, fo) = (&face.inside.as_flattened()[..n], &face.outside.as_flattened()[..n]);
    let (fs, fn_) = (&face.south.as_flattened()[..n], &face.north.as_flattened()[..n]);
    let (fb, fa) = (&face.below.as_flattened()[..n], &face.above.as_flattened()[..n]);
    let (pi, po) = (&near.inside.as_flattened()[..n], &near.outside.as_flattened()[..n]);
    let (ps, pn) = (&near.south.as_flattened()[..n], &near.north.as_flattened()[..n]);
    let (pb, pa) = (&near.below.as_flattened()[..n], &near.above.as_flattened()[..n]);
    let of = |value: f32| f64::from(value);
    for m in 0..n {
        let c = p[m];
        let x = of(fi[m]) * (pi[m] - c) + of(fo[m]) * (po[m] - c);
        let y = of(fs[m]) * (ps[m] - c) + of(fn_[m]) * (pn[m] - c);
        let z = of(fb[m]) * (pb[m] - c) + of(fa[m]) * (pa[m] - c);
        r[m] = T::from64((x + y + z - of(ground[m]) * c) * factor);
    }
}

/// Numbers that a residual is kept in.
pub(super) trait From64 {
    /// Rounds.
    fn from64(value: f64) -> Self;
}

impl From64 for f32 {
    fn from64(value: f64) -> f32 {
        value as f32
    }
}

impl From64 for f64 {
    fn from64(value: f64) -> f64 {
        value
    }
}

/// 1 ÷ (ground + faces), 0 where that is 0.
pub(super) fn invert_row(inverse: &mut [Lanes<f32>], ground: &[Lanes<f32>], face: Sides<f32>) {
    let n = inverse.len();
    let (ground, face) = (&ground[..n], face.of_length(n));
    for m in 0..n {
        for l in 0..LANES {
            let (x, y) = (face.inside[m][l] + face.outside[m][l], face.south[m][l] + face.north[m][l]);
            let sum = ground[m][l] + (x + y + (face.below[m][l] + face.above[m][l]));
            inverse[m][l] = if sum > 0.0 { 1.0 / sum } else { 0.0 };
        }
    }
}

/// Calls `found(m)` for the cells of a row that have a face below `weak` × their best along every axis.
pub(super) fn corners_row(weak: f32, face: Sides<f32>, mut found: impl FnMut(usize)) {
    let n = face.inside.len();
    let face = face.of_length(n);
    for m in 0..n {
        let is_corner: Lanes<bool> = std::array::from_fn(|l| {
            let (x, y) = ((face.inside[m][l], face.outside[m][l]), (face.south[m][l], face.north[m][l]));
            let z = (face.below[m][l], face.above[m][l]);
            let best = x.0.max(x.1).max(y.0.max(y.1)).max(z.0.max(z.1));
            x.0.min(x.1).max(y.0.min(y.1)).max(z.0.min(z.1)) < weak * best
        });
        if is_corner.contains(&true) {
            (0..LANES).filter(|&l| is_corner[l]).for_each(|l| found(LANES * m + l));
        }
    }
}

/// Σ a·b.
#[inline(always)]
pub(super) fn dot(a: &[Lanes<f32>], b: &[Lanes<f32>]) -> f64 {
    total(a.iter().zip(b).fold(f32x4::ZERO, |sum, (a, b)| sum + wide(a) * wide(b)))
}

/// Σ |a|.
#[inline(always)]
pub(super) fn magnitude(a: &[Lanes<f32>]) -> f64 {
    total(a.iter().fold(f32x4::ZERO, |sum, a| sum + wide(a).abs()))
}

/// p ← z + β p.
#[inline(always)]
pub(super) fn turn_row(beta: f32, p: &mut [Lanes<f32>], z: &[Lanes<f32>]) {
    if beta == 0.0 {
        p.copy_from_slice(z);
        return;
    }
    let beta = f32x4::splat(beta);
    for (p, z) in p.iter_mut().zip(z) {
        *p = (wide(z) + beta * wide(p)).to_array();
    }
}

/// x ← x + step p, r ← r − step q; returns r·r.
#[inline(always)]
pub(super) fn advance_row(
    step: f32,
    x: &mut [Lanes<f32>],
    r: &mut [Lanes<f32>],
    p: &[Lanes<f32>],
    q: &[Lanes<f32>],
) -> f64 {
    let n = x.len();
    let (r, p, q, step) = (&mut r[..n], &p[..n], &q[..n], f32x4::splat(step));
    let mut sum = f32x4::ZERO;
    for m in 0..n {
        x[m] = (wide(&x[m]) + step * wide(&p[m])).to_array();
        let residual = wide(&r[m]) - step * wide(&q[m]);
        r[m] = residual.to_array();
        sum += residual * residual;
    }
    total(sum)
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
