//! Forces of rows of elastic cubes on their nodes, without a matrix: sums and differences of the corners, the eight 3×3
//! blocks of [`super::brick`], and back. All loops run along x over plain slices.

use super::brick::{Brick, mode_of};
use std::ops::{Add, AddAssign, Mul, Sub};

/// Single or double precision.
pub(super) trait Real:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + AddAssign + Send + Sync
{
    /// Rounded from double precision.
    fn of(value: f64) -> Self;
}

impl Real for f32 {
    fn of(value: f64) -> f32 {
        value as f32
    }
}

impl Real for f64 {
    fn of(value: f64) -> f64 {
        value
    }
}

/// Elements of a box, x fastest, their rows cut to where there is material. Nodes are the corners, x fastest too; degree of
/// freedom `axis · nodes + node` is the displacement of a node along an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ElementRows {
    /// Elements along x, y, z.
    pub dims: [usize; 3],
    /// Rows with material: j, k, first element, end.
    pub rows: Vec<[usize; 4]>,
}

impl ElementRows {
    /// The rows of a box in which `is_solid(element)` somewhere.
    pub(super) fn new(dims: [usize; 3], is_solid: impl Fn(usize) -> bool) -> ElementRows {
        let [nx, ny, nz] = dims;
        let mut rows = Vec::new();
        for k in 0..nz {
            for j in 0..ny {
                let start = nx * (j + ny * k);
                if let Some(first) = (0..nx).find(|i| is_solid(start + i)) {
                    let last = (first..nx).rev().find(|i| is_solid(start + i)).unwrap_or(first);
                    rows.push([j, k, first, last + 1]);
                }
            }
        }
        ElementRows { dims, rows }
    }

    /// Number of nodes of the box.
    pub(super) fn nodes(&self) -> usize {
        self.dims.iter().map(|n| n + 1).product()
    }

    /// Node (i, j, k).
    pub(super) fn node(&self, [i, j, k]: [usize; 3]) -> usize {
        i + (self.dims[0] + 1) * (j + (self.dims[1] + 1) * k)
    }

    /// The nodes of an element, corner by corner.
    pub(super) fn corners(&self, [i, j, k]: [usize; 3]) -> [usize; 8] {
        std::array::from_fn(|c| self.node([i + (c & 1), j + (c >> 1 & 1), k + (c >> 2)]))
    }
}

/// Room for one row: modes of its nodes, and what each element gives to its left and right nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct RowRoom<T> {
    modes: Vec<T>,
    left: Vec<T>,
    right: Vec<T>,
}

/// `force = A · displacement`, with one modulus (times edge) per element and the blocks of [`Brick`].
pub(super) fn apply<T: Real>(
    elements: &ElementRows,
    blocks: &[[[T; 3]; 3]; 8],
    modulus: &[T],
    displacement: &[T],
    force: &mut [T],
    room: &mut RowRoom<T>,
) {
    let [nx, ny, _] = elements.dims;
    let (nodes, zero) = (elements.nodes(), T::default());
    force.fill(zero);
    room.modes.resize(12 * (nx + 1), zero);
    room.left.resize(12 * nx, zero);
    room.right.resize(12 * nx, zero);
    for &[j, k, first, end] in &elements.rows {
        let count = end - first;
        let start = [0, 1, 2, 3].map(|c| elements.node([first, j + (c & 1), k + (c >> 1)]));
        let row = |axis: usize, c: usize| axis * nodes + start[c]..axis * nodes + start[c] + count + 1;
        for axis in 0..3 {
            let corners = [0, 1, 2, 3].map(|c| &displacement[row(axis, c)]);
            modes_across(corners, &mut room.modes[4 * axis * (count + 1)..4 * (axis + 1) * (count + 1)]);
        }
        let at = nx * (j + ny * k) + first;
        let modulus = &modulus[at..at + count];
        for across in 0..4 {
            // Component `axis` of both parities along x has this mode across.
            let of_axis = |axis: usize| mode_of(across << 1, axis) >> 1;
            let mode = |axis: usize| {
                let from = (4 * axis + of_axis(axis)) * (count + 1);
                &room.modes[from..from + count + 1]
            };
            let modes = [mode(0), mode(1), mode(2)];
            let places = [0, 1, 2].map(|axis| (4 * axis + of_axis(axis)) * count);
            let left = three_mut(&mut room.left, places, count);
            let right = three_mut(&mut room.right, places, count);
            couple(modes, modulus, &blocks[across << 1], &blocks[across << 1 | 1], left, right);
        }
        for axis in 0..3 {
            for across in 0..4 {
                let place = 4 * axis + across;
                let sums = &mut room.modes[place * (count + 1)..(place + 1) * (count + 1)];
                let ends = place * count..(place + 1) * count;
                gather_ends(&room.left[ends.clone()], &room.right[ends], sums);
            }
            let sums = &room.modes[4 * axis * (count + 1)..4 * (axis + 1) * (count + 1)];
            for c in 0..4 {
                add_corner(c, sums, &mut force[row(axis, c)]);
            }
        }
    }
}

/// Three slices of one array at rising or falling places that do not overlap.
fn three_mut<T: Default + Copy>(array: &mut [T], places: [usize; 3], length: usize) -> [&mut [T]; 3] {
    // Places of axes rise: component by component.
    let (low, rest) = array.split_at_mut(places[1]);
    let (middle, high) = rest.split_at_mut(places[2] - places[1]);
    [&mut low[places[0]..places[0] + length], &mut middle[..length], &mut high[..length]]
}

