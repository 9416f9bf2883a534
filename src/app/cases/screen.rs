//! The browser's state: cases, their pictures, the filter, the case under the cursor.

use super::filter::Filter;
use super::listing::{Entry, pictures};
use super::panel::told;
use crate::app::debrief::background::{Job, Progress};
use crate::app::looks::Look;
use crate::assessment::session::Session;
use crate::scenario::library::{CaseSource, cases_in};
use bevy_egui::egui::{ColorImage, Context, TextureHandle, TextureOptions};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

/// The thread that makes the pictures, and where they come from with the place of their case.
type Painting = (Job<()>, Receiver<(usize, ColorImage)>);

/// The case browser.
pub struct CasesScreen {
    listing: Option<Job<Vec<Entry>>>,
    painting: Option<Painting>,
    entries: Vec<Entry>,
    textures: BTreeMap<usize, TextureHandle>,
    /// What is looked for.
    pub filter: Filter,
    /// The case under the cursor, by its place in the list as it is shown.
    pub cursor: usize,
    pub(super) cursor_moved: bool,
    /// The operation that was left, to be gone on with.
    pub left: Option<Session>,
    /// It was asked whether that one shall be thrown away.
    pub(super) is_doubted: bool,
}

impl CasesScreen {
    /// Begins to read the built-in cases and those of some folders; `left` is an operation that was broken off.
    pub fn new(folders: Vec<PathBuf>, left: Option<Session>) -> CasesScreen {
        let listing = Job::start("cases", move |_| listed(&folders));
        CasesScreen {
            listing: Some(listing),
            painting: None,
            entries: Vec::new(),
            textures: BTreeMap::new(),
            filter: Filter::default(),
            cursor: 0,
            cursor_moved: false,
            left,
            is_doubted: false,
        }
    }

    /// Takes in what was made in the background.
    pub fn poll(&mut self, context: &Context) {
        match self.listing.as_ref().map(Job::poll) {
            Some(Progress::Done(entries)) => {
                let (outbox, inbox) = channel();
                let held = entries.clone();
                let job = Job::start("case pictures", move |reins| pictures(&held, &outbox, reins));
                (self.entries, self.painting, self.listing) = (entries, Some((job, inbox)), None);
            }
            Some(Progress::Gone) => self.listing = None,
            Some(Progress::Running(_)) | None => {}
        }
        let Some((job, inbox)) = &self.painting else { return };
        let done = !matches!(job.poll(), Progress::Running(_));
        for (at, picture) in inbox.try_iter() {
            self.textures.insert(at, context.load_texture("case", picture, TextureOptions::LINEAR));
        }
        if done {
            self.painting = None;
        }
    }

    /// Cases or pictures are on their way.
    pub fn is_waiting(&self) -> bool {
        self.listing.is_some() || self.painting.is_some()
    }

    /// The list is being read.
    pub fn is_listing(&self) -> bool {
        self.listing.is_some()
    }

    /// All cases.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A case's picture, once it is made.
    pub fn texture(&self, at: usize) -> Option<&TextureHandle> {
        self.textures.get(&at)
    }

    /// The same, by where the case comes from.
    pub fn texture_of(&self, source: &CaseSource) -> Option<&TextureHandle> {
        self.textures.get(&self.entries.iter().position(|entry| entry.source == *source)?)
    }

    /// Places of the cases that pass the filter.
    pub fn shown(&self, look: &Look) -> Vec<usize> {
        let takes = |at: &usize| {
            let entry = &self.entries[*at];
            let told = told(entry, look);
            self.filter.takes(entry, told.difficulty, &format!("{} {}", told.title, told.story))
        };
        (0..self.entries.len()).filter(takes).collect()
    }
}

fn listed(folders: &[PathBuf]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = CaseSource::built_in().map(Entry::of).collect();
    for source in folders.iter().flat_map(|folder| cases_in(folder)) {
        let entry = Entry::of(source);
        let sha256 = |entry: &Entry| entry.scenario.as_ref().ok().map(|scenario| scenario.sha256.clone());
        // A file that is built in as well is listed once.
        let is_known = sha256(&entry).is_some_and(|own| entries.iter().any(|known| sha256(known) == Some(own.clone())));
        if !is_known {
            entries.push(entry);
        }
    }
    entries
}
