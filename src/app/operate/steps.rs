//! The steps of an operation, and which are done: a rail to look along, not a lock.

use super::room::OperatingRoom;
use crate::procedure::Procedure;
use crate::procedure::action::Action;
use crate::procedure::stop::DELIVERED_SHARE;

/// One step.
pub struct Step {
    /// Key of its words; its reason is under the same key with `-why`.
    pub word: &'static str,
    /// Done.
    pub is_done: bool,
}

/// The steps of this operation in their order.
pub fn steps(room: &OperatingRoom) -> Vec<Step> {
    let now = &room.now;
    let has = |what: fn(&Action) -> bool| room.actions.iter().any(|timed| what(&timed.action));
    let looked = |lateral: bool| {
        room.actions.iter().any(|timed| match timed.action {
            Action::Image { view } => view.is_lateral() == lateral,
            _ => false,
        })
    };
    let past_wall = now.needles.iter().filter(|needle| needle.ap_fraction.is_some_and(|f| f > 0.0)).count();
    let seated =
        now.needles.iter().filter(|n| n.depth_mm.is_some_and(|depth| depth >= n.planned_depth_mm - 1.0)).count();
    let all = now.needles.len().max(1);
    let step = |word, is_done| Step { word, is_done };
    let mut steps = Vec::new();
    if room.booking.mode.counts_level() {
        steps.push(step("step-level", now.level_recorded.is_some()));
    }
    if now.arms.is_some() {
        steps.push(step("step-look-ap", looked(false)));
        steps.push(step("step-look-lateral", looked(true)));
    }
    steps.push(step(
        "step-entry",
        now.needles.iter().all(|needle| needle.depth_mm.is_some()) && !now.needles.is_empty(),
    ));
    steps.push(step("step-wall", past_wall == all));
    steps.push(step("step-target", seated == all));
    if room.booking.procedure == Procedure::Pkp {
        steps.push(step("step-drill", now.drilled.len() == all));
        steps.push(step("step-balloon", now.balloons.len() == all));
    }
    steps.push(step("step-mix", now.clock.is_some()));
    steps.push(step("step-connect", now.syringe.is_some()));
    steps.push(step("step-inject", has(|action| matches!(action, Action::Push { .. }))));
    let filled = now.syringe.is_some_and(|syringe| syringe.injected_ml >= DELIVERED_SHARE * syringe.planned_ml);
    steps.push(step("step-fill", filled || now.is_finished));
    steps.push(step("step-finish", now.is_finished));
    steps
}

/// Key of the words for an action.
pub fn action_word(action: &Action) -> &'static str {
    match action {
        Action::Place { .. } => "do-seat",
        Action::Point { .. } => "acted-aim",
        Action::Advance { .. } => "do-advance",
        Action::Withdraw { .. } => "do-withdraw",
        Action::Turn { .. } => "do-turn",
        Action::RecordLevel { .. } => "level-record",
        Action::Drill { .. } => "do-drill",
        Action::Inflate { .. } => "do-inflate",
        Action::Deflate { .. } => "do-deflate",
        Action::Contrast { .. } => "do-contrast",
        Action::Mix => "do-mix",
        Action::Connect { .. } => "do-connect",
        Action::Push { .. } => "do-inject",
        Action::Release => "acted-release",
        Action::Pause { .. } => "do-pause",
        Action::Finish => "do-finish",
        Action::Aim { .. } => "acted-swing",
        Action::Image { .. } => "acted-picture",
        Action::Screen { .. } => "do-pedal",
    }
}
