//! `trocar run --plan`: a locked plan put into its case, and marked as executed afterwards.

use super::exit::Failure;
use super::flags::Flags;
use super::simulate::FileDone;
use crate::assessment::plan_file::{Execution, PlanFile};
use crate::assessment::write::check_writable;
use crate::procedure::Procedure;
use crate::scenario::{Scenario, build_patient};
use sha2::{Digest, Sha256};
use std::path::Path;

/// A plan that is ready to be carried out.
pub struct Planned<'a> {
    path: &'a Path,
    plan: PlanFile,
}

impl<'a> Planned<'a> {
    /// Reads a locked plan.
    pub fn read(path: &'a Path) -> Result<Planned<'a>, Failure> {
        let plan = PlanFile::read(path)?;
        plan.check_ready(&[])?;
        check_writable(path)?;
        Ok(Planned { path, plan })
    }

    /// The case with the plan's trajectories, and what is to be run of it: the case itself, for the plan knows no
    /// variants, and each of its procedures whose tool the plan was made for.
    pub fn put_into(&self, scenario: &Scenario, flags: &Flags) -> Result<Vec<(Scenario, Procedure)>, Failure> {
        scenario.require_data()?;
        let mut planned = scenario.runs().swap_remove(0);
        let settings = flags.settings(&planned);
        self.plan.check_patient(&build_patient::patient(&planned, settings.seed)?)?;
        self.plan.put_into(&mut planned);
        let all = planned.file.procedures.iter().copied();
        let procedures: Vec<Procedure> =
            all.clone().filter(|&procedure| self.plan.check_ready(&[procedure]).is_ok()).collect();
        if procedures.is_empty() {
            self.plan.check_ready(&all.collect::<Vec<_>>())?;
        }
        Ok(procedures.into_iter().map(|procedure| (planned.clone(), procedure)).collect())
    }

    /// Writes the plan as executed.
    pub fn executed(self, done: &FileDone) -> Result<(), Failure> {
        let executions: Result<Vec<Execution>, serde_json::Error> = done
            .runs
            .iter()
            .map(|run| {
                let bytes = serde_json::to_vec(&run.outcome)?;
                Ok(Execution {
                    procedure: run.outcome.procedure,
                    seed: run.settings.seed,
                    resolution_mm: run.settings.resolution_mm,
                    outcome_sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
                })
            })
            .collect();
        let executions = executions.map_err(|error| Failure::Simulation(error.to_string()))?;
        Ok(self.plan.execute(executions)?.write(self.path)?)
    }
}
