//! Elasticity against closed forms and its own invariants.

use super::elasticity::{ElasticBody, ElasticError, ElasticSolution, ElasticSolver};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Place of a node in edges.
fn place(body: &ElasticBody, node: usize) -> [usize; 3] {
    let [nx, ny, _] = body.dims().map(|n| n + 1);
    [node % nx, node / nx % ny, node / (nx * ny)]
}

/// A body whose modulus is a function of the element's place.
fn body(dims: [usize; 3], edge_mm: f64, nu: f64, modulus: impl Fn([usize; 3]) -> f64) -> ElasticBody {
    let [nx, ny, nz] = dims;
    let moduli = (0..nx * ny * nz).map(|e| modulus([e % nx, e / nx % ny, e / (nx * ny)])).collect();
    ElasticBody::new(dims, edge_mm, moduli, nu).unwrap()
}

/// Holds what `held(node place, axis)` gives a value for, and solves without forces.
fn solve(
    body: &ElasticBody,
    tolerance: f64,
    held: impl Fn([usize; 3], usize) -> Option<f64>,
) -> Result<ElasticSolution, ElasticError> {
    solve_with(body, tolerance, held, |_, _| 0.0)
}

fn solve_with(
    body: &ElasticBody,
    tolerance: f64,
    held: impl Fn([usize; 3], usize) -> Option<f64>,
    force: impl Fn([usize; 3], usize) -> f64,
) -> Result<ElasticSolution, ElasticError> {
    let nodes = body.nodes();
    let (mut list, mut values, mut forces) = (Vec::new(), vec![0.0; 3 * nodes], vec![0.0; 3 * nodes]);
    for dof in 0..3 * nodes {
        let at = place(body, dof % nodes);
        forces[dof] = force(at, dof / nodes);
        if let Some(value) = held(at, dof / nodes) {
            list.push(dof as u32);
            values[dof] = value;
        }
    }
    ElasticSolver::new(body, &list)?.solve(&values, &forces, tolerance, None)
}

/// Whether a node belongs to a solid element, and whether all eight elements about it are solid.
fn surroundings(body: &ElasticBody, [i, j, k]: [usize; 3]) -> (bool, bool) {
    let [nx, ny, nz] = body.dims();
    let solid = |[i, j, k]: [usize; 3]| i < nx && j < ny && k < nz && body.modulus_mpa()[i + nx * (j + ny * k)] > 0.0;
    let found = (0..8).filter(|c| {
        let at = [i.wrapping_sub(c & 1), j.wrapping_sub(c >> 1 & 1), k.wrapping_sub(c >> 2)];
        solid(at)
    });
    let count = found.count();
    (count > 0, count == 8)
}

/// A ragged ball with a tunnel.
fn ragged([i, j, k]: [usize; 3]) -> bool {
    let at = [i, j, k].map(|n| n as f64 - 8.0);
    let radius = (at[0] * at[0] + 1.3 * at[1] * at[1] + 0.8 * at[2] * at[2]).sqrt();
    let bumps = ((7 * i + 3 * j + 5 * k) % 4) as f64 * 0.5;
    radius < 6.0 + bumps && !(at[0].abs() < 1.5 && at[2] > 1.0)
}

const GRADIENT: [[f64; 3]; 3] = [[1e-3, -4e-4, 2e-4], [6e-4, -2e-3, 3e-4], [-5e-4, 1e-4, 1.5e-3]];

fn linear(at: [usize; 3], axis: usize, edge_mm: f64) -> f64 {
    (0..3).map(|b| GRADIENT[axis][b] * at[b] as f64 * edge_mm).sum::<f64>() + 0.01
}

#[test]
fn patch_test_a_linear_displacement_of_the_surface_goes_all_through_an_irregular_body() {
    let edge = 0.7;
    let body = body([17, 16, 17], edge, 0.3, |at| if ragged(at) { 800.0 } else { 0.0 });
    let held = |at, axis| {
        let (is_solid, is_inside) = surroundings(&body, at);
        (is_solid && !is_inside).then(|| linear(at, axis, edge))
    };
    let solution = solve(&body, 1e-12, held).unwrap();
    let (mut worst, mut inside) = (0.0_f64, 0);
    for node in 0..body.nodes() {
        let at = place(&body, node);
        if surroundings(&body, at).1 {
            inside += 1;
            for axis in 0..3 {
                let found = solution.displacement_mm[axis * body.nodes() + node];
                worst = worst.max((found - linear(at, axis, edge)).abs());
            }
        }
    }
    assert!(inside > 500 && worst < 1e-10 * 0.01, "{worst} mm at {inside} nodes inside");
    let strain = body.strain([9, 9, 6], &solution.displacement_mm);
    assert!((strain[2] - 1.5e-3).abs() < 1e-12 && (strain[5] - 2e-4).abs() < 1e-12, "{strain:?}");
}

