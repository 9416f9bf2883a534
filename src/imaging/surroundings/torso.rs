//! The trunk about a placed spine as three coarse volumes (soft tissue, and what fat and air are more or less than it)
//! and pockets of gas.

use super::bone_solid::coverage;
use super::bowel_gas::pockets;
use super::carried::Carried;
use super::organs::{Contents, Organs};
use super::torso_data::torso_data;
use crate::anatomy::segment::{Build, Spine};
use crate::geometry::{Frame, Point, Vector};
use crate::imaging::beam::{Composition, Material};
use crate::imaging::projector::{ColumnVolume, Scene};
use crate::units::{cos, rad_from_deg, sin};
use rayon::prelude::*;
use std::sync::Arc;

/// Voxel edge, mm.
const EDGE_MM: f64 = 3.5;
/// The voxels stand aslant, so that no view looks along their rows and sees them as bands: turned about x, then z.
const ASLANT_DEG: [f64; 2] = [21.0, 15.0];
/// Surfaces are drawn over this many voxels, softly, for the same reason.
const SOFTNESS: f64 = 2.4;
/// Trunk above the highest vertebra's centre and below the sacrum's endplate, mm.
const BEYOND_MM: [f64; 2] = [70.0, 150.0];

/// The trunk's volumes with what a voxel of value 1 holds, and its gas.
pub(super) fn trunk(spine: &Spine, build: Build, carried: &Carried, seed: u64) -> Scene {
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
    let coarse = Coarse::over(
        Point::new(-0.5 * width - 8.0, nearest - depth - 8.0, bottom),
        Point::new(0.5 * width + 8.0, farthest + 16.0, top),
    );
    let [soft, fat, air] = coarse.fill(|p| {
        let within = share(spine.skin.signed_distance_mm(p));
        if within <= 0.0 {
            return [0.0; 3];
        }
        let Contents { fat, air } = organs.contents(p, share);
        let pocket = gas.iter().map(|pocket| pocket.distance_mm(p)).fold(f64::INFINITY, f64::min);
        [within, fat * (1.0 - share(pocket)), air]
    });
    let frame = carried.frame(&coarse.frame);
    let tissue = Composition::pure(Material::SoftTissue);
    let kinds = [(soft, tissue), (fat, Composition::pure(Material::Adipose) - tissue), (air, tissue * -1.0)];
    let volumes =
        kinds.into_iter().filter_map(|(values, holds)| Some((Arc::new(coarse.volume(&frame, values)?), holds)));
    let solids = gas.iter().map(|pocket| (pocket.solid(carried), tissue * -1.0));
    Scene { smooth: volumes.collect(), solids: solids.collect(), ..Scene::default() }
}

/// Coarse voxels aslant over a box.
pub(super) struct Coarse {
    /// Where the voxels' axes stand, their middle its origin.
    pub frame: Frame,
    low: Point,
    high: Point,
    dims: [usize; 3],
    first: Point,
}

/// Share of a coarse voxel inside a surface at a signed distance.
pub(super) fn share(distance_mm: f64) -> f64 {
    coverage(distance_mm, SOFTNESS * EDGE_MM)
}

impl Coarse {
    /// Over the box with these corners.
    pub fn over(low: Point, high: Point) -> Coarse {
        let frame = aslant(nalgebra::center(&low, &high));
        let dims = half_sizes(&frame, &low, &high).map(|v| (2.0 * v / EDGE_MM).ceil().max(1.0) as usize);
        let first = Point::from([0, 1, 2].map(|a| -0.5 * (dims[a] as f64 - 1.0) * EDGE_MM));
        Coarse { frame, low, high, dims, first }
    }

    /// Values at the voxels in the box, 0 beyond it.
    pub fn fill<const N: usize>(&self, value: impl Fn(&Point) -> [f64; N] + Sync) -> [Vec<f32>; N] {
        let [nx, ny, nz] = self.dims;
        let layers: Vec<[Vec<f32>; N]> = (0..nz)
            .into_par_iter()
            .map(|k| {
                let mut layer = [(); N].map(|()| vec![0.0_f32; nx * ny]);
                for at in 0..nx * ny {
                    let own = self.first + Vector::new((at % nx) as f64, (at / nx) as f64, k as f64) * EDGE_MM;
                    let p = self.frame.point_to_patient(&own);
                    if (0..3).all(|a| p[a] >= self.low[a] && p[a] <= self.high[a]) {
                        layer.iter_mut().zip(value(&p)).for_each(|(to, v)| to[at] = v as f32);
                    }
                }
                layer
            })
            .collect();
        std::array::from_fn(|n| layers.iter().flat_map(|layer| layer[n].iter().copied()).collect())
    }

    /// A volume of values, its axes standing in the patient as `frame` says.
    pub fn volume(&self, frame: &Frame, values: Vec<f32>) -> Option<ColumnVolume> {
        ColumnVolume::new(frame.clone(), self.dims, [EDGE_MM; 3], self.first, values)
    }
}

/// A frame about a point whose axes stand aslant to the spine's.
fn aslant(centre: Point) -> Frame {
    let [about_x, about_z] = ASLANT_DEG.map(rad_from_deg);
    let (cx, sx, cz, sz) = (cos(about_x), sin(about_x), cos(about_z), sin(about_z));
    let x = Vector::new(cz, sz, 0.0);
    let y = Vector::new(-sz * cx, cz * cx, sx);
    Frame::from_axes(centre, x, y, x.cross(&y)).unwrap_or_else(Frame::identity)
}

/// Half sizes of the box in a frame that holds another box about the frame's origin.
fn half_sizes(frame: &Frame, low: &Point, high: &Point) -> [f64; 3] {
    let mut half = [0.0_f64; 3];
    for corner in 0..8_usize {
        let p = Point::from([0, 1, 2].map(|a| if corner >> a & 1 == 1 { high[a] } else { low[a] }));
        let own = frame.point_to_vertebra(&p);
        (0..3).for_each(|a| half[a] = half[a].max(own[a].abs()));
    }
    half
}
