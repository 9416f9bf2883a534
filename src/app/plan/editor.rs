//! The paths being edited: one or two, one of them chosen; every edit is a named step that can be undone.

use super::line;
use super::refused::Refused;
use crate::anatomy::{Patient, Side};
use crate::geometry::Point;
use crate::instruments::{Cannula, PedicleOffsets, Trajectory};
use crate::planning::Sides;
use std::sync::Arc;

/// What an edit is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Key of its words.
    pub word: &'static str,
    /// Of which path; `None`: of the whole plan.
    pub side: Option<Side>,
}

/// A change of one path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// Entry brought over a place; the target stays.
    Entry(Point),
    /// Entry moved to the left and towards the head, mm; the target stays.
    MoveEntry {
        /// To the patient's left.
        left_mm: f64,
        /// Towards the head.
        up_mm: f64,
    },
    /// Target brought to a place; the entry stays.
    Target(Point),
    /// Turned about the entry to convergence and cranio-caudal angle, degrees.
    Angles([f64; 2]),
    /// Turned about the entry by these, degrees.
    Turn([f64; 2]),
    /// As long as this along its axis, mm.
    Depth(f64),
    /// Longer by this, mm.
    Deepen(f64),
    /// Laid along the pedicle's axis.
    Snap,
}

impl Edit {
    /// Key of what it is called.
    pub fn word(&self) -> &'static str {
        match self {
            Edit::Entry(_) | Edit::MoveEntry { .. } => "plan-step-entry",
            Edit::Target(_) => "plan-step-target",
            Edit::Angles(_) | Edit::Turn(_) => "plan-step-angles",
            Edit::Depth(_) | Edit::Deepen(_) => "plan-step-depth",
            Edit::Snap => "plan-step-snap",
        }
    }
}

/// What undo brings back.
#[derive(Clone, Debug, PartialEq)]
struct Plan {
    paths: Vec<Trajectory>,
    chosen: usize,
    /// The last path of a side that has none now.
    aside: [Option<Trajectory>; 2],
}

/// The paths being edited.
pub struct PlanEditor {
    patient: Arc<Patient>,
    now: Plan,
    done: Vec<(Step, Plan)>,
    undone: Vec<(Step, Plan)>,
    /// A drag is under way; whether it has moved anything yet.
    drag: Option<bool>,
    is_locked: bool,
    version: u64,
}

impl PlanEditor {
    /// Of one or two paths, one a side.
    pub fn new(patient: Arc<Patient>, paths: Vec<Trajectory>) -> PlanEditor {
        let now = Plan { paths, chosen: 0, aside: [None, None] };
        PlanEditor { patient, now, done: Vec::new(), undone: Vec::new(), drag: None, is_locked: false, version: 0 }
    }

    /// The paths, left before right.
    pub fn paths(&self) -> &[Trajectory] {
        &self.now.paths
    }

    /// Which path the keys move.
    pub fn chosen(&self) -> usize {
        self.now.chosen.min(self.now.paths.len().saturating_sub(1))
    }

    /// Moves another path with the keys; no step of its own.
    pub fn choose(&mut self, index: usize) {
        if index < self.now.paths.len() {
            self.now.chosen = index;
        }
    }

    /// Rises with every change of a path.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// From which sides.
    pub fn sides(&self) -> Sides {
        match &self.now.paths[..] {
            [one] => Sides::One(one.side),
            _ => Sides::Both,
        }
    }

    /// Nothing can be changed any more.
    pub fn is_locked(&self) -> bool {
        self.is_locked
    }

    /// What undo would take back.
    pub fn undo_step(&self) -> Option<Step> {
        self.done.last().map(|(step, _)| *step).filter(|_| !self.is_locked)
    }

    /// What redo would do again.
    pub fn redo_step(&self) -> Option<Step> {
        self.undone.last().map(|(step, _)| *step).filter(|_| !self.is_locked)
    }

    /// From here to [`PlanEditor::release`] edits are one step.
    pub fn grab(&mut self) {
        self.drag.get_or_insert(false);
    }

    /// The end of a drag.
    pub fn release(&mut self) {
        self.drag = None;
    }

    /// Whether a path is being dragged.
    pub fn is_dragged(&self) -> bool {
        self.drag.is_some()
    }

    /// Changes a path.
    ///
    /// # Errors
    /// Why it cannot be; the path stays as it was.
    pub fn edit(&mut self, index: usize, edit: Edit) -> Result<(), Refused> {
        let word = edit.word();
        let (now, side) = self.edited(index, edit)?;
        self.take(Step { word, side: Some(side) }, now);
        Ok(())
    }