#[test]
fn rigid_motions_cost_no_force() {
    let body = body([17, 16, 17], 1.0, 0.3, |at| if ragged(at) { 1.0 + at[0] as f64 } else { 0.0 });
    let nodes = body.nodes();
    let motions: [fn([f64; 3]) -> [f64; 3]; 6] = [
        |_| [1.0, 0.0, 0.0],
        |_| [0.0, 1.0, 0.0],
        |_| [0.0, 0.0, 1.0],
        |p| [0.0, -p[2], p[1]],
        |p| [p[2], 0.0, -p[0]],
        |p| [-p[1], p[0], 0.0],
    ];
    for (number, motion) in motions.into_iter().enumerate() {
        let u: Vec<f64> =
            (0..3 * nodes).map(|dof| motion(place(&body, dof % nodes).map(|n| n as f64))[dof / nodes]).collect();
        let worst = body.forces_n(&u).unwrap().into_iter().fold(0.0_f64, |worst, f| worst.max(f.abs()));
        // Moduli up to 17 MPa, displacements up to 17 mm.
        assert!(worst < 1e-11, "motion {number}: {worst} N");
    }
}

#[test]
fn the_operator_is_symmetric_and_positive() {
    let body = body([17, 16, 17], 1.0, 0.3, |at| if ragged(at) { 1.0 + at[0] as f64 } else { 0.0 });
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = || (0..3 * body.nodes()).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..4 {
        let (u, v) = (draw(), draw());
        let (au, av) = (body.forces_n(&u).unwrap(), body.forces_n(&v).unwrap());
        let (one, other) = (dot(&au, &v), dot(&av, &u));
        assert!(dot(&au, &u) > 0.0);
        assert!((one - other).abs() < 1e-12 * dot(&au, &u), "{one} {other}");
    }
}

/// Force along z on the top of a bar squeezed by 1 % between smooth plates.
fn squeeze(body: &ElasticBody, tolerance: f64) -> f64 {
    let top = body.dims()[2];
    let held = |[i, j, k]: [usize; 3], axis: usize| match axis {
        2 if k == 0 => Some(0.0),
        2 if k == top => Some(-0.01 * top as f64),
        0 if i == 0 => Some(0.0),
        1 if j == 0 => Some(0.0),
        _ => None,
    };
    let solution = solve(body, tolerance, held).unwrap();
    let forces = body.forces_n(&solution.displacement_mm).unwrap();
    let nodes = body.nodes();
    (0..nodes).filter(|&node| place(body, node)[2] == top).map(|node| -forces[2 * nodes + node]).sum()
}

#[test]
fn bars_in_parallel_and_in_series_are_exact() {
    // Without Poisson's effect layers do not hinder each other.
    let modulus = |layer: usize| [100.0, 2500.0, 7.0, 900.0][layer % 4];
    let parallel = squeeze(&body([8, 5, 6], 1.0, 0.0, |at| modulus(at[0])), 1e-12);
    let expected = 0.01 * (0..8).map(modulus).sum::<f64>() * 5.0;
    assert!((parallel / expected - 1.0).abs() < 1e-10, "{parallel} N, not {expected}");
    let series = squeeze(&body([5, 5, 8], 1.0, 0.0, |at| modulus(at[2])), 1e-12);
    let expected = 0.01 * 8.0 * 25.0 / (0..8).map(|layer| 1.0 / modulus(layer)).sum::<f64>();
    assert!((series / expected - 1.0).abs() < 1e-10, "{series} N, not {expected}");
    // With it a uniform bar between smooth plates is still in uniaxial stress.
    let uniform = squeeze(&body([4, 5, 8], 1.0, 0.3, |_| 340.0), 1e-12);
    assert!((uniform / (0.01 * 340.0 * 20.0) - 1.0).abs() < 1e-10, "{uniform} N");
}

