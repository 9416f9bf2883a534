//! One grid of the hierarchy: conductances and vectors split by colour, and the steps between a grid and the next.
//!
//! Every array has a zero, or a face of zero, wherever the loops over rows read beyond a row's own cells, and an inactive
//! cell has the inverse diagonal 0: the loops need no branch.

use super::coupling::Coupling;
use super::lattice::{ActiveRow, Lattice, Split, Spot};
use super::slabs::{each_plane, works_alone};
use super::stencil::{LANES, Sides, cut, cut_mut, prolong_row, relax_row, residual_row, restrict_row};
use std::sync::Arc;

/// Half sweeps on the way down; those on the way up are their mirror image.
const HALF_SWEEPS: usize = 4;
/// Coarse cells whose residuals are summed at a time.
const BLOCK: usize = 256;
/// The centres of a coarse grid lie twice as far apart, so a coarse face is half the sum of its fine ones. In a
/// prototype with V(2,2) cycles 0.5 took fewer iterations than 0.55 … 1 (10 against 12 … 25 for a cement sphere).
pub(super) const COARSE_FACE: f32 = 0.5;

/// The four rows of a finer grid below a row, in the order in which they are summed.
pub(super) const CHILD_ROWS: [(usize, usize); 4] = [(0, 0), (1, 0), (0, 1), (1, 1)];

/// The matrix of one grid, in mm³/(s Pa).
#[derive(Clone, Debug)]
pub(super) struct Faces {
    /// Per pair: between its two cells.
    pub inside: Vec<f32>,
    /// Per pair: between its right cell and the left one of the next pair.
    pub between: Vec<f32>,
    /// Per cell: to the neighbour at +y.
    pub y: Split<f32>,
    /// Per cell: to the neighbour at +z.
    pub z: Split<f32>,
}

/// The matrix and the vectors of one grid.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// Where the cells lie.
    pub lattice: Arc<Lattice>,
    /// Conductances between cells.
    pub faces: Faces,
    /// Conductance of each cell to a fixed pressure.
    pub ground: Split<f32>,
    /// 1 ÷ (ground + faces + exchanges), 0 for an inactive cell.
    pub inverse_diagonal: Split<f32>,
    /// Exchanges with the network, gathered onto these cells.
    pub coupling: Coupling,
    /// Right-hand side.
    pub source: Split<f32>,
    /// Solution.
    pub pressure: Split<f32>,
    /// Right-hand side of the nodes.
    pub node_source: Vec<f64>,
    /// Solution of the nodes.
    pub node_pressure: Vec<f64>,
    sums: Vec<f64>,
}

/// Zeros for every pair of a lattice.
pub(super) fn zeros<T: Clone + Default>(lattice: &Lattice) -> Split<T> {
    [vec![T::default(); lattice.pairs()], vec![T::default(); lattice.pairs()]]
}

impl Faces {
    #[inline(always)]
    fn of_row(&self, row: &ActiveRow, colour: usize) -> Sides<'_, f32> {
        let (start, n) = row.span();
        let [south, _, below, _] = row.beside.map(|pair| pair as usize);
        Sides {
            inside: cut(&self.inside, start, n),
            outside: cut(&self.between, start + row.side_of(colour) - 1, n),
            south: cut(&self.y[1 - colour], south, n),
            north: cut(&self.y[colour], start, n),
            below: cut(&self.z[1 - colour], below, n),
            above: cut(&self.z[colour], start, n),
        }
    }

    /// The face between a slot and its neighbour at + along an axis.
    pub(super) fn at(&self, axis: usize, slot: u32, Spot { colour, pair }: Spot) -> &f32 {
        match (axis, slot % 2) {
            (0, 0) => &self.inside[pair],
            (0, _) => &self.between[pair],
            (1, _) => &self.y[colour][pair],
            _ => &self.z[colour][pair],
        }
    }

    /// The same, to be set.
    pub(super) fn at_mut(&mut self, axis: usize, slot: u32, Spot { colour, pair }: Spot) -> &mut f32 {
        match (axis, slot % 2) {
            (0, 0) => &mut self.inside[pair],
            (0, _) => &mut self.between[pair],
            (1, _) => &mut self.y[colour][pair],
            _ => &mut self.z[colour][pair],
        }
    }
}

/// One colour to be written, the other to be read.
fn both(values: &mut Split<f32>, colour: usize) -> (&mut [f32], &[f32]) {
    let [red, black] = values;
    if colour == 0 { (red, black) } else { (black, red) }
}

