//! Conduction by finite volumes, backward in time (Fourier's law): ρc ∂T/∂t = ∇·(k∇T) + source − perfusion.
//!
//! Half cells conduct in series, so conductances between cells are harmonic means. A step solves
//! (C/Δt + L) δ = source − L·θ for what is added to the rise θ above body temperature: symmetric and positive definite with
//! nothing positive off the diagonal, so without a source no temperature leaves the range of those before it. First
//! order in time, second in space where cells are equal.

use super::tensor_grid::TensorGrid;

/// Error of a step's solution, in the norm of the diagonal, ÷ what drives the step.
const TOLERANCE: f64 = 1e-9;
const MOST_ITERATIONS: usize = 2000;
/// Cells worked on together, so that what is written is still near when it is read again.
const BLOCK: usize = 2048;

/// Temperatures and what conducts between them. Cells are padded by a layer (z) on either side, with nothing in it.
pub struct Conduction {
    cells: usize,
    pad: usize,
    strides: [usize; 3],
    /// J/K.
    capacity: Vec<f64>,
    /// To the next cell along an axis, W/K; padded.
    conductance: [Vec<f64>; 3],
    /// All conductances of a cell and its sink, W/K.
    sum: Vec<f64>,
    /// To the edge at body temperature: cell, W/K.
    edge: Vec<(u32, f64)>,
    /// Blood, W/K; empty without.
    blood: Vec<f64>,
    /// Above body temperature, K; padded.
    rise: Vec<f64>,
    /// Added to the rise by the step under way, K; padded.
    added: Vec<f64>,
    step_s: f64,
    /// C/Δt + sum, W/K, and its inverse.
    diagonal: Vec<f64>,
    inverse: Vec<f64>,
    /// Into each cell at the start of the step, W.
    inflow: Vec<f64>,
    residual: Vec<f64>,
    /// Padded.
    direction: Vec<f64>,
    product: Vec<f64>,
    /// What has left, J: through the edge, with the blood.
    left_j: [f64; 2],
    stored_at_start_j: f64,
}

/// The iteration did not get there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotConverged;

impl Conduction {
    /// Cells of capacity J/K and conductivity W/(mm·K), cooled by blood at W/K (each cell's own, or empty), at `rise` K above
    /// the edge, which stays.
    pub fn new(
        grid: &TensorGrid,
        capacity: Vec<f64>,
        conductivity: &[f64],
        blood: Vec<f64>,
        rise: &[f64],
    ) -> Conduction {
        let (cells, dims, strides) = (grid.len(), grid.dims(), grid.strides());
        let pad = strides[2];
        let padded = || vec![0.0; cells + 2 * pad];
        let mut conductance = [padded(), padded(), padded()];
        let mut sum = if blood.is_empty() { vec![0.0; cells] } else { blood.clone() };
        let mut edge = Vec::new();
        for cell in 0..cells {
            let at = grid.coordinates(cell);
            let widths = grid.widths_mm(at);
            for axis in 0..3 {
                let area = widths[(axis + 1) % 3] * widths[(axis + 2) % 3];
                let half = 0.5 * widths[axis] / conductivity[cell];
                let ends = usize::from(at[axis] == 0) + usize::from(at[axis] + 1 == dims[axis]);
                if ends > 0 {
                    let to_edge = ends as f64 * area / half;
                    edge.push((cell as u32, to_edge));
                    sum[cell] += to_edge;
                }
                if at[axis] + 1 < dims[axis] {
                    let other = cell + strides[axis];
                    let other_half = 0.5 * grid.widths_mm(grid.coordinates(other))[axis] / conductivity[other];
                    let between = area / (half + other_half);
                    conductance[axis][pad + cell] = between;
                    sum[cell] += between;
                    sum[other] += between;
                }
            }
        }
        let mut conduction = Conduction {
            stored_at_start_j: capacity.iter().zip(rise).map(|(c, rise)| c * rise).sum(),
            capacity,
            conductance,
            sum,
            edge,
            blood,
            rise: padded(),
            added: padded(),
            step_s: 0.0,
            diagonal: vec![0.0; cells],
            inverse: vec![0.0; cells],
            inflow: vec![0.0; cells],
            residual: vec![0.0; cells],
            direction: padded(),
            product: vec![0.0; cells],
            left_j: [0.0; 2],
            cells,
            pad,
            strides,
        };
        conduction.rise[pad..pad + cells].copy_from_slice(rise);
        conduction
    }

