//! Piston-like displacement: full places hand on what comes in along their outgoing fluxes in proportion, in order of
//! falling pressure; front places keep what they can hold, so that saturations stay within 0…1 at any step length.
//!
//! One pass over the full places per pressure solution ([`Displacement::trace`]) finds the share of the injected volume
//! that reaches each front place and each way out. A volume is then moved at the cost of the front
//! ([`Displacement::push`]).

mod push;

use super::network::{FlowNetwork, Neighbour};
use super::wet_places::WetPlaces;
use push::Visit;
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
    /// Places that had no cement before, in the order in which it came.
    pub reached: Vec<u32>,
}

/// Shares of what is injected that leave the bone, by the last pressure solution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutgoingShares {
    /// Per opening.
    pub openings: Vec<f64>,
    /// Per vein tree.
    pub veins: Vec<f64>,
}

/// What one pass found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Wet places with free pores that something comes into.
    front: Vec<u32>,
    /// Full places with inflow that have nowhere to send it, and its share.
    dead_ends: Vec<(u32, f64)>,
    shares: OutgoingShares,
}

/// A full place in the order of the pass.
#[derive(Clone, Copy)]
struct FullPlace {
    pressure_pa: f64,
    place: u32,
    /// Where it is in the list of wet places.
    wet: u32,
}

/// Where the cement goes by the last pressure solution, and work arrays.
#[derive(Default)]
pub struct Displacement {
    /// Full places; sorted by the pressure of the last pass, which is nearly right for the next.
    full: Vec<FullPlace>,
    course: Course,
    shares_before: OutgoingShares,
    outflows: Vec<(Neighbour, f64)>,
    fill_volumes: Vec<f64>,
    heap: BinaryHeap<Visit>,
    /// Per wet place, while a volume is moved: what came in, mm³, and whether it waits in the heap.
    received: Vec<f64>,
    queued: Vec<bool>,
    /// Wet places that something came into.
    receivers: Vec<u32>,
    result: Displaced,
}

impl Displacement {
    /// Nothing has moved yet.
    pub fn new(openings: usize, trees: usize) -> Displacement {
        let none = OutgoingShares { openings: vec![0.0; openings], veins: vec![0.0; trees] };
        Displacement {
            shares_before: none.clone(),
            result: Displaced {
                through_openings: none.openings.clone(),
                through_veins: none.veins.clone(),
                ..Displaced::default()
            },
            course: Course { shares: none, ..Course::default() },
            ..Displacement::default()
        }
    }

    /// Follows the fluxes of the present pressure from the port: sets `inflow` and `throughflow_mm3_per_s` of every wet
    /// place, and lets the front's dry places join them.
    pub fn trace(&mut self, network: &FlowNetwork, port: &[(u32, f64)], wet: &mut WetPlaces) {
        std::mem::swap(&mut self.course.shares, &mut self.shares_before);
        self.course.shares.openings.fill(0.0);
        self.course.shares.veins.fill(0.0);
        self.course.dead_ends.clear();
        for place in wet.list_mut() {
            place.inflow_before = place.inflow as f32;
            place.inflow = 0.0;
        }
        for &(place, share) in port {
            let at = wet.reach(place);
            wet.list_mut()[at].inflow += share;
        }
        self.full.iter_mut().for_each(|full| full.pressure_pa = network.pressure.at(full.place));
        self.full.sort_by(|a, b| b.pressure_pa.total_cmp(&a.pressure_pa).then(a.place.cmp(&b.place)));
        let mut outflows = std::mem::take(&mut self.outflows);
        for index in 0..self.full.len() {
            let FullPlace { place, wet: at, .. } = self.full[index];
            network.outflows(place, &mut outflows);
            let total: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
            let full = &mut wet.list_mut()[at as usize];
            full.throughflow_mm3_per_s = total as f32;
            let inflow = full.inflow;
            if inflow <= 0.0 {
                continue;
            }
            if total <= 0.0 {
                self.course.dead_ends.push((place, inflow));
                continue;
            }
            for &(to, flux) in &outflows {
                let part = inflow * (flux / total);
                match to {
                    Neighbour::Place(next) => {
                        let next = wet.reach(next);
                        wet.list_mut()[next].inflow += part;
                    }
                    Neighbour::Opening(opening) => self.course.shares.openings[opening as usize] += part,
                    Neighbour::OutsidePipe(tree) => self.course.shares.veins[tree as usize] += part,
                }
            }
        }
        self.course.front.clear();
        for at in 0..wet.list().len() {
            let place = wet.list()[at];
            if place.is_full(&network.pores) {
                continue;
            }
            if place.inflow > 0.0 {
                self.course.front.push(at as u32);
            }
            network.outflows(place.place, &mut outflows);
            let total: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
            wet.list_mut()[at].throughflow_mm3_per_s = total as f32;
        }
        self.outflows = outflows;
    }

    /// Injected volume after which this share of the front's places would be full, mm³; `None` when there is no front.
    pub fn front_volume_mm3(&mut self, network: &FlowNetwork, wet: &WetPlaces, share: f64) -> Option<f64> {
        self.fill_volumes.clear();
        let front = self.course.front.iter().map(|&at| &wet.list()[at as usize]);
        self.fill_volumes.extend(front.map(|place| place.free_mm3(&network.pores) / place.inflow));
        let index = (share * self.fill_volumes.len() as f64) as usize;
        let last = self.fill_volumes.len().checked_sub(1)?;
        Some(*self.fill_volumes.select_nth_unstable_by(index.min(last), f64::total_cmp).1)
    }

    /// How far the last two passes disagree about where cement goes: the sum of the changes of the shares into front
    /// places, openings, veins (0…2).
    pub fn change(&self, network: &FlowNetwork, wet: &WetPlaces) -> f64 {
        let front = wet.list().iter().filter(|place| !place.is_full(&network.pores));
        let at_front: f64 = front.map(|place| (place.inflow - f64::from(place.inflow_before)).abs()).sum();
        let differ = |now: &[f64], before: &[f64]| -> f64 { now.iter().zip(before).map(|(a, b)| (a - b).abs()).sum() };
        at_front
            + differ(&self.course.shares.openings, &self.shares_before.openings)
            + differ(&self.course.shares.veins, &self.shares_before.veins)
    }

    /// What the last pass found, to go back to.
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// Goes back to an earlier pass.
    pub fn resume(&mut self, course: &Course) {
        self.course.clone_from(course);
    }

    /// Shares that leave the bone.
    pub fn shares(&self) -> &OutgoingShares {
        &self.course.shares
    }
}
