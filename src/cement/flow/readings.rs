//! What can be read off the cement in a patient: tallies, saturations, leaks, work done.

use super::CementFlow;
use crate::cement::leakage::LeakLedger;
use crate::cement::pores::PoreSpace;
use crate::geometry::CellIndex;

impl CementFlow {
    /// Time integral of what left the tip, mm³.
    pub fn injected_mm3(&self) -> f64 {
        self.injected_mm3
    }

    /// Cement in bone, cavity and the veins inside the bone, summed from the fields, mm³.
    pub fn in_bone_mm3(&self) -> f64 {
        self.wet.list().iter().map(|wet| wet.cement_mm3).sum()
    }

    /// Cement in cells of the vertebral body, mm³.
    pub fn in_body_cells_mm3(&self) -> f64 {
        let pores = &self.network.pores;
        let in_body = |place: u32| pores.node(place).is_none() && pores.is_body_slot(place);
        self.wet.list().iter().filter(|wet| in_body(wet.place)).map(|wet| wet.cement_mm3).sum()
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

    /// Marrow that the pressure solutions made or lost, mm³: Σ |residual| over the cells, summed over time.
    pub fn divergence_error_mm3(&self) -> f64 {
        self.divergence_error_mm3
    }

    /// Pressure solutions so far, and their CG iterations.
    pub fn work(&self) -> (usize, usize) {
        (self.state.solves, self.state.iterations)
    }

    /// The pores.
    pub fn domain(&self) -> &PoreSpace {
        &self.network.pores
    }

    /// The cells of the body that cement has reached, each with the share of its pores that it fills.
    pub fn body_cells_with_cement(&self) -> impl Iterator<Item = (CellIndex, f64)> {
        let pores = &self.network.pores;
        let in_body = |place: u32| pores.node(place).is_none() && pores.is_body_slot(place);
        let wet = self.wet.list().iter().filter(move |wet| in_body(wet.place));
        wet.map(|wet| (pores.cell_of(wet.place), wet.cement_mm3 / pores.capacity_mm3(wet.place)))
    }

    /// The cells that cement has reached, each with the cement in it, mm³.
    pub fn cement_in_cells(&self) -> impl Iterator<Item = (CellIndex, f64)> {
        let pores = &self.network.pores;
        let wet = self.wet.list().iter().filter(|wet| pores.node(wet.place).is_none());
        wet.map(|wet| (pores.cell_of(wet.place), wet.cement_mm3))
    }

    /// The nodes of the veins in the bone that cement has reached, each with the cement in it, mm³.
    pub fn cement_in_veins(&self) -> impl Iterator<Item = (usize, f64)> {
        let pores = &self.network.pores;
        self.wet.list().iter().filter_map(|wet| Some((pores.node(wet.place)?, wet.cement_mm3)))
    }

    /// Share of each cell's pores that cement fills, 0…1, on the whole grid.
    pub fn saturation(&self) -> Vec<f64> {
        let pores = &self.network.pores;
        let mut saturation = vec![0.0; pores.grid.len()];
        for wet in self.wet.list().iter().filter(|wet| pores.node(wet.place).is_none()) {
            saturation[pores.cell_of(wet.place).get()] = wet.cement_mm3 / pores.capacity_mm3(wet.place);
        }
        saturation
    }
}
