//! The multigrid preconditioner: one W cycle over piecewise-constant aggregates, the network kept on every grid.
//!
//! Each grid halves the one before; a coarse face is half the sum of its four fine ones, grounds and exchanges are
//! summed. Relaxation solves all nodes of the network exactly, then twice the red cells and the black ones, and runs in the
//! reverse order on the way up, so that the cycle is symmetric. The coarsest grid is solved directly.

use super::elimination::{Factor, Pattern};
use super::multigrid_level::Level;
use super::network::Network;

/// A grid of at most this many cells is solved directly.
const COARSEST_CELLS: usize = 300;

/// Direct solution of the coarsest grid with the network.
#[derive(Clone, Debug, Default)]
struct Coarsest {
    pattern: Pattern,
    factor: Factor,
    conductance: Vec<f64>,
    ground: Vec<f64>,
    values: Vec<f64>,
}

/// All grids, the network, and the direct solver of the coarsest grid.
#[derive(Clone, Debug)]
pub(super) struct Multigrid {
    /// Finest first.
    pub levels: Vec<Level>,
    /// Pipes and grounds of the network.
    pub network: Network,
    coarsest: Coarsest,
    /// Visits to each coarser grid: 2 for a W cycle, 1 for a V cycle.
    pub visits: usize,
}

impl Multigrid {
    /// Room for a grid and a network.
    pub(super) fn new(dims: [usize; 3], nodes: usize) -> Multigrid {
        let mut levels = vec![Level::new(dims, nodes)];
        let mut dims = dims;
        while dims.iter().product::<usize>() > COARSEST_CELLS {
            dims = Level::coarse_dims(dims);
            levels.push(Level::new(dims, nodes));
        }
        let network = Network::new(nodes);
        Multigrid { levels, network, coarsest: Coarsest::default(), visits: 2 }
    }

    /// Carries the ends of the finest grid's exchanges to the coarser grids and orders the direct eliminations.
    pub(super) fn connect(&mut self) {
        self.network.connect();
        for depth in 1..self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(depth);
            let (fine, coarse) = (&mut fine[depth - 1], &mut coarse[0]);
            let ([_, sy, sz], [_, ty, tz]) = (fine.strides(), coarse.strides());
            fine.coupling.connect_coarse(&mut coarse.coupling, |cell| {
                let cell = cell as usize;
                let (i, j, k) = (cell % sy - 1, cell % sz / sy - 1, cell / sz - 1);
                ((i / 2 + 1) + ty * (j / 2 + 1) + tz * (k / 2 + 1)) as u32
            });
        }
        if let Some(level) = self.levels.last() {
            self.coarsest.connect(level, &self.network);
        }
    }

    /// Recomputes everything that follows from the finest grid's conductances.
    pub(super) fn build(&mut self) {
        for depth in 1..self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(depth);
            fine[depth - 1].coarsen_into(&mut coarse[0]);
        }
        self.network.eliminate(&self.levels[0].coupling);
        if let Some(level) = self.levels.last() {
            self.coarsest.eliminate(level, &self.network);
        }
    }

    /// Sets all pressures to zero, also where nothing is active: what a failed solve left must not be read again.
    pub(super) fn wipe(&mut self) {
        for level in &mut self.levels {
            level.pressure.fill(0.0);
            level.source.fill(0.0);
            level.node_pressure.fill(0.0);
            level.node_source.fill(0.0);
        }
    }

    /// Applies the preconditioner: from the sources of the finest grid to its pressures.
    pub(super) fn cycle(&mut self) {
        visit(&mut self.levels, &mut self.network, &mut self.coarsest, self.visits, true);
    }
}

/// One visit to the first of `levels`: improves its solution, or from zero if `fresh`.
fn visit(levels: &mut [Level], network: &mut Network, coarsest: &mut Coarsest, visits: usize, fresh: bool) {
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
    let visits_here = if coarser.len() == 1 { 1 } else { visits };
    for turn in 0..visits_here {
        visit(coarser, network, coarsest, visits, turn == 0);
    }
    let coarse = &coarser[0];
    for (p, correction) in level.node_pressure.iter_mut().zip(&coarse.node_pressure) {
        *p += correction;
    }
    level.coupling.load(&mut level.source, &level.node_pressure);
    level.relax_up(coarse);
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
    for (node, cell, conductance) in level.coupling.each() {
        residual[node] += conductance * (level.node_pressure[node] - level.pressure[cell]);
    }
    for (residual, source) in residual.iter_mut().zip(&level.node_source) {
        *residual = source - *residual;
    }
}

