//! Conductances of the pressure solver: set cell by cell or all at once, read back as they are used.

use super::elliptic::SolveError;
use super::lattice::{Lattice, Spot};
use super::pressure_field::PressureField;
use super::pressure_solver::PressureSolver;

impl PressureSolver {
    /// The conductance between a slot and its neighbour at + along an axis, rounded as the solver uses it, mm³/(s Pa).
    pub fn face(&self, axis: usize, slot: u32) -> f64 {
        f64::from(*self.multigrid.levels[0].faces.at(axis, slot, self.lattice.spot(slot)))
    }

    /// The conductance of a slot to its fixed pressure, rounded as the solver uses it, mm³/(s Pa).
    pub fn ground(&self, slot: u32) -> f64 {
        let spot = self.lattice.spot(slot);
        f64::from(self.multigrid.levels[0].ground[spot.colour][spot.pair])
    }

    /// Fluxes out of a slot through its six faces, mm³/s, each with the slot it goes to; 0 or less where nothing leaves.
    pub fn fluxes(&self, slot: u32, field: &PressureField) -> [(u32, f64); 6] {
        let level = &self.multigrid.levels[0];
        let (faces, around) = (&level.faces, self.lattice.around(slot));
        let Spot { colour, pair } = around.spot;
        let (near, side) = (&field.cells[1 - colour], slot as usize % 2);
        let here = field.cells[colour][pair];
        let [south, north, below, above] = around.beside;
        let flux = |face: f32, other: usize| f64::from(face) * (here - near[other]);
        let along = |other: usize| (2 * other + side) as u32;
        let outside = pair + 2 * side - 1;
        [
            (slot ^ 1, flux(faces.inside[pair], pair)),
            ((2 * outside + 1 - side) as u32, flux(faces.between[pair + side - 1], outside)),
            (along(south), flux(faces.y[1 - colour][south], south)),
            (along(north), flux(faces.y[colour][pair], north)),
            (along(below), flux(faces.z[1 - colour][below], below)),
            (along(above), flux(faces.z[colour][pair], above)),
        ]
    }

    /// Sets the conductances round the given slots, in mm³/(s Pa): `face(axis, slot, neighbour)` between a slot and its
    /// neighbour at + along the axis, `ground(slot)` to a fixed pressure. Faces at the minus sides are set too.
    ///
    /// # Errors
    /// [`SolveError::NotFinite`] for a conductance that is not finite or is negative.
    pub fn set_cells(
        &mut self,
        slots: &[u32],
        face: impl Fn(usize, u32, u32) -> f64,
        ground: impl Fn(u32) -> f64,
    ) -> Result<(), SolveError> {
        for &slot in slots {
            let near = self.lattice.neighbours(slot);
            for (side, other) in near.into_iter().enumerate().filter(|(_, other)| *other != Lattice::NOWHERE) {
                let (low, high) = if side % 2 == 1 { (slot, other) } else { (other, slot) };
                self.set_face(side / 2, low, face(side / 2, low, high))?;
            }
            self.set_ground(slot, ground(slot))?;
        }
        Ok(())
    }

    /// Sets all conductances; see [`PressureSolver::set_cells`].
    ///
    /// # Errors
    /// As there.
    pub fn set_all(
        &mut self,
        face: impl Fn(usize, u32, u32) -> f64,
        ground: impl Fn(u32) -> f64,
    ) -> Result<(), SolveError> {
        (self.all_changed, self.regions.is_stale) = (true, true);
        let lattice = self.lattice.clone();
        for slot in lattice.each_slot() {
            let [_, east, _, north, _, above] = lattice.neighbours(slot);
            for (axis, other) in [east, north, above].into_iter().enumerate() {
                if other != Lattice::NOWHERE {
                    self.set_face(axis, slot, face(axis, slot, other))?;
                }
            }
            self.set_ground(slot, ground(slot))?;
        }
        Ok(())
    }

    /// Sets all conductances of the network, in mm³/(s Pa): of each pipe, of each node to a fixed pressure, of each
    /// exchange.
    ///
    /// # Errors
    /// [`SolveError::Malformed`] for arrays of another length, [`SolveError::NotFinite`] as for cells.
    pub fn set_network(&mut self, links: &[f64], node_ground: &[f64], exchanges: &[f64]) -> Result<(), SolveError> {
        let slots = self.lattice.slots() as u32;
        let network = &mut self.multigrid.network;
        let coupling = &mut self.multigrid.levels[0].coupling;
        if links.len() != network.links.len() || node_ground.len() != network.ground.len() {
            return Err(SolveError::Malformed { what: "network" });
        }
        if exchanges.len() != coupling.ends.len() {
            return Err(SolveError::Malformed { what: "exchanges" });
        }
        self.network_changed = true;
        for (link, &value) in network.links.iter_mut().zip(links) {
            check("pipe", slots + link.a, value)?;
            self.regions.is_stale |= (link.conductance > 0.0) != (value > 0.0);
            link.conductance = value;
        }
        for (node, (ground, &value)) in network.ground.iter_mut().zip(node_ground).enumerate() {
            check("node ground", slots + node as u32, value)?;
            if (*ground > 0.0) != (value > 0.0) {
                self.regions.ground_changed(slots + node as u32, value > 0.0);
            }
            *ground = value;
        }
        for ((&(node, _), conductance), &value) in coupling.ends.iter().zip(&mut coupling.conductance).zip(exchanges) {
            check("exchange", slots + node, value)?;
            self.regions.is_stale |= (*conductance > 0.0) != (value > 0.0);
            *conductance = value;
        }
        Ok(())
    }

    fn set_face(&mut self, axis: usize, slot: u32, value: f64) -> Result<(), SolveError> {
        check(["face x", "face y", "face z"][axis], slot, value)?;
        let face = self.multigrid.levels[0].faces.at_mut(axis, slot, self.lattice.spot(slot));
        if *face != value as f32 {
            self.regions.is_stale |= (*face > 0.0) != (value as f32 > 0.0);
            *face = value as f32;
            self.mark(slot);
        }
        Ok(())
    }

    fn set_ground(&mut self, slot: u32, value: f64) -> Result<(), SolveError> {
        check("ground", slot, value)?;
        let spot = self.lattice.spot(slot);
        let ground = &mut self.multigrid.levels[0].ground[spot.colour][spot.pair];
        if *ground != value as f32 {
            let (was, is) = (*ground > 0.0, value as f32 > 0.0);
            *ground = value as f32;
            if was != is {
                self.regions.ground_changed(slot, is);
            }
            self.mark(slot);
        }
        Ok(())
    }

    fn mark(&mut self, slot: u32) {
        if !self.all_changed && !self.is_changed[slot as usize] {
            self.is_changed[slot as usize] = true;
            self.changed.push(slot);
        }
    }
}

/// Checks that a conductance is finite, also as f32, and not negative.
fn check(quantity: &'static str, place: u32, value: f64) -> Result<(), SolveError> {
    let is_fine = value >= 0.0 && value <= f64::from(f32::MAX);
    if is_fine { Ok(()) } else { Err(SolveError::NotFinite { quantity, place }) }
}
