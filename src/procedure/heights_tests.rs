//! Height of a wedge treated both ways: what posture, balloon, prop and age of the fracture do to it.

use crate::procedure::action::Action;
use crate::procedure::body_outcome::HeightOutcome;
use crate::procedure::operation::Operation;
use crate::procedure::outcome::Outcome;
use crate::procedure::plan::Plan;
use crate::procedure::script::perform;
use crate::procedure::{OperationError, Procedure};
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use std::path::Path;

fn settings(switches: Switches) -> RunSettings {
    RunSettings { resolution_mm: 2.0, seed: 7, switches, parts: Parts::FLOW }
}

/// The wedge of the training cases with some words changed.
fn case(changes: &[(&str, &str)]) -> Scenario {
    let mut text = include_str!("../../scenarios/training/l1-wedge.toml").to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    Scenario::parse(text, Path::new("case.toml")).expect("a case")
}

fn carried_out(scenario: &Scenario, procedure: Procedure, switches: Switches) -> Outcome {
    let settings = settings(switches);
    let patient = build_patient::patient(scenario, settings.seed).expect("a patient");
    let plan = build::plan(scenario, &patient, procedure, &settings).expect("a plan");
    let mut operation = Operation::new(&patient, &plan);
    perform(&mut operation, &|_| {}).expect("performed");
    let outcome = operation.outcome();
    let (cement, height) = (outcome.cement.clone().expect("cement"), outcome.height.clone().expect("a fracture"));
    assert!(cement.balance_error_ml.abs() < 1e-9 * cement.injected_ml, "{}", cement.balance_error_ml);
    // The vertebra that the cement flowed in is as high as is told.
    let now = operation.patient_now().fracture.clone().and_then(|fracture| fracture.heights_mm).expect("known");
    let told = moment(&height, "after_cement");
    if switches.cavity {
        assert!((now[0] - told[0]).abs() < 1e-9 && (now[1] - told[1]).abs() < 1e-9, "{now:?} {told:?}");
    }
    outcome
}

fn moment(height: &HeightOutcome, name: &str) -> [f64; 4] {
    let found = height.moments.iter().find(|moment| moment.moment == name).expect(name);
    [found.anterior_mm, found.middle_mm, found.posterior_mm, found.wedge_angle_deg]
}

#[test]
fn posture_lifts_for_both_and_the_balloon_on_top_of_it() {
    let scenario = case(&[]);
    let [pvp, pkp] = [Procedure::Pvp, Procedure::Pkp].map(|procedure| carried_out(&scenario, procedure, Switches::ALL));
    let [vertebroplasty, kyphoplasty] = [&pvp, &pkp].map(|outcome| outcome.height.clone().expect("a fracture"));
    let names: Vec<&str> = kyphoplasty.moments.iter().map(|moment| moment.moment.as_str()).collect();
    assert_eq!(names, ["standing_before", "prone", "balloon_up", "after_cement", "standing_after"]);
    assert!(vertebroplasty.moments.iter().all(|moment| moment.moment != "balloon_up"));
    let [standing, prone, up, after, standing_after] =
        ["standing_before", "prone", "balloon_up", "after_cement", "standing_after"].map(|m| moment(&kyphoplasty, m));
    assert!(standing[0] < prone[0] && prone[0] < after[0] && after[0] < up[0], "{kyphoplasty:#?}");
    assert!(standing_after[0] < after[0] && standing_after[0] > standing[0], "{kyphoplasty:#?}");
    // Standing takes its share of all that was regained, posture's part too (`height.toml`).
    let kept = (standing_after[0] - standing[0]) / (after[0] - standing[0]);
    assert!((kept - 0.85).abs() < 1e-9, "{kept} of the height stays on standing");
    // As the front goes up the wedge opens, and the back stays.
    assert!(standing[3] > prone[3] && prone[3] > after[3], "{kyphoplasty:#?}");
    assert!((after[2] - prone[2]).abs() < 0.1 * (after[0] - prone[0]), "{kyphoplasty:#?}");
    assert_eq!(vertebroplasty.posture_share_fraction, Some(1.0), "posture is all that vertebroplasty has");
    assert!(kyphoplasty.posture_share_fraction.expect("gained") < 0.9, "{kyphoplasty:#?}");
    assert!(kyphoplasty.restoration_fraction > vertebroplasty.restoration_fraction + 0.1, "{kyphoplasty:#?}");
    let volumes = [&pvp, &pkp].map(|outcome| outcome.patient.body_volume_ml);
    assert_eq!(volumes[0], volumes[1], "the patient is told as he came");
}

