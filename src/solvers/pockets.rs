//! Pockets: small groups of cells closed in by poor conductors, each with a correction of its own.
//!
//! A constant over such a group costs next to no energy; aggregates that reach beyond it cannot represent it and
//! relaxation does not see it. The cycle starts from the constants that balance each group, and ends with them.
//! Without this a ragged plume of 1000 : 1 took 34 iterations at N = 64 and 50 at 128.

use super::lattice::Lattice;
use super::level::Level;

/// A face is strong if it conducts at least this share of the best face of either cell.
const STRONG: f32 = 0.05;
/// Pockets have 2 to so many cells: single cells are solved by relaxation, large groups by the coarse grids.
const MOST_CELLS: usize = 64;
/// A group is closed in if its ways out conduct less than this share of its diagonals.
const CLOSED: f32 = 0.1;

/// All pockets of the finest grid.
#[derive(Clone, Debug, Default)]
pub(super) struct Pockets {
    /// Cells of all pockets, one after another.
    slots: Vec<u32>,
    /// `start[p]..start[p + 1]`: the cells of pocket p.
    start: Vec<usize>,
    /// 1 ÷ conductance of all ways out, per pocket.
    inverse_outflow: Vec<f32>,
    /// Cells still to be looked at, and those looked at.
    queue: Vec<u32>,
    looked_at: Vec<u32>,
    candidates: Vec<u32>,
    constants: Vec<f32>,
}

impl Pockets {
    /// None at all.
    pub(super) fn is_empty(&self) -> bool {
        self.inverse_outflow.is_empty()
    }

    /// Finds all pockets. `seen` is room for a mark per slot, all false before and after.
    pub(super) fn find_all(&mut self, level: &Level, seen: &mut [bool]) {
        self.slots.clear();
        self.inverse_outflow.clear();
        self.start.clear();
        self.start.push(0);
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        level.corners(STRONG, &mut candidates);
        self.grow_from(level, &candidates, seen);
        self.candidates = candidates;
    }

    /// Finds anew the pockets with a cell among the changed ones or beside one.
    pub(super) fn refresh(&mut self, level: &Level, changed: &[u32], seen: &mut [bool]) {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        for &slot in changed {
            for cell in level.lattice.neighbours(slot).into_iter().chain([slot]) {
                if cell != Lattice::NOWHERE && !seen[cell as usize] {
                    seen[cell as usize] = true;
                    candidates.push(cell);
                }
            }
        }
        self.drop_seen(seen);
        candidates.iter().for_each(|&slot| seen[slot as usize] = false);
        candidates.retain(|&slot| is_corner(level, slot));
        self.grow_from(level, &candidates, seen);
        self.candidates = candidates;
    }

    /// Adds the pockets that have a corner among `candidates`.
    fn grow_from(&mut self, level: &Level, candidates: &[u32], seen: &mut [bool]) {
        let kept = self.slots.len();
        self.slots.iter().for_each(|&slot| seen[slot as usize] = true);
        self.looked_at.clear();
        for &slot in candidates {
            if !seen[slot as usize] {
                self.grow(level, slot, seen);
            }
        }
        self.slots[..kept].iter().chain(&self.looked_at).for_each(|&slot| seen[slot as usize] = false);
    }

    /// Forgets the pockets with a marked cell.
    fn drop_seen(&mut self, seen: &[bool]) {
        let (mut cells, mut pockets) = (0, 0);
        for pocket in 0..self.inverse_outflow.len() {
            let range = self.start[pocket]..self.start[pocket + 1];
            if self.slots[range.clone()].iter().any(|&slot| seen[slot as usize]) {
                continue;
            }
            let length = range.len();
            self.slots.copy_within(range, cells);
            self.inverse_outflow[pockets] = self.inverse_outflow[pocket];
            (cells, pockets) = (cells + length, pockets + 1);
            self.start[pockets] = cells;
        }
        self.slots.truncate(cells);
        self.start.truncate(pockets + 1);
        self.inverse_outflow.truncate(pockets);
    }

