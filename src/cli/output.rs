//! Results to files or standard output, messages to standard error. A closed pipe is no failure.

use super::exit::{Exit, Failure};
use crate::assessment::write::{WriteError, check_writable, whole_file};
use crate::scenario::ScenarioError;
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Where a result goes: a file, or standard output for `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Destination {
    /// As given on the command line.
    pub fn of(path: &Path) -> Destination {
        if path.as_os_str() == "-" { Destination::Stdout } else { Destination::File(path.to_owned()) }
    }

    /// An error unless a result can be written there, before the work is done.
    pub fn check(&self) -> Result<(), WriteError> {
        match self {
            Destination::Stdout => Ok(()),
            Destination::File(path) => check_writable(path),
        }
    }

    /// Writes a result.
    pub fn write(&self, text: &str) -> Result<(), WriteError> {
        match self {
            Destination::Stdout => stdout(text),
            Destination::File(path) => whole_file(path, text.as_bytes()),
        }
    }
}

/// Writes to standard output; whoever stopped reading has what they wanted.
pub fn stdout(text: &str) -> Result<(), WriteError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(WriteError { path: "standard output".into(), reason: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// A message; nothing can be done where even that cannot be written.
pub fn message(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says why a command or a file failed, and gives the number for it.
pub fn explain(failure: &Failure) -> Exit {
    match failure {
        Failure::Scenario(error) => explain_scenario(error),
        other => message(&format!("error: {other}")),
    }
    failure.exit()
}

/// Each fault with a line to search for and the place in the text.
pub fn explain_scenario(error: &ScenarioError) {
    let ScenarioError::Invalid(faults) = error else {
        message(&format!("error: {error}"));
        return;
    };
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_links(false);
    for fault in faults {
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, fault).is_err() {
            drawn = fault.to_string();
        }
        message(&format!("error: {}", drawn.trim_start_matches(['\n', ' ', '×']).trim_end()));
    }
}
