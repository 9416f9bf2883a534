//! Pores and veins as one network of places: its pressure solver, and the fluxes that cement follows.

mod conductances;

pub use conductances::{Conductances, Contents, merge_sources};

use super::outside_pipe::OutsidePipe;
use super::pores::PoreSpace;
use crate::solvers::{PipeGraph, PressureField, PressureSolver};
use std::ops::Range;

/// Where a flux out of a place goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbour {
    /// Another slot or vein node.
    Place(u32),
    /// Out through an opening.
    Opening(u32),
    /// Out through a tree's outside pipe.
    OutsidePipe(u32),
}

/// A slot that an opening drains.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drain {
    slot: u32,
    opening: u32,
    /// Share of the opening's length.
    share: f64,
}

/// The network and its last pressure solution.
pub struct FlowNetwork {
    /// Pores, veins and openings.
    pub pores: PoreSpace,
    /// Outside pipe of each tree.
    pub pipes: Vec<OutsidePipe>,
    /// Pressures above the rest pressure, Pa.
    pub pressure: PressureField,
    /// What solves for them.
    pub solver: PressureSolver,
    /// Conductances of pipes, exchanges and ways out.
    pub conductances: Conductances,
    /// The two ends of each exchange, sorted by node.
    exchange_ends: Vec<(u32, u32)>,
    /// Where the exchanges of each node begin.
    exchanges_of_node: Vec<u32>,
    /// Slot and index of each exchange, sorted by slot.
    exchange_of_slot: Vec<(u32, u32)>,
    links_of_node: Vec<Vec<u32>>,
    /// Sorted by slot.
    drains: Vec<Drain>,
    /// Their slots, each once.
    drained_slots: Vec<u32>,
}

impl FlowNetwork {
    /// A network at rest, everything closed.
    pub fn new(pores: PoreSpace, pipes: Vec<OutsidePipe>) -> FlowNetwork {
        let vessels = &pores.vessels;
        let nodes = vessels.nodes.len();
        let slot_of = |cell| pores.slot_of(cell).unwrap_or_default();
        let exchange_ends: Vec<(u32, u32)> = vessels.exchanges.iter().map(|e| (e.node, slot_of(e.cell))).collect();
        let mut exchanges_of_node = vec![0_u32; nodes + 1];
        exchange_ends.iter().for_each(|&(node, _)| exchanges_of_node[node as usize + 1] += 1);
        for node in 0..nodes {
            exchanges_of_node[node + 1] += exchanges_of_node[node];
        }
        let mut exchange_of_slot: Vec<(u32, u32)> =
            (0..).zip(&exchange_ends).map(|(e, &(_, slot))| (slot, e)).collect();
        exchange_of_slot.sort_unstable();
        let mut links_of_node = vec![Vec::new(); nodes];
        for (link, &(a, b)) in (0..).zip(&vessels.links) {
            links_of_node[a as usize].push(link);
            links_of_node[b as usize].push(link);
        }
        let mut drains = Vec::new();
        for (opening, way) in (0..).zip(&pores.openings) {
            let drained = way.cells.iter().filter_map(|&(cell, share)| Some((pores.slot_of(cell)?, share)));
            drains.extend(drained.map(|(slot, share)| Drain { slot, opening, share }));
        }
        drains.sort_by_key(|drain| (drain.slot, drain.opening));
        let mut drained_slots: Vec<u32> = drains.iter().map(|drain| drain.slot).collect();
        drained_slots.dedup();
        let graph = PipeGraph { nodes, links: vessels.links.clone(), exchanges: exchange_ends.clone() };
        let solver = PressureSolver::new(pores.lattice().clone(), &graph);
        FlowNetwork {
            pressure: solver.zero_field(),
            conductances: Conductances::closed(&graph, drains.len()),
            solver,
            exchange_ends,
            exchanges_of_node,
            exchange_of_slot,
            links_of_node,
            drains,
            drained_slots,
            pores,
            pipes,
        }
    }

