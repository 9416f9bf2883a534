//! Inflating a balloon in bone: invasion percolation with a membrane.
//!
//! The next voxel is the connected one of least crushing strength plus membrane term; the term is the membrane's
//! stiffness times how far (mm, of equal-volume radius) the voxel lies outside the balloon's free shape of the present
//! volume. That volume is the same for all voxels on the front, so the order depends on the place alone and a heap
//! with fixed keys finds it; **a smaller target is a prefix of a larger one**, so inflating by steps is inflating again
//! to a larger target. Strength is that of bone not yet crushed: what was packed against the front is debris.
//!
//! In a fracture that can be opened again the balloon also lifts the endplate ([`super::plate`]): what it pushes with, its
//! pressure on the area it covers as seen along the spine, raises the plate by so much, and the balloon's volume is that of
//! the voxels and of the rise over its area.
//!
//! Walls bound it: the bone nearest to them is not crushed, and the balloon spreads along them until so much of it lies
//! there that the operator sees it and stops; an endplate that can still go up is pressed on, whatever lies there.
//!
//! The gauge shows the running maximum of what the voxels took, plus the device's own curve. A voxel is invaded as a
//! whole: the balloon's volume is the target to within half a voxel.

use super::compaction;
use super::constants::balloon_constants;
use super::crushing_strength::crushing_strength_pa;
use super::inflation::{
    Inflation, InflationError, InflationPlan, InflationSite, InflationStep, StoppedBy, checked_start,
};
use super::membrane::{equal_volume_radius_mm, level_volume_mm3, own_pressure_pa};
use crate::geometry::grid::FACES;
use crate::geometry::{CellIndex, Grid, Point};
use crate::units::MM3_PER_ML;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Inflates from the seated, empty balloon to the first of: volume, pressure limit, wall, burst; then lets it down.
///
/// Recoil: the cells invaded last come back, so that the cavity is the stated share of the balloon's volume; bone of
/// the cavity is packed outside it, the returned rim first.
pub fn inflate(site: &InflationSite, plan: &InflationPlan) -> Result<Inflation, InflationError> {
    let start = checked_start(site, plan)?;
    let constants = balloon_constants();
    let grid = site.bone_volume_fraction.grid();
    let cell_mm3 = grid.cell_volume_mm3();
    let mut is_empty = vec![false; grid.len()];
    for cell in site.initially_empty {
        if let Some(flag) = is_empty.get_mut(cell.get()) {
            *flag = true;
        }
    }
    let stiffness_pa_per_mm = 1e6 * constants.membrane.stiffness_mpa_per_mm;
    let seating_mm3 = constants.membrane.seating_volume_ml * MM3_PER_ML;
    let resistance_pa = |cell: CellIndex| {
        let outward_mm =
            equal_volume_radius_mm(level_volume_mm3(&site.centre, &site.axis, plan.length_mm, &grid.centre(cell)));
        let strength = if is_empty[cell.get()] {
            0.0
        } else {
            crushing_strength_pa(&constants.crushing, site.bone_volume_fraction[cell])
        };
        strength + stiffness_pa_per_mm * outward_mm
    };

    let mut seen = vec![false; grid.len()];
    let mut front = BinaryHeap::new();
    seen[start.get()] = true;
    front.push(Reverse(Candidate { resistance_pa: resistance_pa(start), cell: start }));
    let mut invaded = Vec::new();
    let mut cover = Cover::new(grid);
    let mut rise_mm = site.plate.map_or(0.0, |plate| plate.risen_mm);
    let mut trace = Vec::new();
    let mut contact_mm2 = 0.0;
    let (mut bone_pa, mut gauge_pa): (f64, f64) = (0.0, 0.0);
    let stopped_by = loop {
        let crushed_mm3 = invaded.len() as f64 * cell_mm3;
        let lifted_mm3 = rise_mm * cover.weighted_mm2;
        let next_mm3 = crushed_mm3 + lifted_mm3 + cell_mm3;
        if crushed_mm3 + lifted_mm3 + 0.5 * cell_mm3 > plan.target_volume_mm3 {
            break StoppedBy::Volume;
        }
        if site.plate.is_some_and(|plate| plate.most_mm > 0.0 && rise_mm >= plate.most_mm) {
            break StoppedBy::Height;
        }
        let Some(Reverse(next)) = front.pop() else { break StoppedBy::Wall };
        if site.wall_distance_mm[next.cell] <= plan.wall_stop_mm {
            // An endplate that can still go up is pressed on, not stopped at.
            let gives = site.plate.is_some_and(|plate| plate.gives_at(next.cell));
            contact_mm2 += if gives { 0.0 } else { grid.spacing_mm * grid.spacing_mm };
            if contact_mm2 > plan.wall_contact_mm2 {
                break StoppedBy::Wall;
            }
            continue;
        }
        let reached_mm = equal_volume_radius_mm(crushed_mm3.max(seating_mm3));
        let taken_pa = bone_pa.max(next.resistance_pa - stiffness_pa_per_mm * reached_mm);
        let next_gauge_pa = gauge_pa.max(taken_pa + own_pressure_pa(&plan.own_pressure, next_mm3));
        if next_gauge_pa > plan.pressure_limit_pa.min(plan.burst_pressure_pa) {
            let burst = plan.burst_pressure_pa <= plan.pressure_limit_pa;
            gauge_pa = plan.pressure_limit_pa.min(plan.burst_pressure_pa);
            break if burst { StoppedBy::Burst } else { StoppedBy::Pressure };
        }
        if next_mm3 > plan.burst_volume_mm3 {
            break StoppedBy::Burst;
        }
        (bone_pa, gauge_pa) = (taken_pa, next_gauge_pa);
        invaded.push(next.cell);
        if let Some(plate) = &site.plate {
            cover.add(grid, next.cell, |p| plate.lift.share_at(p.x, p.y));
            rise_mm = rise_mm.max(plate.rise_mm(1e-6 * bone_pa * cover.weighted_mm2));
        }
        record(&mut trace, next_mm3, gauge_pa);
        for face in FACES {
            if let Some(cell) = grid.neighbour(next.cell, face)
                && !seen[cell.get()]
                && site.active[cell]
            {
                seen[cell.get()] = true;
                front.push(Reverse(Candidate { resistance_pa: resistance_pa(cell), cell }));
            }
        }
    };
    let balloon_volume_mm3 = invaded.len() as f64 * cell_mm3 + rise_mm * cover.weighted_mm2;
    trace.push(InflationStep { volume_mm3: balloon_volume_mm3, pressure_pa: gauge_pa });

    let empty_pores_mm3: f64 = invaded
        .iter()
        .filter(|cell| is_empty[cell.get()])
        .map(|&cell| (1.0 - site.bone_volume_fraction[cell]) * cell_mm3)
        .sum();
    let kept = (invaded.len() as f64 * constants.deflation.cavity_per_balloon).round() as usize;
    invaded.truncate(kept);
    let cavity = invaded;
    let bone_volume_fraction_after = compaction::pack_around(site, &cavity)?;
    Ok(Inflation {
        cavity_mm3: cavity.len() as f64 * cell_mm3,
        cavity,
        bone_volume_fraction_after,
        trace,
        peak_pressure_pa: gauge_pa,
        balloon_volume_mm3,
        displaced_marrow_mm3: balloon_volume_mm3 - empty_pores_mm3,
        rise_mm,
        thrust_n: 1e-6 * bone_pa * cover.weighted_mm2,
        stopped_by,
    })
}

