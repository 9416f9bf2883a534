//! `trocar plan`: the trajectories of a case graded; plans kept, locked and handed to other programs.

use super::NOT_A_DEVICE;
use super::exit::{Exit, Failure};
use super::flags::{self, Flags};
use super::output::{explain, message};
use super::plan_proposals::{ProposalArguments, Proposed};
use super::plan_risk::RiskArguments;
use crate::anatomy::Patient;
use crate::assessment::plan_document::{GivenTrajectory, PlanDocument};
use crate::assessment::plan_file::{PlanFile, PlanFileError, PlanState, tool_of};
use crate::assessment::result::not_finite;
use crate::assessment::risk_document::RiskDocument;
use crate::assessment::write::{check_folder, check_writable, whole_file_by};
use crate::imaging::CArm;
use crate::instruments::{Tool, Trajectory};
use crate::patient_io::{patient_sha256, write_markup_line};
use crate::planning::TwoViews;
use crate::procedure::Procedure;
use crate::scenario::{Scenario, build, build_patient};
use clap::Args;
use std::path::{Path, PathBuf};

const STATES: &str = "\
A plan goes from draft to locked to executed and never back:
  trocar plan FILE --save PLAN.json           a draft of the file's trajectories
  trocar plan FILE --plan PLAN.json --lock    locks it, after grading it on the file's patient
  trocar run FILE --plan PLAN.json            carries out the locked plan, which is executed then
It holds the patient's checksum; for any other patient it is refused.";

/// Arguments of `trocar plan`.
#[derive(Args)]
#[command(after_help = STATES)]
pub struct Arguments {
    /// Scenario file; its [[trajectory]] may be missing
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take the trajectories of this plan in place of the file's
    #[arg(long, value_name = "PLAN.json")]
    plan: Option<PathBuf>,
    /// Keep the trajectories as a draft; a locked or executed plan is not overwritten
    #[arg(long, value_name = "PLAN.json")]
    save: Option<PathBuf>,
    /// Lock the plan that is saved, or the one given
    #[arg(long)]
    lock: bool,
    /// Write each trajectory as a line for 3D Slicer (.mrk.json, LPS) into a folder
    #[arg(long, value_name = "DIR")]
    markups: Option<PathBuf>,
    /// Only with the tool of this procedure, pvp or pkp (may be given again)
    #[arg(long = "procedure", value_name = "P", value_parser = flags::procedure)]
    procedures: Vec<Procedure>,
    #[command(flatten)]
    propose: ProposalArguments,
    #[command(flatten)]
    risk: RiskArguments,
    #[command(flatten)]
    flags: Flags,
}

impl Arguments {
    /// Does it.
    pub fn plan(self) -> Exit {
        self.plan_all().map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }

    fn plan_all(&self) -> Result<(), Failure> {
        let kept = self.kept_at()?;
        let json = self.flags.json();
        let table = self.flags.table(std::slice::from_ref(&json));
        Flags::check_outputs(&[json.clone(), table.clone()])?;
        if let Some(path) = kept {
            PlanFile::check_replaceable(path)?;
            check_writable(path)?;
        }
        if let Some(folder) = &self.markups {
            check_folder(folder)?;
        }
        self.risk.check()?;
        let plan = self.plan.as_deref().map(PlanFile::read).transpose()?;
        let mut scenario = Scenario::load(&self.file)?;
        scenario.require_data()?;
        self.flags.on_threads(|| -> Result<(), Failure> {
            let settings = self.flags.settings(&scenario);
            let patient = build_patient::patient(&scenario, settings.seed)?;
            if let Some(plan) = &plan {
                plan.check_patient(&patient)?;
                plan.put_into(&mut scenario);
            }
            // A path is the same for every procedure; only the tool on it differs.
            let tools = self.tools(&scenario, plan.as_ref())?;
            let views = TwoViews::true_of(CArm::mobile(), &patient.vertebra.frame)
                .map_err(|error| Failure::Input(error.to_string()))?;
            let proposed = self.propose.propose(&scenario, &patient, &tools, &views)?;
            let paths = match self.propose.taken(&proposed)? {
                Some(taken) => taken,
                None => build::trajectories(&scenario, &patient)?,
            };
            if self.markups.is_some() && paths.is_empty() {
                let reason = "the file has no [[trajectory]]: --take 1 takes the best proposal";
                return Err(Failure::Input(format!("--markups: {reason}")));
            }
            let sha256 = patient_sha256(&patient).map_err(PlanFileError::from)?;
            let mut document = PlanDocument::new(&scenario, settings.seed, patient.level, sha256);
            document.given = given(&patient, &paths, &tools, &views)?;
            document.risk = self.risk_of(&scenario, &patient, &tools, &paths, &proposed)?;
            (document.proposals, document.refused) = (proposed.proposals, proposed.refused);
            let text = to_json(&document)?;
            if let Some(path) = kept {
                keep(path, PlanFile::draft(&scenario, &patient, &paths, tools)?, self.lock)?;
            }
            if let Some(folder) = &self.markups {
                write_markups(folder, &patient, &paths)?;
            }
            if let Some(destination) = &table {
                let title = &scenario.file.title;
                destination.write(&format!("{title}\n{}{NOT_A_DEVICE}\n", document.text()))?;
            } else if !self.flags.quiet {
                message(NOT_A_DEVICE);
            }
            if let Some(destination) = &json {
                destination.write(&text)?;
            }
            Ok(())
        })?
    }

