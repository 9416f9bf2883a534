//! Takes a system and its right-hand side into the padded arrays, and finds the regions without a way out.

use super::connectivity::Regions;
use super::elliptic::{EllipticSystem, SolveError, Unknowns};
use super::multigrid::Multigrid;
use super::multigrid_level::Level;

/// What is remembered from one system to the next, so that unchanged topology costs nothing.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    /// First and end x index of the conductances that each row owns (ground and faces on the + side).
    own: Vec<(u32, u32)>,
    /// First and end x index of the cells of each row that may have a conductance on any side.
    extent: Vec<(u32, u32)>,
    /// Per padded cell, which of its conductances are above zero; then the same for the network.
    signature: Vec<u8>,
    network_signature: Vec<bool>,
    /// False before the first system and after an error.
    current: bool,
    /// Per padded cell and then per node: no way to any ground.
    sealed: Vec<bool>,
    any_sealed: bool,
    regions: Regions,
}

impl Intake {
    /// Room for a grid and a network, before any system.
    pub(super) fn new(level: &Level) -> Intake {
        let (padded, nodes) = (level.ground.len(), level.node_source.len());
        let rows = level.dims[1] * level.dims[2];
        Intake {
            own: vec![(0, 0); rows],
            extent: vec![(0, 0); rows],
            signature: vec![0; padded],
            network_signature: Vec::new(),
            current: false,
            sealed: vec![false; padded + nodes],
            any_sealed: false,
            regions: Regions::new(padded + nodes),
        }
    }

    /// Copies the conductances and rebuilds the hierarchy.
    pub(super) fn load_system(&mut self, system: &EllipticSystem, multigrid: &mut Multigrid) -> Result<(), SolveError> {
        let known = std::mem::replace(&mut self.current, false);
        let cells_changed = self.load_cells(system, &mut multigrid.levels[0])?;
        let network_changed = self.load_network(system, multigrid, known);
        if !known || cells_changed || network_changed {
            self.find_sealed(multigrid);
        }
        if self.any_sealed {
            self.close_sealed(multigrid);
        }
        let (extent, ny) = (&self.extent, system.dims[1]);
        multigrid.levels[0].finish(|j, k| {
            let (first, end) = extent[j + ny * k];
            (first as usize, end as usize)
        });
        multigrid.build();
        self.current = true;
        Ok(())
    }

    /// Copies faces and grounds; true when a conductance became zero or ceased to be.
    fn load_cells(&mut self, system: &EllipticSystem, level: &mut Level) -> Result<bool, SolveError> {
        let [nx, ny, nz] = system.dims;
        let mut changed = false;
        for row in 0..ny * nz {
            let (j, k) = (row % ny, row / ny);
            let base = level.padded([0, j, k]);
            let own = own_extent(system, row * nx..(row + 1) * nx);
            if own != self.own[row] {
                let (first, end) = std::mem::replace(&mut self.own[row], own);
                for array in level.face.iter_mut().chain([&mut level.ground]) {
                    array[base + first as usize..base + end as usize].fill(0.0);
                }
                changed = true;
            }
            let (first, end) = (own.0 as usize, own.1 as usize);
            let (from, to) = (row * nx + first..row * nx + end, base + first..base + end);
            for axis in 0..3 {
                let target = &mut level.face[axis][to.clone()];
                target.copy_from_slice(&system.face[axis][from.clone()]);
                match axis {
                    0 if end == nx => target.iter_mut().rev().take(1).for_each(|face| *face = 0.0),
                    1 if j + 1 == ny => target.fill(0.0),
                    2 if k + 1 == nz => target.fill(0.0),
                    _ => {}
                }
                check(["face x", "face y", "face z"][axis], target, from.start)?;
            }
            level.ground[to.clone()].copy_from_slice(&system.ground[from.clone()]);
            check("ground", &level.ground[to.clone()], from.start)?;
            changed |= sign(level, to, &mut self.signature);
        }
        for row in 0..ny * nz {
            let mut extent = self.own[row];
            extent.1 = if extent.1 > extent.0 { (extent.1 + 1).min(nx as u32) } else { extent.1 };
            if row % ny > 0 {
                extent = union(extent, self.own[row - 1]);
            }
            if row >= ny {
                extent = union(extent, self.own[row - ny]);
            }
            self.extent[row] = extent;
        }
        Ok(changed)
    }

