//! C-arms in an operation: where they stand, what was shot, how long was screened, what was pushed unseen.

use super::action::View;
use super::beam_content::BeamContent;
use super::injection::TICK_S;
use super::operation::{Operation, OperationError};
use super::plan::FluoroscopyPlan;
use std::sync::Arc;

/// A picture that was taken: what was in the beam then. The pixels are made by who wants to see them.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Counted from 1.
    pub number: usize,
    /// When, ticks since the operation began.
    pub tick: u64,
    /// Seconds since the first push; `None` before it.
    pub injection_s: Option<f64>,
    /// Cement out of the tip by then, mm³.
    pub injected_mm3: f64,
    /// From where.
    pub view: View,
    /// What was in the beam beside the patient.
    pub content: Arc<BeamContent>,
}

/// Why a C-arm did not do what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Bring it there first.
    NotThere,
    /// Wait.
    Turning,
}

/// The C-arms of one operation.
#[derive(Clone, Debug)]
pub struct Fluoroscopy {
    /// Where each stands, or turns to.
    arms: Vec<View>,
    turning_until: u64,
    change_view_ticks: u64,
    screening: Option<View>,
    screened: Vec<(View, u64)>,
    shots: Vec<Shot>,
    is_fresh: bool,
    /// Cement out of the tip on the last picture, and on the last lateral one, mm³.
    pictured_mm3: f64,
    lateral_mm3: f64,
    largest_unseen_mm3: f64,
    pushes_without_fresh_image: usize,
}

impl Fluoroscopy {
    /// One C-arm stands in AP; of two the other stands in lateral.
    pub fn new(plan: &FluoroscopyPlan) -> Fluoroscopy {
        let arms = if plan.biplane { vec![View::Ap, View::Lateral] } else { vec![View::Ap] };
        Fluoroscopy {
            arms,
            turning_until: 0,
            change_view_ticks: if plan.biplane { 0 } else { (plan.change_view_s / TICK_S).round() as u64 },
            screening: None,
            screened: Vec::new(),
            shots: Vec::new(),
            is_fresh: false,
            pictured_mm3: 0.0,
            lateral_mm3: 0.0,
            largest_unseen_mm3: 0.0,
            pushes_without_fresh_image: 0,
        }
    }

    /// Where the C-arms stand, or turn to.
    pub fn arms(&self) -> &[View] {
        &self.arms
    }

    /// Ticks until the C-arm that turns is there.
    pub fn turning_ticks(&self, now: u64) -> u64 {
        self.turning_until.saturating_sub(now)
    }

    /// The view whose pedal is down.
    pub fn screening(&self) -> Option<View> {
        self.screening
    }

    /// Whether nothing has moved since the last picture.
    pub fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// Ticks that a C-arm would need to show a view from now on.
    pub fn ticks_to(&self, view: View, now: u64) -> u64 {
        if self.arms.contains(&view) { self.turning_until.saturating_sub(now) } else { self.change_view_ticks }
    }

    /// A C-arm goes to a view: of two the one that looks more nearly that way.
    pub(super) fn aim(&mut self, view: View, now: u64) {
        if self.arms.contains(&view) {
            return;
        }
        let arm = if self.arms.len() > 1 && view.is_lateral() { 1 } else { 0 };
        self.arms[arm] = view;
        self.screening = None;
        self.turning_until = now + self.change_view_ticks;
    }

    pub(super) fn check(&self, view: View, now: u64) -> Result<(), Refused> {
        if !self.arms.contains(&view) {
            return Err(Refused::NotThere);
        }
        if now < self.turning_until { Err(Refused::Turning) } else { Ok(()) }
    }

    pub(super) fn take(&mut self, shot: Shot) {
        self.is_fresh = true;
        self.pictured_mm3 = shot.injected_mm3;
        if shot.view.is_lateral() {
            self.see_lateral(shot.injected_mm3);
        }
        self.shots.push(shot);
    }

    pub(super) fn screen(&mut self, view: Option<View>) {
        self.screening = view;
        self.is_fresh |= view.is_some();
    }

    /// Tools, balloon or cement moved: the pictures there are show what was.
    pub(super) fn stale(&mut self) {
        self.is_fresh = self.screening.is_some();
    }

