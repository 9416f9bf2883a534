//! The multigrid preconditioner: one W cycle over piecewise-constant aggregates, the network kept on every grid.
//!
//! Each grid halves the one before; a coarse face is half the sum of its four fine ones, grounds and exchanges are
//! summed. Relaxation solves all nodes of the network exactly, then twice the red cells and the black ones, and runs in the
//! reverse order on the way up, so that the cycle is symmetric. The coarsest grid is solved directly.

use super::coarsest::Coarsest;
use super::coupling::Coupling;
use super::lattice::Lattice;
use super::level::Level;
use super::network::Network;
use super::pockets::Pockets;
use std::sync::Arc;

/// A grid of at most this many cells is solved directly.
const COARSEST_CELLS: usize = 300;
/// Grids below this depth are visited once per visit of the one above: their cost is small, their network's is not.
const DEEPEST_DOUBLE: usize = 3;

/// All grids, the network, and the direct solver of the coarsest grid.
#[derive(Clone, Debug)]
pub(super) struct Multigrid {
    /// Finest first.
    pub levels: Vec<Level>,
    /// Pipes and grounds of the network.
    pub network: Network,
    /// Groups of cells closed in by poor conductors.
    pub pockets: Pockets,
    coarsest: Coarsest,
    /// Visits to each of the first coarser grids: 2 for a W cycle, 1 for a V cycle.
    pub visits: usize,
}

impl Multigrid {
    /// Room for a lattice and a network whose exchanges end in the given (node, slot).
    pub(super) fn new(lattice: Arc<Lattice>, network: Network, exchanges: Vec<(u32, u32)>) -> Multigrid {
        let nodes = network.ground.len();
        let coupling = Coupling::new(exchanges, |slot| lattice.spot(slot));
        let mut levels = vec![Level::new(lattice, coupling, nodes)];
        while let Some(fine) = levels.last_mut()
            && fine.lattice.dims().iter().product::<usize>() > COARSEST_CELLS
        {
            let lattice = Arc::new(fine.lattice.coarser());
            let aggregate = |slot: u32| {
                let half = fine.lattice.coordinates(slot).map(|index| index / 2);
                lattice.slot(half).unwrap_or_default()
            };
            let coupling = fine.coupling.coarser(aggregate, |slot| lattice.spot(slot));
            levels.push(Level::new(lattice, coupling, nodes));
        }
        let coarsest = levels.last().map_or_else(Coarsest::default, |level| Coarsest::new(level, &network));
        Multigrid { levels, network, coarsest, pockets: Pockets::default(), visits: 2 }
    }

    /// Recomputes what follows from conductances of the finest grid: `changed` lists the slots that own a new face or
    /// ground, each once; `seen` is room for a mark per slot, all false before and after.
    pub(super) fn refresh(&mut self, changed: &mut Vec<u32>, seen: &mut [bool]) {
        for depth in 0..self.levels.len() {
            self.levels[depth].refresh_diagonals(changed, seen);
            let Some((fine, coarse)) = self.levels[depth..].split_first_mut() else { return };
            let Some(coarse) = coarse.first_mut() else { break };
            fine.coupling.coarsen_into(&mut coarse.coupling);
            coarse.gather_above(fine, changed, seen);
        }
        self.eliminate();
    }

    /// Factors the network and the coarsest grid.
    pub(super) fn eliminate(&mut self) {
        self.network.eliminate(&self.levels[0].coupling);
        if let Some(level) = self.levels.last() {
            self.coarsest.eliminate(level, &self.network);
        }
    }

    /// Sets all pressures to zero: what a failed solve left must not be read again.
    pub(super) fn wipe(&mut self) {
        for level in &mut self.levels {
            level.pressure.iter_mut().chain(&mut level.source).for_each(|values| values.fill(0.0));
            level.node_pressure.fill(0.0);
            level.node_source.fill(0.0);
        }
    }

