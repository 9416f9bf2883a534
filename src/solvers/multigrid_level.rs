//! One grid of the multigrid hierarchy: padded arrays, active rows, and the steps between a grid and the next.
//!
//! All arrays have one layer of cells more on every side, with zero faces there and round inactive cells, and an
//! inactive cell has the inverse diagonal 0: the loops over rows need no branch.

use super::coupling::Coupling;
use super::stencil::{RowFaces, apply_row};

/// The active part of a row of cells along x.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// First cell, as an index into the padded arrays.
    pub start: usize,
    /// Cells from the first to the last active one.
    pub len: usize,
    /// x index of the first cell.
    pub first: usize,
    /// Colour of the first cell: (i + j + k) mod 2.
    pub colour: usize,
    /// Padded index on the next coarser grid of the cell that holds x index 0 of this row.
    pub coarse: usize,
    /// y and z index of the row.
    pub place: [usize; 2],
}

impl Row {
    /// Its cells in the padded arrays.
    pub(super) fn cells(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.len
    }

    /// Its cells in arrays without padding.
    pub(super) fn unpadded(&self, dims: [usize; 3]) -> std::ops::Range<usize> {
        let start = self.first + dims[0] * (self.place[0] + dims[1] * self.place[1]);
        start..start + self.len
    }
}

/// The matrix and the vectors of one grid.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// Cells along x, y, z without the padding.
    pub dims: [usize; 3],
    /// Conductance to the + neighbour along each axis, padded.
    pub face: [Vec<f64>; 3],
    /// Conductance to a fixed pressure, padded.
    pub ground: Vec<f64>,
    /// 1 / (ground + faces + exchanges), 0 for an inactive cell, padded.
    pub inverse_diagonal: Vec<f64>,
    /// Rows with an active cell.
    pub rows: Vec<Row>,
    /// `plane_start[k]..plane_start[k + 1]`: the rows of plane k.
    pub plane_start: Vec<usize>,
    /// Exchanges with the network, gathered onto these cells.
    pub coupling: Coupling,
    /// Right-hand side of the cells, padded.
    pub source: Vec<f64>,
    /// Solution of the cells, padded.
    pub pressure: Vec<f64>,
    /// Right-hand side of the nodes.
    pub node_source: Vec<f64>,
    /// Solution of the nodes.
    pub node_pressure: Vec<f64>,
}

impl Level {
    /// Room for a grid and a network.
    pub(super) fn new(dims: [usize; 3], nodes: usize) -> Level {
        let padded = dims.iter().map(|n| n + 2).product();
        let zero = || vec![0.0; padded];
        Level {
            dims,
            face: [zero(), zero(), zero()],
            ground: zero(),
            inverse_diagonal: zero(),
            rows: Vec::with_capacity(dims[1] * dims[2]),
            plane_start: Vec::with_capacity(dims[2] + 1),
            coupling: Coupling::default(),
            source: zero(),
            pressure: zero(),
            node_source: vec![0.0; nodes],
            node_pressure: vec![0.0; nodes],
        }
    }

    /// Steps between neighbours along x, y, z in the padded arrays.
    pub(super) fn strides(&self) -> [usize; 3] {
        [1, self.dims[0] + 2, (self.dims[0] + 2) * (self.dims[1] + 2)]
    }

    /// Padded index of cell (i, j, k).
    pub(super) fn padded(&self, [i, j, k]: [usize; 3]) -> usize {
        let [_, y, z] = self.strides();
        (i + 1) + y * (j + 1) + z * (k + 1)
    }

    /// Sizes of the next coarser grid.
    pub(super) fn coarse_dims(dims: [usize; 3]) -> [usize; 3] {
        dims.map(|n| n.div_ceil(2))
    }

