//! Flags that mean the same on every command that computes.

use super::exit::Failure;
use super::output::Destination;
use crate::procedure::Procedure;
use crate::scenario::{Parts, RunSettings, Scenario, Switches};
use clap::Args;
use std::path::PathBuf;

/// A flag beats the file, the file beats the default.
#[derive(Args, Clone, Debug)]
pub struct Flags {
    /// Write the results as JSON (`-` is standard output)
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Number of threads; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seed of every random draw, in place of the file's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Edge of a voxel of the flow grid in mm, in place of the file's
    #[arg(long, value_name = "MM", value_parser = resolution)]
    resolution: Option<f64>,
    /// No progress and no messages but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Write the table there and not to standard output
    #[arg(short, long = "output", value_name = "OUT")]
    output: Option<PathBuf>,
}

/// An edge of a voxel, mm.
pub fn resolution(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(mm) if (0.2..=3.0).contains(&mm) => Ok(mm),
        _ => Err("0.2 to 3 mm".to_owned()),
    }
}

/// A procedure by name.
pub fn procedure(text: &str) -> Result<Procedure, String> {
    [Procedure::Pvp, Procedure::Pkp]
        .into_iter()
        .find(|procedure| procedure.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| "pvp or pkp".to_owned())
}

/// The parts that `--only` names; all of them where it names none.
pub fn parts(asked: &[String]) -> Result<Parts, Failure> {
    if asked.is_empty() {
        return Ok(Parts::ALL);
    }
    let names: Vec<&str> = asked.iter().map(String::as_str).collect();
    Parts::named(&names).map_err(|name| {
        Failure::Input(format!("--only: there is no part `{name}`; there is {}", Parts::NAMES.join(", ")))
    })
}

impl Flags {
    /// Where the JSON goes, if it is wanted.
    pub fn json(&self) -> Option<Destination> {
        self.json.as_deref().map(Destination::of)
    }

    /// Where the table goes; nowhere when standard output is taken by another result.
    pub fn table(&self, others: &[Option<Destination>]) -> Option<Destination> {
        match &self.output {
            Some(path) => Some(Destination::of(path)),
            None => (!others.contains(&Some(Destination::Stdout))).then_some(Destination::Stdout),
        }
    }

    /// An error where two results go to one place or one cannot be written.
    pub fn check_outputs(outputs: &[Option<Destination>]) -> Result<(), Failure> {
        let given: Vec<&Destination> = outputs.iter().flatten().collect();
        for (i, output) in given.iter().enumerate() {
            if given[..i].contains(output) {
                return Err(Failure::Input("two results cannot go to the same place".into()));
            }
            output.check()?;
        }
        Ok(())
    }

    /// The file's settings with the flags' in their place.
    pub fn settings(&self, scenario: &Scenario) -> RunSettings {
        RunSettings {
            resolution_mm: self.resolution.unwrap_or(scenario.file.resolution_mm),
            seed: self.seed.unwrap_or(scenario.file.seed),
            switches: Switches::ALL,
            parts: Parts::ALL,
        }
    }

    /// The voxel asked for, if one was.
    pub fn asked_resolution(&self) -> Option<f64> {
        self.resolution
    }

    /// Does some work on the number of threads asked for.
    pub fn on_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
        on_threads(self.threads, work)
    }
}

/// Does some work on a number of threads, or on as many as there are cores.
pub fn on_threads<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let Some(threads) = threads else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.into())
        .build()
        .map_err(|error| Failure::Input(format!("--threads {threads}: {error}")))?;
    Ok(pool.install(work))
}
