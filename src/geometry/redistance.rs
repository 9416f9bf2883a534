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
/// coarser and coarser grids. Accurate to a fraction of a voxel near the surface, to some 7 % far from it (the corners of
/// a box about a sphere are 12.8 mm from it, and found 0.8 mm farther).
/// Where no surface crosses the grid every distance is infinite.
pub fn redistance(implicit: &Field<f32>) -> Field<f32> {
    let grid = implicit.grid().clone();
    let mut distance = surface_cells(implicit);
    solve(grid.dims, grid.spacing_mm as f32, &mut distance);
    Field::from_values(grid, distance).unwrap_or_else(|| implicit.clone())
}

/// Signed distances of the cells beside the surface; others infinite, with their sign.
fn surface_cells(implicit: &Field<f32>) -> Vec<f32> {
    let [nx, ny, nz] = implicit.grid().dims;
    let strides = implicit.grid().strides();
    let values = implicit.values();
    let h = implicit.grid().spacing_mm;
    let negative = |c: usize| values[c] < 0.0;
    let mut distance: Vec<f32> =
        values.iter().map(|&f| if f < 0.0 { f32::NEG_INFINITY } else { f32::INFINITY }).collect();
    let mut beside = |c: usize, ijk: [usize; 3]| {
        if distance[c].is_finite() {
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
        distance[c] = if f < 0.0 { -d } else { d };
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

/// Fills in the infinite cells of a signed distance.
fn solve(dims: [usize; 3], h: f32, distance: &mut [f32]) {
    let known: Vec<u32> = distance.iter().enumerate().filter(|(_, d)| d.is_finite()).map(|(c, _)| c as u32).collect();
    if known.is_empty() || known.len() == distance.len() {
        return;
    }
    if distance.len() <= SWEPT_WHOLE {
        let mut unknown: Vec<u32> =
            distance.iter().enumerate().filter(|(_, d)| d.is_infinite()).map(|(c, _)| c as u32).collect();
        while relax(dims, h, distance, &unknown) {
            unknown.reverse();
        }
        return;
    }
    let band = band_about(dims, distance, known);
    for _ in 0..3 {
        relax(dims, h, distance, &band);
    }
    let half = dims.map(|n| n.div_ceil(2));
    let mut coarse = restricted(dims, half, distance);
    solve(half, 2.0 * h, &mut coarse);
    continued(dims, half, &coarse, distance);
}

/// The unknown cells within [`BAND`] layers of the known ones, layer after layer: about in the order of distance.
fn band_about(dims: [usize; 3], distance: &[f32], known: Vec<u32>) -> Vec<u32> {
    let mut taken: Vec<bool> = distance.iter().map(|d| d.is_finite()).collect();
    let (mut band, mut layer) = (Vec::new(), known);
    for _ in 0..BAND {
        let mut next = Vec::new();
        for &c in &layer {
            for n in neighbours(dims, c as usize).into_iter().flatten().flatten() {
                if !std::mem::replace(&mut taken[n], true) {
                    next.push(n as u32);
                }
            }
        }
        band.extend(&next);
        layer = next;
    }
    band
}

/// The neighbours of a cell below and above along each axis.
fn neighbours(dims: [usize; 3], c: usize) -> [[Option<usize>; 2]; 3] {
    let strides = [1, dims[0], dims[0] * dims[1]];
    let ijk = [c % dims[0], c / dims[0] % dims[1], c / strides[2]];
    [0, 1, 2].map(|axis| {
        [(ijk[axis] > 0).then(|| c - strides[axis]), (ijk[axis] + 1 < dims[axis]).then(|| c + strides[axis])]
    })
}

/// One sweep over the cells in their order; true where anything changed. Signs stay.
fn relax(dims: [usize; 3], h: f32, distance: &mut [f32], cells: &[u32]) -> bool {
    let mut changed = false;
    for &c in cells {
        let c = c as usize;
        let mut a = neighbours(dims, c)
            .map(|pair| pair.into_iter().flatten().map(|n| distance[n].abs()).fold(f32::INFINITY, f32::min));
        let old = distance[c];
        // Distances only spread outwards: from neighbours that are all farther nothing can come.
        if a[0].min(a[1]).min(a[2]) >= old.abs() {
            continue;
        }
        for (low, high) in [(0, 1), (1, 2), (0, 1)] {
            if a[high] < a[low] {
                a.swap(low, high);
            }
        }
        let new = eikonal(a, h);
        if new < old.abs() {
            distance[c] = new.copysign(old);
            changed = true;
        }
    }
    changed
}

/// On cells twice as large: the mean of eight cells where all are known, infinite elsewhere, with the sign.
fn restricted(dims: [usize; 3], half: [usize; 3], fine: &[f32]) -> Vec<f32> {
    let mut coarse = Vec::with_capacity(half[0] * half[1] * half[2]);
    for k in 0..half[2] {
        for j in 0..half[1] {
            for i in 0..half[0] {
                let (mut sum, mut infinite) = (0.0, None);
                for part in 0..8_usize {
                    let at = [0, 1, 2].map(|axis| (2 * [i, j, k][axis] + (part >> axis & 1)).min(dims[axis] - 1));
                    let value = fine[at[0] + dims[0] * (at[1] + dims[1] * at[2])];
                    if value.is_infinite() {
                        infinite = Some(value);
                    }
                    sum += value;
                }
                coarse.push(infinite.unwrap_or(0.125 * sum));
            }
        }
    }
    coarse
}

/// Fills the infinite cells of the fine grid from the coarse one, linearly between its centres.
fn continued(dims: [usize; 3], half: [usize; 3], coarse: &[f32], fine: &mut [f32]) {
    // Coarse neighbours of a fine coordinate: the cell it lies in, and the next on its side.
    let pair = |axis: usize, i: usize| {
        let own = i / 2;
        let other = if i.is_multiple_of(2) { own.saturating_sub(1) } else { (own + 1).min(half[axis] - 1) };
        [own, other]
    };
    let mut line = vec![0.0; half[0]];
    for k in 0..dims[2] {
        let ks = pair(2, k);
        for j in 0..dims[1] {
            let row = &mut fine[dims[0] * (j + dims[1] * k)..][..dims[0]];
            if row.iter().all(|d| d.is_finite()) {
                continue;
            }
            let js = pair(1, j);
            let at = |j: usize, k: usize| half[0] * (j + half[1] * k);
            let rows = [at(js[0], ks[0]), at(js[1], ks[0]), at(js[0], ks[1]), at(js[1], ks[1])];
            let [a, b, c, d] = rows.map(|start| &coarse[start..start + half[0]]);
            for i in 0..half[0] {
                line[i] = 0.5625 * a[i] + 0.1875 * (b[i] + c[i]) + 0.0625 * d[i];
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
