//! All grids rebuilt at once from the finest one's conductances, row by row.

use super::lattice::{Lattice, Row};
use super::level::{CHILD_ROWS, COARSE_FACE, Level};
use super::multigrid::Multigrid;
use super::slabs::each_plane;
use super::stencil::Sides;

/// Coarse cells gathered at a time.
const BLOCK: usize = 256;

impl Multigrid {
    /// Recomputes what follows from the conductances of the finest grid and the network.
    pub(super) fn rebuild(&mut self) {
        for depth in 0..self.levels.len() {
            self.levels[depth].rebuild_diagonals();
            let Some((fine, coarse)) = self.levels[depth..].split_first_mut() else { return };
            let Some(coarse) = coarse.first_mut() else { break };
            fine.coupling.coarsen_into(&mut coarse.coupling);
            coarse.gather_all(fine);
        }
        self.eliminate();
    }
}

impl Level {
    /// Recomputes all inverse diagonals.
    fn rebuild_diagonals(&mut self) {
        let [mut red, mut black] = std::mem::take(&mut self.inverse_diagonal);
        let mut sums = vec![0.0; self.lattice.dims()[2].max(1)];
        each_plane(self.lattice.plane_start(), [&mut red, &mut black], &mut sums, &|k, offset, inverse| {
            for row in self.lattice.plane(k) {
                for colour in 0..2 {
                    let pairs = row.pairs();
                    let inverse = &mut inverse[colour][pairs.start - offset..pairs.end - offset];
                    invert_row(inverse, &self.ground[colour][pairs], self.faces_of(row, colour));
                }
            }
            0.0
        });
        self.inverse_diagonal = [red, black];
        self.add_exchanges();
    }

    /// Rebuilds all conductances from the finer grid.
    fn gather_all(&mut self, fine: &Level) {
        let lattice = self.lattice.clone();
        for k in 0..lattice.dims()[2] {
            for j in 0..lattice.dims()[1] {
                let row = *lattice.row(j, k);
                for first in (2 * row.first..2 * row.end).step_by(BLOCK) {
                    let end = (first + BLOCK).min(2 * row.end);
                    self.gather_block(&row, [j, k], first, end, fine);
                }
            }
        }
    }

    /// Rebuilds the cells `first..end` of one row.
    fn gather_block(&mut self, row: &Row, [j, k]: [usize; 2], first: usize, end: usize, fine: &Level) {
        let mut sums = [[0.0_f32; BLOCK]; 4];
        let [ground, x, y, z] = &mut sums;
        for (dj, dk) in CHILD_ROWS {
            let [_, ny, nz] = fine.lattice.dims();
            if 2 * j + dj >= ny || 2 * k + dk >= nz {
                continue;
            }
            let below = fine.lattice.row(2 * j + dj, 2 * k + dk);
            let (from, to) = (below.first.max(first), below.end.min(end));
            if from >= to {
                continue;
            }
            let (own, pairs) = (from - first..to - first, below.base + from..below.base + to);
            let add = |sum: &mut [f32; BLOCK], share: f32, values: &[f32]| {
                sum[own.clone()].iter_mut().zip(&values[pairs.clone()]).for_each(|(sum, value)| *sum += share * value);
            };
            for colour in 0..2 {
                add(ground, 1.0, &fine.ground[colour]);
                if dj == 1 {
                    add(y, COARSE_FACE, &fine.faces.y[colour]);
                }
                if dk == 1 {
                    add(z, COARSE_FACE, &fine.faces.z[colour]);
                }
            }
            add(x, COARSE_FACE, &fine.faces.between);
        }
        let (left, right) = (row.side_of(0), row.side_of(1));
        for (m, pair) in (row.base + first / 2..row.base + end.div_ceil(2)).enumerate() {
            let (a, b) = (2 * m, 2 * m + 1);
            (self.faces.inside[pair], self.faces.between[pair]) = (x[a], x[b]);
            // `side_of` is its own inverse: the colour of the left cell is the side of red.
            for (values, sum) in [(&mut self.ground, &*ground), (&mut self.faces.y, &*y), (&mut self.faces.z, &*z)] {
                values[left][pair] = sum[a];
                values[right][pair] = sum[b];
            }
        }
    }

    /// Slots that a whole search for pockets begins with: a weak side along every axis.
    pub(super) fn corners(&self, weak: f32, found: &mut Vec<u32>) {
        let lattice: &Lattice = &self.lattice;
        for k in 0..lattice.dims()[2] {
            for row in lattice.plane(k) {
                for colour in 0..2 {
                    let side = row.side_of(colour);
                    corners_row(weak, self.faces_of(row, colour), |m| {
                        found.push((2 * (row.pairs().start + m) + side) as u32);
                    });
                }
            }
        }
    }
}

/// 1 ÷ (ground + faces), 0 where that is 0.
fn invert_row(inverse: &mut [f32], ground: &[f32], face: Sides<f32>) {
    let n = inverse.len();
    let (fi, fo, fs, fn_) = (&face.inside[..n], &face.outside[..n], &face.south[..n], &face.north[..n]);
    let (fb, fa, ground) = (&face.below[..n], &face.above[..n], &ground[..n]);
    for m in 0..n {
        let sum = ground[m] + ((fi[m] + fo[m]) + (fs[m] + fn_[m]) + (fb[m] + fa[m]));
        inverse[m] = if sum > 0.0 { 1.0 / sum } else { 0.0 };
    }
}

/// Calls `found(m)` for the cells of a row that have a face below `weak` × their best along every axis.
fn corners_row(weak: f32, face: Sides<f32>, mut found: impl FnMut(usize)) {
    const LANES: usize = 16;
    let n = face.inside.len();
    let is_corner = |m: usize| {
        let (x, y) = ((face.inside[m], face.outside[m]), (face.south[m], face.north[m]));
        let z = (face.below[m], face.above[m]);
        let best = x.0.max(x.1).max(y.0.max(y.1)).max(z.0.max(z.1));
        x.0.min(x.1).max(y.0.min(y.1)).max(z.0.min(z.1)) < weak * best
    };
    for start in (0..n).step_by(LANES) {
        let end = (start + LANES).min(n);
        if (start..end).fold(false, |any, m| any | is_corner(m)) {
            (start..end).filter(|&m| is_corner(m)).for_each(&mut found);
        }
    }
}
