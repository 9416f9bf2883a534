//! Exact intervals of a probability from counts (Clopper–Pearson), and of the difference of two paired ones.
//!
//! C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404: an interval holds every p under which what was seen, or
//! anything further off, has at least half of the error allowed. It covers the truth at least as often as it says.

use crate::units::{exp, ln};
use schemars::JsonSchema;
use serde::Serialize;

/// A probability with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Probability {
    /// Share of the samples.
    pub p: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Probability {
    /// So many of `samples`; `confidence` is for example 0.95. Nothing is known of no samples: 0 to 1.
    pub fn of(count: usize, samples: usize, confidence: f64) -> Probability {
        if samples == 0 {
            return Probability { p: 0.5, low: 0.0, high: 1.0 };
        }
        let count = count.min(samples);
        let half_error = 0.5 * (1.0 - confidence);
        let tail = LogBinomial::new(samples);
        // Both tails rise and fall steadily with p: bisect for where they are half of the error.
        let low = if count == 0 { 0.0 } else { root(|p| tail.at_least(count, p) < half_error) };
        let high = if count == samples { 1.0 } else { root(|p| tail.at_least(count + 1, p) < 1.0 - half_error) };
        Probability { p: count as f64 / samples as f64, low, high }
    }
}

/// How often two of the same samples differ, and the difference of their probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PairedDifference {
    /// Samples that have both.
    pub samples: usize,
    /// Yes in the first alone.
    pub only_first: usize,
    /// Yes in the second alone.
    pub only_second: usize,
    /// Second probability − first.
    pub difference: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl PairedDifference {
    /// From the answers of the same samples, first and second.
    ///
    /// The interval takes an exact one of each kind of flip, with half of the error each, so it covers the true
    /// difference at least as often as it says, whatever the two have in common.
    pub fn of(pairs: impl Iterator<Item = (bool, bool)>, confidence: f64) -> PairedDifference {
        let (mut samples, mut only_first, mut only_second) = (0, 0, 0);
        for (first, second) in pairs {
            samples += 1;
            only_first += usize::from(first && !second);
            only_second += usize::from(second && !first);
        }
        let each = 0.5 * (1.0 + confidence);
        let (down, up) = (Probability::of(only_first, samples, each), Probability::of(only_second, samples, each));
        let difference = if samples == 0 { 0.0 } else { up.p - down.p };
        let (low, high) = (up.low - down.high, up.high - down.low);
        PairedDifference { samples, only_first, only_second, difference, low, high }
    }
}

/// Where a test that holds for small p and fails for large p turns over.
fn root(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if holds(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Binomial distribution of a number of trials, by the logarithms of its coefficients.
struct LogBinomial {
    /// ln (n over k) for each k.
    coefficients: Vec<f64>,
}

impl LogBinomial {
    fn new(trials: usize) -> LogBinomial {
        let mut coefficients = Vec::with_capacity(trials + 1);
        let mut log = 0.0;
        for k in 0..=trials {
            coefficients.push(log);
            log += ln((trials - k).max(1) as f64) - ln((k + 1) as f64);
        }
        LogBinomial { coefficients }
    }

    /// Probability of at least so many successes of probability p, 0 < p < 1.
    fn at_least(&self, count: usize, p: f64) -> f64 {
        let trials = self.coefficients.len() - 1;
        let (yes, no) = (ln(p), ln(1.0 - p));
        let terms = self.coefficients.iter().enumerate().skip(count);
        terms.map(|(k, log)| exp(log + k as f64 * yes + (trials - k) as f64 * no)).sum::<f64>().min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        // 0 of n: high = 1 − 0.025^(1/n); n of n mirrors it; 5 of 10 and 3 of 20 from published tables.
        for (count, samples, low, high) in [
            (0, 10, 0.0, 0.308_497),
            (10, 10, 0.691_503, 1.0),
            (0, 64, 0.0, 0.056_009),
            (5, 10, 0.187_086, 0.812_914),
            (3, 20, 0.032_071, 0.378_927),
        ] {
            let found = Probability::of(count, samples, 0.95);
            let near = |a: f64, b: f64| (a - b).abs() < 2e-6;
            assert!(
                near(found.low, low) && near(found.high, high),
                "{count} of {samples}: {found:?}, not {low}–{high}"
            );
        }
        assert_eq!(Probability::of(0, 0, 0.95), Probability { p: 0.5, low: 0.0, high: 1.0 });
    }

    #[test]
    fn an_interval_covers_the_truth_at_least_as_often_as_it_says() {
        // Exactly, by summing the binomial over every outcome.
        for samples in [1, 8, 32, 64, 128] {
            let tail = LogBinomial::new(samples);
            let intervals: Vec<Probability> = (0..=samples).map(|k| Probability::of(k, samples, 0.95)).collect();
            let mut least = (1.0, 0.0);
            for step in 1..400 {
                let p = f64::from(step) / 400.0;
                let covered = |k: usize| intervals[k].low <= p && p <= intervals[k].high;
                let mass = |k: usize| tail.at_least(k, p) - if k < samples { tail.at_least(k + 1, p) } else { 0.0 };
                let coverage: f64 = (0..=samples).filter(|&k| covered(k)).map(mass).sum();
                if coverage < least.0 {
                    least = (coverage, p);
                }
            }
            assert!(least.0 >= 0.95 - 1e-9, "{samples} samples: covers {} at p = {}", least.0, least.1);
            assert!(samples < 32 || least.0 < 0.985, "{samples} samples: an interval that wide ({}) is idle", least.0);
        }
    }

    #[test]
    fn paired_answers_that_never_differ_leave_only_what_the_number_of_samples_does() {
        let same = PairedDifference::of((0..64).map(|i| (i % 3 == 0, i % 3 == 0)), 0.95);
        assert_eq!((same.only_first, same.only_second, same.difference), (0, 0, 0.0));
        let apart = PairedDifference::of((0..64).map(|i| (i < 4, i < 24)), 0.95);
        assert_eq!((apart.samples, apart.only_first, apart.only_second), (64, 0, 20));
        assert!((apart.difference - 20.0 / 64.0).abs() < 1e-12 && apart.low > 0.05 && apart.high < 0.5, "{apart:?}");
        assert!(same.low < 0.0 && same.high > 0.0 && same.high < 0.08, "{same:?}");
    }
}
