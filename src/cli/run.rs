//! `trocar run`: scenarios without a window.

use super::NOT_A_DEVICE;
use super::clock::Stopwatch;
use super::exit::{Exit, Failure};
use super::flags::{self, Flags};
use super::output::{self, Destination, explain, message};
use super::planned::Planned;
use super::progress::Progress;
use super::simulate::{FileDone, plan, simulate};
use crate::assessment::comparison::{Column, summary};
use crate::assessment::write::{WriteError, check_folder};
use crate::assessment::{export, junit, result};
use crate::procedure::Procedure;
use crate::scenario::Scenario;
use crate::scenario::expectations::Verdict;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `trocar run`.
#[derive(Args)]
pub struct Arguments {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write a JUnit report (`-` is standard output)
    #[arg(long, value_name = "OUT")]
    junit: Option<PathBuf>,
    /// Write the series, fields and surfaces of each run into a folder
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Carry out a locked plan of one file in place of its trajectories, with every tool it was made for; the plan is
    /// executed then
    #[arg(long, value_name = "PLAN.json", conflicts_with = "procedures")]
    plan: Option<PathBuf>,
    /// Only this procedure, pvp or pkp (may be given again)
    #[arg(long = "procedure", value_name = "P", value_parser = flags::procedure)]
    procedures: Vec<Procedure>,
    /// Only these parts of a case, with commas between them: flow (which is always done), height, heat, strength, xray
    #[arg(long = "only", value_name = "PARTS", value_delimiter = ',')]
    parts: Vec<String>,
    #[command(flatten)]
    flags: Flags,
}

/// One file, whatever came of it.
struct Report {
    path: PathBuf,
    scenario: Option<Scenario>,
    done: Result<FileDone, Failure>,
    seconds: f64,
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> Exit {
        self.run_all().unwrap_or_else(|failure| explain(&failure))
    }

    fn run_all(&self) -> Result<Exit, Failure> {
        flags::parts(&self.parts)?;
        if self.plan.is_some() && self.files.len() > 1 {
            return Err(Failure::Input("--plan is for one patient: give one file".into()));
        }
        let (json, junit) = (self.flags.json(), self.junit.as_deref().map(Destination::of));
        let table = self.flags.table(&[json.clone(), junit.clone()]);
        Flags::check_outputs(&[json.clone(), junit.clone(), table.clone()])?;
        if let Some(folder) = &self.export {
            check_folder(folder)?;
        }
        let reports = self.flags.on_threads(|| self.reports())?;
        if let Some(Report { done: Err(Failure::Output(error)), .. }) =
            reports.iter().find(|report| report.failed_to_write())
        {
            return Err(Failure::Output(WriteError { path: error.path.clone(), reason: error.reason.clone() }));
        }
        let any_result = reports.iter().any(|report| report.done.is_ok());
        if !any_result {
            // Nothing is written over by nothing.
        } else if let Some(destination) = &table {
            let tables: Vec<String> = reports.iter().filter_map(Report::table).collect();
            destination.write(&format!("{}{NOT_A_DEVICE}\n", tables.concat()))?;
        } else if !self.flags.quiet {
            message(NOT_A_DEVICE);
        }
        if let Some(destination) = json.filter(|_| any_result) {
            let runs = reports.iter().filter_map(|report| report.done.as_ref().ok()).flat_map(|done| &done.runs);
            let documents: Vec<_> = runs.map(|run| run.document()).collect();
            let text = result::to_json(&documents).map_err(|error| Failure::Simulation(error.to_string()))?;
            destination.write(&text)?;
        }
        if let Some(destination) = &junit {
            let suites: Vec<_> = reports.iter().map(Report::suite).collect();
            destination.write(&junit::to_xml(&suites))?;
        }
        Ok(reports.iter().map(Report::exit).max().unwrap_or(Exit::Met))
    }

    fn reports(&self) -> Vec<Report> {
        let loaded: Vec<(PathBuf, Result<Scenario, Failure>)> =
            self.files.iter().map(|path| (path.clone(), Scenario::load(path).map_err(Failure::from))).collect();
        let only = (!self.procedures.is_empty()).then_some(self.procedures.as_slice());
        let count = loaded.iter().filter_map(|(_, scenario)| scenario.as_ref().ok()).map(|s| plan(s, only).len()).sum();
        let mut progress = Progress::over(count, self.flags.quiet);
        loaded.into_iter().map(|(path, scenario)| self.one(path, scenario, only, &mut progress)).collect()
    }

