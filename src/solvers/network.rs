//! The pipe network by itself: its products, and the exact solution of its nodes for given cells.

use super::coupling::Coupling;
use super::elimination::{Factor, Pattern};
use super::elliptic::PipeLink;

/// The network's conductances and the factor of its own block, the same on every grid.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    /// The pipes.
    pub links: Vec<PipeLink>,
    /// Conductance of each node to a fixed pressure.
    pub ground: Vec<f64>,
    total_ground: Vec<f64>,
    diagonal: Vec<f64>,
    pattern: Pattern,
    factor: Factor,
}

impl Network {
    /// A network of closed pipes between the given pairs of nodes.
    pub(super) fn new(nodes: usize, links: &[(u32, u32)]) -> Network {
        let pattern = Pattern::new(nodes, links.iter().copied());
        let mut factor = Factor::default();
        factor.fit(&pattern);
        Network {
            links: links.iter().map(|&(a, b)| PipeLink { a, b, conductance: 0.0 }).collect(),
            ground: vec![0.0; nodes],
            total_ground: vec![0.0; nodes],
            diagonal: vec![0.0; nodes],
            pattern,
            factor,
        }
    }

    /// Eliminates the nodes, with the exchanges as a way to the ground.
    pub(super) fn eliminate(&mut self, coupling: &Coupling) {
        self.total_ground.copy_from_slice(&self.ground);
        coupling.add_to_ground(&mut self.total_ground);
        self.diagonal.copy_from_slice(&self.total_ground);
        for link in &self.links {
            self.diagonal[link.a as usize] += link.conductance;
            self.diagonal[link.b as usize] += link.conductance;
        }
        self.factor.eliminate(&self.pattern, self.links.iter().map(|link| link.conductance), &self.total_ground);
    }

    /// Sum of all conductances of a node.
    pub(super) fn diagonal(&self, node: usize) -> f64 {
        self.diagonal[node]
    }

    /// Solves all nodes exactly for given cells: replaces their right-hand sides, inflow included, by pressures.
    pub(super) fn solve(&mut self, values: &mut [f64]) {
        self.factor.solve(&self.pattern, values);
    }

    /// Adds `A x` of pipes and grounds to `out`.
    pub(super) fn add_product(&self, x: &[f64], out: &mut [f64]) {
        for ((out, ground), x) in out.iter_mut().zip(&self.ground).zip(x) {
            *out += ground * x;
        }
        for link in &self.links {
            let (a, b) = (link.a as usize, link.b as usize);
            let flow = link.conductance * (x[a] - x[b]);
            out[a] += flow;
            out[b] -= flow;
        }
    }
}
