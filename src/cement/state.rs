//! The state of cement in words, from its viscosity: what the operator's fingers tell, not the clock.

use super::flow_constants::flow_constants;
use serde::{Deserialize, Serialize};

/// From thin to thick. Vertebroplasty starts at thread, kyphoplasty at dough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CementState {
    /// Drips from the needle; never injected in practice.
    Runny,
    /// Hangs from the needle or draws threads without dripping.
    Thread,
    /// Has lost its gloss and does not stick to the glove.
    Dough,
    /// Beyond what is taken as injectable.
    Stiff,
}

impl CementState {
    /// From thin to thick.
    pub const ALL: [CementState; 4] = [CementState::Runny, CementState::Thread, CementState::Dough, CementState::Stiff];

    /// The state of cement with this viscosity at 22 °C and 1 1/s (thresholds: `assets/cement_flow.toml`, our choice).
    pub fn from_reference_viscosity(viscosity_pa_s: f64) -> CementState {
        let mut state = CementState::Runny;
        for thicker in [CementState::Thread, CementState::Dough, CementState::Stiff] {
            if viscosity_pa_s >= thicker.begins_at_pa_s() {
                state = thicker;
            }
        }
        state
    }

    /// Reference viscosity at which the state begins, Pa·s (0 for runny).
    pub fn begins_at_pa_s(self) -> f64 {
        let thresholds = &flow_constants().state;
        match self {
            CementState::Runny => 0.0,
            CementState::Thread => thresholds.thread_from_pa_s.value,
            CementState::Dough => thresholds.dough_from_pa_s.value,
            CementState::Stiff => thresholds.stiff_from_pa_s.value,
        }
    }

    /// "runny", "thread", "dough" or "stiff".
    pub fn name(self) -> &'static str {
        match self {
            CementState::Runny => "runny",
            CementState::Thread => "thread",
            CementState::Dough => "dough",
            CementState::Stiff => "stiff",
        }
    }
}

impl std::fmt::Display for CementState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_the_two_procedures_have_their_words() {
        for (viscosity_pa_s, expected) in [
            (10.0, CementState::Runny),
            (49.9, CementState::Runny),
            (50.0, CementState::Thread),
            (199.0, CementState::Thread),
            (200.0, CementState::Dough),
            (1000.0, CementState::Dough),
            (2000.0, CementState::Stiff),
            (7.5e4, CementState::Stiff),
        ] {
            let state = CementState::from_reference_viscosity(viscosity_pa_s);
            assert_eq!(state, expected, "{viscosity_pa_s} Pa·s");
        }
    }

    #[test]
    fn written_in_lowercase() {
        for state in CementState::ALL {
            let written = serde_json::to_string(&state).unwrap();
            assert_eq!(written, format!("\"{}\"", state.name()));
        }
    }
}
