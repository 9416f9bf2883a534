//! Signed distances to the zero surface of any implicit function: a narrow band at each of several spacings.

use super::Field;

/// Layers of cells about the surface that are solved at each spacing; beyond them distances come from cells twice as
/// large, which have a band of their own.
const BAND: usize = 5;
/// A grid of no more cells than this is swept as a whole.
const SWEPT_WHOLE: usize = 4096;

/// Distance in mm to the surface where `implicit` is zero, with the sign of `implicit`, on the same grid.
///
/// Cells next to the surface start from the first-order distance |f|/|∇f|; the others follow from the eikonal
/// equation (Godunov upwind; Zhao, Math. Comp. 74, 2005) in a band of a few cells, and beyond it from the same on
/// coarser and coarser grids. Made for what is asked of it: signs, surfaces and clearances of a few mm. About a sphere
/// of 8 mm radius on a grid of 0.5 mm it is within 0.2 mm of the truth up to 2.5 mm from the surface and within 0.5 mm
/// up to 5 mm; farther out it is too far by up to a seventh (0.9 mm at 7 mm).
/// Where no surface crosses the grid every distance is infinite.
pub fn redistance(implicit: &Field<f32>) -> Field<f32> {
    let grid = implicit.grid().clone();
    let mut distance = surface_cells(implicit);
    distance.solve(grid.spacing_mm as f32);
    Field::from_values(grid, distance.inner()).unwrap_or_else(|| implicit.clone())
}

/// Signed distances on a grid with a layer of infinite ones all round it, so that every cell has six neighbours.
struct Distances {
    /// Cells along the axes without that layer.
    dims: [usize; 3],
    /// From a cell to its neighbour along the axes.
    strides: [usize; 3],
    values: Vec<f32>,
}

impl Distances {
    fn infinite(dims: [usize; 3]) -> Distances {
        let [nx, ny, nz] = dims.map(|n| n + 2);
        Distances { dims, strides: [1, nx, nx * ny], values: vec![f32::INFINITY; nx * ny * nz] }
    }

    /// Where the row of cells along x begins.
    fn row(&self, j: usize, k: usize) -> usize {
        1 + (j + 1) * self.strides[1] + (k + 1) * self.strides[2]
    }

    /// Starts of all rows.
    fn rows(&self) -> impl Iterator<Item = usize> {
        let (strides, [_, ny, nz]) = (self.strides, self.dims);
        (1..=nz).flat_map(move |k| (1..=ny).map(move |j| 1 + j * strides[1] + k * strides[2]))
    }

    /// Without the layer round it.
    fn inner(&self) -> Vec<f32> {
        let mut inner = Vec::with_capacity(self.dims[0] * self.dims[1] * self.dims[2]);
        for row in self.rows() {
            inner.extend_from_slice(&self.values[row..row + self.dims[0]]);
        }
        inner
    }

    /// Fills in the infinite cells.
    fn solve(&mut self, h: f32) {
        let mut known = Vec::new();
        for row in self.rows() {
            known.extend((row..row + self.dims[0]).filter(|&c| self.values[c].is_finite()).map(|c| c as u32));
        }
        let cells = self.dims[0] * self.dims[1] * self.dims[2];
        if known.is_empty() || known.len() == cells {
            return;
        }
        if cells <= SWEPT_WHOLE {
            let mut unknown: Vec<u32> = Vec::with_capacity(cells);
            for row in self.rows() {
                unknown.extend((row..row + self.dims[0]).filter(|&c| self.values[c].is_infinite()).map(|c| c as u32));
            }
            while self.relax(h, &unknown) {
                unknown.reverse();
            }
            return;
        }
        let band = self.band_about(known);
        for _ in 0..3 {
            if !self.relax(h, &band) {
                break;
            }
        }
        let mut coarse = self.restricted();
        coarse.solve(2.0 * h);
        self.continue_from(&coarse);
    }

    /// The unknown cells within [`BAND`] layers of the known ones, layer after layer: about in the order of distance.
    fn band_about(&self, known: Vec<u32>) -> Vec<u32> {
        let mut taken = vec![true; self.values.len()];
        for row in self.rows() {
            for c in row..row + self.dims[0] {
                taken[c] = self.values[c].is_finite();
            }
        }
        let (mut band, mut layer) = (Vec::new(), known);
        for _ in 0..BAND {
            let mut next = Vec::new();
            for &c in &layer {
                let c = c as usize;
                for n in self.strides.iter().flat_map(|&s| [c - s, c + s]) {
                    if !std::mem::replace(&mut taken[n], true) {
                        next.push(n as u32);
                    }
                }
            }
            band.extend_from_slice(&next);
            layer = next;
        }
        band
    }

