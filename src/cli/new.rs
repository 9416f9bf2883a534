//! `trocar new`: a commented scenario to start from.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain};
use clap::Args;
use std::path::PathBuf;

const TEMPLATE: &str = include_str!("../../assets/new-scenario.toml");

/// Arguments of `trocar new`.
#[derive(Args)]
pub struct Arguments {
    /// Write it there and not to standard output; a file that is there already is left alone
    #[arg(short, long = "output", value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

impl Arguments {
    /// Does it.
    pub fn write(self) -> Exit {
        let destination = Destination::of(&self.output);
        let result = match &destination {
            Destination::File(path) if path.exists() => {
                Err(Failure::Input(format!("{}: there is such a file already", path.display())))
            }
            _ => destination.write(TEMPLATE).map_err(Failure::from),
        };
        result.map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    #[test]
    fn the_scenario_to_start_from_is_in_order() {
        let loaded = Scenario::parse(super::TEMPLATE.to_owned(), "new-scenario.toml".as_ref());
        assert!(loaded.is_ok(), "{}", loaded.err().map(|error| error.to_string()).unwrap_or_default());
    }
}
