//! The same operation with one thing changed: later, deeper, another product, the other procedure.

use super::background::{Job, Progress, Reins};
use super::recording::{Case, Recording, RecordingError};
use crate::cement::product::{Product, products};
use crate::instruments::Trajectory;
use crate::procedure::action::{Action, TimedAction};
use crate::procedure::injection::TICK_S;
use crate::procedure::{Plan, Procedure};
use crate::scenario::{RunError, build};
use crate::units::{self, S_PER_MIN};
use std::sync::Arc;

/// How much later, s, and how much deeper, mm.
pub const LATER_S: f64 = 90.0;
/// See [`LATER_S`].
pub const DEEPER_MM: f64 = 8.0;

/// One thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Cement is pushed 90 s later.
    Later,
    /// Tips lie 8 mm further along their lines.
    Deeper,
    /// Another cement.
    Product(&'static str),
    /// Vertebroplasty in place of kyphoplasty, or the other way round.
    OtherProcedure,
}

/// How the changed operation is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The learner's own actions again, with the change.
    Replayed,
    /// The script carries out the changed plan.
    Scripted,
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NoChange {
    /// The tip would be where it cannot go.
    #[error(transparent)]
    Trajectory(#[from] crate::instruments::TrajectoryError),
    /// The case says nothing of the other procedure.
    #[error(transparent)]
    Plan(#[from] RunError),
}

/// A changed operation, ready to be run.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What it is of now.
    pub case: Case,
    /// How it will be carried out.
    pub how: How,
    actions: Vec<TimedAction>,
    end_tick: u64,
}

impl Change {
    /// Makes the change to an operation.
    pub fn make(self, recording: &Recording) -> Result<Changed, NoChange> {
        let mut case = recording.case.clone();
        let (mut actions, mut end_tick) = (recording.actions.clone(), recording.end_tick);
        let mut how = if case.by_hand { How::Replayed } else { How::Scripted };
        match self {
            Change::Later => {
                case.plan.cement.inject_at_s += LATER_S;
                if let Some(balloon) = &mut case.plan.balloon {
                    balloon.inject_at_s += LATER_S;
                }
                let (from, by) = (recording.series_tick().unwrap_or(u64::MAX), (LATER_S / TICK_S).round() as u64);
                actions.iter_mut().filter(|done| done.tick >= from).for_each(|done| done.tick += by);
                end_tick += by;
            }
            Change::Deeper => {
                let deeper = |path: &Trajectory| -> Result<Trajectory, NoChange> {
                    let path = Trajectory { target: path.target + path.direction() * DEEPER_MM, ..path.clone() };
                    // Asks whether the cannula is long enough.
                    Trajectory::from_entry_and_target(path.side, path.approach, path.entry, path.target, path.cannula)?;
                    path.check(&case.patient.vertebra)?;
                    Ok(path)
                };
                if how == How::Replayed {
                    recording.paths.iter().try_for_each(|path| deeper(path).map(drop))?;
                    actions = with_deeper_tips(&actions);
                } else {
                    case.plan.trajectories = case.plan.trajectories.iter().map(deeper).collect::<Result<_, _>>()?;
                }
            }
            Change::Product(id) => {
                let known = products().iter().find(|product| product.id == id);
                case.plan.cement.product = known.unwrap_or(&case.plan.cement.product).clone();
            }
            Change::OtherProcedure => {
                case.procedure = other_procedure(case.procedure);
                case.settings.switches = crate::scenario::Switches::ALL;
                let planned = build::plan(&case.scenario, &case.patient, case.procedure, &case.settings)?;
                // The lines stay where the learner laid them, and what he changed of the cement.
                case.plan = Plan { trajectories: recording.paths.clone(), cement: case.plan.cement.clone(), ..planned };
                how = How::Scripted;
            }
        }
        case.by_hand = how == How::Replayed;
        Ok(Changed { case, how, actions, end_tick })
    }
}

impl Changed {
    /// Carries it out.
    pub fn run(&self, reins: &Reins) -> Result<Recording, RecordingError> {
        match self.how {
            How::Replayed => Recording::of_actions(&self.case, &self.actions, self.end_tick, reins),
            How::Scripted => Recording::of_plan(&self.case, reins),
        }
    }
}

/// The other of the two.
pub fn other_procedure(procedure: Procedure) -> Procedure {
    match procedure {
        Procedure::Pvp => Procedure::Pkp,
        Procedure::Pkp => Procedure::Pvp,
    }
}

/// Before anything goes through a tool for the first time it is driven on.
fn with_deeper_tips(actions: &[TimedAction]) -> Vec<TimedAction> {
    let mut driven: Vec<usize> = Vec::new();
    let mut more = Vec::with_capacity(actions.len() + 2);
    for &done in actions {
        if let Action::Connect { trajectory } | Action::Drill { trajectory } | Action::Contrast { trajectory, .. } =
            done.action
            && !driven.contains(&trajectory)
        {
            driven.push(trajectory);
            more.push(TimedAction { tick: done.tick, action: Action::Advance { trajectory, by_mm: DEEPER_MM } });
        }
        more.push(done);
    }
    more
}

/// Of the cements that still flow at the planned minute, the one least like the present one.
pub fn unlike_product(plan: &Plan) -> Option<&'static Product> {
    let now = &plan.cement.product;
    let age_s = |product: &Product| plan.inject_at_s() * product.ageing_rate(plan.cement.room_temperature_c);
    let log = |product: &Product| units::ln(product.reference_viscosity_pa_s(age_s(product)).max(1e-9));
    let could_be = |product: &&'static Product| product.id != now.id && !product.is_set(age_s(product) + S_PER_MIN);
    let unlike = |product: &&'static Product| (log(product) - log(now)).abs();
    products().iter().filter(could_be).max_by(|a, b| unlike(a).total_cmp(&unlike(b)))
}

/// A changed operation under way, or done.
pub struct WhatIf {
    /// What was changed.
    pub change: Change,
    /// How it is carried out; `None` where it cannot be.
    pub how: Option<How>,
    job: Option<Job<Result<Recording, RecordingError>>>,
    /// What came of it.
    pub result: Option<Result<Arc<Recording>, String>>,
}

impl WhatIf {
    /// Begins it in the background.
    pub fn start(change: Change, recording: &Recording) -> WhatIf {
        match change.make(recording) {
            Ok(changed) => {
                let how = Some(changed.how);
                let job = Some(Job::start("what if", move |reins| changed.run(reins)));
                WhatIf { change, how, job, result: None }
            }
            Err(error) => WhatIf { change, how: None, job: None, result: Some(Err(error.to_string())) },
        }
    }

    /// Takes what has come of it; true when anything did.
    pub fn poll(&mut self) -> bool {
        let Some(job) = &self.job else { return false };
        let result = match job.poll() {
            Progress::Running(_) => return false,
            Progress::Done(Ok(recording)) => Ok(Arc::new(recording)),
            Progress::Done(Err(error)) => Err(error.to_string()),
            Progress::Gone => Err(RecordingError::Cancelled.to_string()),
        };
        self.result = Some(result);
        self.job = None;
        true
    }

    /// Share done while it runs.
    pub fn share(&self) -> Option<f32> {
        self.job.as_ref().map(Job::share)
    }

    /// The figures, once they are there.
    pub fn recording(&self) -> Option<&Arc<Recording>> {
        self.result.as_ref()?.as_ref().ok()
    }
}

#[cfg(test)]
#[path = "what_if_tests.rs"]
mod tests;
