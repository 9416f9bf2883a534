//! The shear rate that a power-law fluid meets in pores (Cannella et al. 1988).

use super::flow_constants::flow_constants;
use crate::units::{exp, ln};

/// γ̇ = C·((3n+1)/(4n))^(n/(n−1))·u/√(kφ), in 1/s: the shear rate at which the fluid's viscosity acts in the medium.
///
/// `index` is the power-law index n (0.1…1; at 1 the factor tends to e^(−1/4)), `darcy_speed_mm_per_s` the
/// superficial speed u, k in mm², φ the porosity. C is recalled (`assets/cement_flow.toml`); the literature has 1–6.
pub fn shear_rate_per_s(index: f64, darcy_speed_mm_per_s: f64, permeability_mm2: f64, porosity: f64) -> f64 {
    shear_factor(index) * darcy_speed_mm_per_s / (permeability_mm2 * porosity).sqrt()
}

/// The part of the law that the fluid alone decides, C·((3n+1)/(4n))^(n/(n−1)): once per step, not per cell.
pub fn shear_factor(index: f64) -> f64 {
    // At n = 1 the exponent is infinite and the base 1; the power's limit is e^(−1/4).
    let power = if (index - 1.0).abs() < 1e-6 {
        exp(-0.25)
    } else {
        exp(index / (index - 1.0) * ln((3.0 * index + 1.0) / (4.0 * index)))
    };
    flow_constants().pores.cannella_constant.value * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::mm3_per_s_from_ml_per_min;
    use std::f64::consts::PI;

    #[test]
    fn gives_the_rates_around_a_spherical_front() {
        // 4 ml/min, k = 4.45e-8 m², φ = 0.9, n = 0.6 at fronts of 1.5, 5 and 10 mm.
        let rate_mm3_per_s = mm3_per_s_from_ml_per_min(4.0);
        for (radius_mm, expected_per_s) in [(1.5, 56.0), (5.0, 5.0), (10.0, 1.3)] {
            let speed = rate_mm3_per_s / (4.0 * PI * radius_mm * radius_mm);
            let found = shear_rate_per_s(0.6, speed, 4.45e-2, 0.9);
            assert!((found / expected_per_s - 1.0).abs() < 0.04, "{found} 1/s at {radius_mm} mm, not {expected_per_s}");
        }
    }

    #[test]
    fn has_no_jump_at_the_newtonian_limit() {
        let limit = shear_factor(1.0);
        for index in [1.0 - 1e-3, 1.0 - 1e-5, 1.0 - 2e-6] {
            let beside = shear_factor(index);
            assert!((beside / limit - 1.0).abs() < 1e-3, "{beside} at n = {index}, {limit} at n = 1");
        }
    }
}
