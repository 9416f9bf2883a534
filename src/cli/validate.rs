//! `trocar validate`: scenario files without running them.

use super::exit::{Exit, Failure};
use super::output::{explain, explain_scenario, message, stdout};
use crate::scenario::{Scenario, build_patient::check_patient};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `trocar validate`.
#[derive(Args)]
pub struct Arguments {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Say nothing of files that are in order
    #[arg(long, short)]
    quiet: bool,
}

impl Arguments {
    /// Does it.
    pub fn validate(self) -> Exit {
        let mut exit = Exit::Met;
        for path in &self.files {
            match Scenario::load(path) {
                Err(error) => {
                    explain_scenario(&error);
                    exit = Exit::Input;
                }
                Ok(scenario) => {
                    if let Some(error) = scenario.runs().iter().find_map(|run| check_patient(run).err()) {
                        exit = explain(&Failure::from(error));
                        continue;
                    }
                    if self.quiet {
                        continue;
                    }
                    let file = &scenario.file;
                    if file.trajectory.is_empty() {
                        message(&format!("note: {}: no [[trajectory]]: to be planned, not to be run", path.display()));
                    }
                    for (key, name) in scenario.missing_data() {
                        message(&format!("note: {}: {key}: there is no file \"{name}\" here", path.display()));
                    }
                    let names: Vec<&str> = file.procedures.iter().map(|procedure| procedure.name()).collect();
                    let line = format!(
                        "{}: in order ({}; {} variants, {} expectations)\n",
                        path.display(),
                        names.join(", "),
                        file.variant.len(),
                        file.expect.len()
                    );
                    if let Err(error) = stdout(&line) {
                        return explain(&Failure::Output(error));
                    }
                }
            }
        }
        exit
    }
}
