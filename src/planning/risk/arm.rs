//! What one product at one age came to over all samples.

use super::question::RiskArm;
use super::risk_data::risk_data;
use super::{Course, PairedDifference, Probability};
use crate::procedure::stop::DELIVERED_SHARE;
use crate::units::{ml_from_mm3, mm3_from_ml};

/// One product at one age.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmRisk {
    /// Id of the product (of a Newtonian fluid, its name).
    pub product: String,
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// What came of each sample, in order; the reason where its injection could not be computed.
    pub courses: Vec<Result<Course, String>>,
}

impl ArmRisk {
    pub(super) fn new(arm: &RiskArm, courses: Vec<Result<Course, String>>) -> ArmRisk {
        ArmRisk { product: arm.label().to_owned(), age_min: arm.inject_at_min, courses }
    }

    /// Samples that could be computed; probabilities are shares of these.
    pub fn samples(&self) -> usize {
        self.computed().count()
    }

    /// Samples that could not be computed.
    pub fn failed(&self) -> usize {
        self.courses.len() - self.samples()
    }

    /// Why the first of those could not be computed.
    pub fn first_failure(&self) -> Option<&str> {
        self.courses.iter().find_map(|course| course.as_ref().err()).map(String::as_str)
    }

    /// Probability that cement has leaked anywhere by the time so much has been injected.
    pub fn any_leak(&self, volume_ml: f64) -> Probability {
        self.share_by(volume_ml, |course| course.any_leak_at_mm3)
    }

    /// Probability that cement has leaked into the canal by then.
    pub fn canal_leak(&self, volume_ml: f64) -> Probability {
        self.share_by(volume_ml, |course| course.canal_leak_at_mm3)
    }

    /// Samples in which so much could be injected, as the operator judges it.
    pub fn reached(&self, volume_ml: f64) -> usize {
        let least_mm3 = DELIVERED_SHARE * mm3_from_ml(volume_ml);
        self.computed().filter(|course| course.injected_mm3 >= least_mm3).count()
    }

    /// Median of what had leaked in all by the volume of this index in the question, ml.
    pub fn median_leaked_ml(&self, volume: usize) -> f64 {
        let mut leaked: Vec<f64> = self.computed().filter_map(|c| c.leaked_mm3.get(volume).copied()).collect();
        leaked.sort_by(f64::total_cmp);
        let middle = |index: usize| leaked.get(index).copied().unwrap_or_default();
        ml_from_mm3(0.5 * (middle(leaked.len().saturating_sub(1) / 2) + middle(leaked.len() / 2)))
    }

    /// The volume at which a share of the samples is passed by what `at_mm3` tells, ml: below it no more than that
    /// share has come to it. `None` when that is so at every volume injected.
    pub fn volume_at_share_ml(&self, share: f64, at_mm3: impl Fn(&Course) -> Option<f64>) -> Option<f64> {
        let mut volumes: Vec<f64> = self.computed().filter_map(at_mm3).collect();
        volumes.sort_by(f64::total_cmp);
        let allowed = (share * self.samples() as f64 + 1e-9) as usize;
        volumes.get(allowed).copied().map(ml_from_mm3)
    }

    /// Any leak by a volume: this arm first, another of the same samples second.
    pub fn any_leak_against(&self, other: &ArmRisk, volume_ml: f64) -> PairedDifference {
        self.against(other, volume_ml, |course| course.any_leak_at_mm3)
    }

    /// A canal leak by a volume: this arm first, another of the same samples second.
    pub fn canal_leak_against(&self, other: &ArmRisk, volume_ml: f64) -> PairedDifference {
        self.against(other, volume_ml, |course| course.canal_leak_at_mm3)
    }

    fn computed(&self) -> impl Iterator<Item = &Course> {
        self.courses.iter().filter_map(|course| course.as_ref().ok())
    }

    fn share_by(&self, volume_ml: f64, at_mm3: impl Fn(&Course) -> Option<f64>) -> Probability {
        let count = self.computed().filter(|course| happened_by(at_mm3(course), volume_ml)).count();
        Probability::of(count, self.samples(), risk_data().run.interval.value)
    }

    fn against(&self, other: &ArmRisk, volume_ml: f64, at_mm3: impl Fn(&Course) -> Option<f64>) -> PairedDifference {
        let both = self.courses.iter().zip(&other.courses);
        let both = both.filter_map(|(first, second)| Some((first.as_ref().ok()?, second.as_ref().ok()?)));
        let leaked = |course: &Course| happened_by(at_mm3(course), volume_ml);
        PairedDifference::of(both.map(|(a, b)| (leaked(a), leaked(b))), risk_data().run.interval.value)
    }
}

fn happened_by(at_mm3: Option<f64>, volume_ml: f64) -> bool {
    at_mm3.is_some_and(|at| at <= mm3_from_ml(volume_ml))
}
