//! Random draws as functions of (seed, sample, name): ChaCha streams keyed by a hash, and inverse-CDF draws from them.

#![allow(clippy::excessive_precision, reason = "coefficients as they were published")]

use crate::units::{exp, ln};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// The stream of random numbers that belongs to (seed, sample, name); its key is the SHA-256 of the three.
///
/// Streams of different names are independent, so a new draw under a new name changes no other.
pub fn stream(seed: u64, sample: u64, name: &str) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(sample.to_le_bytes());
    hash.update(name.as_bytes());
    ChaCha8Rng::from_seed(hash.finalize().into())
}

/// A uniform draw strictly between 0 and 1, in steps of 2⁻⁵³.
pub fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    ((rng.next_u64() >> 11) as f64 + 0.5) * STEP
}

/// A uniform draw between `low` and `high`.
pub fn uniform_between(rng: &mut ChaCha8Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * uniform(rng)
}

/// A draw from the normal distribution of mean 0 and variance 1, by inverse CDF.
pub fn standard_normal(rng: &mut ChaCha8Rng) -> f64 {
    normal_quantile(uniform(rng))
}

/// A lognormal draw of the given median; `sigma` is the standard deviation of its logarithm.
pub fn lognormal(rng: &mut ChaCha8Rng, median: f64, sigma: f64) -> f64 {
    median * exp(sigma * standard_normal(rng))
}

/// The value below which a standard normal variable falls with probability `p`, 0 < p < 1.
///
/// Rational approximations of Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477–484; relative
/// error about 1e-16.
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRE_NUMERATOR, r) / polynomial(&CENTRE_DENOMINATOR, r);
    }
    let r = (-ln(p.min(1.0 - p))).sqrt();
    let size = if r <= 5.0 {
        polynomial(&MIDDLE_NUMERATOR, r - 1.6) / polynomial(&MIDDLE_DENOMINATOR, r - 1.6)
    } else {
        polynomial(&TAIL_NUMERATOR, r - 5.0) / polynomial(&TAIL_DENOMINATOR, r - 5.0)
    };
    if q < 0.0 { -size } else { size }
}

/// Coefficients in ascending order, by Horner's rule.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

const CENTRE_NUMERATOR: [f64; 8] = [
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];
const MIDDLE_NUMERATOR: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
const MIDDLE_DENOMINATOR: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
const TAIL_NUMERATOR: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, z) in [
            (0.5, 0.0),
            (0.25, -0.674_489_750_196_081_7),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_814),
            (1e-20, -9.262_340_089_798_408),
        ] {
            let found = normal_quantile(p);
            assert!((found - z).abs() < 1e-13 * (1.0 + z.abs()), "quantile of {p}: {found}, not {z}");
        }
    }

    #[test]
    fn quantile_inverts_the_integral_of_the_bell_curve() {
        // Simpson's rule from 0 to z.
        for p in [0.55, 0.7, 0.9, 0.93, 0.99, 0.9999] {
            let z = normal_quantile(p);
            let n = 2000;
            let h = z / f64::from(n);
            let bell = |x: f64| exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt();
            let sum: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * bell(f64::from(i) * h)).sum();
            let integral = 0.5 + h / 3.0 * (bell(0.0) + bell(z) + sum);
            assert!((integral - p).abs() < 1e-12, "{integral} is not {p}");
        }
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let n = 40_000;
        let mut rng = stream(3, 0, "moments");
        let z: Vec<f64> = (0..n).map(|_| standard_normal(&mut rng)).collect();
        let mean = z.iter().sum::<f64>() / f64::from(n);
        let variance = z.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "mean {mean}, variance {variance}");
        let mut lower = 0;
        for _ in 0..n {
            let u = uniform(&mut rng);
            assert!(u > 0.0 && u < 1.0);
            lower += i32::from(lognormal(&mut rng, 1.1, 0.3) < 1.1);
        }
        assert!((f64::from(lower) / f64::from(n) - 0.5).abs() < 0.01, "{lower} of {n} lie below the median");
    }

    #[test]
    fn a_stream_belongs_to_seed_sample_and_name() {
        let first = |seed, sample, name| stream(seed, sample, name).next_u64();
        assert_eq!(first(1, 2, "bone"), first(1, 2, "bone"));
        let all =
            [first(1, 2, "bone"), first(2, 2, "bone"), first(1, 3, "bone"), first(1, 2, "veins"), first(2, 1, "bone")];
        for (i, a) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(a), "two streams start alike: {all:?}");
        }
    }
}
