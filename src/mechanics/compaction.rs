//! Where the crushed bone of a cavity goes: along outward normals into the nearest cells, packed to a limit.

use super::constants::balloon_constants;
use super::inflation::{InflationError, InflationSite};
use crate::geometry::{CellIndex, Field, Grid, Point, Vector, redistance::redistance};

/// Rays of one cell along each axis; more make the shell smoother.
const RAYS: usize = 2;
/// How far from the cavity bone may go along a ray before it is left to the nearest cells with room, mm.
const REACH_MM: f64 = 6.0;

/// The bone volume fraction with the cavity's cells emptied and their bone packed into the active cells around.
///
/// Each cell's bone is shared by rays that run along the outward normal (the slope of the distance to the cavity's
/// surface) and fill the cells they pass up to the densest packing. What finds no room on its ray goes to the cells
/// nearest to the cavity. The sum over all cells is kept.
pub fn pack_around(site: &InflationSite, cavity: &[CellIndex]) -> Result<Field<f64>, InflationError> {
    let mut after = site.bone_volume_fraction.clone();
    let grid = after.grid().clone();
    let densest = balloon_constants().compaction.densest_bone_volume_fraction;
    let Some(near) = Neighbourhood::of(&grid, cavity) else { return Ok(after) };
    let mut loads: Vec<f64> = Vec::with_capacity(cavity.len());
    for &cell in cavity {
        loads.push(std::mem::replace(&mut after[cell], 0.0));
    }
    let mut takes: Vec<bool> = site.active.values().to_vec();
    for &cell in cavity {
        takes[cell.get()] = false;
    }

    let rays = (RAYS * RAYS * RAYS) as f64;
    let mut left = 0.0;
    for (&cell, &load) in cavity.iter().zip(&loads) {
        for ray in 0..RAYS * RAYS * RAYS {
            let part = [ray % RAYS, ray / RAYS % RAYS, ray / (RAYS * RAYS)];
            let shift = part.map(|i| ((i as f64 + 0.5) / RAYS as f64 - 0.5) * grid.spacing_mm);
            let start = grid.centre(cell) + Vector::from(shift);
            left += near.deposit(&mut after, &takes, &start, site, load / rays, densest);
        }
    }
    fill_nearest(&mut after, &takes, &near, left, densest)?;
    Ok(after)
}

/// Distance to the cavity's surface on the box around it, negative inside.
struct Neighbourhood {
    distance: Field<f32>,
}

impl Neighbourhood {
    fn of(grid: &Grid, cavity: &[CellIndex]) -> Option<Neighbourhood> {
        let mut low = grid.dims;
        let mut high = [0; 3];
        for &cell in cavity {
            let ijk = grid.coordinates(cell);
            for axis in 0..3 {
                low[axis] = low[axis].min(ijk[axis]);
                high[axis] = high[axis].max(ijk[axis]);
            }
        }
        if cavity.is_empty() {
            return None;
        }
        let pad = (REACH_MM / grid.spacing_mm).ceil() as usize + 2;
        let low = low.map(|i| i.saturating_sub(pad));
        let high = [0, 1, 2].map(|axis| (high[axis] + pad).min(grid.dims[axis] - 1));
        let dims = [0, 1, 2].map(|axis| high[axis] - low[axis] + 1);
        let inner = Grid { dims, spacing_mm: grid.spacing_mm, origin_mm: grid.centre_at(low) };
        let mut side = Field::filled(inner.clone(), 1.0_f32);
        for &cell in cavity {
            let ijk = grid.coordinates(cell);
            let at = inner.index([0, 1, 2].map(|axis| ijk[axis] - low[axis]));
            side[at] = -1.0;
        }
        Some(Neighbourhood { distance: redistance(&smoothed(&side)) })
    }

    /// Fills the cells along the outward normal from `start`; returns what found no room.
    fn deposit(
        &self,
        after: &mut Field<f64>,
        takes: &[bool],
        start: &Point,
        site: &InflationSite,
        load: f64,
        densest: f64,
    ) -> f64 {
        let step_mm = 0.5 * after.grid().spacing_mm;
        let slope = self.distance.gradient(start);
        let from_axis = (start - site.centre) - site.axis * (start - site.centre).dot(&site.axis);
        let normal = slope.try_normalize(0.3).or(from_axis.try_normalize(1e-9)).unwrap_or(site.axis);
        // Inside the cavity the surface is at least as far as the distance says.
        let mut travelled = (-self.distance.sample(start)).max(0.0) * 0.9;
        let farthest = travelled + REACH_MM;
        let mut left = load;
        while left > 0.0 && travelled < farthest {
            let Some(cell) = after.grid().cell_of(&(start + normal * travelled)) else { break };
            if takes[cell.get()] {
                let put = (densest - after[cell]).max(0.0).min(left);
                after[cell] += put;
                left -= put;
            }
            travelled += step_mm;
        }
        left
    }
}

/// Mean over the 27 cells around each, so that the staircase of a voxel cavity has a surface with normals.
fn smoothed(side: &Field<f32>) -> Field<f32> {
    let grid = side.grid();
    let mut field = side.clone();
    for axis in 0..3 {
        let before = field.clone();
        let stride = grid.strides()[axis];
        for cell in grid.cells() {
            let i = grid.coordinates(cell)[axis];
            let c = cell.get();
            let low = if i > 0 { before.values()[c - stride] } else { before.values()[c] };
            let high = if i + 1 < grid.dims[axis] { before.values()[c + stride] } else { before.values()[c] };
            field.values_mut()[c] = (low + before.values()[c] + high) / 3.0;
        }
    }
    field
}

/// Puts `left` (in cells of solid bone) into the cells nearest to the cavity that have room.
fn fill_nearest(
    after: &mut Field<f64>,
    takes: &[bool],
    near: &Neighbourhood,
    mut left: f64,
    densest: f64,
) -> Result<(), InflationError> {
    if left <= 0.0 {
        return Ok(());
    }
    let grid = after.grid().clone();
    let mut order: Vec<(f64, CellIndex)> = grid
        .cells()
        .filter(|cell| takes[cell.get()] && after[*cell] < densest)
        .map(|cell| (near.distance.sample(&grid.centre(cell)), cell))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (_, cell) in order {
        let put = (densest - after[cell]).min(left);
        after[cell] += put;
        left -= put;
        if left <= 0.0 {
            return Ok(());
        }
    }
    Err(InflationError::NoRoom { left_mm3: left * grid.cell_volume_mm3() })
}
