//! `trocar products`: the cement products.

use super::exit::{Exit, Failure};
use super::output::{explain, stdout};
use clap::Args;

/// Arguments of `trocar products`.
#[derive(Args)]
pub struct Arguments {}

impl Arguments {
    /// Does it.
    pub fn list(self) -> Exit {
        stdout(&table()).map_or_else(|error| explain(&Failure::Output(error)), |()| Exit::Met)
    }
}

/// (Placeholder: to be connected with `cement::product`.)
fn table() -> String {
    crate::scenario::build::product_ids().join("\n") + "\n"
}
