//! The grid of a heat calculation: the body's own cells round the cement, and beyond them cells that grow outwards.

use crate::geometry::{Grid, Point};

/// The edge, at body temperature, is at least so far beyond the body's grid, mm.
pub const EDGE_MARGIN_MM: f64 = 20.0;
/// Cells keep the body's spacing to this distance from the cement, mm: bone that dies lies within (our choice).
const FINE_MARGIN_MM: f64 = 6.0;
/// Where nerves run they keep it to this distance, mm (our choice).
const NEURAL_MARGIN_MM: f64 = 12.0;
/// Nerves are looked for about every so many mm.
const NEURAL_STEP_MM: f64 = 1.0;
/// Width of a cell beyond ÷ that of the one before it (our choice).
const GROWTH: f64 = 1.5;

/// Cells between planes along each axis; x runs fastest in flat arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorGrid {
    /// Planes between cells, mm, rising; one more than there are cells.
    faces_mm: [Vec<f64>; 3],
}

impl TensorGrid {
    /// From the planes between cells along each axis: at least two, rising.
    pub fn new(faces_mm: [Vec<f64>; 3]) -> TensorGrid {
        debug_assert!(faces_mm.iter().all(|faces| faces.len() > 1 && faces.is_sorted()));
        TensorGrid { faces_mm }
    }

    /// Whole cells of `body`'s lattice about the box from `low` to `high`, that of all cement, and about what of the nerves is
    /// near it; then cells that grow, to [`EDGE_MARGIN_MM`] beyond the body's grid and that box.
    pub fn round_cement(body: &Grid, low: &Point, high: &Point, is_neural: impl Fn(&Point) -> bool) -> TensorGrid {
        let h = body.spacing_mm;
        let plane = |axis: usize, i: f64| body.origin_mm[axis] + (i - 0.5) * h;
        // The planes about a box; one drawn along planes does not gain a cell by rounding.
        let first = |axis: usize, margin: f64| ((low[axis] - margin - plane(axis, 0.0)) / h + 1e-6).floor();
        let last = |axis: usize, margin: f64| ((high[axis] + margin - plane(axis, 0.0)) / h - 1e-6).ceil();
        let mut fine = [0, 1, 2].map(|axis| [first(axis, FINE_MARGIN_MM), last(axis, FINE_MARGIN_MM)]);
        let stride = (NEURAL_STEP_MM / h).ceil();
        let [xs, ys, zs] = [0, 1, 2].map(|axis| {
            let (first, last) = (first(axis, NEURAL_MARGIN_MM), last(axis, NEURAL_MARGIN_MM));
            (0..((last - first) / stride).ceil() as usize).map(move |i| first + stride * i as f64)
        });
        for i in xs {
            for j in ys.clone() {
                for k in zs.clone() {
                    let cell = [i, j, k];
                    if is_neural(&Point::from([0, 1, 2].map(|axis| plane(axis, cell[axis] + 0.5)))) {
                        for axis in 0..3 {
                            let [first, last] = &mut fine[axis];
                            (*first, *last) = (first.min(cell[axis]), last.max(cell[axis] + stride));
                        }
                    }
                }
            }
        }
        TensorGrid::new([0, 1, 2].map(|axis| {
            let [first, last] = fine[axis];
            let edges = [
                plane(axis, 0.0).min(low[axis]) - EDGE_MARGIN_MM,
                plane(axis, body.dims[axis] as f64).max(high[axis]) + EDGE_MARGIN_MM,
            ];
            let mut faces = growing(plane(axis, first), -h, edges[0]);
            faces.reverse();
            faces.extend((0..=(last - first) as usize).map(|i| plane(axis, first + i as f64)));
            faces.extend(growing(plane(axis, last), h, edges[1]));
            faces
        }))
    }

    /// Cells along x, y, z.
    pub fn dims(&self) -> [usize; 3] {
        [0, 1, 2].map(|axis| self.faces_mm[axis].len() - 1)
    }

    /// Number of cells.
    #[allow(clippy::len_without_is_empty, reason = "a grid has cells")]
    pub fn len(&self) -> usize {
        self.dims().iter().product()
    }

    /// Steps between neighbours in flat arrays.
    pub fn strides(&self) -> [usize; 3] {
        let dims = self.dims();
        [1, dims[0], dims[0] * dims[1]]
    }

    /// (i, j, k) of a cell.
    pub fn coordinates(&self, cell: usize) -> [usize; 3] {
        let dims = self.dims();
        [cell % dims[0], cell / dims[0] % dims[1], cell / (dims[0] * dims[1])]
    }

