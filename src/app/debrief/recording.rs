//! What is kept of a whole operation: moments of the beam, pictures, series, outcome, the ways of the leaks.

use super::background::Reins;
use crate::anatomy::Patient;
use crate::cement::flow::FlowError;
use crate::instruments::Trajectory;
use crate::procedure::action::{Action, TimedAction};
use crate::procedure::beam_content::BeamContent;
use crate::procedure::fluoroscopy::Shot;
use crate::procedure::injection::TICK_S;
use crate::procedure::leak_path::LeakPath;
use crate::procedure::operation::OperationError;
use crate::procedure::record::SeriesRow;
use crate::procedure::script::{Order, perform_watched};
use crate::procedure::{Operation, Outcome, Plan, Procedure};
use crate::scenario::headless::{blame, concluded};
use crate::scenario::{RunError, RunSettings, Scenario, build, build_patient};
use crate::units::ml_from_mm3;
use std::sync::Arc;

/// While cement flows a moment is kept after so many seconds (our choice: what the eye can follow when scrubbing).
const KEEP_EVERY_S: f64 = 2.0;

/// A moment that was kept.
#[derive(Clone, Debug)]
pub struct Keyframe {
    /// Ticks since the operation began.
    pub tick: u64,
    /// Seconds since the first push; `None` before it.
    pub injection_s: Option<f64>,
    /// Cement out of the tip, ml.
    pub injected_ml: f64,
    /// What was in the beam.
    pub content: Arc<BeamContent>,
}

impl Keyframe {
    fn of(operation: &Operation) -> Keyframe {
        let injection = operation.injection();
        Keyframe {
            tick: operation.now(),
            injection_s: injection.map(|injection| injection.elapsed_s()),
            injected_ml: injection.map_or(0.0, |injection| ml_from_mm3(injection.injected_mm3())),
            content: Arc::new(operation.beam_content()),
        }
    }

    fn of_shot(shot: &Shot) -> Keyframe {
        Keyframe {
            tick: shot.tick,
            injection_s: shot.injection_s,
            injected_ml: ml_from_mm3(shot.injected_mm3),
            content: Arc::clone(&shot.content),
        }
    }
}

/// What an operation is of.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case file.
    pub scenario: Arc<Scenario>,
    /// Who is treated, as they were before.
    pub patient: Arc<Patient>,
    /// Which procedure.
    pub procedure: Procedure,
    /// How it is run.
    pub settings: RunSettings,
    /// What is to be done.
    pub plan: Plan,
    /// Done by hand, not by the script.
    pub by_hand: bool,
}

impl Case {
    /// A procedure of a scenario as the file plans it.
    pub fn of_scenario(
        scenario: &Arc<Scenario>,
        procedure: Procedure,
        settings: RunSettings,
    ) -> Result<Case, RunError> {
        scenario.require_paths()?;
        let patient = Arc::new(build_patient::patient(scenario, settings.seed)?);
        let plan = build::plan(scenario, &patient, procedure, &settings)?;
        Ok(Case { scenario: Arc::clone(scenario), patient, procedure, settings, plan, by_hand: false })
    }
}

/// A whole operation, to be looked at again.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What it is of.
    pub case: Case,
    /// Every action with its tick.
    pub actions: Vec<TimedAction>,
    /// The last tick.
    pub end_tick: u64,
    /// Moments kept, by tick; the first is of tick 0.
    pub keyframes: Vec<Keyframe>,
    /// Pictures taken.
    pub shots: Vec<Shot>,
    /// The injection over time, one row a second.
    pub series: Vec<SeriesRow>,
    /// The lines the tools went in the end (vertebra frame).
    pub paths: Vec<Trajectory>,
    /// Figures.
    pub outcome: Outcome,
    /// The way to each leak.
    pub leak_paths: Vec<LeakPath>,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It is no longer wanted.
    #[error("cancelled")]
    Cancelled,
    /// The run gave no outcome.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Watches an operation and keeps moments of it.
#[derive(Debug, Default)]
pub struct Recorder {
    keyframes: Vec<Keyframe>,
    actions: usize,
    kept_s: f64,
}

impl Recorder {
    /// Nothing kept yet.
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// Looks at the operation: after every action and every tick, or as often as there is time.
    pub fn observe(&mut self, operation: &Operation) {
        let actions = operation.actions().len();
        let flowed_s = operation.injection().filter(|injection| injection.last().is_some()).map(|i| i.elapsed_s());
        let is_due = flowed_s.is_some_and(|seconds| seconds - self.kept_s >= KEEP_EVERY_S - 0.5 * TICK_S);
        if actions == self.actions && !is_due {
            return;
        }
        self.actions = actions;
        self.kept_s = flowed_s.unwrap_or(self.kept_s);
        self.keyframes.push(Keyframe::of(operation));
    }

