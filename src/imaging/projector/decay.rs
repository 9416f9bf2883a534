//! Beer–Lambert: the share of photons left behind an optical depth.

use crate::imaging::beam::BINS;

/// Deeper than this next to nothing is left, and single precision ends.
const DEEPEST: f32 = 87.0;

/// e to the power −depth for each bin, to 3e-7 of itself; a depth below 0 counts as 0, one that is not a number too.
///
/// Many times faster than [`crate::units::exp`], which a picture of a quarter of a million pixels would wait for, and as
/// much the same on every machine: additions and products alone, in a fixed order.
#[inline]
pub(super) fn left_behind(depth: &[f32; BINS]) -> [f32; BINS] {
    depth.map(|depth| {
        // Powers of two, and the rest of at most ln √2: adding and taking off 1.5 · 2²³ rounds to a whole number.
        const ROUNDER: f32 = 12_582_912.0;
        let depth = if depth > 0.0 { depth.min(DEEPEST) } else { 0.0 };
        let shifted = ROUNDER - depth * std::f32::consts::LOG2_E;
        let powers = shifted - ROUNDER;
        let rest = -depth - powers * 0.693_359_4 + powers * 2.121_944_4e-4;
        let series = 1.0
            + rest
                * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
        let exponent = shifted.to_bits().wrapping_sub(ROUNDER.to_bits()).wrapping_add(127) << 23;
        series * f32::from_bits(exponent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units;

    #[test]
    fn what_is_left_is_that_of_the_exponential() {
        let mut worst = 0.0_f64;
        for i in 0..400_000 {
            let depth = i as f32 * (DEEPEST / 400_000.0);
            let found = f64::from(left_behind(&[depth; BINS])[i % BINS]);
            worst = worst.max((found / units::exp(-f64::from(depth)) - 1.0).abs());
        }
        assert!(worst < 3e-7, "off by {worst}");
        assert_eq!(left_behind(&[0.0; BINS]), [1.0; BINS], "nothing in the way takes nothing");
    }

    #[test]
    fn depths_beyond_reason_leave_a_number() {
        for depth in [-1.0, -1e30, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(left_behind(&[depth; BINS]), [1.0; BINS], "{depth}");
        }
        for depth in [87.0, 1e9, f32::MAX, f32::INFINITY] {
            let left = left_behind(&[depth; BINS])[0];
            assert!((0.0..2e-38).contains(&left), "{depth}: {left}");
        }
    }
}