    /// One sweep over the cells in their order; true where anything changed. Signs stay.
    fn relax(&mut self, h: f32, cells: &[u32]) -> bool {
        let [_, sy, sz] = self.strides;
        let values = &mut self.values[..];
        let mut changed = false;
        for &c in cells {
            let c = c as usize;
            let old = values[c];
            let along = |s: usize| values[c - s].abs().min(values[c + s].abs());
            let (x, y, z) = (along(1), along(sy), along(sz));
            // Distances only spread outwards: from neighbours that are all farther nothing can come.
            if x.min(y).min(z) >= old.abs() {
                continue;
            }
            let (low, high) = (x.min(y), x.max(y));
            let new = eikonal([low.min(z), low.max(high.min(z)), high.max(z)], h);
            if new < old.abs() {
                values[c] = new.copysign(old);
                changed = true;
            }
        }
        changed
    }

    /// On cells twice as large: the mean of eight cells where all are known, infinite elsewhere, with the sign.
    fn restricted(&self) -> Distances {
        let half = self.dims.map(|n| n.div_ceil(2));
        let mut coarse = Distances::infinite(half);
        for k in 0..half[2] {
            for j in 0..half[1] {
                // The last cell of an odd number counts twice.
                let [js, ks] = [(j, 1), (k, 2)].map(|(i, axis)| [2 * i, (2 * i + 1).min(self.dims[axis] - 1)]);
                let rows = [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[j, k]| self.row(js[j], ks[k]));
                let [a, b, c, d] = rows.map(|start| &self.values[start..start + self.dims[0]]);
                let out = coarse.row(j, k);
                for (i, value) in coarse.values[out..out + half[0]].iter_mut().enumerate() {
                    let [i, next] = [2 * i, (2 * i + 1).min(self.dims[0] - 1)];
                    let all = [a[i], a[next], b[i], b[next], c[i], c[next], d[i], d[next]];
                    // Infinite ones of both signs: the last one's, as any would do.
                    let infinite = all.iter().rev().find(|v| v.is_infinite());
                    *value = infinite.copied().unwrap_or_else(|| 0.125 * all.iter().sum::<f32>());
                }
            }
        }
        coarse
    }

    /// Fills the infinite cells from those twice as large, linearly between their centres.
    fn continue_from(&mut self, coarse: &Distances) {
        let half = coarse.dims;
        // Coarse neighbours of a fine coordinate: the cell it lies in, and the next on its side.
        let pair = |axis: usize, i: usize| {
            let own = i / 2;
            let other = if i.is_multiple_of(2) { own.saturating_sub(1) } else { (own + 1).min(half[axis] - 1) };
            [own, other]
        };
        let mut line = vec![0.0; half[0]];
        for k in 0..self.dims[2] {
            let ks = pair(2, k);
            for j in 0..self.dims[1] {
                let start = self.row(j, k);
                let row = &mut self.values[start..start + self.dims[0]];
                if row.iter().all(|d| d.is_finite()) {
                    continue;
                }
                let js = pair(1, j);
                let rows = [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[j, k]| coarse.row(js[j], ks[k]));
                let [a, b, c, d] = rows.map(|start| &coarse.values[start..start + half[0]]);
                for (i, value) in line.iter_mut().enumerate() {
                    *value = 0.5625 * a[i] + 0.1875 * (b[i] + c[i]) + 0.0625 * d[i];
                }
                for (i, value) in row.iter_mut().enumerate() {
                    if value.is_infinite() {
                        let [own, other] = pair(0, i);
                        *value = (0.75 * line[own] + 0.25 * line[other]).abs().copysign(*value);
                    }
                }
            }
        }
    }
}

