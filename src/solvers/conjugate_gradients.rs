//! Conjugate gradients with flexible β (Notay, SIAM J. Sci. Comput. 22 (2000) 1444) round the multigrid cycle.

use super::elliptic::{EllipticSystem, SolveError, SolveReport, Unknowns};
use super::intake::Intake;
use super::iterate::Iterate;
use super::multigrid::Multigrid;
use super::stencil::dot;

/// Steps of conjugate gradients after which a solve is given up.
const MOST_ITERATIONS: usize = 1000;
/// Share of the tolerance at which the recursive residual is checked against the true one.
const RECURSION_MARGIN: f64 = 0.9;
/// A residual below this many roundings of `|A| |p|` cannot be improved in double precision.
const ROUNDINGS: f64 = 8.0;

/// Solver of [`EllipticSystem`]s of one size; owns every array it works in.
#[derive(Clone, Debug)]
pub struct PressureSolver {
    multigrid: Multigrid,
    intake: Intake,
    iterate: Iterate,
}

impl PressureSolver {
    /// Allocates for a grid of `dims` cells and a network of `nodes`.
    pub fn new(dims: [usize; 3], nodes: usize) -> PressureSolver {
        let multigrid = Multigrid::new(dims, nodes);
        let intake = Intake::new(&multigrid.levels[0]);
        let iterate = Iterate::new(&multigrid.levels[0]);
        PressureSolver { multigrid, intake, iterate }
    }

    /// Solves for the pressures to `‖b − A p‖ ≤ relative_tolerance · ‖b‖`.
    ///
    /// `pressure` holds a first guess and receives the solution; after an error it is as it was. Regions without a
    /// ground and inactive cells get 0. Allocates only when the network's graph differs from the last solve's.
    ///
    /// # Errors
    /// See [`SolveError`]: a source without a way out, no convergence, values or sizes that make no sense.
    pub fn solve(
        &mut self,
        system: &EllipticSystem,
        right_hand_side: &Unknowns,
        pressure: &mut Unknowns,
        relative_tolerance: f64,
    ) -> Result<SolveReport, SolveError> {
        let (dims, nodes) = (self.multigrid.levels[0].dims, self.multigrid.network.ground.len());
        if system.dims != dims || system.node_ground.len() != nodes {
            return Err(SolveError::Malformed { what: "system" });
        }
        let cells = dims.iter().product();
        system.check()?;
        right_hand_side.check("right-hand side", cells, nodes)?;
        pressure.check("pressure", cells, nodes)?;
        if cells == 0 && nodes == 0 {
            return Ok(SolveReport { iterations: 0, relative_residual: 0.0 });
        }
        self.multigrid.visits = 2;
        self.intake.load_system(system, &mut self.multigrid)?;
        self.intake.check_sources(right_hand_side, &self.multigrid.levels[0])?;

        let scale = norm(&right_hand_side.cells, &right_hand_side.nodes);
        self.iterate.load(pressure, &self.multigrid.levels[0], self.intake.sealed_nodes());
        let report = self.rounds(right_hand_side, scale, relative_tolerance).inspect_err(|_| {
            self.iterate.wipe();
            self.multigrid.wipe();
        })?;
        self.iterate.store(pressure, &self.multigrid.levels[0]);
        Ok(report)
    }

    /// Rounds of conjugate gradients until the true residual is small enough.
    fn rounds(&mut self, source: &Unknowns, scale: f64, tolerance: f64) -> Result<SolveReport, SolveError> {
        if scale == 0.0 {
            self.iterate.clear(&self.multigrid.levels[0]);
            return Ok(SolveReport { iterations: 0, relative_residual: 0.0 });
        }
        let mut residual = self.iterate.true_residual(source, &mut self.multigrid);
        if residual.is_nan() || residual > scale {
            self.iterate.clear(&self.multigrid.levels[0]);
            residual = self.iterate.true_residual(source, &mut self.multigrid);
        }
        let mut iterations = 0;
        loop {
            let relative_residual = residual / scale;
            if relative_residual <= tolerance {
                return Ok(SolveReport { iterations, relative_residual });
            }
            if iterations >= MOST_ITERATIONS {
                return Err(SolveError::NotConverged { iterations, relative_residual });
            }
            iterations += self.descend(RECURSION_MARGIN * tolerance * scale, MOST_ITERATIONS - iterations);
            let next = self.iterate.true_residual(source, &mut self.multigrid);
            // A round that gained nothing: either rounding is all that is left, or W has lost positivity.
            if next.is_nan() || next > 0.5 * residual {
                if next <= ROUNDINGS * f64::EPSILON * self.iterate.magnitude(&self.multigrid) {
                    return Ok(SolveReport { iterations, relative_residual: next / scale });
                }
                if next.is_nan() || self.multigrid.visits == 1 {
                    return Err(SolveError::NotConverged { iterations, relative_residual: next / scale });
                }
                self.multigrid.visits = 1;
            }
            residual = next;
        }
    }

    /// Conjugate gradients from the residual in place until its recursion reaches `target`; returns the steps taken.
    fn descend(&mut self, target: f64, most: usize) -> usize {
        let (mut last_energy, mut last_step) = (0.0, 0.0);
        for iteration in 0..most {
            self.multigrid.cycle();
            let (energy, with_product) = self.iterate.dots(&self.multigrid.levels[0]);
            if !(energy > 0.0 && energy.is_finite()) {
                return iteration.max(1);
            }
            // z·(r − r_old) = −step·z·q: no old residual is kept.
            let beta = if iteration == 0 { 0.0 } else { -last_step * with_product / last_energy };
            let curvature = self.iterate.turn(beta, &self.multigrid);
            if !(curvature > 0.0 && curvature.is_finite()) {
                return iteration.max(1);
            }
            (last_energy, last_step) = (energy, energy / curvature);
            if self.iterate.advance(last_step, &mut self.multigrid.levels[0]) <= target {
                return iteration + 1;
            }
        }
        most
    }
}

/// Euclidean length over cells and nodes.
fn norm(cells: &[f64], nodes: &[f64]) -> f64 {
    (dot(cells, cells) + dot(nodes, nodes)).sqrt()
}
