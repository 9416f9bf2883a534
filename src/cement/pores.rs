//! The pore space packed by the slots of the pressure lattice: what a flow keeps of its [`FlowDomain`].
//!
//! A *place* is a slot of the lattice or, after them, a node of the vessels (slots + its index).

use super::domain::FlowDomain;
use super::openings::OpeningCells;
use super::vessels::VesselNetwork;
use crate::geometry::{CellIndex, Grid, Point};
use crate::solvers::Lattice;
use std::sync::Arc;

/// Bits 0…2 of [`PoreSpace::traits`]: the neighbour at + along the axis is pore space too.
const OPEN_ABOVE: u8 = 1;
const HAS_OPENING: u8 = 8;
const HAS_VESSEL: u8 = 16;
const IN_BODY: u8 = 32;

/// Pores, vessels and ways out. Arrays have a value per slot and take 17 bytes of it.
pub struct PoreSpace {
    /// The voxel grid (vertebra frame).
    pub grid: Grid,
    /// Veins.
    pub vessels: VesselNetwork,
    /// Defects, cracks and holes.
    pub openings: Vec<OpeningCells>,
    lattice: Arc<Lattice>,
    /// Per place: what it can hold.
    capacity_mm3: Vec<f32>,
    permeability_mm2: [Vec<f32>; 2],
    wall_mm3: Vec<f32>,
    traits: Vec<u8>,
    /// Slots that are shut, and their permeabilities when they are not.
    shut: Vec<(u32, [f32; 2])>,
}

/// What is left of the permeability of a slot that is shut: next to nothing, and the equations stay positive.
const SHUT: f32 = 1e-9;

impl PoreSpace {
    /// Packs a description.
    pub fn new(domain: FlowDomain) -> PoreSpace {
        let grid = domain.grid;
        let active = |cell: CellIndex| domain.pore_volume_mm3[cell.get()] > 0.0;
        let lattice = Arc::new(Lattice::new(grid.dims, |cell| active(CellIndex(cell as u32))));
        let slots = lattice.slots();
        let mut space = PoreSpace {
            capacity_mm3: vec![0.0; slots],
            permeability_mm2: [vec![0.0; slots], vec![0.0; slots]],
            wall_mm3: vec![0.0; slots],
            traits: vec![0; slots],
            shut: Vec::new(),
            vessels: domain.vessels,
            openings: domain.openings,
            lattice,
            grid,
        };
        for slot in space.lattice.each_slot() {
            let at = space.lattice.coordinates(slot);
            // The last pair of a row may reach beyond the box.
            if at[0] >= space.grid.dims[0] || !active(space.grid.index(at)) {
                continue;
            }
            let cell = space.grid.index(at);
            let (c, s) = (cell.get(), slot as usize);
            space.capacity_mm3[s] = domain.pore_volume_mm3[c];
            space.wall_mm3[s] = domain.wall_mm3[c];
            space.permeability_mm2.iter_mut().zip(&domain.permeability_mm2).for_each(|(to, from)| to[s] = from[c]);
            space.traits[s] = if domain.in_body[c] { IN_BODY } else { 0 };
            for axis in 0..3 {
                if space.grid.neighbour(cell, (axis, 1)).is_some_and(active) {
                    space.traits[s] |= OPEN_ABOVE << axis;
                }
            }
        }
        space.capacity_mm3.extend(space.vessels.nodes.iter().map(|node| node.volume_mm3() as f32));
        space.mark_ways_out();
        space
    }

    fn mark_ways_out(&mut self) {
        let openings = self.openings.iter().flat_map(|opening| opening.cells.iter().map(|&(cell, _)| cell));
        let mut marks: Vec<(CellIndex, u8)> = openings.map(|cell| (cell, HAS_OPENING)).collect();
        marks.extend(self.vessels.exchanges.iter().map(|exchange| (exchange.cell, HAS_VESSEL)));
        for (cell, mark) in marks {
            if let Some(slot) = self.slot_of(cell) {
                self.traits[slot as usize] |= mark;
            }
        }
    }

    /// Where the cells lie.
    pub fn lattice(&self) -> &Arc<Lattice> {
        &self.lattice
    }

    /// Slots of the lattice: the number of the first vessel node among the places.
    pub fn slots(&self) -> usize {
        self.traits.len()
    }

    /// Slots and vessel nodes together.
    pub fn places(&self) -> usize {
        self.capacity_mm3.len()
    }

    /// The vessel node that a place is, if it is none of the slots.
    pub fn node(&self, place: u32) -> Option<usize> {
        (place as usize).checked_sub(self.slots())
    }

    /// The slot of an active cell.
    pub fn slot_of(&self, cell: CellIndex) -> Option<u32> {
        let slot = self.lattice.slot(self.grid.coordinates(cell))?;
        (self.capacity_mm3[slot as usize] > 0.0).then_some(slot)
    }

