//! A case with its locked paths, ready for the table.

use crate::anatomy::Patient;
use crate::assessment::plan_file::{PlanFile, PlanFileError, tool_of};
use crate::assessment::session::SessionHeader;
use crate::instruments::Trajectory;
use crate::procedure::Procedure;
use crate::procedure::plan::Plan;
use crate::scenario::file::Mode;
use crate::scenario::{RunError, RunSettings, Scenario, build};
use std::sync::Arc;

/// A case, ready for the table.
#[derive(Clone)]
pub struct Booking {
    /// The case with the locked paths in place of its own.
    pub scenario: Arc<Scenario>,
    /// Who.
    pub patient: Arc<Patient>,
    /// What.
    pub procedure: Procedure,
    /// How it is computed.
    pub settings: RunSettings,
    /// What the learner may see.
    pub mode: Mode,
}

/// Why a case cannot be operated on.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    /// The plan does not go with the patient.
    #[error(transparent)]
    Plan(#[from] PlanFileError),
    /// The case does not build.
    #[error(transparent)]
    Case(#[from] RunError),
}

impl Booking {
    /// The plan that the paths of the scenario come to.
    pub fn plan(&self) -> Result<Plan, RunError> {
        build::plan(&self.scenario, &self.patient, self.procedure, &self.settings)
    }

    /// The header of this operation's log, with the paths that are followed.
    pub fn header(&self, paths: &[Trajectory]) -> Result<SessionHeader, PlanFileError> {
        let tools = vec![tool_of(self.procedure)];
        let plan = PlanFile::draft(&self.scenario, &self.patient, paths, tools)?.lock()?;
        Ok(SessionHeader {
            schema: SessionHeader::schema(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: self.scenario.path.clone(),
            title: self.scenario.file.title.clone(),
            sha256: self.scenario.sha256.clone(),
            procedure: self.procedure,
            seed: self.settings.seed,
            resolution_mm: self.settings.resolution_mm,
            mode: self.mode,
            plan,
        })
    }
}
