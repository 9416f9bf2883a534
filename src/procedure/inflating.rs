//! A balloon goes up through a tool and comes down again: which bone it may move, what it lifts and what it leaves.

use super::circumstances::circumstances;
use super::operation::{Operation, OperationError};
use super::restored::Restored;
use crate::anatomy::Lift;
use crate::geometry::{CellIndex, Field, Point};
use crate::mechanics::height_data::height_data;
use crate::mechanics::{InflationPlan, InflationSite, Plate, StoppedBy, greatest_rise_mm, inflate, mobility};
use std::sync::Arc;

impl Operation<'_> {
    /// The channel that the balloon goes into, to a few millimetres short of the front wall.
    pub(super) fn drill(&mut self, trajectory: usize) -> Result<(), OperationError> {
        let because = "only a balloon's cannula is drilled through";
        let channel = self.tool(trajectory, "drilling")?.placement.channel;
        channel.ok_or(OperationError::OutOfOrder { action: "drilling", because })?;
        if !self.drilled.contains(&trajectory) {
            self.drilled.push(trajectory);
        }
        Ok(())
    }

    /// The balloon crushes bone on the flow's own grid; a second balloon meets the bone that the first one packed.
    pub(super) fn inflate(&mut self, trajectory: usize, volume_mm3: f64) -> Result<(), OperationError> {
        let Some(balloon) = self.plan.balloon.as_ref() else {
            return Err(OperationError::OutOfOrder { action: "inflating", because: "the plan has no balloon" });
        };
        // A placed tool proves that the plan has this trajectory.
        let channel = self.tool(trajectory, "inflating")?.placement.channel;
        let path = &self.needles[trajectory].path;
        let because = "no channel has been made for the balloon";
        let channel = channel
            .filter(|_| self.drilled.contains(&trajectory))
            .ok_or(OperationError::OutOfOrder { action: "inflating", because })?;
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
        // Balloons that are up already hold the plate and push with this one.
        let others = before.iter().filter(|(made, _)| self.up.contains(made)).map(|(_, inflation)| inflation);
        let (risen_mm, helped_n) =
            others.fold((0.0_f64, 0.0), |(mm, n), inflation| (mm.max(inflation.rise_mm), n + inflation.thrust_n));
        let lift = self.lift_about(&channel.axis.at(0.5));
        let below = lift.as_ref().map(|(lift, _)| {
            grid.cells().map(|cell| lift.moves_wall(&wall_distance_mm.gradient(&grid.centre(cell)))).collect()
        });
        let below = below.and_then(|below| Field::from_values(grid.clone(), below));
        let plate = lift.as_ref().zip(below.as_ref()).map(|((lift, most_mm), below)| Plate {
            lift,
            below,
            mobility: mobility(self.patient.fracture.as_ref().and_then(|fracture| fracture.age_weeks)),
            risen_mm,
            most_mm: *most_mm,
            helped_n,
        });
        let site = InflationSite {
            bone_volume_fraction,
            active: &active,
            wall_distance_mm: &wall_distance_mm,
            centre: channel.axis.at(0.5),
            axis: path.direction(),
            initially_empty: &drilled,
            plate,
        };
        let plan = InflationPlan::with_device(
            balloon.device,
            volume_mm3,
            balloon.pressure_limit_pa,
            [circumstances().wall_stop_mm.value, circumstances().wall_contact_mm2.value],
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
        let (rise_mm, has_burst) =
            self.inflations.last().map_or((0.0, false), |(_, i)| (i.rise_mm, i.stopped_by == StoppedBy::Burst));
        if let Some((lift, _)) = lift {
            let rise_mm = rise_mm.max(self.restoring.as_ref().map_or(0.0, |(lift, _)| lift.rise_mm));
            self.put_plate(lift.with_rise(rise_mm));
        }
        self.up.retain(|&up| up != trajectory);
        // A balloon that has burst holds nothing.
        if has_burst {
            self.spring_back();
        } else {
            self.up.push(trajectory);
        }
        Ok(())
    }

    /// A balloon is let down and drawn out; what it lifted springs back a little, less where another is left up.
    pub(super) fn deflate(&mut self, trajectory: usize) -> Result<(), OperationError> {
        if !self.up.contains(&trajectory) {
            return Err(OperationError::OutOfOrder { action: "deflating", because: "no balloon is up there" });
        }
        self.up.retain(|&up| up != trajectory);
        self.spring_back();
        self.shut_what_is_up();
        Ok(())
    }

    /// No cement comes to where a balloon is up.
    pub(super) fn shut_what_is_up(&mut self) {
        let shut = self.cavities_up();
        if let Some(injection) = &mut self.injection {
            injection.flow.shut_cells(&shut);
        }
    }

    /// What the endplate loses when a balloon comes down: more when it was the last one. Once cement is in, nothing.
    fn spring_back(&mut self) {
        let data = height_data();
        let kept = if self.up.is_empty() { &data.kept_alone } else { &data.kept_with_prop };
        if let Some((lift, peak_mm)) = self.restoring.clone() {
            let rise_mm = (kept.value * peak_mm).min(lift.rise_mm);
            self.put_plate(lift.with_rise(rise_mm));
        }
    }

    /// How the endplate would go up about a place, and how far at most, mm; `None` without a fracture that can
    /// be opened again. A second balloon lifts what the first one did.
    fn lift_about(&self, place: &Point) -> Option<(Lift, f64)> {
        let fracture = self.patient.fracture.as_ref()?;
        let made = self.restoring.as_ref().map(|(lift, _)| lift.clone());
        let new = || Lift::of(&self.patient.vertebra.landmarks, fracture).about(place, 0.0);
        let lift = made.unwrap_or_else(new);
        let most_mm = greatest_rise_mm(fracture, &lift)?;
        (most_mm > 0.0).then_some((lift, most_mm))
    }

    /// Puts the endplate where a lift has it, and with it the bone, the cavities and all that the patient is made of.
    fn put_plate(&mut self, lift: Lift) {
        // Cement flows in the bone as it was when the first syringe was connected.
        if self.injection.is_some() {
            return;
        }
        let peak_mm = self.restoring.as_ref().map_or(lift.rise_mm, |(_, peak_mm)| peak_mm.max(lift.rise_mm));
        self.restored = (lift.rise_mm > 0.0 && self.plan.switches.cavity)
            .then(|| Restored::new(self.patient, &lift, &self.bone_volume_fraction, &self.inflations));
        if let Some(restored) = &self.restored {
            self.packed = Some(Arc::new(restored.solid_bone_moved(self.patient)));
        }
        self.restoring = Some((lift, peak_mm));
    }
}
