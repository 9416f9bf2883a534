//! Direct solution of the coarsest grid together with the network.

use super::elimination::{Factor, Pattern};
use super::lattice::Lattice;
use super::level::Level;
use super::network::Network;

/// The factor of the coarsest grid's matrix.
#[derive(Clone, Debug, Default)]
pub(super) struct Coarsest {
    /// Cells of the grid, in the order of the unknowns; nodes follow.
    slots: Vec<u32>,
    /// Inner faces: axis and slot.
    faces: Vec<(u8, u32)>,
    pattern: Pattern,
    factor: Factor,
    conductance: Vec<f64>,
    ground: Vec<f64>,
    values: Vec<f64>,
}

impl Coarsest {
    /// Orders the elimination of a grid and a network.
    pub(super) fn new(level: &Level, network: &Network) -> Coarsest {
        let lattice = &level.lattice;
        let slots: Vec<u32> = lattice.each_slot().collect();
        let number = |slot: u32| slots.partition_point(|&other| other < slot) as u32;
        let (mut faces, mut edges) = (Vec::new(), Vec::new());
        for &slot in &slots {
            let [_, east, _, north, _, above] = lattice.neighbours(slot);
            for (axis, other) in [east, north, above].into_iter().enumerate() {
                if other != Lattice::NOWHERE {
                    faces.push((axis as u8, slot));
                    edges.push((number(slot), number(other)));
                }
            }
        }
        let cells = slots.len() as u32;
        edges.extend(level.coupling.ends.iter().map(|&(node, slot)| (number(slot), cells + node)));
        edges.extend(network.links.iter().map(|link| (cells + link.a, cells + link.b)));
        let unknowns = slots.len() + network.ground.len();
        let pattern = Pattern::new(unknowns, edges.iter().copied());
        let mut factor = Factor::default();
        factor.fit(&pattern);
        Coarsest {
            slots,
            faces,
            pattern,
            factor,
            conductance: vec![0.0; edges.len()],
            ground: vec![0.0; unknowns],
            values: vec![0.0; unknowns],
        }
    }

    /// Factors the matrix as it is now.
    pub(super) fn eliminate(&mut self, level: &Level, network: &Network) {
        let face = |&(axis, slot): &(u8, u32)| *level.faces.at(axis.into(), slot, level.lattice.spot(slot));
        let faces = self.faces.iter().map(|place| f64::from(face(place)));
        let exchanges = level.coupling.conductance.iter().copied();
        let links = network.links.iter().map(|link| link.conductance);
        for (slot, conductance) in self.conductance.iter_mut().zip(faces.chain(exchanges).chain(links)) {
            *slot = conductance;
        }
        for (ground, &slot) in self.ground.iter_mut().zip(&self.slots) {
            let spot = level.lattice.spot(slot);
            *ground = level.ground[spot.colour][spot.pair].into();
        }
        self.ground[self.slots.len()..].copy_from_slice(&network.ground);
        self.factor.eliminate(&self.pattern, self.conductance.iter().copied(), &self.ground);
    }

    /// Solves for the level's sources.
    pub(super) fn solve(&mut self, level: &mut Level) {
        for (value, &slot) in self.values.iter_mut().zip(&self.slots) {
            let spot = level.lattice.spot(slot);
            *value = level.source[spot.colour][spot.pair].into();
        }
        self.values[self.slots.len()..].copy_from_slice(&level.node_source);
        self.factor.solve(&self.pattern, &mut self.values);
        for (value, &slot) in self.values.iter().zip(&self.slots) {
            let spot = level.lattice.spot(slot);
            level.pressure[spot.colour][spot.pair] = *value as f32;
        }
        level.node_pressure.copy_from_slice(&self.values[self.slots.len()..]);
    }
}