    /// The recording of an operation that is over, with the parts that the case's settings ask for.
    pub fn finish(mut self, operation: &Operation, case: &Case) -> Result<Recording, RunError> {
        self.keyframes.push(Keyframe::of(operation));
        let nothing = Keyframe {
            tick: 0,
            injection_s: None,
            injected_ml: 0.0,
            content: Arc::new(BeamContent::nothing(&case.patient.vertebra.frame)),
        };
        let arms = operation.fluoroscopy_so_far();
        let shots = arms.map_or_else(Vec::new, |arms| arms.shots().to_vec());
        let mut keyframes: Vec<Keyframe> =
            std::iter::once(nothing).chain(shots.iter().map(Keyframe::of_shot)).collect();
        keyframes.append(&mut self.keyframes);
        // Of one tick the latest look counts: sorting is stable, and what was observed comes after the pictures.
        keyframes.sort_by_key(|keyframe| keyframe.tick);
        keyframes.reverse();
        keyframes.dedup_by_key(|keyframe| keyframe.tick);
        keyframes.reverse();
        let outcome = concluded(&case.scenario, &case.patient, &case.settings, operation)?;
        Ok(Recording {
            case: case.clone(),
            actions: operation.actions().to_vec(),
            end_tick: operation.now(),
            keyframes,
            shots,
            series: operation.series().to_vec(),
            paths: operation.needles().iter().map(|needle| needle.path.clone()).collect(),
            outcome,
            leak_paths: operation.leak_paths(),
        })
    }
}

impl Recording {
    /// Of a procedure as its file plans it, by the script.
    pub fn of_script(
        scenario: &Arc<Scenario>,
        procedure: Procedure,
        settings: RunSettings,
        reins: &Reins,
    ) -> Result<Recording, RecordingError> {
        Recording::of_plan(&Case::of_scenario(scenario, procedure, settings)?, reins)
    }

    /// Of a plan, by the script.
    pub fn of_plan(case: &Case, reins: &Reins) -> Result<Recording, RecordingError> {
        let mut operation = Operation::new(&case.patient, &case.plan);
        let mut recorder = Recorder::new();
        let performed = perform_watched(&mut operation, Order::OneAfterOther, &mut |operation, total_mm3| {
            recorder.observe(operation);
            let injected = operation.injection().map_or(0.0, |injection| injection.injected_mm3());
            reins.tell(0.98 * (injected / total_mm3).min(1.0))
        });
        match performed {
            Ok(()) => Ok(recorder.finish(&operation, case)?),
            Err(OperationError::Flow(FlowError::Cancelled)) => Err(RecordingError::Cancelled),
            Err(error) => Err(blame(&case.scenario, &case.plan, error).into()),
        }
    }

    /// Of actions done again at their ticks. What is refused now (a picture while the C-arm still turns) is left out, and
    /// cement that finds no way on ends the pushing, as it does for a hand.
    pub fn of_actions(
        case: &Case,
        actions: &[TimedAction],
        end_tick: u64,
        reins: &Reins,
    ) -> Result<Recording, RecordingError> {
        let mut operation = Operation::new(&case.patient, &case.plan);
        let mut recorder = Recorder::new();
        let fail = |error| RecordingError::Run(blame(&case.scenario, &case.plan, error));
        let mut is_stuck = false;
        let mut rest = actions.iter().peekable();
        loop {
            while let Some(due) = rest.next_if(|due| due.tick <= operation.now()) {
                match operation.apply(due.action) {
                    Ok(()) | Err(OperationError::OutOfOrder { .. }) => {}
                    Err(error) => return Err(fail(error)),
                }
                recorder.observe(&operation);
            }
            if operation.now() >= end_tick && rest.peek().is_none() {
                return Ok(recorder.finish(&operation, case)?);
            }
            if reins.tell(0.98 * operation.now() as f64 / end_tick.max(1) as f64).is_break() {
                return Err(RecordingError::Cancelled);
            }
            match operation.tick(1) {
                Ok(()) => is_stuck = false,
                Err(OperationError::Flow(FlowError::NoOutlet { .. })) if !is_stuck => {
                    is_stuck = true;
                    operation.apply(Action::Release).map_err(fail)?;
                }
                // The line's own pressure still pushes: the operation is over.
                Err(OperationError::Flow(FlowError::NoOutlet { .. })) => return Ok(recorder.finish(&operation, case)?),
                Err(error) => return Err(fail(error)),
            }
            recorder.observe(&operation);
        }
    }

    /// The moment that stands at a tick: the last one kept by then.
    pub fn keyframe_at(&self, tick: u64) -> usize {
        self.keyframes.partition_point(|keyframe| keyframe.tick <= tick).saturating_sub(1)
    }

    /// The last picture by a tick that counts as AP (0) or lateral (1).
    pub fn shot_at(&self, tick: u64, view: usize) -> Option<usize> {
        self.shots
            .iter()
            .rposition(|shot| shot.tick <= tick && if view == 0 { shot.view.is_ap() } else { shot.view.is_lateral() })
    }

    /// Tick at which powder met liquid.
    pub fn mixed_tick(&self) -> Option<u64> {
        self.tick_of(|action| matches!(action, Action::Mix))
    }

    /// Tick at which the series begins.
    pub fn series_tick(&self) -> Option<u64> {
        self.tick_of(|action| matches!(action, Action::Connect { .. }))
    }

    /// Tick of a time of the series, s.
    pub fn tick_of_series_s(&self, seconds: f64) -> u64 {
        self.series_tick().unwrap_or(0) + (seconds / TICK_S).round() as u64
    }

    fn tick_of(&self, is_it: impl Fn(&Action) -> bool) -> Option<u64> {
        self.actions.iter().find(|done| is_it(&done.action)).map(|done| done.tick)
    }
}

#[cfg(test)]
#[path = "recording_tests.rs"]
pub(crate) mod tests;
