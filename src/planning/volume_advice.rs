//! How much cement is advised at most: the least of fill, posterior quarter and leak risk, and which of them binds.
//!
//! An upper limit, not a goal: no gain in pain with volume was found (R§3.5).

use super::risk::risk_data::risk_data;
use super::risk::{ArmRisk, Course, Probability, Risk};
use crate::anatomy::Patient;
use crate::provenance::{Basis, Sourced};
use schemars::JsonSchema;
use serde::Serialize;

/// An upper limit of the volume to inject with one product at one age.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VolumeAdvice {
    /// Product.
    pub product: String,
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// No more than this.
    pub max_ml: f64,
    /// Name of the limit that is least.
    pub binds: &'static str,
    /// Every limit.
    pub limits: Vec<VolumeLimit>,
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VolumeLimit {
    /// "fill", "posterior_quarter", "any_leak", "canal_leak", "injectable" or "examined".
    pub name: &'static str,
    /// No more than this; absent where no volume that was examined came to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ml: Option<f64>,
    /// Of a leak limit: the share of the samples at that volume, with its interval; where no volume came to the limit, at
    /// the largest volume examined that an injection came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// What it says.
    pub because: String,
    /// How its threshold is known.
    pub basis: &'static str,
    /// Where its threshold comes from.
    pub source: String,
}

impl VolumeLimit {
    fn new(name: &'static str, max_ml: Option<f64>, because: String, threshold: &Sourced<f64>) -> VolumeLimit {
        VolumeLimit {
            name,
            max_ml,
            probability: None,
            because,
            basis: threshold.basis.name(),
            source: threshold.source.clone(),
        }
    }
}

/// The advice for every product and age of a risk, in its order.
pub fn advise(patient: &Patient, risk: &Risk) -> Vec<VolumeAdvice> {
    risk.arms.iter().map(|arm| advise_arm(patient, risk, arm)).collect()
}

fn advise_arm(patient: &Patient, risk: &Risk, arm: &ArmRisk) -> VolumeAdvice {
    let data = &risk_data().advice;
    let examined_ml = risk.volumes_ml.last().copied().unwrap_or_default();
    let body_ml = patient.vertebra.landmarks.body_volume_ml;
    let fill = data.fill_fraction.value;
    let (posterior, share) = (data.posterior_ap_fraction.value, data.posterior_share.value);
    let limits = vec![
        VolumeLimit::new(
            "fill",
            Some(fill * body_ml),
            format!("{} of the body as it is now, {body_ml:.1} ml", percent(fill)),
            &data.fill_fraction,
        ),
        VolumeLimit::new(
            "posterior_quarter",
            arm.volume_at_share_ml(share, |course| course.posterior_at_mm3),
            format!(
                "beyond it cement is in the rear {} of the body in more than {} of {} samples",
                percent(posterior),
                percent(share),
                arm.samples()
            ),
            &data.posterior_share,
        ),
        leak_limit(risk, arm, ("any_leak", "a leak"), &data.any_leak, ArmRisk::any_leak, |c| c.any_leak_at_mm3),
        leak_limit(
            risk,
            arm,
            ("canal_leak", "a leak into the canal"),
            &data.canal_leak,
            ArmRisk::canal_leak,
            |course| course.canal_leak_at_mm3,
        ),
        VolumeLimit::new(
            "injectable",
            injectable_ml(risk, arm, data.injectable_share.value),
            format!(
                "the largest volume examined that {} of {} injections and more came to",
                percent(data.injectable_share.value),
                arm.samples()
            ),
            &data.injectable_share,
        ),
        VolumeLimit {
            name: "examined",
            max_ml: Some(examined_ml),
            probability: None,
            because: "no larger volume was computed".to_owned(),
            basis: Basis::OurChoice.name(),
            source: "the largest volume asked for".to_owned(),
        },
    ];
    // The first of equals.
    let (mut max_ml, mut binds) = (f64::INFINITY, "");
    for limit in &limits {
        if let Some(limit_ml) = limit.max_ml.filter(|&limit_ml| limit_ml < max_ml) {
            (max_ml, binds) = (limit_ml, limit.name);
        }
    }
    VolumeAdvice { product: arm.product.clone(), age_min: arm.age_min, max_ml, binds, limits }
}

/// The volume beyond which the share of the samples that leaked is more than the threshold. Where it is so nowhere, the
/// samples may be too few to tell: then it says so.
fn leak_limit(
    risk: &Risk,
    arm: &ArmRisk,
    (name, what): (&'static str, &str),
    threshold: &Sourced<f64>,
    probability: impl Fn(&ArmRisk, f64) -> Probability,
    at_mm3: impl Fn(&Course) -> Option<f64>,
) -> VolumeLimit {
    let max_ml = arm.volume_at_share_ml(threshold.value, at_mm3);
    let farthest_ml = risk.volumes_ml.iter().copied().rfind(|&volume_ml| arm.reached(volume_ml) > 0);
    let there = max_ml.or(farthest_ml).map(|volume_ml| probability(arm, volume_ml));
    let samples = arm.samples();
    let because = match (max_ml, there) {
        (None, None) => "cannot be told: no injection came to the smallest volume examined".to_owned(),
        (None, Some(Probability { high, .. })) if high > threshold.value => {
            format!("cannot be told from {samples} samples: the interval goes up to {}", percent(high))
        }
        _ => format!("beyond it {what} is more likely than {} in {samples} samples", percent(threshold.value)),
    };
    VolumeLimit { probability: there, ..VolumeLimit::new(name, max_ml, because, threshold) }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// The largest volume examined that so large a share of the injections came to; `None` where the largest of all did.
fn injectable_ml(risk: &Risk, arm: &ArmRisk, share: f64) -> Option<f64> {
    let came = |volume_ml: f64| arm.reached(volume_ml) as f64 >= share * arm.samples() as f64;
    let short = risk.volumes_ml.iter().any(|&volume_ml| !came(volume_ml));
    short.then(|| risk.volumes_ml.iter().copied().take_while(|&volume_ml| came(volume_ml)).last().unwrap_or(0.0))
}
