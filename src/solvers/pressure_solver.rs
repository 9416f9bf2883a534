//! The solver of `div(λ ∇p) = −q`: conductances in, pressures out, kept from one time step to the next.

use super::conjugate_gradients::{Descent, Step};
use super::double_precision::DoubleDescent;
use super::elliptic::{SolveError, SolveReport};
use super::lattice::Lattice;
use super::multigrid::Multigrid;
use super::network::Network;
use super::pockets::PATIENCE;
use super::pressure_field::PressureField;
use super::regions::Regions;
use std::sync::Arc;

/// Steps of conjugate gradients after which a solve is given up.
const MOST_ITERATIONS: usize = 1000;
/// Share of the tolerance at which the residual by recursion is checked against the true one.
const RECURSION_MARGIN: f64 = 0.9;
/// The residual is recomputed in double precision whenever the recursion, in single precision, says it fell by this.
const TRUSTED_FALL: f64 = 1e-3;
/// Down to this tolerance the residual by recursion is taken at its word.
const LOOSE: f64 = 1e-4;
/// Search directions are forgotten when the true residual is so many times that of the recursion.
const DRIFT: f64 = 2.0;
/// A round whose residual grew by this has gone astray, and one that kept more than this share of it was in vain.
const DIVERGED: f64 = 10.0;
const LEAST_FALL: f64 = 0.5;
/// Steps in single precision after which double precision takes over.
const MOST_SINGLE: usize = 60;
/// A residual below this many roundings of `|A| |p|` cannot be improved in double precision.
const ROUNDINGS: f64 = 8.0;
/// When more than one in so many cells changed, all coarse grids are rebuilt.
const REBUILD_SHARE: usize = 8;

/// Pipes between nodes, and exchanges between nodes and cells; their conductances are set apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipeGraph {
    /// Nodes of the network.
    pub nodes: usize,
    /// Both ends of each pipe.
    pub links: Vec<(u32, u32)>,
    /// Node and slot of each exchange.
    pub exchanges: Vec<(u32, u32)>,
}

/// Solver for one lattice and one network; owns every array it works in, and allocates
/// none while it solves, unless single precision fails.
#[derive(Clone, Debug)]
pub struct PressureSolver {
    pub(super) lattice: Arc<Lattice>,
    pub(super) multigrid: Multigrid,
    descent: Descent,
    pub(super) regions: Regions,
    /// Slots that own a changed face or ground, each once; all of them if `all_changed`.
    pub(super) changed: Vec<u32>,
    pub(super) is_changed: Vec<bool>,
    pub(super) all_changed: bool,
    pub(super) network_changed: bool,
}

impl PressureSolver {
    /// A solver with everything closed, for a graph whose ends are nodes and slots that there are.
    pub fn new(lattice: Arc<Lattice>, graph: &PipeGraph) -> PressureSolver {
        let network = Network::new(graph.nodes, &graph.links);
        let multigrid = Multigrid::new(lattice.clone(), network, graph.exchanges.clone());
        PressureSolver {
            descent: Descent::new(&multigrid.levels[0]),
            regions: Regions::new(lattice.slots() + graph.nodes),
            changed: Vec::new(),
            is_changed: vec![false; lattice.slots()],
            all_changed: true,
            network_changed: true,
            multigrid,
            lattice,
        }
    }

    /// Where the cells lie.
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// Pressures of 0.
    pub fn zero_field(&self) -> PressureField {
        PressureField::new(self.lattice.clone(), self.multigrid.network.ground.len())
    }

    /// Solves for the pressures to `‖b − A p‖ ≤ tolerance · ‖b‖`.
    ///
    /// `source` lists places with what enters there in mm³/s (ground · fixed pressure included), each at most once. `field`
    /// holds a first guess and receives the solution; after an error it is zero. Places without a way out get 0.
    ///
    /// # Errors
    /// See [`SolveError`]: a source without a way out, no convergence, a value that is not finite.
    pub fn solve(
        &mut self,
        source: &[(u32, f64)],
        field: &mut PressureField,
        tolerance: f64,
    ) -> Result<SolveReport, SolveError> {
        self.refresh();
        self.check_source(source)?;
        if self.regions.any_sealed {
            self.clear_sealed(field);
        }
        let scale = source.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        if scale == 0.0 {
            field.clear();
            return Ok(SolveReport { iterations: 0, relative_residual: 0.0, divergence_mm3_per_s: 0.0 });
        }
        self.multigrid.visits = 2;
        self.multigrid.pockets.forget();
        self.iterate(source, scale, field, tolerance).inspect_err(|_| {
            self.descent.wipe();
            self.multigrid.wipe();
            field.clear();
        })
    }

