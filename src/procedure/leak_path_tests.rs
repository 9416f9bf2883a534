//! The figures of a way, on cement that leaves by one vein in uniform bone.

use crate::procedure::Procedure;
use crate::procedure::operation::Operation;
use crate::procedure::script::perform;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use std::path::Path;

#[test]
fn through_uniform_bone_into_one_vein_the_figures_are_those_of_the_case() {
    let text = include_str!("../../scenarios/validation/leak-vein.toml");
    let scenario = Scenario::parse(text.into(), Path::new("leak-vein.toml")).expect("a case");
    let settings = RunSettings { resolution_mm: 2.0, seed: 1, switches: Switches::ALL, parts: Parts::FLOW };
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, Procedure::Pvp, &settings).expect("a plan");
    let mut operation = Operation::new(&patient, &plan);
    assert!(operation.leak_paths().is_empty());
    perform(&mut operation, &|_| {}).expect("performed");
    let paths = operation.leak_paths();
    assert_eq!(paths.len(), 1, "{paths:?}");
    let path = &paths[0];
    let vein = path.vein.expect("the vein is the only way out");
    // The tip is 5 mm beside a vein of 1 mm that runs to the canal at y = 20 or the wall before it.
    assert!((vein.from_tip_mm - 5.0).abs() < 3.0, "{vein:?}");
    assert_eq!(vein.radius_mm, 1.0);
    assert!(vein.injected_ml < path.onset_injected_ml, "{vein:?} {}", path.onset_injected_ml);
    let (first, last) = (path.points[0], path.points[path.points.len() - 1]);
    assert!((first - plan.trajectories[0].tip()).norm() < 3.0, "{first}");
    assert!(last.x.abs() < 1e-9 && last.z.abs() < 1e-9 && last.y > 10.0, "the outlet is on the vein: {last}");
    // All bone is alike.
    assert!((path.ease().expect("bone on the way") - 1.0).abs() < 1e-5, "{:?}", path.ease());
    // 5e-9 m².
    assert!((path.body_permeability_mm2 - 5e-3).abs() < 1e-8, "{}", path.body_permeability_mm2);
    assert!(path.in_veins_mm > 8.0 && path.in_veins_mm < path.length_mm, "{path:?}");
}
