//! Ribs of one side as a volume of solid bone: a shell round trabeculae, drawn along their axes.

use super::bone_solid::solid_share;
use super::carried::Carried;
use super::torso_data::torso_data;
use crate::anatomy::Side;
use crate::anatomy::segment::{Rib, Tube};
use crate::geometry::{Frame, Grid, Point, Vector};
use crate::imaging::projector::ColumnVolume;
use rayon::prelude::*;

/// Voxel edge, mm.
const EDGE_MM: f64 = 1.0;
/// Their surfaces are drawn as softly as in voxels of this edge, mm: they run at a slant to all axes, and breathe.
const SOFT_MM: f64 = 1.6;

/// The ribs of each side; none where there are no ribs.
pub(super) fn volumes(ribs: &[Rib], carried: &Carried, mean: f64) -> Vec<ColumnVolume> {
    Side::BOTH.par_iter().filter_map(|&side| of_side(ribs, side, carried, mean)).collect()
}

fn of_side(ribs: &[Rib], side: Side, carried: &Carried, mean: f64) -> Option<ColumnVolume> {
    let own: Vec<&Tube> = ribs.iter().filter(|rib| rib.side == side).map(|rib| &rib.tube).collect();
    let (mut low, mut high) = own.first()?.bounds();
    for tube in &own {
        let (a, b) = tube.bounds();
        (low, high) = (low.inf(&a), high.sup(&b));
    }
    let margin = Vector::repeat(2.0 * EDGE_MM);
    let grid = Grid::covering(&(low - margin), &(high + margin), EDGE_MM);
    let mut distance = vec![f32::INFINITY; grid.len()];
    let layer = grid.dims[0] * grid.dims[1];
    // A few nodes at a time, so that only cells about them are visited.
    let pieces: Vec<Tube> = own.iter().flat_map(|t| t.nodes().windows(2).map(|n| Tube::new(n.to_vec()))).collect();
    let boxes: Vec<(Point, Point)> = pieces.iter().map(|p| p.bounds()).map(|(a, b)| (a - margin, b + margin)).collect();
    distance.par_chunks_mut(layer.max(1)).enumerate().for_each(|(k, distance)| {
        let z = grid.centre_at([0, 0, k]).z;
        for (piece, (a, b)) in pieces.iter().zip(&boxes).filter(|(_, (a, b))| a.z <= z && z <= b.z) {
            for cell in grid.cells_in_box(&Point::new(a.x, a.y, z - 0.1), &Point::new(b.x, b.y, z + 0.1)) {
                let here = piece.signed_distance_mm(&grid.centre(cell)) as f32;
                let at = &mut distance[cell.get() - k * layer];
                *at = at.min(here);
            }
        }
    });
    let thickness = torso_data().shell.rib_mm.value;
    let share = |d: f32| if d < 2.5 { solid_share(f64::from(d), thickness, mean, SOFT_MM) as f32 } else { 0.0 };
    let values = distance.into_par_iter().map(share).collect();
    ColumnVolume::new(carried.frame(&Frame::identity()), grid.dims, [EDGE_MM; 3], grid.origin_mm, values)
}
