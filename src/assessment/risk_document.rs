//! Leak risk and volume advice under the names of `trocar.plan/1`.

use super::risk_question::Pass;
use crate::anatomy::{Patient, Side};
use crate::instruments::Trajectory;
use crate::planning::risk::{PassDifference, Probability, Risk, differences};
use crate::planning::volume_advice::{VolumeAdvice, advise};
use crate::procedure::{Plan, Procedure};
use schemars::JsonSchema;
use serde::Serialize;

/// The parts of a plan's document that the risk fills.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RiskDocument {
    /// One row per product, age and volume.
    pub risk: Vec<RiskRow>,
    /// For the first product and age of the question.
    pub volume_advice: VolumeAdvice,
    /// For every other product and age.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_advice_others: Vec<VolumeAdvice>,
    /// How the risk was computed.
    pub risk_computed: Computed,
    /// How far a coarser calculation was from it, where one was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fine_less_coarse: Vec<PassDifference>,
}

/// How a risk was computed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Computed {
    /// What is carried out.
    pub procedure: Procedure,
    /// Through which needles.
    pub needles: Vec<Needle>,
    /// "coarse" or "fine".
    pub pass: Pass,
    /// Patients drawn.
    pub samples: usize,
    /// Voxel of the flow calculation.
    pub resolution_mm: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// A needle or cannula that is injected through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Needle {
    /// Pedicle used.
    pub side: Side,
    /// Cannula's gauge.
    pub gauge: u8,
    /// Its tip, in the vertebra's frame.
    pub tip_mm: [f64; 3],
}

/// The risk at one product, age and volume. Where no injection came to the volume, nothing is said of it: probabilities
/// and median are absent.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RiskRow {
    /// Product.
    pub product: String,
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// Volume injected.
    pub volume_ml: f64,
    /// Probability that cement has leaked anywhere by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any_leak: Option<Probability>,
    /// Probability that it has leaked into the canal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canal_leak: Option<Probability>,
    /// Median of what has leaked by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_leaked_ml: Option<f64>,
    /// Samples that could be computed: the probabilities are shares of these.
    pub samples: usize,
    /// Samples that could not be computed.
    pub failed: usize,
    /// Samples in which so much could be injected; those that stopped before without a leak count as none.
    pub reached: usize,
}

impl RiskDocument {
    /// The document of a plan's risk as a pass found it; `coarse` is a coarser calculation of the same question. `None`
    /// for a risk without arms.
    pub fn new(patient: &Patient, plan: &Plan, pass: Pass, risk: &Risk, coarse: Option<&Risk>) -> Option<RiskDocument> {
        let mut advice = advise(patient, risk).into_iter();
        Some(RiskDocument {
            risk: rows(risk),
            volume_advice: advice.next()?,
            volume_advice_others: advice.collect(),
            risk_computed: Computed {
                procedure: plan.procedure,
                needles: plan.trajectories.iter().map(needle).collect(),
                pass,
                samples: risk.samples,
                resolution_mm: risk.resolution_mm,
                seed: risk.seed,
            },
            fine_less_coarse: coarse.map(|coarse| differences(coarse, risk)).unwrap_or_default(),
        })
    }
}

fn needle(path: &Trajectory) -> Needle {
    Needle { side: path.side, gauge: path.cannula.gauge, tip_mm: path.tip().coords.into() }
}

/// The rows of a risk: arm after arm, volumes rising.
pub fn rows(risk: &Risk) -> Vec<RiskRow> {
    let of_arm = |arm: &crate::planning::risk::ArmRisk| {
        let row = |(index, &volume_ml): (usize, &f64)| {
            let reached = arm.reached(volume_ml);
            let came = reached > 0;
            RiskRow {
                product: arm.product.clone(),
                age_min: arm.age_min,
                volume_ml,
                any_leak: came.then(|| arm.any_leak(volume_ml)),
                canal_leak: came.then(|| arm.canal_leak(volume_ml)),
                median_leaked_ml: came.then(|| arm.median_leaked_ml(index)),
                samples: arm.samples(),
                failed: arm.failed(),
                reached,
            }
        };
        risk.volumes_ml.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    risk.arms.iter().flat_map(of_arm).collect()
}
