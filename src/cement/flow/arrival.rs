//! In which order cement came to its places, and the way it took to each way out.

use super::CementFlow;
use crate::cement::network::FlowNetwork;

/// Cement came to a place for the first time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// Slot or vessel node.
    pub place: u32,
    /// Through the tip by then, mm³: the middle of the step.
    pub injected_mm3: f32,
}

/// Every first arrival, in its order; kept apart from what the flow is computed with.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    list: Vec<Arrival>,
    /// Every place that has been a port.
    ports: Vec<u32>,
}

impl Arrivals {
    pub(super) fn note(&mut self, places: &[u32], injected_mm3: f64) {
        self.list.extend(places.iter().map(|&place| Arrival { place, injected_mm3: injected_mm3 as f32 }));
    }

    pub(super) fn note_port(&mut self, port: &[(u32, f64)]) {
        self.ports.extend(port.iter().map(|&(slot, _)| slot));
    }
}

/// Of no arrival.
const NEVER: u32 = u32::MAX;

impl CementFlow {
    /// Every place that cement has reached, in the order in which it did.
    pub fn arrivals(&self) -> &[Arrival] {
        &self.arrivals.list
    }

    /// The way that cement took through an account of the ledger, from the port to the place at the way out; `None`
    /// where nothing has left by it.
    ///
    /// It is walked backwards, each time to the connected place that cement came to earliest.
    pub fn way_to(&self, account: usize) -> Option<Vec<Arrival>> {
        let account_mm3 = self.ledger.accounts().get(account)?.volume_mm3;
        if account_mm3 <= 0.0 {
            return None;
        }
        let order = self.arrival_order();
        let last = self.last_places(account).into_iter().min_by_key(|&place| order[place as usize])?;
        let way = walk_back(&self.network, &order, last)?;
        let is_whole = way.first().is_some_and(|first| self.arrivals.ports.contains(first));
        is_whole.then(|| way.iter().map(|&place| self.arrivals.list[order[place as usize] as usize]).collect())
    }

    /// Per place, which arrival it was.
    fn arrival_order(&self) -> Vec<u32> {
        let mut order = vec![NEVER; self.network.pores.places()];
        (0..).zip(&self.arrivals.list).for_each(|(number, arrival)| order[arrival.place as usize] = number);
        order
    }

    /// The places that a way out drains.
    fn last_places(&self, account: usize) -> Vec<u32> {
        let pores = &self.network.pores;
        match pores.openings.get(account) {
            Some(opening) => opening.cells.iter().filter_map(|&(cell, _)| pores.slot_of(cell)).collect(),
            None => {
                let outlet = pores.vessels.outlets.get(account - pores.openings.len());
                outlet.map(|&node| self.network.node_place(node)).into_iter().collect()
            }
        }
    }
}

/// From a place back to one that has no earlier neighbour; the way is told forwards.
fn walk_back(network: &FlowNetwork, order: &[u32], last: u32) -> Option<Vec<u32>> {
    let came = |place: u32| order[place as usize];
    if came(last) == NEVER {
        return None;
    }
    let (mut way, mut around, mut here) = (vec![last], Vec::new(), last);
    loop {
        network.connected_places(here, &mut around);
        match around.iter().copied().min_by_key(|&place| came(place)).filter(|&place| came(place) < came(here)) {
            Some(before) => {
                way.push(before);
                here = before;
            }
            None => {
                way.reverse();
                return Some(way);
            }
        }
    }
}

#[cfg(test)]
#[path = "arrival_tests.rs"]
mod tests;
