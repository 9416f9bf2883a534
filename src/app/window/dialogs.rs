//! The system's own file dialogs, answered in the background.

use crate::assessment::write::whole_file;
use bevy::tasks::block_on;
use rfd::AsyncFileDialog;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

/// What a dialog came to.
pub enum Answer {
    /// This case is to be opened.
    Open(PathBuf),
    /// The learner's own cases are here.
    Folder(PathBuf),
    /// It is written.
    Saved(PathBuf),
    /// It could not be written, and why.
    Failed(String),
}

/// A dialog on the screen.
pub struct Dialog(Receiver<Answer>);

impl Dialog {
    /// Asks for a case.
    pub fn open_case(filter: &str) -> Dialog {
        // Made on the window's thread, as a Mac demands; waited for on another.
        let asked = AsyncFileDialog::new().add_filter(filter, &["toml"]).pick_file();
        Dialog::wait(move || block_on(asked).map(|file| Answer::Open(file.path().to_owned())))
    }

    /// Asks for a folder with cases.
    pub fn choose_folder() -> Dialog {
        let asked = AsyncFileDialog::new().pick_folder();
        Dialog::wait(move || block_on(asked).map(|folder| Answer::Folder(folder.path().to_owned())))
    }

    /// Asks where a report goes, and writes it there.
    pub fn save_report(name: &str, html: String) -> Dialog {
        let asked = AsyncFileDialog::new().add_filter("HTML", &["html"]).set_file_name(name).save_file();
        Dialog::wait(move || {
            let path = block_on(asked)?.path().to_owned();
            Some(match whole_file(&path, html.as_bytes()) {
                Ok(()) => Answer::Saved(path),
                Err(error) => Answer::Failed(error.to_string()),
            })
        })
    }

    fn wait(work: impl FnOnce() -> Option<Answer> + Send + 'static) -> Dialog {
        let (outbox, inbox) = channel();
        std::thread::spawn(move || {
            if let Some(answer) = work() {
                // The window may be gone by now.
                let _ = outbox.send(answer);
            }
        });
        Dialog(inbox)
    }

    /// What it came to, once it has.
    pub fn answer(&self) -> Option<Answer> {
        self.0.try_recv().ok()
    }
}
