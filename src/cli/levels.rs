//! `trocar levels`: the vertebral levels and their sizes.

use super::exit::{Exit, Failure};
use super::output::{explain, stdout};
use crate::anatomy::{Level, morphometry};
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

/// One row a dimension, one column a level, and how each row is known.
fn table() -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    let header =
        std::iter::once("dimension".to_owned()).chain(Level::ALL.map(|l| l.to_string())).chain(["known as".to_owned()]);
    table.set_header(header);
    let mut sources = String::new();
    for column in morphometry::table() {
        let values = column.values.iter().map(|value| format!("{value:.1}"));
        table.add_row(std::iter::once(column.name.clone()).chain(values).chain([column.basis.clone()]));
        sources.push_str(&format!("{}: {}\n", column.name, column.source));
    }
    format!("{table}\n\nSources\n{sources}")
}
