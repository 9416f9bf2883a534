//! Ribs of one side as a volume of solid bone: a shell round trabeculae, drawn along their axes.

use super::bone_solid::solid_share;
use super::carried::Carried;
use super::torso_data::torso_data;
use crate::anatomy::Side;
use crate::anatomy::segment::{Rib, Tube};
use crate::geometry::{Field, Frame, Grid, Vector};
use crate::imaging::projector::ColumnVolume;
use rayon::prelude::*;

/// Voxel edge, mm.
const EDGE_MM: f64 = 1.2;

/// The ribs of each side; none where there are no ribs.
pub(super) fn volumes(ribs: &[Rib], carried: &Carried, mean: f64) -> Vec<ColumnVolume> {
    Side::BOTH.par_iter().filter_map(|&side| of_side(ribs, side, carried, mean)).collect()
}

fn of_side(ribs: &[Rib], side: Side, carried: &Carried, mean: f64) -> Option<ColumnVolume> {
    let own: Vec<&Tube> = ribs.iter().filter(|rib| rib.side == side).map(|rib| &rib.tube).collect();
    let (mut low, mut high) = own.first()?.bounds();
    for tube in &own {
        let (a, b) = tube.bounds();
        low = low.inf(&a);
        high = high.sup(&b);
    }
    let margin = Vector::repeat(2.0 * EDGE_MM);
    let grid = Grid::covering(&(low - margin), &(high + margin), EDGE_MM);
    let mut distance = Field::filled(grid.clone(), f32::INFINITY);
    for tube in own {
        // A few nodes at a time, so that only cells about them are visited.
        for nodes in tube.nodes().windows(2) {
            let piece = Tube::new(nodes.to_vec());
            let (a, b) = piece.bounds();
            let cells: Vec<_> = grid.cells_in_box(&(a - margin), &(b + margin)).collect();
            for cell in cells {
                let here = piece.signed_distance_mm(&grid.centre(cell)) as f32;
                distance[cell] = distance[cell].min(here);
            }
        }
    }
    let thickness = torso_data().shell.rib_mm.value;
    let share = |d: f32| if d < 2.0 { solid_share(f64::from(d), thickness, mean, EDGE_MM) as f32 } else { 0.0 };
    let values = distance.values().iter().map(|&d| share(d)).collect();
    ColumnVolume::new(carried.frame(&Frame::identity()), grid.dims, [EDGE_MM; 3], grid.origin_mm, values)
}