    /// Recomputes the diagonal, and the active rows from `extent` (first and end x index) of every row.
    pub(super) fn finish(&mut self, extent: impl Fn(usize, usize) -> (usize, usize)) {
        let [nx, ny, nz] = self.dims;
        let [_, sy, sz] = self.strides();
        let coarse = Level::coarse_dims(self.dims);
        self.rows.clear();
        for k in 0..nz {
            for j in 0..ny {
                let base = self.padded([0, j, k]);
                self.inverse_diagonal[base..base + nx].fill(0.0);
                let (first, end) = extent(j, k);
                for c in base + first..base + end {
                    let [fx, fy, fz] = &self.face;
                    self.inverse_diagonal[c] =
                        self.ground[c] + fx[c] + fx[c - 1] + fy[c] + fy[c - sy] + fz[c] + fz[c - sz];
                }
            }
        }
        self.coupling.add_to_diagonal(&mut self.inverse_diagonal);
        self.plane_start.clear();
        for k in 0..nz {
            self.plane_start.push(self.rows.len());
            for j in 0..ny {
                let base = self.padded([0, j, k]);
                let (from, to) = extent(j, k);
                let diagonal = &mut self.inverse_diagonal[base + from..base + to];
                let Some(first) = diagonal.iter().position(|&d| d > 0.0) else { continue };
                let end = diagonal.iter().rposition(|&d| d > 0.0).map_or(first, |last| last + 1);
                for d in &mut diagonal[first..end] {
                    *d = if *d > 0.0 { 1.0 / *d } else { 0.0 };
                }
                self.rows.push(Row {
                    start: base + from + first,
                    len: end - first,
                    first: from + first,
                    colour: (from + first + j + k) % 2,
                    coarse: 1 + (coarse[0] + 2) * ((j / 2 + 1) + (coarse[1] + 2) * (k / 2 + 1)),
                    place: [j, k],
                });
            }
        }
        self.plane_start.push(self.rows.len());
    }

    /// Builds the conductances of the next coarser grid: sums over aggregates of 2×2×2 cells, with half the faces
    /// because the centres lie twice as far apart.
    pub(super) fn coarsen_into(&self, coarse: &mut Level) {
        for array in coarse.face.iter_mut().chain([&mut coarse.ground]) {
            array.fill(0.0);
        }
        for row in &self.rows {
            let [j, k] = row.place;
            for step in 0..row.len {
                let (i, c) = (row.first + step, row.start + step);
                let target = row.coarse + i / 2;
                coarse.ground[target] += self.ground[c];
                for (axis, index) in [i, j, k].into_iter().enumerate() {
                    if index % 2 == 1 {
                        coarse.face[axis][target] += 0.5 * self.face[axis][c];
                    }
                }
            }
        }
        self.coupling.coarsen_into(&mut coarse.coupling);
        let nx = coarse.dims[0];
        coarse.finish(|_, _| (0, nx));
    }

    /// The conductances round a row.
    pub(super) fn faces_of(&self, row: &Row) -> RowFaces<'_> {
        let (s, n) = (row.start, row.len);
        let [_, sy, sz] = self.strides();
        let [fx, fy, fz] = &self.face;
        RowFaces {
            west: &fx[s - 1..s - 1 + n],
            east: &fx[s..s + n],
            south: &fy[s - sy..s - sy + n],
            north: &fy[s..s + n],
            below: &fz[s - sz..s - sz + n],
            above: &fz[s..s + n],
        }
    }

    /// The rows of plane `k`, none for a plane outside.
    pub(super) fn plane(&self, k: usize) -> &[Row] {
        if k < self.dims[2] { &self.rows[self.plane_start[k]..self.plane_start[k + 1]] } else { &[] }
    }

    /// `out = A x` on the active rows of plane `k`, without the exchanges; calls `each(row, out)` row by row.
    pub(super) fn apply_plane(&self, k: usize, x: &[f64], out: &mut [f64], mut each: impl FnMut(&Row, &mut [f64])) {
        for row in self.plane(k) {
            let (s, n) = (row.start, row.len);
            let out = &mut out[s..s + n];
            apply_row(out, &x[s - 1..s + n + 1], self.rows_around(row, x), &self.faces_of(row), &self.ground[s..s + n]);
            each(row, out);
        }
    }

    /// The parts of `x` beside a row, at −y, +y, −z, +z.
    pub(super) fn rows_around<'a>(&self, row: &Row, x: &'a [f64]) -> [&'a [f64]; 4] {
        let ([_, sy, sz], s, n) = (self.strides(), row.start, row.len);
        [s - sy, s + sy, s - sz, s + sz].map(|start| &x[start..start + n])
    }
}
