//! A regular grid of cubic voxels and its typed cell indices.

use super::{Point, Vector};
use serde::{Deserialize, Serialize};

/// Position of a cell in the flat arrays of a [`Grid`]: x runs fastest, then y, then z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellIndex(pub u32);

impl CellIndex {
    /// As an index into a slice.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// A box of cubic voxels, axis-aligned in its frame.
///
/// ```text
///        z (superior)
///        |   y (posterior)        cell (i, j, k) is centred on
///        |  /                     origin + spacing · (i, j, k)
///        | /
///        o------ x (left)         o: origin, the CENTRE of cell (0, 0, 0)
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Cells along x, y, z.
    pub dims: [usize; 3],
    /// Edge of a voxel in mm.
    pub spacing_mm: f64,
    /// Centre of cell (0, 0, 0) in mm.
    pub origin_mm: Point,
}

/// The six face directions: axis and sign, −x, +x, −y, +y, −z, +z.
pub const FACES: [(usize, isize); 6] = [(0, -1), (0, 1), (1, -1), (1, 1), (2, -1), (2, 1)];

impl Grid {
    /// The smallest grid of the given spacing whose voxels cover the box from `low` to `high`.
    ///
    /// Voxel centres sit on whole multiples of the spacing plus one half, so that grids of one frame nest:
    /// halving the spacing splits every voxel into eight.
    pub fn covering(low: &Point, high: &Point, spacing_mm: f64) -> Grid {
        let first = [0, 1, 2].map(|axis| (low[axis] / spacing_mm).floor());
        let last = [0, 1, 2].map(|axis| (high[axis] / spacing_mm).ceil());
        let dims = [0, 1, 2].map(|axis| (last[axis] - first[axis]).max(1.0) as usize);
        let origin_mm = Point::from([0, 1, 2].map(|axis| (first[axis] + 0.5) * spacing_mm));
        Grid { dims, spacing_mm, origin_mm }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.dims[0] * self.dims[1] * self.dims[2]
    }

    /// True when the grid has no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Volume of a voxel in mm³.
    pub fn cell_volume_mm3(&self) -> f64 {
        self.spacing_mm * self.spacing_mm * self.spacing_mm
    }

    /// Steps between neighbours along x, y, z in the flat arrays.
    pub fn strides(&self) -> [usize; 3] {
        [1, self.dims[0], self.dims[0] * self.dims[1]]
    }

    /// The cell at (i, j, k), which must lie inside.
    pub fn index(&self, [i, j, k]: [usize; 3]) -> CellIndex {
        debug_assert!(i < self.dims[0] && j < self.dims[1] && k < self.dims[2]);
        CellIndex((i + self.dims[0] * (j + self.dims[1] * k)) as u32)
    }

    /// (i, j, k) of a cell.
    pub fn coordinates(&self, cell: CellIndex) -> [usize; 3] {
        let c = cell.get();
        [c % self.dims[0], c / self.dims[0] % self.dims[1], c / (self.dims[0] * self.dims[1])]
    }

    /// Centre of a cell in mm.
    pub fn centre(&self, cell: CellIndex) -> Point {
        self.centre_at(self.coordinates(cell))
    }

    /// Centre of cell (i, j, k) in mm.
    pub fn centre_at(&self, ijk: [usize; 3]) -> Point {
        self.origin_mm + Vector::new(ijk[0] as f64, ijk[1] as f64, ijk[2] as f64) * self.spacing_mm
    }

    /// The cell that contains a point, if any.
    pub fn cell_of(&self, point: &Point) -> Option<CellIndex> {
        let mut ijk = [0; 3];
        for axis in 0..3 {
            let u = ((point[axis] - self.origin_mm[axis]) / self.spacing_mm + 0.5).floor();
            if !(u >= 0.0 && u < self.dims[axis] as f64) {
                return None;
            }
            ijk[axis] = u as usize;
        }
        Some(self.index(ijk))
    }