    /// Rounds of conjugate gradients in single precision until the true residual is small enough; should they fail, in
    /// double precision.
    fn iterate(
        &mut self,
        source: &[(u32, f64)],
        scale: f64,
        field: &mut PressureField,
        tolerance: f64,
    ) -> Result<SolveReport, SolveError> {
        let mut residual = self.descent.defect(source, scale, field, &mut self.multigrid);
        if residual.is_nan() || residual > 1.0 {
            field.clear();
            residual = self.descent.defect(source, scale, field, &mut self.multigrid);
        }
        let mut iterations = 0;
        self.descent.restart();
        while residual > tolerance {
            let target = (RECURSION_MARGIN * tolerance).max(TRUSTED_FALL * residual);
            let mut recursion = residual;
            let (mut is_lost, mut is_slow) = (false, false);
            while recursion > target && !is_lost && !is_slow {
                if iterations == PATIENCE {
                    self.multigrid.pockets.find_all(&self.multigrid.levels[0], &mut self.is_changed);
                }
                iterations += 1;
                match self.descent.step(&mut self.multigrid) {
                    Step::Residual(length) if length < DIVERGED * residual => recursion = length,
                    _ => is_lost = true,
                }
                is_slow = iterations > MOST_SINGLE;
            }
            if is_lost {
                self.descent.wipe();
            } else {
                self.descent.give_to(field, scale, &self.multigrid.levels[0]);
            }
            if !is_lost && recursion <= tolerance && tolerance >= LOOSE && recursion >= TRUSTED_FALL * residual {
                // So little has fallen that single precision knows it.
                return Ok(self.report(scale, iterations, recursion));
            }
            let next = self.descent.defect(source, scale, field, &mut self.multigrid);
            if is_lost || next.is_nan() || next > LEAST_FALL * residual || (is_slow && next > tolerance) {
                return self.rescue(source, scale, field, tolerance, iterations);
            }
            if next > DRIFT * recursion {
                self.descent.restart();
            }
            residual = next;
        }
        Ok(self.report(scale, iterations, residual))
    }

    /// Goes on in double precision: where conductances differ so much that single precision cannot tell pressures apart.
    fn rescue(
        &mut self,
        source: &[(u32, f64)],
        scale: f64,
        field: &mut PressureField,
        tolerance: f64,
        mut iterations: usize,
    ) -> Result<SolveReport, SolveError> {
        let mut double = DoubleDescent::new(&self.multigrid.levels[0]);
        self.multigrid.pockets.find_all(&self.multigrid.levels[0], &mut self.is_changed);
        let mut best = f64::INFINITY;
        loop {
            let residual = double.start(source, scale, field, &self.multigrid);
            if residual <= tolerance {
                return Ok(self.report(scale, iterations, residual));
            }
            if residual.is_nan() || residual > 0.5 * best {
                // A round that gained nothing: either rounding is all that is left, or W has lost positivity.
                let rounding = f64::EPSILON * self.descent.rounding_scale(field, &self.multigrid) / scale;
                if residual <= ROUNDINGS * rounding {
                    return Ok(self.report(scale, iterations, residual));
                }
                if residual.is_nan() || self.multigrid.visits == 1 {
                    return Err(SolveError::NotConverged { iterations, relative_residual: residual });
                }
                self.multigrid.visits = 1;
            }
            if iterations > MOST_ITERATIONS {
                return Err(SolveError::NotConverged { iterations, relative_residual: residual });
            }
            best = residual.min(best);
            iterations += double.descend(RECURSION_MARGIN * tolerance, &mut self.multigrid, field, scale);
        }
    }

    fn report(&mut self, scale: f64, iterations: usize, relative_residual: f64) -> SolveReport {
        let divergence_mm3_per_s = scale * self.descent.divergence(&self.multigrid.levels[0]);
        SolveReport { iterations, relative_residual, divergence_mm3_per_s }
    }

    /// Marks all conductances as changed, so that the next solve sets everything up anew: for measurements.
    pub fn forget(&mut self) {
        self.all_changed = true;
    }

    /// Carries changed conductances to everything that follows from them; [`PressureSolver::solve`] does it by itself.
    pub fn prepare(&mut self) {
        self.refresh();
    }

    #[cfg(test)]
    pub(super) fn multigrid_mut(&mut self) -> &mut Multigrid {
        &mut self.multigrid
    }

    fn refresh(&mut self) {
        let is_all = self.all_changed || self.changed.len() * REBUILD_SHARE > self.lattice.slots();
        if !is_all && self.changed.is_empty() && !self.network_changed {
            return;
        }
        self.changed.iter().for_each(|&slot| self.is_changed[slot as usize] = false);
        if is_all {
            self.multigrid.rebuild();
        } else {
            self.multigrid.refresh(&mut self.changed, &mut self.is_changed);
        }
        self.changed.clear();
        (self.all_changed, self.network_changed) = (false, false);
        if self.regions.is_stale {
            let was_sealed = self.regions.any_sealed;
            self.regions.find(&self.multigrid.levels[0], &self.multigrid.network);
            if was_sealed && !is_all {
                self.multigrid.rebuild();
            }
        }
        if self.regions.any_sealed {
            let level = &mut self.multigrid.levels[0];
            for slot in self.lattice.each_slot().filter(|&slot| self.regions.is_sealed(slot)) {
                let spot = self.lattice.spot(slot);
                level.inverse_diagonal[spot.colour][spot.pair] = 0.0;
            }
        }
    }

    /// Checks that what enters is finite and has a way out.
    fn check_source(&self, source: &[(u32, f64)]) -> Result<(), SolveError> {
        let places = self.lattice.slots() + self.multigrid.network.ground.len();
        for &(place, value) in source {
            if place as usize >= places {
                return Err(SolveError::Malformed { what: "source" });
            }
            if !value.is_finite() {
                return Err(SolveError::NotFinite { quantity: "source", place });
            }
            if value != 0.0 && self.regions.is_sealed(place) {
                return Err(SolveError::NoOutlet { place });
            }
        }
        Ok(())
    }

    fn clear_sealed(&self, field: &mut PressureField) {
        let slots = self.lattice.slots() as u32;
        for slot in self.lattice.each_slot().filter(|&slot| self.regions.is_sealed(slot)) {
            let spot = self.lattice.spot(slot);
            field.cells[spot.colour][spot.pair] = 0.0;
        }
        for (node, pressure) in field.nodes.iter_mut().enumerate() {
            *pressure = if self.regions.is_sealed(slots + node as u32) { 0.0 } else { *pressure };
        }
    }
}
