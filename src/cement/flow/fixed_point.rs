//! Shear-thinning cement as a fixed point: viscosities give a pressure, its fluxes shear rates, these viscosities.

use super::CementFlow;
use crate::cement::porous_shear::shear_factor;
use crate::cement::rheology::PowerLaw;
use crate::units::ln;
use std::f64::consts::PI;

/// Solutions are repeated until the viscosities of their own shear rates would change the tip's resistance by less than
/// this share (our choice: the viscosity of a cement is known to tens of per cent).
pub(super) const FIXED_POINT_TOLERANCE: f64 = 0.05;
/// At most so many solutions (our choice; the thinnest cement, n ≈ 0.4, gains a factor of two or more with each).
pub(super) const MOST_PASSES: usize = 4;
/// A shear rate that has changed by less than this share leaves the law's power alone: the viscosity then only ages
/// (our choice, as the coefficients' tolerance; (1 − n) of it reaches the viscosity).
const SHEAR_TOLERANCE: f64 = 0.005;

/// Solid bone's, mm²: next to nothing.
const LEAST_PERMEABILITY_MM2: f64 = 1e-12;
/// The highest shear rate reckoned with when the law's exponent drifts, 1/s.
const HIGHEST_SHEAR_PER_S: f64 = 1e4;

/// The law by which viscosities were last computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ViscosityMemory {
    /// At the last refresh.
    consistency: f64,
    /// When every place was last computed by the law.
    index: f64,
}

impl CementFlow {
    /// Viscosities by the shear rates of the last solution. Returns about how much they would change the tip's
    /// resistance, as a share: Σ w |Δμ| / μ, w being the place's share of the power lost in cement.
    pub(super) fn refresh_viscosities(&mut self) -> f64 {
        let law = self.product.power_law(self.age_s);
        let memory = &mut self.state.viscosity;
        let ageing = if memory.consistency > 0.0 { law.consistency_pa_s_n / memory.consistency } else { 1.0 };
        // The power's exponent must not drift either: n changes the viscosity by γ̇^Δn.
        let everywhere = (law.index - memory.index).abs() * ln(HIGHEST_SHEAR_PER_S) > SHEAR_TOLERANCE;
        memory.consistency = law.consistency_pa_s_n;
        if everywhere {
            memory.index = law.index;
        }
        let factor = if law.index < 1.0 { shear_factor(law.index) } else { 0.0 };
        let pores = &self.network.pores;
        let spacing = pores.grid.spacing_mm;
        let (mut lost, mut lost_change) = (0.0, 0.0);
        for wet in self.wet.list_mut() {
            let flux = f64::from(wet.throughflow_mm3_per_s);
            let (shear, resistance_per_pa_s) = match pores.node(wet.place) {
                None => {
                    // Cement is in solid bone only where it had nowhere else to go; it does not flow there.
                    let permeability = pores.permeability_mm2(0, wet.place).max(LEAST_PERMEABILITY_MM2);
                    let speed = flux / (spacing * spacing);
                    (factor * speed / (permeability * pores.porosity(wet.place)).sqrt(), 1.0 / (permeability * spacing))
                }
                Some(node) => {
                    let node = &pores.vessels.nodes[node];
                    let radius = node.radius_mm;
                    (4.0 * flux / (PI * radius * radius * radius), 2.0 / node.half_pipe_mm3())
                }
            };
            let before = f64::from(wet.cement_pa_s);
            let known = f64::from(wet.shear_per_s);
            let unchanged = known >= 0.0 && !everywhere && (shear - known).abs() <= SHEAR_TOLERANCE * known;
            let now = if self.product.is_newtonian() {
                law.consistency_pa_s_n
            } else if unchanged {
                PowerLaw::newtonian(before * ageing).limited_viscosity_pa_s(1.0)
            } else {
                wet.shear_per_s = shear as f32;
                law.limited_viscosity_pa_s(shear)
            };
            wet.cement_pa_s = now as f32;
            if wet.cement_mm3 > 0.0 && before > 0.0 {
                let saturation = wet.cement_mm3 / pores.capacity_mm3(wet.place);
                let power = saturation * flux * flux * resistance_per_pa_s;
                lost += power * before;
                lost_change += power * (now - before).abs();
            }
        }
        if lost > 0.0 { lost_change / lost } else { 0.0 }
    }

    /// Shear rates of what flows out, for the last solution.
    pub(super) fn refresh_outlet_shear(&mut self) {
        for (opening, shear) in self.state.opening_shear_per_s.iter_mut().enumerate() {
            *shear = self.network.opening_shear_per_s(opening as u32);
        }
        for (tree, rate) in self.state.pipe_rate_mm3_per_s.iter_mut().enumerate() {
            let node = self.network.pores.vessels.outlets[tree];
            let outside = self.network.pipes[tree].pressure_pa - self.network.rest_pressure_pa();
            let drop = self.network.pressure.at(self.network.node_place(node)) - outside;
            *rate = (self.network.conductances.node_ground[node as usize] * drop).max(0.0);
        }
    }
}
