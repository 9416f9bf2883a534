//! A whole elliptic system at once, for tests and comparisons: conductances of a box coupled to a pipe network.

use super::lattice::Lattice;
use super::pressure_field::PressureField;
use super::pressure_solver::{PipeGraph, PressureSolver};
use std::sync::Arc;

/// A pipe between two nodes of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PipeLink {
    /// One end, a node.
    pub a: u32,
    /// The other end, a node.
    pub b: u32,
    /// mm³/(s·Pa), 0 for a closed pipe.
    pub conductance: f64,
}

/// Flow between a node of the network and a cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exchange {
    /// The node.
    pub node: u32,
    /// The cell, as an index into the flat arrays.
    pub cell: u32,
    /// mm³/(s·Pa), 0 for a closed wall.
    pub conductance: f64,
}

/// The matrix of `div(λ ∇p) = −q` on a grid of finite volumes coupled to a pipe network, as conductances in
/// mm³/(s·Pa), each finite and ≥ 0; the solver rounds those of cells to f32.
///
/// The row of a cell reads
/// `ground·p + Σ face·(p − p_neighbour) + Σ exchange·(p − p_node) = right-hand side`, and that of a node reads
/// likewise with its pipes; the right-hand side is the source in mm³/s plus `ground · fixed pressure`.
/// A cell or node without any conductance is inactive: its pressure is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct EllipticSystem {
    /// Cells along x, y, z; x runs fastest in every array.
    pub dims: [usize; 3],
    /// `face[axis][cell]`: conductance between a cell and its neighbour on the + side; the last layer's is ignored.
    pub face: [Vec<f64>; 3],
    /// Per cell: conductance to a fixed pressure.
    pub ground: Vec<f64>,
    /// Per node of the network: conductance to a fixed pressure.
    pub node_ground: Vec<f64>,
    /// The pipes, in any graph; a forest is cheapest.
    pub links: Vec<PipeLink>,
    /// The exchanges of network and grid, sorted by node.
    pub exchanges: Vec<Exchange>,
}

/// One value per cell and per node: pressures in Pa, or right-hand sides in mm³/s.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknowns {
    /// Per cell, x fastest.
    pub cells: Vec<f64>,
    /// Per node of the network.
    pub nodes: Vec<f64>,
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// Steps of conjugate gradients, restarts included.
    pub iterations: usize,
    /// ‖b − A p‖ / ‖b‖ recomputed from the pressures returned; by recursion for tolerances of 1e-4 and more. It may lie
    /// above the tolerance asked for only where double precision cannot express a better solution.
    pub relative_residual: f64,
    /// What the cells gain or lose because the solution is not exact, Σ|b − A p|, mm³/s.
    pub divergence_mm3_per_s: f64,
}

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// Flow enters a part of grid or network that has no way out.
    #[error("flow enters at place {place}, from which there is no way out")]
    NoOutlet {
        /// The slot, or slots + node, with the source.
        place: u32,
    },
    /// The iteration did not reach the tolerance.
    #[error("no convergence in {iterations} iterations: relative residual {relative_residual:e}")]
    NotConverged {
        /// Steps of conjugate gradients.
        iterations: usize,
        /// ‖b − A p‖ / ‖b‖ at the end.
        relative_residual: f64,
    },
    /// A value is not finite, or a conductance is negative.
    #[error("{quantity} at place {place} is not a finite number, or a conductance below zero")]
    NotFinite {
        /// What was given.
        quantity: &'static str,
        /// The slot, or slots + node.
        place: u32,
    },
    /// An array's length or an index contradicts the grid or the network.
    #[error("{what} does not fit the grid or the network")]
    Malformed {
        /// Which array.
        what: &'static str,
    },
}

