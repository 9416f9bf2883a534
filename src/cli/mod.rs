//! L8: one file per subcommand.

mod clock;
mod compare;
mod exit;
mod export;
mod flags;
mod import;
mod instruments_table;
mod levels;
mod new;
mod open;
mod output;
mod plan;
mod plan_proposals;
mod plan_risk;
mod planned;
mod products;
mod progress;
mod run;
mod schema;
mod simulate;
mod validate;
mod version;
mod xray;
mod xray_view;

use clap::{Parser, Subcommand};
use exit::Exit;
use std::ffi::OsString;
use std::process::ExitCode;

/// Said with every result.
const NOT_A_DEVICE: &str = "Trocar is a training and research tool, not a medical device.";

/// Planner and simulator for vertebroplasty and balloon kyphoplasty. For training and research; not a medical device.
#[derive(Parser)]
#[command(name = "trocar", version = version::TEXT.as_str(), after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 all met · 1 an expectation missed · 2 bad input or usage, or no window · \
3 the simulation failed · 4 output can't be written";

#[derive(Subcommand)]
enum Command {
    /// Open the simulator, on a scenario if one is given
    Open(open::Arguments),
    /// Run scenarios without a window and check their expectations
    Run(run::Arguments),
    /// Vertebroplasty and kyphoplasty on the same patient and axis, side by side
    Compare(compare::Arguments),
    /// Propose and grade trajectories, tell the risk of a leak before injecting, keep and lock a plan
    Plan(plan::Arguments),
    /// Fluoroscopy of a case: a picture of a moment, or a film strip of an injection
    Xray(xray::Arguments),
    /// Check scenario files without running them
    Validate(validate::Arguments),
    /// Print the JSON Schema of scenario files
    Schema(schema::Arguments),
    /// Print a commented scenario to start from
    New(new::Arguments),
    /// Make a patient file from a CT and labels
    Import(import::Arguments),
    /// Write a patient's surfaces, label maps, fields and landmarks for other programs
    Export(export::Arguments),
    /// List the cement products, or with --instruments the tools
    Products(products::Arguments),
    /// List the vertebral levels and their sizes
    Levels(levels::Arguments),
}

/// The whole program: arguments in, exit code out.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no failure; a closed pipe there is none either.
            let _ = error.print();
            return if error.use_stderr() { Exit::Input.into() } else { Exit::Met.into() };
        }
    };
    let exit = match cli.command {
        None => open::nothing(),
        Some(Command::Open(arguments)) => arguments.open(),
        Some(Command::Run(arguments)) => arguments.run(),
        Some(Command::Compare(arguments)) => arguments.compare(),
        Some(Command::Plan(arguments)) => arguments.plan(),
        Some(Command::Xray(arguments)) => arguments.xray(),
        Some(Command::Validate(arguments)) => arguments.validate(),
        Some(Command::Schema(arguments)) => arguments.print(),
        Some(Command::New(arguments)) => arguments.write(),
        Some(Command::Import(arguments)) => arguments.import(),
        Some(Command::Export(arguments)) => arguments.export(),
        Some(Command::Products(arguments)) => arguments.list(),
        Some(Command::Levels(arguments)) => arguments.list(),
    };
    exit.into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_and_their_flags_fit_together() {
        super::Cli::command().debug_assert();
    }
}