    /// As [`PlanEditor::edit`], but a part of the step before where that has the same name: a key held down.
    pub fn edit_on(&mut self, index: usize, edit: Edit) -> Result<(), Refused> {
        let word = edit.word();
        let (now, side) = self.edited(index, edit)?;
        if self.done.last().map(|(step, _)| *step) == Some(Step { word, side: Some(side) }) {
            self.now = now;
            self.undone.clear();
            self.version += 1;
        } else {
            self.take(Step { word, side: Some(side) }, now);
        }
        Ok(())
    }

    fn edited(&self, index: usize, edit: Edit) -> Result<(Plan, Side), Refused> {
        if self.is_locked {
            return Err(Refused::Locked);
        }
        let vertebra = &self.patient.vertebra;
        let path = self.now.paths.get(index).ok_or(Refused::NoPath)?;
        let [convergence, sagittal] = line::angles_deg(path);
        let made = match edit {
            Edit::Entry(place) => line::with_entry(vertebra, path, place),
            Edit::MoveEntry { left_mm, up_mm } => line::with_entry_moved(vertebra, path, left_mm, up_mm),
            Edit::Target(place) => line::with_target(vertebra, path, place),
            Edit::Angles([convergence, sagittal]) => line::with_angles(vertebra, path, convergence, sagittal),
            Edit::Turn([inwards, up]) => line::with_angles(vertebra, path, convergence + inwards, sagittal + up),
            Edit::Depth(depth_mm) => line::with_depth(vertebra, path, depth_mm),
            Edit::Deepen(by_mm) => line::with_depth(vertebra, path, path.segment().length_mm() + by_mm),
            Edit::Snap => line::on_pedicle_axis(vertebra, path),
        }?;
        let side = made.side;
        let mut now = self.now.clone();
        (now.paths[index], now.chosen) = (made, index);
        Ok((now, side))
    }

    /// One needle or two. A side that comes back has the path that it had; a new one lies along its pedicle.
    pub fn set_sides(&mut self, sides: Sides) -> Result<(), Refused> {
        if self.is_locked {
            return Err(Refused::Locked);
        }
        if sides == self.sides() && !self.now.paths.is_empty() {
            return Ok(());
        }
        let mut now = self.now.clone();
        let wanted = |side: Side| matches!(sides, Sides::Both) || sides == Sides::One(side);
        let mut paths = Vec::new();
        for (at, side) in Side::BOTH.into_iter().enumerate() {
            let own = self.now.paths.iter().find(|path| path.side == side);
            match own.or(self.now.aside[at].as_ref()) {
                Some(path) if wanted(side) => paths.push(path.clone()),
                None if wanted(side) => paths.push(self.along_pedicle(side)?),
                kept => now.aside[at] = kept.cloned(),
            }
        }
        (now.paths, now.chosen) = (paths, 0);
        self.take(Step { word: "plan-step-approach", side: None }, now);
        Ok(())
    }

    fn along_pedicle(&self, side: Side) -> Result<Trajectory, Refused> {
        let cannula: &'static Cannula = self.now.paths.first().ok_or(Refused::NoPath)?.cannula;
        Ok(Trajectory::along_pedicle(&self.patient.vertebra, side, PedicleOffsets::default(), cannula)?)
    }

    /// Other paths in place of all.
    pub fn replace(&mut self, paths: Vec<Trajectory>) -> Result<(), Refused> {
        if self.is_locked {
            return Err(Refused::Locked);
        }
        let now = Plan { paths, chosen: 0, aside: self.now.aside.clone() };
        self.take(Step { word: "plan-step-propose", side: None }, now);
        Ok(())
    }

    fn take(&mut self, step: Step, now: Plan) {
        let before = std::mem::replace(&mut self.now, now);
        self.version += 1;
        self.undone.clear();
        // A drag's step is there since its first move.
        if self.drag != Some(true) {
            self.done.push((step, before));
        }
        self.drag = self.drag.map(|_| true);
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> Option<Step> {
        self.undo_step()?;
        self.drag = None;
        let (step, before) = self.done.pop()?;
        self.undone.push((step, std::mem::replace(&mut self.now, before)));
        self.version += 1;
        Some(step)
    }

    /// Does the last step that was undone again.
    pub fn redo(&mut self) -> Option<Step> {
        self.redo_step()?;
        self.drag = None;
        let (step, after) = self.undone.pop()?;
        self.done.push((step, std::mem::replace(&mut self.now, after)));
        self.version += 1;
        Some(step)
    }

    /// Ends the planning; the paths to be carried out.
    ///
    /// # Errors
    /// There is no path, or one misses the body.
    pub fn lock(&mut self) -> Result<Vec<Trajectory>, Refused> {
        if self.now.paths.is_empty() {
            return Err(Refused::NoPath);
        }
        self.now.paths.iter().try_for_each(|path| path.check(&self.patient.vertebra))?;
        self.is_locked = true;
        self.drag = None;
        Ok(self.now.paths.clone())
    }
}

#[cfg(test)]
#[path = "editor_tests.rs"]
pub(crate) mod tests;