    /// Copies pipes and exchanges; true when the network's graph has changed.
    fn load_network(&mut self, system: &EllipticSystem, multigrid: &mut Multigrid, known: bool) -> bool {
        let [nx, ny, _] = system.dims;
        let place = |cell: u32| (cell as usize % nx, cell as usize / nx % ny, cell as usize / (nx * ny));
        let finest = &mut multigrid.levels[0];
        let [_, sy, sz] = finest.strides();
        let ends = system.exchanges.iter().map(|exchange| {
            let (i, j, k) = place(exchange.cell);
            (exchange.node, (i + 1 + sy * (j + 1) + sz * (k + 1)) as u32)
        });
        let links = &mut multigrid.network.links;
        let same_links = links.iter().map(|l| (l.a, l.b)).eq(system.links.iter().map(|l| (l.a, l.b)));
        let same_exchanges = finest.coupling.ends.iter().copied().eq(ends.clone());
        links.clear();
        links.extend_from_slice(&system.links);
        multigrid.network.ground.copy_from_slice(&system.node_ground);
        if !(known && same_links && same_exchanges) {
            finest.coupling.connect(ends);
            multigrid.connect();
        }
        let coupling = &mut multigrid.levels[0].coupling;
        for (conductance, exchange) in coupling.conductance.iter_mut().zip(&system.exchanges) {
            *conductance = exchange.conductance;
            let (i, j, k) = place(exchange.cell);
            let extent = &mut self.extent[j + ny * k];
            *extent = union(*extent, (i as u32, i as u32 + 1));
        }
        let positive = (system.links.iter().map(|link| link.conductance > 0.0))
            .chain(system.exchanges.iter().map(|exchange| exchange.conductance > 0.0))
            .chain(system.node_ground.iter().map(|&ground| ground > 0.0));
        let same_signature = self.network_signature.iter().copied().eq(positive.clone());
        self.network_signature.clear();
        self.network_signature.extend(positive);
        !(same_links && same_exchanges && same_signature)
    }

    /// Marks the cells and nodes that no path of conductances joins to a ground.
    fn find_sealed(&mut self, multigrid: &Multigrid) {
        let (level, network, regions) = (&multigrid.levels[0], &multigrid.network, &mut self.regions);
        let (strides, padded) = (level.strides(), level.ground.len());
        regions.reset();
        for c in owned(&self.own, level) {
            for axis in 0..3 {
                if level.face[axis][c] > 0.0 {
                    regions.join(c, c + strides[axis]);
                }
            }
            if level.ground[c] > 0.0 {
                regions.mark_open(c);
            }
        }
        for (node, cell, conductance) in level.coupling.each() {
            if conductance > 0.0 {
                regions.join(cell, padded + node);
            }
        }
        for link in network.links.iter().filter(|link| link.conductance > 0.0) {
            regions.join(padded + link.a as usize, padded + link.b as usize);
        }
        for (node, _) in network.ground.iter().enumerate().filter(|(_, ground)| **ground > 0.0) {
            regions.mark_open(padded + node);
        }
        for (unknown, sealed) in self.sealed.iter_mut().enumerate() {
            *sealed = !regions.is_open(unknown);
        }
        self.any_sealed = owned(&self.own, level).any(|c| self.sealed[c])
            || level.coupling.each().any(|(_, cell, _)| self.sealed[cell])
            || self.sealed[padded..].contains(&true);
    }

    /// Sets all conductances of sealed regions to zero, which makes them inactive.
    fn close_sealed(&self, multigrid: &mut Multigrid) {
        let level = &mut multigrid.levels[0];
        let padded = level.ground.len();
        let [_, sy, sz] = level.strides();
        let ny = level.dims[1];
        for (row, &(first, end)) in self.own.iter().enumerate() {
            let base = 1 + sy * (row % ny + 1) + sz * (row / ny + 1);
            for c in (base + first as usize..base + end as usize).filter(|&c| self.sealed[c]) {
                level.face.iter_mut().for_each(|face| face[c] = 0.0);
            }
        }
        let coupling = &mut level.coupling;
        for (conductance, (node, _)) in coupling.conductance.iter_mut().zip(&coupling.ends) {
            *conductance = if self.sealed[padded + *node as usize] { 0.0 } else { *conductance };
        }
        for link in multigrid.network.links.iter_mut().filter(|link| self.sealed[padded + link.a as usize]) {
            link.conductance = 0.0;
        }
    }

