//! Iterations at high contrast, balance of flow, and what happens without a way out.

use super::test_cases::{from_mobility, outflow, place, random, rounded, solve, source_in, try_solve};
use super::{EllipticSystem, Exchange, PipeLink, SolveError, Unknowns};
use proptest::prelude::*;

/// Distance from the centre of an n³ grid as a share of its edge.
fn radius(n: usize, at: [usize; 3]) -> f64 {
    at.map(|i| (i as f64 + 0.5) / n as f64 - 0.5).iter().map(|d| d * d).sum::<f64>().sqrt()
}

/// Solves with a source in the middle; returns the iterations, after checking flow in = flow out.
fn iterations(system: &EllipticSystem) -> usize {
    let [nx, ny, nz] = system.dims;
    let (pressure, report) = solve(system, &source_in(system, nx / 2 + nx * (ny / 2 + ny * (nz / 2))), 1e-9);
    let out = outflow(system, &pressure);
    assert!((out - 1.0).abs() <= report.divergence_mm3_per_s + 1e-12, "outflow {out} of 1, {report:?}");
    assert!(report.relative_residual <= 1e-9, "{report:?}");
    report.iterations
}

#[test]
fn a_cement_sphere_takes_few_iterations_on_any_grid() {
    for n in [32, 33, 50, 64] {
        let sphere = |at| if radius(n, at) < 0.25 { 1e-3 } else { 1.0 };
        let taken = iterations(&from_mobility([n, n, n], true, sphere));
        assert!(taken <= 13, "N = {n}: {taken}");
    }
}

#[test]
fn a_vein_and_a_cavity_take_few_iterations() {
    for n in [32, 45, 64] {
        let vein = |[_, j, k]: [usize; 3]| if j == n / 3 && k == n / 2 { 1e4 } else { 1.0 };
        let taken = iterations(&from_mobility([n, n, n], true, vein));
        assert!(taken <= 16, "vein, N = {n}: {taken}");
        let cavity = |at| {
            if radius(n, at) < 0.15 {
                1e5
            } else if radius(n, at) < 0.2 {
                0.05
            } else {
                1.0
            }
        };
        let taken = iterations(&from_mobility([n, n, n], true, cavity));
        assert!(taken <= 18, "cavity, N = {n}: {taken}");
    }
}

#[test]
fn a_tree_of_pipes_costs_no_more_the_wider_it_is() {
    // A trunk through the cube with a side branch, each node exchanging with the 27 cells round it.
    let n = 40;
    for pipe in [1.0, 1e3, 1e6] {
        let mut system = from_mobility([n, n, n], false, |at| if radius(n, at) < 0.45 { 1.0 } else { 0.0 });
        system.node_ground = vec![0.0; 60];
        system.node_ground[0] = 0.1 * pipe;
        for node in 0..60u32 {
            let (j, k) = if node < 30 { (5 + node, 20) } else { (20, node - 20) };
            if node > 0 {
                let a = if node == 30 { 15 } else { node - 1 };
                system.links.push(PipeLink { a, b: node, conductance: pipe });
            }
            for around in 0..27u32 {
                let (x, y, z) = (19 + around % 3, j - 1 + around / 3 % 3, k - 1 + around / 9);
                let cell = x + 40 * (y + 40 * z);
                if radius(n, place([n; 3], cell as usize)) < 0.45 {
                    system.exchanges.push(Exchange { node, cell, conductance: 0.3 });
                }
            }
        }
        let taken = iterations(&system);
        assert!(taken <= 16, "pipes {pipe:e}: {taken}");
    }
}

#[test]
fn a_thin_barrier_and_a_ragged_plume_still_converge() {
    let n = 32;
    let mut system = from_mobility([n, n, n], true, |_| 1.0);
    for cell in 0..n * n * n {
        if [13, 18].contains(&place([n; 3], cell)[2]) {
            system.face[2][cell] *= 1e-4;
        }
    }
    let taken = iterations(&system);
    assert!(taken <= 80, "barrier: {taken}");
    let ragged = |[i, j, k]: [usize; 3]| {
        let filled = radius(n, [i, j, k]) < 0.3 && (i * 7919 + j * 104_729 + k * 1_299_709) % 97 < 68;
        if filled { 1e-6 } else { 1.0 }
    };
    let taken = iterations(&from_mobility([n, n, n], true, ragged));
    assert!(taken <= 300, "ragged plume: {taken}");
}

#[test]
fn a_warm_start_from_the_solution_takes_no_iteration() {
    let system = random(5, [12, 11, 10], 20);
    let right = source_in(&system, system.ground.iter().position(|&g| g > 0.0).unwrap());
    let mut solver = system.solver().unwrap();
    let source = system.source(solver.lattice(), &right);
    let mut field = solver.zero_field();
    let cold = solver.solve(&source, &mut field, 1e-8).unwrap();
    let warm = solver.solve(&source, &mut field, 1e-8).unwrap();
    assert!(cold.iterations > 0 && warm.iterations == 0, "{cold:?} {warm:?}");
}

