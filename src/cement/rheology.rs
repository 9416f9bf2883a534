//! The power law of shear-thinning cement, with its floor, cap and lower shear cut-off.

use super::flow_constants::flow_constants;
use crate::units::pow;

/// τ = K·γ̇^n: a shear-thinning fluid at one moment of its age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    /// K, the viscosity at 1 1/s, in Pa·sⁿ.
    pub consistency_pa_s_n: f64,
    /// n, 1 for a Newtonian fluid.
    pub index: f64,
}

impl PowerLaw {
    /// A fluid of one viscosity.
    pub fn newtonian(viscosity_pa_s: f64) -> PowerLaw {
        PowerLaw { consistency_pa_s_n: viscosity_pa_s, index: 1.0 }
    }

    /// K·γ̇^(n−1), Pa·s, without limits.
    pub fn viscosity_pa_s(self, shear_rate_per_s: f64) -> f64 {
        if self.index == 1.0 {
            return self.consistency_pa_s_n;
        }
        self.consistency_pa_s_n * pow(shear_rate_per_s, self.index - 1.0)
    }

    /// As [`PowerLaw::viscosity_pa_s`], with the shear rate at least `lowest_shear_rate_per_s` and the viscosity
    /// between `floor_pa_s` and `cap_pa_s` of `assets/cement_flow.toml`: never infinite, never zero.
    pub fn limited_viscosity_pa_s(self, shear_rate_per_s: f64) -> f64 {
        let limits = &flow_constants().rheology;
        let shear = shear_rate_per_s.max(limits.lowest_shear_rate_per_s.value);
        self.viscosity_pa_s(shear).clamp(limits.floor_pa_s.value, limits.cap_pa_s.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thins_by_the_index_per_decade() {
        let cement = PowerLaw { consistency_pa_s_n: 100.0, index: 0.6 };
        let ratio = cement.limited_viscosity_pa_s(1.0) / cement.limited_viscosity_pa_s(10.0);
        assert!((ratio - pow(10.0, 0.4)).abs() < 1e-12, "{ratio} per decade");
        assert!((cement.limited_viscosity_pa_s(1.0) - 100.0).abs() < 1e-12);
    }

    #[test]
    fn limits_hold_at_rest_and_at_any_rate() {
        let cement = PowerLaw { consistency_pa_s_n: 100.0, index: 0.4 };
        let rest = cement.limited_viscosity_pa_s(0.0);
        assert_eq!(rest, cement.limited_viscosity_pa_s(0.01), "cut-off at 0.01 1/s");
        assert_eq!(cement.limited_viscosity_pa_s(1e9), 0.5, "floor");
        assert_eq!(PowerLaw { consistency_pa_s_n: 7e4, index: 0.4 }.limited_viscosity_pa_s(0.01), 7.5e4, "cap");
    }
}
