//! Viscosities and shear rates of the cement in pores, veins, openings and outside pipes.

use super::CementFlow;
use crate::cement::porous_shear::shear_factor;

impl CementFlow {
    pub(super) fn refresh_viscosities(&mut self) {
        for (place, &cement) in self.cement_mm3.iter().enumerate() {
            if cement > 0.0 {
                self.cement_pa_s[place] = self.product.viscosity_pa_s(self.age_s, self.shear_per_s[place]);
            }
        }
    }

    /// Shear rates where there is cement, from the fluxes of the last solution.
    pub(super) fn refresh_shear(&mut self) {
        if self.product.is_newtonian() {
            return;
        }
        let factor = shear_factor(self.product.power_law(self.age_s).index);
        let cells = self.network.pressure.cells.len();
        let area = self.network.domain.grid.spacing_mm * self.network.domain.grid.spacing_mm;
        let mut outflows = Vec::with_capacity(16);
        for place in 0..self.cement_mm3.len() {
            if self.cement_mm3[place] <= 0.0 {
                continue;
            }
            self.network.outflows(place as u32, &mut outflows);
            let flux: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
            self.shear_per_s[place] = if place < cells {
                let permeability = self.network.domain.permeability_mm2[0][place];
                factor * flux / area / (permeability * self.network.domain.porosity[place]).sqrt()
            } else {
                let radius = self.network.domain.vessels.nodes[place - cells].radius_mm;
                4.0 * flux / (std::f64::consts::PI * radius * radius * radius)
            };
        }
        let rest = self.network.rest_pressure_pa();
        for (opening, shear) in self.opening_shear_per_s.iter_mut().enumerate() {
            *shear = self.network.opening_shear_per_s(opening as u32, rest);
        }
        for (tree, pipe) in self.network.pipes.iter_mut().enumerate() {
            let node = self.network.domain.vessels.outlets[tree] as usize;
            pipe.rate_mm3_per_s = (self.network.system.node_ground[node] * self.network.pressure.nodes[node]).max(0.0);
        }
    }
}