    fn one(
        &self,
        path: PathBuf,
        scenario: Result<Scenario, Failure>,
        only: Option<&[Procedure]>,
        progress: &mut Progress,
    ) -> Report {
        let watch = Stopwatch::start();
        let (scenario, done) = match scenario {
            Err(failure) => (None, Err(failure)),
            Ok(scenario) => {
                let done = self.carry_out(&path, &scenario, only, progress);
                (Some(scenario), done)
            }
        };
        if let Err(failure) = &done {
            progress.aside(|| output::explain(failure));
        }
        Report { path, scenario, done, seconds: watch.seconds() }
    }

    /// All runs of one file, by its own trajectories or by the plan's.
    fn carry_out(
        &self,
        path: &Path,
        scenario: &Scenario,
        only: Option<&[Procedure]>,
        progress: &mut Progress,
    ) -> Result<FileDone, Failure> {
        let locked = self.plan.as_deref().map(Planned::read).transpose()?;
        let runs = match &locked {
            None => plan(scenario, only),
            Some(locked) => locked.put_into(scenario, &self.flags)?,
        };
        if runs.is_empty() {
            return Err(Failure::Input(format!("{}: carries out none of the procedures asked for", path.display())));
        }
        let parts = flags::parts(&self.parts)?;
        let single = self.files.len() == 1 && runs.len() == 1;
        let done = simulate(scenario, runs, &self.flags, parts, progress, &mut |variant, procedure, run| match &self
            .export
        {
            None => Ok(()),
            Some(root) if single => export::export(root, run),
            Some(root) => export::export(&folder_of(root, variant, procedure), run),
        })?;
        if let Some(locked) = locked {
            locked.executed(&done)?;
        }
        Ok(done)
    }
}

/// A single run is exported into the folder itself, several each into their own: `ID[/VARIANT]/PROCEDURE`.
fn folder_of(root: &Path, scenario: &Scenario, procedure: Procedure) -> PathBuf {
    let mut folder = root.join(&scenario.file.id);
    folder.extend(scenario.variant.as_deref());
    folder.join(procedure.name())
}

impl Report {
    fn failed_to_write(&self) -> bool {
        matches!(self.done, Err(Failure::Output(_)))
    }

    fn exit(&self) -> Exit {
        match &self.done {
            Err(failure) => failure.exit(),
            Ok(FileDone { verdict: Verdict::Missed | Verdict::NowPasses, .. }) => Exit::Missed,
            Ok(_) => Exit::Met,
        }
    }

    fn table(&self) -> Option<String> {
        let (scenario, done) = (self.scenario.as_ref()?, self.done.as_ref().ok()?);
        let columns: Vec<Column<'_>> =
            done.runs.iter().map(|run| Column { heading: run.name(), outcome: &run.outcome }).collect();
        let mut text = format!("{}  ({})\n{}\n", scenario.file.title, self.path.display(), summary(&columns));
        text.push_str(&expectations_in_words(scenario, done));
        text.push('\n');
        Some(text)
    }

    fn suite(&self) -> junit::Suite<'_> {
        let known = self.scenario.as_ref().and_then(|scenario| scenario.file.known_failure.as_ref());
        junit::Suite {
            name: self.path.display().to_string(),
            error: self.done.as_ref().err().map(ToString::to_string),
            checked: self.done.as_ref().map_or(&[], |done| &done.checked),
            verdict: self.done.as_ref().map_or(Verdict::Met, |done| done.verdict),
            known_because: known.map(|known| known.because.as_str()),
            seconds: self.seconds,
        }
    }
}

/// One line an expectation, and the verdict.
pub fn expectations_in_words(scenario: &Scenario, done: &FileDone) -> String {
    let mut text = String::new();
    for one in &done.checked {
        let found = one.found.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        let mark = if one.met { "met   " } else { "MISSED" };
        text.push_str(&format!("  {mark}  {} = {found}, expected {}\n", one.key, one.expected));
        if let (false, Some(because)) = (one.met, &one.expected.because) {
            text.push_str(&format!("          because {because}\n"));
        }
    }
    match (done.verdict, &scenario.file.known_failure) {
        (Verdict::KnownFailure, Some(known)) => {
            text.push_str(&format!("  known failure: {} (measured: {})\n", known.because, known.measured));
        }
        (Verdict::NowPasses, _) => text.push_str("  now passes: delete known_failure\n"),
        _ => {}
    }
    text
}
