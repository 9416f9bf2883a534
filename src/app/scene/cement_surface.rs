//! The cement's surface, kept up to date block by block as the cement grows.

use super::surface::{Surface, linear};
use crate::geometry::{CellIndex, Grid};
use fast_surface_nets::ndshape::{ConstShape, ConstShape3u32};
use fast_surface_nets::{SurfaceNetsBuffer, surface_nets};

/// Cells along the edge of a block.
const BLOCK: usize = 16;
/// Samples of a block with those its surface shares with the next ones.
const SAMPLES: usize = BLOCK + 2;
/// The same with those that smoothing reaches.
const RAW: usize = SAMPLES + 2;
/// Saturation at the surface: a little less than half, as smoothing takes from what is thin.
const LEVEL: f32 = 0.4;
/// Saturations are told apart in this many steps; finer changes do not show.
const STEPS: f32 = 64.0;
/// Cement.
const CEMENT: [u8; 3] = [0xf5, 0xef, 0xe0];

type Shape = ConstShape3u32<{ SAMPLES as u32 }, { SAMPLES as u32 }, { SAMPLES as u32 }>;

/// A block's part of the surface: corners by the cube of the lattice that each lies in.
#[derive(Clone, Debug, Default, PartialEq)]
struct Patch {
    cubes: Vec<u32>,
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    triangles: Vec<[u32; 3]>,
}

/// Saturations by cell and the surface about them. Plain data: it lives on the simulation's thread.
#[derive(Clone, Default)]
pub struct CementSurface {
    grid: Option<Grid>,
    saturation: Vec<u8>,
    wet: Vec<CellIndex>,
    seen: Vec<bool>,
    patches: Vec<Patch>,
    stale: Vec<bool>,
    buffer: SurfaceNetsBuffer,
    remeshed: usize,
}

impl CementSurface {
    /// Nothing yet.
    pub fn new() -> CementSurface {
        CementSurface::default()
    }

    /// Takes over the cement as it is now: all wet cells with their saturations, in any order. True when the surface
    /// changed.
    pub fn update(&mut self, grid: &Grid, cells: &[(CellIndex, f32)]) -> bool {
        let new_grid = self.grid.as_ref() != Some(grid);
        if new_grid {
            self.start(grid);
        }
        self.stale.fill(false);
        let before = std::mem::take(&mut self.wet);
        for &(cell, saturation) in cells {
            let value = (saturation.clamp(0.0, 1.0) * STEPS).round() as u8;
            self.seen[cell.get()] = true;
            self.set(grid, cell, value);
        }
        for cell in before {
            if !self.seen[cell.get()] {
                self.set(grid, cell, 0);
            }
        }
        self.wet.extend(cells.iter().map(|&(cell, _)| cell));
        for cell in &self.wet {
            self.seen[cell.get()] = false;
        }
        self.remeshed = 0;
        for block in 0..self.stale.len() {
            if self.stale[block] {
                self.mesh_block(grid, block);
                self.remeshed += 1;
            }
        }
        new_grid || self.remeshed > 0
    }

    /// How many blocks the last update made anew.
    pub fn remeshed_blocks(&self) -> usize {
        self.remeshed
    }

    /// The whole surface: closed, its blocks' seams joined.
    pub fn mesh(&self) -> Surface {
        let Some(grid) = &self.grid else { return Surface::default() };
        let mut numbers = vec![u32::MAX; grid.dims.map(|n| n + 1).iter().product()];
        let colour = linear(CEMENT);
        let mut surface = Surface::default();
        for patch in &self.patches {
            let local: Vec<u32> = patch
                .cubes
                .iter()
                .enumerate()
                .map(|(i, &cube)| {
                    let number = &mut numbers[cube as usize];
                    if *number == u32::MAX {
                        *number = surface.corner(patch.positions[i], patch.normals[i], colour);
                    }
                    *number
                })
                .collect();
            surface.triangles.extend(patch.triangles.iter().map(|t| t.map(|v| local[v as usize])));
        }
        surface
    }

    fn start(&mut self, grid: &Grid) {
        let blocks = blocks(grid).iter().product();
        self.saturation = vec![0; grid.len()];
        self.seen = vec![false; grid.len()];
        self.wet.clear();
        self.patches = vec![Patch::default(); blocks];
        self.stale = vec![false; blocks];
        self.grid = Some(grid.clone());
    }

