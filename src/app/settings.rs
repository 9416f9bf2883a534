//! What the learner has set, and their best results: one small file in the system's place for such things.

use super::looks::{Contrast, Language, Look};
use crate::assessment::write::whole_file;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Name of the file.
const NAME: &str = "settings.toml";
/// What a file that cannot be read is renamed to.
const DAMAGED: &str = "settings.damaged.toml";

/// Everything that is kept between two starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Of the window.
    pub language: Language,
    /// Colours.
    pub contrast: Contrast,
    /// Factor on every text size, 0.8 to 2.
    pub text_scale: f32,
    /// A press starts live screening and the next one ends it; otherwise it goes on while the key is held.
    pub pedal_stays: bool,
    /// Where the learner's own cases are, besides the folder beside this file.
    pub cases: Option<PathBuf>,
    /// Best share of a case's own goals met, 0…1, by the case's id.
    pub best: BTreeMap<String, f64>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            language: Language::default(),
            contrast: Contrast::default(),
            text_scale: 1.0,
            pedal_stays: false,
            cases: None,
            best: BTreeMap::new(),
        }
    }
}

/// Where settings, the unfinished operation and the learner's own cases are kept; none where the system names no place.
pub fn folder() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(target_os = "windows") {
        return of("APPDATA").map(|folder| folder.join("Trocar"));
    }
    if cfg!(target_os = "macos") {
        return of("HOME").map(|home| home.join("Library/Application Support/Trocar"));
    }
    of("XDG_CONFIG_HOME").or_else(|| of("HOME").map(|home| home.join(".config"))).map(|folder| folder.join("trocar"))
}

impl Settings {
    /// Reads them; what cannot be read is set aside under another name, and that is told.
    pub fn load(folder: Option<&Path>) -> (Settings, Option<String>) {
        let Some(path) = folder.map(|folder| folder.join(NAME)) else { return (Settings::default(), None) };
        let read = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Settings::default(), None),
            Err(error) => Err(error.to_string()),
            Ok(bytes) => Ok(bytes),
        };
        let settings = read.and_then(|bytes| {
            let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
            toml::from_str::<Settings>(&text).map_err(|error| error.message().to_owned())
        });
        match settings {
            Ok(settings) if settings.text_scale.is_finite() => (settings, None),
            Ok(settings) => (Settings { text_scale: 1.0, ..settings }, None),
            Err(because) => {
                let aside = path.with_file_name(DAMAGED);
                // Where it cannot be renamed it is written over at the next change.
                let _ = std::fs::rename(&path, &aside);
                let told = format!("{}: {because} (kept as {})", path.display(), aside.display());
                (Settings::default(), Some(told))
            }
        }
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// A folder that cannot be written to, in words.
    pub fn save(&self, folder: Option<&Path>) -> Result<(), String> {
        let Some(folder) = folder else { return Ok(()) };
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let text = toml::to_string(self).map_err(|error| error.to_string())?;
        whole_file(&folder.join(NAME), text.as_bytes()).map_err(|error| error.to_string())
    }

    /// How the window looks and speaks with them.
    pub fn look(&self) -> Look {
        Look::of(self.language, self.contrast, self.text_scale)
    }

    /// Keeps a result if it is the best of its case; true when it is.
    pub fn note_share(&mut self, case: &str, share: f64) -> bool {
        let is_better = share.is_finite() && self.best.get(case).is_none_or(|best| share > *best);
        if is_better {
            self.best.insert(case.to_owned(), share);
        }
        is_better
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_and_only_a_better_result_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("new");
        let mut settings = Settings { language: Language::Chinese, text_scale: 1.4, ..Settings::default() };
        assert!(settings.note_share("l1-wedge", 0.5) && !settings.note_share("l1-wedge", 0.4));
        assert!(!settings.note_share("l1-wedge", f64::NAN));
        settings.save(Some(&own)).expect("written");
        assert_eq!(Settings::load(Some(&own)), (settings, None));
        assert_eq!(Settings::load(None), (Settings::default(), None));
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_told() {
        let folder = tempfile::tempdir().expect("a folder");
        for damaged in [&b"text_scale = \"large\""[..], b"language = \xff"] {
            std::fs::write(folder.path().join(NAME), damaged).expect("written");
            let (settings, told) = Settings::load(Some(folder.path()));
            assert_eq!(settings, Settings::default());
            assert!(told.is_some_and(|told| told.contains(DAMAGED)));
            assert!(folder.path().join(DAMAGED).exists() && !folder.path().join(NAME).exists());
        }
        std::fs::write(folder.path().join(NAME), "text_scale = nan").expect("written");
        assert_eq!(Settings::load(Some(folder.path())), (Settings::default(), None));
    }
}
