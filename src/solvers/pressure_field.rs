//! Pressures of cells and nodes: one solution, and the first guess for the next.

use super::lattice::{Lattice, Split};
use super::level::zeros;
use std::sync::Arc;

/// One pressure per place, in Pa. A place is a slot of the lattice or, after them, a node of the pipe network.
#[derive(Clone, Debug)]
pub struct PressureField {
    lattice: Arc<Lattice>,
    pub(super) cells: Split<f64>,
    pub(super) nodes: Vec<f64>,
}

impl PressureField {
    /// Zero everywhere.
    pub(super) fn new(lattice: Arc<Lattice>, nodes: usize) -> PressureField {
        PressureField { cells: zeros(&lattice), nodes: vec![0.0; nodes], lattice }
    }

    /// Pressure of a place.
    pub fn at(&self, place: u32) -> f64 {
        match self.nodes.get((place as usize).wrapping_sub(self.lattice.slots())) {
            Some(&pressure) => pressure,
            None => {
                let spot = self.lattice.spot(place);
                self.cells[spot.colour][spot.pair]
            }
        }
    }

    /// Multiplies all pressures.
    pub fn scale(&mut self, factor: f64) {
        self.values_mut().for_each(|value| *value *= factor);
    }

    /// Moves all pressures away from `centre`, or towards it, by a factor.
    pub fn scale_about(&mut self, centre: &PressureField, factor: f64) {
        let others = centre.cells.iter().flatten().chain(&centre.nodes);
        self.values_mut().zip(others).for_each(|(value, centre)| *value = centre + (*value - centre) * factor);
    }

    /// Takes over the pressures of another field of the same places, without allocating.
    pub fn copy_from(&mut self, other: &PressureField) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(to, from)| to.copy_from_slice(from));
        self.nodes.copy_from_slice(&other.nodes);
    }

    /// All pressures 0.
    pub(super) fn clear(&mut self) {
        self.values_mut().for_each(|value| *value = 0.0);
    }

    fn values_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        self.cells.iter_mut().flatten().chain(&mut self.nodes)
    }
}
