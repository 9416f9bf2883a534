//! `trocar levels`: the vertebral levels and their sizes.

use super::exit::{Exit, Failure};
use super::output::{explain, stdout};
use crate::anatomy::Level;
use clap::Args;

/// Arguments of `trocar levels`.
#[derive(Args)]
pub struct Arguments {}

impl Arguments {
    /// Does it.
    pub fn list(self) -> Exit {
        stdout(&table()).map_or_else(|error| explain(&Failure::Output(error)), |()| Exit::Met)
    }
}

/// (Placeholder: to be connected with `anatomy::morphometry`.)
fn table() -> String {
    Level::ALL.map(|level| format!("{level}\n")).concat()
}
