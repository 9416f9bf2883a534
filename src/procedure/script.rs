//! A plan carried out without a window: the same actions a hand would make, in pushes with pauses.

use super::action::{Action, PauseReason, View};
use super::circumstances::circumstances;
use super::injection::TICK_S;
use super::operation::{Operation, OperationError};
use super::stop::{DELIVERED_SHARE, Stop};
use crate::cement::flow::FlowError;
use crate::units;
use std::ops::ControlFlow;

/// In which order several tools get their shares of the cement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// One tool after the other, each its whole share.
    OneAfterOther,
    /// In turns of so many mm³ each, so that at every volume the tools have had the same. One tool alone takes no turns.
    InTurns(f64),
}

/// Carries out the whole plan; `progress` hears the share of the cement that is in, 0…1.
pub fn perform(operation: &mut Operation, progress: &dyn Fn(f64)) -> Result<(), OperationError> {
    perform_watched(operation, Order::OneAfterOther, &mut |operation, total_mm3| {
        progress(injected_mm3(operation) / total_mm3);
        ControlFlow::Continue(())
    })?;
    progress(1.0);
    Ok(())
}

/// Looks at the operation after every tick of a push, and is told the volume that will be injected in all, mm³.
pub type Watch<'w> = &'w mut dyn FnMut(&Operation, f64) -> ControlFlow<()>;

/// Carries out the whole plan in an order, watched after every tick of a push.
///
/// # Errors
/// As the operation's own; [`FlowError::Cancelled`] when the watcher breaks off.
pub fn perform_watched(operation: &mut Operation, order: Order, watch: Watch) -> Result<(), OperationError> {
    let plan = operation.plan;
    let paths = plan.trajectories.len();
    for trajectory in 0..paths {
        operation.apply(Action::Place { trajectory })?;
    }
    look(operation, &[View::Ap, View::Lateral])?;
    if let Some(balloon) = plan.balloon.as_ref().filter(|_| plan.inflates()) {
        let volume_ml = units::ml_from_mm3(balloon.volume_mm3);
        for trajectory in 0..paths {
            operation.apply(Action::Drill { trajectory })?;
        }
        look(operation, &[View::Lateral])?;
        for trajectory in 0..paths {
            operation.apply(Action::Inflate { trajectory, volume_ml })?;
        }
        look(operation, &[View::Ap, View::Lateral])?;
    }
    if let Some(volume_mm3) = plan.venography_mm3 {
        operation.apply(Action::Contrast { trajectory: 0, volume_ml: units::ml_from_mm3(volume_mm3) })?;
        look(operation, &[View::Lateral])?;
    }
    operation.apply(Action::Mix)?;
    operation.tick((plan.inject_at_s() / TICK_S).round() as u64)?;
    let shares_mm3 = operation.planned_volumes_mm3();
    let total_mm3: f64 = shares_mm3.iter().sum();
    let mut until_mm3 = 0.0;
    for (trajectory, portion_mm3) in portions(&shares_mm3, order) {
        operation.apply(Action::Connect { trajectory })?;
        until_mm3 += portion_mm3;
        let stop = inject(operation, until_mm3, &mut |operation| watch(operation, total_mm3))?;
        if stop != Stop::NoOutlet {
            relax(operation)?;
        }
        if stop != Stop::Volume {
            break;
        }
    }
    operation.apply(Action::Finish)?;
    look(operation, &[View::Lateral, View::Ap])?;
    match watch(operation, total_mm3) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(FlowError::Cancelled.into()),
    }
}

/// Which tool gets how much, portion after portion, mm³.
fn portions(shares_mm3: &[f64], order: Order) -> Vec<(usize, f64)> {
    let turn_mm3 = match order {
        Order::InTurns(turn_mm3) if shares_mm3.len() > 1 => turn_mm3,
        _ => return shares_mm3.iter().copied().enumerate().collect(),
    };
    let mut left = shares_mm3.to_vec();
    let mut portions = Vec::new();
    // The last of a share may be a rounding error: it goes with the portion before.
    let all_but = |share_mm3: f64| 1e-9 * share_mm3;
    while left.iter().zip(shares_mm3).any(|(&left, &share)| left > all_but(share)) {
        for (tool, (left, &share)) in left.iter_mut().zip(shares_mm3).enumerate() {
            if *left > all_but(share) {
                let portion = if *left - turn_mm3 > all_but(share) { turn_mm3 } else { *left };
                portions.push((tool, portion));
                *left -= portion;
            }
        }
    }
    portions
}

/// Pushes and pauses until so much has left the tip in all, or something stops it; the hand is off at the end.
fn inject(
    operation: &mut Operation,
    until_mm3: f64,
    watch: &mut dyn FnMut(&Operation) -> ControlFlow<()>,
) -> Result<Stop, OperationError> {
    let cement = &operation.plan.cement;
    let rate_ml_per_min = cement.rate_mm3_per_s * units::S_PER_MIN / units::MM3_PER_ML;
    let rules = operation.plan.operator;
    let mut seen_mm3 = leaked_mm3(operation);
    let mut waits_left = rules.waits;
    loop {
        let push_until_mm3 = (delivered_mm3(operation) + cement.push_mm3).min(until_mm3);
        look(operation, &[View::Lateral])?;
        operation.apply(Action::Push { rate_ml_per_min })?;
        let ended = push(operation, push_until_mm3, seen_mm3, watch)?;
        if let PushEnd::Stop(stop) = ended {
            operation.apply(Action::Release)?;
            return Ok(stop);
        }
        if matches!(ended, PushEnd::LeakSeen) {
            if waits_left == 0 {
                operation.apply(Action::Release)?;
                return Ok(Stop::LeakSeen);
            }
            waits_left -= 1;
            operation.apply(Action::Pause { reason: PauseReason::LeakSeen })?;
            operation.tick((rules.wait_s / TICK_S).round() as u64)?;
            seen_mm3 = leaked_mm3(operation);
        } else if push_until_mm3 >= until_mm3 {
            operation.apply(Action::Release)?;
            relax(operation)?;
            if injected_mm3(operation) >= DELIVERED_SHARE * until_mm3 {
                return Ok(Stop::Volume);
            }
        } else {
            operation.apply(Action::Pause { reason: PauseReason::BetweenPushes })?;
            operation.tick((cement.pause_s / TICK_S).round() as u64)?;
        }
    }
}

