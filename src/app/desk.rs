//! Everything that a frame shows and a gesture changes: which screen, which case, the operation on the table.

use super::autosave::Autosave;
use super::looks::Look;
use super::operate::room::OperatingRoom;
use super::operate::{Booking, Gesture};
use super::stopwatch::Seconds;
use crate::anatomy::Patient;
use crate::assessment::session::Session;
use crate::instruments::Trajectory;
use crate::procedure::Procedure;
use crate::scenario::library::CaseSource;
use crate::scenario::{Parts, RunSettings, Scenario, Switches, build_patient};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// Where the learner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Choosing a case.
    Cases,
    /// The case's story, and what to do.
    Briefing,
    /// Paths.
    Plan,
    /// At the table.
    Operate,
    /// Afterwards.
    Debrief,
    /// Two procedures in step.
    Compare,
    /// The two-view decision.
    Drill,
    /// Language, text, colours, keys.
    Settings,
}

/// A case with its patient.
#[derive(Clone)]
pub struct Case {
    /// The file.
    pub scenario: Arc<Scenario>,
    /// Who.
    pub patient: Arc<Patient>,
}

/// What is to be done with a case once it is there.
enum Purpose {
    Brief,
    Resume(Box<Session>),
    Compare,
}

/// The desk. It hears from other threads, so it stays on the window's own.
pub struct Desk {
    /// How it looks and speaks.
    pub look: Look,
    /// Where the learner is.
    pub screen: Screen,
    /// The case under way.
    pub case: Option<Case>,
    /// What is done to the patient.
    pub procedure: Procedure,
    /// Locked paths, where the learner planned some; the case's own otherwise.
    pub paths: Option<Vec<Trajectory>>,
    /// The operation on the table.
    pub room: Option<OperatingRoom>,
    /// What went wrong last, in words.
    pub trouble: Option<String>,
    /// Where settings and the session under way are kept; `None`: nothing is kept.
    pub folder: Option<PathBuf>,
    /// Pictures are made (a test without eyes does without).
    pub has_darkroom: bool,
    /// Keys go into a text field.
    pub is_typing: bool,
    /// A press of the pedal starts live screening and the next one ends it.
    pub pedal_stays: bool,
    loading: Option<Receiver<Result<(Case, Purpose), String>>>,
}

impl Desk {
    /// An empty desk.
    pub fn new(folder: Option<PathBuf>, has_darkroom: bool) -> Desk {
        Desk {
            look: Look::default(),
            screen: Screen::Cases,
            case: None,
            procedure: Procedure::Pvp,
            paths: None,
            room: None,
            trouble: None,
            folder,
            has_darkroom,
            is_typing: false,
            pedal_stays: false,
            loading: None,
        }
    }

    /// Opens a case file in the background.
    pub fn open_case(&mut self, path: &Path) {
        self.open(CaseSource::of_path(path));
    }

    /// The same, of a case that may be inside the program.
    pub fn open(&mut self, source: CaseSource) {
        self.load(source, |_| Purpose::Brief);
    }

    /// Opens a case to compare its procedures.
    pub fn open_comparison(&mut self, path: &Path) {
        self.load(CaseSource::of_path(path), |_| Purpose::Compare);
    }

    /// Takes up the session that was left.
    pub fn resume(&mut self) {
        let Some(session) = self.folder.as_deref().and_then(Autosave::left_in) else { return };
        let path = session.header.scenario.clone();
        self.load(CaseSource::of_path(&path), move |_| Purpose::Resume(Box::new(session)));
    }

    /// Whether a case is being opened.
    pub fn is_loading(&self) -> bool {
        self.loading.is_some()
    }

    /// Something is still on its way: a case, or pictures of the operation.
    pub fn is_waiting(&self) -> bool {
        self.loading.is_some() || self.room.as_ref().is_some_and(OperatingRoom::is_waiting)
    }

    fn load(&mut self, source: CaseSource, purpose: impl FnOnce(&Scenario) -> Purpose + Send + 'static) {
        let (outbox, inbox) = channel();
        std::thread::spawn(move || {
            // Nobody waits any more when another case was opened since.
            let _ = outbox.send(load(&source, purpose));
        });
        (self.loading, self.trouble) = (Some(inbox), None);
    }

    /// Time passes on the wall; what came from other threads is taken in.
    pub fn tick(&mut self, wall: Seconds) {
        if let Some(loaded) = self.loading.as_ref().and_then(|inbox| inbox.try_recv().ok()) {
            self.loading = None;
            match loaded {
                Ok((case, purpose)) => self.begin(case, purpose),
                Err(because) => self.trouble = Some(because),
            }
        }
        if let Some(room) = &mut self.room {
            if self.screen == Screen::Operate {
                room.pass(wall);
            }
            room.poll();
            if room.finished.is_some() && self.screen == Screen::Operate {
                room.close_log();
                self.screen = Screen::Debrief;
            }
        }
    }

