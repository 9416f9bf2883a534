//! The program as its users meet it: exit codes, messages, and files that are there whole or not at all.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod bad_input;
mod bad_volumes;
mod commands;
mod export_patient;
mod exported_files;
mod import_files;
mod phantom;
mod plan;
mod plan_proposals;
mod result_contract;
mod same_bytes;
mod xray;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The case that most tests change: theirs alone, so that the scenarios can be tuned.
const CASE: &str = include_str!("case.toml");

/// What the program answered.
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

fn trocar_in(folder: &Path, arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trocar"));
    let output = command.current_dir(folder).args(arguments).output().expect("the program starts");
    Answer {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Answer {
    #[track_caller]
    fn is(self, code: i32) -> Answer {
        assert_eq!(self.code, Some(code), "\nstdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn says(self, words: &[&str]) -> Answer {
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in\n{}", self.err);
        }
        self
    }
}

/// A text with some of it replaced.
fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "the text has no `{old}` to change");
        text = text.replacen(old, new, 1);
    }
    text
}

/// A folder with the case in it, some of its text replaced.
fn folder_with(changes: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("case.toml"), changed(CASE, changes)).expect("written");
    folder
}

/// `validate` on the changed case, and what it must say.
#[track_caller]
fn refused(changes: &[(&str, &str)], words: &[&str]) {
    let folder = folder_with(changes);
    trocar_in(folder.path(), &["validate", "case.toml"]).is(2).says(words);
}

fn files_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("readable");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What makes the case quick to run: the coarsest grid that is allowed, little cement.
const QUICK: [(&str, &str); 2] =
    [("resolution_mm = 1.0", "resolution_mm = 3.0"), ("volume_ml = 4.0", "volume_ml = 1.5")];

/// A wide vein that ends near the tip of a given path: the case leaks with little cement.
const LEAKING: [(&str, &str); 2] = [
    (
        "t_score = -3.1",
        "t_score = -3.1\nveins = \"none\"\n[[patient.vein]]\nkind = \"segmental\"\n\
         path_mm = [[34, -8, -1], [21, -8, -1], [12, -8, -1]]\nradius_mm = 2.0",
    ),
    ("propose = true", "entry_mm = [21.6, 33.9, 6.9]\ntarget_mm = [11, -9.2, -1]"),
];

/// A case that is quick to run.
fn quick() -> tempfile::TempDir {
    folder_with(&QUICK)
}

/// The JSON array that a command wrote.
fn results(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(Value::Array(results)) => results,
        other => panic!("{other:?} is no array of results:\n{text}"),
    }
}

/// A file of the reference data, or a plain word that the test does nothing without it.
fn real_data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TROCAR_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join("anatomy/ct").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set TROCAR_DATA to the data folder", path.display());
    None
}
