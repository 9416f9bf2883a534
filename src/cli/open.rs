//! `trocar open`, and `trocar` alone: the window.

use super::exit::Exit;
use super::output::message;
use crate::app;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `trocar open`.
#[derive(Args)]
pub struct Arguments {
    /// Scenario file
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Arguments {
    /// Does it.
    pub fn open(self) -> Exit {
        open(self.file.as_deref())
    }
}

/// `trocar` alone.
pub fn nothing() -> Exit {
    open(None)
}

fn open(scenario: Option<&Path>) -> Exit {
    match app::open(scenario) {
        Ok(()) => Exit::Met,
        Err(error) => {
            message(&format!("error: {error}"));
            Exit::Input
        }
    }
}