/// Values of the other colour at the six sides of a row's cells of one colour.
#[inline(always)]
pub(super) fn sides_of<'a, T>(row: &ActiveRow, colour: usize, other: &'a [T]) -> Sides<'a, T> {
    let (start, n) = row.span();
    let [south, north, below, above] = row.beside.map(|pair| pair as usize);
    Sides {
        inside: cut(other, start, n),
        outside: cut(other, start + 2 * row.side_of(colour) - 1, n),
        south: cut(other, south, n),
        north: cut(other, north, n),
        below: cut(other, below, n),
        above: cut(other, above, n),
    }
}

impl Level {
    /// Room for a grid and a network; everything closed.
    pub(super) fn new(lattice: Arc<Lattice>, coupling: Coupling, nodes: usize) -> Level {
        let zero = || vec![0.0; lattice.pairs()];
        Level {
            faces: Faces { inside: zero(), between: zero(), y: zeros(&lattice), z: zeros(&lattice) },
            ground: zeros(&lattice),
            inverse_diagonal: zeros(&lattice),
            coupling,
            source: zeros(&lattice),
            pressure: zeros(&lattice),
            node_source: vec![0.0; nodes],
            node_pressure: vec![0.0; nodes],
            sums: vec![0.0; lattice.dims()[2].max(1)],
            lattice,
        }
    }