    /// The neighbour across one of the [`FACES`], if it lies inside.
    pub fn neighbour(&self, cell: CellIndex, (axis, sign): (usize, isize)) -> Option<CellIndex> {
        let u = self.coordinates(cell)[axis] as isize + sign;
        (u >= 0 && u < self.dims[axis] as isize)
            .then(|| CellIndex((cell.get() as isize + sign * self.strides()[axis] as isize) as u32))
    }

    /// All cells in the order of the flat arrays.
    pub fn cells(&self) -> impl Iterator<Item = CellIndex> + use<> {
        (0..self.len() as u32).map(CellIndex)
    }

    /// The cells whose centres lie in the box from `low` to `high`, clipped to the grid.
    pub fn cells_in_box(&self, low: &Point, high: &Point) -> impl Iterator<Item = CellIndex> + '_ {
        let range = [0, 1, 2].map(|axis| {
            let top = self.dims[axis] as f64;
            let a = ((low[axis] - self.origin_mm[axis]) / self.spacing_mm).ceil().clamp(0.0, top) as usize;
            let b = ((high[axis] - self.origin_mm[axis]) / self.spacing_mm).floor() + 1.0;
            a..(b.clamp(a as f64, top.max(a as f64)) as usize)
        });
        let [xs, ys, zs] = range;
        zs.flat_map(move |k| {
            let xs = xs.clone();
            ys.clone().flat_map(move |j| xs.clone().map(move |i| self.index([i, j, k])))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid { dims: [5, 3, 4], spacing_mm: 0.5, origin_mm: Point::new(-1.0, 2.0, 0.25) }
    }

    #[test]
    fn index_and_centre_are_inverse() {
        let grid = grid();
        for cell in grid.cells() {
            assert_eq!(grid.index(grid.coordinates(cell)), cell);
            assert_eq!(grid.cell_of(&grid.centre(cell)), Some(cell));
        }
    }

    #[test]
    fn cell_of_is_none_outside_and_for_nan() {
        let grid = grid();
        assert_eq!(grid.cell_of(&Point::new(-1.26, 2.0, 0.25)), None);
        assert_eq!(grid.cell_of(&Point::new(f64::NAN, 2.0, 0.25)), None);
    }

    #[test]
    fn neighbours_are_mutual_and_stop_at_the_border() {
        let grid = grid();
        for cell in grid.cells() {
            for (axis, sign) in FACES {
                if let Some(other) = grid.neighbour(cell, (axis, sign)) {
                    assert_eq!(grid.neighbour(other, (axis, -sign)), Some(cell));
                    assert!((grid.centre(other) - grid.centre(cell)).norm() - 0.5 < 1e-12);
                }
            }
        }
        assert_eq!(grid.neighbour(CellIndex(0), (0, -1)), None);
    }

    #[test]
    fn finer_covering_grid_splits_each_voxel_into_eight() {
        let (low, high) = (Point::new(-3.2, -1.0, 0.1), Point::new(4.7, 2.0, 3.9));
        let coarse = Grid::covering(&low, &high, 1.0);
        let fine = Grid::covering(&low, &high, 0.5);
        for cell in fine.cells() {
            let centre = fine.centre(cell);
            let host = coarse.cell_of(&centre).expect("the coarse grid covers the same box");
            let offset = centre - coarse.centre(host);
            assert!(offset.iter().all(|d| (d.abs() - 0.25).abs() < 1e-12), "{offset:?}");
        }
    }

    #[test]
    fn box_query_finds_just_the_centres_inside() {
        let grid = grid();
        let (low, high) = (Point::new(-0.6, 1.0, 0.3), Point::new(0.6, 2.6, 9.0));
        let found: Vec<_> = grid.cells_in_box(&low, &high).collect();
        let expected: Vec<_> = grid
            .cells()
            .filter(|&c| {
                let p = grid.centre(c);
                (0..3).all(|a| p[a] >= low[a] && p[a] <= high[a])
            })
            .collect();
        assert_eq!(found, expected);
    }
}
