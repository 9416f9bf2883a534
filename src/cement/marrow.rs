//! Marrow, the fluid that cement displaces: its viscosity.

use crate::provenance::Sourced;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// `assets/marrow.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marrow {
    /// At body temperature; marrow is taken as Newtonian there.
    pub viscosity_at_37c_pa_s: Sourced,
    /// Lower end of what was measured.
    pub viscosity_low_pa_s: Sourced,
    /// Upper end of what was measured.
    pub viscosity_high_pa_s: Sourced,
}

/// Marrow with its sources, read once.
pub fn marrow() -> &'static Marrow {
    #[allow(clippy::expect_used, reason = "the asset is compiled in and a test reads it")]
    static MARROW: LazyLock<Marrow> = LazyLock::new(|| {
        toml::from_str(include_str!("../../assets/marrow.toml")).expect("assets/marrow.toml is valid")
    });
    &MARROW
}

/// Viscosity of marrow at 37 °C, Pa·s.
pub fn viscosity_pa_s() -> f64 {
    marrow().viscosity_at_37c_pa_s.value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_lies_in_the_measured_range() {
        let marrow = marrow();
        let viscosity = viscosity_pa_s();
        assert!((viscosity - 0.067).abs() < 1e-12, "{viscosity} Pa·s");
        assert!(marrow.viscosity_low_pa_s.value < viscosity && viscosity < marrow.viscosity_high_pa_s.value);
    }
}
