//! A needle on its way: set on the bone, driven along its line, drawn back.

use super::operation::{Operation, OperationError};
use crate::geometry::{Point, Vector};
use crate::instruments::{Path, Trajectory};
use crate::units;

/// A needle nearer to its entry than this stands on the bone, mm: no line is shorter.
const ON_BONE_MM: f64 = 0.05;

/// Where a needle is aimed, and how far it is in.
#[derive(Clone, Debug)]
pub struct Needle {
    /// The line; once the needle moves, its target is where the tip is.
    pub path: Trajectory,
    /// From the entry to the tip; `None` before it was brought to the bone.
    pub depth_mm: Option<f64>,
    /// Direction of the line, for a tip at the entry.
    direction: Vector,
}

impl Needle {
    /// As planned, not yet in the patient.
    pub(super) fn planned(path: &Trajectory) -> Needle {
        Needle { path: path.clone(), depth_mm: None, direction: path.direction() }
    }

    /// Direction it is driven in.
    pub fn direction(&self) -> Vector {
        self.direction
    }

    /// Where its tip is (vertebra frame), once it is at the bone.
    pub fn tip(&self) -> Option<Point> {
        self.depth_mm.map(|depth_mm| self.path.entry + self.direction * depth_mm)
    }

    /// The line from entry to tip, short of the body.
    pub(super) fn on_its_way(&self) -> Option<Path> {
        self.tip().map(|tip| Path::straight(self.path.entry, tip, self.direction))
    }
}

impl Operation<'_> {
    /// The needles, in the plan's order.
    pub fn needles(&self) -> &[Needle] {
        &self.needles
    }

    fn needle(&self, trajectory: usize, action: &'static str) -> Result<&Needle, OperationError> {
        let because = "the plan has no such trajectory";
        self.needles.get(trajectory).ok_or(OperationError::OutOfOrder { action, because })
    }

    pub(super) fn point(&mut self, trajectory: usize, entry: [f64; 3], target: [f64; 3]) -> Result<(), OperationError> {
        let needle = self.needle(trajectory, "aiming the needle")?;
        if needle.depth_mm.is_some_and(|depth_mm| depth_mm > ON_BONE_MM) {
            let because = "it is in the bone; draw it back first";
            return Err(OperationError::OutOfOrder { action: "aiming the needle", because });
        }
        let Trajectory { side, approach, cannula, curve, .. } = needle.path;
        let made = Trajectory::from_entry_and_target(side, approach, entry.into(), target.into(), cannula)?;
        let made = Trajectory { curve, ..made };
        self.needles[trajectory] = Needle { depth_mm: Some(0.0), ..Needle::planned(&made) };
        self.tools[trajectory] = None;
        self.moved();
        Ok(())
    }

    /// On (+) or back (−) along the line. A syringe that is connected goes along: then the tip must stay in bone.
    pub(super) fn slide(&mut self, trajectory: usize, by_mm: f64) -> Result<(), OperationError> {
        const ACTION: &str = "moving the needle";
        let needle = self.needle(trajectory, ACTION)?.clone();
        if !by_mm.is_finite() {
            return Err(OperationError::OutOfOrder { action: ACTION, because: "the distance is not a number" });
        }
        let depth_mm = (needle.depth_mm.unwrap_or(0.0) + by_mm).clamp(0.0, needle.path.cannula.length_mm);
        let reaches = needle.path.entry + needle.direction * depth_mm.max(ON_BONE_MM);
        let path = Trajectory { target: reaches, ..needle.path.clone() };
        // Short of the body there is nothing to tell of it yet.
        let report = path.report(&self.patient.vertebra, self.plan.tool()).ok();
        let holds_syringe = self.syringe_on == Some(trajectory);
        if let Some(injection) = self.injection.as_mut().filter(|_| holds_syringe) {
            injection.commit()?;
            injection.flow.set_port(&path.tip(), 1.2 * path.cannula.inner_radius_mm())?;
        }
        self.needles[trajectory] = Needle { path, depth_mm: Some(depth_mm), direction: needle.direction };
        self.tools[trajectory] = report;
        self.moved();
        Ok(())
    }

    pub(super) fn turn(&mut self, trajectory: usize, by_deg: f64) -> Result<(), OperationError> {
        const ACTION: &str = "turning the needle";
        let needle = self.needle(trajectory, ACTION)?;
        let because = "a straight needle gives its cement the same way however it is turned";
        let curve = needle.path.curve.ok_or(OperationError::OutOfOrder { action: ACTION, because })?;
        if self.connected.contains(&trajectory) {
            let because = "cement has been given through it";
            return Err(OperationError::OutOfOrder { action: ACTION, because });
        }
        let curve = curve.turned(curve.plane_rad + units::rad_from_deg(by_deg))?;
        let path = Trajectory { curve: Some(curve), ..needle.path.clone() };
        if self.tools[trajectory].is_some() {
            self.tools[trajectory] = Some(path.report(&self.patient.vertebra, self.plan.tool())?);
        }
        self.needles[trajectory].path = path;
        self.moved();
        Ok(())
    }
}