    /// Above the edge's temperature, K, before the step under way.
    pub fn rise(&self) -> &[f64] {
        &self.rise[self.pad..self.pad + self.cells]
    }

    /// What the step under way adds, K: the solution, or before it what the last step lets expect.
    pub fn added(&self) -> &[f64] {
        &self.added[self.pad..self.pad + self.cells]
    }

    /// Begins a step, or begins it again with another length.
    pub fn begin(&mut self, step_s: f64) {
        if self.step_s > 0.0 {
            let longer = step_s / self.step_s;
            self.added.iter_mut().for_each(|added| *added *= longer);
        }
        self.step_s = step_s;
        // L·θ as sums of differences, so that equal temperatures give exactly nothing.
        let (pad, n) = (self.pad, self.cells);
        self.inflow.fill(0.0);
        for axis in 0..3 {
            let next = self.strides[axis];
            for cell in 0..n - next {
                let flow =
                    self.conductance[axis][pad + cell] * (self.rise[pad + cell + next] - self.rise[pad + cell]);
                self.inflow[cell] += flow;
                self.inflow[cell + next] -= flow;
            }
        }
        for &(cell, to_edge) in &self.edge {
            self.inflow[cell as usize] -= to_edge * self.rise[pad + cell as usize];
        }
        for (cell, blood) in self.blood.iter().enumerate() {
            self.inflow[cell] -= blood * self.rise[pad + cell];
        }
        for cell in 0..n {
            self.diagonal[cell] = self.capacity[cell] / step_s + self.sum[cell];
            self.inverse[cell] = 1.0 / self.diagonal[cell];
        }
    }

    /// Solves the step under way with `heat_j[i]` J released in `cells[i]`; may be called again with other heat. Returns
    /// the iterations it took (conjugate gradients, diagonal preconditioner).
    pub fn solve(&mut self, cells: &[u32], heat_j: &[f64]) -> Result<usize, NotConverged> {
        let (pad, n) = (self.pad, self.cells);
        self.residual.copy_from_slice(&self.inflow);
        for (&cell, heat) in cells.iter().zip(heat_j) {
            self.residual[cell as usize] += heat / self.step_s;
        }
        let drive: f64 = blocks_sum(n, |i| self.residual[i] * self.residual[i] * self.inverse[i]);
        if drive == 0.0 {
            self.added.fill(0.0);
            return Ok(0);
        }
        std::mem::swap(&mut self.added, &mut self.direction);
        self.multiply();
        std::mem::swap(&mut self.added, &mut self.direction);
        self.residual.iter_mut().zip(&self.product).for_each(|(r, q)| *r -= q);
        let mut rest = blocks_sum(n, |i| self.residual[i] * self.residual[i] * self.inverse[i]);
        let mut beta = 0.0;
        for iteration in 0..MOST_ITERATIONS {
            if rest <= TOLERANCE * TOLERANCE * drive {
                return Ok(iteration);
            }
            let (direction, residual, inverse) =
                (&mut self.direction[pad..pad + n], &self.residual[..n], &self.inverse[..n]);
            for i in 0..n {
                direction[i] = residual[i] * inverse[i] + beta * direction[i];
            }
            let alpha = rest / self.multiply();
            let before = rest;
            rest = self.advance(alpha);
            beta = rest / before;
        }
        Err(NotConverged)
    }