/// Sums and differences of four rows of nodes across x: mode 0, difference along y, along z, along both.
#[inline(never)]
fn modes_across<T: Real>([a, b, c, d]: [&[T]; 4], modes: &mut [T]) {
    let n = a.len();
    let (b, c, d) = (&b[..n], &c[..n], &d[..n]);
    let (sum, rest) = modes.split_at_mut(n);
    let (along_y, rest) = rest.split_at_mut(n);
    let (along_z, both) = rest.split_at_mut(n);
    let both = &mut both[..n];
    for i in 0..n {
        let (low, high) = (a[i] + b[i], c[i] + d[i]);
        let (low_step, high_step) = (b[i] - a[i], d[i] - c[i]);
        sum[i] = low + high;
        along_y[i] = low_step + high_step;
        along_z[i] = high - low;
        both[i] = high_step - low_step;
    }
}

/// The two parity classes along x of one pair of parities across it.
#[inline(never)]
fn couple<T: Real>(
    [x, y, z]: [&[T]; 3],
    modulus: &[T],
    even: &[[T; 3]; 3],
    odd: &[[T; 3]; 3],
    [left_x, left_y, left_z]: [&mut [T]; 3],
    [right_x, right_y, right_z]: [&mut [T]; 3],
) {
    let n = modulus.len();
    let (x0, y0, z0) = (&x[..n], &y[..n], &z[..n]);
    let (x1, y1, z1) = (&x[1..n + 1], &y[1..n + 1], &z[1..n + 1]);
    let (left_x, left_y, left_z) = (&mut left_x[..n], &mut left_y[..n], &mut left_z[..n]);
    let (right_x, right_y, right_z) = (&mut right_x[..n], &mut right_y[..n], &mut right_z[..n]);
    for i in 0..n {
        let e = modulus[i];
        let (xs, xd) = (e * (x1[i] + x0[i]), e * (x1[i] - x0[i]));
        let (ys, yd) = (e * (y1[i] + y0[i]), e * (y1[i] - y0[i]));
        let (zs, zd) = (e * (z1[i] + z0[i]), e * (z1[i] - z0[i]));
        // Even along x: u_x by its difference, the others by their sums; odd the other way round.
        let fx_d = even[0][0] * xd + even[0][1] * ys + even[0][2] * zs;
        let fy_s = even[1][0] * xd + even[1][1] * ys + even[1][2] * zs;
        let fz_s = even[2][0] * xd + even[2][1] * ys + even[2][2] * zs;
        let fx_s = odd[0][0] * xs + odd[0][1] * yd + odd[0][2] * zd;
        let fy_d = odd[1][0] * xs + odd[1][1] * yd + odd[1][2] * zd;
        let fz_d = odd[2][0] * xs + odd[2][1] * yd + odd[2][2] * zd;
        left_x[i] = fx_s - fx_d;
        right_x[i] = fx_s + fx_d;
        left_y[i] = fy_s - fy_d;
        right_y[i] = fy_s + fy_d;
        left_z[i] = fz_s - fz_d;
        right_z[i] = fz_s + fz_d;
    }
}

/// Per node what the elements on both its sides give.
#[inline(never)]
fn gather_ends<T: Real>(left: &[T], right: &[T], sums: &mut [T]) {
    let n = left.len();
    sums[..n].copy_from_slice(left);
    sums[n] = T::default();
    for (sum, right) in sums[1..n + 1].iter_mut().zip(&right[..n]) {
        *sum += *right;
    }
}

/// Adds the modes across x to one of the four rows of nodes.
#[inline(never)]
fn add_corner<T: Real>(corner: usize, modes: &[T], force: &mut [T]) {
    let n = force.len();
    let (sum, rest) = modes.split_at(n);
    let (along_y, rest) = rest.split_at(n);
    let (along_z, both) = rest.split_at(n);
    let both = &both[..n];
    match corner {
        0 => (0..n).for_each(|i| force[i] += (sum[i] - along_y[i]) - (along_z[i] - both[i])),
        1 => (0..n).for_each(|i| force[i] += (sum[i] + along_y[i]) - (along_z[i] + both[i])),
        2 => (0..n).for_each(|i| force[i] += (sum[i] - along_y[i]) + (along_z[i] - both[i])),
        _ => (0..n).for_each(|i| force[i] += (sum[i] + along_y[i]) + (along_z[i] + both[i])),
    }
}

/// The blocks of a brick in the precision of the loops.
pub(super) fn blocks_of<T: Real>(brick: &Brick) -> [[[T; 3]; 3]; 8] {
    brick.blocks.map(|block| block.map(|row| row.map(T::of)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn rows_give_what_the_element_matrices_give() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let (dims, brick) = ([5, 4, 3], Brick::new(0.3));
        let modulus: Vec<f64> =
            (0..60).map(|_| if rng.random_range(0.0..1.0) < 0.4 { 0.0 } else { rng.random_range(0.1..3.0) }).collect();
        let elements = ElementRows::new(dims, |e| modulus[e] > 0.0);
        let nodes = elements.nodes();
        let displacement: Vec<f64> = (0..3 * nodes).map(|_| rng.random_range(-1.0..1.0)).collect();
        let mut expected = vec![0.0; 3 * nodes];
        for (e, modulus) in modulus.iter().enumerate() {
            let corners = elements.corners([e % 5, e / 5 % 4, e / 20]);
            for row in 0..24 {
                for column in 0..24 {
                    let dof = |index: usize| index % 3 * nodes + corners[index / 3];
                    expected[dof(row)] += modulus * brick.matrix[row][column] * displacement[dof(column)];
                }
            }
        }
        let mut force = vec![9.0; 3 * nodes];
        let blocks = blocks_of::<f64>(&brick);
        apply(&elements, &blocks, &modulus, &displacement, &mut force, &mut RowRoom::default());
        let worst = force.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 1e-13, "{worst}");
    }
}