    /// The conductances round a row's cells of one colour.
    #[inline(always)]
    pub(super) fn faces_of(&self, row: &ActiveRow, colour: usize) -> Sides<'_, f32> {
        self.faces.of_row(row, colour)
    }

    /// Half sweeps red, black, red, black; from zero if `fresh`.
    pub(super) fn relax_down(&mut self, fresh: bool) {
        self.relax(0, fresh);
    }

    /// Half sweeps black, red, black, red.
    pub(super) fn relax_up(&mut self) {
        self.relax(1, false);
    }

    /// Half sweeps of both colours in turn, beginning with one; `fresh`: all pressures are zero.
    ///
    /// One thread runs all of them in one pass through memory, each a plane behind the one before: a plane of one colour
    /// needs only its neighbour planes of the other, so the result is that of whole half sweeps in turn.
    fn relax(&mut self, first: usize, fresh: bool) {
        let mut pressure = std::mem::take(&mut self.pressure);
        let mut sums = std::mem::take(&mut self.sums);
        let planes = self.lattice.dims()[2];
        if works_alone(self.lattice.plane_start()) {
            for step in 0..planes + HALF_SWEEPS - 1 {
                for half in (step + 1).saturating_sub(planes)..HALF_SWEEPS.min(step + 1) {
                    let colour = (first + half) % 2;
                    let (own, other) = both(&mut pressure, colour);
                    self.relax_plane(step - half, colour, own, 0, other, fresh && half == 0);
                }
            }
        } else {
            for half in 0..HALF_SWEEPS {
                let colour = (first + half) % 2;
                let (own, other) = both(&mut pressure, colour);
                each_plane(self.lattice.plane_start(), [own], &mut sums, &|k, offset, [own]| {
                    self.relax_plane(k, colour, own, offset, other, fresh && half == 0);
                    0.0
                });
            }
        }
        (self.pressure, self.sums) = (pressure, sums);
    }

    /// Relaxes all cells of one colour in a plane; `own` begins at pair `offset`.
    fn relax_plane(&self, k: usize, colour: usize, own: &mut [f32], offset: usize, other: &[f32], fresh: bool) {
        for row in self.lattice.plane(k) {
            let (start, n) = row.span();
            let p = cut_mut(own, start - offset, n);
            let (source, inverse) =
                (cut(&self.source[colour], start, n), cut(&self.inverse_diagonal[colour], start, n));
            if fresh {
                for ((p, s), d) in p.iter_mut().zip(source).zip(inverse) {
                    *p = std::array::from_fn(|l| s[l] * d[l]);
                }
            } else {
                relax_row(p, source, inverse, self.faces_of(row, colour), sides_of(row, colour, other));
            }
        }
    }

    /// Adds the coarse solution to the red cells; the black ones are relaxed before they are read.
    pub(super) fn prolong_from(&mut self, coarse: &Level) {
        let mut red = std::mem::take(&mut self.pressure[0]);
        let mut sums = std::mem::take(&mut self.sums);
        each_plane(self.lattice.plane_start(), [&mut red], &mut sums, &|k, offset, [p]| {
            for row in self.lattice.plane(k) {
                let (first, from) = (row.first as usize, coarse.lattice.row(row.j as usize / 2, k / 2));
                let pairs = from.base + first / 2..from.base + from.end;
                let [left, right] = [0, 1].map(|side| &coarse.pressure[from.side_of(side)][pairs.clone()]);
                prolong_row(&mut p[row.pairs().start - offset..row.pairs().end - offset], first, left, right);
            }
            0.0
        });
        self.sums = sums;
        self.pressure[0] = red;
    }

    /// Sums the residual over the aggregates into the right-hand side of the next coarser grid.
    ///
    /// To be called after [`Level::relax_down`]: then only red cells have a residual.
    pub(super) fn restrict_into(&self, coarse: &mut Level) {
        let [mut red, mut black] = std::mem::take(&mut coarse.source);
        let mut sums = std::mem::take(&mut coarse.sums);
        let lattice = &coarse.lattice;
        each_plane(lattice.plane_start(), [&mut red, &mut black], &mut sums, &|k, offset, [red, black]| {
            for j in 0..lattice.dims()[1] {
                let row = lattice.row(j, k);
                let (left, right) =
                    if row.side_of(0) == 0 { (&mut *red, &mut *black) } else { (&mut *black, &mut *red) };
                for first in (2 * row.first..2 * row.end).step_by(BLOCK) {
                    let end = (first + BLOCK).min(2 * row.end);
                    let mut sum = [0.0_f32; BLOCK + LANES];
                    self.sum_residuals([j, k], first, end, &mut sum);
                    let pairs = row.base + first / 2 - offset..row.base + end.div_ceil(2) - offset;
                    restrict_row(&sum[..end - first], &mut left[pairs.clone()], &mut right[pairs]);
                }
            }
            0.0
        });
        coarse.sums = sums;
        coarse.source = [red, black];
        self.restrict_exchanges(coarse);
    }

    /// Adds the residuals of the red cells below the coarse cells `first..end` of coarse row (j, k).
    fn sum_residuals(&self, [j, k]: [usize; 2], first: usize, end: usize, sum: &mut [f32]) {
        for (dj, dk) in CHILD_ROWS {
            let whole = self.lattice.active_row(2 * j + dj, 2 * k + dk);
            let Some(row) = whole.and_then(|row| row.part(first, end)) else { continue };
            let (start, n) = row.span();
            residual_row(
                cut_mut(sum, row.first as usize - first, n),
                cut(&self.pressure[0], start, n),
                cut(&self.source[0], start, n),
                cut(&self.ground[0], start, n),
                self.faces_of(&row, 0),
                sides_of(&row, 0, &self.pressure[1]),
            );
        }
    }

    /// The exchanges' share of the restriction.
    fn restrict_exchanges(&self, coarse: &mut Level) {
        for (exchange, (node, spot, conductance)) in self.coupling.each().enumerate() {
            if spot.colour == 0 {
                let flow = conductance * (self.node_pressure[node] - f64::from(self.pressure[0][spot.pair]));
                let target = self.coupling.parent_spot(exchange, &coarse.coupling);
                coarse.source[target.colour][target.pair] += flow as f32;
            }
        }
    }

    /// The diagonal of a cell without its exchanges. Sums run as in the rebuilding of whole rows, to the last bit.
    pub(super) fn diagonal(&self, slot: u32) -> f32 {
        let spot = self.lattice.spot(slot);
        let near = self.lattice.neighbours(slot);
        let along = |axis: usize| {
            let below = near[2 * axis];
            let minus =
                if below == Lattice::NOWHERE { 0.0 } else { *self.faces.at(axis, below, self.lattice.spot(below)) };
            minus + self.faces.at(axis, slot, spot)
        };
        self.ground[spot.colour][spot.pair] + (along(0) + along(1) + along(2))
    }

    /// Rebuilds the conductances of one cell from the finer grid. Sums run as in the rebuilding of whole rows.
    pub(super) fn gather(&mut self, slot: u32, fine: &Level) {
        let spot = self.lattice.spot(slot);
        let [i, j, k] = self.lattice.coordinates(slot);
        let mut ground = 0.0;
        let mut face = [0.0_f32; 3];
        for (dj, dk) in CHILD_ROWS {
            for colour in 0..2 {
                let step = [colour ^ ((dj + dk) % 2), dj, dk];
                let at = [2 * i + step[0], 2 * j + dj, 2 * k + dk];
                let Some(below) = fine.lattice.slot(at) else { continue };
                let at = fine.lattice.spot(below);
                ground += fine.ground[at.colour][at.pair];
                for axis in (0..3).filter(|&axis| step[axis] == 1) {
                    face[axis] += COARSE_FACE * fine.faces.at(axis, below, at);
                }
            }
        }
        self.ground[spot.colour][spot.pair] = ground;
        for axis in 0..3 {
            *self.faces.at_mut(axis, slot, spot) = face[axis];
        }
    }
}
