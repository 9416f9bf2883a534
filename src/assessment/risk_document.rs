//! Leak risk and volume advice under the names of `trocar.plan/1`.

use crate::anatomy::Patient;
use crate::planning::risk::{PassDifference, Probability, Risk, differences};
use crate::planning::volume_advice::{VolumeAdvice, advise};
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Computed {
    /// Patients drawn.
    pub samples: usize,
    /// Voxel of the flow calculation.
    pub resolution_mm: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// The risk at one product, age and volume.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RiskRow {
    /// Product.
    pub product: String,
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// Volume injected.
    pub volume_ml: f64,
    /// Probability that cement has leaked anywhere by then.
    pub any_leak: Probability,
    /// Probability that it has leaked into the canal.
    pub canal_leak: Probability,
    /// Median of what has leaked by then.
    pub median_leaked_ml: f64,
    /// Samples that could be computed: the probabilities are shares of these.
    pub samples: usize,
    /// Samples that could not be computed.
    pub failed: usize,
    /// Samples in which so much could be injected; those that stopped before without a leak count as none.
    pub reached: usize,
}

impl RiskDocument {
    /// The document of a risk; `coarse` is a coarser calculation of the same question. `None` for a risk without arms.
    pub fn new(patient: &Patient, risk: &Risk, coarse: Option<&Risk>) -> Option<RiskDocument> {
        let mut advice = advise(patient, risk).into_iter();
        Some(RiskDocument {
            risk: rows(risk),
            volume_advice: advice.next()?,
            volume_advice_others: advice.collect(),
            risk_computed: Computed { samples: risk.samples, resolution_mm: risk.resolution_mm, seed: risk.seed },
            fine_less_coarse: coarse.map(|coarse| differences(coarse, risk)).unwrap_or_default(),
        })
    }
}

/// The rows of a risk: arm after arm, volumes rising.
pub fn rows(risk: &Risk) -> Vec<RiskRow> {
    let of_arm = |arm: &crate::planning::risk::ArmRisk| {
        let row = |(index, &volume_ml): (usize, &f64)| RiskRow {
            product: arm.product.clone(),
            age_min: arm.age_min,
            volume_ml,
            any_leak: arm.any_leak(volume_ml),
            canal_leak: arm.canal_leak(volume_ml),
            median_leaked_ml: arm.median_leaked_ml(index),
            samples: arm.samples(),
            failed: arm.failed(),
            reached: arm.reached(volume_ml),
        };
        risk.volumes_ml.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    risk.arms.iter().flat_map(of_arm).collect()
}
