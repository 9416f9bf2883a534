//! A balloon goes up through a tool: which bone it may move, and what it leaves.

use super::circumstances::circumstances;
use super::operation::{Operation, OperationError};
use crate::geometry::{CellIndex, Field};
use crate::mechanics::{InflationPlan, InflationSite, inflate};
use std::sync::Arc;

impl Operation<'_> {
    /// The balloon crushes bone on the flow's own grid; a second balloon meets the bone that the first one packed.
    pub(super) fn inflate(&mut self, trajectory: usize, volume_mm3: f64) -> Result<(), OperationError> {
        let Some(balloon) = self.plan.balloon.as_ref() else {
            return Err(OperationError::OutOfOrder { action: "inflating", because: "the plan has no balloon" });
        };
        // A placed tool proves that the plan has this trajectory.
        let channel = self.tool(trajectory, "inflating")?.placement.channel;
        let path = &self.needles[trajectory].path;
        let because = "no channel has been made for the balloon";
        let channel = channel.ok_or(OperationError::OutOfOrder { action: "inflating", because })?;
        let vertebra = &self.patient.vertebra;
        if self.injection.is_some() {
            let because = "cement is in the bone";
            return Err(OperationError::OutOfOrder { action: "inflating", because });
        }
        // The same balloon further: it goes up again from where it began, which leads through where it is.
        let again = self.inflations.last().is_some_and(|(made, _)| *made == trajectory);
        let before = &self.inflations[..self.inflations.len() - usize::from(again)];
        let bone_volume_fraction =
            before.last().map_or(&self.bone_volume_fraction, |(_, i)| &i.bone_volume_fraction_after);
        let grid = bone_volume_fraction.grid().clone();
        let taken: std::collections::BTreeSet<CellIndex> =
            before.iter().flat_map(|(_, inflation)| inflation.cavity.iter().copied()).collect();
        let wall_distance_mm =
            Field::from_fn(grid.clone(), |p| -vertebra.body.sample(&p).max(vertebra.bone.sample(&p)));
        let drilled: Vec<CellIndex> =
            grid.cells().filter(|&c| channel.signed_distance_mm(&grid.centre(c)) < 0.0).collect();
        let mut active = wall_distance_mm.map(|depth| depth > 0.0);
        taken.iter().for_each(|&cell| active[cell] = false);
        let site = InflationSite {
            bone_volume_fraction,
            active: &active,
            wall_distance_mm: &wall_distance_mm,
            centre: channel.axis.at(0.5),
            axis: path.direction(),
            initially_empty: &drilled,
        };
        let plan = InflationPlan::with_device(
            balloon.device,
            volume_mm3,
            balloon.pressure_limit_pa,
            circumstances().wall_stop_mm.value,
        );
        let inflation = inflate(&site, &plan)?;
        if inflation.cavity.is_empty() && balloon.fill_mm3.is_none() {
            return Err(OperationError::NoCavity { stopped_by: inflation.stopped_by.name() });
        }
        let after = &inflation.bone_volume_fraction_after;
        let gained = after.values().iter().zip(self.bone_volume_fraction.values()).map(|(a, b)| (a - b) as f32);
        self.packed = Field::from_values(after.grid().clone(), gained.collect()).map(Arc::new);
        if again {
            self.inflations.pop();
        }
        self.inflations.push((trajectory, inflation));
        Ok(())
    }
}