    fn begin(&mut self, case: Case, purpose: Purpose) {
        self.paths = None;
        self.room = None;
        self.procedure = case.scenario.file.procedures.first().copied().unwrap_or(Procedure::Pvp);
        self.case = Some(case.clone());
        match purpose {
            Purpose::Brief => self.screen = Screen::Briefing,
            Purpose::Compare => self.screen = Screen::Compare,
            Purpose::Resume(session) => {
                if session.header.sha256 != case.scenario.sha256 {
                    self.trouble = Some(self.look.say("resume-changed"));
                    return;
                }
                self.procedure = session.header.procedure;
                let log = self.folder.as_deref().and_then(|folder| Autosave::go_on(folder, &session).ok());
                let eyes = self.has_darkroom;
                match OperatingRoom::of_session(&session, &case.scenario, case.patient, log, eyes) {
                    Ok(room) => (self.room, self.screen) = (Some(room), Screen::Operate),
                    Err(error) => self.trouble = Some(error.to_string()),
                }
            }
        }
    }

    /// How the case under way is computed.
    pub fn settings(&self) -> Option<RunSettings> {
        let file = &self.case.as_ref()?.scenario.file;
        Some(RunSettings {
            resolution_mm: file.resolution_mm,
            seed: file.seed,
            switches: Switches::ALL,
            parts: Parts::ALL,
        })
    }

    /// On to the table, with the learner's paths or the case's own.
    pub fn operate(&mut self) {
        if let Err(because) = self.try_to_operate() {
            self.trouble = Some(because);
        }
    }

    fn booking(&self) -> Option<Booking> {
        let (case, settings) = (self.case.clone()?, self.settings()?);
        let mode = case.scenario.file.permissions.mode;
        Some(Booking { scenario: case.scenario, patient: case.patient, procedure: self.procedure, settings, mode })
    }

    /// The learner's paths or, before there are any, the case's own.
    ///
    /// # Errors
    /// A case whose paths cannot be laid, in words.
    pub fn planned_paths(&self) -> Result<Vec<Trajectory>, String> {
        match (&self.paths, self.booking()) {
            (Some(paths), _) => Ok(paths.clone()),
            (None, Some(booking)) => Ok(booking.plan().map_err(|error| error.to_string())?.trajectories),
            (None, None) => Ok(Vec::new()),
        }
    }

    fn try_to_operate(&mut self) -> Result<(), String> {
        let Some(own) = self.booking() else { return Ok(()) };
        let paths = self.planned_paths()?;
        let header = own.header(&paths).map_err(|error| error.to_string())?;
        let mut scenario = (*own.scenario).clone();
        header.plan.put_into(&mut scenario);
        let booking = Booking { scenario: Arc::new(scenario), ..own };
        let log = match &self.folder {
            Some(folder) => Autosave::begin(folder, &header)
                .inspect_err(|error| self.trouble = Some(format!("{}: {error}", folder.display())))
                .ok(),
            None => None,
        };
        let room = OperatingRoom::open(booking, log, self.has_darkroom).map_err(|error| error.to_string())?;
        (self.room, self.screen) = (Some(room), Screen::Operate);
        Ok(())
    }

    /// Passes a gesture on to the table.
    pub fn gesture(&mut self, gesture: Gesture) {
        let (Screen::Operate, Some(room)) = (self.screen, &mut self.room) else { return };
        match gesture {
            Gesture::Pedal(true) if self.pedal_stays => room.gesture(Gesture::Pedal(!room.is_live())),
            Gesture::Pedal(false) if self.pedal_stays => {}
            gesture => room.gesture(gesture),
        }
    }

    /// Back to the cases; an operation under way stays in its log.
    pub fn leave(&mut self) {
        self.room = None;
        self.screen = Screen::Cases;
    }
}

fn load(source: &CaseSource, purpose: impl FnOnce(&Scenario) -> Purpose) -> Result<(Case, Purpose), String> {
    let scenario = source.load().map_err(|error| error.to_string())?;
    scenario.require_data().map_err(|error| error.to_string())?;
    let patient = build_patient::patient(&scenario, scenario.file.seed).map_err(|error| error.to_string())?;
    let purpose = purpose(&scenario);
    Ok((Case { scenario: Arc::new(scenario), patient: Arc::new(patient) }, purpose))
}
