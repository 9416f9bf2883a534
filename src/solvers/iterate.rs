//! The vectors of conjugate gradients on the finest grid and the network, and the passes over them.
//!
//! The residual lives where the cycle takes its sources, and the preconditioned residual where it leaves its
//! pressures. Sums run row by row in a fixed order.

use super::elliptic::Unknowns;
use super::multigrid::Multigrid;
use super::multigrid_level::{Level, Row};
use super::stencil::dot;

/// Solution, search direction and the matrix times it; cells are padded.
#[derive(Clone, Debug)]
pub(super) struct Iterate {
    solution: Vec<f64>,
    direction: Vec<f64>,
    product: Vec<f64>,
    node_solution: Vec<f64>,
    node_direction: Vec<f64>,
    node_product: Vec<f64>,
}

impl Iterate {
    /// Room for the finest grid and its network.
    pub(super) fn new(level: &Level) -> Iterate {
        let (zero, node_zero) = (vec![0.0; level.ground.len()], vec![0.0; level.node_source.len()]);
        Iterate {
            solution: zero.clone(),
            direction: zero.clone(),
            product: zero,
            node_solution: node_zero.clone(),
            node_direction: node_zero.clone(),
            node_product: node_zero,
        }
    }

    /// Sets every vector to zero, also where nothing is active.
    pub(super) fn wipe(&mut self) {
        let cells = [&mut self.solution, &mut self.direction, &mut self.product];
        for vector in
            cells.into_iter().chain([&mut self.node_solution, &mut self.node_direction, &mut self.node_product])
        {
            vector.fill(0.0);
        }
    }

    /// Takes a first guess; inactive cells and sealed nodes start at 0.
    pub(super) fn load(&mut self, pressure: &Unknowns, level: &Level, sealed_nodes: &[bool]) {
        for row in &level.rows {
            let guess = &pressure.cells[row.unpadded(level.dims)];
            let active = &level.inverse_diagonal[row.cells()];
            for ((solution, &guess), &active) in self.solution[row.cells()].iter_mut().zip(guess).zip(active) {
                *solution = if active > 0.0 { guess } else { 0.0 };
            }
        }
        for ((solution, &guess), &sealed) in self.node_solution.iter_mut().zip(&pressure.nodes).zip(sealed_nodes) {
            *solution = if sealed { 0.0 } else { guess };
        }
    }

    /// Hands the solution out; inactive cells get 0.
    pub(super) fn store(&self, pressure: &mut Unknowns, level: &Level) {
        pressure.cells.fill(0.0);
        for row in &level.rows {
            pressure.cells[row.unpadded(level.dims)].copy_from_slice(&self.solution[row.cells()]);
        }
        pressure.nodes.copy_from_slice(&self.node_solution);
    }

    /// Sets the solution to zero.
    pub(super) fn clear(&mut self, level: &Level) {
        for row in &level.rows {
            self.solution[row.cells()].fill(0.0);
        }
        self.node_solution.fill(0.0);
    }

    /// Puts `b − A x` into the sources of the finest grid; returns its length.
    pub(super) fn true_residual(&mut self, source: &Unknowns, multigrid: &mut Multigrid) -> f64 {
        let Multigrid { levels, network, .. } = multigrid;
        let level = &mut levels[0];
        for k in 0..level.dims[2] {
            level.apply_plane(k, &self.solution, &mut self.product, |_, _| {});
        }
        self.node_product.fill(0.0);
        network.add_product(&self.node_solution, &mut self.node_product);
        level.coupling.add_product(&self.solution, &self.node_solution, &mut self.product, &mut self.node_product);
        let mut sum = 0.0;
        for row in &level.rows {
            let residual = &mut level.source[row.cells()];
            let (source, product) = (&source.cells[row.unpadded(level.dims)], &self.product[row.cells()]);
            for ((residual, source), product) in residual.iter_mut().zip(source).zip(product) {
                *residual = source - product;
            }
            sum += dot(residual, residual);
        }
        for ((residual, source), product) in level.node_source.iter_mut().zip(&source.nodes).zip(&self.node_product) {
            *residual = source - product;
        }
        (sum + dot(&level.node_source, &level.node_source)).sqrt()
    }

