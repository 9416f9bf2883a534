//! The seven-point stencil on one row of cells: Gauss–Seidel of one colour, and the product with a vector.

/// The conductances of the faces round a row, one value per cell and side.
pub(super) struct RowFaces<'a> {
    /// Towards −x.
    pub west: &'a [f64],
    /// Towards +x.
    pub east: &'a [f64],
    /// Towards −y.
    pub south: &'a [f64],
    /// Towards +y.
    pub north: &'a [f64],
    /// Towards −z.
    pub below: &'a [f64],
    /// Towards +z.
    pub above: &'a [f64],
}

/// Solves the rows of every second cell, from `offset` on, for the neighbours as they are.
///
/// `current` holds the row with one cell more at both ends; `neighbours` are the rows at −y, +y, −z, +z.
pub(super) fn relax_row(
    current: &mut [f64],
    [ys, yn, zb, za]: [&[f64]; 4],
    faces: &RowFaces,
    source: &[f64],
    inverse_diagonal: &[f64],
    offset: usize,
) {
    let n = source.len();
    let (ys, yn, zb, za, inverse) = (&ys[..n], &yn[..n], &zb[..n], &za[..n], &inverse_diagonal[..n]);
    let (west, east, south, north) = (&faces.west[..n], &faces.east[..n], &faces.south[..n], &faces.north[..n]);
    let (below, above) = (&faces.below[..n], &faces.above[..n]);
    let current = &mut current[..n + 2];
    let mut i = offset;
    while i < n {
        let inflow = (source[i] + west[i] * current[i] + east[i] * current[i + 2])
            + (south[i] * ys[i] + north[i] * yn[i])
            + (below[i] * zb[i] + above[i] * za[i]);
        current[i + 1] = inflow * inverse[i];
        i += 2;
    }
}

/// Adds the residual of every second cell, from `offset` on, to the sums over pairs of cells along x.
///
/// `sums[0]` belongs to the cells with x index 0 and 1; `first` is the x index of the row's first cell.
pub(super) fn residual_row(
    sums: &mut [f64],
    first: usize,
    current: &[f64],
    [ys, yn, zb, za]: [&[f64]; 4],
    faces: &RowFaces,
    source: &[f64],
    ground: &[f64],
    offset: usize,
) {
    let n = source.len();
    let (ys, yn, zb, za, ground) = (&ys[..n], &yn[..n], &zb[..n], &za[..n], &ground[..n]);
    let (west, east, south, north) = (&faces.west[..n], &faces.east[..n], &faces.south[..n], &faces.north[..n]);
    let (below, above) = (&faces.below[..n], &faces.above[..n]);
    let current = &current[..n + 2];
    let sums = &mut sums[(first + offset) / 2..];
    let mut i = offset;
    for sum in sums {
        if i >= n {
            break;
        }
        let x = current[i + 1];
        *sum += (source[i] - ground[i] * x + west[i] * (current[i] - x) + east[i] * (current[i + 2] - x))
            + (south[i] * (ys[i] - x) + north[i] * (yn[i] - x))
            + (below[i] * (zb[i] - x) + above[i] * (za[i] - x));
        i += 2;
    }
}

/// `out = ground·x − Σ face·(x_neighbour − x)`; differences first, which keeps digits at high contrast.
pub(super) fn apply_row(
    out: &mut [f64],
    current: &[f64],
    [ys, yn, zb, za]: [&[f64]; 4],
    faces: &RowFaces,
    ground: &[f64],
) {
    let n = out.len();
    let (ys, yn, zb, za, ground) = (&ys[..n], &yn[..n], &zb[..n], &za[..n], &ground[..n]);
    let (west, east, south, north) = (&faces.west[..n], &faces.east[..n], &faces.south[..n], &faces.north[..n]);
    let (below, above) = (&faces.below[..n], &faces.above[..n]);
    let (left, middle, right) = (&current[..n], &current[1..n + 1], &current[2..n + 2]);
    for i in 0..n {
        let x = middle[i];
        out[i] = (ground[i] * x + west[i] * (x - left[i]) + east[i] * (x - right[i]))
            + (south[i] * (x - ys[i]) + north[i] * (x - yn[i]))
            + (below[i] * (x - zb[i]) + above[i] * (x - za[i]));
    }
}

/// Σ a·b with four partial sums, in a fixed order.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let tail: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a4.zip(b4) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}
