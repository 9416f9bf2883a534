//! The solver against closed forms.

use super::test_cases::{from_mobility, outflow, place, rounded, solve, source_in};
use super::{EllipticSystem, Exchange, PipeLink, Unknowns};
use crate::units::sin;
use std::f64::consts::PI;

#[test]
fn darcy_flow_through_layers_is_resistances_in_series() {
    // 20 layers along z whose mobility jumps over nine decades; 1 mm3/s in at the top, ground 2λ at the bottom.
    let mobility = |k: usize| [1.0, 1e-6, 1e3, 0.02][k % 4];
    for dims in [[1, 1, 20], [3, 2, 20], [8, 8, 20]] {
        let mut system = from_mobility(dims, false, |[_, _, k]| mobility(k));
        let area = dims[0] * dims[1];
        let mut right = Unknowns::zero(area * 20, 0);
        for cell in 0..area {
            system.ground[cell] = 2.0 * mobility(0);
            right.cells[area * 19 + cell] = 1.0 / area as f64;
        }
        let (pressure, _) = solve(&system, &right, 1e-12);
        let mut expected = 1.0 / (2.0 * mobility(0));
        for k in 0..20 {
            for cell in 0..area {
                let p = pressure.cells[area * k + cell] * area as f64;
                // Conductances are rounded to single precision: 6e-8 each.
                assert!((p / expected - 1.0).abs() < 1e-7, "{dims:?} layer {k}: {p} against {expected}");
            }
            expected += 0.5 / mobility(k) + 0.5 / mobility(k + 1);
        }
    }
}

#[test]
fn a_network_alone_is_resistances_in_series_and_parallel() {
    // 2 mm3/s into node 0, pipe 4 to node 1, two pipes 1 and 3 to node 2, pipe 1e6 to node 3 grounded by 0.5.
    let mut system = EllipticSystem::closed([4, 4, 4], 4);
    let pipe = |a, b, conductance| PipeLink { a, b, conductance };
    system.links = vec![pipe(0, 1, 4.0), pipe(1, 2, 1.0), pipe(2, 1, 3.0), pipe(3, 2, 1e6)];
    system.node_ground[3] = 0.5;
    let mut right = Unknowns::zero(64, 4);
    right.nodes[0] = 2.0;
    let (pressure, _) = solve(&system, &right, 1e-12);
    let expected = [4.0 + 2e-6 + 0.5 + 0.5, 4.0 + 2e-6 + 0.5, 4.0 + 2e-6, 4.0];
    for node in 0..4 {
        let p = pressure.nodes[node];
        assert!((p - expected[node]).abs() < 1e-8, "node {node}: {p} against {}", expected[node]);
    }
    assert!(pressure.cells.iter().all(|&p| p == 0.0));
}

#[test]
fn a_cell_drained_by_a_vein_is_in_series_with_it() {
    let mut system = EllipticSystem::closed([1, 1, 1], 2);
    system.exchanges = vec![Exchange { node: 0, cell: 0, conductance: 0.25 }];
    system.links = vec![PipeLink { a: 0, b: 1, conductance: 1e5 }];
    system.node_ground[1] = 2.0;
    // The vein ends at 1000 Pa: the caller adds ground · fixed pressure to the right-hand side.
    let mut right = source_in(&system, 0);
    right.nodes[1] = 2.0 * 1000.0;
    let (pressure, _) = solve(&system, &right, 1e-13);
    let expected = [1000.0 + 0.5 + 1e-5 + 4.0, 1000.0 + 0.5 + 1e-5, 1000.5];
    for (p, expected) in pressure.cells.iter().chain(&pressure.nodes).zip(expected) {
        assert!((p - expected).abs() < 1e-9, "{p} against {expected}");
    }
}

/// Largest error of Σ ∂ₐ(λₐ ∂ₐp) = −q on the unit cube with p = Π sin(π x) and λₐ = weight (1 + x y z / 2).
fn manufactured_error(n: usize, weights: [f64; 3]) -> f64 {
    let h = 1.0 / n as f64;
    let lambda = |x: [f64; 3]| 1.0 + 0.5 * x[0] * x[1] * x[2];
    let exact = |x: [f64; 3]| sin(PI * x[0]) * sin(PI * x[1]) * sin(PI * x[2]);
    let centre = |at: [usize; 3]| at.map(|i| (i as f64 + 0.5) * h);
    let mut system = EllipticSystem::closed([n, n, n], 0);
    let mut right = Unknowns::zero(n * n * n, 0);
    for cell in 0..n * n * n {
        let at = place(system.dims, cell);
        let x = centre(at);
        let mut source = 0.0;
        for axis in 0..3 {
            let weight = weights[axis];
            let (mut low, mut high) = (x, x);
            (low[axis], high[axis]) = (x[axis] - 0.5 * h, x[axis] + 0.5 * h);
            if at[axis] + 1 < n {
                system.face[axis][cell] = weight * lambda(high) * h;
            } else {
                system.ground[cell] += 2.0 * weight * lambda(high) * h;
            }
            if at[axis] == 0 {
                system.ground[cell] += 2.0 * weight * lambda(low) * h;
            }
            let (b, c) = ((axis + 1) % 3, (axis + 2) % 3);
            let slope = PI * sin(PI * (0.5 - x[axis])) * sin(PI * x[b]) * sin(PI * x[c]);
            source += weight * (PI * PI * lambda(x) * exact(x) - 0.5 * x[b] * x[c] * slope);
        }
        right.cells[cell] = source * h * h * h;
    }
    let (pressure, _) = solve(&system, &right, 1e-9);
    let errors = pressure.cells.iter().enumerate().map(|(cell, p)| (p - exact(centre(place(system.dims, cell)))).abs());
    errors.fold(0.0, f64::max)
}

