//! What has been done is on disk before the next frame: one line an action, so that a crash loses nothing.

use crate::assessment::session::{Session, SessionHeader, SessionLine};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Time that passes without an action is written once in so many ticks (2 s).
const PASSED_EVERY_TICKS: u64 = 40;
/// Name of the file below the folder of settings.
const NAME: &str = "unfinished.session.jsonl";

/// The log of the operation under way.
#[derive(Debug)]
pub struct Autosave {
    path: PathBuf,
    file: File,
    written_tick: u64,
}

impl Autosave {
    /// Begins a log; one that was there is written over.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn begin(folder: &Path, header: &SessionHeader) -> std::io::Result<Autosave> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        let mut file = File::create(&path)?;
        let line = serde_json::to_string(header)?;
        writeln!(file, "{line}")?;
        file.sync_data()?;
        Ok(Autosave { path, file, written_tick: 0 })
    }

    /// Goes on with the log that was left: what stands of it is written anew, so that a broken last line is gone.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn go_on(folder: &Path, session: &Session) -> std::io::Result<Autosave> {
        let path = folder.join(NAME);
        let mut text = serde_json::to_string(&session.header)? + "\n";
        for timed in &session.actions {
            text += &(serde_json::to_string(timed)? + "\n");
        }
        let fresh = path.with_extension("new");
        std::fs::write(&fresh, text)?;
        std::fs::rename(&fresh, &path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok(Autosave { path, file, written_tick: session.ticks })
    }

    /// Writes a line. A disk that is full must not stop the operation: the next line tries again.
    pub fn note(&mut self, line: &SessionLine) {
        if let Ok(text) = serde_json::to_string(line) {
            let _ = writeln!(self.file, "{text}").and_then(|()| self.file.sync_data());
        }
    }

    /// Time has passed.
    pub fn passed(&mut self, tick: u64) {
        if tick >= self.written_tick + PASSED_EVERY_TICKS {
            self.written_tick = tick;
            if let Ok(text) = serde_json::to_string(&SessionLine::Passed { tick }) {
                let _ = writeln!(self.file, "{text}");
            }
        }
    }

    /// The operation is over: there is nothing to go on with.
    pub fn close(self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// The session that was left in a folder, if there is one that can be read.
    pub fn left_in(folder: &Path) -> Option<Session> {
        let text = std::fs::read_to_string(folder.join(NAME)).ok()?;
        Session::parse(&text).ok()
    }

    /// Throws away what was left.
    pub fn discard(folder: &Path) {
        let _ = std::fs::remove_file(folder.join(NAME));
    }
}
