//! What can be read off an operation under way.

use super::action::TimedAction;
use super::injection::{Injection, TICK_S};
use super::operation::Operation;
use super::plan::Plan;
use super::record::SeriesRow;
use crate::anatomy::{Level, Patient};
use crate::geometry::{CellIndex, Field, Grid};
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

    /// Trajectories whose channels are drilled.
    pub fn drilled(&self) -> &[usize] {
        &self.drilled
    }

    /// Trajectories whose balloons are up.
    pub fn balloons_up(&self) -> &[usize] {
        &self.up
    }

    /// Cavity left by all balloons, mm³.
    pub fn cavity_mm3(&self) -> f64 {
        (0..self.inflations.len()).map(|made| self.cavity_of_mm3(made)).sum()
    }

    /// Cavity left by one inflation, mm³: where an endplate went up, its share of what the cavities have grown to.
    pub(super) fn cavity_of_mm3(&self, made: usize) -> f64 {
        let own_mm3 = self.inflations[made].1.cavity_mm3;
        let Some(restored) = &self.restored else { return own_mm3 };
        let crushed_mm3: f64 = self.inflations.iter().map(|(_, inflation)| inflation.cavity_mm3).sum();
        let grown_mm3 = restored.cavity.len() as f64 * restored.packed.grid().cell_volume_mm3();
        if crushed_mm3 > 0.0 { own_mm3 / crushed_mm3 * grown_mm3 } else { 0.0 }
    }

    /// The cement to give through each tool: its cavity's volume after a balloon (V§2 row 10), an equal share of the
    /// plan's otherwise.
    pub(super) fn planned_volumes_mm3(&self) -> Vec<f64> {
        let paths = self.plan.trajectories.len();
        let share = |total_mm3: f64| vec![total_mm3 / paths as f64; paths];
        match &self.plan.balloon {
            Some(balloon) if self.plan.inflates() && self.plan.switches.volume => match balloon.fill_mm3 {
                Some(fill_mm3) => share(fill_mm3),
                None => {
                    let of_path =
                        |path: usize| (0..self.inflations.len()).filter(move |&at| self.inflations[at].0 == path);
                    (0..paths).map(|path| of_path(path).map(|made| self.cavity_of_mm3(made)).sum()).collect()
                }
            },
            _ => share(self.plan.cement.volume_mm3),
        }
    }

    /// The patient as the balloons have left the vertebra.
    pub fn patient_now(&self) -> &Patient {
        self.restored.as_ref().map_or(self.patient, |restored| &restored.patient)
    }

    /// BV/TV on the flow grid as the balloons have left it.
    pub(super) fn bone_volume_fraction_now(&self) -> Field<f32> {
        let packed = self.inflations.last().filter(|_| self.plan.switches.cavity);
        let now = match (&self.restored, packed) {
            (Some(restored), _) => &restored.packed,
            (None, Some((_, inflation))) => &inflation.bone_volume_fraction_after,
            (None, None) => &self.bone_volume_fraction,
        };
        now.map(|fraction| fraction as f32)
    }

    /// Cells of the cavities on the flow grid.
    pub(super) fn cavity_now(&self) -> Vec<CellIndex> {
        let made = self.inflations.iter().filter(|_| self.plan.switches.cavity);
        match &self.restored {
            Some(restored) => restored.cavity.clone(),
            None => made.flat_map(|(_, inflation)| inflation.cavity.iter().copied()).collect(),
        }
    }

    /// Cells of the flow grid that balloons fill which are up.
    pub(super) fn cavities_up(&self) -> Vec<CellIndex> {
        if !self.plan.switches.cavity {
            return Vec::new();
        }
        let is_up = |made: usize| self.inflations.get(made).is_some_and(|(trajectory, _)| self.up.contains(trajectory));
        match &self.restored {
            Some(restored) => {
                let cells = restored.cavity.iter().zip(&restored.made_by);
                cells.filter(|(_, made)| is_up(**made)).map(|(&cell, _)| cell).collect()
            }
            None => {
                let inflations = self.inflations.iter().enumerate().filter(|(made, _)| is_up(*made));
                inflations.flat_map(|(_, (_, inflation))| inflation.cavity.iter().copied()).collect()
            }
        }
    }

    /// Balloons have lifted an endplate.
    pub fn was_lifted(&self) -> bool {
        self.restored.is_some()
    }

    /// How far the endplate is up and was at the most, at the place that rises most, mm; `None` without a balloon in a
    /// fracture.
    pub fn rise_mm(&self) -> Option<[f64; 2]> {
        self.restoring.as_ref().map(|(lift, peak_mm)| [lift.rise_mm, *peak_mm])
    }

    /// Grid of everything that happens in the bone (vertebra frame).
    pub fn flow_grid(&self) -> &Grid {
        self.restored.as_ref().map_or(&self.bone_volume_fraction, |restored| &restored.bone_volume_fraction).grid()
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
