//! What can be read off the cement in a patient: tallies, saturations, leaks, work done.

use super::CementFlow;
use crate::cement::domain::FlowDomain;
use crate::cement::leakage::LeakLedger;

impl CementFlow {
    /// Time integral of what left the tip, mm³.
    pub fn injected_mm3(&self) -> f64 {
        self.injected_mm3
    }

    /// Cement in bone, cavity and the veins inside the bone, summed from the fields, mm³.
    pub fn in_bone_mm3(&self) -> f64 {
        self.cement_mm3.iter().sum()
    }

    /// Cement in cells of the vertebral body, mm³.
    pub fn in_body_cells_mm3(&self) -> f64 {
        self.cement_mm3.iter().zip(&self.network.domain.in_body).filter(|(_, body)| **body).map(|(c, _)| c).sum()
    }

    /// What left, by way out.
    pub fn ledger(&self) -> &LeakLedger {
        &self.ledger
    }

    /// Mean equivalent age of the cement in the bone, s.
    pub fn age_s(&self) -> f64 {
        self.age_s
    }

    /// Cement that met a dead end and was put into the nearest free pore, mm³: an error of the pressure solution.
    pub fn stranded_mm3(&self) -> f64 {
        self.stranded_mm3
    }

    /// Pressure solutions so far, and their CG iterations.
    pub fn work(&self) -> (usize, usize) {
        (self.solves, self.iterations)
    }

    /// The pores.
    pub fn domain(&self) -> &FlowDomain {
        &self.network.domain
    }

    /// Share of each cell's pores that cement fills, 0…1.
    pub fn saturation(&self) -> Vec<f64> {
        let pores = &self.network.domain.pore_volume_mm3;
        pores
            .iter()
            .zip(&self.cement_mm3)
            .map(|(&pore, &cement)| if pore > 0.0 { cement / pore } else { 0.0 })
            .collect()
    }
}
