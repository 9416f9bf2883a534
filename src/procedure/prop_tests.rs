//! One balloon left up as a prop: no cement comes to where it is until it is let down.

use crate::geometry::CellIndex;
use crate::procedure::Procedure;
use crate::procedure::action::Action;
use crate::procedure::operation::Operation;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use std::path::Path;

/// Cement in these cells, mm³.
fn cement_mm3(operation: &Operation, cells: &[CellIndex]) -> f64 {
    let flow = &operation.injection().expect("a syringe").flow;
    flow.cement_in_cells().filter(|(cell, _)| cells.contains(cell)).map(|(_, mm3)| mm3).sum()
}

#[test]
fn cement_reaches_a_cavity_only_once_its_balloon_is_down() {
    let text = include_str!("../../scenarios/training/l1-wedge.toml");
    let scenario = Scenario::parse(text.to_owned(), Path::new("case.toml")).expect("a case");
    let settings = RunSettings { resolution_mm: 2.0, seed: 7, switches: Switches::ALL, parts: Parts::FLOW };
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, Procedure::Pkp, &settings).expect("a plan");
    let mut operation = Operation::new(&patient, &plan);
    let apply = |operation: &mut Operation, action: Action| operation.apply(action).expect("possible");
    for trajectory in 0..2 {
        apply(&mut operation, Action::Place { trajectory });
        apply(&mut operation, Action::Drill { trajectory });
    }
    for trajectory in 0..2 {
        apply(&mut operation, Action::Inflate { trajectory, volume_ml: 3.0 });
    }
    apply(&mut operation, Action::Mix);
    operation.tick(20 * 500).expect("time passes");
    apply(&mut operation, Action::Connect { trajectory: 0 });
    let propped = operation.cavities_up();
    assert!(!propped.is_empty() && propped.len() < operation.cavity_now().len(), "{} cells", propped.len());
    // Far more than the first cavity holds.
    apply(&mut operation, Action::Push { rate_ml_per_min: 2.0 });
    operation.tick(20 * 120).expect("cement flows");
    let [held, all] = [cement_mm3(&operation, &propped), operation.injection().expect("a syringe").flow.injected_mm3()];
    assert!(all > 2000.0 && held < 1e-3 * all, "{held} of {all} mm³ came to the balloon that is up");
    apply(&mut operation, Action::Release);
    apply(&mut operation, Action::Connect { trajectory: 1 });
    assert!(operation.cavities_up().is_empty());
    apply(&mut operation, Action::Push { rate_ml_per_min: 2.0 });
    operation.tick(20 * 60).expect("cement flows");
    let filled = cement_mm3(&operation, &propped);
    assert!(filled > 300.0, "{filled} mm³ in the second cavity once it is free");
}
