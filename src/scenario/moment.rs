//! The moments of a run that can be looked at: before anything, tools in, so many seconds into the injection, the end.

use super::headless::blame;
use super::{RunError, RunSettings, Scenario, build};
use crate::anatomy::Patient;
use crate::cement::flow::FlowError;
use crate::procedure::beam_content::BeamContent;
use crate::procedure::fluoroscopy::Shot;
use crate::procedure::operation::{Operation, OperationError};
use crate::procedure::script::{Order, perform_watched};
use crate::procedure::{Procedure, plan::FluoroscopyPlan};
use std::ops::ControlFlow;
use std::sync::Arc;

/// When.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// Nothing has been done to the patient.
    Before,
    /// Tools are in, no cement yet.
    Tools,
    /// Balloons are up (kyphoplasty).
    Balloon,
    /// So many seconds after the first push.
    Injection(f64),
    /// Everything is done.
    End,
}

/// What was in the beam at a moment.
pub struct Found {
    /// Beside the patient.
    pub content: Arc<BeamContent>,
    /// Seconds after the first push; `None` before it.
    pub injection_s: Option<f64>,
    /// Cement out of the tip, mm³.
    pub injected_mm3: f64,
}

/// What was in the beam of one procedure at a moment; a moment after the end is the end. `None` for a balloon that there
/// is not.
pub fn at(
    scenario: &Scenario,
    patient: &Patient,
    procedure: Procedure,
    settings: &RunSettings,
    moment: Moment,
    progress: &dyn Fn(f64),
) -> Result<Option<Found>, RunError> {
    if moment == Moment::Before {
        let content = Arc::new(BeamContent::nothing(&patient.vertebra.frame));
        return Ok(Some(Found { content, injection_s: None, injected_mm3: 0.0 }));
    }
    let mut found = None;
    let shots = perform(scenario, patient, procedure, settings, &mut |operation, share| {
        progress(share);
        let injected_s = operation.injection().map(|injection| injection.elapsed_s());
        match moment {
            // The first tick of cement: the pictures of the tools are there.
            Moment::Tools | Moment::Balloon => ControlFlow::Break(()),
            Moment::Injection(at_s) if injected_s.is_some_and(|s| s >= at_s) => {
                found = Some(now(operation));
                ControlFlow::Break(())
            }
            _ => {
                if share >= 1.0 {
                    found = Some(now(operation));
                }
                ControlFlow::Continue(())
            }
        }
    })?;
    let of_shot = |shot: &Shot| Found {
        content: Arc::clone(&shot.content),
        injection_s: shot.injection_s,
        injected_mm3: shot.injected_mm3,
    };
    Ok(match moment {
        Moment::Tools => shots.first().map(of_shot),
        Moment::Balloon if procedure == Procedure::Pkp => {
            let before_cement = || shots.iter().filter(|shot| shot.injection_s.is_none());
            // A balloon that moved no bone casts no shadow.
            before_cement().find(|shot| shot.content.has_balloon()).or(before_cement().next_back()).map(of_shot)
        }
        Moment::Balloon => None,
        _ => found,
    })
}

/// Every lateral picture of a procedure, from the tools' to the last.
pub fn film(
    scenario: &Scenario,
    patient: &Patient,
    procedure: Procedure,
    settings: &RunSettings,
    progress: &dyn Fn(f64),
) -> Result<Vec<Shot>, RunError> {
    let shots = perform(scenario, patient, procedure, settings, &mut |_, share| {
        progress(share);
        ControlFlow::Continue(())
    })?;
    Ok(shots.into_iter().filter(|shot| shot.view.is_lateral()).collect())
}

fn now(operation: &Operation) -> Found {
    Found {
        content: Arc::new(operation.beam_content()),
        injection_s: operation.injection().map(|injection| injection.elapsed_s()),
        injected_mm3: operation.injection().map_or(0.0, |injection| injection.injected_mm3()),
    }
}

/// Runs a procedure until it ends or the watcher breaks off, and gives its pictures; the watcher is told the share of the
/// cement that is in, and 1 when all is done.
fn perform(
    scenario: &Scenario,
    patient: &Patient,
    procedure: Procedure,
    settings: &RunSettings,
    watch: &mut dyn FnMut(&Operation, f64) -> ControlFlow<()>,
) -> Result<Vec<Shot>, RunError> {
    scenario.require_paths()?;
    let mut plan = build::plan(scenario, patient, procedure, settings)?;
    // A case without C-arms is looked at all the same: as with two, so that nothing waits for a picture.
    let usual =
        || FluoroscopyPlan { biplane: true, ..super::fluoroscopy_section::FluoroscopySection::default().plan() };
    plan.fluoroscopy.get_or_insert_with(usual);
    let mut operation = Operation::new(patient, &plan);
    let performed = perform_watched(&mut operation, Order::OneAfterOther, &mut |operation, total_mm3| {
        let injected = operation.injection().map_or(0.0, |injection| injection.injected_mm3());
        watch(operation, (injected / total_mm3).min(0.999))
    });
    match performed {
        Ok(()) => {
            let _ = watch(&operation, 1.0);
        }
        Err(OperationError::Flow(FlowError::Cancelled)) => {}
        Err(error) => return Err(blame(scenario, &plan, error)),
    }
    let shots = operation.fluoroscopy_so_far().map_or_else(Vec::new, |arms| arms.shots().to_vec());
    Ok(shots)
}
