//! What the pressure solver is told of the contents: only places that changed, seen ahead to the middle of the step.

use super::CementFlow;
use crate::cement::network::Contents;
use crate::solvers::SolveError;

/// A place whose fluidity or open wall has changed by less than this share since the solver last heard of it is left out
/// (our choice). The error is of the order of a viscosity's 0.5 %, does not add up, and spares the solver the plume's
/// inside, which only ages.
const COEFFICIENT_TOLERANCE: f64 = 0.005;

impl CementFlow {
    /// Hands the solver the conductances of the contents as they will be when `ahead_mm3` more has been injected along
    /// the fluxes of the last pass.
    pub(super) fn refresh_coefficients(&mut self, ahead_mm3: f64) -> Result<(), SolveError> {
        self.refresh_fluidities(ahead_mm3);
        self.refresh_network(ahead_mm3)?;
        if !self.is_laid_out {
            self.changed.clear();
            self.changed.extend(self.network.pores.lattice().each_slot());
        }
        self.handed.extend_from_slice(&self.changed);
        self.network.hand_over_cells(&mut self.changed, &self.wet, self.settings.marrow_pa_s)?;
        self.is_laid_out = true;
        Ok(())
    }

    /// Viscosity of the contents: S μ_cement + (1 − S) μ_marrow.
    fn refresh_fluidities(&mut self, ahead_mm3: f64) {
        let (marrow_pa_s, pores) = (self.settings.marrow_pa_s, &self.network.pores);
        self.changed.clear();
        for wet in self.wet.list_mut() {
            let expected = wet.cement_mm3 + wet.inflow * ahead_mm3;
            let saturation = (expected / pores.capacity_mm3(wet.place)).min(1.0);
            let fluidity = 1.0 / (saturation * f64::from(wet.cement_pa_s) + (1.0 - saturation) * marrow_pa_s);
            wet.fluidity = fluidity as f32;
            if pores.node(wet.place).is_some() {
                continue;
            }
            let free = 1.0 - saturation;
            let known = (f64::from(wet.fluidity_handed), f64::from(wet.free_handed));
            let wall_differs = pores.wall_mm3(wet.place) > 0.0 && differs(free, known.1);
            if differs(fluidity, known.0) || wall_differs {
                (wet.fluidity_handed, wet.free_handed) = (wet.fluidity, free as f32);
                self.changed.push(wet.place);
            }
        }
    }

    /// Pipes, exchanges and ways out, and the flows that outlets at another pressure than rest send in.
    pub(super) fn refresh_network(&mut self, ahead_mm3: f64) -> Result<(), SolveError> {
        let shares = self.displacement.shares();
        let openings = 0..self.state.opening_shut.len();
        let opening_mm3: Vec<f64> = openings
            .clone()
            .map(|opening| self.ledger.opening_volume_mm3(opening) + shares.openings[opening] * ahead_mm3)
            .collect();
        let opening_pa_s: Vec<f64> = openings
            .map(|opening| self.product.viscosity_pa_s(self.age_s, self.state.opening_shear_per_s[opening]))
            .collect();
        let pipes = self.network.pipes.iter().zip(&shares.veins);
        let pipe_mm3: Vec<f64> = pipes.map(|(pipe, share)| pipe.entered_mm3 + share * ahead_mm3).collect();
        let pipes = self.network.pipes.iter().zip(&self.state.pipe_rate_mm3_per_s);
        let pipe_pa_s: Vec<f64> = pipes
            .map(|(pipe, &rate_mm3_per_s)| {
                let age = if self.settings.columns_age { pipe.age_s } else { self.age_s };
                let mut flowing = pipe.clone();
                flowing.rate_mm3_per_s = rate_mm3_per_s;
                self.product.viscosity_pa_s(age, flowing.shear_rate_per_s())
            })
            .collect();
        self.network.refresh_network(&Contents {
            wet: &self.wet,
            marrow_pa_s: self.settings.marrow_pa_s,
            pipe_pa_s: &pipe_pa_s,
            pipe_mm3: &pipe_mm3,
            opening_pa_s: &opening_pa_s,
            opening_mm3: &opening_mm3,
            opening_shut: &self.state.opening_shut,
        })?;
        self.network.outlet_sources(&mut self.outlet_sources);
        Ok(())
    }

    /// Hands the solver the slots of this step once more, by what is put aside for them now.
    pub(super) fn hand_over_again(&mut self) -> Result<(), SolveError> {
        self.network.hand_over_network()?;
        let mut slots = std::mem::take(&mut self.handed);
        let handed = self.network.hand_over_cells(&mut slots, &self.wet, self.settings.marrow_pa_s);
        self.handed = slots;
        handed
    }
}

fn differs(now: f64, known: f64) -> bool {
    (now - known).abs() > COEFFICIENT_TOLERANCE * known
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn half_a_per_cent_is_let_pass_and_the_last_of_a_wall_is_not() {
        assert!(!differs(1.004, 1.0) && !differs(0.996, 1.0) && !differs(0.0, 0.0));
        assert!(differs(1.006, 1.0) && differs(0.0, 1e-6));
    }
}
