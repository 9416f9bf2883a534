//! A picture in coarse blocks: smeared widely, and read between their middles.

use crate::units;

/// Gaussian smear of a coarse picture with nothing beyond its edges.
pub(super) fn smear(source: &[f32], blocks: [usize; 2], sigma: f64) -> Vec<f32> {
    let weights: Vec<f32> = {
        let at = |reach: usize| units::exp(-0.5 * (reach as f64 / sigma) * (reach as f64 / sigma));
        let reach = blocks[0].max(blocks[1]);
        // Beyond the last block the tail of the Gaussian goes on: it is lost beside the detector.
        let all: f64 = 1.0 + 2.0 * (1..=(6.0 * sigma).ceil().min(1e6) as usize).map(at).sum::<f64>();
        (0..reach).map(|reach| (at(reach) / all) as f32).collect()
    };
    let pass = |from: &[f32], count: usize, step: usize, other: usize, other_step: usize| {
        let mut to = vec![0.0_f32; from.len()];
        for line in 0..other {
            for at in 0..count {
                to[line * other_step + at * step] = (0..count)
                    .map(|other_at| weights[at.abs_diff(other_at)] * from[line * other_step + other_at * step])
                    .sum();
            }
        }
        to
    };
    let along = pass(source, blocks[0], 1, blocks[1], blocks[0]);
    pass(&along, blocks[1], blocks[0], blocks[0], 1)
}

/// Place of a pixel's middle among the middles of the blocks.
pub(super) fn place(pixel: usize, block: usize) -> f32 {
    (pixel as f32 + 0.5) / block as f32 - 0.5
}

/// Linear between the middles of four blocks, level beyond the outermost.
pub(super) fn between(values: &[f32], blocks: [usize; 2], place: [f32; 2]) -> f32 {
    let axis = |place: f32, count: usize| {
        let place = place.clamp(0.0, (count - 1) as f32);
        let low = place as usize;
        (low, (low + 1).min(count - 1), place - low as f32)
    };
    let (left, right, across) = axis(place[0], blocks[0]);
    let (above, below, down) = axis(place[1], blocks[1]);
    let row = |row: usize| {
        let [a, b] = [values[row * blocks[0] + left], values[row * blocks[0] + right]];
        a + (b - a) * across
    };
    row(above) + (row(below) - row(above)) * down
}
