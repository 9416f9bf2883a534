//! Constants of cement's flow and delivery, from `assets/cement_flow.toml`.

use crate::provenance::Sourced;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// `assets/cement_flow.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowConstants {
    /// Limits of the viscosity law.
    pub rheology: RheologyLimits,
    /// Where one state word ends and the next begins.
    pub state: StateThresholds,
    /// Flow in pores.
    pub pores: PoreConstants,
    /// Syringe and hand.
    pub delivery: DeliveryConstants,
}

/// Limits of the viscosity law.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct RheologyLimits {
    pub floor_pa_s: Sourced,
    pub cap_pa_s: Sourced,
    pub lowest_shear_rate_per_s: Sourced,
}

/// Reference viscosities (1 1/s) at which a state begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct StateThresholds {
    pub thread_from_pa_s: Sourced,
    pub dough_from_pa_s: Sourced,
    pub stiff_from_pa_s: Sourced,
}

/// Constants of flow in pores.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct PoreConstants {
    pub kozeny_constant: Sourced,
    pub least_bone_fraction: Sourced,
    pub cannella_constant: Sourced,
}

/// Defaults of syringe and hand.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it; meaning and source are in the asset")]
pub struct DeliveryConstants {
    pub compliance_mm3_per_pa: Sourced,
    pub manual_pressure_limit_pa: Sourced,
    pub manual_mean_peak_pressure_pa: Sourced,
}

/// The constants of the flow laws, read once.
pub fn flow_constants() -> &'static FlowConstants {
    #[allow(clippy::expect_used, reason = "the asset is compiled in and a test reads it")]
    static CONSTANTS: LazyLock<FlowConstants> = LazyLock::new(|| {
        toml::from_str(include_str!("../../assets/cement_flow.toml")).expect("assets/cement_flow.toml is valid")
    });
    &CONSTANTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Basis;

    #[test]
    fn constants_are_read_and_ordered() {
        let constants = flow_constants();
        let state = &constants.state;
        assert!(state.thread_from_pa_s.value < state.dough_from_pa_s.value);
        assert!(state.dough_from_pa_s.value < state.stiff_from_pa_s.value);
        assert!(constants.rheology.floor_pa_s.value < constants.rheology.cap_pa_s.value);
        assert_eq!(constants.pores.kozeny_constant.basis, Basis::Recalled);
    }
}
