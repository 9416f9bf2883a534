//! Every scenario file is a test of its own: `cargo test --test scenarios -- l1-wedge`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use trocar::scenario::Scenario;

/// More than this many known failures, and nobody is mending them.
const KNOWN_FAILURES_ALLOWED: usize = 3;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let files = scenario_files(&root.join("scenarios"));
    let mut trials = vec![Trial::test("scenarios exist", {
        let found = files.len();
        move || if found > 0 { Ok(()) } else { Err("no file below scenarios/".into()) }
    })];
    let mut known_failures = 0;
    for path in files {
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let mut skipped = false;
        if let Ok(scenario) = Scenario::load(&path) {
            known_failures += usize::from(scenario.file.known_failure.is_some());
            for (_, data) in scenario.missing_data() {
                skipped = true;
                eprintln!("{name}: skipped, because \"{data}\" is not below TROCAR_DATA on this machine");
            }
        }
        trials.push(Trial::test(name, move || run(&path)).with_ignored_flag(skipped));
    }
    trials.push(Trial::test("known failures are few", move || {
        if known_failures <= KNOWN_FAILURES_ALLOWED {
            return Ok(());
        }
        Err(format!("{known_failures} scenarios carry known_failure; {KNOWN_FAILURES_ALLOWED} at most").into())
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn scenario_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(scenario_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// As a user runs it; the program's own words are the message.
fn run(path: &Path) -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_trocar")).arg("run").arg("--quiet").arg(path).output()?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].concat();
    Err(format!("{}\n{}", output.status, String::from_utf8_lossy(&words)).into())
}
