//! Regions of cells and nodes that conductances join, and which of them have no way out.

use super::lattice::Lattice;
use super::level::Level;
use super::network::Network;

/// Which places have no way to any ground.
#[derive(Clone, Debug)]
pub(super) struct Regions {
    /// Per place: the number of its region; 0 for what holds no cell.
    region: Vec<u32>,
    /// Per region: grounds above zero.
    grounds: Vec<u32>,
    /// The regions must be found anew.
    pub is_stale: bool,
    /// Some place that conducts is sealed.
    pub any_sealed: bool,
}

impl Regions {
    /// For so many places, before any system.
    pub(super) fn new(places: usize) -> Regions {
        Regions { region: vec![0; places], grounds: vec![0], is_stale: true, any_sealed: false }
    }

    /// Notes that the ground of a place opened or closed; the regions are stale if that seals or frees its region.
    pub(super) fn ground_changed(&mut self, place: u32, is_open: bool) {
        let count = &mut self.grounds[self.region[place as usize] as usize];
        if is_open {
            self.is_stale |= *count == 0;
            *count += 1;
        } else {
            *count = count.saturating_sub(1);
            self.is_stale |= *count == 0;
        }
    }

    /// Finds the regions of the finest grid and the network.
    pub(super) fn find(&mut self, level: &Level, network: &Network) {
        let lattice = &level.lattice;
        let slots = lattice.slots();
        self.region.iter_mut().enumerate().for_each(|(place, region)| *region = place as u32);
        for row in (0..lattice.dims()[2]).flat_map(|k| lattice.plane(k)) {
            let [_, north, _, above] = row.beside;
            for pair in row.pairs() {
                let step = pair as u32 - row.start;
                for side in 0..2 {
                    let (slot, colour) = (2 * pair as u32 + side, row.side_of(side as usize));
                    let east = if side == 0 { level.faces.inside[pair] } else { level.faces.between[pair] };
                    let around = [
                        (east, slot + 1),
                        (level.faces.y[colour][pair], 2 * (north + step) + side),
                        (level.faces.z[colour][pair], 2 * (above + step) + side),
                    ];
                    around.into_iter().filter(|(face, _)| *face > 0.0).for_each(|(_, other)| self.join(slot, other));
                }
            }
        }
        for (&(node, slot), &conductance) in level.coupling.ends.iter().zip(&level.coupling.conductance) {
            if conductance > 0.0 {
                self.join(slot, slots as u32 + node);
            }
        }
        for link in network.links.iter().filter(|link| link.conductance > 0.0) {
            self.join(slots as u32 + link.a, slots as u32 + link.b);
        }
        self.number(lattice);
        for slot in lattice.each_slot() {
            let spot = lattice.spot(slot);
            self.grounds[self.region[slot as usize] as usize] += u32::from(level.ground[spot.colour][spot.pair] > 0.0);
        }
        for (node, &ground) in network.ground.iter().enumerate() {
            self.grounds[self.region[slots + node] as usize] += u32::from(ground > 0.0);
        }
        self.is_stale = false;
        self.any_sealed = lattice.each_slot().chain(slots as u32..self.region.len() as u32).any(|p| self.is_sealed(p));
    }

    /// Turns first places into numbers from 1 on, region by region; the first place of a region comes before the rest.
    fn number(&mut self, lattice: &Lattice) {
        for place in 0..self.region.len() as u32 {
            self.region[place as usize] = self.root(place);
        }
        self.grounds.clear();
        self.grounds.push(0);
        let (slots, places) = (lattice.slots(), self.region.len());
        let mut next = 0;
        for place in lattice.each_slot().chain(slots as u32..places as u32) {
            // What holds no cell joins nothing, and is numbered 0 below.
            let place = place as usize;
            self.region[next..place].fill(0);
            next = place + 1;
            let first = self.region[place] as usize;
            self.region[place] = if first == place {
                self.grounds.push(0);
                self.grounds.len() as u32 - 1
            } else {
                self.region[first]
            };
        }
        self.region[next..].fill(0);
    }

    fn root(&mut self, mut place: u32) -> u32 {
        while self.region[place as usize] != place {
            let above = self.region[self.region[place as usize] as usize];
            self.region[place as usize] = above;
            place = above;
        }
        place
    }

