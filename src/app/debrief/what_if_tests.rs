//! What each change changes, and nothing else; and what a changed run is made of.

use super::*;
use crate::app::debrief::recording::tests::scripted;
use std::time::Duration;

#[test]
fn later_is_the_same_plan_ninety_seconds_later() {
    let recording = scripted(Procedure::Pvp);
    let changed = Change::Later.make(&recording).expect("possible");
    assert_eq!(changed.how, How::Scripted);
    assert_eq!(changed.case.plan.inject_at_s() - recording.case.plan.inject_at_s(), LATER_S);
    let run = changed.run(&Reins::default()).expect("a run");
    let start =
        |recording: &Recording| (recording.series_tick().unwrap() - recording.mixed_tick().unwrap()) as f64 * TICK_S;
    assert_eq!(start(&run) - start(&recording), LATER_S);
    let viscosity = |recording: &Recording| recording.outcome.cement.as_ref().unwrap().viscosity_start_pa_s;
    assert!(viscosity(&run) > viscosity(&recording), "cement thickens");
}

#[test]
fn of_hands_the_actions_are_done_again_with_the_change() {
    let mut recording = (*scripted(Procedure::Pvp)).clone();
    recording.case.by_hand = true;
    let later = Change::Later.make(&recording).expect("possible");
    assert_eq!(later.how, How::Replayed);
    let connected = recording.series_tick().unwrap();
    for (before, after) in recording.actions.iter().zip(&later.actions) {
        let by = if before.tick >= connected { 1800 } else { 0 };
        assert_eq!((after.tick - before.tick, after.action), (by, before.action));
    }
    let deeper = Change::Deeper.make(&recording);
    if let Ok(deeper) = &deeper {
        let driven: Vec<_> =
            deeper.actions.iter().filter(|done| matches!(done.action, Action::Advance { .. })).collect();
        assert_eq!(driven.len(), recording.paths.len(), "each needle once");
    }
    let other = Change::OtherProcedure.make(&recording).expect("the case has a balloon");
    assert_eq!((other.how, other.case.procedure), (How::Scripted, Procedure::Pkp), "hands cannot be replayed there");
    assert_eq!(other.case.plan.trajectories, recording.paths);
    assert!(other.case.plan.inflates());
}

#[test]
fn deeper_tips_lie_eight_millimetres_further_or_are_refused_with_a_reason() {
    let recording = scripted(Procedure::Pvp);
    match Change::Deeper.make(&recording) {
        Ok(changed) => {
            for (before, after) in recording.case.plan.trajectories.iter().zip(&changed.case.plan.trajectories) {
                let moved = after.tip() - before.tip();
                assert!((moved - before.direction() * DEEPER_MM).norm() < 1e-9, "{moved:?}");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn the_other_product_still_flows_and_is_least_like_the_present_one() {
    let recording = scripted(Procedure::Pvp);
    let other = unlike_product(&recording.case.plan).expect("another product");
    assert_ne!(other.id, recording.case.plan.cement.product.id);
    let changed = Change::Product(&other.id).make(&recording).expect("possible");
    assert_eq!(changed.case.plan.cement.product.id, other.id);
    assert_eq!(changed.case.plan.trajectories, recording.case.plan.trajectories);
}

#[test]
fn a_run_in_the_background_comes_to_its_figures_and_a_cancelled_one_to_none() {
    let recording = scripted(Procedure::Pvp);
    let mut what_if = WhatIf::start(Change::Product("pmma-medium"), &recording);
    assert!(what_if.share().is_some());
    while !what_if.poll() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let changed = what_if.recording().expect("a run");
    assert_eq!(changed.outcome.cement.as_ref().unwrap().product, "pmma-medium");
    drop(WhatIf::start(Change::Later, &recording));
}
