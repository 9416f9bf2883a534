//! `trocar schema`: the JSON Schema of scenario files, for editors.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain};
use crate::scenario::ScenarioFile;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `trocar schema`.
#[derive(Args)]
pub struct Arguments {
    /// Write it there and not to standard output
    #[arg(short, long = "output", value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

impl Arguments {
    /// Does it.
    pub fn print(self) -> Exit {
        let text = format!("{:#}\n", ScenarioFile::json_schema());
        match Destination::of(&self.output).write(&text) {
            Ok(()) => Exit::Met,
            Err(error) => explain(&Failure::Output(error)),
        }
    }
}
