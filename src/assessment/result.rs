//! The result document, `trocar.result/1`: one object per scenario (or variant of it) and procedure.

use super::shapley::SwitchShares;
use crate::procedure::Outcome;
use crate::procedure::body_outcome::{HeatOutcome, HeightOutcome, StrengthOutcome};
use crate::procedure::outcome::{
    BalloonOutcome, CementOutcome, FluoroOutcome, LeakOutcome, PatientOutcome, TrajectoryOutcome, VenographyOutcome,
};
use crate::scenario::expectations::Checked;
use crate::scenario::{RunSettings, Scenario};
use serde::Serialize;
use serde_json::Value;

/// One object of the result. Parts that a procedure does not have are absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultDocument<'a> {
    schema: &'static str,
    version: &'static str,
    frame: &'static str,
    scenario: ScenarioName<'a>,
    seed: u64,
    resolution_mm: f64,
    procedure: &'static str,
    patient: &'a PatientOutcome,
    trajectories: &'a [TrajectoryOutcome],
    #[serde(skip_serializing_if = "Option::is_none")]
    balloon: Option<&'a [BalloonOutcome]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cement: Option<&'a CementOutcome>,
    leaks: &'a [LeakOutcome],
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<&'a HeightOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heat: Option<&'a HeatOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<&'a StrengthOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fluoro: Option<&'a FluoroOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venography: Option<&'a VenographyOutcome>,
    time: Time,
    #[serde(skip_serializing_if = "<[Checked]>::is_empty")]
    expectations: &'a [Checked],
    #[serde(skip_serializing_if = "Option::is_none")]
    switches: Option<&'a SwitchShares>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ScenarioName<'a> {
    id: &'a str,
    title: &'a str,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Time {
    procedure_s: f64,
    /// The only value that may differ between two runs.
    compute_s: f64,
}

impl<'a> ResultDocument<'a> {
    /// The document of one run; `compute_s` is what the caller's clock says it took.
    pub fn new(
        scenario: &'a Scenario,
        settings: &RunSettings,
        outcome: &'a Outcome,
        expectations: &'a [Checked],
        compute_s: f64,
    ) -> ResultDocument<'a> {
        ResultDocument {
            schema: "trocar.result/1",
            version: env!("CARGO_PKG_VERSION"),
            frame: "LPS",
            scenario: ScenarioName {
                id: &scenario.file.id,
                title: &scenario.file.title,
                sha256: &scenario.sha256,
                variant: scenario.variant.as_deref(),
            },
            seed: settings.seed,
            resolution_mm: settings.resolution_mm,
            procedure: outcome.procedure.name(),
            patient: &outcome.patient,
            trajectories: &outcome.trajectories,
            balloon: outcome.balloon.as_deref(),
            cement: outcome.cement.as_ref(),
            leaks: &outcome.leaks,
            height: outcome.height.as_ref(),
            heat: outcome.heat.as_ref(),
            strength: outcome.strength.as_ref(),
            fluoro: outcome.fluoro.as_ref(),
            venography: outcome.venography.as_ref(),
            time: Time { procedure_s: outcome.time.procedure_s, compute_s },
            expectations,
            switches: None,
        }
    }

    /// With the shares of kyphoplasty's switches.
    pub fn with_switches(self, switches: &'a SwitchShares) -> ResultDocument<'a> {
        ResultDocument { switches: Some(switches), ..self }
    }
}

/// The JSON text of several results.
pub fn to_json(documents: &[ResultDocument<'_>]) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(documents)? + "\n")
}

/// Path of the first number that is NaN or infinite: JSON has no such numbers, and none may be written.
pub fn not_finite(value: &Value) -> Option<String> {
    // Absent parts are left out, so the only nulls are numbers that JSON cannot hold.
    match value {
        Value::Null => Some(String::new()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| Some(join(&i.to_string(), not_finite(item)?)))
        }
        Value::Object(table) => table.iter().find_map(|(name, item)| Some(join(name, not_finite(item)?))),
        _ => None,
    }
}

fn join(name: &str, rest: String) -> String {
    if rest.is_empty() { name.to_owned() } else { format!("{name}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_that_is_not_finite_is_found_by_its_path() {
        let value = serde_json::to_value(json!({"cement": {"fill": 0.2}, "leaks": [{"v": f64::NAN}]})).unwrap();
        assert_eq!(not_finite(&value).as_deref(), Some("leaks.0.v"));
        assert_eq!(not_finite(&json!({"a": [1, "x", true, {}]})), None);
    }
}
