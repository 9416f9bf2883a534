//! Vertebrae beside the treated one, and the sacrum, as volumes of solid bone in their own frames.

use super::bone_solid::solid_share;
use super::carried::Carried;
use super::near_surface::{NearSurface, left_half, mirrored};
use super::torso_data::torso_data;
use super::trabeculae;
use super::treated::shell;
use crate::anatomy::segment::{Sacrum, Spine, spine_data};
use crate::geometry::{Grid, Point, Vector};
use crate::imaging::projector::ColumnVolume;
use rayon::prelude::*;

/// Voxel edge of vertebrae near the treated one, mm.
const NEAR_EDGE_MM: f64 = 0.8;
/// Voxel edge of those that only a view aside of it shows, and of the sacrum, mm.
const FAR_EDGE_MM: f64 = 1.2;
/// A body's centre nearer to the treated one's than this is seen in its views, mm: half the field at the isocentre and
/// half a body more.
const NEAR_MM: f64 = 100.0;
/// Slope of the sacrum's implicit function, per mm.
const STEEPEST_SACRUM: f64 = 1.6;

/// The bones of a placed spine but the treated vertebra.
pub(super) fn bones(spine: &Spine, carried: &Carried, mean: f64, seed: u64) -> Vec<ColumnVolume> {
    let others: Vec<usize> = (0..spine.stations.len()).filter(|&i| i != spine.treated).collect();
    let mut volumes: Vec<ColumnVolume> =
        others.par_iter().filter_map(|&i| vertebra(spine, i, carried, mean, seed)).collect();
    volumes.extend(sacrum(&spine.sacrum, carried, mean));
    volumes
}

fn vertebra(spine: &Spine, number: usize, carried: &Carried, mean: f64, seed: u64) -> Option<ColumnVolume> {
    let station = spine.stations.get(number)?;
    let centre = station.frame.point_to_patient(&Point::origin());
    let away_mm = (centre - spine.treated().frame.point_to_patient(&Point::origin())).norm();
    let h = if away_mm < NEAR_MM { NEAR_EDGE_MM } else { FAR_EDGE_MM };
    // The one nearer to the treated vertebra keeps its joint; this one leaves it room.
    let nearer = if number < spine.treated { number + 1 } else { number - 1 };
    let nearer = spine.stations.get(nearer)?;
    let gap_mm = spine_data().facet_gap_mm.value;
    let room = |own: &Point, bone: f64| {
        if bone > 4.0 {
            return bone;
        }
        bone.max(gap_mm - nearer.bone_implicit(&station.frame.point_to_patient(own)))
    };
    let shell = shell();
    let (low, high) = station.bounds_own();
    let x = high.x.max(-low.x);
    let grid = Grid::covering(&Point::new(-x, low.y, low.z), &Point::new(x, high.y, high.z), h);
    let built = if station.is_symmetric() && nearer.is_symmetric() { left_half(&grid) } else { grid.clone() };
    let surface = NearSurface {
        grid: &built,
        band_mm: shell.thickest_mm() + h,
        implicit: |p: &Point| room(p, station.values_own(p).bone),
        steepness: |p: &Point, reach: f64| station.steepness_own(p, reach),
    };
    let distances = surface.values();
    let trabeculae = trabeculae::of_station(station, mean, seed, number as u64);
    let distance_at = |ijk: [usize; 3]| f64::from(distances[built.index(ijk).get()]);
    let layer = built.dims[0] * built.dims[1];
    let mut values = vec![0.0_f32; built.len()];
    values.par_chunks_mut(layer.max(1)).enumerate().for_each(|(k, slab)| {
        for (at, value) in slab.iter_mut().enumerate() {
            let ijk = [at % built.dims[0], at / built.dims[0], k];
            let distance = distance_at(ijk);
            if distance > h {
                continue;
            }
            let p = built.centre_at(ijk);
            let trabecular = trabeculae.sample(&Point::new(p.x, p.y, p.z));
            *value = if distance < -surface.band_mm {
                trabecular as f32
            } else {
                let cosine = level_cosine(&built, ijk, &distance_at);
                let thickness = shell.thickness_mm(station.values_own(&p).body, cosine);
                solid_share(distance, thickness, trabecular, h) as f32
            };
        }
    });
    let values = if built.dims == grid.dims { values } else { mirrored(&built, &values) };
    ColumnVolume::new(carried.frame(&station.frame), grid.dims, [h; 3], grid.origin_mm, values)
}

/// Cosine of the surface's normal with z, by differences of neighbouring cells.
fn level_cosine(grid: &Grid, ijk: [usize; 3], distance_at: &impl Fn([usize; 3]) -> f64) -> f64 {
    let slope = Vector::from([0, 1, 2].map(|axis| {
        let (mut low, mut high) = (ijk, ijk);
        low[axis] = low[axis].saturating_sub(1);
        high[axis] = (high[axis] + 1).min(grid.dims[axis].saturating_sub(1));
        (distance_at(high) - distance_at(low)) / (high[axis] - low[axis]).max(1) as f64
    }));
    slope.try_normalize(1e-9).map_or(0.0, |n| n.z)
}

fn sacrum(sacrum: &Sacrum, carried: &Carried, mean: f64) -> Option<ColumnVolume> {
    let (low, high) = sacrum.bounds_own();
    let grid = Grid::covering(&low, &high, FAR_EDGE_MM);
    let half = left_half(&grid);
    let thickness = torso_data().shell.sacrum_mm.value;
    let surface = NearSurface {
        grid: &half,
        band_mm: thickness + FAR_EDGE_MM,
        implicit: |p: &Point| sacrum.implicit(&sacrum.frame.point_to_patient(p)),
        steepness: |_: &Point, _| STEEPEST_SACRUM,
    };
    let mut values = surface.values();
    values.iter_mut().for_each(|v| *v = solid_share(f64::from(*v), thickness, mean, FAR_EDGE_MM) as f32);
    let values = mirrored(&half, &values);
    ColumnVolume::new(carried.frame(&sacrum.frame), grid.dims, [FAR_EDGE_MM; 3], grid.origin_mm, values)
}
