//! Times of whole solves and whole cases, on one thread unless a bench says so.
//!
//! How to run it, and what came out: `docs/performance.md`.

#![allow(clippy::expect_used, reason = "a bench that cannot be set up has failed")]

mod cases;

use cases::{BallInCube, Exposure, VOLUME_MM3, Wedge, cube_flow, inject, on_one_thread};
use divan::Bencher;
use std::sync::{Arc, LazyLock};
use trocar::anatomy::bone_quality::BoneSpec;
use trocar::anatomy::fracture::{FractureSpec, Severity};
use trocar::anatomy::generate_vertebra::{VertebraSpec, build_vertebra, generate_vertebra};
use trocar::anatomy::{FractureKind, Level, Patient, Side, Source};
use trocar::geometry::{Field, Grid, Point, Vector};
use trocar::imaging::DoseLevel;
use trocar::imaging::detector::{ShotKey, Signal};
use trocar::imaging::picture::{Polarity, Window, display, harmonise};
use trocar::instruments::{BalloonDevice, Cannula, Surroundings, Tool, grade_among};
use trocar::mechanics::{InflationPlan, InflationSite, inflate};
use trocar::planning::{Request, Sides, propose};
use trocar::procedure::action::View;
use trocar::procedure::beam_content::BeamContent;
use trocar::procedure::{Action, Operation, Plan, Procedure, script};
use trocar::scenario::moment::{self, Moment};
use trocar::scenario::xray_room::XrayRoom;
use trocar::scenario::{Parts, RunSettings, Scenario, Switches, build_patient, headless};

fn main() {
    on_one_thread();
    divan::main();
}

/// Relative residual of a solve by itself.
const TOLERANCE: f64 = 1e-8;

/// Arrays, coefficients and coarse grids, from conductances.
#[divan::bench(args = [32, 64], sample_count = 20, sample_size = 1)]
fn set_up(bencher: Bencher, n: usize) {
    let case = BallInCube::new(n);
    bencher.bench_local(|| {
        let (mut solver, field) = case.solver();
        solver.prepare();
        (solver, field)
    });
}

/// From p = 0 to a true relative residual of 1e-8; the coarse grids are there.
#[divan::bench(args = [32, 64], sample_count = 20, sample_size = 1)]
fn solve(bencher: Bencher, n: usize) {
    let case = BallInCube::new(n);
    let (mut solver, zero) = case.solver();
    solver.prepare();
    bencher.with_inputs(|| zero.clone()).bench_local_values(|mut field| {
        solver.solve(&case.source, &mut field, TOLERANCE).map(|report| (report, field))
    });
}

/// 5 ml into a cube of 40 mm, from the description of the pores to the last drop.
#[divan::bench(args = [20, 40], sample_count = 5, sample_size = 1)]
fn cube_injection(bencher: Bencher, n: usize) {
    bencher.bench_local(|| {
        let mut flow = cube_flow(n, &[]);
        inject(&mut flow, VOLUME_MM3);
        flow
    });
}

/// Made once.
static WEDGE: LazyLock<Wedge> = LazyLock::new(Wedge::new);

/// Tools placed, balloon inflated, pores laid out: all of an operation before the cement.
#[divan::bench(args = ["pvp", "pkp"], sample_count = 5, sample_size = 1)]
fn wedge_1_mm_before_the_cement(bencher: Bencher, procedure: &str) {
    let plan = WEDGE.plan(named(procedure), 1.0);
    bencher.bench_local(|| before_the_cement(&plan));
}

/// The whole operation with 6 ml; the patient is there.
#[divan::bench(args = ["pvp", "pkp"], sample_count = 5, sample_size = 1)]
fn wedge_1_mm_operation(bencher: Bencher, procedure: &str) {
    let plan = WEDGE.plan(named(procedure), 1.0);
    bencher.bench_local(|| operate(&plan));
}

