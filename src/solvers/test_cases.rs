//! Systems to try the solver on, and checks shared by the tests.

use super::{EllipticSystem, Exchange, PipeLink, SolveError, SolveReport, Unknowns};
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
                system.face[axis][cell] =
                    if own * other > 0.0 { rounded(2.0 * own * other / (own + other)) } else { 0.0 };
            }
            let walls = usize::from(at[axis] == 0) + usize::from(at[axis] + 1 == dims[axis]);
            system.ground[cell] += if drained { 2.0 * own * walls as f64 } else { 0.0 };
        }
        system.ground[cell] = rounded(system.ground[cell]);
    }
    system
}

/// What leaves through all grounds, in mm³/s.
pub(super) fn outflow(system: &EllipticSystem, pressure: &Unknowns) -> f64 {
    let grounds = system.ground.iter().chain(&system.node_ground);
    grounds.zip(pressure.cells.iter().chain(&pressure.nodes)).map(|(ground, p)| ground * p).sum()
}

/// ‖b − A p‖ ÷ ‖b‖ in double precision, every flow as conductance × difference of pressure.
pub(super) fn true_residual(system: &EllipticSystem, right: &Unknowns, pressure: &Unknowns) -> f64 {
    let (cells, strides) = (system.ground.len(), [1, system.dims[0], system.dims[0] * system.dims[1]]);
    let p = [pressure.cells.clone(), pressure.nodes.clone()].concat();
    let b = [right.cells.clone(), right.nodes.clone()].concat();
    let grounds = system.ground.iter().chain(&system.node_ground);
    let mut residual: Vec<f64> = grounds.zip(&b).zip(&p).map(|((ground, b), p)| b - ground * p).collect();
    let mut flow = |from: usize, to: usize, conductance: f64| {
        let flow = conductance * (p[from] - p[to]);
        residual[from] -= flow;
        residual[to] += flow;
    };
    for axis in 0..3 {
        for cell in (0..cells).filter(|&cell| system.face[axis][cell] > 0.0) {
            flow(cell, cell + strides[axis], system.face[axis][cell]);
        }
    }
    system.links.iter().for_each(|l| flow(cells + l.a as usize, cells + l.b as usize, l.conductance));
    system.exchanges.iter().for_each(|e| flow(e.cell as usize, cells + e.node as usize, e.conductance));
    let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    length(&residual) / length(&b)
}

/// One source of 1 mm³/s in a cell.
pub(super) fn source_in(system: &EllipticSystem, cell: usize) -> Unknowns {
    let mut right = Unknowns::zero(system.ground.len(), system.node_ground.len());
    right.cells[cell] = 1.0;
    right
}

/// Solves from zero.
pub(super) fn solve(system: &EllipticSystem, right: &Unknowns, tolerance: f64) -> (Unknowns, SolveReport) {
    try_solve(system, right, tolerance).expect("this system has a solution")
}

/// Solves from zero, or says why not.
pub(super) fn try_solve(
    system: &EllipticSystem,
    right: &Unknowns,
    tolerance: f64,
) -> Result<(Unknowns, SolveReport), SolveError> {
    let mut solver = system.solver()?;
    let mut field = solver.zero_field();
    let source = system.source(solver.lattice(), right);
    let report = solver.solve(&source, &mut field, tolerance)?;
    Ok((system.pressures(solver.lattice(), &field), report))
}

/// The nearest number that the solver can hold.
pub(super) fn rounded(conductance: f64) -> f64 {
    f64::from(conductance as f32)
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
        system.ground[cell] = rounded(mobility[cell] * if rng.random_range(0..20) == 0 { 1.0 } else { 1e-4 });
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