/// Changes a few cells of a solver at a time, and compares with one that has known nothing else.
#[test]
fn a_solver_used_before_gives_the_same_bits_as_a_new_one() {
    let (dims, nodes) = ([20, 9, 13], 15);
    let mut system = random(3, dims, nodes);
    let mut solver = system.solver().unwrap();
    let lattice = solver.lattice().clone();
    let right = source_in(&system, system.ground.iter().position(|&g| g > 0.0).unwrap());
    let source = system.source(&lattice, &right);
    for round in 0..12 {
        // A few cells turn to cement, or back.
        let factor = if round % 3 == 2 { 1e3 } else { 1e-3 };
        let changed: Vec<usize> = (0..system.ground.len()).filter(|c| (c * 7919 + round * 31) % 97 < 3).collect();
        let strides = [1, dims[0], dims[0] * dims[1]];
        for &cell in &changed {
            system.ground[cell] = rounded(system.ground[cell] * factor);
            for axis in 0..3 {
                system.face[axis][cell] = rounded(system.face[axis][cell] * factor);
                if place(dims, cell)[axis] > 0 {
                    let below = cell - strides[axis];
                    system.face[axis][below] = rounded(system.face[axis][below] * factor);
                }
            }
        }
        let cell = |slot: u32| {
            let [i, j, k] = lattice.coordinates(slot);
            i + dims[0] * (j + dims[1] * k)
        };
        let slots: Vec<u32> = changed.iter().filter_map(|&c| lattice.slot(place(dims, c))).collect();
        let face = |axis: usize, low: u32, _| system.face[axis][cell(low)];
        solver.set_cells(&slots, face, |slot| system.ground[cell(slot)]).unwrap();
        let mut field = solver.zero_field();
        let report = solver.solve(&source, &mut field, 1e-9).unwrap();
        // The new one numbers the same cells: those that conduct in any way do not change.
        let found = system.pressures(&lattice, &field);
        let (anew, other) = solve(&system, &right, 1e-9);
        assert!(found == anew && report == other, "round {round}: {report:?} {other:?}");
    }
}

#[test]
fn one_and_two_threads_give_the_same_bits() {
    let n = 40;
    let system = from_mobility([n, n, n], true, |at| if radius(n, at) < 0.25 { 1e-3 } else { 1.0 });
    let right = source_in(&system, n / 2 * (1 + n + n * n));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve(&system, &right, 1e-8))
    };
    let (one, two, three) = (on(1), on(2), on(3));
    assert!(one == two && two == three, "{:?} {:?} {:?}", one.1, two.1, three.1);
}

/// Two boxes side by side; only the first (x < 4) drains.
fn half_sealed() -> EllipticSystem {
    let mut system = from_mobility([9, 6, 5], false, |[i, _, _]| if i == 4 { 0.0 } else { 1.0 });
    system.ground[0] = 1.0;
    system.node_ground = vec![0.0; 3];
    system.links = vec![PipeLink { a: 0, b: 1, conductance: 1.0 }];
    system.exchanges = vec![Exchange { node: 0, cell: 7, conductance: 2.0 }];
    system
}

#[test]
fn a_sealed_region_without_a_source_is_held_at_zero() {
    let system = half_sealed();
    let (pressure, _) = solve(&system, &source_in(&system, 3), 1e-10);
    for (cell, &p) in pressure.cells.iter().enumerate() {
        let drains = cell % 9 < 4;
        assert!(if drains { p > 0.99 } else { p == 0.0 }, "cell {cell}: {p}");
    }
    assert_eq!(pressure.nodes, [0.0; 3]);
}

#[test]
fn a_source_without_a_way_out_is_named() {
    let system = half_sealed();
    let mut solver = system.solver().unwrap();
    let lattice = solver.lattice().clone();
    let slot = |cell: usize| lattice.slot(place(system.dims, cell)).unwrap();
    let mut field = solver.zero_field();
    let sealed = slot(6);
    assert_eq!(solver.solve(&[(sealed, 1.0)], &mut field, 1e-8), Err(SolveError::NoOutlet { place: sealed }));
    let node = lattice.slots() as u32 + 1;
    assert_eq!(solver.solve(&[(node, 1.0)], &mut field, 1e-8), Err(SolveError::NoOutlet { place: node }));
    // Opening the network's end drains the second box through its vein, and closing it seals it again.
    solver.set_network(&[1.0], &[0.0, 0.5, 0.0], &[2.0]).unwrap();
    solver.solve(&[(node, 1.0)], &mut field, 1e-10).unwrap();
    let pressure = system.pressures(&lattice, &field);
    assert!(pressure.cells.iter().enumerate().all(|(c, p)| c % 9 < 5 || (p - 2.0).abs() < 1e-6), "{pressure:?}");
    solver.set_network(&[1.0], &[0.0; 3], &[2.0]).unwrap();
    assert_eq!(solver.solve(&[(node, 1.0)], &mut field, 1e-8), Err(SolveError::NoOutlet { place: node }));
}

