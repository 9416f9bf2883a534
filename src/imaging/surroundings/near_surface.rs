//! An implicit function on a grid, evaluated cell by cell near its surface alone and block by block elsewhere.

use crate::geometry::{Grid, Point, Vector};
use rayon::prelude::*;

/// Edge of the largest block in cells; a block is halved down to single cells where the surface may be near.
const BLOCK: usize = 8;

/// An implicit function near whose surface each cell is to have a value of its own.
pub(super) struct NearSurface<'a, F, S> {
    pub grid: &'a Grid,
    /// Cells nearer to the surface than this have their own value, mm.
    pub band_mm: f64,
    /// Negative inside.
    pub implicit: F,
    /// Bound on its slope within a distance of a point, per mm.
    pub steepness: S,
}

impl<F, S> NearSurface<'_, F, S>
where
    F: Fn(&Point) -> f64 + Sync,
    S: Fn(&Point, f64) -> f64 + Sync,
{
    /// Values in the grid's order.
    pub fn values(&self) -> Vec<f32> {
        let [nx, ny, _] = self.grid.dims;
        let mut values = vec![f32::INFINITY; self.grid.len()];
        values.par_chunks_mut((nx * ny * BLOCK).max(1)).enumerate().for_each(|(slab, values)| {
            for j in (0..ny).step_by(BLOCK) {
                for i in (0..nx).step_by(BLOCK) {
                    self.fill([i, j, slab * BLOCK], BLOCK, slab * BLOCK, values);
                }
            }
        });
        values
    }

    /// Fills the block with corner `at`, as far as it lies in the grid; `values` begins at layer `low`.
    fn fill(&self, at: [usize; 3], edge: usize, low: usize, values: &mut [f32]) {
        let [nx, ny, nz] = self.grid.dims;
        if at[0] >= nx || at[1] >= ny || at[2] >= nz {
            return;
        }
        let h = self.grid.spacing_mm;
        let centre = self.grid.centre_at(at) + Vector::repeat(0.5 * (edge - 1) as f64 * h);
        let middle = (self.implicit)(&centre);
        let reach_mm = 0.5 * h * edge as f64 * 3.0_f64.sqrt() + self.band_mm;
        if edge == 1 || middle.abs() > (self.steepness)(&centre, reach_mm) * reach_mm {
            for k in at[2]..(at[2] + edge).min(nz) {
                for j in at[1]..(at[1] + edge).min(ny) {
                    let row = nx * (j + ny * (k - low));
                    values[row + at[0]..row + (at[0] + edge).min(nx)].fill(middle as f32);
                }
            }
            return;
        }
        let half = edge / 2;
        for part in 0..8 {
            let corner = [0, 1, 2].map(|axis| at[axis] + half * (part >> axis & 1));
            self.fill(corner, half, low, values);
        }
    }
}

/// The half x > 0 of a grid that is even about x = 0.
pub(super) fn left_half(grid: &Grid) -> Grid {
    let skipped = grid.dims[0] / 2;
    Grid {
        dims: [grid.dims[0] - skipped, grid.dims[1], grid.dims[2]],
        spacing_mm: grid.spacing_mm,
        origin_mm: grid.origin_mm + Vector::new(skipped as f64 * grid.spacing_mm, 0.0, 0.0),
    }
}

/// Values of the whole grid from those of its left half.
pub(super) fn mirrored(half: &Grid, values: &[f32]) -> Vec<f32> {
    let rows = values.chunks_exact(half.dims[0].max(1));
    rows.flat_map(|row| row.iter().rev().chain(row)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_near_a_ball_have_its_distance_and_the_others_its_side() {
        let grid = Grid::covering(&Point::new(-20.0, -20.0, -20.0), &Point::new(20.0, 20.0, 20.0), 1.0);
        let ball = |p: &Point| (p - Point::new(2.0, -1.0, 3.0)).norm() - 9.0;
        let near = NearSurface { grid: &grid, band_mm: 1.5, implicit: ball, steepness: |_: &Point, _| 1.0 };
        let values = near.values();
        for cell in grid.cells() {
            let (found, exact) = (f64::from(values[cell.get()]), ball(&grid.centre(cell)));
            assert!(exact.abs() > 1.5 || (found - exact).abs() < 1e-5, "{found} for {exact}");
            assert!(exact.abs() < 1e-6 || found * exact > 0.0, "{found} for {exact}");
        }
    }
}