    /// The step is taken as solved.
    pub fn accept(&mut self) {
        self.rise.iter_mut().zip(&self.added).for_each(|(rise, added)| *rise += added);
        let rise = &self.rise[self.pad..self.pad + self.cells];
        let edge: f64 = self.edge.iter().map(|&(cell, to_edge)| to_edge * rise[cell as usize]).sum();
        let blood: f64 = self.blood.iter().zip(rise).map(|(blood, rise)| blood * rise).sum();
        self.left_j[0] += self.step_s * edge;
        self.left_j[1] += self.step_s * blood;
    }

    /// Heat that has left since the start, J: through the edge, with the blood.
    pub fn left_j(&self) -> [f64; 2] {
        self.left_j
    }

    /// Heat stored since the start, J.
    pub fn stored_j(&self) -> f64 {
        self.capacity.iter().zip(self.rise()).map(|(c, rise)| c * rise).sum::<f64>() - self.stored_at_start_j
    }

    /// product = (C/Δt + L)·direction; returns direction · product.
    fn multiply(&mut self) -> f64 {
        let (pad, [_, row, layer]) = (self.pad, self.strides);
        let p = &self.direction;
        let [gx, gy, gz] = &self.conductance;
        let mut total = 0.0;
        let mut start = 0;
        while start < self.cells {
            let len = BLOCK.min(self.cells - start);
            let at = pad + start;
            let (here, west, east) = (&p[at..at + len], &p[at - 1..at - 1 + len], &p[at + 1..at + 1 + len]);
            let (south, north) = (&p[at - row..at - row + len], &p[at + row..at + row + len]);
            let (below, above) = (&p[at - layer..at - layer + len], &p[at + layer..at + layer + len]);
            let (gw, ge) = (&gx[at - 1..at - 1 + len], &gx[at..at + len]);
            let (gs, gn) = (&gy[at - row..at - row + len], &gy[at..at + len]);
            let (gb, ga) = (&gz[at - layer..at - layer + len], &gz[at..at + len]);
            let diagonal = &self.diagonal[start..start + len];
            let product = &mut self.product[start..start + len];
            for i in 0..len {
                product[i] = diagonal[i] * here[i]
                    - (gw[i] * west[i] + ge[i] * east[i])
                    - (gs[i] * south[i] + gn[i] * north[i])
                    - (gb[i] * below[i] + ga[i] * above[i]);
            }
            total += lanes_sum(len, |i| product[i] * here[i]);
            start += len;
        }
        total
    }

    /// Steps along the direction; returns what rests of the residual.
    fn advance(&mut self, alpha: f64) -> f64 {
        let (pad, n) = (self.pad, self.cells);
        let (added, direction) = (&mut self.added[pad..pad + n], &self.direction[pad..pad + n]);
        let mut total = 0.0;
        let mut start = 0;
        while start < n {
            let len = BLOCK.min(n - start);
            let (p, q) = (&direction[start..start + len], &self.product[start..start + len]);
            let (x, r) = (&mut added[start..start + len], &mut self.residual[start..start + len]);
            let inverse = &self.inverse[start..start + len];
            for i in 0..len {
                x[i] += alpha * p[i];
                r[i] -= alpha * q[i];
            }
            total += lanes_sum(len, |i| r[i] * r[i] * inverse[i]);
            start += len;
        }
        total
    }
}

/// Sum of so many terms in blocks, always in the same order.
fn blocks_sum(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    (0..n).step_by(BLOCK).map(|start| lanes_sum(BLOCK.min(n - start), |i| term(start + i))).sum()
}

/// Sum of so many terms in four lanes, which the processor adds side by side.
#[inline(always)]
fn lanes_sum(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut lanes = [0.0; 4];
    for four in 0..n / 4 {
        for lane in 0..4 {
            lanes[lane] += term(4 * four + lane);
        }
    }
    let rest: f64 = (n / 4 * 4..n).map(&term).sum();
    lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + rest
}
