//! Red–black Gauss–Seidel on one grid, and the transfers to and from the next coarser one.
//!
//! Four half sweeps run in one pass through memory, each one plane behind the one before: a plane of one colour
//! needs only its neighbour planes of the other colour, so the result is that of whole half sweeps in turn.

use super::multigrid_level::Level;
use super::stencil::{relax_row, residual_row};

/// Half sweeps on the way down; those on the way up are their mirror image.
pub(super) const HALF_SWEEPS: usize = 4;

impl Level {
    /// Half sweeps red, black, red, black; from zero if `fresh`.
    pub(super) fn relax_down(&mut self, fresh: bool) {
        let mut pressure = std::mem::take(&mut self.pressure);
        for step in 0..self.dims[2] + HALF_SWEEPS - 1 {
            for half in 0..HALF_SWEEPS.min(step + 1) {
                if fresh && half == 0 {
                    self.start_plane(step, &mut pressure);
                } else {
                    self.relax_plane(step - half, half % 2, &mut pressure);
                }
            }
        }
        self.pressure = pressure;
    }

    /// Adds the solution of the next coarser grid, constant over each aggregate, then half sweeps black, red, black, red.
    pub(super) fn relax_up(&mut self, coarse: &Level) {
        let mut pressure = std::mem::take(&mut self.pressure);
        for step in 0..self.dims[2] + HALF_SWEEPS {
            self.prolong_plane(step, coarse, &mut pressure);
            for half in 1..(HALF_SWEEPS + 1).min(step + 1) {
                self.relax_plane(step - half, half % 2, &mut pressure);
            }
        }
        self.pressure = pressure;
    }

    /// The first red half sweep when all pressures are zero; the black cells are overwritten before they are read.
    fn start_plane(&self, k: usize, pressure: &mut [f64]) {
        for row in self.plane(k) {
            let (source, inverse) = (&self.source[row.cells()], &self.inverse_diagonal[row.cells()]);
            for ((p, source), inverse) in pressure[row.cells()].iter_mut().zip(source).zip(inverse) {
                *p = source * inverse;
            }
        }
    }

    /// Relaxes all cells of one colour in a plane.
    fn relax_plane(&self, k: usize, colour: usize, pressure: &mut [f64]) {
        let [_, sy, sz] = self.strides();
        for row in self.plane(k) {
            let (s, n) = (row.start, row.len);
            let (before, rest) = pressure.split_at_mut(s - 1);
            let (current, after) = rest.split_at_mut(n + 2);
            let ahead = s + n + 1;
            relax_row(
                current,
                [
                    &before[s - sy..s - sy + n],
                    &after[s + sy - ahead..s + sy - ahead + n],
                    &before[s - sz..s - sz + n],
                    &after[s + sz - ahead..s + sz - ahead + n],
                ],
                &self.faces_of(row),
                &self.source[s..s + n],
                &self.inverse_diagonal[s..s + n],
                (row.colour + colour) % 2,
            );
        }
    }

    /// Adds the coarse solution to the red cells; the black ones are relaxed before they are read.
    fn prolong_plane(&self, k: usize, coarse: &Level, pressure: &mut [f64]) {
        for row in self.plane(k) {
            let pressure = &mut pressure[row.cells()];
            for step in (row.colour..row.len).step_by(2) {
                pressure[step] += coarse.pressure[row.coarse + (row.first + step) / 2];
            }
        }
    }

    /// Sums the residual over the aggregates into the right-hand side of the next coarser grid.
    ///
    /// To be called after [`Level::relax_down`]: then only red cells have a residual.
    pub(super) fn restrict_into(&self, coarse: &mut Level) {
        for row in &coarse.rows {
            coarse.source[row.cells()].fill(0.0);
        }
        for row in &self.rows {
            let (s, n) = (row.start, row.len);
            residual_row(
                &mut coarse.source[row.coarse..],
                row.first,
                &self.pressure[s - 1..s + n + 1],
                self.rows_around(row, &self.pressure),
                &self.faces_of(row),
                &self.source[s..s + n],
                &self.ground[s..s + n],
                row.colour,
            );
        }
        let [_, sy, sz] = self.strides();
        for (exchange, (node, cell, conductance)) in self.coupling.each().enumerate() {
            if (cell % sy + cell % sz / sy + cell / sz) % 2 == 1 {
                let target = coarse.coupling.ends[self.coupling.parent(exchange)].1 as usize;
                coarse.source[target] += conductance * (self.node_pressure[node] - self.pressure[cell]);
            }
        }
    }
}
