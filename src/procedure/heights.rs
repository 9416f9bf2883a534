//! Heights of the body at the five moments, as the operation left them.

use super::body_outcome::{HeightMomentOutcome, HeightOutcome};
use super::operation::Operation;
use crate::anatomy::Lift;
use crate::mechanics::{Rises, height_course, mobility};
use crate::units::deg_from_rad;

impl Operation<'_> {
    pub(super) fn height_outcome(&self) -> Option<HeightOutcome> {
        let fracture = self.patient.fracture.as_ref()?;
        let landmarks = &self.patient.vertebra.landmarks;
        let mobility = mobility(fracture.age_weeks);
        let unlifted = || Lift::of(landmarks, fracture);
        // Without the void there was no balloon.
        let made = self.restoring.as_ref().filter(|_| self.plan.switches.cavity);
        let lift = made.map_or_else(unlifted, |(lift, _)| lift.clone());
        let rises = Rises {
            balloon_up_mm: made.map(|(_, peak_mm)| *peak_mm),
            after_cement_mm: made.map_or(0.0, |(lift, _)| lift.rise_mm),
        };
        let course = height_course(fracture, landmarks, &lift, mobility, rises)?;
        let moments = course.moments.iter().map(|moment| HeightMomentOutcome {
            moment: moment.moment.name().to_owned(),
            anterior_mm: moment.heights_mm[0],
            middle_mm: moment.heights_mm[1],
            posterior_mm: moment.heights_mm[2],
            wedge_angle_deg: deg_from_rad(moment.wedge_angle_rad),
            segmental_kyphosis_deg: None,
        });
        Some(HeightOutcome {
            moments: moments.collect(),
            compression_fraction: course.compression_fraction,
            restoration_fraction: course.restoration_fraction,
            posture_share_fraction: course.posture_share_fraction,
            mobility_fraction: mobility,
        })
    }
}

#[cfg(test)]
#[path = "heights_tests.rs"]
mod tests;
