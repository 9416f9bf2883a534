//! Conduction by finite volumes, backward in time (Fourier's law): ρc ∂T/∂t = ∇·(k∇T) + source − perfusion.
//!
//! Half cells conduct in series, so conductances between cells are harmonic means. A step solves
//! (C/Δt + L) δ = source − L·θ for what is added to the rise θ above body temperature: symmetric and positive definite with
//! nothing positive off the diagonal, so without a source no temperature leaves the range of those before it. First
//! order in time, second in space where cells are equal.

use super::tensor_grid::TensorGrid;

/// Error of a step's solution, in the norm of the diagonal, ÷ what drives the step.
pub const TOLERANCE: f64 = 1e-7;
const MOST_ITERATIONS: usize = 2000;
/// A step driven by less than this, W·K, changes nothing: some 1e-15 K.
const LEAST_DRIVE: f64 = 1e-30;
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
    /// 1/√(C/Δt + sum): the equations are solved with every row and column times this, which makes the diagonal 1.
    scale: Vec<f64>,
    /// Conductances so scaled; padded.
    scaled: [Vec<f64>; 3],
    /// Into each cell at the start of the step, W.
    inflow: Vec<f64>,
    residual: Vec<f64>,
    /// Padded.
    direction: Vec<f64>,
    product: Vec<f64>,
    correction: Vec<f64>,
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
            scale: vec![0.0; cells],
            scaled: [padded(), padded(), padded()],
            inflow: vec![0.0; cells],
            residual: vec![0.0; cells],
            direction: padded(),
            product: vec![0.0; cells],
            correction: vec![0.0; cells],
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
                let flow = self.conductance[axis][pad + cell] * (self.rise[pad + cell + next] - self.rise[pad + cell]);
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
        for ((scale, capacity), sum) in self.scale.iter_mut().zip(&self.capacity).zip(&self.sum) {
            *scale = 1.0 / (capacity / step_s + sum).sqrt();
        }
        for axis in 0..3 {
            let next = self.strides[axis];
            for cell in 0..n - next {
                let both = self.scale[cell] * self.scale[cell + next];
                self.scaled[axis][pad + cell] = self.conductance[axis][pad + cell] * both;
            }
        }
    }

    /// Solves the step under way with `heat_j[i]` J released in `cells[i]`; may be called again with other heat. Returns
    /// the iterations it took (conjugate gradients, diagonal preconditioner).
    ///
    /// # Errors
    /// No convergence.
    pub fn solve(&mut self, cells: &[u32], heat_j: &[f64], tolerance: f64) -> Result<usize, NotConverged> {
        let (pad, n) = (self.pad, self.cells);
        self.residual.copy_from_slice(&self.inflow);
        for (&cell, heat) in cells.iter().zip(heat_j) {
            self.residual[cell as usize] += heat / self.step_s;
        }
        self.residual.iter_mut().zip(&self.scale).for_each(|(r, scale)| *r *= scale);
        let drive = scalar(&self.residual, &self.residual);
        if drive <= LEAST_DRIVE {
            self.added.fill(0.0);
            return Ok(0);
        }
        for i in 0..n {
            self.direction[pad + i] = self.added[pad + i] / self.scale[i];
        }
        self.multiply();
        self.residual.iter_mut().zip(&self.product).for_each(|(r, q)| *r -= q);
        self.correction.fill(0.0);
        let mut rest = scalar(&self.residual, &self.residual);
        let (mut alpha, mut beta) = (0.0, 0.0);
        for iteration in 0..MOST_ITERATIONS {
            // The last step along the direction is made as it turns, so that both are read once.
            let (direction, correction) = (&mut self.direction[pad..pad + n], &mut self.correction[..n]);
            for ((p, x), r) in direction.iter_mut().zip(correction).zip(&self.residual) {
                *x += alpha * *p;
                *p = r + beta * *p;
            }
            if rest <= tolerance * tolerance * drive {
                for i in 0..n {
                    self.added[pad + i] += self.scale[i] * self.correction[i];
                }
                return Ok(iteration);
            }
            alpha = rest / self.multiply();
            let before = rest;
            rest = self.shorten_residual(alpha);
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

    /// product = scaled (C/Δt + L) · direction; returns direction · product.
    fn multiply(&mut self) -> f64 {
        let (pad, [_, row, layer]) = (self.pad, self.strides);
        let p = &self.direction;
        let [gx, gy, gz] = &self.scaled;
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
            let product = &mut self.product[start..start + len];
            for i in 0..len {
                product[i] = here[i]
                    - (gw[i] * west[i] + ge[i] * east[i])
                    - (gs[i] * south[i] + gn[i] * north[i])
                    - (gb[i] * below[i] + ga[i] * above[i]);
            }
            total += scalar(product, here);
            start += len;
        }
        total
    }

    /// Takes the step along the direction off the residual; returns what rests, squared.
    fn shorten_residual(&mut self, alpha: f64) -> f64 {
        let mut rest = 0.0;
        for (r, q) in self.residual.chunks_mut(BLOCK).zip(self.product.chunks(BLOCK)) {
            r.iter_mut().zip(q).for_each(|(r, q)| *r -= alpha * q);
            rest += scalar(r, r);
        }
        rest
    }
}

/// Σ a·b in four lanes, which the processor adds side by side; always in the same order.
fn scalar(a: &[f64], b: &[f64]) -> f64 {
    let ([a, a_rest], [b, b_rest]) = (fours(a), fours(b));
    let mut lanes = [0.0; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for lane in 0..4 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + rest
}

/// Whole fours and what is left over.
fn fours(values: &[f64]) -> [&[f64]; 2] {
    let (whole, rest) = values.split_at(values.len() / 4 * 4);
    [whole, rest]
}
