//! Stand-in for the lattice solver: the same calls, answered by the solver of the whole box. Thrown away at the merge.

use super::conjugate_gradients;
use super::elliptic::{self, EllipticSystem, Exchange, PipeLink, Unknowns};
use super::lattice::Lattice;

/// Which pipes and exchanges there are; their conductances are set apart.
#[derive(Clone, Debug, Default)]
pub struct PipeGraph {
    /// Nodes of the network.
    pub nodes: usize,
    /// Pipes between nodes.
    pub links: Vec<(u32, u32)>,
    /// Node and slot of each exchange, sorted by node.
    pub exchanges: Vec<(u32, u32)>,
}

/// Pressures per place.
#[derive(Clone, Debug)]
pub struct PressureField {
    values: Vec<f64>,
}

impl PressureField {
    /// At a place.
    pub fn at(&self, place: u32) -> f64 {
        self.values[place as usize]
    }

    /// Moves the values away from a centre, or towards it.
    pub fn scale_about(&mut self, centre: &PressureField, factor: f64) {
        self.values.iter_mut().zip(&centre.values).for_each(|(v, c)| *v = c + (*v - c) * factor);
    }

    /// Times a factor.
    pub fn scale(&mut self, factor: f64) {
        self.values.iter_mut().for_each(|v| *v *= factor);
    }
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// Steps of conjugate gradients.
    pub iterations: usize,
    /// ‖b − A p‖ / ‖b‖.
    pub relative_residual: f64,
    /// Σ|residual| over cells.
    pub divergence_mm3_per_s: f64,
}

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "a stand-in")]
pub enum SolveError {
    #[error("flow enters at place {place}, from which there is no way out")]
    NoOutlet { place: u32 },
    #[error("no convergence in {iterations} iterations: relative residual {relative_residual:e}")]
    NotConverged { iterations: usize, relative_residual: f64 },
    #[error("{quantity} at place {place} is not a finite number")]
    NotFinite { quantity: &'static str, place: u32 },
    #[error("{what} does not fit")]
    Malformed { what: &'static str },
}

/// The stand-in.
pub struct PressureSolver {
    lattice: Lattice,
    system: EllipticSystem,
    inner: conjugate_gradients::PressureSolver,
}

impl PressureSolver {
    /// Everything closed.
    pub fn new(lattice: Lattice, graph: &PipeGraph) -> PressureSolver {
        let mut system = EllipticSystem::closed(lattice.dims(), graph.nodes);
        system.links = graph.links.iter().map(|&(a, b)| PipeLink { a, b, conductance: 0.0 }).collect();
        let cell = |slot| flat(&lattice, slot) as u32;
        let exchange = |&(node, slot): &(u32, u32)| Exchange { node, cell: cell(slot), conductance: 0.0 };
        system.exchanges = graph.exchanges.iter().map(exchange).collect();
        let inner = conjugate_gradients::PressureSolver::new(lattice.dims(), graph.nodes);
        PressureSolver { lattice, system, inner }
    }

    /// The lattice.
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// No pressure.
    pub fn zero_field(&self) -> PressureField {
        PressureField { values: vec![0.0; self.lattice.slots() + self.system.node_ground.len()] }
    }

    /// Sets the conductances round slots.
    pub fn set_cells(
        &mut self,
        slots: &[u32],
        face: impl Fn(usize, u32, u32) -> f64 + Sync,
        ground: impl Fn(u32) -> f64 + Sync,
    ) -> Result<(), SolveError> {
        let strides = [1, self.lattice.dims()[0], self.lattice.dims()[0] * self.lattice.dims()[1]];
        for &slot in slots {
            if self.lattice.coordinates(slot)[0] >= self.lattice.dims()[0] {
                continue;
            }
            let c = flat(&self.lattice, slot);
            let around = self.lattice.neighbours(slot);
            for axis in 0..3 {
                self.system.face[axis][c] = checked(face(axis, slot, around[2 * axis + 1]), slot)?;
                if around[2 * axis] != Lattice::NOWHERE {
                    let below = checked(face(axis, around[2 * axis], slot), slot)?;
                    self.system.face[axis][c - strides[axis]] = below;
                }
            }
            self.system.ground[c] = checked(ground(slot), slot)?;
        }
        Ok(())
    }

    /// All conductances of the network.
    pub fn set_network(&mut self, links: &[f64], node_ground: &[f64], exchanges: &[f64]) -> Result<(), SolveError> {
        self.system.links.iter_mut().zip(links).for_each(|(l, &g)| l.conductance = g);
        self.system.node_ground.copy_from_slice(node_ground);
        self.system.exchanges.iter_mut().zip(exchanges).for_each(|(e, &g)| e.conductance = g);
        Ok(())
    }

    /// A face's conductance.
    pub fn face(&self, axis: usize, slot: u32) -> f64 {
        let [i, j, k] = self.lattice.coordinates(slot);
        let dims = self.lattice.dims();
        if i >= dims[0] || j >= dims[1] || k >= dims[2] {
            0.0
        } else {
            self.system.face[axis][flat(&self.lattice, slot)]
        }
    }

    /// The ground's conductance.
    pub fn ground(&self, slot: u32) -> f64 {
        self.system.ground[flat(&self.lattice, slot)]
    }

    /// Solves A p = source.
    pub fn solve(
        &mut self,
        source: &[(u32, f64)],
        field: &mut PressureField,
        tolerance: f64,
    ) -> Result<SolveReport, SolveError> {
        let (cells, nodes) = (self.system.ground.len(), self.system.node_ground.len());
        let slots = self.lattice.slots();
        let mut b = Unknowns::zero(cells, nodes);
        for &(place, rate) in source {
            let place = place as usize;
            if place < slots {
                b.cells[flat(&self.lattice, place as u32)] += rate
            } else {
                b.nodes[place - slots] += rate
            }
        }
        let mut p = Unknowns::zero(cells, nodes);
        let inside = |slot: &u32| self.lattice.coordinates(*slot)[0] < self.lattice.dims()[0];
        let each: Vec<u32> = self.lattice.each_slot().filter(inside).collect();
        each.iter().for_each(|&slot| p.cells[flat(&self.lattice, slot)] = field.at(slot));
        p.nodes.copy_from_slice(&field.values[slots..]);
        let report = self.inner.solve(&self.system, &b, &mut p, tolerance).map_err(|error| self.translated(error))?;
        let mut divergence = 0.0;
        for &slot in &each {
            let c = flat(&self.lattice, slot);
            field.values[slot as usize] = p.cells[c];
        }
        field.values[slots..].copy_from_slice(&p.nodes);
        let mut residual = b.cells.clone();
        self.system.exchanges.iter().for_each(|e| {
            residual[e.cell as usize] -= e.conductance * (p.cells[e.cell as usize] - p.nodes[e.node as usize]);
        });
        let strides = [1, self.lattice.dims()[0], self.lattice.dims()[0] * self.lattice.dims()[1]];
        for c in 0..cells {
            residual[c] -= self.system.ground[c] * p.cells[c];
            for axis in 0..3 {
                let g = self.system.face[axis][c];
                if g > 0.0 {
                    let flux = g * (p.cells[c] - p.cells[c + strides[axis]]);
                    residual[c] -= flux;
                    residual[c + strides[axis]] += flux;
                }
            }
        }
        divergence += residual.iter().map(|r| r.abs()).sum::<f64>();
        let (iterations, relative_residual) = (report.iterations, report.relative_residual);
        Ok(SolveReport { iterations, relative_residual, divergence_mm3_per_s: divergence })
    }

    fn translated(&self, error: elliptic::SolveError) -> SolveError {
        let dims = self.lattice.dims();
        match error {
            elliptic::SolveError::NoOutlet { cell } => {
                let c = cell as usize;
                let slot = self.lattice.slot([c % dims[0], c / dims[0] % dims[1], c / (dims[0] * dims[1])]);
                SolveError::NoOutlet { place: slot.unwrap_or(0) }
            }
            elliptic::SolveError::NodeWithoutOutlet { node } => {
                SolveError::NoOutlet { place: self.lattice.slots() as u32 + node }
            }
            elliptic::SolveError::NotConverged { iterations, relative_residual } => {
                SolveError::NotConverged { iterations, relative_residual }
            }
            elliptic::SolveError::NotFinite { quantity, .. } => SolveError::NotFinite { quantity, place: 0 },
            elliptic::SolveError::Malformed { what } => SolveError::Malformed { what },
        }
    }
}

fn checked(conductance: f64, place: u32) -> Result<f64, SolveError> {
    if conductance.is_finite() && conductance >= 0.0 {
        return Ok(f64::from(conductance as f32));
    }
    Err(SolveError::NotFinite { quantity: "conductance", place })
}

fn flat(lattice: &Lattice, slot: u32) -> usize {
    let [i, j, k] = lattice.coordinates(slot);
    i + lattice.dims()[0] * (j + lattice.dims()[1] * k)
}
