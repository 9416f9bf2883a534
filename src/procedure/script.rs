//! A plan carried out without a window: the same actions a hand would make, in pushes with pauses.

use super::action::Action;
use super::injection::TICK_S;
use super::operation::{Operation, OperationError};
use super::outcome::PauseOutcome;
use crate::cement::flow::FlowError;
use crate::units;

/// A push that gives less than this share of the commanded rate for so many seconds has met its pressure limit.
const STALLED_SHARE: f64 = 0.02;
/// See [`STALLED_SHARE`].
const STALLED_S: f64 = 10.0;
/// The operator reckons that the line sends on what the present rate would give in so long, s.
const AFTER_FLOW_ALLOWED_S: f64 = 5.0;
/// Less than this share of the plan in the bone, and he pushes again.
const DELIVERED_SHARE: f64 = 0.99;
/// After the last push the line is given at most so long to relax, s.
const AFTER_FLOW_S: f64 = 60.0;

/// Why an injection ended.
#[derive(Clone, Debug, PartialEq)]
enum Stop {
    Volume,
    Pressure,
    Set,
    NoOutlet,
    Operator,
}

impl Stop {
    fn name(&self) -> &'static str {
        match self {
            Stop::Volume => "volume",
            Stop::Pressure => "pressure_limit",
            Stop::Set => "set",
            Stop::NoOutlet => "no_outlet",
            Stop::Operator => "operator:leak_seen",
        }
    }
}

/// Carries out the whole plan; `progress` hears the share of the cement that is in, 0…1.
pub fn perform(operation: &mut Operation, progress: &dyn Fn(f64)) -> Result<(), OperationError> {
    let plan = operation.plan;
    let paths = plan.trajectories.len();
    for trajectory in 0..paths {
        operation.apply(Action::Place { trajectory })?;
    }
    if let Some(balloon) = plan.balloon.as_ref().filter(|_| plan.inflates()) {
        let volume_ml = units::ml_from_mm3(balloon.volume_mm3);
        for trajectory in 0..paths {
            operation.apply(Action::Inflate { trajectory, volume_ml })?;
        }
    }
    operation.apply(Action::Mix)?;
    operation.tick((plan.inject_at_s() / TICK_S).round() as u64)?;
    let volume_mm3 = operation.planned_volume_mm3();
    let mut stop = Stop::Volume;
    for trajectory in 0..paths {
        operation.apply(Action::Connect { trajectory })?;
        let until_mm3 = volume_mm3 * (trajectory + 1) as f64 / paths as f64;
        stop = inject(operation, until_mm3, &|injected| progress(injected / volume_mm3))?;
        if stop != Stop::Volume {
            break;
        }
    }
    operation.apply(Action::Finish)?;
    operation.record.stopped_by = Some(stop.name().to_owned());
    progress(1.0);
    Ok(())
}

/// Pushes until so much has left the tip in all.
fn inject(operation: &mut Operation, until_mm3: f64, progress: &dyn Fn(f64)) -> Result<Stop, OperationError> {
    let cement = &operation.plan.cement;
    let rate_ml_per_min = cement.rate_mm3_per_s * units::S_PER_MIN / units::MM3_PER_ML;
    let rules = operation.plan.operator;
    let mut leaked_before_mm3 = leaked_mm3(operation);
    loop {
        let push_until = (delivered_mm3(operation) + cement.push_mm3).min(until_mm3);
        operation.apply(Action::Push { rate_ml_per_min })?;
        let mut stalled_s = 0.0;
        while delivered_mm3(operation) < push_until {
            match operation.tick(1) {
                Err(OperationError::Flow(FlowError::NoOutlet)) if injected_mm3(operation) > 0.0 => {
                    return Ok(Stop::NoOutlet);
                }
                other => other?,
            }
            progress(injected_mm3(operation));
            let slow = rate_mm3_per_s(operation) < STALLED_SHARE * cement.rate_mm3_per_s;
            stalled_s = if slow { stalled_s + TICK_S } else { 0.0 };
            if stalled_s > STALLED_S {
                operation.apply(Action::Release)?;
                return Ok(Stop::Pressure);
            }
            if operation.injection().is_some_and(|i| i.product().is_set(i.age_s())) {
                operation.apply(Action::Release)?;
                return Ok(Stop::Set);
            }
            if rules.pause_on_leak_mm3.is_some_and(|limit| leaked_mm3(operation) - leaked_before_mm3 >= limit) {
                break;
            }
        }
        operation.apply(Action::Release)?;
        let leaked_mm3_now = leaked_mm3(operation);
        if rules.pause_on_leak_mm3.is_some_and(|limit| leaked_mm3_now - leaked_before_mm3 >= limit) {
            if operation.record.pauses.len() >= rules.waits as usize {
                note_pause(operation, "stop", 0.0);
                return Ok(Stop::Operator);
            }
            note_pause(operation, "wait", rules.wait_s);
            operation.tick((rules.wait_s / TICK_S).round() as u64)?;
            leaked_before_mm3 = leaked_mm3(operation);
        }
        if delivered_mm3(operation) >= until_mm3 {
            relax(operation)?;
            if injected_mm3(operation) >= DELIVERED_SHARE * until_mm3 {
                return Ok(Stop::Volume);
            }
        }
        operation.tick((cement.pause_s / TICK_S).round() as u64)?;
    }
}

/// The hand is off; what the line holds goes on into the bone.
fn relax(operation: &mut Operation) -> Result<(), OperationError> {
    for _ in 0..(AFTER_FLOW_S / TICK_S) as u64 {
        operation.tick(1)?;
        if operation.injection().is_none_or(|injection| injection.last().is_none()) {
            break;
        }
    }
    Ok(())
}

fn note_pause(operation: &mut Operation, action: &str, waited_s: f64) {
    let at_s = operation.injection().map_or(0.0, |injection| injection.elapsed_s());
    let injected_ml = units::ml_from_mm3(injected_mm3(operation));
    operation.record.pauses.push(PauseOutcome {
        at_s,
        injected_ml,
        reason: "leak_seen".to_owned(),
        action: action.to_owned(),
        waited_s,
    });
}

fn injected_mm3(operation: &Operation) -> f64 {
    operation.injection().map_or(0.0, |injection| injection.injected_mm3())
}

/// What left the tip, and what the line will still send after it: the operator allows for the after-flow.
fn delivered_mm3(operation: &Operation) -> f64 {
    let coming_mm3 = rate_mm3_per_s(operation) * AFTER_FLOW_ALLOWED_S;
    operation
        .injection()
        .map_or(0.0, |injection| injection.injected_mm3() + injection.delivery.stored_mm3.min(coming_mm3))
}

fn leaked_mm3(operation: &Operation) -> f64 {
    operation.injection().map_or(0.0, |injection| injection.flow.ledger().total_mm3())
}

fn rate_mm3_per_s(operation: &Operation) -> f64 {
    operation.injection().and_then(|injection| injection.last()).map_or(0.0, |last| last.tip_rate_mm3_per_s)
}