/// Deflection of the end of a cantilever along x under a transverse end force of 1 N, over Timoshenko's.
fn cantilever(across: usize) -> f64 {
    let (nu, modulus) = (0.3, 1000.0);
    let (length, side) = (40.0_f64, 5.0_f64);
    let edge = side / across as f64;
    let along = 8 * across;
    let body = body([along, across, across], edge, nu, |_| modulus);
    // The root is free to shrink sideways: along x it is held, across only in the planes of symmetry.
    let middle = across / 2;
    let held = |[i, j, k]: [usize; 3], axis: usize| match axis {
        0 if i == 0 => Some(0.0),
        1 if i == 0 && j == middle => Some(0.0),
        2 if i == 0 && k == middle => Some(0.0),
        _ => None,
    };
    let weight = |n: usize| if n == 0 || n == across { 0.5 } else { 1.0 };
    let force = |[i, j, k]: [usize; 3], axis: usize| {
        if i == along && axis == 2 { weight(j) * weight(k) / (across * across) as f64 } else { 0.0 }
    };
    let solution = solve_with(&body, 1e-9, held, force).unwrap();
    let found = solution.displacement_mm[2 * body.nodes() + body.node([along, middle, middle])];
    let (area, second_moment) = (side * side, side.powi(4) / 12.0);
    let shear_modulus = 0.5 * modulus / (1.0 + nu);
    // Cowper's coefficient of a rectangle.
    let kappa = 10.0 * (1.0 + nu) / (12.0 + 11.0 * nu);
    let theory = length.powi(3) / (3.0 * modulus * second_moment) + length / (kappa * shear_modulus * area);
    found / theory
}

#[test]
fn a_cantilever_bends_as_timoshenko_says_and_refinement_converges() {
    let found = [2, 4, 8].map(cantilever);
    assert!((found[2] - 1.0).abs() < 0.02, "deflection over theory with 2, 4, 8 elements across: {found:?}");
    // Displacements of the trilinear element err with the square of its edge.
    let ratio = (found[1] - found[0]) / (found[2] - found[1]);
    assert!((3.0..5.0).contains(&ratio), "{found:?}: changes fall by {ratio}");
}

#[test]
fn the_strain_in_a_stiff_sphere_is_eshelbys() {
    // Uniaxial strain far away, an eighth of a sphere of 8 voxels' radius in a box of six radii.
    let (nu, inner, outer) = (0.3, 2500.0, 250.0);
    let (radius, size) = (8.0, 48);
    let body = body([size; 3], 1.0, nu, |at| {
        // Moduli mixed on a finer grid of the element, so that the sphere's volume is right.
        let mut inside = 0;
        for part in 0..64 {
            let at = [0, 1, 2].map(|axis| at[axis] as f64 + ((part >> (2 * axis) & 3) as f64 + 0.5) / 4.0);
            inside += u32::from(at.iter().map(|x| x * x).sum::<f64>() < radius * radius);
        }
        let share = f64::from(inside) / 64.0;
        outer + share * (inner - outer)
    });
    let far = -0.01;
    let held = |at: [usize; 3], axis: usize| {
        let on_face = at[axis] == 0;
        let is_far = at.contains(&size);
        match (is_far, on_face, axis) {
            (true, _, 2) => Some(far * at[2] as f64),
            (true, _, _) | (_, true, _) => Some(0.0),
            _ => None,
        }
    };
    let solution = solve(&body, 1e-8, held).unwrap();
    let strain = body.strain([1, 1, 1], &solution.displacement_mm);
    // Eshelby's sphere: mean and deviatoric parts of the strain inside, over those far away.
    let bulk = |e: f64| e / (3.0 * (1.0 - 2.0 * nu));
    let shear = |e: f64| 0.5 * e / (1.0 + nu);
    let alpha = (1.0 + nu) / (3.0 * (1.0 - nu));
    let beta = 2.0 * (4.0 - 5.0 * nu) / (15.0 * (1.0 - nu));
    let mean = 1.0 / (1.0 + alpha * (bulk(inner) / bulk(outer) - 1.0));
    let deviatoric = 1.0 / (1.0 + beta * (shear(inner) / shear(outer) - 1.0));
    let axial = far * (mean / 3.0 + deviatoric * 2.0 / 3.0);
    let lateral = far * (mean / 3.0 - deviatoric / 3.0);
    assert!((strain[2] / axial - 1.0).abs() < 0.02, "axial {}, not {axial}", strain[2]);
    assert!((strain[0] - lateral).abs() < 0.02 * axial.abs(), "lateral {}, not {lateral}", strain[0]);
}

