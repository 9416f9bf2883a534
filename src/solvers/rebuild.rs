//! All grids rebuilt at once from the finest one's conductances, row by row.

use super::lattice::{Lattice, Row};
use super::level::{CHILD_ROWS, COARSE_FACE, Level};
use super::multigrid::Multigrid;
use super::slabs::each_plane;
use super::stencil::{corners_row, cut, cut_mut, invert_row};

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
                    let (start, n) = row.span();
                    let inverse = cut_mut(inverse[colour], start - offset, n);
                    invert_row(inverse, cut(&self.ground[colour], start, n), self.faces_of(row, colour));
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
