//! A session as lines of JSON: who was treated and how it was planned, then every action with its tick.
//!
//! Lines are appended while the session runs; a last line that was cut off is left out.

use super::plan_file::PlanFile;
use crate::procedure::Procedure;
use crate::procedure::action::TimedAction;
use crate::scenario::file::Mode;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Version of the format.
const SCHEMA: &str = "trocar.session/1";

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionHeader {
    /// "trocar.session/1".
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Scenario file.
    pub scenario: PathBuf,
    /// Its title.
    pub title: String,
    /// Checksum of its text.
    pub sha256: String,
    /// What is done.
    pub procedure: Procedure,
    /// Seed of every random draw.
    pub seed: u64,
    /// Voxel of the flow grid.
    pub resolution_mm: f64,
    /// What the learner may see.
    pub mode: Mode,
    /// The locked paths.
    pub plan: PlanFile,
}

/// A line after the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SessionLine {
    /// Something was done.
    Acted(TimedAction),
    /// All actions but so many were taken back.
    Rewound {
        /// Actions that stay.
        kept: usize,
    },
    /// Time has passed.
    Passed {
        /// Ticks since the operation began.
        tick: u64,
    },
}

/// A session as far as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// What it is about.
    pub header: SessionHeader,
    /// Actions that stand.
    pub actions: Vec<TimedAction>,
    /// Ticks that have passed.
    pub ticks: u64,
}

/// Why a text is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The first line.
    #[error("line 1 is no header of a session: {0}")]
    Header(String),
    /// Another version.
    #[error("it is a \"{found}\"; this version reads \"{SCHEMA}\"")]
    Schema {
        /// What it says.
        found: String,
    },
    /// A line in the middle.
    #[error("line {line}: {problem}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

impl SessionHeader {
    /// The first line's schema.
    pub fn schema() -> String {
        SCHEMA.to_owned()
    }
}

impl Session {
    /// Reads what was written so far.
    ///
    /// # Errors
    /// A first line that is no header, or a line before the last that is no action.
    pub fn parse(text: &str) -> Result<Session, SessionError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
        let first = lines.next().map_or("", |(_, line)| line);
        let header: SessionHeader =
            serde_json::from_str(first).map_err(|error| SessionError::Header(error.to_string()))?;
        if header.schema != SCHEMA {
            return Err(SessionError::Schema { found: header.schema });
        }
        let (mut actions, mut ticks) = (Vec::<TimedAction>::new(), 0);
        while let Some((at, line)) = lines.next() {
            let broken = |problem: String| SessionError::Line { line: at + 1, problem };
            let read: SessionLine = match serde_json::from_str(line) {
                Ok(read) => read,
                // The program was stopped while it wrote this.
                Err(_) if lines.peek().is_none() => break,
                Err(error) => return Err(broken(error.to_string())),
            };
            match read {
                SessionLine::Acted(timed) if timed.tick < ticks => {
                    return Err(broken(format!("tick {} comes after tick {ticks}", timed.tick)));
                }
                SessionLine::Acted(timed) => {
                    ticks = timed.tick;
                    actions.push(timed);
                }
                SessionLine::Rewound { kept } if kept > actions.len() => {
                    return Err(broken(format!("{kept} actions are kept of {}", actions.len())));
                }
                SessionLine::Rewound { kept } => {
                    ticks = actions.get(kept).map_or(ticks, |undone| undone.tick);
                    actions.truncate(kept);
                }
                SessionLine::Passed { tick } => ticks = ticks.max(tick),
            }
        }
        Ok(Session { header, actions, ticks })
    }
}