#[test]
fn nothing_in_gives_nothing_out() {
    for dims in [[1, 1, 1], [6, 6, 6], [30, 3, 17]] {
        let cells = dims.iter().product();
        for system in [EllipticSystem::closed(dims, 0), from_mobility(dims, true, |_| 1.0)] {
            let (pressure, report) = solve(&system, &Unknowns::zero(cells, 0), 1e-8);
            assert_eq!((report.iterations, report.relative_residual), (0, 0.0));
            assert!(pressure.cells.iter().all(|&p| p == 0.0));
        }
    }
    let (pressure, _) =
        solve(&from_mobility([1, 1, 1], true, |_| 1.0), &Unknowns { cells: vec![6.0], nodes: vec![] }, 1e-12);
    assert!((pressure.cells[0] - 0.5).abs() < 1e-15, "{pressure:?}");
}

#[test]
fn values_and_sizes_that_make_no_sense_are_refused() {
    let system = half_sealed();
    let right = source_in(&system, 3);
    let refusal = |system: &EllipticSystem, right: &Unknowns| try_solve(system, right, 1e-8).unwrap_err();
    for bad in [f64::NAN, -1.0, f64::INFINITY, 1e39] {
        let mut wrong = system.clone();
        wrong.face[1][11] = bad;
        assert!(matches!(refusal(&wrong, &right), SolveError::NotFinite { quantity: "face y", .. }), "{bad}");
        let mut wrong = system.clone();
        wrong.links[0].conductance = bad;
        assert!(matches!(refusal(&wrong, &right), SolveError::NotFinite { quantity: "pipe", .. }), "{bad}");
    }
    let mut wrong = right.clone();
    wrong.cells[2] = f64::NAN;
    assert!(matches!(refusal(&system, &wrong), SolveError::NotFinite { quantity: "source", .. }));
    let mut wrong = system.clone();
    wrong.exchanges[0].cell = 270;
    assert_eq!(refusal(&wrong, &right), SolveError::Malformed { what: "exchanges" });
    wrong.exchanges[0] = Exchange { node: 3, ..system.exchanges[0] };
    assert_eq!(refusal(&wrong, &right), SolveError::Malformed { what: "exchanges" });
}

/// Length of `2 D |p|`.
fn diagonal_flow(system: &EllipticSystem, pressure: &Unknowns) -> f64 {
    let (cells, strides) = (system.ground.len(), [1, system.dims[0], system.dims[0] * system.dims[1]]);
    let mut diagonal = [system.ground.clone(), system.node_ground.clone()].concat();
    let mut join = |a: usize, b: usize, conductance: f64| {
        diagonal[a] += conductance;
        diagonal[b] += conductance;
    };
    for axis in 0..3 {
        for cell in (0..cells).filter(|&cell| system.face[axis][cell] > 0.0) {
            join(cell, cell + strides[axis], system.face[axis][cell]);
        }
    }
    system.links.iter().for_each(|l| join(cells + l.a as usize, cells + l.b as usize, l.conductance));
    system.exchanges.iter().for_each(|e| join(e.cell as usize, cells + e.node as usize, e.conductance));
    let flows = diagonal.iter().zip(pressure.cells.iter().chain(&pressure.nodes)).map(|(d, p)| 2.0 * d * p);
    flows.map(|flow| flow * flow).sum::<f64>().sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_system_converges_and_balances(
        seed in any::<u64>(), dims in [1usize..24, 1usize..20, 1usize..16], nodes in 0usize..60,
    ) {
        let system = random(seed, dims, nodes);
        let Some(cell) = system.ground.iter().position(|&g| g > 0.0) else { return Ok(()) };
        let (pressure, report) = solve(&system, &source_in(&system, cell), 1e-9);
        let out = outflow(&system, &pressure);
        // What rounding the pressures alone leaves: the contrast reaches 1e13 here.
        let rounding = 16.0 * f64::EPSILON * diagonal_flow(&system, &pressure);
        prop_assert!(report.relative_residual <= 1e-9 + rounding, "{report:?}, rounding {rounding:e}");
        prop_assert!(report.iterations <= 200, "{report:?}");
        // The residuals' sum is what the balance lacks.
        let unknowns = (system.ground.len() + nodes) as f64;
        let allowed = unknowns.sqrt() * report.relative_residual + 1e-12;
        prop_assert!((out - 1.0).abs() <= allowed, "outflow {out}, {report:?}");
        // Maximum principle: no pressure below the grounds' 0 and none above the source's.
        let top = pressure.cells[cell];
        let tolerance = 1e-6 * top;
        for p in pressure.cells.iter().chain(&pressure.nodes) {
            prop_assert!(*p >= -tolerance && *p <= top + tolerance, "{p} outside 0…{top}");
        }
    }
}