/// How one push ended.
enum PushEnd {
    Done,
    LeakSeen,
    Stop(Stop),
}

/// The plunger moves until so much is on its way, or something ends the push.
fn push(
    operation: &mut Operation,
    until_mm3: f64,
    seen_mm3: f64,
    watch: &mut dyn FnMut(&Operation) -> ControlFlow<()>,
) -> Result<PushEnd, OperationError> {
    let plan = operation.plan;
    while delivered_mm3(operation) < until_mm3 {
        match operation.tick(1) {
            Err(OperationError::Flow(FlowError::NoOutlet { .. })) if injected_mm3(operation) > 0.0 => {
                return Ok(PushEnd::Stop(Stop::NoOutlet));
            }
            other => other?,
        }
        if watch(operation).is_break() {
            return Err(FlowError::Cancelled.into());
        }
        if is_picture_due(operation) {
            look(operation, &[View::Lateral])?;
        }
        let Some(injection) = operation.injection() else { continue };
        if operation.record.stalled_s > circumstances().stalled_s.value {
            return Ok(PushEnd::Stop(Stop::Pressure));
        }
        if injection.product().is_set(injection.age_s()) {
            return Ok(PushEnd::Stop(Stop::Set));
        }
        let leaked_mm3 = injection.flow.ledger().total_mm3();
        if plan.operator.pause_on_leak_mm3.is_some_and(|limit| leaked_mm3 - seen_mm3 >= limit) {
            return Ok(PushEnd::LeakSeen);
        }
    }
    Ok(PushEnd::Done)
}

/// Takes a picture in each of the views, where there is a C-arm; one alone is waited for.
fn look(operation: &mut Operation, views: &[View]) -> Result<(), OperationError> {
    for &view in views {
        let Some(ticks) = operation.fluoroscopy_so_far().map(|arms| arms.ticks_to(view, operation.now())) else {
            return Ok(());
        };
        operation.apply(Action::Aim { view })?;
        operation.tick(ticks)?;
        operation.apply(Action::Image { view })?;
    }
    Ok(())
}

/// So much cement has left the tip since the last lateral picture that another is due.
fn is_picture_due(operation: &Operation) -> bool {
    let (Some(plan), Some(arms)) = (&operation.plan.fluoroscopy, operation.fluoroscopy_so_far()) else { return false };
    let seen_mm3 = arms.last(View::is_lateral).map_or(0.0, |shot| shot.injected_mm3);
    injected_mm3(operation) - seen_mm3 >= plan.picture_every_mm3
}

/// The hand is off; what the line holds goes on into the bone.
fn relax(operation: &mut Operation) -> Result<(), OperationError> {
    for _ in 0..(circumstances().after_flow_s.value / TICK_S) as u64 {
        if operation.injection().is_none_or(|injection| injection.last().is_none()) {
            break;
        }
        match operation.tick(1) {
            Err(OperationError::Flow(FlowError::NoOutlet { .. })) => break,
            other => other?,
        }
    }
    Ok(())
}

fn injected_mm3(operation: &Operation) -> f64 {
    operation.injection().map_or(0.0, |injection| injection.injected_mm3())
}

/// What left the tip, and what the line will send after it: the operator allows for the after-flow. A line that holds
/// V and gives Q empties as V (1 − exp(−Q t ÷ V)).
fn delivered_mm3(operation: &Operation) -> f64 {
    let Some(injection) = operation.injection() else { return 0.0 };
    let held_mm3 = injection.delivery.stored_mm3;
    let rate = injection.last().map_or(0.0, |last| last.tip_rate_mm3_per_s);
    let emptied =
        if held_mm3 > 0.0 { 1.0 - units::exp(-rate * circumstances().after_flow_s.value / held_mm3) } else { 0.0 };
    injection.injected_mm3() + held_mm3 * emptied
}

fn leaked_mm3(operation: &Operation) -> f64 {
    operation.injection().map_or(0.0, |injection| injection.flow.ledger().total_mm3())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_turns_every_tool_gets_its_share_and_no_more() {
        assert_eq!(portions(&[2250.0, 2250.0], Order::OneAfterOther), [(0, 2250.0), (1, 2250.0)]);
        assert_eq!(portions(&[3000.0], Order::InTurns(500.0)), [(0, 3000.0)]);
        for (shares, turn) in [(vec![1300.0, 700.0], 500.0), (vec![0.0, 1.0], 0.3), (vec![0.6, 0.6, 0.6], 0.1)] {
            let portions = portions(&shares, Order::InTurns(turn));
            for (tool, share) in shares.iter().enumerate() {
                let own: Vec<f64> = portions.iter().filter(|p| p.0 == tool).map(|p| p.1).collect();
                let (sum, most) = (own.iter().sum::<f64>(), own.iter().copied().fold(0.0, f64::max));
                assert!((sum - share).abs() < 1e-9 && most <= turn * (1.0 + 1e-9), "{shares:?}: {portions:?}");
            }
            assert!(portions.iter().all(|p| p.1 > 1e-9), "{portions:?}");
        }
        assert_eq!(portions(&[0.0, 0.0], Order::InTurns(500.0)), []);
    }
}
