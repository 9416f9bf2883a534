//! Moving a volume by the shares of the last pass: the front fills, what overflows goes on in falling pressure.

use super::{Displaced, Displacement, FullPlace};
use crate::cement::network::{FlowNetwork, Neighbour};
use crate::cement::wet_places::WetPlaces;
use std::cmp::Ordering;

/// A place that has more coming in than it can hold.
#[derive(PartialEq)]
pub(super) struct Visit {
    pressure_pa: f64,
    place: u32,
    wet: u32,
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

impl Displacement {
    /// Moves `volume_mm3` that came in at the port since the last pass.
    pub fn push(&mut self, network: &FlowNetwork, volume_mm3: f64, wet: &mut WetPlaces) -> &Displaced {
        self.result.stranded_mm3 = 0.0;
        self.result.refused_mm3 = 0.0;
        self.result.reached.clear();
        let through = |shares: &[f64], into: &mut [f64]| {
            into.iter_mut().zip(shares).for_each(|(into, share)| *into = share * volume_mm3);
        };
        through(&self.course.shares.openings, &mut self.result.through_openings);
        through(&self.course.shares.veins, &mut self.result.through_veins);
        self.receivers.clear();
        for index in 0..self.course.front.len() {
            let at = self.course.front[index];
            let share = wet.list()[at as usize].inflow;
            self.give(network, wet, at, share * volume_mm3);
        }
        while let Some(Visit { place, wet: at, .. }) = self.heap.pop() {
            let received = std::mem::take(&mut self.received[at as usize]);
            let surplus = received - self.fill(network, wet, at, received);
            self.queued[at as usize] = false;
            if surplus > 0.0 && !self.pass_on(network, wet, place, surplus) {
                self.strand(network, wet, place, surplus);
            }
        }
        for index in 0..self.receivers.len() {
            let at = self.receivers[index];
            let received = std::mem::take(&mut self.received[at as usize]);
            self.fill(network, wet, at, received);
        }
        for index in 0..self.course.dead_ends.len() {
            let (place, share) = self.course.dead_ends[index];
            self.strand(network, wet, place, share * volume_mm3);
        }
        &self.result
    }

    /// Puts as much as fits into a place; returns how much that was.
    fn fill(&mut self, network: &FlowNetwork, wet: &mut WetPlaces, at: u32, volume_mm3: f64) -> f64 {
        let place = &mut wet.list_mut()[at as usize];
        let was_full = place.is_full(&network.pores);
        if place.cement_mm3 == 0.0 && volume_mm3 > 0.0 {
            self.result.reached.push(place.place);
        }
        let free = place.free_mm3(&network.pores);
        if volume_mm3 < free {
            place.cement_mm3 += volume_mm3;
        } else {
            place.cement_mm3 = network.pores.capacity_mm3(place.place);
        }
        if !was_full && place.is_full(&network.pores) {
            self.full.push(FullPlace { pressure_pa: 0.0, place: place.place, wet: at });
        }
        volume_mm3.min(free)
    }

    fn give(&mut self, network: &FlowNetwork, wet: &WetPlaces, at: u32, volume_mm3: f64) {
        if self.received.len() < wet.list().len() {
            self.received.resize(wet.list().len(), 0.0);
            self.queued.resize(wet.list().len(), false);
        }
        let received = &mut self.received[at as usize];
        if *received == 0.0 {
            self.receivers.push(at);
        }
        *received += volume_mm3;
        let place = &wet.list()[at as usize];
        if *received > place.free_mm3(&network.pores) && !self.queued[at as usize] {
            self.queued[at as usize] = true;
            self.heap.push(Visit { pressure_pa: network.pressure.at(place.place), place: place.place, wet: at });
        }
    }

    /// Shares a surplus among the places downstream; false when there is none.
    fn pass_on(&mut self, network: &FlowNetwork, wet: &mut WetPlaces, place: u32, surplus: f64) -> bool {
        let mut outflows = std::mem::take(&mut self.outflows);
        network.outflows(place, &mut outflows);
        let total: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
        if total > 0.0 {
            for &(to, flux) in &outflows {
                let part = surplus * (flux / total);
                match to {
                    Neighbour::Place(next) => {
                        let next = wet.reach(next) as u32;
                        self.give(network, wet, next, part);
                    }
                    Neighbour::Opening(opening) => self.result.through_openings[opening as usize] += part,
                    Neighbour::OutsidePipe(tree) => self.result.through_veins[tree as usize] += part,
                }
            }
        }
        self.outflows = outflows;
        total > 0.0
    }

    /// A full place with nowhere downstream (an unconverged pressure, or a dead end): breadth-first to free pores.
    fn strand(&mut self, network: &FlowNetwork, wet: &mut WetPlaces, place: u32, volume_mm3: f64) {
        let mut left = volume_mm3;
        let mut frontier = vec![place];
        let mut seen = std::collections::BTreeSet::from([place]);
        let mut neighbours = Vec::new();
        while left > 0.0 && !frontier.is_empty() {
            let mut next = Vec::new();
            for &here in &frontier {
                network.connected_places(here, &mut neighbours);
                for &other in &neighbours {
                    if left > 0.0 && seen.insert(other) {
                        let at = wet.reach(other) as u32;
                        // What is still on its way into the place has its pores.
                        let expected = self.received.get(at as usize).copied().unwrap_or(0.0);
                        let free = wet.list()[at as usize].free_mm3(&network.pores) - expected;
                        left -= self.fill(network, wet, at, free.clamp(0.0, left));
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
