//! Flow of a power-law fluid in the bore of a cannula: Poiseuille's law and its inverse, wall shear, dead space.

use super::rheology::PowerLaw;
use crate::units::pow;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The bore of a cannula or filler tube.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bore {
    /// Inner radius.
    pub radius_mm: f64,
    /// From hub to tip.
    pub length_mm: f64,
}

impl Bore {
    /// What the bore holds: the dead space that must be filled before cement leaves the tip.
    pub fn volume_mm3(&self) -> f64 {
        PI * self.radius_mm * self.radius_mm * self.length_mm
    }

    /// Shear rate at the wall, ((3n+1)/n)·Q/(πR³), in 1/s (Rabinowitsch; 4Q/(πR³) for n = 1).
    pub fn wall_shear_rate_per_s(&self, rate_mm3_per_s: f64, index: f64) -> f64 {
        (3.0 * index + 1.0) / index * rate_mm3_per_s / (PI * self.radius_mm * self.radius_mm * self.radius_mm)
    }

    /// Pressure lost over the bore, ΔP = (2KL/R)·γ̇_wall^n, Pa. Zero or negative flow: 0.
    pub fn pressure_drop_pa(&self, rate_mm3_per_s: f64, cement: PowerLaw) -> f64 {
        if rate_mm3_per_s <= 0.0 {
            return 0.0;
        }
        let wall = self.wall_shear_rate_per_s(rate_mm3_per_s, cement.index);
        2.0 * self.length_mm / self.radius_mm * cement.consistency_pa_s_n * pow(wall, cement.index)
    }

    /// The flow that a pressure difference drives, mm³/s: the inverse of [`Bore::pressure_drop_pa`].
    pub fn rate_mm3_per_s(&self, pressure_drop_pa: f64, cement: PowerLaw) -> f64 {
        if pressure_drop_pa <= 0.0 {
            return 0.0;
        }
        let wall_stress_pa = pressure_drop_pa * self.radius_mm / (2.0 * self.length_mm);
        let wall = pow(wall_stress_pa / cement.consistency_pa_s_n, 1.0 / cement.index);
        wall * cement.index / (3.0 * cement.index + 1.0) * PI * self.radius_mm * self.radius_mm * self.radius_mm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::mm3_per_s_from_ml_per_min;
    use proptest::prelude::*;

    /// Gauge, inner diameter mm (standard hypodermic tubing), 120 mm long.
    fn bore(inner_diameter_mm: f64) -> Bore {
        Bore { radius_mm: inner_diameter_mm / 2.0, length_mm: 120.0 }
    }

    #[test]
    fn gives_the_table_of_cannula_pressures() {
        let rate = mm3_per_s_from_ml_per_min(4.0);
        let cement = PowerLaw { consistency_pa_s_n: 100.0, index: 1.0 };
        for (gauge, diameter, pressure_mpa, wall_per_s, dead_ml) in [
            (8, 3.43, 0.24, 17.0, 1.11),
            (10, 2.69, 0.62, 35.0, 0.68),
            (11, 2.39, 1.0, 50.0, 0.54),
            (13, 1.80, 3.1, 116.0, 0.31),
        ] {
            let bore = bore(diameter);
            let found_mpa = bore.pressure_drop_pa(rate, cement) / 1e6;
            let found_wall = bore.wall_shear_rate_per_s(rate, 1.0);
            let found_ml = bore.volume_mm3() / 1000.0;
            assert!((found_mpa / pressure_mpa - 1.0).abs() < 0.03, "{gauge} G: {found_mpa} MPa, not {pressure_mpa}");
            assert!((found_wall / wall_per_s - 1.0).abs() < 0.02, "{gauge} G: {found_wall} 1/s, not {wall_per_s}");
            assert!((found_ml - dead_ml).abs() < 0.006, "{gauge} G: {found_ml} ml, not {dead_ml}");
        }
    }

    #[test]
    fn newtonian_limit_is_poiseuille() {
        let bore = Bore { radius_mm: 1.0, length_mm: 100.0 };
        let cement = PowerLaw { consistency_pa_s_n: 1.0, index: 1.0 };
        let poiseuille = 8.0 * 1.0 * 100.0 * 5.0 / PI;
        let found = bore.pressure_drop_pa(5.0, cement);
        assert!((found / poiseuille - 1.0).abs() < 1e-14, "{found} Pa, not {poiseuille}");
    }

    #[test]
    fn half_the_bore_needs_two_to_the_3n_plus_1_times_the_pressure() {
        let cement = PowerLaw { consistency_pa_s_n: 80.0, index: 0.6 };
        let wide = Bore { radius_mm: 1.2, length_mm: 120.0 }.pressure_drop_pa(30.0, cement);
        let narrow = Bore { radius_mm: 0.6, length_mm: 120.0 }.pressure_drop_pa(30.0, cement);
        let expected = pow(2.0, 3.0 * 0.6 + 1.0);
        assert!((narrow / wide / expected - 1.0).abs() < 1e-12, "{} times, not {expected}", narrow / wide);
    }

    proptest! {
        #[test]
        fn flow_and_pressure_are_each_others_inverse(
            rate in 1e-3..500.0f64, consistency in 1e-3..1e5f64, index in 0.1..=1.0f64, radius in 0.3..3.0f64,
        ) {
            let bore = Bore { radius_mm: radius, length_mm: 120.0 };
            let cement = PowerLaw { consistency_pa_s_n: consistency, index };
            let back = bore.rate_mm3_per_s(bore.pressure_drop_pa(rate, cement), cement);
            prop_assert!((back / rate - 1.0).abs() < 1e-9, "{rate} mm³/s came back as {back}");
        }
    }
}
