//! Scatter behind the grid: what the primary beam loses, smeared widely.

use super::DetectorData;
use super::field::Field;
use crate::imaging::coarse::{between, place, smear};
use crate::units;
use rayon::prelude::*;

/// Blocks along a side: scatter is so smooth that it needs no more.
const BLOCKS: usize = 64;

/// Adds scatter to the field: c p ln(1/p) smeared by a Gaussian, p the primary's share. So there is none in the bare
/// beam, it grows with the thickness passed, and with the field, since shut parts of the beam send none.
pub(super) fn add(field: &mut Field, data: &DetectorData) {
    let [columns, rows] = field.pixels;
    if columns == 0 || rows == 0 {
        return;
    }
    let block = columns.max(rows).div_ceil(BLOCKS);
    let blocks = [columns.div_ceil(block), rows.div_ceil(block)];
    let source = block_means(field, block, blocks);
    let smeared = smear(&source, blocks, data.scatter_sigma_mm.value / (block as f64 * field.pixel_mm));
    let (energy, squares) = field
        .value
        .iter()
        .zip(&field.squared)
        .fold((0.0, 0.0), |(energy, squares), (e, s)| (energy + f64::from(*e), squares + f64::from(*s)));
    let square_by_energy = if energy > 0.0 { (squares / energy) as f32 } else { 0.0 };
    let factor = data.scatter_per_attenuation.value as f32;
    let by_rows = field.value.par_chunks_mut(columns).zip(field.squared.par_chunks_mut(columns));
    by_rows.enumerate().for_each(|(row, (value, squared))| {
        for (column, (value, squared)) in value.iter_mut().zip(squared).enumerate() {
            let scatter = factor * between(&smeared, blocks, [place(column, block), place(row, block)]);
            *value += scatter;
            *squared += scatter * square_by_energy;
        }
    });
    for ((value, squared), exposed) in field.value.iter_mut().zip(&mut field.squared).zip(&field.exposed) {
        if !exposed {
            (*value, *squared) = (0.0, 0.0);
        }
    }
}

/// p ln(1/p) of a value of the field, where the bare beam would have brought another.
fn lost(value: f32, bare: f64) -> f64 {
    let value = f64::from(value);
    if value > 0.0 && value < bare { value * units::ln(bare / value) } else { 0.0 }
}

/// Mean of p ln(1/p) over blocks of pixels; a block that hangs over the edge counts what it lacks as none.
fn block_means(field: &Field, block: usize, blocks: [usize; 2]) -> Vec<f32> {
    let [columns, rows] = field.pixels;
    let mut means = vec![0.0_f32; blocks[0] * blocks[1]];
    means.par_chunks_mut(blocks[0]).enumerate().for_each(|(block_row, means)| {
        let mut sums = vec![0.0_f64; blocks[0]];
        for row in block_row * block..((block_row + 1) * block).min(rows) {
            for (column, value) in field.value[row * columns..(row + 1) * columns].iter().enumerate() {
                sums[column / block] += lost(*value, field.bare(column, row));
            }
        }
        let area = (block * block) as f64;
        means.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = (sum / area) as f32);
    });
    means
}
