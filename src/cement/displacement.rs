//! Piston-like displacement: cement visits cells in order of falling pressure; each keeps what it can hold and passes
//! the surplus along its outgoing fluxes in proportion, so that saturations stay within 0…1 at any step length.

use super::network::{FlowNetwork, Neighbour};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What became of a volume of cement pushed into the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Displaced {
    /// Cement that passed each opening, mm³.
    pub through_openings: Vec<f64>,
    /// Cement that left through each vein tree, mm³.
    pub through_veins: Vec<f64>,
    /// Cement that found no way on and was put into the nearest free pore, mm³.
    pub stranded_mm3: f64,
    /// Cement for which no pore was free anywhere, mm³ (put back; the caller must not inject it).
    pub refused_mm3: f64,
}

#[derive(PartialEq)]
struct Visit {
    pressure_pa: f64,
    place: u32,
}

impl Eq for Visit {}

impl Ord for Visit {
    fn cmp(&self, other: &Visit) -> Ordering {
        self.pressure_pa.total_cmp(&other.pressure_pa).then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Visit {
    fn partial_cmp(&self, other: &Visit) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Work arrays of the displacement, allocated once.
pub struct Displacement {
    inflow: Vec<f64>,
    queued: Vec<bool>,
    heap: BinaryHeap<Visit>,
    outflows: Vec<(Neighbour, f64)>,
    fill_volumes: Vec<f64>,
    result: Displaced,
}

/// A cell counts as full when less than this share of its pores is free.
const FULL: f64 = 1e-12;

impl Displacement {
    /// For a network of so many places (cells, then vein nodes).
    pub fn new(places: usize, openings: usize, trees: usize) -> Displacement {
        Displacement {
            inflow: vec![0.0; places],
            queued: vec![false; places],
            heap: BinaryHeap::new(),
            outflows: Vec::with_capacity(16),
            fill_volumes: Vec::new(),
            result: Displaced {
                through_openings: vec![0.0; openings],
                through_veins: vec![0.0; trees],
                ..Displaced::default()
            },
        }
    }

    /// Pushes `volume_mm3` in at the port and moves it along the fluxes of the last pressure solution.
    pub fn push(
        &mut self,
        network: &FlowNetwork,
        port: &[(u32, f64)],
        volume_mm3: f64,
        cement: &mut [f64],
    ) -> &Displaced {
        self.result.through_openings.fill(0.0);
        self.result.through_veins.fill(0.0);
        self.result.stranded_mm3 = 0.0;
        self.result.refused_mm3 = 0.0;
        self.start(network, port, volume_mm3);
        while let Some(Visit { place, .. }) = self.heap.pop() {
            let received = self.take(place);
            let capacity = network.pore_volume_mm3(place);
            let free = (capacity - cement[place as usize]).max(0.0);
            if received <= free {
                cement[place as usize] += received;
                continue;
            }
            cement[place as usize] = capacity;
            let surplus = received - free;
            if !self.pass_on(network, place, surplus, true) {
                self.strand(network, place, surplus, cement);
            }
        }
        &self.result
    }

    /// Injected volume after which a tenth of the front's cells would be full, mm³; `None` when no cell takes cement.
    pub fn front_volume_mm3(&mut self, network: &FlowNetwork, port: &[(u32, f64)], cement: &[f64]) -> Option<f64> {
        self.fill_volumes.clear();
        self.start(network, port, 1.0);
        while let Some(Visit { place, .. }) = self.heap.pop() {
            let rate = self.take(place);
            let capacity = network.pore_volume_mm3(place);
            let free = capacity - cement[place as usize];
            if free > FULL * capacity {
                self.fill_volumes.push(free / rate);
            } else {
                self.pass_on(network, place, rate, false);
            }
        }
        let tenth = self.fill_volumes.len() / 10;
        (!self.fill_volumes.is_empty()).then(|| *self.fill_volumes.select_nth_unstable_by(tenth, f64::total_cmp).1)
    }

    fn start(&mut self, network: &FlowNetwork, port: &[(u32, f64)], volume_mm3: f64) {
        for &(place, share) in port {
            self.give(network, place, share * volume_mm3);
        }
    }

    fn give(&mut self, network: &FlowNetwork, place: u32, volume_mm3: f64) {
        if volume_mm3 <= 0.0 {
            return;
        }
        self.inflow[place as usize] += volume_mm3;
        if !self.queued[place as usize] {
            self.queued[place as usize] = true;
            self.heap.push(Visit { pressure_pa: network.pressure_pa(place), place });
        }
    }

    fn take(&mut self, place: u32) -> f64 {
        self.queued[place as usize] = false;
        std::mem::take(&mut self.inflow[place as usize])
    }

    /// Shares a surplus among the places downstream; false when there is none.
    fn pass_on(&mut self, network: &FlowNetwork, place: u32, surplus: f64, book: bool) -> bool {
        let mut outflows = std::mem::take(&mut self.outflows);
        network.outflows(place, &mut outflows);
        let total: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
        if total > 0.0 {
            for &(to, flux) in &outflows {
                let part = surplus * (flux / total);
                match to {
                    Neighbour::Place(next) => self.give(network, next, part),
                    Neighbour::Opening(opening) if book => self.result.through_openings[opening as usize] += part,
                    Neighbour::OutsidePipe(tree) if book => self.result.through_veins[tree as usize] += part,
                    Neighbour::Opening(_) | Neighbour::OutsidePipe(_) => {}
                }
            }
        }
        self.outflows = outflows;
        total > 0.0
    }

    /// A full place with nowhere downstream (an unconverged pressure, or a dead end): breadth-first to free pores.
    fn strand(&mut self, network: &FlowNetwork, place: u32, volume_mm3: f64, cement: &mut [f64]) {
        let mut left = volume_mm3;
        let mut frontier = vec![place];
        let mut seen = std::collections::BTreeSet::from([place]);
        let mut neighbours = Vec::new();
        while left > 0.0 && !frontier.is_empty() {
            let mut next = Vec::new();
            for &at in &frontier {
                network.connected_places(at, &mut neighbours);
                for &other in &neighbours {
                    if seen.insert(other) {
                        let free = (network.pore_volume_mm3(other) - cement[other as usize]).max(0.0);
                        let put = free.min(left);
                        cement[other as usize] += put;
                        left -= put;
                        next.push(other);
                    }
                }
            }
            frontier = next;
        }
        self.result.stranded_mm3 += volume_mm3 - left;
        self.result.refused_mm3 += left;
    }
}
