//! Gaussian random fields of position, made of Fourier modes: never of a grid, so a finer grid sees the same field.

use super::random::{standard_normal, stream, uniform};
use super::{Point, Vector};
use crate::units::cos;

/// Modes of a field: enough for a distribution that is nearly normal at every point.
const MODES: usize = 256;

/// A random function of position with mean 0, variance 1 and correlation `exp(−(r/L)²)` at distance r.
///
/// Randomised spectral representation (Shinozuka & Jan, J. Sound Vib. 25, 1972): `√(2/N) Σ cos(k·x + φ)` with wave
/// vectors drawn from the correlation's spectrum (normal, standard deviation √2/L in each direction) and uniform
/// phases. Mean, variance and correlation are exact over the seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomField {
    modes: Vec<(Vector, f64)>,
}

impl RandomField {
    /// The field that belongs to (seed, sample, name). `correlation_length_mm` is L, where the correlation is 1/e.
    pub fn new(seed: u64, sample: u64, name: &str, correlation_length_mm: f64) -> RandomField {
        let mut rng = stream(seed, sample, name);
        let wave_number = std::f64::consts::SQRT_2 / correlation_length_mm;
        let modes = (0..MODES)
            .map(|_| {
                let k = Vector::from([(); 3].map(|()| wave_number * standard_normal(&mut rng)));
                (k, std::f64::consts::TAU * uniform(&mut rng))
            })
            .collect();
        RandomField { modes }
    }

    /// The value at a point (mm).
    pub fn at(&self, point: &Point) -> f64 {
        let sum: f64 = self.modes.iter().map(|(k, phase)| cos(k.dot(&point.coords) + phase)).sum();
        (2.0 / MODES as f64).sqrt() * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH_MM: f64 = 4.0;

    #[test]
    fn mean_variance_and_correlation_are_the_stated_ones() {
        // Over many seeds at one pair of points per distance and direction, so that samples are independent.
        let seeds = 3000;
        for (step, correlation) in [
            (Vector::new(LENGTH_MM, 0.0, 0.0), crate::units::exp(-1.0)),
            (Vector::new(0.0, -LENGTH_MM, 0.0), crate::units::exp(-1.0)),
            (Vector::new(0.0, 0.0, 0.5 * LENGTH_MM), crate::units::exp(-0.25)),
            (Vector::new(2.0, 2.0, 2.0) * LENGTH_MM, 0.0),
        ] {
            let (mut mean, mut variance, mut product) = (0.0, 0.0, 0.0);
            for seed in 0..seeds {
                let field = RandomField::new(seed, 1, "test", LENGTH_MM);
                let here = Point::new(3.0, -7.0, 11.0);
                let (a, b) = (field.at(&here), field.at(&(here + step)));
                mean += a / seeds as f64;
                variance += a * a / seeds as f64;
                product += a * b / seeds as f64;
            }
            assert!(mean.abs() < 0.06, "mean {mean}");
            assert!((variance - 1.0).abs() < 0.09, "variance {variance}");
            assert!((product - correlation).abs() < 0.07, "correlation {product} at {step:?}, not {correlation}");
        }
    }

    #[test]
    fn one_field_varies_in_space_as_it_does_over_the_seeds() {
        for seed in 0..4 {
            let field = RandomField::new(seed, 0, "space", LENGTH_MM);
            let values: Vec<f64> = (0..8000)
                .map(|i| {
                    let (i, j, k) = (i % 20, i / 20 % 20, i / 400);
                    field.at(&(Point::new(f64::from(i), f64::from(j), f64::from(k)) * 3.0))
                })
                .collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
            assert!(mean.abs() < 0.15 && (variance - 1.0).abs() < 0.2, "seed {seed}: {mean}, {variance}");
        }
    }

    #[test]
    fn the_value_depends_on_nothing_asked_before() {
        let point = Point::new(1.5, 2.5, -3.5);
        let fresh = RandomField::new(7, 0, "order", LENGTH_MM).at(&point);
        let field = RandomField::new(7, 0, "order", LENGTH_MM);
        for i in 0..50 {
            field.at(&Point::new(f64::from(i), 0.0, 1.0));
        }
        assert_eq!(field.at(&point), fresh);
        assert_ne!(RandomField::new(8, 0, "order", LENGTH_MM).at(&point), fresh);
        assert_ne!(RandomField::new(7, 0, "other", LENGTH_MM).at(&point), fresh);
    }
}