    /// The risk for the given tips, or for those of the best proposal where none is given.
    fn risk_of(
        &self,
        scenario: &Scenario,
        patient: &Patient,
        tools: &[Tool],
        paths: &[Trajectory],
        proposed: &Proposed,
    ) -> Result<Option<RiskDocument>, Failure> {
        if !self.risk.risk {
            return Ok(None);
        }
        let procedure = match tools.first() {
            Some(Tool::WorkingCannula) => Procedure::Pkp,
            _ => Procedure::Pvp,
        };
        let mut plan = build::plan(scenario, patient, procedure, &self.flags.settings(scenario))?;
        plan.trajectories = if paths.is_empty() { proposed.nth(0).unwrap_or_default() } else { paths.to_vec() };
        if plan.trajectories.is_empty() {
            return Err(Failure::Input("--risk needs a tip: none is given, and no safe corridor was found".into()));
        }
        self.risk.compute(scenario, patient, &plan, &self.flags).map(Some)
    }

    /// Where the plan is written: to `--save`, or with `--lock` alone over the draft it came from.
    fn kept_at(&self) -> Result<Option<&Path>, Failure> {
        match (&self.save, &self.plan, self.lock) {
            (Some(path), ..) => Ok(Some(path)),
            (None, Some(path), true) => Ok(Some(path)),
            (None, None, true) => {
                Err(Failure::Input("--lock needs a plan: give --save PLAN.json or --plan PLAN.json".into()))
            }
            (None, _, false) => Ok(None),
        }
    }

    /// The tools of the procedures asked for, else of the plan, else of the file.
    fn tools(&self, scenario: &Scenario, plan: Option<&PlanFile>) -> Result<Vec<Tool>, Failure> {
        let tools = |procedures: &[Procedure]| procedures.iter().map(|&procedure| tool_of(procedure)).collect();
        let mut procedures = self.procedures.clone();
        procedures.sort();
        procedures.dedup();
        let there = &scenario.file.procedures;
        if let Some(absent) = procedures.iter().find(|procedure| !there.contains(procedure)) {
            let file = self.file.display();
            return Err(Failure::Input(format!("{file}: {} is not among its procedures", absent.name())));
        }
        Ok(match plan {
            _ if !procedures.is_empty() => tools(&procedures),
            Some(plan) => plan.tools.clone(),
            None => tools(there),
        })
    }
}

impl From<PlanFileError> for Failure {
    fn from(error: PlanFileError) -> Failure {
        Failure::Input(error.to_string())
    }
}

/// Each path with each tool on it, seen on the vertebra's true views.
fn given(
    patient: &Patient,
    paths: &[Trajectory],
    tools: &[Tool],
    views: &TwoViews,
) -> Result<Vec<GivenTrajectory>, Failure> {
    let pairs = tools.iter().flat_map(|&tool| paths.iter().map(move |path| (path, tool)));
    let told = |(path, tool)| {
        GivenTrajectory::of(patient, path, tool, views).map_err(|error| Failure::Input(error.to_string()))
    };
    pairs.map(told).collect()
}

/// The JSON text; refuses a number that is not finite.
fn to_json(document: &PlanDocument<'_>) -> Result<String, Failure> {
    let failed = |error: serde_json::Error| Failure::Simulation(error.to_string());
    let value = serde_json::to_value(document).map_err(failed)?;
    match not_finite(&value) {
        Some(path) => Err(Failure::Simulation(format!("{path} is not a finite number"))),
        None => Ok(serde_json::to_string_pretty(document).map_err(failed)? + "\n"),
    }
}

fn keep(path: &Path, draft: PlanFile, lock: bool) -> Result<(), Failure> {
    let plan = if lock { draft.lock()? } else { draft };
    plan.write(path)?;
    if plan.state == PlanState::Locked {
        message(&format!("{}: locked for patient {}", path.display(), plan.patient.sha256));
    }
    Ok(())
}

/// `l1-left-11G.mrk.json` for each path.
fn write_markups(folder: &Path, patient: &Patient, paths: &[Trajectory]) -> Result<(), Failure> {
    let frame = &patient.vertebra.frame;
    for path in paths {
        let name = format!("{}-{}-{}G", patient.level.name().to_lowercase(), path.side, path.cannula.gauge);
        let (entry, target) = (frame.point_to_patient(&path.entry), frame.point_to_patient(&path.target));
        let file = folder.join(format!("{name}.mrk.json"));
        whole_file_by(&file, |writer| write_markup_line(writer, &name, &entry, &target))?;
    }
    Ok(())
}
