//! Regions of cells and nodes that conductances join, and which of them have no way out.

use super::lattice::Lattice;
use super::level::Level;
use super::network::Network;

/// Which places have no way to any ground.
#[derive(Clone, Debug)]
pub(super) struct Regions {
    /// Per place: the first place of its region.
    region: Vec<u32>,
    /// Per place, counted at the first one of each region: grounds above zero.
    grounds: Vec<u32>,
    /// The regions must be found anew.
    pub is_stale: bool,
    /// Some place that conducts is sealed.
    pub any_sealed: bool,
}

impl Regions {
    /// For so many places, before any system.
    pub(super) fn new(places: usize) -> Regions {
        Regions { region: (0..places as u32).collect(), grounds: vec![0; places], is_stale: true, any_sealed: false }
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
        for slot in lattice.each_slot() {
            let spot = lattice.spot(slot);
            let [_, east, _, north, _, above] = lattice.neighbours(slot);
            for (axis, other) in [east, north, above].into_iter().enumerate() {
                if other != Lattice::NOWHERE && *level.faces.at(axis, slot, spot) > 0.0 {
                    self.join(slot, other);
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
        self.grounds.fill(0);
        for place in 0..self.region.len() {
            self.region[place] = self.root(place as u32);
        }
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

    fn root(&mut self, mut place: u32) -> u32 {
        while self.region[place as usize] != place {
            let above = self.region[self.region[place as usize] as usize];
            self.region[place as usize] = above;
            place = above;
        }
        place
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.region[a.max(b) as usize] = a.min(b);
    }

    /// Whether a place has no way to any ground.
    pub(super) fn is_sealed(&self, place: u32) -> bool {
        self.grounds[self.region[place as usize] as usize] == 0
    }
}
