//! Volumes without sharp edges: asked on a raster wider than the pixels, and read between.

use super::column_volume::{ColumnVolume, VoxelLine};
use super::fan::Fan;
use crate::imaging::beam::BINS;
use crate::imaging::catmull_rom::catmull_rom;
use rayon::prelude::*;

/// From node to node of the raster on the detector at most, mm: some 1.3 mm in the patient, where soft tissue is kept
/// in voxels of 1.6 to 3.5 mm.
const RASTER_MM: f64 = 2.4;

/// A smooth volume's paths behind a raster of pixels.
pub(super) struct SmoothPart {
    attenuation_per_mm: [f32; BINS],
    /// Pixels from node to node.
    step: usize,
    /// Nodes of a row.
    columns: usize,
    /// Value · mm at each node, row by row.
    lengths: Vec<f32>,
}

impl SmoothPart {
    /// Asks a volume.
    pub fn of(volume: &ColumnVolume, attenuation_per_mm: [f32; BINS], fan: &Fan) -> SmoothPart {
        let step = (RASTER_MM / fan.pixel_mm()).max(1.0) as usize;
        let [columns, rows] = fan.pixels().map(|n| n.saturating_sub(1).div_ceil(step) + 1);
        let (source, per_column) = (fan.source(), volume.in_voxels(&fan.per_column()));
        let mut lengths = vec![0.0_f32; columns * rows];
        lengths.par_chunks_mut(columns).enumerate().for_each(|(row, lengths)| {
            let first = volume.line(&source, &fan.direction(0, row * step));
            for (column, length) in lengths.iter_mut().enumerate() {
                let column = column * step;
                let direction = [0, 1, 2].map(|axis| first.direction[axis] + column as f64 * per_column[axis]);
                let part = volume.integral(&VoxelLine { direction, ..first }, [0.0, 1.0]);
                *length = (part * fan.direction(column, row * step).norm()) as f32;
            }
        });
        SmoothPart { attenuation_per_mm, step, columns, lengths }
    }

    /// Adds the optical depths of a row of pixels, bin by bin: by Catmull–Rom along columns and rows.
    pub fn add_depths(&self, row: usize, depths: &mut [[f32; BINS]]) {
        let weights = |place: usize| catmull_rom((place % self.step) as f32 / self.step as f32);
        let (node_row, down) = (row / self.step, weights(row));
        let rows = self.lengths.len() / self.columns;
        let lines = [0, 1, 2, 3].map(|k| {
            let line = (node_row + k).saturating_sub(1).min(rows - 1);
            &self.lengths[self.columns * line..self.columns * (line + 1)]
        });
        let at = |column: usize| {
            let column = column.min(self.columns - 1);
            (0..4).map(|k| down[k] * lines[k][column]).sum::<f32>()
        };
        let mut nodes = [at(0), at(0), at(1), at(2)];
        for (node, pixels) in depths.chunks_mut(self.step).enumerate() {
            if nodes != [0.0; 4] {
                for (column, depth) in pixels.iter_mut().enumerate() {
                    let along = weights(column);
                    let length = (0..4).map(|k| along[k] * nodes[k]).sum();
                    super::radiograph::add(depth, &self.attenuation_per_mm, length);
                }
            }
            nodes = [nodes[1], nodes[2], nodes[3], at(node + 3)];
        }
    }
}
