//! The house rules as a test: layers, doc lines, file lengths, and who may touch files, clocks and the window.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};

/// Rooms by layer; siblings of a layer never import each other.
const LAYERS: &[&[&str]] = &[
    &["units", "provenance"],
    &["geometry", "solvers"],
    &["anatomy"],
    &["patient_io", "instruments"],
    &["cement", "mechanics", "imaging"],
    &["procedure"],
    &["planning", "scenario"],
    &["assessment", "study"],
    &["cli", "app"],
];

/// Imports against the rule, on purpose: a scenario may ask for a proposed path; the command line opens the window's door.
const EXCEPTIONS: &[(&str, &str)] = &[("scenario", "planning"), ("cli", "app")];

/// Where files are read and written.
const MAY_TOUCH_FILES: &[&str] = &[
    "patient_io/",
    "scenario/",
    "assessment/",
    "study/",
    "cli/",
    "imaging/image.rs",
    "app/settings.rs",
    "app/autosave.rs",
];

struct Source {
    /// Relative to `src`, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    /// First folder or file name below `src`.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Lines of code before the tests, less comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests = self.path.ends_with("tests.rs");
        let without_tests = self.text.split("#[cfg(test)]").next().filter(|_| !is_tests).unwrap_or_default();
        without_tests
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or_default()))
            .filter(|(_, line)| !line.trim().is_empty())
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let read = |path: PathBuf| Source {
        path: path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/"),
        text: std::fs::read_to_string(&path).expect("readable source"),
    };
    let sources: Vec<Source> = files_below(&src, "rs").into_iter().map(read).collect();
    assert!(sources.len() > 20, "only {} source files found", sources.len());
    sources
}

fn layer_of(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

/// Fails with every breach in a list.
fn none(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_file_says_what_lives_there_and_is_short_enough_to_read() {
    let mut breaches = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            breaches.push(format!("src/{}: does not begin with a `//!` line", source.path));
        }
        let lines = source.text.lines().count();
        if lines > 400 {
            breaches.push(format!("src/{}: {lines} lines; 400 at most", source.path));
        }
    }
    none(breaches);
}

#[test]
fn rooms_import_only_from_below() {
    let mut breaches = Vec::new();
    for source in sources() {
        let room = source.room();
        if ["lib", "main"].contains(&room) {
            continue;
        }
        let Some(layer) = layer_of(room) else {
            breaches.push(format!("src/{}: the room `{room}` has no layer", source.path));
            continue;
        };
        for (line, code) in source.code() {
            for other in rooms_named(code) {
                let allowed = other == room || EXCEPTIONS.contains(&(room, other));
                if !allowed && layer_of(other).is_some_and(|other| other >= layer) {
                    breaches.push(format!("src/{}:{line}: `{room}` must not import `{other}`", source.path));
                }
            }
        }
    }
    none(breaches);
}

/// Rooms that a line names as `crate::room`, or in `use crate::{room, …}`.
fn rooms_named(code: &str) -> Vec<&'static str> {
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut named: Vec<String> = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => named.push(word(rest)),
            Some(list) => named.extend(list.split([',', '{', '}']).map(|part| word(part.trim()))),
        }
    }
    let rooms = LAYERS.iter().flat_map(|rooms| rooms.iter().copied());
    rooms.filter(|room| named.iter().any(|name| name == room)).collect()
}

#[test]
fn the_import_rule_sees_what_it_should() {
    assert_eq!(rooms_named("use crate::cement::Product;"), ["cement"]);
    assert_eq!(rooms_named("use crate::{units, cli::output};"), ["units", "cli"]);
    assert_eq!(rooms_named("let p: crate::geometry::Point = x;"), ["geometry"]);
    assert!(rooms_named("use super::cement;").is_empty());
}

#[test]
fn files_clocks_windows_and_transcendental_functions_stay_in_their_rooms() {
    let mut breaches = Vec::new();
    for source in sources() {
        let mut forbid = |what: &str, allowed: bool| {
            for (line, _) in source.code().filter(|(_, code)| !allowed && code.contains(what)) {
                breaches.push(format!("src/{}:{line}: `{what}` does not belong here", source.path));
            }
        };
        let below = |rooms: &[&str]| rooms.iter().any(|room| source.path.starts_with(room));
        for files in ["std::fs", "File::open", "File::create", "tempfile::"] {
            forbid(files, below(MAY_TOUCH_FILES));
        }
        for clock in ["Instant::now", "SystemTime", "std::time::Instant"] {
            forbid(clock, below(&["cli/", "app/"]));
        }
        forbid("bevy", below(&["app/"]));
        forbid("libm::", source.path == "units.rs");
        forbid("thread_rng", false);
        forbid("rand::rng()", false);
        forbid("HashMap", below(&["cli/", "app/"]));
    }
    none(breaches);
}

#[test]
fn no_module_is_named_for_nothing() {
    let empty = ["utils", "util", "helpers", "helper", "misc", "common"];
    let named = |source: &Source| source.path.split('/').any(|part| empty.contains(&part.trim_end_matches(".rs")));
    none(sources().iter().filter(|source| named(source)).map(|source| source.path.clone()).collect());
}

#[test]
fn numbers_in_assets_say_where_they_come_from() {
    let mut breaches = Vec::new();
    for path in files_below(&root().join("assets"), "toml") {
        let text = std::fs::read_to_string(&path).expect("readable asset");
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        provenance(&toml::Value::Table(table), false, &path.display().to_string(), &mut breaches);
    }
    none(breaches);
}

/// A table that holds a `value` has a `basis`, its own or that of a table around it.
fn provenance(value: &toml::Value, covered: bool, path: &str, breaches: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            if let Some(basis) = table.get("basis")
                && !["measured", "recalled", "our choice"].iter().any(|word| basis.as_str() == Some(word))
            {
                breaches.push(format!("{path}: basis {basis} is none of measured, recalled, our choice"));
            }
            let covered = covered || table.contains_key("basis");
            if table.contains_key("value") && !covered {
                breaches.push(format!("{path}: a value without a basis"));
            }
            for (key, inner) in table {
                provenance(inner, covered, &format!("{path}: {key}"), breaches);
            }
        }
        toml::Value::Array(items) => {
            for item in items {
                provenance(item, covered, path, breaches);
            }
        }
        _ => {}
    }
}

#[test]
fn the_version_names_every_asset() {
    let version = std::fs::read_to_string(root().join("src/cli/version.rs")).expect("src/cli/version.rs");
    let assets = root().join("assets");
    let mut breaches = Vec::new();
    for path in files_below(&assets, "toml") {
        let name = path.strip_prefix(&assets).expect("below assets").to_string_lossy().replace('\\', "/");
        if !version.contains(&format!("assets/{name}")) {
            breaches.push(format!("assets/{name}: not among the hashes of src/cli/version.rs"));
        }
    }
    none(breaches);
}