    fn join(&mut self, a: u32, b: u32) {
        if self.region[a as usize] == self.region[b as usize] {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        self.region[a.max(b) as usize] = a.min(b);
    }

    /// Whether a place has no way to any ground.
    pub(super) fn is_sealed(&self, place: u32) -> bool {
        self.grounds[self.region[place as usize] as usize] == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_cases::{from_mobility, place, random};
    use super::super::{EllipticSystem, Exchange, PipeLink};
    use super::*;

    /// The regions of a system, and the place of a cell or, after the cells, a node.
    fn found(system: &EllipticSystem) -> (Regions, impl Fn(usize) -> Option<u32> + use<>) {
        let mut solver = system.solver().unwrap();
        let lattice = solver.lattice().clone();
        let mut regions = Regions::new(lattice.slots() + system.node_ground.len());
        let multigrid = solver.multigrid_mut();
        regions.find(&multigrid.levels[0], &multigrid.network);
        let (dims, cells) = (system.dims, system.ground.len());
        let place_of = move |unknown: usize| match unknown.checked_sub(cells) {
            Some(node) => Some((lattice.slots() + node) as u32),
            None => lattice.slot(place(dims, unknown)),
        };
        (regions, place_of)
    }

    /// Which cells and nodes drain, passed on from neighbour to neighbour until nothing changes.
    fn drains(system: &EllipticSystem) -> Vec<bool> {
        let cells = system.ground.len();
        let strides = [1, system.dims[0], system.dims[0] * system.dims[1]];
        let mut joints = Vec::new();
        for axis in 0..3 {
            let joined = (0..cells).filter(|&c| system.face[axis][c] > 0.0);
            joints.extend(joined.map(|c| (c, c + strides[axis])));
        }
        let pipes = system.links.iter().filter(|link| link.conductance > 0.0);
        joints.extend(pipes.map(|link| (cells + link.a as usize, cells + link.b as usize)));
        let exchanges = system.exchanges.iter().filter(|exchange| exchange.conductance > 0.0);
        joints.extend(exchanges.map(|exchange| (exchange.cell as usize, cells + exchange.node as usize)));
        let mut drains: Vec<bool> = system.ground.iter().chain(&system.node_ground).map(|&g| g > 0.0).collect();
        loop {
            let before = drains.clone();
            for &(a, b) in &joints {
                (drains[a], drains[b]) = (drains[a] || drains[b], drains[a] || drains[b]);
            }
            if drains == before {
                return drains;
            }
        }
    }

    #[test]
    fn sealed_is_what_no_ground_can_be_reached_from() {
        let mut sealed = 0;
        for (seed, dims) in [[9, 8, 7], [14, 5, 3], [1, 1, 20], [6, 1, 9]].into_iter().enumerate() {
            let mut system = random(seed as u64, dims, 12);
            // More holes, and grounds in few places only.
            for cell in 0..system.ground.len() {
                let is_open = |axis: usize| (cell * 7919 + axis * 31) % 97 < 40;
                (0..3).for_each(|axis| system.face[axis][cell] *= f64::from(u8::from(is_open(axis))));
                system.ground[cell] *= f64::from(u8::from(cell % 53 == 0));
            }
            system.node_ground.iter_mut().skip(2).for_each(|ground| *ground = 0.0);
            let (regions, place_of) = found(&system);
            for (unknown, drains) in drains(&system).into_iter().enumerate() {
                if let Some(place) = place_of(unknown) {
                    assert_eq!(regions.is_sealed(place), !drains, "dims {dims:?}, cell or node {unknown}");
                    sealed += usize::from(!drains);
                }
            }
        }
        assert!(sealed > 50, "only {sealed} places are sealed: the cases are too easy");
    }

    /// Two rows of five cells, apart; the first drains at both ends, the second not at all. A pipe hangs on the second.
    fn two_rows() -> EllipticSystem {
        let mut system = from_mobility([5, 3, 1], false, |[_, j, _]| if j == 1 { 0.0 } else { 1.0 });
        (system.ground[0], system.ground[4]) = (1.0, 2.0);
        system.node_ground = vec![0.0; 2];
        system.links = vec![PipeLink { a: 0, b: 1, conductance: 1.0 }];
        system.exchanges = vec![Exchange { node: 0, cell: 12, conductance: 1.0 }];
        system
    }

    #[test]
    fn only_a_ground_that_seals_or_frees_its_region_makes_it_stale() {
        let (mut regions, place_of) = found(&two_rows());
        let place = |unknown: usize| place_of(unknown).unwrap();
        assert!(regions.any_sealed && !regions.is_stale);
        assert!((0..5).all(|cell| !regions.is_sealed(place(cell))));
        assert!((10..17).all(|unknown| regions.is_sealed(place(unknown))), "the second row and its pipe");
        regions.ground_changed(place(0), false);
        assert!(!regions.is_stale, "the other end still drains");
        regions.ground_changed(place(4), false);
        assert!(regions.is_stale, "the last ground of the first row closed");
        let (mut regions, place_of) = found(&two_rows());
        regions.ground_changed(place_of(2).unwrap(), true);
        assert!(!regions.is_stale, "a third ground of the first row");
        regions.ground_changed(place_of(16).unwrap(), true);
        assert!(regions.is_stale, "the pipe of the second row opened");
    }
}
