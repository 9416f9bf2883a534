//! A cleft is a slot in the bone: cement that enters the bone beside it fills it before it goes anywhere else.

use trocar::procedure::Procedure;
use trocar::procedure::plan::Switches;
use trocar::scenario::headless::{Run, RunSettings, run};
use trocar::scenario::{Parts, Scenario};

/// Even bone behind a sealed wall, the tip 3 mm above where the cleft is (or would be), a millilitre and a half of cement.
const CASE: &str = r#"
schema = "trocar.scenario/1"
id = "cleft"
title = "Cement beside a cleft"
procedures = ["pvp"]
resolution_mm = 1.0

[patient]
level = "L1"
uniform_permeability_m2 = 5e-11
sealed_wall = true
veins = "none"

[[patient.vein]]
kind = "basivertebral"
path_mm = [[0.0, 20.0, -8.5], [0.0, -2.0, -8.5]]
radius_mm = 1.0
outside_length_mm = 10.0

[[trajectory]]
side = "left"
approach = "transpedicular"
entry_mm = [22.2, 33.0, 6.4]
target_mm = [3.0, -3.0, 5.0]
cannula_gauge = 11

[cement]
viscosity_pa_s = 67.0
volume_ml = 1.5
rate_ml_per_min = 1.5
unlimited_pressure = true
compliance_ml_per_mpa = 0.0

[marrow]
viscosity_pa_s = 0.067
"#;

const CLEFT: &str = r#"
[[patient.defect]]
kind = "cleft"
place = "centre"
width_mm = 4.0
length_mm = 14.0
"#;

fn injected(case: &str) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.toml");
    std::fs::write(&file, case).expect("written");
    let scenario = Scenario::load(&file).expect("a valid scenario");
    let settings =
        RunSettings { resolution_mm: 1.0, seed: scenario.file.seed, switches: Switches::ALL, parts: Parts::FLOW };
    run(&scenario, Procedure::Pvp, &settings, &|_| {}).expect("the cement goes in")
}

#[test]
fn cement_fills_a_cleft_before_the_bone() {
    let (open, whole) = (injected(&format!("{CASE}{CLEFT}")), injected(CASE));
    let bone = &open.patient.bone.bone_volume_fraction;
    let grid = open.saturation.grid().clone();
    let cleft: Vec<_> = grid.cells().filter(|&cell| bone.sample(&grid.centre(cell)) < 0.01).collect();
    let cleft: Vec<_> = cleft.into_iter().filter(|&cell| open.patient.vertebra.in_body(&grid.centre(cell))).collect();
    assert!(cleft.len() > 100, "a cleft of {} mm³", cleft.len());
    let filled =
        |run: &Run| cleft.iter().map(|&cell| f64::from(run.saturation[cell])).sum::<f64>() / cleft.len() as f64;
    // All the bone within the reach of the cleft's far end from the tip.
    let tip = trocar::geometry::Point::new(3.0, -3.0, 5.0);
    let reach = cleft.iter().map(|&cell| (grid.centre(cell) - tip).norm()).fold(0.0, f64::max);
    let around: Vec<_> = grid
        .cells()
        .filter(|&cell| (grid.centre(cell) - tip).norm() < reach && !cleft.contains(&cell))
        .filter(|&cell| open.patient.vertebra.in_body(&grid.centre(cell)))
        .collect();
    let bone_filled =
        around.iter().map(|&cell| f64::from(open.saturation[cell])).sum::<f64>() / around.len().max(1) as f64;
    let (with, without) = (filled(&open), filled(&whole));
    println!(
        "cleft of {} mm³: {with:.2} of it filled, {bone_filled:.2} of the bone as near; without it {without:.2}",
        cleft.len()
    );
    assert!(with > 0.95, "{with:.2} of the cleft is filled");
    assert!(bone_filled < 0.5 * with, "{bone_filled:.2} of the bone as near the tip is filled, {with:.2} of the cleft");
    assert!(without < 0.75 * with, "the same place without a cleft: {without:.2} filled");
}
