//! Instructions of the kernels, counted by callgrind: they do not depend on what else the machine does.
//!
//! One thread, through the library's own interface. How to run it, and what came out: `docs/performance.md`.

#![allow(missing_docs, reason = "what the macros of the bench write has none")]

mod cases;

use cases::{BallInCube, Exposure, VOLUME_MM3, cube_flow, inject, on_one_thread, one_step, vein};
use gungraun::{Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use trocar::cement::flow::{CementFlow, FlowSnapshot};
use trocar::imaging::projector::Radiograph;
use trocar::solvers::{PressureField, PressureSolver};

const N: usize = 40;
/// Cells that a front step changes.
const FRONT_CELLS: usize = 600;

/// A solver with its coarse grids made, and a tolerance that it reaches in a given number of iterations.
struct Solve {
    case: BallInCube,
    solver: PressureSolver,
    field: PressureField,
    tolerance: f64,
    iterations: usize,
}

fn solve_in(iterations: usize) -> Solve {
    on_one_thread();
    let case = BallInCube::new(N);
    let (mut solver, field) = case.solver();
    solver.prepare();
    let mut tolerance = 0.9;
    let taken = |tolerance| {
        let report = solver.clone().solve(&case.source, &mut field.clone(), tolerance);
        report.map_or(usize::MAX, |report| report.iterations)
    };
    while taken(tolerance) < iterations {
        tolerance *= 0.7;
    }
    assert_eq!(taken(tolerance), iterations, "no tolerance takes {iterations} iterations");
    Solve { case, solver, field, tolerance, iterations }
}

// Iterations with a true residual before and after: a third of the difference of 4 and 1 is one iteration.
#[library_benchmark]
#[bench::of_1_iteration(args = (1), setup = solve_in)]
#[bench::of_4_iterations(args = (4), setup = solve_in)]
fn solve(mut solve: Solve) -> Solve {
    let report = solve.solver.solve(&solve.case.source, &mut solve.field, solve.tolerance);
    assert_eq!(report.map(|report| report.iterations), Ok(solve.iterations));
    solve
}

/// A solver before its front moves, and the cells that the front reaches.
fn front_step() -> (BallInCube, PressureSolver, Vec<u32>) {
    on_one_thread();
    let mut case = BallInCube::new(N);
    let (mut solver, _) = case.solver();
    solver.prepare();
    let front = case.front(FRONT_CELLS);
    case.fill(&front);
    (case, solver, front)
}

// New coefficients on all grids after a front step.
#[library_benchmark]
#[bench::of_600_cells(setup = front_step)]
fn refresh((case, mut solver, front): (BallInCube, PressureSolver, Vec<u32>)) -> PressureSolver {
    let set = solver.set_cells(&front, |_, slot, next| case.face(slot, next), |slot| case.ground(slot));
    assert_eq!(set, Ok(()));
    solver.prepare();
    solver
}

// All coarse grids from the finest.
#[library_benchmark]
#[bench::of_everything(setup = front_step)]
fn rebuild((_, mut solver, _): (BallInCube, PressureSolver, Vec<u32>)) -> PressureSolver {
    solver.forget();
    solver.prepare();
    solver
}

/// Half the cement in a cube with a vein.
fn half_injected() -> CementFlow {
    on_one_thread();
    let mut flow = cube_flow(N, &[vein()]);
    inject(&mut flow, 0.5 * VOLUME_MM3);
    flow
}

fn half_injected_with_snapshot() -> (CementFlow, FlowSnapshot) {
    let flow = half_injected();
    let snapshot = flow.snapshot();
    (flow, snapshot)
}

#[library_benchmark]
#[bench::beside_a_vein(setup = half_injected)]
fn flow_step(mut flow: CementFlow) -> CementFlow {
    one_step(&mut flow, VOLUME_MM3);
    flow
}

// Into a snapshot that has been used before.
#[library_benchmark]
#[bench::beside_a_vein(setup = half_injected_with_snapshot)]
fn snapshot((flow, mut snapshot): (CementFlow, FlowSnapshot)) -> (CementFlow, FlowSnapshot) {
    flow.snapshot_into(&mut snapshot);
    (flow, snapshot)
}

fn exposure_of_pixels(pixels: usize) -> Exposure {
    on_one_thread();
    Exposure::new(pixels)
}

#[library_benchmark]
#[bench::of_512_squared(args = (512), setup = exposure_of_pixels)]
fn exposure(case: Exposure) -> (Exposure, Radiograph) {
    let radiograph = case.take();
    (case, radiograph)
}

library_benchmark_group!(
    name = kernels;
    benchmarks = solve, refresh, rebuild, flow_step, snapshot, exposure
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"]));
    library_benchmark_groups = kernels
);