#[test]
fn multigrid_iterations_stay_bounded_with_size_and_contrast() {
    let mut counts = Vec::new();
    for size in [16_usize, 32] {
        for contrast in [1.0_f64, 1e2, 1e4] {
            // Stiff balls and soft holes in a block.
            let body = body([size; 3], 1.0, 0.3, |at| {
                let u = at.map(|n| (n as f64 + 0.5) / size as f64);
                let near = |c: [f64; 3]| (0..3).map(|a| (u[a] - c[a]).powi(2)).sum::<f64>() < 0.04;
                if near([0.3, 0.4, 0.5]) {
                    contrast.sqrt()
                } else if near([0.75, 0.6, 0.5]) {
                    1.0 / contrast.sqrt()
                } else {
                    1.0
                }
            });
            let held = |at: [usize; 3], axis: usize| match at[2] {
                0 => Some(0.0),
                top if top == size => Some(if axis == 2 { -0.01 } else { 0.0 }),
                _ => None,
            };
            counts.push(solve(&body, 1e-8, held).unwrap().iterations);
        }
    }
    assert!(counts.iter().all(|&count| count <= 30), "iterations at 16³ and 32³, contrast 1, 1e2, 1e4: {counts:?}");
}

#[test]
fn single_precision_inside_does_not_limit_the_solution() {
    // Each further digit costs the same number of iterations, down to what double precision can hold.
    let size = 24;
    let body = body([size; 3], 1.0, 0.3, |at| if (at[0] / 5 + at[1] / 7 + at[2] / 6) % 2 == 0 { 1.0 } else { 1e-4 });
    let held = |at: [usize; 3], axis: usize| match at[2] {
        0 => Some(0.0),
        top if top == size => Some(if axis == 2 { -0.01 } else { 0.0 }),
        _ => None,
    };
    let counts = [1e-4, 1e-8, 1e-12].map(|tolerance| {
        let solution = solve(&body, tolerance, held).unwrap();
        assert!(solution.relative_residual <= tolerance);
        solution.iterations
    });
    assert!(counts[2] - counts[1] <= 2 * (counts[1] - counts[0]), "iterations to 1e-4, 1e-8, 1e-12: {counts:?}");
    assert!(counts[2] <= 80, "{counts:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let cube = |modulus: f64| ElasticBody::new([1, 1, 1], 1.0, vec![modulus], 0.3);
    assert!(matches!(cube(f64::NAN), Err(ElasticError::BadValue { .. })));
    assert!(matches!(cube(-1.0), Err(ElasticError::BadValue { .. })));
    assert!(matches!(cube(0.0), Err(ElasticError::Empty)));
    assert!(matches!(ElasticBody::new([2, 1, 1], 1.0, vec![1.0], 0.3), Err(ElasticError::Malformed { .. })));
    assert!(matches!(ElasticBody::new([1, 1, 1], 1.0, vec![1.0], 0.5), Err(ElasticError::BadValue { .. })));
    // Two cubes a cube apart, one of them held.
    let apart = body([3, 1, 1], 1.0, 0.3, |at| if at[0] == 1 { 0.0 } else { 1.0 });
    let found = solve(&apart, 1e-6, |at, _| (at[0] == 0).then_some(0.0));
    assert!(matches!(found, Err(ElasticError::Floating { node }) if place(&apart, node)[0] >= 2), "{found:?}");
    let solid = body([4, 4, 4], 1.0, 0.3, |_| 1.0);
    let held: Vec<u32> = (0..3).map(|axis| axis * 125).collect();
    let flag = std::sync::atomic::AtomicBool::new(true);
    let mut solver = ElasticSolver::new(&solid, &held).unwrap();
    let mut forces = vec![0.0; 375];
    forces[374] = 1.0;
    assert_eq!(solver.solve(&[0.0; 375], &forces, 1e-6, Some(&flag)), Err(ElasticError::Cancelled));
    // Held in one point, pulled elsewhere: it can turn.
    assert!(matches!(solver.solve(&[0.0; 375], &forces, 1e-6, None), Err(ElasticError::NotConverged { .. })));
}
