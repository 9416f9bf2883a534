//! One elliptic solve of a field that `benches/peers/compare.py` wrote, for comparison with other programs.
//!
//! `peer_solve FIELD N`: FIELD holds N³ conductivities (permeability ÷ viscosity) in mm²/(Pa·s) as little-endian f64,
//! x fastest, of a cube of 40 mm with p = 0 on its walls and 50 mm³/s spread over the eight cells round its centre.
//! Prints one line of JSON.

#![allow(clippy::print_stdout, reason = "the line of figures is what the program is for")]

#[path = "peer_case/mod.rs"]
mod peer_case;

use peer_case::{RATE_MM3_S, SIDE_MM, cpu_s, peak_mib, read_field, source_cells};
use std::error::Error;
use trocar::solvers::{EllipticSystem, PressureField, PressureSolver, SolveError, SolveReport, Unknowns};

/// The accuracy asked for: true residual ÷ right-hand side.
const TOLERANCE: f64 = 1e-8;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, cells_across] = &arguments[..] else { return Err("usage: peer_solve FIELD N".into()) };
    let n: usize = cells_across.parse()?;
    let system = system(n, &read_field(file, n)?);
    let mut right = Unknowns::zero(n * n * n, 0);
    source_cells(n).iter().for_each(|&cell| right.cells[cell] = RATE_MM3_S / 8.0);
    let mut solver = system.solver()?;
    let source = system.source(solver.lattice(), &right);
    let mut field = solver.zero_field();

    let start_s = cpu_s()?;
    let report = set_up_and_solve(&mut solver, &source, &mut field)?;
    let solve_s = cpu_s()? - start_s;

    let pressure = system.pressures(solver.lattice(), &field);
    let highest_pa = pressure.cells.iter().fold(0.0_f64, |highest, &p| highest.max(p));
    println!(
        r#"{{"cpu_s": {solve_s:.6}, "iterations": {}, "residual": {:.3e}, "p_max_pa": {highest_pa:.9e}, "peak_mib": {:.1}}}"#,
        report.iterations,
        report.relative_residual,
        peak_mib()?
    );
    Ok(())
}

/// What is timed: from conductances to pressures. The arrays are there, as a peer's are when its matrix is assembled;
/// all that follows from the conductances is computed anew.
fn set_up_and_solve(
    solver: &mut PressureSolver,
    source: &[(u32, f64)],
    field: &mut PressureField,
) -> Result<SolveReport, SolveError> {
    solver.forget();
    solver.prepare();
    solver.solve(source, field, TOLERANCE)
}

/// Two half cells in series between neighbours, half a cell to a wall.
fn system(n: usize, conductivity: &[f64]) -> EllipticSystem {
    let mut system = EllipticSystem::closed([n; 3], 0);
    let h = SIDE_MM / n as f64;
    for (cell, &a) in conductivity.iter().enumerate() {
        for (axis, stride) in [1, n, n * n].into_iter().enumerate() {
            let at = cell / stride % n;
            if at + 1 < n {
                let b = conductivity[cell + stride];
                system.face[axis][cell] = 2.0 * h * a * b / (a + b);
            } else {
                system.ground[cell] += 2.0 * h * a;
            }
            if at == 0 {
                system.ground[cell] += 2.0 * h * a;
            }
        }
    }
    system
}
