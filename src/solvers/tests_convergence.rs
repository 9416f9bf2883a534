//! Iterations at high contrast, balance of flow, and what happens without a way out.

use super::conjugate_gradients::PressureSolver;
use super::elliptic::SolveError;
use super::test_cases::{from_mobility, outflow, place, random, solve, source_in};
use super::{EllipticSystem, Exchange, PipeLink, Unknowns};
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
    assert!((out - 1.0).abs() < 1e-8, "outflow {out} of 1, {report:?}");
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
    let mut solver = PressureSolver::new(system.dims, 20);
    let mut pressure = Unknowns::zero(system.ground.len(), 20);
    let cold = solver.solve(&system, &right, &mut pressure, 1e-8).unwrap();
    let warm = solver.solve(&system, &right, &mut pressure, 1e-8).unwrap();
    assert!(cold.iterations > 0 && warm.iterations == 0, "{cold:?} {warm:?}");
}

#[test]
fn a_solver_used_before_gives_the_same_bits_as_a_new_one() {
    let mut solver = PressureSolver::new([20, 9, 13], 15);
    for seed in 0..6 {
        let mut system = random(seed, [20, 9, 13], 15);
        // Some systems fill only a part of the box, so that rows shrink and grow.
        for cell in (0..system.ground.len()).filter(|&c| seed % 2 == 1 && place(system.dims, c)[0] > 9) {
            system.ground[cell] = 0.0;
            (0..3).for_each(|axis| system.face[axis][cell] = 0.0);
            system.face[0][cell - 1] = 0.0;
        }
        let right = source_in(&system, system.ground.iter().position(|&g| g > 0.0).unwrap());
        let mut pressure = Unknowns::zero(system.ground.len(), 15);
        let report = solver.solve(&system, &right, &mut pressure, 1e-9).unwrap();
        assert_eq!((pressure, report), solve(&system, &right, 1e-9), "seed {seed}");
    }
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
    let mut pressure = Unknowns { cells: vec![5.0; 270], nodes: vec![7.0; 3] };
    let mut solver = PressureSolver::new(system.dims, 3);
    solver.solve(&system, &source_in(&system, 3), &mut pressure, 1e-10).unwrap();
    for (cell, &p) in pressure.cells.iter().enumerate() {
        let drains = cell % 9 < 4;
        assert!(if drains { p > 0.99 } else { p == 0.0 }, "cell {cell}: {p}");
    }
    assert_eq!(pressure.nodes, [0.0; 3]);
}

#[test]
fn a_source_without_a_way_out_is_named() {
    let mut system = half_sealed();
    let mut solver = PressureSolver::new(system.dims, 3);
    let mut pressure = Unknowns { cells: vec![5.0; 270], nodes: vec![7.0; 3] };
    let before = pressure.clone();
    for cell in [6, 4] {
        let result = solver.solve(&system, &source_in(&system, cell), &mut pressure, 1e-8);
        assert_eq!(result, Err(SolveError::NoOutlet { cell: cell as u32 }));
    }
    let mut right = Unknowns::zero(270, 3);
    right.nodes[1] = 1.0;
    let result = solver.solve(&system, &right, &mut pressure, 1e-8);
    assert_eq!(result, Err(SolveError::NodeWithoutOutlet { node: 1 }));
    assert_eq!(pressure, before, "an error leaves the guess alone");
    // Opening the network's end drains the second box through its vein, and closing it seals it again.
    system.node_ground[1] = 0.5;
    solver.solve(&system, &right, &mut pressure, 1e-10).unwrap();
    assert!(pressure.cells.iter().enumerate().all(|(c, p)| c % 9 < 5 || (p - 2.0).abs() < 1e-6), "{pressure:?}");
    system.node_ground[1] = 0.0;
    assert!(solver.solve(&system, &right, &mut pressure, 1e-8).is_err());
}

#[test]
fn nothing_in_gives_nothing_out() {
    for dims in [[1, 1, 1], [6, 6, 6], [30, 3, 17]] {
        let cells = dims.iter().product();
        let drained = from_mobility(dims, true, |_| 1.0);
        for system in [EllipticSystem::closed(dims, 0), drained] {
            let mut pressure = Unknowns { cells: vec![3.0; cells], nodes: vec![] };
            let mut solver = PressureSolver::new(dims, 0);
            let report = solver.solve(&system, &Unknowns::zero(cells, 0), &mut pressure, 1e-8).unwrap();
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
    let mut solver = PressureSolver::new(system.dims, 3);
    let mut refusal = |system: &EllipticSystem, right: &Unknowns| {
        solver.solve(system, right, &mut Unknowns::zero(270, 3), 1e-8).unwrap_err()
    };
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        let mut wrong = system.clone();
        wrong.face[1][11] = bad;
        assert_eq!(refusal(&wrong, &right), SolveError::NotFinite { quantity: "face y", index: 11 });
        let mut wrong = system.clone();
        wrong.links[0].conductance = bad;
        assert_eq!(refusal(&wrong, &right), SolveError::NotFinite { quantity: "links", index: 0 });
    }
    let mut wrong = right.clone();
    wrong.cells[2] = f64::NAN;
    assert_eq!(refusal(&system, &wrong), SolveError::NotFinite { quantity: "right-hand side", index: 2 });
    let mut wrong = system.clone();
    wrong.exchanges[0].cell = 270;
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