/// Distances of the cells beside the surface; others infinite, with their sign.
fn surface_cells(implicit: &Field<f32>) -> Distances {
    let [nx, ny, nz] = implicit.grid().dims;
    let strides = implicit.grid().strides();
    let values = implicit.values();
    let h = implicit.grid().spacing_mm;
    let negative = |c: usize| values[c] < 0.0;
    let mut distance = Distances::infinite([nx, ny, nz]);
    let out: Vec<usize> = distance.rows().collect();
    for (row, &out) in values.chunks_exact(nx).zip(&out) {
        for (distance, &f) in distance.values[out..out + nx].iter_mut().zip(row) {
            *distance = distance.copysign(f);
        }
    }
    let mut beside = |c: usize, ijk: [usize; 3]| {
        let own = &mut distance.values[out[ijk[1] + ny * ijk[2]] + ijk[0]];
        if own.is_finite() {
            return;
        }
        let f = f64::from(values[c]);
        let mut gradient2 = 0.0;
        for axis in 0..3 {
            let below = (ijk[axis] > 0).then(|| f64::from(values[c - strides[axis]]));
            let above = (ijk[axis] + 1 < [nx, ny, nz][axis]).then(|| f64::from(values[c + strides[axis]]));
            let mut steepest: f64 = 0.0;
            for other in [below, above].into_iter().flatten() {
                if (other < 0.0) != (f < 0.0) {
                    steepest = steepest.max((other - f).abs() / h);
                }
            }
            if steepest == 0.0
                && let (Some(a), Some(b)) = (below, above)
            {
                steepest = (b - a).abs() / (2.0 * h);
            }
            gradient2 += steepest * steepest;
        }
        // Never farther than a voxel's diagonal: a crossing is next door.
        let d = (f.abs() / gradient2.sqrt()).min(h * 1.75).max(1e-9 * h) as f32;
        *own = if f < 0.0 { -d } else { d };
    };
    for k in 0..nz {
        for j in 0..ny {
            let row = nx * (j + ny * k);
            for i in 0..nx {
                let c = row + i;
                let here = negative(c);
                let ijk = [i, j, k];
                for axis in 0..3 {
                    if ijk[axis] + 1 < [nx, ny, nz][axis] && negative(c + strides[axis]) != here {
                        beside(c, ijk);
                        let mut next = ijk;
                        next[axis] += 1;
                        beside(c + strides[axis], next);
                    }
                }
            }
        }
    }
    distance
}

/// Solution of Σ max(d − aᵢ, 0)² = h² for ascending neighbour distances `a`.
fn eikonal(a: [f32; 3], h: f32) -> f32 {
    let one = a[0] + h;
    if one <= a[1] || !a[0].is_finite() {
        return one;
    }
    let difference = a[0] - a[1];
    let two = 0.5 * (a[0] + a[1] + (2.0 * h * h - difference * difference).max(0.0).sqrt());
    if two <= a[2] {
        return two;
    }
    let sum = a[0] + a[1] + a[2];
    let squares = a[0] * a[0] + a[1] * a[1] + a[2] * a[2];
    (sum + (sum * sum - 3.0 * (squares - h * h)).max(0.0).sqrt()) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Grid, Point};

    #[test]
    fn a_badly_scaled_sphere_becomes_a_distance() {
        let grid = Grid::covering(&Point::new(-12.0, -12.0, -12.0), &Point::new(12.0, 12.0, 12.0), 0.8);
        let radius = 8.0;
        let implicit = Field::from_fn(grid.clone(), |p| (3.0 * (p.coords.norm_squared() - radius * radius)) as f32);
        let distance = redistance(&implicit);
        let mut worst_near: f64 = 0.0;
        let mut worst_far: f64 = 0.0;
        for cell in grid.cells() {
            let exact = grid.centre(cell).coords.norm() - radius;
            let error = (f64::from(distance[cell]) - exact).abs();
            if exact.abs() < 2.0 {
                worst_near = worst_near.max(error);
            } else if exact > -6.0 {
                worst_far = worst_far.max(error);
            }
        }
        println!("errors {worst_near} near, {worst_far} far");
        assert!(worst_near < 0.25, "within 2 mm of the surface the error is {worst_near} mm");
        assert!(worst_far < 0.9, "far from the surface the error is {worst_far} mm");
    }

    #[test]
    fn a_plane_is_exact() {
        let grid = Grid::covering(&Point::new(0.0, 0.0, 0.0), &Point::new(6.0, 6.0, 6.0), 1.0);
        let implicit = Field::from_fn(grid.clone(), |p| (0.2 * (p.z - 2.8)) as f32);
        let distance = redistance(&implicit);
        for cell in grid.cells() {
            let exact = grid.centre(cell).z - 2.8;
            assert!((f64::from(distance[cell]) - exact).abs() < 1e-5, "{} for {exact}", distance[cell]);
        }
    }
}
