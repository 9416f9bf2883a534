//! The exchanges between the network's nodes and the cells of one grid.

use super::lattice::{Split, Spot};

/// Conductances between nodes and cells, and what a coarser grid makes of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Coupling {
    /// Node and slot of each exchange.
    pub ends: Vec<(u32, u32)>,
    /// mm³/(s·Pa) of each exchange.
    pub conductance: Vec<f64>,
    /// The cells that exchange with any node: slots, ascending, and where they lie.
    pub touched: Vec<u32>,
    pub spots: Vec<Spot>,
    /// Which of the touched cells each exchange ends in.
    pub cell_of: Vec<u32>,
    /// The exchange of the next coarser grid that each one is summed into.
    parent: Vec<u32>,
    /// A place to keep the right-hand sides of the touched cells.
    kept: Vec<f32>,
    /// One number per touched cell.
    pub work: Vec<f64>,
}

impl Coupling {
    /// Exchanges with the given ends (node, slot), all closed.
    pub(super) fn new(ends: Vec<(u32, u32)>, spot: impl Fn(u32) -> Spot) -> Coupling {
        let mut touched: Vec<u32> = ends.iter().map(|end| end.1).collect();
        touched.sort_unstable();
        touched.dedup();
        let cell_of = ends.iter().map(|end| touched.partition_point(|&slot| slot < end.1) as u32).collect();
        Coupling {
            conductance: vec![0.0; ends.len()],
            spots: touched.iter().map(|&slot| spot(slot)).collect(),
            kept: vec![0.0; touched.len()],
            work: vec![0.0; touched.len()],
            parent: Vec::new(),
            ends,
            touched,
            cell_of,
        }
    }

    /// The coupling of the coarser grid: `aggregate` maps a slot to the coarse one. Parallel exchanges become one.
    pub(super) fn coarser(&mut self, aggregate: impl Fn(u32) -> u32, spot: impl Fn(u32) -> Spot) -> Coupling {
        let ends: Vec<_> = self.ends.iter().map(|&(node, slot)| (node, aggregate(slot))).collect();
        let mut unique = ends.clone();
        unique.sort_unstable();
        unique.dedup();
        self.parent = ends.iter().map(|end| unique.partition_point(|other| other < end) as u32).collect();
        Coupling::new(unique, spot)
    }

    /// Sums the conductances into the coarser grid's.
    pub(super) fn coarsen_into(&self, coarse: &mut Coupling) {
        coarse.conductance.fill(0.0);
        for (&parent, conductance) in self.parent.iter().zip(&self.conductance) {
            coarse.conductance[parent as usize] += conductance;
        }
    }

    /// Node, place of the cell and conductance of every exchange.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, Spot, f64)> + '_ {
        let ends = self.ends.iter().zip(&self.cell_of).zip(&self.conductance);
        ends.map(|((&(node, _), &cell), &conductance)| (node as usize, self.spots[cell as usize], conductance))
    }

    /// Where the coarse cell of an exchange lies.
    pub(super) fn parent_spot(&self, exchange: usize, coarse: &Coupling) -> Spot {
        coarse.spots[coarse.cell_of[self.parent[exchange] as usize] as usize]
    }

    /// Adds the conductances to the nodes' ground.
    pub(super) fn add_to_ground(&self, node_ground: &mut [f64]) {
        for (&(node, _), conductance) in self.ends.iter().zip(&self.conductance) {
            node_ground[node as usize] += conductance;
        }
    }

    /// Sums the conductances of each touched cell into `work`.
    pub(super) fn sum_by_cell(&mut self) {
        self.work.fill(0.0);
        for (&cell, conductance) in self.cell_of.iter().zip(&self.conductance) {
            self.work[cell as usize] += conductance;
        }
    }

    /// Adds what flows to the nodes from cells at the given pressures and nodes at 0.
    pub(super) fn add_inflow(&self, pressure: &Split<f32>, node_source: &mut [f64]) {
        for (node, spot, conductance) in self.each() {
            node_source[node] += conductance * f64::from(pressure[spot.colour][spot.pair]);
        }
    }

    /// Keeps the right-hand sides of the touched cells, to be put back by [`Coupling::put_back`].
    pub(super) fn keep(&mut self, source: &Split<f32>) {
        for (kept, spot) in self.kept.iter_mut().zip(&self.spots) {
            *kept = source[spot.colour][spot.pair];
        }
    }

    /// Puts back the right-hand sides of the touched cells.
    pub(super) fn put_back(&self, source: &mut Split<f32>) {
        for (&kept, spot) in self.kept.iter().zip(&self.spots) {
            source[spot.colour][spot.pair] = kept;
        }
    }

    /// Right-hand sides of the touched cells with the inflow from the nodes, for relaxation.
    pub(super) fn load(&mut self, source: &mut Split<f32>, node_pressure: &[f64]) {
        for (sum, &kept) in self.work.iter_mut().zip(&self.kept) {
            *sum = f64::from(kept);
        }
        for ((&(node, _), &cell), conductance) in self.ends.iter().zip(&self.cell_of).zip(&self.conductance) {
            self.work[cell as usize] += conductance * node_pressure[node as usize];
        }
        for (&sum, spot) in self.work.iter().zip(&self.spots) {
            source[spot.colour][spot.pair] = sum as f32;
        }
    }
}
