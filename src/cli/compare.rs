//! `trocar compare`: the procedures side by side on the same patient and axis.

use super::NOT_A_DEVICE;
use super::exit::{Exit, Failure};
use super::flags::{self, Flags};
use super::output::{explain, message};
use super::progress::Progress;
use super::run::expectations_in_words;
use super::simulate::{FileDone, simulate};
use crate::assessment::comparison::{Column, switches_table, table};
use crate::assessment::result;
use crate::assessment::shapley::SwitchShares;
use crate::procedure::Procedure;
use crate::scenario::expectations::Verdict;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, headless};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `trocar compare`.
#[derive(Args)]
pub struct Arguments {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Procedures to compare
    #[arg(long, value_name = "P,P", value_delimiter = ',', value_parser = flags::procedure)]
    procedures: Vec<Procedure>,
    /// Also run kyphoplasty with each of its four differences on and off, and give each one's share of the leak
    #[arg(long)]
    switches: bool,
    #[command(flatten)]
    flags: Flags,
}

impl Arguments {
    /// Does it.
    pub fn compare(self) -> Exit {
        self.compare_all().unwrap_or_else(|failure| explain(&failure))
    }

    fn compare_all(&self) -> Result<Exit, Failure> {
        let json = self.flags.json();
        let destination = self.flags.table(std::slice::from_ref(&json));
        Flags::check_outputs(&[json.clone(), destination.clone()])?;
        let scenario = Scenario::load(&self.file)?;
        let procedures = self.procedures_for(&scenario)?;
        let (done, shares) = self.flags.on_threads(|| self.simulate(&scenario, &procedures))??;
        if let Some(destination) = &destination {
            destination.write(&self.text(&scenario, &done, shares.as_ref()))?;
        } else if !self.flags.quiet {
            message(NOT_A_DEVICE);
        }
        if let Some(destination) = &json {
            let documents: Vec<_> = done
                .runs
                .iter()
                .map(|run| match &shares {
                    Some(shares) if run.outcome.procedure == Procedure::Pkp => run.document().with_switches(shares),
                    _ => run.document(),
                })
                .collect();
            let text = result::to_json(&documents).map_err(|error| Failure::Simulation(error.to_string()))?;
            destination.write(&text)?;
        }
        Ok(match done.verdict {
            Verdict::Missed | Verdict::NowPasses => Exit::Missed,
            Verdict::Met | Verdict::KnownFailure => Exit::Met,
        })
    }

    /// As asked for; else both where the file has a balloon.
    fn procedures_for(&self, scenario: &Scenario) -> Result<Vec<Procedure>, Failure> {
        let mut procedures = self.procedures.clone();
        if procedures.is_empty() {
            procedures = vec![Procedure::Pvp, Procedure::Pkp];
        }
        procedures.sort();
        procedures.dedup();
        if self.switches && !procedures.contains(&Procedure::Pkp) {
            return Err(Failure::Input("--switches are kyphoplasty's: it needs pkp among the procedures".into()));
        }
        if procedures.contains(&Procedure::Pkp) && scenario.file.balloon.is_none() {
            let help = "give [balloon], or --procedures pvp";
            return Err(scenario.fault("balloon", "kyphoplasty needs a [balloon] section", Some(help)).into());
        }
        Ok(procedures)
    }

    fn simulate(
        &self,
        scenario: &Scenario,
        procedures: &[Procedure],
    ) -> Result<(FileDone, Option<SwitchShares>), Failure> {
        let runs = procedures.len() + if self.switches { 15 } else { 0 };
        let mut progress = Progress::over(runs, self.flags.quiet);
        // Variants are for `run`; two procedures on one patient are compared here.
        let itself = scenario.runs().swap_remove(0);
        let planned = procedures.iter().map(|procedure| (itself.clone(), *procedure)).collect();
        let done = simulate(scenario, planned, &self.flags, Parts::ALL, &mut progress, &mut |_, _, _| Ok(()))?;
        if !self.switches {
            return Ok((done, None));
        }
        let kyphoplasty = done.runs.iter().find(|run| run.outcome.procedure == Procedure::Pkp);
        let mut leaked_ml = [0.0; 16];
        leaked_ml[15] = kyphoplasty.and_then(|run| run.outcome.cement.as_ref()).map_or(0.0, |cement| cement.leaked_ml);
        for (bits, leaked_ml) in leaked_ml.iter_mut().enumerate().take(15) {
            let settings =
                RunSettings { switches: Switches::from_bits(bits), parts: Parts::FLOW, ..self.flags.settings(&itself) };
            let name = format!("switches {bits:04b}");
            let run = progress.step(name, |tell| headless::run(&itself, Procedure::Pkp, &settings, tell))?;
            *leaked_ml = run.outcome.cement.map_or(0.0, |cement| cement.leaked_ml);
        }
        if leaked_ml.iter().any(|leaked| !leaked.is_finite()) {
            return Err(Failure::Simulation("a leaked volume is not finite".into()));
        }
        Ok((done, Some(SwitchShares::new(Switches::NAMES, leaked_ml))))
    }

    fn text(&self, scenario: &Scenario, done: &FileDone, shares: Option<&SwitchShares>) -> String {
        let columns: Vec<Column<'_>> = done
            .runs
            .iter()
            .map(|run| Column { heading: run.outcome.procedure.name().to_uppercase(), outcome: &run.outcome })
            .collect();
        let mut text = format!("{}\n{}\n", scenario.file.title, table(&columns));
        if let Some(shares) = shares {
            text.push_str(&format!("\n{}\n", switches_table(shares)));
        }
        text.push_str(&expectations_in_words(scenario, done));
        text.push_str(&format!("{NOT_A_DEVICE}\n"));
        text
    }
}
