//! From a scenario and what was asked on the command line to the question put to the ensemble.

use crate::anatomy::Patient;
use crate::cement::product::{Product, UnknownProduct};
use crate::planning::risk::risk_data::{PassData, risk_data};
use crate::planning::risk::{Known, RiskArm, RiskError, RiskQuestion};
use crate::procedure::Plan;
use crate::scenario::Scenario;
use crate::units::{S_PER_MIN, ml_from_mm3};
use schemars::JsonSchema;
use serde::Serialize;
use thiserror::Error;

/// Spacing of the volumes where none are named, ml.
const VOLUME_STEP_ML: f64 = 0.5;

/// What the caller names; what is left empty comes from the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RiskAsked {
    /// Patients to draw.
    pub samples: Option<usize>,
    /// Ids of products.
    pub products: Vec<String>,
    /// Minutes from mixing to the first push.
    pub ages_min: Vec<f64>,
    /// Volumes, ml.
    pub volumes_ml: Vec<f64>,
    /// Voxel of the flow calculation, mm.
    pub resolution_mm: Option<f64>,
    /// Seed of the draws.
    pub seed: Option<u64>,
}

/// How finely to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pass {
    /// In seconds, while somebody waits.
    Coarse,
    /// For the report.
    Fine,
}

impl Pass {
    /// "coarse" or "fine".
    pub fn name(self) -> &'static str {
        match self {
            Pass::Coarse => "coarse",
            Pass::Fine => "fine",
        }
    }

    fn data(self) -> &'static PassData {
        match self {
            Pass::Coarse => &risk_data().coarse,
            Pass::Fine => &risk_data().fine,
        }
    }
}

/// Why there is no such question.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RiskQuestionError {
    /// A product that is not known.
    #[error(transparent)]
    Product(#[from] UnknownProduct),
    /// A number that makes no sense.
    #[error(transparent)]
    Question(#[from] RiskError),
}

/// The question: what was asked, and for the rest the plan's product and age, volumes every half millilitre up to the
/// plan's or to the advised fill, and the pass's samples and resolution. What the scenario states of the patient is
/// known and not drawn.
///
/// # Errors
/// An unknown product, or a number that makes no sense.
pub fn question_from(
    scenario: &Scenario,
    patient: &Patient,
    plan: &Plan,
    asked: &RiskAsked,
    pass: Pass,
) -> Result<RiskQuestion, RiskQuestionError> {
    let products = if asked.products.is_empty() {
        vec![plan.cement.product.clone()]
    } else {
        asked.products.iter().map(|id| Product::by_id(id).cloned()).collect::<Result<_, _>>()?
    };
    let ages_min =
        if asked.ages_min.is_empty() { vec![plan.inject_at_s() / S_PER_MIN] } else { asked.ages_min.clone() };
    let volumes_ml =
        if asked.volumes_ml.is_empty() { volumes_up_to_ml(patient, plan) } else { asked.volumes_ml.clone() };
    let question = RiskQuestion {
        arms: RiskArm::each(&products, &ages_min),
        volumes_ml,
        samples: asked.samples.unwrap_or(pass.data().samples.value),
        resolution_mm: asked.resolution_mm.unwrap_or(pass.data().resolution_mm.value),
        seed: asked.seed.unwrap_or(scenario.file.seed),
        known: known(scenario),
    };
    question.check()?;
    Ok(question)
}

/// Every half millilitre up to what is planned, or to the fill that is advised at most where that is more.
fn volumes_up_to_ml(patient: &Patient, plan: &Plan) -> Vec<f64> {
    let fill_ml = risk_data().advice.fill_fraction.value * patient.vertebra.landmarks.body_volume_ml;
    let most_ml = fill_ml.max(ml_from_mm3(plan.cement.volume_mm3));
    let steps = (most_ml / VOLUME_STEP_ML - 1e-9).ceil().clamp(1.0, 1000.0) as usize;
    (1..=steps).map(|step| step as f64 * VOLUME_STEP_ML).collect()
}

fn known(scenario: &Scenario) -> Known {
    use crate::scenario::patient_section::DefaultVeins;
    let patient = &scenario.file.patient;
    Known {
        permeability: patient.permeability_scale.is_some() || patient.uniform_permeability_m2.is_some(),
        veins: patient.veins == DefaultVeins::None || !patient.vein.is_empty(),
        marrow: scenario.file.marrow.viscosity_pa_s.is_some(),
        gaps: patient.sealed_wall,
    }
}