    /// The cell of a slot that holds one.
    pub fn cell_of(&self, slot: u32) -> CellIndex {
        self.grid.index(self.lattice.coordinates(slot))
    }

    /// True where cement can flow.
    pub fn is_active(&self, cell: CellIndex) -> bool {
        self.slot_of(cell).is_some()
    }

    /// True for cells of the vertebral body.
    pub fn in_body(&self, cell: CellIndex) -> bool {
        self.slot_of(cell).is_some_and(|slot| self.is_body_slot(slot))
    }

    /// True for slots of the vertebral body.
    pub fn is_body_slot(&self, slot: u32) -> bool {
        self.traits[slot as usize] & IN_BODY != 0
    }

    /// Whether the slot is pore space and so is its neighbour at + along the axis; never [`Lattice::NOWHERE`].
    pub fn is_open_above(&self, axis: usize, slot: u32) -> bool {
        self.traits.get(slot as usize).is_some_and(|traits| traits & (OPEN_ABOVE << axis) != 0)
    }

    /// Whether an opening drains the slot.
    pub fn has_opening(&self, slot: u32) -> bool {
        self.traits[slot as usize] & HAS_OPENING != 0
    }

    /// Whether a vessel exchanges with the slot.
    pub fn has_vessel(&self, slot: u32) -> bool {
        self.traits[slot as usize] & HAS_VESSEL != 0
    }

    /// What a place can hold, mm³.
    pub fn capacity_mm3(&self, place: u32) -> f64 {
        f64::from(self.capacity_mm3[place as usize])
    }

    /// Share of the voxel that is pore.
    pub fn porosity(&self, slot: u32) -> f64 {
        self.capacity_mm3(slot) / self.grid.cell_volume_mm3()
    }

    /// Permeability along an axis, mm².
    pub fn permeability_mm2(&self, axis: usize, slot: u32) -> f64 {
        f64::from(self.permeability_mm2[axis / 2][slot as usize])
    }

    /// Shuts slots as if something filled them (a balloon that is up), and opens those that were shut before.
    pub fn shut(&mut self, slots: &[u32]) {
        for (slot, open_mm2) in std::mem::take(&mut self.shut) {
            for (axis, permeability) in self.permeability_mm2.iter_mut().enumerate() {
                permeability[slot as usize] = open_mm2[axis];
            }
        }
        for &slot in slots {
            let own = [0, 1].map(|axis| self.permeability_mm2[axis][slot as usize]);
            self.shut.push((slot, own));
            self.permeability_mm2.iter_mut().for_each(|permeability| permeability[slot as usize] *= SHUT);
        }
    }

    /// Conductance of the intact wall per unit of fluidity, mm³.
    pub fn wall_mm3(&self, slot: u32) -> f64 {
        f64::from(self.wall_mm3[slot as usize])
    }

    /// Where a place is, mm.
    pub fn position(&self, place: u32) -> Point {
        match self.node(place) {
            Some(node) => self.vessels.nodes.get(node).map_or(self.grid.origin_mm, |node| node.position),
            None => self.grid.centre_at(self.lattice.coordinates(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box of 5 × 4 × 3 whose cell (2, 1, 1) is solid.
    fn space() -> PoreSpace {
        let grid = Grid { dims: [5, 4, 3], spacing_mm: 1.0, origin_mm: Point::origin() };
        let solid = grid.index([2, 1, 1]);
        let pores = grid.cells().map(|cell| if cell == solid { 0.0 } else { 0.9 }).collect();
        PoreSpace::new(FlowDomain {
            pore_volume_mm3: pores,
            permeability_mm2: [vec![0.01; 60], vec![0.02; 60]],
            wall_mm3: vec![0.0; 60],
            in_body: grid.cells().map(|cell| cell.0 % 2 == 0).collect(),
            vessels: VesselNetwork::default(),
            openings: Vec::new(),
            grid,
        })
    }

    #[test]
    fn packing_loses_no_cell_and_opens_no_face_to_a_solid_one_or_out_of_the_box() {
        let space = space();
        let grid = space.grid.clone();
        for cell in grid.cells() {
            let at = grid.coordinates(cell);
            assert_eq!(space.is_active(cell), at != [2, 1, 1], "{at:?}");
            let Some(slot) = space.slot_of(cell) else { continue };
            assert_eq!(space.cell_of(slot), cell);
            assert_eq!(space.in_body(cell), cell.0 % 2 == 0);
            assert!((space.porosity(slot) - 0.9).abs() < 1e-6);
            assert_eq!([0, 1, 2].map(|axis| space.permeability_mm2(axis, slot)), [0.01_f32, 0.01, 0.02].map(f64::from));
            for axis in 0..3 {
                let beyond = grid.neighbour(cell, (axis, 1)).is_some_and(|other| space.is_active(other));
                assert_eq!(space.is_open_above(axis, slot), beyond, "{at:?} along axis {axis}");
            }
        }
    }
}
