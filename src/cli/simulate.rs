//! The runs of scenario files: what `run` and `compare` have in common.

use super::clock::Stopwatch;
use super::exit::Failure;
use super::flags::Flags;
use super::progress::Progress;
use crate::assessment::result::{ResultDocument, not_finite};
use crate::assessment::write::WriteError;
use crate::procedure::{Outcome, Procedure};
use crate::scenario::expectations::{self, Checked, Outcomes, Verdict};
use crate::scenario::{Parts, Run, RunSettings, Scenario, headless};

/// One procedure of one variant, done.
pub struct Done {
    /// The scenario, its variant in place.
    pub scenario: Scenario,
    /// How it was run.
    pub settings: RunSettings,
    /// What came out.
    pub outcome: Outcome,
    /// The expectations on it.
    pub expectations: Vec<Checked>,
    /// What the computer took.
    pub compute_s: f64,
}

impl Done {
    /// "pvp" or "variant-id.pvp", as in expectations.
    pub fn name(&self) -> String {
        expectations::run_name(self.scenario.variant.as_deref(), self.outcome.procedure)
    }

    /// Its part of the result.
    pub fn document(&self) -> ResultDocument<'_> {
        ResultDocument::new(&self.scenario, &self.settings, &self.outcome, &self.expectations, self.compute_s)
    }
}

/// All runs of one file.
pub struct FileDone {
    /// The runs in the order of variants, then procedures.
    pub runs: Vec<Done>,
    /// All expectations.
    pub checked: Vec<Checked>,
    /// The verdict on them.
    pub verdict: Verdict,
}

/// The variants of a scenario with the procedures of each: what there is to run.
pub fn plan(scenario: &Scenario, only: Option<&[Procedure]>) -> Vec<(Scenario, Procedure)> {
    let mut planned = Vec::new();
    for variant in scenario.runs() {
        let procedures = variant.file.procedures.clone();
        for procedure in procedures.into_iter().filter(|one| only.is_none_or(|only| only.contains(one))) {
            planned.push((variant.clone(), procedure));
        }
    }
    planned
}

/// Carries out a plan, with these parts, and checks the expectations of the file; `keep` sees each run before its fields are let go.
pub fn simulate(
    scenario: &Scenario,
    planned: Vec<(Scenario, Procedure)>,
    flags: &Flags,
    parts: Parts,
    progress: &mut Progress,
    keep: &mut dyn FnMut(&Scenario, Procedure, &Run) -> Result<(), WriteError>,
) -> Result<FileDone, Failure> {
    scenario.require_data()?;
    let mut runs = Vec::new();
    let mut outcomes = Outcomes::new();
    for (variant, procedure) in planned {
        let settings = RunSettings { parts, ..flags.settings(&variant) };
        let name = expectations::run_name(variant.variant.as_deref(), procedure);
        let watch = Stopwatch::start();
        let shown = format!("{} {name}", scenario.file.id);
        let run = progress.step(shown, |tell| headless::run(&variant, procedure, &settings, tell))?;
        let compute_s = watch.seconds();
        outcomes.insert(name.clone(), finite(&name, &run.outcome)?);
        keep(&variant, procedure, &run)?;
        runs.push(Done { scenario: variant, settings, outcome: run.outcome, expectations: Vec::new(), compute_s });
    }
    let checked = expectations::check(&scenario.file.expect, &outcomes);
    for done in &mut runs {
        let prefix = format!("{}.", done.name());
        done.expectations = checked.iter().filter(|one| one.key.starts_with(&prefix)).cloned().collect();
    }
    Ok(FileDone { runs, verdict: expectations::verdict(&scenario.file, &checked), checked })
}

/// The serialised outcome, or an error that names the number that is not finite.
fn finite(name: &str, outcome: &Outcome) -> Result<serde_json::Value, Failure> {
    let value = serde_json::to_value(outcome).map_err(|error| Failure::Simulation(error.to_string()))?;
    match not_finite(&value) {
        Some(path) => Err(Failure::Simulation(format!("{name}.{path} is not a finite number"))),
        None => Ok(value),
    }
}
