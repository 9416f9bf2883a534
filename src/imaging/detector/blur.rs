//! A narrow Gaussian blur, along rows and then along columns, that keeps the sum.

use crate::units;
use rayon::prelude::*;

/// Blurs in place; beyond an edge stands the mirror image, so nothing is lost there.
pub(super) fn gaussian(values: &mut [f32], pixels: [usize; 2], variance_px2: f64) {
    let [columns, rows] = pixels;
    let kernel = kernel(variance_px2);
    if kernel.len() < 2 || columns == 0 || rows == 0 {
        return;
    }
    let mut along_rows = values.to_vec();
    along_rows.par_chunks_mut(columns).zip(values.par_chunks(columns)).for_each(|(out, line)| {
        for (column, out) in out.iter_mut().enumerate() {
            *out = line[column] * kernel[0];
            for (reach, weight) in kernel.iter().enumerate().skip(1) {
                let (left, right) = mirrored(column, reach, columns);
                *out += weight * (line[left] + line[right]);
            }
        }
    });
    values.par_chunks_mut(columns).enumerate().for_each(|(row, out)| {
        let line = |row: usize| &along_rows[row * columns..(row + 1) * columns];
        out.iter_mut().zip(line(row)).for_each(|(out, middle)| *out = middle * kernel[0]);
        for (reach, weight) in kernel.iter().enumerate().skip(1) {
            let (above, below) = mirrored(row, reach, rows);
            for ((out, above), below) in out.iter_mut().zip(line(above)).zip(line(below)) {
                *out += weight * (above + below);
            }
        }
    });
}

/// Weights of the middle and of the neighbours on either side: the discrete Gaussian exp(-t) I(reach, t), I the modified
/// Bessel function, whose variance is t exactly, also where it is narrower than a pixel (Lindeberg, IEEE TPAMI 1990;12:234).
pub(super) fn kernel(variance_px2: f64) -> Vec<f32> {
    if variance_px2.is_nan() || variance_px2 <= 1e-6 {
        return vec![1.0];
    }
    // Eight pixels are 1.5 mm of the C-arm's own: wider than any blur that a patient would be put under.
    let half = 0.5 * variance_px2.min(64.0);
    let reach = (4.0 * (2.0 * half).sqrt()).ceil() as usize + 1;
    let mut first = units::exp(-2.0 * half);
    let weights: Vec<f64> = (0..=reach)
        .map(|reach| {
            if reach > 0 {
                first *= half / reach as f64;
            }
            let mut term = first;
            let mut sum = term;
            let mut k = 1.0;
            while term > 1e-12 * sum {
                term *= half * half / (k * (k + reach as f64));
                sum += term;
                k += 1.0;
            }
            sum
        })
        .collect();
    let all = 2.0 * weights.iter().sum::<f64>() - weights[0];
    weights.iter().map(|weight| (weight / all) as f32).collect()
}

/// The places `reach` before and after `at` among `count`, mirrored at the ends.
fn mirrored(at: usize, reach: usize, count: usize) -> (usize, usize) {
    let fold = |place: i64| {
        let period = 2 * count as i64;
        let within = place.rem_euclid(period);
        if within < count as i64 { within as usize } else { (period - 1 - within) as usize }
    };
    if at >= reach && at + reach < count {
        return (at - reach, at + reach);
    }
    (fold(at as i64 - reach as i64), fold(at as i64 + reach as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_stays_and_the_variance_is_added() {
        let pixels = [33, 41];
        let mut values: Vec<f32> = (0..33 * 41).map(|i| ((i * 7919) % 101) as f32).collect();
        let before: f64 = values.iter().map(|v| f64::from(*v)).sum();
        gaussian(&mut values, pixels, 2.9);
        let after: f64 = values.iter().map(|v| f64::from(*v)).sum();
        assert!((after / before - 1.0).abs() < 1e-6, "{before} became {after}");

        for expected in [0.05, 0.6, 4.0] {
            let mut point = vec![0.0_f32; 33 * 41];
            point[20 * 33 + 16] = 1.0;
            gaussian(&mut point, pixels, expected);
            let variance = |of: fn(usize) -> f64| -> f64 {
                point.iter().enumerate().map(|(i, v)| f64::from(*v) * of(i) * of(i)).sum()
            };
            let (across, along) = (variance(|i| (i % 33) as f64 - 16.0), variance(|i| (i / 33) as f64 - 20.0));
            assert!((across / expected - 1.0).abs() < 1e-3, "{across} along rows, {expected} expected");
            assert!((along / across - 1.0).abs() < 1e-4, "{along} along columns, {across} along rows");
        }
    }

    #[test]
    fn odd_sizes_and_widths_are_harmless() {
        for (pixels, count) in [([0, 0], 0), ([1, 1], 1), ([2, 1], 2), ([1, 3], 3)] {
            for variance in [0.0, -1.0, f64::NAN, 0.5, 3.0, f64::INFINITY] {
                let mut values = vec![2.0_f32; count];
                gaussian(&mut values, pixels, variance);
                assert!(values.iter().all(|v| (v - 2.0).abs() < 1e-5), "{pixels:?} {variance}: {values:?}");
            }
        }
    }
}
