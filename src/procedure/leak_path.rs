//! Why it leaked here: the way that cement took from the tip to a way out, and what made it the easy one.

use super::operation::Operation;
use crate::anatomy::{Destination, LeakClass};
use crate::cement::{flow::Arrival, pores::PoreSpace};
use crate::geometry::Point;
use crate::units::{exp, ln, ml_from_mm3};

/// The way to one leak (vertebra frame, mm).
#[derive(Clone, Debug, PartialEq)]
pub struct LeakPath {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// Where to.
    pub destination: Destination,
    /// How much left by it, ml.
    pub volume_ml: f64,
    /// First passage, seconds since the first push.
    pub onset_s: f64,
    /// Injected by then, ml.
    pub onset_injected_ml: f64,
    /// From the tip to the last place in the bone, each next to the one before.
    pub points: Vec<Point>,
    /// Injected when cement came to each of them, ml; it never falls.
    pub arrived_ml: Vec<f64>,
    /// Along the points.
    pub length_mm: f64,
    /// Of which in veins.
    pub in_veins_mm: f64,
    /// Straight from the first point to the last.
    pub straight_mm: f64,
    /// Where the way first enters a vein.
    pub vein: Option<VeinEntered>,
    /// Of the bone along the way (geometric mean), mm²; `None` where the way has none.
    pub permeability_mm2: Option<f64>,
    /// Half of the body's bone is tighter, mm².
    pub body_permeability_mm2: f64,
}

/// Where a way enters a vein.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VeinEntered {
    /// Place among the points.
    pub at: usize,
    /// From the tip, straight, mm.
    pub from_tip_mm: f64,
    /// Injected by then, ml.
    pub injected_ml: f64,
    /// Of the vein there, mm.
    pub radius_mm: f64,
}

impl LeakPath {
    /// How many times as permeable as the body's middling bone the bone along the way is.
    pub fn ease(&self) -> Option<f64> {
        self.permeability_mm2.filter(|_| self.body_permeability_mm2 > 0.0).map(|mm2| mm2 / self.body_permeability_mm2)
    }
}

impl Operation<'_> {
    /// The way to each leak, by onset as in the outcome. A leak whose cement was put down beside the fluxes has none.
    pub fn leak_paths(&self) -> Vec<LeakPath> {
        let Some(injection) = &self.injection else { return Vec::new() };
        let flow = &injection.flow;
        let pores = flow.domain();
        let body_permeability_mm2 = median_permeability_mm2(pores);
        let accounts = flow.ledger().accounts().iter().enumerate();
        let mut leaks: Vec<_> = accounts.filter_map(|(at, account)| Some((at, account, account.onset?))).collect();
        leaks.sort_by(|a, b| a.2.0.total_cmp(&b.2.0).then_with(|| a.1.route.cmp(&b.1.route)));
        let path = |(at, account, (onset_s, onset_mm3)): (usize, &crate::cement::leakage::LeakAccount, _)| {
            let way = flow.way_to(at)?;
            let points: Vec<Point> = way.iter().map(|arrival| pores.position(arrival.place)).collect();
            let (first, last) = (*points.first()?, *points.last()?);
            let (length_mm, in_veins_mm) = lengths_mm(pores, &way, &points);
            Some(LeakPath {
                class: account.class,
                route: account.route.clone(),
                destination: account.destination,
                volume_ml: ml_from_mm3(account.volume_mm3),
                onset_s,
                onset_injected_ml: ml_from_mm3(onset_mm3),
                arrived_ml: way.iter().map(|arrival| ml_from_mm3(f64::from(arrival.injected_mm3))).collect(),
                length_mm,
                in_veins_mm,
                straight_mm: (last - first).norm(),
                vein: vein_entered(pores, &way, &points),
                permeability_mm2: mean_permeability_mm2(pores, &way),
                body_permeability_mm2,
                points,
            })
        };
        leaks.into_iter().filter_map(path).collect()
    }
}

/// All of the way, and its part between two places of veins.
fn lengths_mm(pores: &PoreSpace, way: &[Arrival], points: &[Point]) -> (f64, f64) {
    let in_vein = |arrival: &Arrival| pores.node(arrival.place).is_some();
    let stretches = way.windows(2).zip(points.windows(2));
    stretches.fold((0.0, 0.0), |(all, veins), (ends, pair)| {
        let mm = (pair[1] - pair[0]).norm();
        (all + mm, if ends.iter().all(in_vein) { veins + mm } else { veins })
    })
}

fn vein_entered(pores: &PoreSpace, way: &[Arrival], points: &[Point]) -> Option<VeinEntered> {
    let (at, node) = way.iter().enumerate().find_map(|(at, arrival)| Some((at, pores.node(arrival.place)?)))?;
    Some(VeinEntered {
        at,
        from_tip_mm: (points[at] - points[0]).norm(),
        injected_ml: ml_from_mm3(f64::from(way[at].injected_mm3)),
        radius_mm: pores.vessels.nodes[node].radius_mm,
    })
}

/// Across the spine's axis, as cement mostly flows.
fn permeability_mm2(pores: &PoreSpace, place: u32) -> Option<f64> {
    (pores.node(place).is_none()).then(|| pores.permeability_mm2(0, place)).filter(|mm2| *mm2 > 0.0)
}

fn mean_permeability_mm2(pores: &PoreSpace, way: &[Arrival]) -> Option<f64> {
    let logs = way.iter().filter_map(|arrival| permeability_mm2(pores, arrival.place)).map(ln);
    let (sum, count) = logs.fold((0.0, 0_u32), |(sum, count), log| (sum + log, count + 1));
    (count > 0).then(|| exp(sum / f64::from(count)))
}

fn median_permeability_mm2(pores: &PoreSpace) -> f64 {
    let body = (0..pores.slots() as u32).filter(|&slot| pores.is_body_slot(slot) && pores.capacity_mm3(slot) > 0.0);
    let mut all: Vec<f64> = body.filter_map(|slot| permeability_mm2(pores, slot)).collect();
    let middle = all.len() / 2;
    if all.is_empty() { 0.0 } else { *all.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

#[cfg(test)]
#[path = "leak_path_tests.rs"]
mod tests;
