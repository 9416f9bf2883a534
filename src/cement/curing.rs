//! Curing: one clock, the equivalent age at 22 °C, for viscosity and for cure; autocatalytic cure kinetics.

use crate::units::{exp, ln};
use thiserror::Error;

/// The gas constant, J/(mol·K) (exact in the SI).
pub const GAS_CONSTANT_J_PER_MOL_K: f64 = 8.314_462_618_153_24;
/// The temperature at which product curves and setting times hold.
pub const REFERENCE_TEMPERATURE_C: f64 = 22.0;
const KELVIN_AT_0_C: f64 = 273.15;

/// Seconds of equivalent age per second at `temperature_c`: exp[−(E/R)(1/T − 1/T_ref)], 1 at 22 °C (Arrhenius).
pub fn ageing_rate(activation_energy_j_per_mol: f64, temperature_c: f64) -> f64 {
    let reference = 1.0 / (KELVIN_AT_0_C + REFERENCE_TEMPERATURE_C);
    let here = 1.0 / (KELVIN_AT_0_C + temperature_c);
    exp(-activation_energy_j_per_mol / GAS_CONSTANT_J_PER_MOL_K * (here - reference))
}

/// dw/dt = K₀·exp(−E/(RT))·w^m·(1 − w)^n, with w the share of the final cure (Borzacchiello et al. 1998, Li et al.
/// 2003). Here T is the reference temperature: other temperatures act through the equivalent age. The published
/// ceiling of w that rises with temperature is left out, as it would need a second clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CureKinetics {
    /// K₀, 1/s.
    pub rate_constant_per_s: f64,
    /// E of the published fit, J/mol: it sets the rate at 22 °C.
    pub activation_energy_j_per_mol: f64,
    /// m, the order in what has cured.
    pub order_cured: f64,
    /// n, the order in what is left.
    pub order_left: f64,
}

impl CureKinetics {
    fn rate_at_reference_per_s(&self) -> f64 {
        let kelvin = KELVIN_AT_0_C + REFERENCE_TEMPERATURE_C;
        self.rate_constant_per_s * exp(-self.activation_energy_j_per_mol / (GAS_CONSTANT_J_PER_MOL_K * kelvin))
    }
}

/// These kinetics cannot stay below half cure for as long as the product's setting time.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error(
    "these cure kinetics set faster than the stated setting time of {setting_time_s} s, however little is cured at first"
)]
pub struct CureTooFast {
    /// The setting time asked for.
    pub setting_time_s: f64,
}

/// Cure w against equivalent age, with w₀ **fitted** so that half is cured at the setting time.
#[derive(Clone, Debug, PartialEq)]
pub struct CureCurve {
    step_s: f64,
    /// ln(w/(1−w)) every `step_s` from age 0: almost a straight line, so linear interpolation is enough.
    log_odds: Vec<f64>,
}

impl CureCurve {
    const STEPS_TO_SETTING: usize = 256;
    const SETTING_TIMES_COVERED: usize = 6;
    /// w₀ of about 1e-20: less is no reaction.
    const LEAST_LOG_ODDS: f64 = -46.0;

    /// Integrates the kinetics back from half cure at `setting_time_s` to age 0, which gives w₀, and onwards.
    ///
    /// # Errors
    /// When no w₀ makes the reaction as slow as that.
    pub fn fitted(kinetics: CureKinetics, setting_time_s: f64) -> Result<CureCurve, CureTooFast> {
        let step_s = setting_time_s / Self::STEPS_TO_SETTING as f64;
        let rate = kinetics.rate_at_reference_per_s();
        // u = ln(w/(1−w)): du/dt = k·w^(m−1)·(1−w)^(n−1), nearly constant as m and n are near 1.
        let slope = |u: f64| {
            let ln_cured = -ln(1.0 + exp(-u));
            let ln_left = -ln(1.0 + exp(u));
            rate * exp((kinetics.order_cured - 1.0) * ln_cured + (kinetics.order_left - 1.0) * ln_left)
        };
        let runge_kutta = |u: f64, h: f64| {
            let k1 = slope(u);
            let k2 = slope(u + 0.5 * h * k1);
            let k3 = slope(u + 0.5 * h * k2);
            let k4 = slope(u + h * k3);
            u + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        };
        let steps = Self::STEPS_TO_SETTING * Self::SETTING_TIMES_COVERED;
        let mut log_odds = vec![0.0; steps + 1];
        for i in (0..Self::STEPS_TO_SETTING).rev() {
            log_odds[i] = runge_kutta(log_odds[i + 1], -step_s);
            let possible = log_odds[i] >= Self::LEAST_LOG_ODDS;
            if !possible {
                return Err(CureTooFast { setting_time_s });
            }
        }
        for i in Self::STEPS_TO_SETTING..steps {
            log_odds[i + 1] = runge_kutta(log_odds[i], step_s);
        }
        Ok(CureCurve { step_s, log_odds })
    }