impl Coarsest {
    fn connect(&mut self, level: &Level, network: &Network) {
        let [nx, ny, nz] = level.dims;
        let cells = nx * ny * nz;
        let mut edges = Vec::new();
        for_each_face(level.dims, |_, _, cell, neighbour| edges.push((cell as u32, neighbour as u32)));
        let [_, sy, sz] = level.strides();
        edges.extend(level.coupling.ends.iter().map(|&(node, cell)| {
            let cell = cell as usize;
            let (i, j, k) = (cell % sy - 1, cell % sz / sy - 1, cell / sz - 1);
            ((i + nx * (j + ny * k)) as u32, cells as u32 + node)
        }));
        edges.extend(network.links.iter().map(|link| (cells as u32 + link.a, cells as u32 + link.b)));
        let unknowns = cells + network.ground.len();
        self.pattern = Pattern::new(unknowns, edges.iter().copied());
        self.factor.fit(&self.pattern);
        self.conductance.resize(edges.len(), 0.0);
        self.ground.resize(unknowns, 0.0);
        self.values.resize(unknowns, 0.0);
    }

    fn eliminate(&mut self, level: &Level, network: &Network) {
        let [nx, ny, nz] = level.dims;
        let mut edge = 0;
        for_each_face(level.dims, |axis, place, _, _| {
            self.conductance[edge] = level.face[axis][level.padded(place)];
            edge += 1;
        });
        let coupled = level.coupling.conductance.iter().copied();
        let rest = coupled.chain(network.links.iter().map(|link| link.conductance));
        for (slot, conductance) in self.conductance[edge..].iter_mut().zip(rest) {
            *slot = conductance;
        }
        let mut grounds = self.ground.chunks_exact_mut(nx.max(1));
        for (row, ground) in grounds.by_ref().take(ny * nz).enumerate() {
            let start = level.padded([0, row % ny, row / ny]);
            ground.copy_from_slice(&level.ground[start..start + nx]);
        }
        self.ground[nx * ny * nz..].copy_from_slice(&network.ground);
        self.factor.eliminate(&self.pattern, self.conductance.iter().copied(), &self.ground);
    }

    fn solve(&mut self, level: &mut Level) {
        let cells = level.dims.iter().product();
        self.values[..cells].fill(0.0);
        for row in &level.rows {
            self.values[row.unpadded(level.dims)].copy_from_slice(&level.source[row.cells()]);
        }
        self.values[cells..].copy_from_slice(&level.node_source);
        self.factor.solve(&self.pattern, &mut self.values);
        for row in &level.rows {
            level.pressure[row.cells()].copy_from_slice(&self.values[row.unpadded(level.dims)]);
        }
        level.node_pressure.copy_from_slice(&self.values[cells..]);
    }
}

/// Calls `each(axis, place, cell, neighbour)` for every inner face of a grid.
fn for_each_face(dims: [usize; 3], mut each: impl FnMut(usize, [usize; 3], usize, usize)) {
    let strides = [1, dims[0], dims[0] * dims[1]];
    for axis in 0..3 {
        for k in 0..dims[2] {
            for j in 0..dims[1] {
                for i in 0..dims[0] {
                    let place = [i, j, k];
                    if place[axis] + 1 < dims[axis] {
                        let cell = i + strides[1] * j + strides[2] * k;
                        each(axis, place, cell, cell + strides[axis]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::intake::Intake;
    use super::super::test_cases::random;
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn the_cycle_is_symmetric_and_positive() {
        for (seed, dims) in [[17, 16, 15], [32, 9, 11], [25, 24, 23]].into_iter().enumerate() {
            let system = random(seed as u64, dims, 30);
            let mut multigrid = Multigrid::new(dims, 30);
            Intake::new(&multigrid.levels[0]).load_system(&system, &mut multigrid).unwrap();
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
            let active: Vec<bool> = multigrid.levels[0].inverse_diagonal.iter().map(|&d| d > 0.0).collect();
            let mut vector = |length: usize| (0..length).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
            let mut draw = || {
                let cells = vector(active.len()).iter().zip(&active).map(|(x, &a)| if a { *x } else { 0.0 }).collect();
                (cells, vector(30))
            };
            let (u, v): ((Vec<f64>, _), (Vec<f64>, _)) = (draw(), draw());
            let mut apply = |(cells, nodes): &(Vec<f64>, Vec<f64>)| {
                multigrid.levels[0].source.copy_from_slice(cells);
                multigrid.levels[0].node_source.copy_from_slice(nodes);
                multigrid.cycle();
                (multigrid.levels[0].pressure.clone(), multigrid.levels[0].node_pressure.clone())
            };
            let product = |a: &(Vec<f64>, Vec<f64>), b: &(Vec<f64>, Vec<f64>)| {
                a.0.iter().zip(&b.0).chain(a.1.iter().zip(&b.1)).map(|(x, y)| x * y).sum::<f64>()
            };
            let (mu, mv) = (apply(&u), apply(&v));
            let (uu, vv, uv, vu) = (product(&u, &mu), product(&v, &mv), product(&u, &mv), product(&v, &mu));
            assert!(uu > 0.0 && vv > 0.0, "{uu} {vv}");
            assert!((uv - vu).abs() < 1e-11 * (uu * vv).sqrt(), "{dims:?}: {uv} {vu}, scale {}", (uu * vv).sqrt());
        }
    }
}