    /// Applies the preconditioner: from the sources of the finest grid to its pressures.
    pub(super) fn cycle(&mut self) {
        let is_fresh = self.pockets.is_empty();
        if !is_fresh {
            self.pockets.start(&mut self.levels[0]);
        }
        visit(&mut self.levels, &mut self.network, &mut self.coarsest, self.visits, is_fresh, 1);
        if !is_fresh {
            self.pockets.finish(&mut self.levels[0]);
        }
    }
}

/// One visit to the first of `levels`: improves its solution, or from zero if `fresh`; the next one has depth `depth`.
fn visit(
    levels: &mut [Level],
    network: &mut Network,
    coarsest: &mut Coarsest,
    visits: usize,
    fresh: bool,
    depth: usize,
) {
    let Some((level, coarser)) = levels.split_first_mut() else { return };
    let Some(coarse) = coarser.first_mut() else {
        coarsest.solve(level);
        return;
    };
    level.coupling.keep(&level.source);
    relax_nodes(level, network, fresh);
    level.coupling.load(&mut level.source, &level.node_pressure);
    level.relax_down(fresh);
    level.coupling.put_back(&mut level.source);
    level.restrict_into(coarse);
    restrict_nodes(level, network, coarse);
    let visits_here = if coarser.len() == 1 || depth > DEEPEST_DOUBLE { 1 } else { visits };
    for turn in 0..visits_here {
        visit(coarser, network, coarsest, visits, turn == 0, depth + 1);
    }
    let coarse = &coarser[0];
    for (p, correction) in level.node_pressure.iter_mut().zip(&coarse.node_pressure) {
        *p += correction;
    }
    level.coupling.load(&mut level.source, &level.node_pressure);
    level.prolong_from(coarse);
    level.relax_up();
    level.coupling.put_back(&mut level.source);
    relax_nodes(level, network, false);
}

/// Solves all nodes for the cells as they are, which is zero if `fresh`.
fn relax_nodes(level: &mut Level, network: &mut Network, fresh: bool) {
    level.node_pressure.copy_from_slice(&level.node_source);
    if !fresh {
        level.coupling.add_inflow(&level.pressure, &mut level.node_pressure);
    }
    network.solve(&mut level.node_pressure);
}

fn restrict_nodes(level: &Level, network: &Network, coarse: &mut Level) {
    let residual = &mut coarse.node_source;
    residual.fill(0.0);
    network.add_product(&level.node_pressure, residual);
    for (node, spot, conductance) in level.coupling.each() {
        residual[node] += conductance * (level.node_pressure[node] - f64::from(level.pressure[spot.colour][spot.pair]));
    }
    for (residual, source) in residual.iter_mut().zip(&level.node_source) {
        *residual = source - *residual;
    }
}

impl Level {
    /// Recomputes the inverse diagonals of the changed cells, of those at their plus sides, and of all that exchange.
    fn refresh_diagonals(&mut self, changed: &[u32], seen: &mut [bool]) {
        for &slot in changed {
            let [_, east, _, north, _, above] = self.lattice.neighbours(slot);
            for cell in [slot, east, north, above] {
                if cell != Lattice::NOWHERE && !seen[cell as usize] {
                    seen[cell as usize] = true;
                    self.set_inverse(cell, 0.0);
                }
            }
        }
        for &slot in changed {
            let [_, east, _, north, _, above] = self.lattice.neighbours(slot);
            for cell in [slot, east, north, above].into_iter().filter(|&cell| cell != Lattice::NOWHERE) {
                seen[cell as usize] = false;
            }
        }
        self.add_exchanges();
    }

    /// Inverse diagonals of the cells that exchange with the network.
    pub(super) fn add_exchanges(&mut self) {
        self.coupling.sum_by_cell();
        for index in 0..self.coupling.touched.len() {
            self.set_inverse(self.coupling.touched[index], self.coupling.work[index] as f32);
        }
    }

