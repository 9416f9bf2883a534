//! Systems to try the solver on, and checks shared by the tests.

use super::conjugate_gradients::PressureSolver;
use super::elliptic::SolveReport;
use super::{EllipticSystem, Exchange, PipeLink, Unknowns};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// (i, j, k) of a cell.
pub(super) fn place(dims: [usize; 3], cell: usize) -> [usize; 3] {
    [cell % dims[0], cell / dims[0] % dims[1], cell / (dims[0] * dims[1])]
}

/// Cell-centred volumes of unit size with harmonic faces; pressure 0 on the walls if `drained`, else closed walls.
pub(super) fn from_mobility(dims: [usize; 3], drained: bool, mobility: impl Fn([usize; 3]) -> f64) -> EllipticSystem {
    let mut system = EllipticSystem::closed(dims, 0);
    let strides = [1, dims[0], dims[0] * dims[1]];
    for cell in 0..system.ground.len() {
        let at = place(dims, cell);
        let own = mobility(at);
        for axis in 0..3 {
            if at[axis] + 1 < dims[axis] {
                let other = mobility(place(dims, cell + strides[axis]));
                system.face[axis][cell] = if own * other > 0.0 { 2.0 * own * other / (own + other) } else { 0.0 };
            }
            let walls = usize::from(at[axis] == 0) + usize::from(at[axis] + 1 == dims[axis]);
            system.ground[cell] += if drained { 2.0 * own * walls as f64 } else { 0.0 };
        }
    }
    system
}

/// The matrix row by row as (row, column, value) sums, cells first, then nodes; written anew from the definition.
pub(super) fn dense(system: &EllipticSystem) -> Vec<Vec<f64>> {
    let (cells, nodes) = (system.ground.len(), system.node_ground.len());
    let mut matrix = vec![vec![0.0; cells + nodes]; cells + nodes];
    let mut join = |a: usize, b: usize, conductance: f64| {
        matrix[a][a] += conductance;
        matrix[b][b] += conductance;
        matrix[a][b] -= conductance;
        matrix[b][a] -= conductance;
    };
    let strides = [1, system.dims[0], system.dims[0] * system.dims[1]];
    for axis in 0..3 {
        for cell in 0..cells {
            if place(system.dims, cell)[axis] + 1 < system.dims[axis] {
                join(cell, cell + strides[axis], system.face[axis][cell]);
            }
        }
    }
    for link in &system.links {
        join(cells + link.a as usize, cells + link.b as usize, link.conductance);
    }
    for exchange in &system.exchanges {
        join(exchange.cell as usize, cells + exchange.node as usize, exchange.conductance);
    }
    for (unknown, ground) in system.ground.iter().chain(&system.node_ground).enumerate() {
        matrix[unknown][unknown] += ground;
    }
    matrix
}

/// Gaussian elimination with partial pivoting.
pub(super) fn solve_dense(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs())).unwrap();
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..n {
            let factor = matrix[row][column] / matrix[column][column];
            if factor != 0.0 {
                for k in column..n {
                    let above = matrix[column][k];
                    matrix[row][k] -= factor * above;
                }
                let above = right[column];
                right[row] -= factor * above;
            }
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

/// What leaves through all grounds, in mm³/s.
pub(super) fn outflow(system: &EllipticSystem, pressure: &Unknowns) -> f64 {
    let grounds = system.ground.iter().chain(&system.node_ground);
    grounds.zip(pressure.cells.iter().chain(&pressure.nodes)).map(|(ground, p)| ground * p).sum()
}

/// One source of 1 mm³/s in a cell.
pub(super) fn source_in(system: &EllipticSystem, cell: usize) -> Unknowns {
    let mut right = Unknowns::zero(system.ground.len(), system.node_ground.len());
    right.cells[cell] = 1.0;
    right
}

/// Solves from zero.
pub(super) fn solve(system: &EllipticSystem, right: &Unknowns, tolerance: f64) -> (Unknowns, SolveReport) {
    let mut pressure = Unknowns::zero(system.ground.len(), system.node_ground.len());
    let mut solver = PressureSolver::new(system.dims, system.node_ground.len());
    let report = solver.solve(system, right, &mut pressure, tolerance).expect("this system has a solution");
    (pressure, report)
}

/// A random system: mobilities over six decades, holes, a random network (trees and loops) with pipes 1e-2…1e6
/// times the bone, and grounds that leave no part sealed.
pub(super) fn random(seed: u64, dims: [usize; 3], nodes: usize) -> EllipticSystem {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let cells = dims.iter().product();
    let decades = [1e-3, 1.0, 1.0, 1.0, 1e3, 0.0];
    let mobility: Vec<f64> = (0..cells).map(|_| decades[rng.random_range(0..6)] * rng.random_range(0.5..2.0)).collect();
    let mut system = from_mobility(dims, false, |[i, j, k]| mobility[i + dims[0] * (j + dims[1] * k)]);
    for cell in 0..cells {
        // Weak everywhere, so that every region has a way out, and strong in a few places.
        system.ground[cell] = mobility[cell] * if rng.random_range(0..20) == 0 { 1.0 } else { 1e-4 };
    }
    system.node_ground = (0..nodes).map(|_| if rng.random_range(0..5) == 0 { 1e3 } else { 1e-3 }).collect();
    let pipe = |rng: &mut ChaCha8Rng| [1e-2, 1.0, 1e3, 1e6][rng.random_range(0..4)];
    for node in 1..nodes as u32 {
        if rng.random_range(0..6) > 0 {
            system.links.push(PipeLink { a: rng.random_range(0..node), b: node, conductance: pipe(&mut rng) });
        }
        if node > 1 && rng.random_range(0..8) == 0 {
            system.links.push(PipeLink { a: node, b: rng.random_range(0..node), conductance: pipe(&mut rng) });
        }
    }
    for node in 0..nodes as u32 {
        for _ in 0..rng.random_range(0..5) {
            let cell = rng.random_range(0..cells as u32);
            let conductance = if mobility[cell as usize] > 0.0 { pipe(&mut rng).min(1e3) } else { 0.0 };
            system.exchanges.push(Exchange { node, cell, conductance });
        }
    }
    system
}