/// The columns that a balloon covers, as seen along the spine.
struct Cover {
    columns: Vec<bool>,
    /// Their area, each part weighted by how far the plate rises there ÷ where it rises most.
    weighted_mm2: f64,
}

impl Cover {
    fn new(grid: &Grid) -> Cover {
        Cover { columns: vec![false; grid.dims[0] * grid.dims[1]], weighted_mm2: 0.0 }
    }

    fn add(&mut self, grid: &Grid, cell: CellIndex, share_at: impl Fn(Point) -> f64) {
        let [i, j, _] = grid.coordinates(cell);
        let column = &mut self.columns[j * grid.dims[0] + i];
        if !std::mem::replace(column, true) {
            self.weighted_mm2 += share_at(grid.centre(cell)) * grid.spacing_mm * grid.spacing_mm;
        }
    }
}

fn record(trace: &mut Vec<InflationStep>, volume_mm3: f64, pressure_pa: f64) {
    const EVERY_MM3: f64 = 50.0;
    let last_mm3 = trace.last().map_or(0.0, |step: &InflationStep| step.volume_mm3);
    if volume_mm3 - last_mm3 >= EVERY_MM3 {
        trace.push(InflationStep { volume_mm3, pressure_pa });
    }
}

/// A voxel on the front; the least resistance goes first, the lower index among equals.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    resistance_pa: f64,
    cell: CellIndex,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> std::cmp::Ordering {
        self.resistance_pa.total_cmp(&other.resistance_pa).then(self.cell.cmp(&other.cell))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

#[cfg(test)]
#[path = "balloon_tests.rs"]
mod tests;