    fn set_inverse(&mut self, slot: u32, exchanges: f32) {
        let diagonal = self.diagonal(slot) + exchanges;
        let spot = self.lattice.spot(slot);
        self.inverse_diagonal[spot.colour][spot.pair] = if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 };
    }

    /// Rebuilds the cells above the changed ones of the finer grid, and lists them instead.
    fn gather_above(&mut self, fine: &Level, changed: &mut Vec<u32>, seen: &mut [bool]) {
        let mut kept = 0;
        for index in 0..changed.len() {
            let half = fine.lattice.coordinates(changed[index]).map(|coordinate| coordinate / 2);
            let Some(above) = self.lattice.slot(half) else { continue };
            if !seen[above as usize] {
                seen[above as usize] = true;
                changed[kept] = above;
                kept += 1;
            }
        }
        changed.truncate(kept);
        for &slot in changed.iter() {
            seen[slot as usize] = false;
            self.gather(slot, fine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_cases::{from_mobility, random};
    use super::super::{EllipticSystem, PressureSolver};
    use super::*;
    use rand::{RngExt, SeedableRng};

    /// The preconditioner's answer to a vector over cells and nodes.
    fn apply(multigrid: &mut Multigrid, cells: &[Vec<f32>; 2], nodes: &[f64]) -> ([Vec<f32>; 2], Vec<f64>) {
        multigrid.levels[0].source.clone_from(cells);
        multigrid.levels[0].node_source.copy_from_slice(nodes);
        multigrid.cycle();
        (multigrid.levels[0].pressure.clone(), multigrid.levels[0].node_pressure.clone())
    }

    fn product(a: &([Vec<f32>; 2], Vec<f64>), b: &([Vec<f32>; 2], Vec<f64>)) -> f64 {
        let cells = a.0.iter().flatten().zip(b.0.iter().flatten()).map(|(x, y)| f64::from(*x) * f64::from(*y));
        cells.chain(a.1.iter().zip(&b.1).map(|(x, y)| x * y)).sum()
    }

    /// u·Mv = v·Mu up to single precision, u·Mu > 0.
    fn check_symmetry(system: &EllipticSystem, with_pockets: bool) {
        let mut solver: PressureSolver = system.solver().unwrap();
        solver.prepare();
        let multigrid = solver.multigrid_mut();
        if with_pockets {
            let mut seen = vec![false; multigrid.levels[0].lattice.slots()];
            multigrid.pockets.find_all(&multigrid.levels[0], &mut seen);
            assert!(!multigrid.pockets.is_empty());
        }
        let nodes = multigrid.network.ground.len();
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
        let mut draw = || {
            let inverse = &multigrid.levels[0].inverse_diagonal;
            let cells = [0, 1].map(|colour| {
                let active = inverse[colour].iter().map(|&d| d > 0.0);
                active.map(|a| if a { rng.random_range(-1.0_f32..1.0) } else { 0.0 }).collect::<Vec<f32>>()
            });
            (cells, (0..nodes).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>())
        };
        let (u, v) = (draw(), draw());
        let (mu, mv) = (apply(multigrid, &u.0, &u.1), apply(multigrid, &v.0, &v.1));
        let (uu, vv, uv, vu) = (product(&u, &mu), product(&v, &mv), product(&u, &mv), product(&v, &mu));
        assert!(uu > 0.0 && vv > 0.0, "{uu} {vv}");
        assert!((uv - vu).abs() < 1e-5 * (uu * vv).sqrt(), "{uv} {vu}, scale {}", (uu * vv).sqrt());
    }

    #[test]
    fn the_cycle_is_symmetric_and_positive() {
        for (seed, dims) in [[17, 16, 15], [32, 9, 11], [25, 24, 23]].into_iter().enumerate() {
            check_symmetry(&random(seed as u64, dims, 30), false);
        }
    }

    #[test]
    fn corrections_of_pockets_keep_the_cycle_symmetric_and_positive() {
        // Pairs of open cells all through cement.
        let is_open = |[i, j, k]: [usize; 3]| i % 4 < 2 && (j + k / 2) % 3 == 0 && k % 2 == 1;
        let system = from_mobility([20, 19, 18], true, |at| if is_open(at) { 1.0 } else { 1e-4 });
        check_symmetry(&system, true);
    }
}
