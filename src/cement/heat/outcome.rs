//! What the cure's heat did: peaks, damage, a course to plot, and where the heat went.

use crate::geometry::Point;

/// The hottest that a place became.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatPeak {
    /// °C.
    pub temperature_c: f64,
    /// Since the start, s.
    pub time_s: f64,
    /// Centre of the cell, mm.
    pub place_mm: Point,
}

/// Heat where nerves run; cells that are half or more cement are not among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeuralHeat {
    /// The hottest.
    pub peak: HeatPeak,
    /// Greatest thermal dose of any cell, min at 43 °C.
    pub cem43_min: f64,
    /// Centre of that cell, mm.
    pub cem43_place_mm: Point,
}

/// Bone that was at 47 °C or more for a minute or more, mm³, with its marrow and without cement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DeadBone {
    /// In cells less than half full of cement.
    pub round_cement_mm3: f64,
    /// In the others: trabeculae within the cement.
    pub within_cement_mm3: f64,
}

/// When the interface was last at 47 °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cooling {
    /// It never was.
    NeverHot,
    /// Cooler from then on, s.
    At(f64),
    /// It was so at the end.
    StillHot,
}

/// A moment of the course. What is not there has no temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatMoment {
    /// Since the start, s.
    pub time_s: f64,
    /// Hottest of the interface, °C.
    pub interface_c: Option<f64>,
    /// Hottest of the canal, °C.
    pub canal_c: Option<f64>,
    /// Hottest of the foramina, °C.
    pub foramen_c: Option<f64>,
    /// Middle of the cement, °C.
    pub centre_c: Option<f64>,
}

/// Where the heat went, J.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnergyBalance {
    /// Given off by the cure.
    pub released_j: f64,
    /// Still there above the start.
    pub stored_j: f64,
    /// Out through the edge.
    pub edge_j: f64,
    /// Out with the blood.
    pub blood_j: f64,
}

impl EnergyBalance {
    /// What is unaccounted for, ÷ the heat released or, without any, ÷ what passed the edge and the blood.
    pub fn imbalance(&self) -> f64 {
        let rest = self.released_j - self.stored_j - self.edge_j - self.blood_j;
        let passed = self.released_j.max(self.edge_j.abs() + self.blood_j.abs());
        if rest == 0.0 { 0.0 } else { rest.abs() / passed }
    }
}

/// All that a heat calculation tells.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatOutcome {
    /// Hottest of the interface: bone less than half full that touches a cell at least half full of cement. Cells' means: on a
    /// finer grid they lie nearer to the cement.
    pub interface: Option<HeatPeak>,
    /// Hottest anywhere in cells at least half full.
    pub cement: Option<HeatPeak>,
    /// Of such cells the one nearest to the centroid of the cement in the bone.
    pub centre: Option<HeatPeak>,
    /// Spinal canal.
    pub canal: Option<NeuralHeat>,
    /// Foramina.
    pub foramen: Option<NeuralHeat>,
    /// Eriksson's bone.
    pub dead_bone: DeadBone,
    /// When the interface cooled.
    pub cooling: Cooling,
    /// At the start, the end and in between wherever something has changed by a degree or a hundredth of the time has passed.
    pub course: Vec<HeatMoment>,
    /// Where the heat went.
    pub energy: EnergyBalance,
    /// Cement with its heat, mm³.
    pub cement_mm3: f64,
    /// Leaked cement beyond the grid, or where there was no room, mm³: its heat is left out.
    pub left_out_mm3: f64,
    /// Cells.
    pub cells: usize,
    /// Steps in time.
    pub steps: usize,
    /// Iterations of the solver in all.
    pub iterations: usize,
}
