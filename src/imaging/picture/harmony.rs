//! Harmonised greys: part of the slow differences across a picture is taken out, so that thin and thick parts of the
//! patient show at once, as a C-arm's own picture processing does.

use crate::imaging::coarse::{between, place, smear};
use crate::units;

/// Share of the slow differences that is taken out (our choice, by eye).
const SHARE: f64 = 0.75;
/// What is slow: the width of the Gaussian, mm on the detector (our choice, by eye: half a vertebra).
const SIGMA_MM: f64 = 25.0;
/// More than the bare beam brings is as bright as that.
const BARE: f32 = 1.0;
/// Blocks along a side.
const BLOCKS: usize = 64;

/// A signal with three quarters of its slow differences taken out of its logarithm; their mean stays. What was not
/// exposed is left as it is.
pub fn harmonise(value: &[f32], pixels: [usize; 2], pixel_mm: f64, exposed: &[bool]) -> Vec<f32> {
    let [columns, rows] = pixels;
    let fits = value.len() == columns * rows && exposed.len() == value.len();
    if value.is_empty() || !fits || pixel_mm.is_nan() || pixel_mm <= 0.0 {
        return value.to_vec();
    }
    let block = columns.max(rows).div_ceil(BLOCKS);
    let blocks = [columns.div_ceil(block), rows.div_ceil(block)];
    let mut sums = vec![0.0_f32; blocks[0] * blocks[1]];
    let mut counts = sums.clone();
    let log = |value: f32| units::ln(f64::from(value.min(BARE))) as f32;
    let counts_for = |i: usize| exposed[i] && value[i].is_finite() && value[i] > 0.0;
    for i in (0..value.len()).filter(|&i| counts_for(i)) {
        let at = i % columns / block + blocks[0] * (i / columns / block);
        sums[at] += log(value[i]);
        counts[at] += 1.0;
    }
    let sigma = SIGMA_MM / (block as f64 * pixel_mm);
    let (sums, counts) = (smear(&sums, blocks, sigma), smear(&counts, blocks, sigma));
    let slow: Vec<f32> =
        sums.iter().zip(&counts).map(|(sum, count)| if *count > 0.0 { sum / count } else { 0.0 }).collect();
    let there = slow.iter().zip(&counts).filter(|(_, count)| **count > 0.0);
    let (sum, count) = there.fold((0.0, 0.0), |(sum, count), (slow, _)| (sum + f64::from(*slow), count + 1.0));
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    let taken = |i: usize| {
        let here = between(&slow, blocks, [place(i % columns, block), place(i / columns, block)]);
        units::exp(-SHARE * (f64::from(here) - mean)) as f32
    };
    (0..value.len()).map(|i| if counts_for(i) { value[i] * taken(i) } else { value[i] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 192;

    fn picture(depth: impl Fn(f64, f64) -> f64) -> Vec<f32> {
        let at = |i: usize| ((i % SIDE) as f64 / SIDE as f64, (i / SIDE) as f64 / SIDE as f64);
        (0..SIDE * SIDE).map(|i| units::exp(-depth(at(i).0, at(i).1)) as f32).collect()
    }

    #[test]
    fn a_slow_slope_loses_its_share_and_an_edge_stays() {
        let exposed = vec![true; SIDE * SIDE];
        let shown = harmonise(&picture(|x, _| 1.0 + 2.0 * x), [SIDE, SIDE], 298.0 / SIDE as f64, &exposed);
        let log = |column: usize| -units::ln(f64::from(shown[column + SIDE * SIDE / 2]));
        let slope = (log(SIDE * 5 / 8) - log(SIDE * 3 / 8)) / 0.25;
        assert!((slope - 2.0 * (1.0 - SHARE)).abs() < 0.05, "a slope of 2 became {slope}");

        let step = picture(|x, _| if x < 0.5 { 1.0 } else { 1.3 });
        let shown = harmonise(&step, [SIDE, SIDE], 298.0 / SIDE as f64, &exposed);
        let edge = units::ln(f64::from(shown[SIDE / 2 - 1])) - units::ln(f64::from(shown[SIDE / 2]));
        assert!((edge - 0.3).abs() < 0.01, "an edge of 0.3 became {edge}");
        let level = picture(|_, _| 2.0);
        let kept = harmonise(&level, [SIDE, SIDE], 1.0, &exposed);
        assert!(level.iter().zip(&kept).all(|(a, b)| (a / b - 1.0).abs() < 1e-4), "a level picture changed");
    }

    #[test]
    fn what_is_missing_or_not_exposed_stays_as_it_is() {
        let mut value = picture(|x, y| x + y);
        (value[5], value[7]) = (f32::NAN, 0.0);
        let mut exposed = vec![true; SIDE * SIDE];
        exposed[9] = false;
        let shown = harmonise(&value, [SIDE, SIDE], 1.0, &exposed);
        assert!(shown[5].is_nan() && shown[7] == 0.0 && shown[9] == value[9]);
        assert!(shown.iter().enumerate().all(|(i, v)| i == 5 || v.is_finite()));
        assert_eq!(harmonise(&[], [0, 0], 1.0, &[]), Vec::<f32>::new());
        assert_eq!(harmonise(&[0.5], [2, 2], 1.0, &[true]), [0.5]);
    }
}