    /// Widths of cell (i, j, k), mm.
    pub fn widths_mm(&self, ijk: [usize; 3]) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.faces_mm[axis][ijk[axis] + 1] - self.faces_mm[axis][ijk[axis]])
    }

    /// Centre of cell (i, j, k), mm.
    pub fn centre_mm(&self, ijk: [usize; 3]) -> Point {
        Point::from([0, 1, 2].map(|axis| 0.5 * (self.faces_mm[axis][ijk[axis]] + self.faces_mm[axis][ijk[axis] + 1])))
    }

    /// Volume of a cell, mm³.
    pub fn volume_mm3(&self, cell: usize) -> f64 {
        self.widths_mm(self.coordinates(cell)).iter().product()
    }

    /// Whether a point lies in the grid.
    pub fn contains(&self, point: &Point) -> bool {
        (0..3).all(|axis| {
            let faces = &self.faces_mm[axis];
            faces[0] <= point[axis] && point[axis] < faces[faces.len() - 1]
        })
    }

    /// Cells that the cube of half-edge `reach_mm` round a point touches, in flat order.
    pub fn cells_near(&self, point: &Point, reach_mm: f64) -> Vec<usize> {
        let strides = self.strides();
        let [xs, ys, zs] = [0, 1, 2].map(|axis| {
            let faces = &self.faces_mm[axis];
            let first = faces[1..].partition_point(|&face| face <= point[axis] - reach_mm);
            let end = faces[..faces.len() - 1].partition_point(|&face| face <= point[axis] + reach_mm);
            first..end.max(first)
        });
        let mut cells = Vec::with_capacity(xs.len() * ys.len() * zs.len());
        for k in zs {
            for j in ys.clone() {
                cells.extend(xs.clone().map(|i| i + j * strides[1] + k * strides[2]));
            }
        }
        cells
    }
}

/// Planes from `start` (not among them) at growing distances, the first `step` times the growth, until `end` is reached.
fn growing(start: f64, step: f64, end: f64) -> Vec<f64> {
    let mut faces = Vec::new();
    let (mut at, mut width) = (start, step);
    while (end - at) * step > 0.0 {
        width *= GROWTH;
        at += width;
        faces.push(at);
    }
    faces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Grid {
        Grid { dims: [40, 30, 26], spacing_mm: 1.0, origin_mm: Point::new(-19.5, -14.5, -12.5) }
    }

    #[test]
    fn keeps_the_bodys_cells_round_cement_and_near_nerves_and_reaches_far_beyond_the_body() {
        let (low, high) = (Point::new(-8.0, -6.0, -5.0), Point::new(7.0, 6.0, 5.0));
        let grid = TensorGrid::round_cement(&body(), &low, &high, |p| p.y > 14.0 && p.y < 30.0 && p.x.abs() < 11.0);
        let mut fine = [0; 3];
        for axis in 0..3 {
            let faces = &grid.faces_mm[axis];
            assert!(faces.windows(2).all(|pair| pair[1] - pair[0] > 1.0 - 1e-12), "{faces:?}");
            let planes = [body().origin_mm[axis] - 0.5, -body().origin_mm[axis] + 0.5];
            assert!(faces[0] <= planes[0] - 20.0 && faces[faces.len() - 1] >= planes[1] + 20.0, "{faces:?}");
            fine[axis] = faces.windows(2).filter(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9).count();
        }
        // 6 mm round the cement; the canal to 12 mm from it, all across and along it.
        assert_eq!(fine, [15 + 12, 12 + 6 + 12, 10 + 24]);
        for cell in 0..grid.len() {
            let (at, widths) = (grid.centre_mm(grid.coordinates(cell)), grid.widths_mm(grid.coordinates(cell)));
            if let (Some(host), true) = (body().cell_of(&at), widths.iter().all(|w| (w - 1.0).abs() < 1e-9)) {
                assert!((body().centre(host) - at).norm() < 1e-9, "{at} is not a centre of the body's grid");
            }
        }
    }

    #[test]
    fn cells_near_a_point_are_those_whose_box_meets_the_cube() {
        let grid = TensorGrid::round_cement(&body(), &Point::new(0.0, 0.0, 0.0), &Point::new(1.0, 1.0, 1.0), |_| false);
        let (point, reach) = (Point::new(8.7, 0.2, -9.3), 2.6);
        let near = grid.cells_near(&point, reach);
        let meets = |&cell: &usize| {
            let (at, widths) = (grid.centre_mm(grid.coordinates(cell)), grid.widths_mm(grid.coordinates(cell)));
            (0..3).all(|axis| (at[axis] - point[axis]).abs() < reach + 0.5 * widths[axis])
        };
        assert_eq!(near, (0..grid.len()).filter(meets).collect::<Vec<_>>());
        assert!(!near.is_empty() && grid.contains(&point) && !grid.contains(&Point::new(0.0, 99.0, 0.0)));
    }
}
