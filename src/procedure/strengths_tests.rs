//! What balloons leave of the bone that bears the load.

use super::*;
use crate::procedure::Procedure;
use crate::procedure::action::Action;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use crate::units;
use std::path::Path;

#[test]
fn packed_bone_bears_no_more_than_it_did_and_a_cavity_nothing() {
    let text = include_str!("../../scenarios/training/l1-wedge.toml");
    let scenario = Scenario::parse(text.to_owned(), Path::new("case.toml")).expect("a case");
    let settings = RunSettings { resolution_mm: 2.0, seed: 7, switches: Switches::ALL, parts: Parts::FLOW };
    let patient = build_patient::patient(&scenario, settings.seed).expect("a patient");
    let plan = build::plan(&scenario, &patient, Procedure::Pkp, &settings).expect("a plan");
    let mut operation = Operation::new(&patient, &plan);
    for trajectory in 0..2 {
        operation.apply(Action::Place { trajectory }).expect("placed");
        operation.apply(Action::Drill { trajectory }).expect("drilled");
        operation.apply(Action::Inflate { trajectory, volume_ml: 3.0 }).expect("up");
    }
    let restored = operation.restored.as_ref().expect("lifted");
    let sum = |field: &Field<f64>, patient: &crate::anatomy::Patient| {
        let inside =
            field.grid().cells().filter(|&cell| patient.vertebra.bone_distance_mm(&field.grid().centre(cell)) < 0.0);
        inside.map(|cell| field[cell]).sum::<f64>()
    };
    let [before, after] = [sum(&operation.bone_volume_fraction, &patient), sum(&restored.packed, &restored.patient)];
    assert!((after / before - 1.0).abs() < 1e-3, "{before} of solid bone before, {after} round the cavities");

    // A place is asked for where it was on the table: here what is left is a mark of the height.
    let mark = |p: &Point| 0.5 + 0.01 * p.z;
    let bone_now = operation.bone_volume_fraction_now();
    let left = operation.modulus_left_by_balloons(&bone_now, &|p| mark(&operation.before_lift(p)));
    let exponent = strength_constants().trabecular.exponent.value;
    let (mut packed, mut moved) = (0, 0);
    for cell in left.grid().cells().filter(|&cell| restored.bone_volume_fraction[cell] > 0.02) {
        let at = left.grid().centre(cell);
        let (plain, now) = (restored.bone_volume_fraction[cell], f64::from(bone_now[cell]));
        let found = f64::from(left[cell]);
        if restored.cavity.contains(&cell) {
            assert_eq!(found, 0.0, "a cavity bears nothing");
            continue;
        }
        let (lift, _) = operation.restoring.as_ref().expect("a fracture");
        let was = lift.before(&at).0;
        moved += usize::from(at.z - was.z > 0.5);
        packed += usize::from(now > 1.2 * plain);
        // Modulus by density's law, times what is left: never above that of the bone it comes from.
        let [bears, bore] = [found * units::pow(now, exponent), mark(&was) * units::pow(plain.min(now), exponent)];
        assert!((bears / bore - 1.0).abs() < 1e-4, "{bears}, not {bore}, with {plain} packed to {now}");
    }
    assert!(packed > 50 && moved > 50, "{packed} cells packed, {moved} moved");
}