    /// The group of cells joined to one by strong faces, if it is a pocket. Cells of a group that is too large stay
    /// marked, so that none is looked at twice.
    fn grow(&mut self, level: &Level, from: u32, seen: &mut [bool]) {
        let first = self.looked_at.len();
        self.queue.clear();
        self.queue.push(from);
        seen[from as usize] = true;
        self.looked_at.push(from);
        while let Some(slot) = self.queue.pop() {
            let spot = level.lattice.spot(slot);
            // What exchanges with the network is not closed in.
            let is_inactive = level.inverse_diagonal[spot.colour][spot.pair] == 0.0;
            if is_inactive || level.coupling.touched.binary_search(&slot).is_ok() {
                return;
            }
            let own = strongest(level, slot);
            for (face, other) in around(level, slot) {
                if face == 0.0 || face < STRONG * own.max(strongest(level, other)) {
                    continue;
                }
                if !seen[other as usize] {
                    seen[other as usize] = true;
                    self.looked_at.push(other);
                    self.queue.push(other);
                } else if !self.looked_at[first..].contains(&other) {
                    // Part of a group that was found too large.
                    return;
                }
            }
            if self.looked_at.len() - first > MOST_CELLS {
                return;
            }
        }
        let cells = &mut self.looked_at[first..];
        cells.sort_unstable();
        let (mut outflow, mut diagonals) = (0.0_f32, 0.0_f32);
        for &slot in cells.iter() {
            let spot = level.lattice.spot(slot);
            diagonals += 1.0 / level.inverse_diagonal[spot.colour][spot.pair];
            outflow += level.ground[spot.colour][spot.pair];
            let leaving = around(level, slot).filter(|(_, other)| cells.binary_search(other).is_err());
            outflow += leaving.map(|(face, _)| face).sum::<f32>();
        }
        if cells.len() < 2 || outflow <= 0.0 || outflow > CLOSED * diagonals {
            return;
        }
        self.slots.extend_from_slice(cells);
        self.start.push(self.slots.len());
        self.inverse_outflow.push(1.0 / outflow);
    }

    /// Sets the pressure to the constants that balance the sources of each pocket, and 0 elsewhere.
    pub(super) fn start(&self, level: &mut Level) {
        level.pressure.iter_mut().for_each(|pressure| pressure.fill(0.0));
        for (pocket, inverse) in self.inverse_outflow.iter().enumerate() {
            let spots = self.slots[self.start[pocket]..self.start[pocket + 1]].iter().map(|&s| level.lattice.spot(s));
            let sum: f32 = spots.clone().map(|spot| level.source[spot.colour][spot.pair]).sum();
            for spot in spots {
                level.pressure[spot.colour][spot.pair] = sum * inverse;
            }
        }
    }

    /// Adds to each pocket the constant that balances what is left of its sources.
    pub(super) fn finish(&mut self, level: &mut Level) {
        self.constants.clear();
        for (pocket, inverse) in self.inverse_outflow.iter().enumerate() {
            let slots = &self.slots[self.start[pocket]..self.start[pocket + 1]];
            self.constants.push(inverse * slots.iter().map(|&slot| residual(level, slot)).sum::<f32>());
        }
        for (pocket, constant) in self.constants.iter().enumerate() {
            for &slot in &self.slots[self.start[pocket]..self.start[pocket + 1]] {
                let spot = level.lattice.spot(slot);
                level.pressure[spot.colour][spot.pair] += constant;
            }
        }
    }
}

/// Faces and neighbours of a slot.
fn around(level: &Level, slot: u32) -> impl Iterator<Item = (f32, u32)> {
    let lattice = &level.lattice;
    let near = lattice.neighbours(slot);
    near.into_iter().enumerate().filter(|(_, other)| *other != Lattice::NOWHERE).map(move |(side, other)| {
        let owner = if side % 2 == 1 { slot } else { other };
        (*level.faces.at(side / 2, owner, lattice.spot(owner)), other)
    })
}

fn strongest(level: &Level, slot: u32) -> f32 {
    around(level, slot).fold(0.0, |most, (face, _)| most.max(face))
}

/// A weak side along every axis: the cell of a closed group that comes first along x, then y, then z has them.
fn is_corner(level: &Level, slot: u32) -> bool {
    let weak = STRONG * strongest(level, slot);
    let mut least = [0.0_f32; 6];
    let lattice = &level.lattice;
    for (side, other) in lattice.neighbours(slot).into_iter().enumerate() {
        let owner = if side % 2 == 1 { slot } else { other };
        least[side] = if other == Lattice::NOWHERE { 0.0 } else { *level.faces.at(side / 2, owner, lattice.spot(owner)) };
    }
    weak > 0.0 && (0..3).all(|axis| least[2 * axis].min(least[2 * axis + 1]) < weak)
}

fn residual(level: &Level, slot: u32) -> f32 {
    let spot = level.lattice.spot(slot);
    let own = level.pressure[spot.colour][spot.pair];
    let mut sum = level.source[spot.colour][spot.pair] - level.ground[spot.colour][spot.pair] * own;
    for (face, other) in around(level, slot) {
        let at = level.lattice.spot(other);
        sum += face * (level.pressure[at.colour][at.pair] - own);
    }
    sum
}