#[test]
fn a_manufactured_solution_converges_at_second_order() {
    for weights in [[1.0, 1.0, 1.0], [1.0, 0.4, 3.0]] {
        let errors = [16, 32, 64].map(|n| manufactured_error(n, weights));
        for pair in errors.windows(2) {
            let ratio = pair[0] / pair[1];
            assert!((3.7..4.3).contains(&ratio), "weights {weights:?}, errors {errors:?}: ratio {ratio}");
        }
    }
}

/// Largest and root mean square error of the same equation with constant λₐ in a ball of radius 0.9 whose wall is held
/// at the exact pressure: a cell's ground is λₐ times its face over its true distance from the wall along the axis
/// (Gibou, Fedkiw, Cheng & Kang 2002).
fn manufactured_error_in_a_ball(n: usize, weights: [f64; 3]) -> [f64; 2] {
    let h = 2.0 / n as f64;
    let waves = [2.0, 1.5, 1.0];
    let exact = |x: [f64; 3]| (0..3).map(|axis| sin(waves[axis] * x[axis] + 0.5)).product::<f64>();
    let centre = |at: [usize; 3]| at.map(|i| (i as f64 + 0.5) * h - 1.0);
    let square = |x: [f64; 3]| x.iter().map(|x| x * x).sum::<f64>();
    let mut system = EllipticSystem::closed([n, n, n], 0);
    let mut right = Unknowns::zero(n * n * n, 0);
    let inside: Vec<usize> = (0..n * n * n).filter(|&cell| square(centre(place([n; 3], cell))) < 0.81).collect();
    for &cell in &inside {
        let x = centre(place(system.dims, cell));
        let decay: f64 = (0..3).map(|axis| weights[axis] * waves[axis] * waves[axis]).sum();
        right.cells[cell] = decay * exact(x) * h * h * h;
        for axis in 0..3 {
            for side in [-1.0, 1.0] {
                let mut other = x;
                other[axis] += side * h;
                if square(other) < 0.81 {
                    system.face[axis][cell] = if side > 0.0 { weights[axis] * h } else { system.face[axis][cell] };
                    continue;
                }
                let mut wall = x;
                wall[axis] = side * (0.81 - square(x) + x[axis] * x[axis]).sqrt();
                let ground = weights[axis] * h * h / (wall[axis] - x[axis]).abs().max(1e-6 * h);
                system.ground[cell] += ground;
                right.cells[cell] += ground * exact(wall);
            }
        }
    }
    let (pressure, _) = solve(&system, &right, 1e-10);
    let errors = inside.iter().map(|&cell| (pressure.cells[cell] - exact(centre(place([n; 3], cell)))).abs());
    let (largest, squares) = errors.fold((0.0_f64, 0.0), |(most, sum), error| (most.max(error), sum + error * error));
    [largest, (squares / inside.len() as f64).sqrt()]
}

#[test]
fn a_manufactured_solution_in_a_ball_converges_at_second_order() {
    for weights in [[1.0, 1.0, 1.0], [1.0, 0.4, 3.0]] {
        let errors = [20, 40, 80].map(|n| manufactured_error_in_a_ball(n, weights));
        for which in 0..2 {
            let order = crate::units::ln(errors[0][which] / errors[2][which]) / crate::units::ln(4.0);
            assert!((1.8..2.3).contains(&order), "weights {weights:?}, largest and mean {errors:?}: order {order}");
        }
    }
}

#[test]
fn a_point_source_gives_q_over_4_pi_lambda_r() {
    // Walls held at the closed form; cells 4 to 10 spacings from the source agree within 2 %.
    let (n, lambda, q) = (31, 0.7, 3.0);
    let mut system = from_mobility([n, n, n], true, |_| lambda);
    let exact = |at: [f64; 3]| {
        let r = at.map(|x| x - 15.0).iter().map(|d| d * d).sum::<f64>().sqrt();
        q / (4.0 * PI * lambda * r)
    };
    let mut right = Unknowns::zero(n * n * n, 0);
    system.ground.fill(0.0);
    for cell in 0..n * n * n {
        let at = place(system.dims, cell);
        for axis in 0..3 {
            for (index, offset) in [(0, -0.5), (n - 1, 0.5)] {
                if at[axis] == index {
                    let mut wall = at.map(|i| i as f64);
                    wall[axis] += offset;
                    system.ground[cell] += rounded(2.0 * lambda);
                    right.cells[cell] += rounded(2.0 * lambda) * exact(wall);
                }
            }
        }
    }
    right.cells[15 + n * (15 + n * 15)] += q;
    let (pressure, _) = solve(&system, &right, 1e-9);
    for d in 4..=10 {
        let p = pressure.cells[15 + d + n * (15 + n * 15)];
        let expected = exact([15.0 + d as f64, 15.0, 15.0]);
        assert!((p / expected - 1.0).abs() < 0.02, "at {d}: {p} against {expected}");
    }
    let fixed: f64 = right.cells.iter().sum::<f64>() - q;
    let balance = outflow(&system, &pressure) - fixed;
    assert!((balance / q - 1.0).abs() < 1e-6, "outflow {balance} of {q}");
}
