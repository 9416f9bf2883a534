//! One run of a scenario without a window.

use super::xray_room::XrayRoom;
use super::{Parts, Scenario, ScenarioError, build, build_patient, seeing};
use crate::anatomy::Patient;
use crate::anatomy::segment::place_spine;
use crate::cement::flow::FlowError;
use crate::geometry::Field;
use crate::mechanics::Moment;
use crate::procedure::body_outcome::HeightOutcome;
use crate::procedure::operation::{Operation, OperationError};
use crate::procedure::{Outcome, Procedure, script};
use crate::units::deg_from_rad;
use std::sync::Arc;

use crate::procedure::plan::Plan;
pub use crate::procedure::plan::Switches;
pub use crate::procedure::record::SeriesRow;

/// What a run leaves behind.
pub struct Run {
    /// Figures.
    pub outcome: Outcome,
    /// The injection over time.
    pub series: Vec<SeriesRow>,
    /// Cement saturation, 0…1, on the flow grid (vertebra frame).
    pub saturation: Field<f32>,
    /// Who was treated, as they were before.
    pub patient: Arc<Patient>,
    /// The same as balloons have left the vertebra; `None` where nothing was lifted.
    pub restored: Option<Patient>,
}

/// Why a run gave no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The scenario does not fit the patient or its data: exit code 2.
    #[error(transparent)]
    Input(#[from] ScenarioError),
    /// The simulation itself failed: exit code 3.
    #[error("the simulation failed: {0}")]
    Simulation(String),
}

/// How to run, after flags have overridden the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSettings {
    /// Edge of a voxel of the flow grid.
    pub resolution_mm: f64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Which of kyphoplasty's differences apply.
    pub switches: Switches,
    /// What is worked out beyond the flow.
    pub parts: Parts,
}

/// Runs one procedure of a scenario (of one variant of it). `progress` is told the fraction done, 0…1.
pub fn run(
    scenario: &Scenario,
    procedure: Procedure,
    settings: &RunSettings,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Run, RunError> {
    scenario.require_paths()?;
    let patient = Arc::new(build_patient::patient(scenario, settings.seed)?);
    let plan = build::plan(scenario, &patient, procedure, settings)?;
    let mut operation = Operation::new(&patient, &plan);
    script::perform(&mut operation, &|fraction| progress(fraction)).map_err(|error| blame(scenario, &plan, error))?;
    let saturation = operation.saturation().unwrap_or_else(|| patient.vertebra.body.map(|_| 0.0));
    let outcome = concluded(scenario, &patient, settings, &operation)?;
    let restored = operation.was_lifted().then(|| operation.patient_now().clone());
    let series = operation.into_series();
    Ok(Run { outcome, series, saturation, patient, restored })
}

/// What an operation has come to, with the parts that are asked for.
pub fn concluded(
    scenario: &Scenario,
    patient: &Arc<Patient>,
    settings: &RunSettings,
    operation: &Operation,
) -> Result<Outcome, RunError> {
    let mut outcome = operation.outcome();
    if !settings.parts.height {
        outcome.height = None;
    }
    if let Some(height) = &mut outcome.height {
        bend_segment(scenario, height)?;
    }
    if settings.parts.heat {
        let heat = operation.heat(None);
        outcome.heat = heat.map_err(|error| RunError::Simulation(format!("heat: {error}")))?;
    }
    if settings.parts.strength {
        let unbroken = build_patient::unbroken(scenario, settings.seed)?;
        let strength = operation.strength(unbroken.as_ref(), None);
        outcome.strength = Some(strength.map_err(|error| RunError::Simulation(format!("strength: {error}")))?);
    }
    let (arms, fluoroscopy) = (operation.fluoroscopy_so_far(), &operation.plan().fluoroscopy);
    if let (true, Some(arms), Some(fluoroscopy)) = (settings.parts.xray, arms, fluoroscopy) {
        let room = XrayRoom::of(scenario, patient, settings.seed)?;
        seeing::judge(&room, arms, fluoroscopy.dose, settings.seed, &mut outcome)
            .map_err(|error| RunError::Simulation(error.to_string()))?;
    }
    Ok(outcome)
}

/// Tells the kyphosis of the segment at every moment: that of the spine on the table, and what the wedge is more or less.
fn bend_segment(scenario: &Scenario, height: &mut HeightOutcome) -> Result<(), RunError> {
    let Some(spine) = build_patient::spine(scenario)? else { return Ok(()) };
    // A spine that the case asks for has been placed before; the usual one may not fit round an unusual vertebra.
    let Ok(spine) = place_spine(&spine) else { return Ok(()) };
    let beside = |at: Option<usize>| at.and_then(|at| spine.stations.get(at)).map(|station| station.name);
    let neighbours = beside(spine.treated.checked_sub(1)).zip(beside(Some(spine.treated + 1)));
    let lordosis_rad = neighbours.and_then(|(above, below)| spine.lordosis_rad(above, below));
    let Some(prone_deg) = lordosis_rad.map(|lordosis_rad| -deg_from_rad(lordosis_rad)) else { return Ok(()) };
    let prone = Moment::Prone.name();
    let Some(wedge_deg) = height.moments.iter().find(|one| one.moment == prone).map(|one| one.wedge_angle_deg) else {
        return Ok(());
    };
    for moment in &mut height.moments {
        moment.segmental_kyphosis_deg = Some(prone_deg + moment.wedge_angle_deg - wedge_deg);
    }
    Ok(())
}

impl Scenario {
    /// An error for a case without a path: it can be planned and looked at, not carried out.
    pub(crate) fn require_paths(&self) -> Result<(), RunError> {
        if self.file.trajectory.is_empty() {
            let help = "for example side = \"left\", propose = true";
            return Err(self.fault("trajectory", "no [[trajectory]] is given", Some(help)).into());
        }
        Ok(())
    }
}

/// What the file can mend points to its key; the rest is the simulation's own.
pub(crate) fn blame(scenario: &Scenario, plan: &Plan, error: OperationError) -> RunError {
    match error {
        OperationError::LargerThanPores { .. } => {
            let filled =
                plan.switches.volume && plan.balloon.as_ref().is_some_and(|balloon| balloon.fill_mm3.is_some());
            let key = if filled { "balloon.fill_ml" } else { "cement.volume_ml" };
            scenario.fault(key, error.to_string(), None).into()
        }
        OperationError::Trajectory(error) => scenario.fault("trajectory", error.to_string(), None).into(),
        OperationError::NoCavity { .. } => scenario.fault("balloon", error.to_string(), None).into(),
        OperationError::Inflation(error) => scenario.fault("balloon", error.to_string(), None).into(),
        OperationError::Flow(error @ FlowError::PortOutsideBone { .. }) => {
            scenario.fault("trajectory", error.to_string(), None).into()
        }
        error @ (OperationError::Flow(_) | OperationError::OutOfOrder { .. }) => {
            RunError::Simulation(error.to_string())
        }
    }
}
