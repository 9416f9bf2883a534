//! Systems that are hard for the solver, one difficulty at a time, each with its true residual recomputed.

use super::test_cases::{from_mobility, outflow, place, random, solve, source_in, true_residual};
use super::{EllipticSystem, SolveReport, Unknowns};

/// Solves and checks that the flow in leaves, and that the true residual is what was asked for.
fn check(name: &str, system: &EllipticSystem, right: &Unknowns, tolerance: f64) -> (Unknowns, SolveReport) {
    let (pressure, report) = solve(system, right, tolerance);
    let residual = true_residual(system, right, &pressure);
    assert!(residual <= 1.01 * tolerance, "{name}: true residual {residual:e}, {report:?}");
    let (into, out) = (right.cells.iter().sum::<f64>(), outflow(system, &pressure));
    let allowed = 1.01 * report.divergence_mm3_per_s + 1e-12;
    assert!((out - into).abs() <= allowed, "{name}: {out} of {into} mm³/s leave, {report:?}");
    (pressure, report)
}

/// Distance from the centre of a box as a share of its edges.
fn radius(dims: [usize; 3], at: [usize; 3]) -> f64 {
    // The same to the last bit for mirror images.
    let offset = |axis: usize| ((2 * at[axis] + 1) as f64 - dims[axis] as f64) / (2 * dims[axis]) as f64;
    (0..3).map(offset).map(|d| d * d).sum::<f64>().sqrt()
}

fn middle([nx, ny, nz]: [usize; 3]) -> usize {
    nx / 2 + nx * (ny / 2 + ny * (nz / 2))
}

#[test]
fn a_cavity_a_million_times_as_open_as_bone_is_at_one_pressure() {
    for n in [33, 48] {
        let dims = [n; 3];
        let system = from_mobility(dims, true, |at| match radius(dims, at) {
            r if r < 0.15 => 1e6,
            r if r < 0.2 => 0.05,
            _ => 1.0,
        });
        let (pressure, report) = check(&format!("N = {n}"), &system, &source_in(&system, middle(dims)), 1e-8);
        assert!(report.iterations <= 30, "N = {n}: {report:?}");
        let inside = (0..n * n * n).filter(|&cell| radius(dims, place(dims, cell)) < 0.15);
        let (low, high) = inside
            .map(|cell| pressure.cells[cell])
            .fold((f64::MAX, 0.0_f64), |(low, high), p| (low.min(p), high.max(p)));
        assert!(low > 0.0 && high - low < 1e-4 * high, "N = {n}: {low}…{high} Pa in the cavity, {report:?}");
    }
}

#[test]
fn a_thin_barrier_is_crossed_wherever_it_lies() {
    // A plane of faces at 1e-4 between coarse cells, inside them, and both.
    let n = 32;
    for planes in [&[15][..], &[16], &[7, 8], &[11, 20]] {
        let mut system = from_mobility([n; 3], true, |_| 1.0);
        for cell in (0..n * n * n).filter(|&cell| planes.contains(&place([n; 3], cell)[2])) {
            system.face[2][cell] = f64::from((system.face[2][cell] * 1e-4) as f32);
        }
        let (_, report) = check(&format!("{planes:?}"), &system, &source_in(&system, middle([n; 3])), 1e-8);
        assert!(report.iterations <= 30, "{planes:?}: {report:?}");
    }
}

#[test]
fn flow_through_a_barrier_is_resistances_in_series() {
    let n = 20;
    for plane in [9, 10] {
        let mut system = from_mobility([n; 3], false, |_| 1.0);
        let mut right = Unknowns::zero(n * n * n, 0);
        for cell in 0..n * n {
            system.face[2][cell + n * n * plane] = f64::from(1e-4_f32);
            system.ground[cell] = 2.0;
            right.cells[cell + n * n * (n - 1)] = 1.0;
        }
        let (pressure, report) = check(&format!("plane {plane}"), &system, &right, 1e-8);
        for (cell, p) in pressure.cells.iter().enumerate() {
            let k = cell / (n * n);
            let crossed = if k > plane { 1.0 / f64::from(1e-4_f32) - 1.0 } else { 0.0 };
            let expected = 0.5 + k as f64 + crossed;
            assert!(
                (p / expected - 1.0).abs() < 1e-5,
                "plane {plane}, cell {cell}: {p} Pa, not {expected}, {report:?}"
            );
        }
    }
}

#[test]
fn boxes_of_odd_size_keep_their_symmetry() {
    // Cement round the middle, the source over the one or two middle cells of each axis: every mirror image is the same.
    for dims in [[33; 3], [50; 3], [65; 3], [33, 50, 65], [65, 33, 3]] {
        let system = from_mobility(dims, true, |at| if radius(dims, at) < 0.25 { 1e-3 } else { 1.0 });
        let cells = system.ground.len();
        let mut right = Unknowns::zero(cells, 0);
        let is_middle =
            |at: [usize; 3]| (0..3).all(|axis| at[axis] == dims[axis] / 2 || at[axis] == (dims[axis] - 1) / 2);
        (0..cells).filter(|&cell| is_middle(place(dims, cell))).for_each(|cell| right.cells[cell] = 1.0);
        let (pressure, report) = check(&format!("{dims:?}"), &system, &right, 1e-10);
        assert!(report.iterations <= 16, "{dims:?}: {report:?}");
        let top = pressure.cells.iter().fold(0.0_f64, |most, &p| most.max(p));
        for cell in 0..cells {
            let at = place(dims, cell);
            for axis in 0..3 {
                let mut mirrored = at;
                mirrored[axis] = dims[axis] - 1 - at[axis];
                let mirror = mirrored[0] + dims[0] * (mirrored[1] + dims[1] * mirrored[2]);
                let apart = (pressure.cells[cell] - pressure.cells[mirror]).abs();
                assert!(apart < 1e-6 * top, "{dims:?}: {at:?} and its mirror image differ by {apart} of {top} Pa");
            }
        }
    }
}

#[test]
fn a_contrast_beyond_single_precision_is_solved() {
    // Conductances from 1e-7 to 1e6.
    for seed in 0..6 {
        let system = random(seed, [20, 18, 15], 40);
        let cell = system.ground.iter().position(|&ground| ground > 0.0).unwrap();
        check(&format!("seed {seed}"), &system, &source_in(&system, cell), 1e-8);
    }
}