    /// Outgoing fluxes of a place that cement can follow, mm³/s (the wall is not among them).
    pub fn outflows(&self, place: u32, into: &mut Vec<(Neighbour, f64)>) {
        into.clear();
        let here = self.pressure.at(place);
        let mut push = |to: Neighbour, conductance: f64, other_pa: f64| {
            let flux = conductance * (here - other_pa);
            if flux > 0.0 {
                into.push((to, flux));
            }
        };
        let between = |other: u32| (Neighbour::Place(other), self.pressure.at(other));
        if let Some(node) = self.pores.node(place) {
            for e in self.exchanges_of(node) {
                let (to, there) = between(self.exchange_ends[e].1);
                push(to, self.conductances.exchanges[e], there);
            }
            for &link in &self.links_of_node[node] {
                let (to, there) = between(self.other_end(link, node));
                push(to, self.conductances.links[link as usize], there);
            }
            let ground = self.conductances.node_ground[node];
            if ground > 0.0 {
                let tree = self.pores.vessels.nodes[node].tree;
                let outside = self.pipes[tree as usize].pressure_pa - self.rest_pressure_pa();
                push(Neighbour::OutsidePipe(tree), ground, outside);
            }
            return;
        }
        for (other, flux) in self.solver.fluxes(place, &self.pressure) {
            if flux > 0.0 {
                into.push((Neighbour::Place(other), flux));
            }
        }
        let mut push = |to: Neighbour, conductance: f64, other_pa: f64| {
            let flux = conductance * (here - other_pa);
            if flux > 0.0 {
                into.push((to, flux));
            }
        };
        if self.pores.has_vessel(place) {
            for e in self.exchanges_at(place) {
                let (to, there) = between(self.node_place(self.exchange_ends[e].0));
                push(to, self.conductances.exchanges[e], there);
            }
        }
        if self.pores.has_opening(place) {
            for d in self.drains_at(place) {
                let opening = self.drains[d].opening;
                push(Neighbour::Opening(opening), self.conductances.drains[d], self.beyond_opening_pa(opening));
            }
        }
    }

    /// All places that share a face, an exchange or a pipe with this one.
    pub fn connected_places(&self, place: u32, into: &mut Vec<u32>) {
        into.clear();
        if let Some(node) = self.pores.node(place) {
            into.extend(self.exchanges_of(node).map(|e| self.exchange_ends[e].1));
            into.extend(self.links_of_node[node].iter().map(|&link| self.other_end(link, node)));
            return;
        }
        let around = self.pores.lattice().neighbours(place);
        for axis in 0..3 {
            let [below, above] = [around[2 * axis], around[2 * axis + 1]];
            if self.pores.is_open_above(axis, below) {
                into.push(below);
            }
            if self.pores.is_open_above(axis, place) {
                into.push(above);
            }
        }
        if self.pores.has_vessel(place) {
            into.extend(self.exchanges_at(place).map(|e| self.node_place(self.exchange_ends[e].0)));
        }
    }

    /// Pressure of a bone at rest, Pa above atmosphere: that of its veins.
    pub fn rest_pressure_pa(&self) -> f64 {
        self.pipes.first().map_or(DEFAULT_REST_PRESSURE_PA, |pipe| pipe.pressure_pa)
    }

    /// Pressure on the far side of an opening, above rest, Pa.
    pub fn beyond_opening_pa(&self, opening: u32) -> f64 {
        self.pores.openings[opening as usize].opening.outside_pressure_pa - self.rest_pressure_pa()
    }

    /// Mean pressure in the bone at each opening, above rest, Pa.
    pub fn at_openings_pa(&self) -> Vec<f64> {
        let mut inside = vec![0.0; self.pores.openings.len()];
        self.drains.iter().for_each(|d| inside[d.opening as usize] += d.share * self.pressure.at(d.slot));
        inside
    }

    /// Shear rate at the wall of an opening for the last solution, 1/s: 6 Q / (w² l) in a slot, 4 Q / (π r³) in a hole.
    pub fn opening_shear_per_s(&self, opening: u32) -> f64 {
        let way = &self.pores.openings[opening as usize].opening;
        let outside = self.beyond_opening_pa(opening);
        let through = self.drains.iter().zip(&self.conductances.drains).filter(|(drain, _)| drain.opening == opening);
        let rate: f64 =
            through.map(|(drain, conductance)| conductance * (self.pressure.at(drain.slot) - outside)).sum();
        let width = way.width_mm;
        let shape = if way.is_round {
            4.0 / (std::f64::consts::PI * (0.5 * width) * (0.5 * width) * (0.5 * width))
        } else {
            6.0 / (width * width * way.length_mm)
        };
        shape * rate.max(0.0)
    }

    /// The place of a vessel node.
    pub fn node_place(&self, node: u32) -> u32 {
        self.pores.slots() as u32 + node
    }

    fn other_end(&self, link: u32, node: usize) -> u32 {
        let (a, b) = self.pores.vessels.links[link as usize];
        self.node_place(if a as usize == node { b } else { a })
    }

    fn exchanges_of(&self, node: usize) -> Range<usize> {
        self.exchanges_of_node[node] as usize..self.exchanges_of_node[node + 1] as usize
    }

    fn exchanges_at(&self, slot: u32) -> impl Iterator<Item = usize> + '_ {
        let first = self.exchange_of_slot.partition_point(|&(other, _)| other < slot);
        self.exchange_of_slot[first..].iter().take_while(move |&&(other, _)| other == slot).map(|&(_, e)| e as usize)
    }

    fn drains_at(&self, slot: u32) -> Range<usize> {
        let first = self.drains.partition_point(|drain| drain.slot < slot);
        first..first + self.drains[first..].iter().take_while(|drain| drain.slot == slot).count()
    }
}

/// Venous pressure where a patient has no vein, Pa (the middle of MODEL's 0.5–1.5 kPa; our choice).
const DEFAULT_REST_PRESSURE_PA: f64 = 1000.0;