/// The whole operation on a finer grid, by number of threads.
#[divan::bench(args = [1, 2], sample_count = 3, sample_size = 1)]
fn wedge_half_mm_pvp_on_threads(bencher: Bencher, threads: usize) {
    let plan = WEDGE.plan(Procedure::Pvp, 0.5);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    bencher.bench_local(|| pool.install(|| operate(&plan)));
}

/// An L1 from its morphometry, unfractured or with both sides unlike, by voxel edge in mm.
#[divan::bench(args = [("whole", 0.8), ("whole", 0.5), ("wedge", 0.5), ("tilted", 0.5)], sample_count = 5, sample_size = 1)]
fn vertebra(bencher: Bencher, (shape, spacing_mm): (&str, f64)) {
    let wedge = FractureSpec::of(FractureKind::Wedge, Severity::Grade(2));
    let fracture = match shape {
        "whole" => None,
        "wedge" => Some(wedge),
        _ => Some(FractureSpec { lower_side: Some(Side::Left), asymmetry_fraction: 0.3, ..wedge }),
    };
    let spec = VertebraSpec { fracture, spacing_mm, ..VertebraSpec::of(Level::L1) };
    bencher.bench_local(|| generate_vertebra(&spec).expect("a vertebra"));
}

/// A balloon of 20 mm to 4 ml in even bone, voxels of 1 mm.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn inflation_to_4_ml(bencher: Bencher) {
    let grid = Grid::covering(&Point::from([-22.0; 3]), &Point::from([22.0; 3]), 1.0);
    let bone_volume_fraction = Field::filled(grid.clone(), 0.08);
    let active = Field::filled(grid.clone(), true);
    let wall_distance_mm = Field::from_fn(grid, |p| 22.0 - p.coords.amax());
    let device = BalloonDevice::by_length_mm(20.0).expect("in the catalogue");
    let plan = InflationPlan::with_device(device, 4000.0, 2.7e6, [1.5, 20.0]);
    let site = InflationSite {
        bone_volume_fraction: &bone_volume_fraction,
        active: &active,
        wall_distance_mm: &wall_distance_mm,
        centre: Point::origin(),
        axis: Vector::y(),
        initially_empty: &[],
        plate: None,
    };
    bencher.bench_local(|| {
        let inflation = inflate(&site, &plan).expect("it goes up");
        assert!((inflation.balloon_volume_mm3 - 4000.0).abs() < 1.0, "{} mm³", inflation.balloon_volume_mm3);
        inflation
    });
}

/// The wedge from the case file to the outcome: the patient, the operation, and what is worked out after it.
#[divan::bench(args = ["flow", "height,heat", "heat", "strength"], sample_count = 3, sample_size = 1)]
fn kyphoplasty_end_to_end(bencher: Bencher, parts: &str) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/training/l1-wedge.toml");
    let scenario = Scenario::load(std::path::Path::new(file)).expect("a case");
    let names: Vec<&str> = parts.split(',').collect();
    let parts = Parts::named(&names).expect("parts");
    let settings = RunSettings { seed: scenario.file.seed, resolution_mm: 1.0, switches: Switches::ALL, parts };
    bencher.bench_local(|| headless::run(&scenario, Procedure::Pkp, &settings, &|_| {}).expect("a run").outcome);
}

fn named(procedure: &str) -> Procedure {
    if procedure == "pkp" { Procedure::Pkp } else { Procedure::Pvp }
}

fn before_the_cement(plan: &Plan) {
    let mut operation = Operation::new(&WEDGE.patient, plan);
    for trajectory in 0..plan.trajectories.len() {
        operation.apply(Action::Place { trajectory }).expect("a path");
    }
    if let Some(balloon) = plan.balloon.as_ref().filter(|_| plan.inflates()) {
        for trajectory in 0..plan.trajectories.len() {
            let volume_ml = trocar::units::ml_from_mm3(balloon.volume_mm3);
            operation.apply(Action::Drill { trajectory }).expect("a channel");
            operation.apply(Action::Inflate { trajectory, volume_ml }).expect("room for the balloon");
        }
    }
    operation.apply(Action::Mix).expect("cement");
    operation.apply(Action::Connect { trajectory: 0 }).expect("a tip in bone");
}

