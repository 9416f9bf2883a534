//! Pockets: small groups of cells closed in by poor conductors, each with a correction of its own.
//!
//! A constant over such a group costs next to no energy; aggregates that reach beyond it cannot represent it and
//! relaxation does not see it. The cycle starts from the constants that balance each group, and ends with them.
//! Finding them costs a good part of a solve, and fronts that follow the flow have hardly any: they are looked for only when a
//! solve has taken [`PATIENCE`] iterations, and forgotten after it.

use super::lattice::Lattice;
use super::level::Level;

/// Iterations of a solve after which pockets are looked for.
pub(super) const PATIENCE: usize = 8;
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

    /// None any more.
    pub(super) fn forget(&mut self) {
        self.slots.clear();
        self.inverse_outflow.clear();
        self.start.clear();
    }

    /// Finds all pockets. `seen` is room for a mark per slot, all false before and after.
    pub(super) fn find_all(&mut self, level: &Level, seen: &mut [bool]) {
        self.forget();
        self.start.push(0);
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        level.corners(STRONG, &mut candidates);
        self.grow_from(level, &candidates, seen);
        self.candidates = candidates;
    }

    /// Adds the pockets that have a corner among `candidates`.
    fn grow_from(&mut self, level: &Level, candidates: &[u32], seen: &mut [bool]) {
        self.looked_at.clear();
        for &slot in candidates {
            if !seen[slot as usize] {
                self.grow(level, slot, seen);
            }
        }
        self.looked_at.iter().for_each(|&slot| seen[slot as usize] = false);
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

#[cfg(test)]
mod tests {
    use super::super::conjugate_gradients::{Descent, Step};
    use super::super::multigrid::Multigrid;
    use super::super::test_cases::{from_mobility, place, source_in};
    use super::super::{EllipticSystem, PressureSolver};
    use std::collections::BTreeSet;

    const N: usize = 24;
    const CEMENT: f64 = 1e-4;

    /// A ball of cement in a drained cube of bone; `is_pocket` says where the bone in it was spared.
    fn cement_with(is_pocket: impl Fn([usize; 3]) -> bool) -> EllipticSystem {
        from_mobility([N; 3], true, |at| {
            let r2: f64 = at.iter().map(|&i| (i as f64 + 0.5) / N as f64 - 0.5).map(|d| d * d).sum();
            if r2 < 0.09 && !is_pocket(at) { CEMENT } else { 1.0 }
        })
    }

    /// A box of cells with its lowest corner at `low`.
    fn in_box(at: [usize; 3], low: [usize; 3], size: [usize; 3]) -> bool {
        (0..3).all(|axis| (low[axis]..low[axis] + size[axis]).contains(&at[axis]))
    }

    fn ready(system: &EllipticSystem) -> PressureSolver {
        let mut solver = system.solver().unwrap();
        solver.prepare();
        solver
    }

    fn find(multigrid: &mut Multigrid) {
        let mut seen = vec![false; multigrid.levels[0].lattice.slots()];
        multigrid.pockets.find_all(&multigrid.levels[0], &mut seen);
        assert!(seen.iter().all(|&seen| !seen), "marks were left behind");
    }

    #[test]
    fn a_box_of_two_and_one_of_twenty_cells_in_cement_are_found() {
        for size in [[2, 1, 1], [1, 1, 2], [5, 2, 2], [2, 5, 2], [1, 4, 5]] {
            // Aligned with the aggregates or not.
            for low in [[10, 10, 10], [11, 9, 11]] {
                let system = cement_with(|at| in_box(at, low, size));
                let mut solver = ready(&system);
                let lattice = solver.lattice().clone();
                let multigrid = solver.multigrid_mut();
                find(multigrid);
                let cells: BTreeSet<_> =
                    multigrid.pockets.slots.iter().map(|&slot| lattice.coordinates(slot)).collect();
                let expected: BTreeSet<_> =
                    (0..N * N * N).map(|c| place([N; 3], c)).filter(|&at| in_box(at, low, size)).collect();
                assert_eq!(cells, expected, "a box of {size:?} at {low:?}");
                assert_eq!(multigrid.pockets.inverse_outflow.len(), 1);
                let [x, y, z] = size;
                let walls = 2.0 * (x * y + y * z + z * x) as f64;
                let outflow = 1.0 / f64::from(multigrid.pockets.inverse_outflow[0]);
                let expected = walls * 2.0 * CEMENT / (1.0 + CEMENT);
                assert!((outflow / expected - 1.0).abs() < 1e-5, "ways out of {size:?}: {outflow}, not {expected}");
            }
        }
    }

    #[test]
    fn compact_cement_single_cells_and_large_holes_are_no_pockets() {
        let cases: [(&str, [usize; 3]); 3] = [("none", [0; 3]), ("one cell", [1; 3]), ("125 cells", [5; 3])];
        for (name, size) in cases {
            let mut solver = ready(&cement_with(|at| in_box(at, [9, 10, 11], size)));
            let multigrid = solver.multigrid_mut();
            find(multigrid);
            let pockets = &multigrid.pockets;
            assert!(pockets.is_empty(), "{name}: {} pockets, cells {:?}", pockets.inverse_outflow.len(), pockets.slots);
        }
    }

    /// Iterations to a fall of 1e-5, with the pockets' corrections or without.
    fn iterations(system: &EllipticSystem, with_pockets: bool) -> usize {
        let mut solver = ready(system);
        let source = system.source(solver.lattice(), &source_in(system, N / 2 * (1 + N + N * N)));
        let field = solver.zero_field();
        let multigrid = solver.multigrid_mut();
        if with_pockets {
            find(multigrid);
        }
        let mut descent = Descent::new(&multigrid.levels[0]);
        descent.defect(&source, 1.0, &field, multigrid);
        let below = |step: Step| matches!(step, Step::Residual(length) if length < 1e-5);
        (1..=400).find(|_| below(descent.step(multigrid))).unwrap_or(usize::MAX)
    }

    fn helps(name: &str, is_pocket: impl Fn([usize; 3]) -> bool) {
        let system = cement_with(is_pocket);
        let (with, without) = (iterations(&system, true), iterations(&system, false));
        assert!(with < without, "{name}: {with} iterations with the pockets' corrections, {without} without");
    }

    #[test]
    fn pockets_corrected_for_take_fewer_iterations() {
        // Pairs, and boxes of twenty, all through the cement.
        helps("pairs", |[i, j, k]| i % 4 < 2 && (j + k / 2) % 3 == 0 && k % 2 == 1);
        helps("boxes", |[i, j, k]| i % 6 < 5 && j % 3 < 2 && k % 3 < 2);
    }
}
