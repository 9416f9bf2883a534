//! Ways out at another pressure than the bone's own: valves, and the background pressure they keep up.

use super::{CementFlow, FlowError};
use crate::solvers::SolveError;

/// While no valve moves the background changes slowly: it is solved anew once in so many solutions (our choice).
const BACKGROUND_EVERY: usize = 8;
/// The background pressure is a kPa or so: coarser than the rest will do.
const BACKGROUND_TOLERANCE: f64 = 1e-3;

impl CementFlow {
    /// The pressure that outlets keep up without any injection: solved when a valve has moved, and now and then.
    pub(super) fn refresh_background(&mut self) -> Result<(), SolveError> {
        if self.outlet_sources.is_empty() {
            self.background = None;
            return Ok(());
        }
        let is_due = self.state.background_is_stale || self.state.solves.is_multiple_of(BACKGROUND_EVERY);
        if self.background.is_some() && !is_due {
            return Ok(());
        }
        let mut background = self.background.take().unwrap_or_else(|| self.network.solver.zero_field());
        let solved = self.network.solver.solve(&self.outlet_sources, &mut background, BACKGROUND_TOLERANCE);
        self.background = Some(background);
        self.state.iterations += solved?.iterations;
        self.state.background_is_stale = false;
        Ok(())
    }

    /// A disc does not flow back into the bone: openings to a higher pressure open when the bone exceeds it.
    pub(super) fn refresh_valves(&mut self) {
        for (opening, inside) in self.network.at_openings_pa().into_iter().enumerate() {
            let outside = self.network.beyond_opening_pa(opening as u32);
            let shut = outside > 0.0 && inside <= outside;
            self.state.background_is_stale |= shut != self.state.opening_shut[opening];
            self.state.opening_shut[opening] = shut;
        }
    }

    /// Nothing can leave: the bone fills until the lowest of the shut ways out gives. An error when none is left.
    pub(super) fn open_lowest_valve(&mut self, no_outlet: FlowError) -> Result<(), FlowError> {
        let outside = |opening: &usize| self.network.beyond_opening_pa(*opening as u32);
        let shut = (0..self.state.opening_shut.len()).filter(|&opening| self.state.opening_shut[opening]);
        let lowest = shut.min_by(|a, b| outside(a).total_cmp(&outside(b))).ok_or(no_outlet)?;
        self.state.opening_shut[lowest] = false;
        self.state.background_is_stale = true;
        Ok(())
    }
}
