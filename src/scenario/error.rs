//! What can be wrong with a scenario file, with the place in the file where it is.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A scenario that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Far larger than any case.
    #[error("{}: larger than {limit_bytes} bytes, which no scenario is", path.display())]
    TooLarge {
        /// As given.
        path: PathBuf,
        /// Allowed.
        limit_bytes: u64,
    },
    /// Not a text.
    #[error("{}: not UTF-8 text (byte {offset})", path.display())]
    NotUtf8 {
        /// As given.
        path: PathBuf,
        /// First bad byte.
        offset: usize,
    },
    /// The text breaks the format's rules.
    #[error("{}", summary(.0))]
    Invalid(Vec<Fault>),
}

/// One rule broken at one place of the file.
#[derive(Clone, Debug)]
pub struct Fault {
    file: Arc<NamedSource<String>>,
    span: Range<usize>,
    /// Path of the key, `"patient.fracture.grade"`; empty for the whole file.
    pub key: String,
    /// What was found and which rule it breaks.
    pub problem: String,
    /// What is allowed, or what was probably meant.
    pub help: Option<String>,
}

/// A fault that does not know its file yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    pub span: Range<usize>,
    pub key: String,
    pub problem: String,
    pub help: Option<String>,
}

impl Finding {
    pub(super) fn in_file(self, file: &Arc<NamedSource<String>>) -> Fault {
        // A span must lie in the text and cover something to be drawn.
        let length = file.inner().len();
        let start = self.span.start.min(length);
        let end = self.span.end.clamp(start, length);
        Fault { file: file.clone(), span: start..end, key: self.key, problem: self.problem, help: self.help }
    }
}

impl Fault {
    /// Line of the file, from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// Column, from 1, in characters.
    pub fn column(&self) -> usize {
        let before = self.before();
        before[before.rfind('\n').map_or(0, |newline| newline + 1)..].chars().count() + 1
    }

    fn before(&self) -> &str {
        self.file.inner().get(..self.span.start).unwrap_or_default()
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: ", self.file.name(), self.line(), self.column())?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.file.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".into()), self.span.clone()))))
    }
}

fn summary(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| match &fault.help {
            Some(help) => format!("{fault} ({help})"),
            None => fault.to_string(),
        })
        .collect();
    lines.join("\n")
}