    /// Per node, true when it has no way to any ground.
    pub(super) fn sealed_nodes(&self) -> &[bool] {
        &self.sealed[self.signature.len()..]
    }

    /// Checks that no source sits where there is no way out.
    pub(super) fn check_sources(&self, source: &Unknowns, level: &Level) -> Result<(), SolveError> {
        let [nx, ny, _] = level.dims;
        for (row, sources) in source.cells.chunks_exact(nx.max(1)).enumerate() {
            let base = level.padded([0, row % ny, row / ny]);
            let active = &level.inverse_diagonal[base..base + nx];
            if let Some(i) = sources.iter().zip(active).position(|(&source, &active)| source != 0.0 && active == 0.0) {
                return Err(SolveError::NoOutlet { cell: (row * nx + i) as u32 });
            }
        }
        let sealed = self.sealed_nodes();
        match source.nodes.iter().zip(sealed).position(|(&source, &sealed)| source != 0.0 && sealed) {
            Some(node) => Err(SolveError::NodeWithoutOutlet { node: node as u32 }),
            None => Ok(()),
        }
    }
}

/// The part of a row from its first to its last conductance that is not zero.
fn own_extent(system: &EllipticSystem, cells: std::ops::Range<usize>) -> (u32, u32) {
    let [fx, fy, fz] = [0, 1, 2].map(|axis| &system.face[axis][cells.clone()]);
    let ground = &system.ground[cells.clone()];
    let any = |i: &usize| fx[*i] != 0.0 || fy[*i] != 0.0 || fz[*i] != 0.0 || ground[*i] != 0.0;
    let Some(first) = (0..cells.len()).find(any) else { return (0, 0) };
    let end = (first..cells.len()).rev().find(any).map_or(first, |last| last + 1);
    (first as u32, end as u32)
}

/// The smallest range that holds both; an empty one counts for nothing.
fn union(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
    match (a.0 < a.1, b.0 < b.1) {
        (true, true) => (a.0.min(b.0), a.1.max(b.1)),
        (true, false) => a,
        (false, _) => b,
    }
}

/// Padded indices of the cells within the rows' own extents.
fn owned<'a>(own: &'a [(u32, u32)], level: &'a Level) -> impl Iterator<Item = usize> + 'a {
    let ny = level.dims[1];
    own.iter().enumerate().flat_map(move |(row, &(first, end))| {
        let base = level.padded([0, row % ny, row / ny]);
        base + first as usize..base + end as usize
    })
}

/// Notes which conductances are above zero; true when that differs from before.
fn sign(level: &Level, cells: std::ops::Range<usize>, signature: &mut [u8]) -> bool {
    let [fx, fy, fz] = [0, 1, 2].map(|axis| &level.face[axis][cells.clone()]);
    let (ground, signature) = (&level.ground[cells.clone()], &mut signature[cells]);
    let mut difference = 0;
    for i in 0..signature.len() {
        let bit = |array: &[f64], shift: u8| u8::from(array[i] > 0.0) << shift;
        let now = bit(fx, 0) | bit(fy, 1) | bit(fz, 2) | bit(ground, 3);
        difference |= now ^ signature[i];
        signature[i] = now;
    }
    difference != 0
}

/// Checks that conductances are finite and not negative.
fn check(quantity: &'static str, values: &[f64], offset: usize) -> Result<(), SolveError> {
    let allowed = 0.0..f64::INFINITY;
    if values.iter().fold(true, |fine, value| fine & allowed.contains(value)) {
        return Ok(());
    }
    let bad = values.iter().position(|value| !allowed.contains(value));
    Err(SolveError::NotFinite { quantity, index: offset + bad.unwrap_or(0) })
}
