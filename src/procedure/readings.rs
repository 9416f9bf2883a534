//! What can be read off an operation under way.

use super::action::TimedAction;
use super::injection::{Injection, TICK_S};
use super::operation::Operation;
use super::plan::Plan;
use super::record::SeriesRow;
use crate::anatomy::Level;
use crate::geometry::Grid;
use crate::instruments::TrajectoryReport;
use crate::mechanics::Inflation;

impl<'a> Operation<'a> {
    /// What is to be done.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Seconds since the operation began.
    pub fn time_s(&self) -> f64 {
        self.tick as f64 * TICK_S
    }

    /// Ticks since the operation began.
    pub fn now(&self) -> u64 {
        self.tick
    }

    /// Everything that was done, with its tick.
    pub fn actions(&self) -> &[TimedAction] {
        &self.actions
    }

    /// The cement on its way, once a syringe is connected.
    pub fn injection(&self) -> Option<&Injection> {
        self.injection.as_ref()
    }

    /// Equivalent age of the cement, s, once it is mixed.
    pub fn cement_age_s(&self) -> Option<f64> {
        let in_syringe = |mixed_at: u64| {
            let ageing = self.plan.cement.product.ageing_rate(self.plan.cement.room_temperature_c);
            (self.tick - mixed_at) as f64 * TICK_S * ageing
        };
        self.injection.as_ref().map(Injection::age_s).or(self.mixed_at.map(in_syringe))
    }

    /// Seconds since powder met liquid.
    pub fn mixed_s(&self) -> Option<f64> {
        self.mixed_at.map(|mixed_at| (self.tick - mixed_at) as f64 * TICK_S)
    }

    /// Rate that the hand gives the plunger, mm³/s.
    pub fn commanded_mm3_per_s(&self) -> f64 {
        self.commanded_mm3_per_s
    }

    /// Whether the operation is over.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// What is told of the tools that reach the body, path by path.
    pub fn tools(&self) -> &[Option<TrajectoryReport>] {
        &self.tools
    }

    /// The tool that the syringe is on.
    pub fn syringe_on(&self) -> Option<usize> {
        self.syringe_on
    }

    /// The level that was written down.
    pub fn level_recorded(&self) -> Option<Level> {
        self.level_recorded
    }

    /// The cement that was planned for all tools, mm³.
    pub fn planned_mm3(&self) -> f64 {
        self.planned_volumes_mm3().iter().sum()
    }

    /// Why the injection ended, once it has.
    pub fn stopped_by(&self) -> Option<&str> {
        self.record.stopped_by.as_deref()
    }

    /// Inflations so far, with the trajectory of each.
    pub fn inflations(&self) -> &[(usize, Inflation)] {
        &self.inflations
    }

    /// Cavity left by all balloons, mm³.
    pub fn cavity_mm3(&self) -> f64 {
        self.inflations.iter().map(|(_, inflation)| inflation.cavity_mm3).sum()
    }

    /// Grid of everything that happens in the bone (vertebra frame).
    pub fn flow_grid(&self) -> &Grid {
        self.bone_volume_fraction.grid()
    }

    /// The series of the injection so far, one row a second.
    pub fn series(&self) -> &[SeriesRow] {
        &self.record.series
    }

    /// The series of the injection, one row a second.
    pub fn into_series(self) -> Vec<SeriesRow> {
        self.record.series
    }
}
