//! A scripted recording is the run without a window, byte for byte; what is kept of it; doing its actions again.

use super::*;
use crate::scenario::{Parts, Switches, headless};
use std::path::Path;
use std::sync::LazyLock;

/// The training case, with runny cement so that it leaks soon, and less of it.
pub(crate) fn case_text() -> String {
    include_str!("../../../scenarios/training/l1-wedge.toml")
        .replace("product = \"pmma-medium\"", "product = \"pmma-low\"")
        .replace("volume_ml = 4.5", "volume_ml = 3.0")
        .replace("inject_at_min = 8.8", "inject_at_min = 6.0")
}

pub(crate) fn case() -> Arc<Scenario> {
    Arc::new(Scenario::parse(case_text(), Path::new("case.toml")).expect("a case"))
}

pub(crate) fn settings() -> RunSettings {
    RunSettings { resolution_mm: 2.0, seed: 13, switches: Switches::ALL, parts: Parts::FLOW }
}

/// Runs of the case by the script, made once.
pub(crate) fn scripted(procedure: Procedure) -> Arc<Recording> {
    static RUNS: [LazyLock<Arc<Recording>>; 2] =
        [LazyLock::new(|| run(Procedure::Pvp)), LazyLock::new(|| run(Procedure::Pkp))];
    Arc::clone(&RUNS[procedure as usize])
}

fn run(procedure: Procedure) -> Arc<Recording> {
    Arc::new(Recording::of_script(&case(), procedure, settings(), &Reins::default()).expect("a recording"))
}

fn json(outcome: &Outcome) -> String {
    serde_json::to_string_pretty(outcome).unwrap()
}

#[test]
fn a_scripted_recording_has_the_outcome_of_the_run_without_a_window() {
    for procedure in [Procedure::Pvp, Procedure::Pkp] {
        let run = headless::run(&case(), procedure, &settings(), &|_| {}).expect("a run");
        let recording = scripted(procedure);
        assert_eq!(json(&recording.outcome), json(&run.outcome), "{procedure:?}");
        assert_eq!(recording.series, run.series, "{procedure:?}");
    }
}

#[test]
fn moments_are_in_order_at_most_two_seconds_apart_while_cement_flows_and_end_with_the_end() {
    let recording = scripted(Procedure::Pvp);
    let ticks: Vec<u64> = recording.keyframes.iter().map(|keyframe| keyframe.tick).collect();
    assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
    assert_eq!((ticks[0], *ticks.last().unwrap()), (0, recording.end_tick));
    // No cement is missed for longer than two seconds and a tick at the rate of the plunger.
    let most_ml = recording.case.plan.cement.rate_mm3_per_s * 2.3 / 1000.0;
    for pair in recording.keyframes.windows(2) {
        let more = pair[1].injected_ml - pair[0].injected_ml;
        assert!((0.0..=most_ml).contains(&more), "{more} ml between {} and {}", pair[0].tick, pair[1].tick);
    }
    let last = recording.keyframes.last().unwrap();
    let cement = recording.outcome.cement.as_ref().unwrap();
    assert!((last.injected_ml - cement.injected_ml).abs() < 1e-9);
    assert!(recording.keyframes[0].content.cement_cells().is_empty());
    // Every picture is a moment, and stands where the scrubber looks for it.
    for (at, shot) in recording.shots.iter().enumerate() {
        assert!(ticks.contains(&shot.tick));
        let view = usize::from(shot.view.is_lateral());
        let found = recording.shot_at(shot.tick, view).expect("there it is");
        assert!(found >= at && recording.shots[found].tick == shot.tick);
    }
    assert_eq!(recording.shot_at(recording.end_tick, 1), recording.shots.iter().rposition(|s| s.view.is_lateral()));
}

#[test]
fn the_same_actions_again_give_the_same_cement() {
    let recording = scripted(Procedure::Pvp);
    let again = Recording::of_actions(&recording.case, &recording.actions, recording.end_tick, &Reins::default())
        .expect("again");
    assert_eq!(again.actions, recording.actions);
    assert_eq!(json(&again.outcome), json(&recording.outcome));
}

#[test]
fn each_leak_has_its_way_from_a_tip_to_its_outlet_in_time() {
    let recording = scripted(Procedure::Pvp);
    assert!(!recording.outcome.leaks.is_empty(), "the case must leak");
    assert_eq!(recording.leak_paths.len(), recording.outcome.leaks.len());
    let cell_mm = recording.keyframes.last().unwrap().content.grid().spacing_mm;
    for (path, leak) in recording.leak_paths.iter().zip(&recording.outcome.leaks) {
        assert_eq!((path.class, &path.route, path.onset_s), (leak.class, &leak.route, leak.onset_s));
        let tips = recording.paths.iter().map(|tool| (tool.tip() - path.points[0]).norm());
        let nearest = tips.fold(f64::INFINITY, f64::min);
        assert!(nearest < 2.0 * cell_mm, "{} begins {nearest} mm from a tip", path.route);
        assert!(path.arrived_ml.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", path.arrived_ml);
        let last = *path.arrived_ml.last().unwrap();
        assert!(
            last <= path.onset_injected_ml + 1e-3,
            "{last} ml at the outlet, leaked after {}",
            path.onset_injected_ml
        );
        for pair in path.points.windows(2) {
            let mm = (pair[1] - pair[0]).norm();
            assert!(mm < 2.5 * cell_mm, "a step of {mm} mm in {}", path.route);
        }
        assert!(path.in_veins_mm <= path.length_mm && path.straight_mm <= path.length_mm + 1e-9);
        assert!(path.body_permeability_mm2 > 0.0);
    }
}
