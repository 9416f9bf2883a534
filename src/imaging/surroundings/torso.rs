//! The trunk about a placed spine as three coarse volumes: soft tissue, and what fat and air are more or less than it.

use super::bone_solid::coverage;
use super::bowel_gas::pockets;
use super::carried::Carried;
use super::organs::Organs;
use super::torso_data::torso_data;
use crate::anatomy::segment::{Build, Spine};
use crate::geometry::{Frame, Point, Vector};
use crate::imaging::beam::Composition;
use crate::imaging::projector::ColumnVolume;
use crate::units::{cos, rad_from_deg, sin};
use rayon::prelude::*;
use std::sync::Arc;

/// Voxel edge, mm.
const EDGE_MM: f64 = 3.5;
/// The voxels stand aslant, so that no view looks along their rows and sees them as bands: turned about x, then z.
const ASLANT_DEG: [f64; 2] = [9.0, 6.0];
/// Trunk above the highest vertebra's centre and below the sacrum's endplate, mm.
const BEYOND_MM: [f64; 2] = [70.0, 150.0];

/// The trunk's volumes with what a voxel of value 1 holds.
pub(super) fn volumes(
    spine: &Spine,
    build: Build,
    carried: &Carried,
    seed: u64,
) -> Vec<(Arc<ColumnVolume>, Composition)> {
    let data = torso_data();
    let organs = Organs::new(spine, build, &data.trunk);
    let z_of = |frame: &Frame| frame.point_to_patient(&Point::origin()).z;
    let top = spine.stations.first().map_or(0.0, |s| z_of(&s.frame)) + BEYOND_MM[0];
    let sacrum_z = z_of(&spine.sacrum.frame);
    let bottom = sacrum_z - BEYOND_MM[1];
    let l1_z = spine.stations.get(8).map_or(0.0, |s| z_of(&s.frame));
    let gas = pockets(&organs, &data.trunk.bowel_gas, [sacrum_z - 40.0, l1_z], seed);

    let [width, depth] = spine.skin.trunk_mm();
    let backs = (0..=40).map(|i| spine.skin.back_y_mm(bottom + (top - bottom) * f64::from(i) / 40.0));
    let (nearest, farthest) = backs.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)));
    let centre = Point::new(0.0, 0.5 * (nearest - depth + farthest), 0.5 * (top + bottom));
    let frame = aslant(centre);
    let low = Point::new(-0.5 * width - 8.0, nearest - depth - 8.0, bottom);
    let high = Point::new(0.5 * width + 8.0, farthest + 16.0, top);
    let half = half_sizes(&frame, &low, &high);
    let dims = half.map(|v| (2.0 * v / EDGE_MM).ceil().max(1.0) as usize);
    let first = Point::from([0, 1, 2].map(|a| -0.5 * (dims[a] as f64 - 1.0) * EDGE_MM));

    let share = |d: f64| coverage(d, EDGE_MM);
    let layer = (dims[0] * dims[1]).max(1);
    let cells = layer * dims[2];
    let (mut soft, mut fat, mut air) = (vec![0.0_f32; cells], vec![0.0_f32; cells], vec![0.0_f32; cells]);
    let by_layer = soft.par_chunks_mut(layer).zip(fat.par_chunks_mut(layer)).zip(air.par_chunks_mut(layer));
    by_layer.enumerate().for_each(|(k, ((soft, fat), air))| {
        for at in 0..layer {
            let own = first + Vector::new((at % dims[0]) as f64, (at / dims[0]) as f64, k as f64) * EDGE_MM;
            let p = frame.point_to_patient(&own);
            if p.z < bottom || p.z > top {
                continue;
            }
            let within = share(spine.skin.signed_distance_mm(&p));
            if within <= 0.0 {
                continue;
            }
            let mut contents = organs.contents(&p, share);
            let pocket = gas.iter().map(|pocket| pocket.distance_mm(&p)).fold(f64::INFINITY, f64::min);
            let gas = share(pocket);
            contents.air = contents.air.max(gas);
            contents.fat = contents.fat.min(1.0 - gas);
            (soft[at], fat[at], air[at]) = (within as f32, contents.fat as f32, contents.air as f32);
        }
    });
    let frame = carried.frame(&frame);
    let of = |values: Vec<f32>, holds: Composition| {
        let volume = ColumnVolume::new(frame.clone(), dims, [EDGE_MM; 3], first, values)?;
        Some((Arc::new(volume), holds))
    };
    let tissue = data.soft_tissue();
    [of(soft, tissue), of(fat, data.adipose() - tissue), of(air, tissue * -1.0)].into_iter().flatten().collect()
}

/// A box in the patient to be filled, its corners (LPS, mm).
pub(super) struct Trunk {
    pub low: Point,
    pub high: Point,
}

/// Shares at the places of a box, in coarse voxels that stand aslant; `value` is given a place and the share of a voxel
/// there inside a surface at a signed distance.
pub(super) fn fill(trunk: &Trunk, value: impl Fn(&Point, &dyn Fn(f64) -> f64) -> f64 + Sync) -> Option<ColumnVolume> {
    let Trunk { low, high } = trunk;
    let frame = aslant(nalgebra::center(low, high));
    let dims = half_sizes(&frame, low, high).map(|v| (2.0 * v / EDGE_MM).ceil().max(1.0) as usize);
    let first = Point::from([0, 1, 2].map(|a| -0.5 * (dims[a] as f64 - 1.0) * EDGE_MM));
    let share = |d: f64| coverage(d, EDGE_MM);
    let layer = (dims[0] * dims[1]).max(1);
    let mut values = vec![0.0_f32; layer * dims[2]];
    values.par_chunks_mut(layer).enumerate().for_each(|(k, slab)| {
        for (at, cell) in slab.iter_mut().enumerate() {
            let own = first + Vector::new((at % dims[0]) as f64, (at / dims[0]) as f64, k as f64) * EDGE_MM;
            let p = frame.point_to_patient(&own);
            if p.z >= low.z && p.z <= high.z {
                *cell = value(&p, &share) as f32;
            }
        }
    });
    ColumnVolume::new(frame, dims, [EDGE_MM; 3], first, values)
}

/// A frame about a point whose axes stand aslant to the spine's.
pub(super) fn aslant(centre: Point) -> Frame {
    let [about_x, about_z] = ASLANT_DEG.map(rad_from_deg);
    let (cx, sx, cz, sz) = (cos(about_x), sin(about_x), cos(about_z), sin(about_z));
    let x = Vector::new(cz, sz, 0.0);
    let y = Vector::new(-sz * cx, cz * cx, sx);
    Frame::from_axes(centre, x, y, x.cross(&y)).unwrap_or_else(Frame::identity)
}

/// Half sizes of the box in a frame that holds another box about the frame's origin.
pub(super) fn half_sizes(frame: &Frame, low: &Point, high: &Point) -> [f64; 3] {
    let mut half = [0.0_f64; 3];
    for corner in 0..8_usize {
        let p = Point::from([0, 1, 2].map(|a| if corner >> a & 1 == 1 { high[a] } else { low[a] }));
        let own = frame.point_to_vertebra(&p);
        (0..3).for_each(|a| half[a] = half[a].max(own[a].abs()));
    }
    half
}