    /// w at an equivalent age, 0…1; before age 0 it is w₀.
    pub fn fraction(&self, equivalent_age_s: f64) -> f64 {
        let position = (equivalent_age_s / self.step_s).max(0.0);
        let last = self.log_odds.len() - 1;
        let u = if position >= last as f64 {
            self.log_odds[last]
        } else {
            let k = position as usize;
            let t = position - k as f64;
            self.log_odds[k] + t * (self.log_odds[k + 1] - self.log_odds[k])
        };
        1.0 / (1.0 + exp(-u))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BORZACCHIELLO: CureKinetics = CureKinetics {
        rate_constant_per_s: 1.2088e4,
        activation_energy_j_per_mol: 33_240.0,
        order_cured: 0.98,
        order_left: 1.14,
    };
    const LI: CureKinetics = CureKinetics {
        rate_constant_per_s: 5.206e9,
        activation_energy_j_per_mol: 67_891.0,
        order_cured: 1.05,
        order_left: 1.10,
    };

    #[test]
    fn cure_times_halve_from_25_to_37_degrees() {
        // Nicholas et al. 2007: 8.7 and 13 min at 25 °C, about half at 37 °C.
        let ratio = ageing_rate(44_000.0, 37.0) / ageing_rate(44_000.0, 25.0);
        assert!((ratio - 2.0).abs() < 0.03, "{ratio} times as fast");
        assert_eq!(ageing_rate(44_000.0, 22.0), 1.0);
        assert_eq!(ageing_rate(0.0, 37.0), 1.0, "a fluid that does not cure ages with the clock");
    }

    #[test]
    fn half_is_cured_at_the_setting_time() {
        for (kinetics, setting_time_s) in [(BORZACCHIELLO, 360.0), (BORZACCHIELLO, 936.0), (LI, 780.0)] {
            let curve = CureCurve::fitted(kinetics, setting_time_s).unwrap();
            let fraction = curve.fraction(setting_time_s);
            assert!((fraction - 0.5).abs() < 1e-12, "{fraction} at {setting_time_s} s");
            let mut before = 0.0;
            for i in 0..=100 {
                let fraction = curve.fraction(setting_time_s * 0.04 * f64::from(i));
                assert!(fraction > before && fraction < 1.0, "{fraction} after {before}");
                before = fraction;
            }
            assert!(before > 0.99, "{before} at four setting times");
        }
    }

    #[test]
    fn obeys_its_rate_equation() {
        // Central difference of the curve against K·w^m·(1−w)^n.
        let curve = CureCurve::fitted(BORZACCHIELLO, 900.0).unwrap();
        let rate = BORZACCHIELLO.rate_at_reference_per_s();
        for age_s in [703.125, 843.75, 900.0, 984.375] {
            let h = 900.0 / 256.0;
            let slope = (curve.fraction(age_s + h) - curve.fraction(age_s - h)) / (2.0 * h);
            let w = curve.fraction(age_s);
            let law = rate * crate::units::pow(w, 0.98) * crate::units::pow(1.0 - w, 1.14);
            assert!((slope / law - 1.0).abs() < 2e-3, "{slope} 1/s, law {law} 1/s at {age_s} s");
        }
    }

    #[test]
    fn fitted_start_agrees_with_quadrature() {
        // Li et al. started from w₀ = 1.019e-4; ∫dw/(k·w^m·(1−w)^n) from there to a half, by midpoint quadrature in
        // ln w at 22 °C, is 39.100 min.
        let start = CureCurve::fitted(LI, 39.100_351 * 60.0).unwrap().fraction(0.0);
        assert!((start / 1.019e-4 - 1.0).abs() < 1e-4, "w₀ = {start:e}");
    }

    #[test]
    fn a_setting_time_out_of_reach_is_refused() {
        // With m < 1 the reaction starts even from w = 0, so it cannot wait for ever.
        assert_eq!(CureCurve::fitted(BORZACCHIELLO, 7200.0), Err(CureTooFast { setting_time_s: 7200.0 }));
    }
}
