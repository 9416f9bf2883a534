//! Risk of a leak before injecting: the plan carried out on many patients who differ in what cannot be known of this
//! one.
//!
//! Each sample draws permeability, veins, marrow and small gaps (`unknowns`); each sample is injected with each
//! product at each age (`assess`) to the largest volume asked for, by the same operation as a run. The cement's course
//! (`course`) tells at what volume it first leaked, so that one injection answers for every smaller volume: it begins
//! as the larger one does. One tool is injected in the plan's own pushes; two tools take turns (of `run.turn_ml`), so
//! that every volume is passed with both about level, where a run fills one tool's share before the other's. The
//! operator does not stop for a leak, since it is the injection's own risk that is asked for; the limit of pressure
//! holds, and an injection that it ended without a leak counts as none up to the largest volume that any sample came to.
//!
//! Probabilities are shares of the samples with exact intervals (`interval`); no law of leaking is written anywhere.

mod arm;
mod course;
mod ensemble;
pub mod interval;
mod passes;
mod question;
pub mod risk_data;
#[cfg(test)]
mod tests;
mod unknowns;

pub use arm::ArmRisk;
pub use course::Course;
pub use ensemble::{Watch, ensemble};
pub use interval::{PairedDifference, Probability};
pub use passes::{PassDifference, differences};
pub use question::{RiskArm, RiskError, RiskQuestion};
pub use unknowns::{Draw, Gap, Known};

use crate::anatomy::Patient;
use crate::procedure::{Plan, plan::OperatorRules};
use crate::units::{S_PER_MIN, mm3_from_ml};
use course::follow;

/// The answer to a [`RiskQuestion`].
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// One per product and age, in the order of the question.
    pub arms: Vec<ArmRisk>,
    /// Volumes asked for, ml, rising.
    pub volumes_ml: Vec<f64>,
    /// Samples drawn.
    pub samples: usize,
    /// Voxel of the flow calculation, mm.
    pub resolution_mm: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// Carries the plan out on every sample with every product and age.
///
/// The plan gives tools, rate, pushes, limit of pressure and balloon; product, age, volume, resolution and what the
/// operator does about leaks come from the question. Same answer on any number of threads.
///
/// # Errors
/// A question that makes no sense; no injection that could be computed; the caller's cancelling.
pub fn assess(patient: &Patient, plan: &Plan, asked: &RiskQuestion, watch: &Watch) -> Result<Risk, RiskError> {
    let volumes_ml = asked.check()?;
    let plans: Vec<Plan> = asked.arms.iter().map(|arm| arm_plan(plan, arm, asked, &volumes_ml)).collect();
    let prepare = |sample: usize| {
        let draw = Draw::new(asked.seed, sample as u64);
        (draw.patient(patient, asked.known).map_err(|error| error.to_string()), draw.marrow_pa_s)
    };
    let inject = |(drawn, marrow_pa_s): &(Result<Patient, String>, f64), arm: usize| {
        let drawn = drawn.as_ref().map_err(String::clone)?;
        let mut plan = plans[arm].clone();
        if !asked.known.marrow {
            plan.marrow_pa_s = *marrow_pa_s;
        }
        follow(drawn, &plan, &volumes_ml, watch)
    };
    let courses = ensemble(asked.samples, plans.len(), prepare, inject, watch).ok_or(RiskError::Cancelled)?;
    let arms: Vec<ArmRisk> = asked.arms.iter().zip(courses).map(|(arm, courses)| ArmRisk::new(arm, courses)).collect();
    if let Some(arm) = arms.iter().find(|arm| arm.samples() == 0) {
        let because = arm.first_failure().unwrap_or_default().to_owned();
        return Err(RiskError::AllFailed { product: arm.product.clone(), because });
    }
    Ok(Risk { arms, volumes_ml, samples: asked.samples, resolution_mm: asked.resolution_mm, seed: asked.seed })
}

/// The plan with what the question changes.
fn arm_plan(plan: &Plan, arm: &RiskArm, asked: &RiskQuestion, volumes_ml: &[f64]) -> Plan {
    let mut plan = plan.clone();
    let volume_mm3 = mm3_from_ml(volumes_ml.last().copied().unwrap_or_default());
    plan.cement.product = arm.product.clone();
    plan.cement.inject_at_s = arm.inject_at_min * S_PER_MIN;
    // A plan without portions pushes all at once, whatever the volume.
    if plan.cement.push_mm3 >= plan.cement.volume_mm3 {
        plan.cement.push_mm3 = volume_mm3;
    }
    plan.cement.volume_mm3 = volume_mm3;
    if let Some(balloon) = &mut plan.balloon {
        balloon.inject_at_s = plan.cement.inject_at_s;
        balloon.fill_mm3 = Some(volume_mm3);
    }
    plan.operator = OperatorRules::default();
    // Nobody looks.
    plan.fluoroscopy = None;
    plan.venography_mm3 = None;
    plan.resolution_mm = asked.resolution_mm;
    plan
}