#[test]
fn with_the_void_off_nothing_was_lifted_and_with_all_off_kyphoplasty_is_vertebroplasty() {
    let scenario = case(&[]);
    let none = Switches { shell: false, cavity: false, timing: false, volume: false };
    let [pvp, pkp] = [Procedure::Pvp, Procedure::Pkp].map(|procedure| carried_out(&scenario, procedure, none));
    let leaked = [&pvp, &pkp].map(|outcome| outcome.cement.as_ref().expect("cement").leaked_ml);
    assert!((leaked[0] - leaked[1]).abs() < 1e-9, "{leaked:?} ml");
    assert_eq!(pvp.height, pkp.height);
}

#[test]
fn the_older_the_fracture_the_less_is_regained_and_a_healed_one_does_not_move() {
    let regained = |weeks: &str| {
        let scenario = case(&[("age_weeks = 3", weeks)]);
        carried_out(&scenario, Procedure::Pkp, Switches::ALL).height.expect("a fracture").restoration_fraction
    };
    let by_age = ["age_weeks = 0", "age_weeks = 6", "age_weeks = 8", "age_weeks = 10", "age_weeks = 52"].map(regained);
    assert!(by_age.windows(2).all(|pair| pair[1] <= pair[0]), "{by_age:?}");
    assert!(by_age[0] > 0.25 && by_age[4] == 0.0, "{by_age:?}");
}

fn operation_of<'a>(patient: &'a crate::anatomy::Patient, plan: &'a Plan, volume_ml: f64) -> Operation<'a> {
    let mut operation = Operation::new(patient, plan);
    for trajectory in 0..2 {
        operation.apply(Action::Place { trajectory }).expect("placed");
        let refused = operation.apply(Action::Inflate { trajectory, volume_ml }).expect_err("no channel yet");
        assert!(matches!(refused, OperationError::OutOfOrder { action: "inflating", .. }), "{refused}");
        operation.apply(Action::Drill { trajectory }).expect("drilled");
    }
    operation.apply(Action::Inflate { trajectory: 0, volume_ml }).expect("up");
    operation
}

#[test]
fn a_balloon_left_up_props_what_the_other_would_lose() {
    let scenario = case(&[]);
    let settings = settings(Switches::ALL);
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, Procedure::Pkp, &settings).expect("a plan");
    let rise = |operation: &Operation| operation.rise_mm().expect("a fracture");
    let mut alone = operation_of(&patient, &plan, 3.0);
    let up = rise(&alone);
    assert!(up[0] > 0.5 && up[0] == up[1], "{up:?}");
    alone.apply(Action::Deflate { trajectory: 0 }).expect("down");
    let down = rise(&alone);
    assert!((down[0] / up[0] - 0.8).abs() < 1e-12 && down[1] == up[1], "{down:?}");
    let refused = alone.apply(Action::Deflate { trajectory: 0 }).expect_err("is down");
    assert!(matches!(refused, OperationError::OutOfOrder { action: "deflating", .. }), "{refused}");
    let mut propped = operation_of(&patient, &plan, 3.0);
    propped.apply(Action::Inflate { trajectory: 1, volume_ml: 3.0 }).expect("up");
    let both = rise(&propped);
    assert!(both[0] > up[0], "two lift more than one: {both:?} {up:?}");
    propped.apply(Action::Deflate { trajectory: 0 }).expect("down");
    assert!((rise(&propped)[0] / both[0] - 0.95).abs() < 1e-12, "{:?} of {both:?}", rise(&propped));
    // Without cement in, the last one down loses what one alone does.
    propped.apply(Action::Deflate { trajectory: 1 }).expect("down");
    assert!((rise(&propped)[0] / both[0] - 0.8).abs() < 1e-12, "{:?} of {both:?}", rise(&propped));
}

#[test]
fn a_balloon_inflated_in_two_goes_is_the_same_as_in_one() {
    let scenario = case(&[]);
    let settings = settings(Switches::ALL);
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, Procedure::Pkp, &settings).expect("a plan");
    let once = operation_of(&patient, &plan, 3.0);
    let mut twice = operation_of(&patient, &plan, 1.5);
    let half = twice.rise_mm().expect("a fracture")[0];
    twice.apply(Action::Inflate { trajectory: 0, volume_ml: 3.0 }).expect("up");
    assert_eq!(once.rise_mm(), twice.rise_mm());
    assert!(half <= once.rise_mm().expect("a fracture")[0]);
    assert_eq!(once.inflations(), twice.inflations());
}
