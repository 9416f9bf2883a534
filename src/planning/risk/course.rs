//! One injection followed: when cement first leaked, into the canal, into the posterior quarter, and how much in the end.

use super::Watch;
use super::risk_data::risk_data;
use crate::anatomy::{Destination, Patient};
use crate::cement::flow::CementFlow;
use crate::procedure::script::{Order, perform_watched};
use crate::procedure::{Operation, Plan};
use crate::units::mm3_from_ml;
use std::ops::ControlFlow;

/// A cell counts as cement from this saturation on.
const CEMENT_SATURATION: f64 = 0.5;

/// What one injection came to. Volumes are those that had left the tips by then, mm³.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// At the end.
    pub injected_mm3: f64,
    /// Why it ended, as in a result.
    pub stopped_by: String,
    /// When so much had leaked that it counts as a leak.
    pub any_leak_at_mm3: Option<f64>,
    /// The same of cement in the canal.
    pub canal_leak_at_mm3: Option<f64>,
    /// When cement had first filled half of a cell in the posterior quarter of the body.
    pub posterior_at_mm3: Option<f64>,
    /// Leaked in all by each volume of the question.
    pub leaked_mm3: Vec<f64>,
}

/// Carries out a plan and follows its cement.
///
/// # Errors
/// The operation's own error, in words.
pub(super) fn follow(patient: &Patient, plan: &Plan, volumes_ml: &[f64], watch: &Watch) -> Result<Course, String> {
    let run = &risk_data().run;
    let mut operation = Operation::new(patient, plan).with_largest_step_mm3(mm3_from_ml(run.largest_step_ml.value));
    let order = Order::InTurns(mm3_from_ml(run.turn_ml.value));
    let mut trace = Trace::default();
    perform_watched(&mut operation, order, &mut |operation, _| {
        if let Some(injection) = operation.injection() {
            trace.observe(&injection.flow, patient);
        }
        if watch.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(|error| error.to_string())?;
    let least_mm3 = mm3_from_ml(risk_data().leak.least_ml.value);
    let end = trace.points.last().copied().unwrap_or_default();
    Ok(Course {
        injected_mm3: end.injected_mm3,
        stopped_by: operation.stopped_by().unwrap_or_default().to_owned(),
        any_leak_at_mm3: trace.reaches(least_mm3, |point| point.leaked_mm3),
        canal_leak_at_mm3: trace.reaches(least_mm3, |point| point.canal_mm3),
        posterior_at_mm3: trace.posterior_at_mm3,
        leaked_mm3: volumes_ml.iter().map(|&volume_ml| trace.leaked_by_mm3(mm3_from_ml(volume_ml))).collect(),
    })
}

/// The state after a flow step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Point {
    injected_mm3: f64,
    leaked_mm3: f64,
    canal_mm3: f64,
}

/// The states after all flow steps so far.
#[derive(Debug, Default)]
struct Trace {
    points: Vec<Point>,
    posterior_at_mm3: Option<f64>,
}

impl Trace {
    /// Takes note of a flow step that has been moved since the last look.
    fn observe(&mut self, flow: &CementFlow, patient: &Patient) {
        let injected_mm3 = flow.injected_mm3();
        if self.points.last().map_or(0.0, |last| last.injected_mm3) >= injected_mm3 {
            return;
        }
        let accounts = flow.ledger().accounts();
        let canal = accounts.iter().filter(|account| account.destination == Destination::Canal);
        self.points.push(Point {
            injected_mm3,
            leaked_mm3: flow.ledger().total_mm3(),
            canal_mm3: canal.map(|account| account.volume_mm3).sum(),
        });
        if self.posterior_at_mm3.is_none() {
            let quarter = risk_data().advice.posterior_ap_fraction.value;
            let (grid, marks) = (&flow.domain().grid, &patient.vertebra.landmarks);
            let mut cement = flow.body_cells_with_cement().filter(|(_, share)| *share >= CEMENT_SATURATION);
            if cement.any(|(cell, _)| marks.ap_fraction(&grid.centre(cell)) < quarter) {
                self.posterior_at_mm3 = Some(injected_mm3);
            }
        }
    }

    /// The injected volume at which a tally reaches a level: straight between the ends of the flow step.
    fn reaches(&self, level_mm3: f64, tally: impl Fn(&Point) -> f64) -> Option<f64> {
        let after = self.points.iter().position(|point| tally(point) >= level_mm3)?;
        let before = after.checked_sub(1).map_or(Point::default(), |before| self.points[before]);
        let after = self.points[after];
        let share = (level_mm3 - tally(&before)) / (tally(&after) - tally(&before));
        Some(before.injected_mm3 + share * (after.injected_mm3 - before.injected_mm3))
    }

    /// Leaked by an injected volume: straight between the ends of the flow step, and all of it beyond the last.
    fn leaked_by_mm3(&self, injected_mm3: f64) -> f64 {
        let Some(after) = self.points.iter().position(|point| point.injected_mm3 >= injected_mm3) else {
            return self.points.last().map_or(0.0, |last| last.leaked_mm3);
        };
        let before = after.checked_sub(1).map_or(Point::default(), |before| self.points[before]);
        let after = self.points[after];
        let share = (injected_mm3 - before.injected_mm3) / (after.injected_mm3 - before.injected_mm3);
        before.leaked_mm3 + share * (after.leaked_mm3 - before.leaked_mm3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onset_and_volume_are_read_between_steps() {
        let point = |injected_mm3, leaked_mm3, canal_mm3| Point { injected_mm3, leaked_mm3, canal_mm3 };
        let points = vec![point(100.0, 0.0, 0.0), point(200.0, 20.0, 0.0), point(300.0, 60.0, 5.0)];
        let trace = Trace { points, posterior_at_mm3: None };
        assert_eq!(trace.reaches(10.0, |p| p.leaked_mm3), Some(150.0));
        assert_eq!(trace.reaches(30.0, |p| p.leaked_mm3), Some(225.0));
        assert_eq!(trace.reaches(10.0, |p| p.canal_mm3), None);
        let by = [0.0, 100.0, 150.0, 250.0, 300.0, 900.0].map(|injected| trace.leaked_by_mm3(injected));
        assert_eq!(by, [0.0, 0.0, 10.0, 40.0, 60.0, 60.0]);
    }
}