fn operate(plan: &Plan) -> f64 {
    let mut operation = Operation::new(&WEDGE.patient, plan);
    script::perform(&mut operation, &|_| {}).expect("the operation ends");
    operation.injection().map_or(0.0, |injection| injection.injected_mm3())
}

/// A patient on voxels of 0.5 mm.
static FINE: LazyLock<Patient> = LazyLock::new(|| {
    let spec = VertebraSpec { spacing_mm: 0.5, ..VertebraSpec::of(Level::L1) };
    let made = build_vertebra(&spec, &BoneSpec::of_t_score(-2.5), 1).expect("an L1");
    Patient {
        level: Level::L1,
        source: Source::Parametric,
        t_score: None,
        fracture: None,
        vertebra: made.vertebra,
        bone: made.bone,
        veins: Vec::new(),
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    }
});

fn two_needles() -> Request {
    let cannula = Cannula::by_gauge(11).expect("in the catalogue");
    Request { level: Level::L1, sides: Sides::Both, approach: None, tool: Tool::VertebroplastyNeedle, cannula }
}

/// Two needles for an L1 of 0.5 mm.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn plan_two_needles(bencher: Bencher) {
    let (vertebra, request) = (&FINE.vertebra, two_needles());
    bencher.bench_local(|| propose(vertebra, &request));
}

/// One trajectory graded, as a window does at every drag: its surroundings stand.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn plan_grade_one(bencher: Bencher) {
    let path = &propose(&FINE.vertebra, &two_needles()).offered[0].paths[0].trajectory;
    let surroundings = Surroundings::of(&FINE, path.side);
    bencher.bench_local(|| grade_among(&FINE, &surroundings, path, Tool::VertebroplastyNeedle));
}

/// A picture of a trunk, twelve boxes of voxels and ten tools, by pixels across; the volumes' sums are made.
#[divan::bench(args = [512, 1024], sample_count = 10, sample_size = 1)]
fn exposure(bencher: Bencher, pixels: usize) {
    let case = Exposure::new(pixels);
    bencher.bench_local(|| case.take());
}

/// Pictures of l1-wedge with tools and cement, as a window shows them: beam, detector with noise, harmonising, greys.
#[divan::bench(args = ["AP", "lateral", "LAO 30"], sample_count = 10, sample_size = 1)]
fn picture(bencher: Bencher, view: &str) {
    let shown = match view {
        "AP" => View::Ap,
        "lateral" => View::Lateral,
        _ => View::Turned { lao_deg: 30.0, cra_deg: 0.0 },
    };
    let (room, content) = &*CASE;
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let key = Some(ShotKey { seed: 1, number });
        let shot = room.shoot(content, shown, 512, DoseLevel::Normal, key).expect("a view");
        let Signal { value, pixels, pixel_mm, exposed, .. } = &shot.signal;
        let value = harmonise(value, *pixels, *pixel_mm, exposed);
        let window = Window::of_measuring_field(&value, *pixels, exposed);
        display(&value, *pixels, exposed, &window, Polarity::BoneDark)
    });
}

/// The end of a vertebroplasty with two needles.
static CASE: LazyLock<(XrayRoom, Arc<BeamContent>)> = LazyLock::new(|| {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/training/l1-wedge.toml");
    let scenario = Scenario::load(std::path::Path::new(file)).expect("a case");
    let patient = Arc::new(build_patient::patient(&scenario, scenario.file.seed).expect("a patient"));
    let room = XrayRoom::of(&scenario, &patient, scenario.file.seed).expect("a room");
    let settings =
        RunSettings { seed: scenario.file.seed, resolution_mm: 1.0, switches: Switches::ALL, parts: Parts::FLOW };
    let end = moment::at(&scenario, &patient, Procedure::Pvp, &settings, Moment::End, &|_| {}).expect("a run");
    (room, end.expect("an end").content)
});