impl EllipticSystem {
    /// A system with all conductances zero and no pipes.
    pub fn closed(dims: [usize; 3], nodes: usize) -> EllipticSystem {
        let cells = dims.iter().product();
        EllipticSystem {
            dims,
            face: [0, 1, 2].map(|_| vec![0.0; cells]),
            ground: vec![0.0; cells],
            node_ground: vec![0.0; nodes],
            links: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    /// A solver for this system.
    ///
    /// # Errors
    /// See [`SolveError`]: lengths, indices and values that make no sense.
    pub fn solver(&self) -> Result<PressureSolver, SolveError> {
        let cells = self.dims.iter().product::<usize>();
        if self.face.iter().chain([&self.ground]).any(|array| array.len() != cells) {
            return Err(SolveError::Malformed { what: "cells" });
        }
        let nodes = self.node_ground.len();
        if self.links.iter().any(|link| link.a as usize >= nodes || link.b as usize >= nodes || link.a == link.b) {
            return Err(SolveError::Malformed { what: "links" });
        }
        if self.exchanges.iter().any(|exchange| exchange.cell as usize >= cells || exchange.node as usize >= nodes) {
            return Err(SolveError::Malformed { what: "exchanges" });
        }
        let mut is_active: Vec<bool> = (0..cells).map(|c| self.ground[c] != 0.0).collect();
        let strides = [1, self.dims[0], self.dims[0] * self.dims[1]];
        for axis in 0..3 {
            for c in (0..cells).filter(|&c| self.face[axis][c] != 0.0) {
                is_active[c] = true;
                if let Some(next) = is_active.get_mut(c + strides[axis]) {
                    *next = true;
                }
            }
        }
        self.exchanges.iter().for_each(|exchange| is_active[exchange.cell as usize] = true);
        let lattice = Arc::new(Lattice::new(self.dims, |cell| is_active[cell]));
        let slot = |cell: u32| lattice.slot(self.place(cell as usize)).unwrap_or_default();
        let graph = PipeGraph {
            nodes: self.node_ground.len(),
            links: self.links.iter().map(|link| (link.a, link.b)).collect(),
            exchanges: self.exchanges.iter().map(|exchange| (exchange.node, slot(exchange.cell))).collect(),
        };
        let mut solver = PressureSolver::new(lattice.clone(), &graph);
        let cell = |slot: u32| {
            let [i, j, k] = lattice.coordinates(slot);
            i + self.dims[0] * (j + self.dims[1] * k)
        };
        // A row's last pair may reach one cell beyond the grid.
        let is_cell = |slot: u32| lattice.coordinates(slot)[0] < self.dims[0];
        let face = |axis: usize, slot, next| if is_cell(next) { self.face[axis][cell(slot)] } else { 0.0 };
        solver.set_all(face, |slot| if is_cell(slot) { self.ground[cell(slot)] } else { 0.0 })?;
        let links: Vec<f64> = self.links.iter().map(|link| link.conductance).collect();
        let exchanges: Vec<f64> = self.exchanges.iter().map(|exchange| exchange.conductance).collect();
        solver.set_network(&links, &self.node_ground, &exchanges)?;
        Ok(solver)
    }

    /// A right-hand side as the list of places that the solver takes.
    pub fn source(&self, lattice: &Lattice, right_hand_side: &Unknowns) -> Vec<(u32, f64)> {
        let cells = right_hand_side.cells.iter().enumerate().filter(|(_, value)| **value != 0.0);
        let cells = cells.map(|(cell, &value)| (lattice.slot(self.place(cell)).unwrap_or(0), value));
        let nodes = right_hand_side.nodes.iter().enumerate();
        cells.chain(nodes.map(|(node, &value)| ((lattice.slots() + node) as u32, value))).collect()
    }

    /// The pressures of a field, cell by cell and node by node.
    pub fn pressures(&self, lattice: &Lattice, field: &PressureField) -> Unknowns {
        let at = |cell: usize| lattice.slot(self.place(cell)).map_or(0.0, |slot| field.at(slot));
        let slots = lattice.slots();
        Unknowns {
            cells: (0..self.ground.len()).map(at).collect(),
            nodes: (0..self.node_ground.len()).map(|node| field.at((slots + node) as u32)).collect(),
        }
    }

    /// (i, j, k) of a cell.
    fn place(&self, cell: usize) -> [usize; 3] {
        let [nx, ny, _] = self.dims;
        [cell % nx, cell / nx % ny, cell / (nx * ny)]
    }
}

impl Unknowns {
    /// Zero everywhere.
    pub fn zero(cells: usize, nodes: usize) -> Unknowns {
        Unknowns { cells: vec![0.0; cells], nodes: vec![0.0; nodes] }
    }
}
