//! The cases that can be chosen from: those inside the program, and those in a folder.

use super::{Scenario, ScenarioError};
use std::path::{Path, PathBuf};

/// Training cases inside the program, by the file's name.
const BUILT_IN: &[(&str, &str)] = &[
    ("tutorial", include_str!("../../scenarios/training/tutorial.toml")),
    ("l1-wedge", include_str!("../../scenarios/training/l1-wedge.toml")),
    ("t8-narrow", include_str!("../../scenarios/training/t8-narrow.toml")),
];
/// What a built-in case has in place of a folder.
const PREFIX: &str = "built-in:";
/// So many files of a folder are listed at most.
const MOST_FILES: usize = 500;

/// Where a case comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseSource {
    /// Inside the program.
    BuiltIn(&'static str),
    /// A file.
    File(PathBuf),
}

impl CaseSource {
    /// All cases inside the program, easiest first.
    pub fn built_in() -> impl Iterator<Item = CaseSource> {
        BUILT_IN.iter().map(|(name, _)| CaseSource::BuiltIn(name))
    }

    /// From the path that [`CaseSource::path`] gave.
    pub fn of_path(path: &Path) -> CaseSource {
        let name = path.to_str().and_then(|path| path.strip_prefix(PREFIX));
        let known = name.and_then(|name| BUILT_IN.iter().find(|(known, _)| *known == name));
        known.map_or_else(|| CaseSource::File(path.to_owned()), |(name, _)| CaseSource::BuiltIn(name))
    }

    /// The file, or what stands for it in messages and session logs.
    pub fn path(&self) -> PathBuf {
        match self {
            CaseSource::BuiltIn(name) => PathBuf::from(format!("{PREFIX}{name}")),
            CaseSource::File(path) => path.clone(),
        }
    }

    /// Reads the case.
    ///
    /// # Errors
    /// A file that cannot be read or is no scenario.
    pub fn load(&self) -> Result<Scenario, ScenarioError> {
        match self {
            CaseSource::BuiltIn(name) => {
                let text = BUILT_IN.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
                Scenario::parse(text.to_owned(), &self.path())
            }
            CaseSource::File(path) => Scenario::load(path),
        }
    }
}

/// Scenario files in a folder and one level below it, by name.
pub fn cases_in(folder: &Path) -> Vec<CaseSource> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).take(MOST_FILES).collect();
        paths.sort();
        paths
    };
    let below = entries(folder).into_iter().flat_map(|path| if path.is_dir() { entries(&path) } else { vec![path] });
    let is_case = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    below.filter(is_case).take(MOST_FILES).map(CaseSource::File).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_training_case_is_in_the_program_and_each_is_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/training");
        let mut files: Vec<String> =
            cases_in(&folder).iter().filter_map(|case| Some(case.path().file_stem()?.to_str()?.to_owned())).collect();
        let mut inside: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        files.sort();
        inside.sort();
        assert_eq!(inside, files, "a case of scenarios/training is missing in BUILT_IN, or the other way round");
        for source in CaseSource::built_in() {
            let scenario = source.load().expect("a case");
            assert_eq!(CaseSource::of_path(&scenario.path), source);
        }
        assert_eq!(CaseSource::of_path(Path::new("built-in:none")), CaseSource::File("built-in:none".into()));
    }
}