    pub(super) fn begin_push(&mut self) {
        if !self.is_fresh {
            self.pushes_without_fresh_image += 1;
        }
        self.stale();
    }

    /// One tick passed with so much cement out of the tip.
    pub(super) fn tick(&mut self, injected_mm3: f64) {
        match self.screening {
            Some(view) => {
                match self.screened.iter_mut().find(|(other, _)| *other == view) {
                    Some((_, ticks)) => *ticks += 1,
                    None => self.screened.push((view, 1)),
                }
                if view.is_lateral() {
                    self.see_lateral(injected_mm3);
                }
            }
            None => {
                self.largest_unseen_mm3 = self.largest_unseen_mm3.max(injected_mm3 - self.lateral_mm3);
                self.is_fresh &= injected_mm3 <= self.pictured_mm3;
            }
        }
    }

    fn see_lateral(&mut self, injected_mm3: f64) {
        self.largest_unseen_mm3 = self.largest_unseen_mm3.max(injected_mm3 - self.lateral_mm3);
        self.lateral_mm3 = injected_mm3;
    }

    /// All pictures, in their order.
    pub fn shots(&self) -> &[Shot] {
        &self.shots
    }

    /// The last picture that counts as lateral, or as AP.
    pub fn last(&self, counts: impl Fn(View) -> bool) -> Option<&Shot> {
        self.shots.iter().rev().find(|shot| counts(shot.view))
    }

    /// Seconds of screening, by view.
    pub fn screened_s(&self) -> impl Iterator<Item = (View, f64)> {
        self.screened.iter().map(|&(view, ticks)| (view, ticks as f64 * TICK_S))
    }

    /// Pushes begun although tools or cement had moved since the last picture.
    pub fn pushes_without_fresh_image(&self) -> usize {
        self.pushes_without_fresh_image
    }

    /// Most cement that left the tip from one lateral picture to the next, mm³.
    pub fn largest_unseen_mm3(&self) -> f64 {
        self.largest_unseen_mm3
    }
}

impl Operation<'_> {
    /// The C-arms, where there are any.
    pub fn fluoroscopy_so_far(&self) -> Option<&Fluoroscopy> {
        self.fluoroscopy.as_ref()
    }

    pub(super) fn fluoroscopy(&mut self, action: &'static str) -> Result<&mut Fluoroscopy, OperationError> {
        self.fluoroscopy.as_mut().ok_or(OperationError::OutOfOrder { action, because: "there is no C-arm in the plan" })
    }

    /// Tools, balloon or contrast medium moved.
    pub(super) fn moved(&mut self) {
        if let Some(fluoroscopy) = &mut self.fluoroscopy {
            fluoroscopy.stale();
        }
    }

    fn looking(&mut self, view: View, action: &'static str) -> Result<&mut Fluoroscopy, OperationError> {
        let tick = self.tick;
        let fluoroscopy = self.fluoroscopy(action)?;
        match fluoroscopy.check(view, tick) {
            Ok(()) => Ok(fluoroscopy),
            Err(Refused::NotThere) => {
                Err(OperationError::OutOfOrder { action, because: "no C-arm stands in that view" })
            }
            Err(Refused::Turning) => Err(OperationError::OutOfOrder { action, because: "the C-arm is still turning" }),
        }
    }

    pub(super) fn image(&mut self, view: View) -> Result<(), OperationError> {
        let number = self.looking(view, "a picture")?.shots.len() + 1;
        let shot = Shot {
            number,
            tick: self.tick,
            injection_s: self.injection.as_ref().map(|injection| injection.elapsed_s()),
            injected_mm3: self.injection.as_ref().map_or(0.0, |injection| injection.injected_mm3()),
            view,
            content: Arc::new(self.beam_content()),
        };
        self.fluoroscopy("a picture")?.take(shot);
        Ok(())
    }

    pub(super) fn screen(&mut self, view: View, on: bool) -> Result<(), OperationError> {
        self.looking(view, "screening")?.screen(on.then_some(view));
        Ok(())
    }
}

#[cfg(test)]
#[path = "fluoroscopy_tests.rs"]
mod tests;