    fn set(&mut self, grid: &Grid, cell: CellIndex, value: u8) {
        if std::mem::replace(&mut self.saturation[cell.get()], value) == value {
            return;
        }
        // Smoothing carries a cell's value one cell on, and a block reads two cells more on its near side.
        let ijk = grid.coordinates(cell);
        let count = blocks(grid);
        let reach = [0, 1, 2].map(|axis| {
            let high = ((ijk[axis] + 2) / BLOCK).min(count[axis] - 1);
            (ijk[axis].saturating_sub(BLOCK + 1).div_ceil(BLOCK), high)
        });
        for k in reach[2].0..=reach[2].1 {
            for j in reach[1].0..=reach[1].1 {
                for i in reach[0].0..=reach[0].1 {
                    self.stale[i + count[0] * (j + count[1] * k)] = true;
                }
            }
        }
    }

    fn mesh_block(&mut self, grid: &Grid, block: usize) {
        let count = blocks(grid);
        let first = [block % count[0], block / count[0] % count[1], block / (count[0] * count[1])].map(|b| b * BLOCK);
        let patch = &mut self.patches[block];
        *patch = Patch::default();
        let Some(smooth) = smoothed(grid, &self.saturation, first) else { return };
        surface_nets(&smooth, &Shape {}, [0; 3], [SAMPLES as u32 - 1; 3], &mut self.buffer);
        let made = &self.buffer;
        // Sample 0 of a block is the cell before its first.
        let lattice = grid.dims.map(|n| n as u32 + 1);
        for (corner, &[x, y, z]) in made.surface_points.iter().enumerate() {
            let cube = [x, y, z];
            let whole = [0, 1, 2].map(|i| cube[i] + first[i] as u32);
            patch.cubes.push(whole[0] + lattice[0] * (whole[1] + lattice[1] * whole[2]));
            let place = [0, 1, 2].map(|i| {
                let cells = f64::from(made.positions[corner][i]) + first[i] as f64 - 1.0;
                (grid.origin_mm[i] + grid.spacing_mm * cells) as f32
            });
            patch.positions.push(place);
            let n = made.normals[corner];
            let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt().max(1e-9);
            patch.normals.push(n.map(|c| c / length));
        }
        patch.triangles = made.indices.as_chunks::<3>().0.to_vec();
    }
}

/// Blocks along the axes, the outermost with room for the surface beyond the last cells.
fn blocks(grid: &Grid) -> [usize; 3] {
    grid.dims.map(|n| (n + 1).div_ceil(BLOCK))
}

/// Level − saturation, smoothed by 1 2 1 along each axis, of the samples of a block; `None` where all is dry.
fn smoothed(grid: &Grid, saturation: &[u8], first: [usize; 3]) -> Option<Vec<f32>> {
    let mut raw = vec![0.0_f32; RAW * RAW * RAW];
    let mut wet = false;
    // Raw sample 0 is two cells before the block's first.
    let range = [0, 1, 2].map(|axis| {
        let low = 2_usize.saturating_sub(first[axis]);
        low..(grid.dims[axis] + 2).saturating_sub(first[axis]).min(RAW)
    });
    for k in range[2].clone() {
        for j in range[1].clone() {
            for i in range[0].clone() {
                let cell = grid.index([first[0] + i - 2, first[1] + j - 2, first[2] + k - 2]);
                let value = saturation[cell.get()];
                raw[i + RAW * (j + RAW * k)] = f32::from(value) / STEPS;
                wet |= value > 0;
            }
        }
    }
    if !wet {
        return None;
    }
    for stride in [1, RAW, RAW * RAW] {
        let from = raw.clone();
        for at in stride..raw.len() - stride {
            raw[at] = 0.25 * (from[at - stride] + from[at + stride]) + 0.5 * from[at];
        }
    }
    let mut samples = Vec::with_capacity(SAMPLES * SAMPLES * SAMPLES);
    for k in 1..=SAMPLES {
        for j in 1..=SAMPLES {
            let row = 1 + RAW * (j + RAW * k);
            samples.extend(raw[row..row + SAMPLES].iter().map(|s| LEVEL - s));
        }
    }
    debug_assert_eq!(samples.len(), Shape::SIZE as usize);
    Some(samples)
}

#[cfg(test)]
mod tests;
