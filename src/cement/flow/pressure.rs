//! One pressure solution of a flow step: conductances, valves, the part of the rate and the background.

use super::{CementFlow, FlowError};
use crate::cement::delivery::BoneResponse;
use crate::cement::network::Fluids;
use crate::solvers::{SolveError, Unknowns};

/// A rate that differs by more than this share is a jump (our choice).
const RATE_DRIFT: f64 = 0.1;
/// While no valve moves the background changes slowly: it is solved anew once in so many solutions (our choice).
const BACKGROUND_EVERY: usize = 8;
/// The background pressure is a kPa or so: coarser than the rest will do.
const BACKGROUND_TOLERANCE: f64 = 1e-3;

impl CementFlow {
    /// Solves the pressure for a rate and says how the bone answers, and how much may be injected before the next
    /// solution, mm³. Shear rates are those of the last solution; when the rate jumps, a second solution follows the
    /// first with its shear rates.
    pub fn begin_step(&mut self, rate_mm3_per_s: f64, at_s: f64) -> Result<(BoneResponse, f64), FlowError> {
        let drift = (rate_mm3_per_s / self.last_rate_mm3_per_s - 1.0).abs();
        let is_new_rate = drift.is_nan() || drift > RATE_DRIFT;
        let passes = if is_new_rate && !self.product.is_newtonian() { 2 } else { 1 };
        for _ in 0..passes {
            self.refresh_conductances()?;
            self.solve(rate_mm3_per_s, at_s)?;
            self.refresh_shear();
        }
        let rest = self.network.rest_pressure_pa();
        self.refresh_valves(rest);
        let at_tip = |pressure: &Unknowns| {
            self.port.iter().map(|&(cell, share)| share * pressure.cells[cell as usize]).sum::<f64>()
        };
        let (background, total) = (at_tip(&self.background), at_tip(&self.network.pressure));
        let response = BoneResponse {
            rest_pressure_pa: rest + background,
            resistance_pa_s_per_mm3: (total - background).max(0.0) / rate_mm3_per_s,
        };
        let front = self.displacement.front_volume_mm3(&self.network, &self.port, &self.cement_mm3);
        Ok((response, front.unwrap_or(f64::INFINITY).min(self.settings.largest_step_mm3)))
    }

    /// Conductances for what the places hold now.
    fn refresh_conductances(&mut self) -> Result<(), FlowError> {
        self.refresh_viscosities();
        let openings = 0..self.opening_shut.len();
        let opening_mm3: Vec<f64> = openings.clone().map(|opening| self.ledger.opening_volume_mm3(opening)).collect();
        let opening_pa_s: Vec<f64> = openings
            .map(|opening| self.product.viscosity_pa_s(self.age_s, self.opening_shear_per_s[opening]))
            .collect();
        let pipe_pa_s: Vec<f64> = self
            .network
            .pipes
            .iter()
            .map(|pipe| {
                let age = if self.settings.columns_age { pipe.age_s } else { self.age_s };
                self.product.viscosity_pa_s(age, pipe.shear_rate_per_s())
            })
            .collect();
        let rest = self.network.rest_pressure_pa();
        loop {
            let fluids = Fluids {
                cement_mm3: &self.cement_mm3,
                cement_pa_s: &self.cement_pa_s,
                marrow_pa_s: self.settings.marrow_pa_s,
                pipe_pa_s: &pipe_pa_s,
                opening_pa_s: &opening_pa_s,
                opening_mm3: &opening_mm3,
                opening_shut: &self.opening_shut,
            };
            self.network.refresh(&fluids, rest, &mut self.outlet_part);
            if self.network.outlet_conductance() > 0.0 {
                return Ok(());
            }
            // All ways out lead to a higher pressure: the bone fills until the lowest of them gives.
            let outside = |opening: usize| self.network.domain.openings[opening].opening.outside_pressure_pa;
            let shut = (0..self.opening_shut.len()).filter(|&opening| self.opening_shut[opening]);
            let Some(lowest) = shut.min_by(|&a, &b| outside(a).total_cmp(&outside(b))) else {
                return Err(FlowError::NoOutlet);
            };
            self.opening_shut[lowest] = false;
            self.background_is_stale = true;
        }
    }

    /// The pressure is affine in the rate: a background that outlets at another pressure than rest keep up, and a part
    /// in proportion to the rate. Each solution starts from the last one.
    fn solve(&mut self, rate_mm3_per_s: f64, at_s: f64) -> Result<(), FlowError> {
        let tolerance = self.settings.tolerance;
        let failed = |source| match source {
            SolveError::NoOutlet { .. } => FlowError::NoOutlet,
            source => FlowError::Pressure { at_s, source },
        };
        let pressure = &mut self.network.pressure;
        let factor = if self.last_rate_mm3_per_s > 0.0 { rate_mm3_per_s / self.last_rate_mm3_per_s } else { 1.0 };
        scale_about(&mut pressure.cells, &self.background.cells, factor);
        scale_about(&mut pressure.nodes, &self.background.nodes, factor);
        self.last_rate_mm3_per_s = rate_mm3_per_s;
        if self.background_is_stale || self.solves.is_multiple_of(BACKGROUND_EVERY) {
            let report = self
                .solver
                .solve(&self.network.system, &self.outlet_part, &mut self.background, BACKGROUND_TOLERANCE)
                .map_err(failed)?;
            self.iterations += report.iterations;
            self.background_is_stale = false;
        }
        self.right_hand_side.clone_from(&self.outlet_part);
        for &(cell, share) in &self.port {
            self.right_hand_side.cells[cell as usize] += share * rate_mm3_per_s;
        }
        let report = self
            .solver
            .solve(&self.network.system, &self.right_hand_side, &mut self.network.pressure, tolerance)
            .map_err(failed)?;
        self.solves += 1;
        self.iterations += report.iterations;
        Ok(())
    }

    /// A disc does not flow back into the bone: openings to a higher pressure open when the bone exceeds it.
    fn refresh_valves(&mut self, rest_pressure_pa: f64) {
        for (index, way) in self.network.domain.openings.iter().enumerate() {
            let outside = way.opening.outside_pressure_pa - rest_pressure_pa;
            let inside: f64 = way.cells.iter().map(|&(cell, s)| s * self.network.pressure.cells[cell.get()]).sum();
            let shut = outside > 0.0 && inside <= outside;
            self.background_is_stale |= shut != self.opening_shut[index];
            self.opening_shut[index] = shut;
        }
    }
}

/// `values` moved away from `centre`, or towards it, by a factor.
fn scale_about(values: &mut [f64], centre: &[f64], factor: f64) {
    if factor != 1.0 {
        values.iter_mut().zip(centre).for_each(|(value, centre)| *value = centre + (*value - centre) * factor);
    }
}
