//! When a bone fails: the load at which a share of its tissue has passed an effective strain (Pistoia et al, Bone
//! 2002;30:842), read off one linear solution.
//!
//! Bone that has failed once is far more compliant but hardly weaker (Wegrzyn et al, J Bone Miner Res 2011;26:739), so it
//! bears more strain: what is left of its strength is a power of what is left of its modulus, through their two figures.

use super::strength_constants::{Damage, Failure};
use crate::units;

/// Effective strain at which bone fails whose modulus is `modulus_factor` (0…1) of what it was before it was damaged.
pub fn failure_strain(law: &Failure, damage: &Damage, modulus_factor: f64) -> f64 {
    let exponent = units::ln(damage.residual_strength.value) / units::ln(damage.modulus_factor.value);
    if modulus_factor > 0.0 { law.strain.value * units::pow(modulus_factor, exponent - 1.0) } else { f64::INFINITY }
}

/// By how much the load of a linear solution must be multiplied for the bone to fail; `None` where nothing is strained.
///
/// `strained` holds of each place effective strain over that at which it fails, and volume of bone tissue (any unit).
pub fn load_factor_at_failure(law: &Failure, strained: &[(f64, f64)]) -> Option<f64> {
    let mut strained: Vec<(f64, f64)> = strained.iter().copied().filter(|(_, tissue)| *tissue > 0.0).collect();
    strained.sort_by(|a, b| b.0.total_cmp(&a.0));
    let failed = law.tissue_share.value * strained.iter().map(|(_, tissue)| tissue).sum::<f64>();
    let mut above = 0.0;
    let limit = strained.iter().find(|(_, tissue)| {
        above += tissue;
        above > failed
    });
    limit.filter(|(ratio, _)| *ratio > 0.0).map(|(ratio, _)| 1.0 / ratio)
}

#[cfg(test)]
mod tests {
    use super::super::strength_constants::strength_constants;
    use super::*;

    #[test]
    fn the_most_strained_fiftieth_decides() {
        let law = &strength_constants().failure;
        // One hundred places, ratio n/100: the two most strained are 2 % of the tissue, the third is the first beyond.
        let places: Vec<(f64, f64)> = (1..=100).map(|n| (f64::from(n) * 1e-2, 1.0)).collect();
        let factor = load_factor_at_failure(law, &places).unwrap();
        assert!((factor - 1.0 / 0.98).abs() < 1e-12, "{factor}");
        // Places without bone do not count.
        let mut with_cement = places;
        with_cement.extend([(5.0, 0.0); 50]);
        assert_eq!(load_factor_at_failure(law, &with_cement), Some(factor));
        assert_eq!(load_factor_at_failure(law, &[]), None);
        assert_eq!(load_factor_at_failure(law, &[(0.0, 1.0)]), None);
    }

    #[test]
    fn damaged_bone_keeps_the_strength_that_was_measured() {
        let (law, damage) = (&strength_constants().failure, &strength_constants().damage);
        let strength = |factor: f64| factor * failure_strain(law, damage, factor) / law.strain.value;
        assert_eq!(strength(1.0), 1.0);
        assert!((strength(0.47) - 0.89).abs() < 1e-12, "{}", strength(0.47));
        assert!(strength(0.1) < strength(0.47) && strength(0.1) > 0.5, "{}", strength(0.1));
        assert_eq!(failure_strain(law, damage, 0.0), f64::INFINITY);
    }
}