    /// Length of `2 D |x|`, which bounds that of `|A| |x|` and so what rounding leaves in a residual.
    pub(super) fn magnitude(&self, multigrid: &Multigrid) -> f64 {
        let level = &multigrid.levels[0];
        let mut sum = 0.0;
        for row in &level.rows {
            for (x, inverse) in self.solution[row.cells()].iter().zip(&level.inverse_diagonal[row.cells()]) {
                let flow = if *inverse > 0.0 { 2.0 * x / inverse } else { 0.0 };
                sum += flow * flow;
            }
        }
        for (node, x) in self.node_solution.iter().enumerate() {
            let flow = 2.0 * multigrid.network.diagonal(node) * x;
            sum += flow * flow;
        }
        sum.sqrt()
    }

    /// z·r and z·q: preconditioned residual with the residual and with the last product.
    pub(super) fn dots(&self, level: &Level) -> (f64, f64) {
        let mut energy = dot(&level.node_pressure, &level.node_source);
        let mut with_product = dot(&level.node_pressure, &self.node_product);
        for row in &level.rows {
            let z = &level.pressure[row.cells()];
            energy += dot(z, &level.source[row.cells()]);
            with_product += dot(z, &self.product[row.cells()]);
        }
        (energy, with_product)
    }

    /// New direction, the preconditioned residual plus β times the old one, and its product with the matrix;
    /// returns direction · product. The product runs one plane behind.
    pub(super) fn turn(&mut self, beta: f64, multigrid: &Multigrid) -> f64 {
        let level = &multigrid.levels[0];
        let mut curvature = 0.0;
        for step in 0..level.dims[2] + 1 {
            for row in level.plane(step) {
                turn_row(beta, &mut self.direction[row.cells()], &level.pressure[row.cells()]);
            }
            if step > 0 {
                let direction = &self.direction;
                let add = |row: &Row, product: &mut [f64]| curvature += dot(&direction[row.cells()], product);
                level.apply_plane(step - 1, direction, &mut self.product, add);
            }
        }
        turn_row(beta, &mut self.node_direction, &level.node_pressure);
        // The exchanges' share of the curvature is added apart, as flow × difference of pressure.
        self.node_product.fill(0.0);
        multigrid.network.add_product(&self.node_direction, &mut self.node_product);
        curvature += dot(&self.node_direction, &self.node_product);
        for (node, cell, conductance) in level.coupling.each() {
            let difference = self.direction[cell] - self.node_direction[node];
            curvature += conductance * difference * difference;
            self.product[cell] += conductance * difference;
            self.node_product[node] -= conductance * difference;
        }
        curvature
    }

    /// Steps along the direction; returns the length of the new residual.
    pub(super) fn advance(&mut self, step: f64, level: &mut Level) -> f64 {
        let mut sum = 0.0;
        for row in &level.rows {
            let (p, q) = (&self.direction[row.cells()], &self.product[row.cells()]);
            let (x, r) = (&mut self.solution[row.cells()], &mut level.source[row.cells()]);
            advance_row(step, x, r, p, q);
            sum += dot(r, r);
        }
        advance_row(step, &mut self.node_solution, &mut level.node_source, &self.node_direction, &self.node_product);
        (sum + dot(&level.node_source, &level.node_source)).sqrt()
    }
}

fn turn_row(beta: f64, p: &mut [f64], z: &[f64]) {
    if beta == 0.0 {
        p.copy_from_slice(z);
        return;
    }
    for (p, z) in p.iter_mut().zip(z) {
        *p = z + beta * *p;
    }
}

fn advance_row(step: f64, x: &mut [f64], r: &mut [f64], p: &[f64], q: &[f64]) {
    let n = x.len();
    let (r, p, q) = (&mut r[..n], &p[..n], &q[..n]);
    for i in 0..n {
        x[i] += step * p[i];
        r[i] -= step * q[i];
    }
}
