//! The operating room without its walls: gestures become actions, news becomes what is shown.

use super::booking::{Booking, BookingError};
use super::gesture::Gesture;
use super::monitor::{Direction, Monitor};
use crate::anatomy::Patient;
use crate::app::engine::{Darkroom, Finished, Snapshot, Theatre};
use crate::app::{autosave::Autosave, stopwatch::Seconds};
use crate::assessment::session::Session;
use crate::imaging::DoseLevel;
use crate::procedure::action::{Action, TimedAction, View};
use crate::procedure::injection::TICK_S;
use crate::procedure::plan::Plan;
use crate::scenario::{Parts, RunSettings, Scenario};
use std::sync::Arc;

/// Ticks that may be asked for ahead of the simulation, besides those of one frame.
const AHEAD_TICKS: u64 = 4;
/// How fast time may run.
pub const PACES: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// One operation on the table.
pub struct OperatingRoom {
    /// What is operated.
    pub booking: Booking,
    /// The plan it follows.
    pub plan: Plan,
    /// The present state.
    pub now: Snapshot,
    /// AP and lateral.
    pub monitors: [Monitor; 2],
    /// The tool in the hand.
    pub in_hand: usize,
    /// Plunger's rate.
    pub rate_ml_per_min: f64,
    /// Times as fast as the clock on the wall.
    pub pace: f64,
    /// What was refused or happened last, a key of the words or the engine's own, and the tick.
    pub message: Option<(String, u64)>,
    /// All actions so far.
    pub actions: Vec<TimedAction>,
    /// Once it is over.
    pub finished: Option<Finished>,
    /// The simulation cannot go on.
    pub failed: Option<String>,
    /// Bone bright instead of dark.
    pub is_inverted: bool,
    /// The rule of the two views is shown beside the tool.
    pub shows_hints: bool,
    /// The patient is shown in 3D beside the pictures, where that is allowed.
    pub shows_scene: bool,
    pub(super) undone: Vec<Action>,
    /// Volume that each balloon was last told to take.
    inflated_ml: Vec<f64>,
    pub(super) is_redoing: bool,
    pub(super) is_rewinding: bool,
    pub(super) is_pressed: bool,
    pub(super) is_live: bool,
    pub(super) owed_s: f64,
    pub(super) theatre: Theatre,
    pub(super) darkroom: Option<Darkroom>,
    pub(super) live_due_tick: u64,
    pub(super) log: Option<Autosave>,
}

impl OperatingRoom {
    /// The patient is on the table. With a darkroom there are pictures to look at; without one they are counted only.
    pub fn open(booking: Booking, log: Option<Autosave>, has_darkroom: bool) -> Result<OperatingRoom, BookingError> {
        OperatingRoom::resume(booking, Vec::new(), 0, log, has_darkroom)
    }

    /// The same after what was done in an earlier session.
    pub fn resume(
        booking: Booking,
        actions: Vec<TimedAction>,
        ticks: u64,
        log: Option<Autosave>,
        has_darkroom: bool,
    ) -> Result<OperatingRoom, BookingError> {
        let plan = booking.plan()?;
        let dose = plan.fluoroscopy.as_ref().map_or(DoseLevel::Normal, |fluoroscopy| fluoroscopy.dose);
        let darkroom = has_darkroom.then(|| {
            let (scenario, patient) = (Arc::clone(&booking.scenario), Arc::clone(&booking.patient));
            Darkroom::open(scenario, patient, booking.settings.seed, dose)
        });
        let (scenario, patient) = (Arc::clone(&booking.scenario), Arc::clone(&booking.patient));
        let theatre = Theatre::open(scenario, patient, booking.settings, plan.clone(), actions.clone(), ticks);
        let rate_ml_per_min = plan.cement.rate_mm3_per_s * crate::units::S_PER_MIN / crate::units::MM3_PER_ML;
        let mut inflated_ml = vec![0.0; plan.trajectories.len()];
        for timed in &actions {
            if let Action::Inflate { trajectory, volume_ml } = timed.action
                && let Some(own) = inflated_ml.get_mut(trajectory)
            {
                *own = volume_ml;
            }
        }
        let now = Snapshot { tick: ticks, ..Snapshot::default() };
        let monitors = [Monitor::new(Direction::Ap), Monitor::new(Direction::Lateral)];
        let mode = booking.mode;
        Ok(OperatingRoom {
            booking,
            plan,
            now,
            monitors,
            in_hand: 0,
            rate_ml_per_min,
            pace: 1.0,
            message: None,
            actions,
            finished: None,
            failed: None,
            is_inverted: false,
            shows_hints: true,
            shows_scene: mode.explains(),
            undone: Vec::new(),
            inflated_ml,
            is_redoing: false,
            is_rewinding: false,
            is_pressed: false,
            is_live: false,
            owed_s: 0.0,
            theatre,
            darkroom,
            live_due_tick: 0,
            log,
        })
    }

    /// Takes a session up again.
    pub fn of_session(
        session: &Session,
        scenario: &Scenario,
        patient: Arc<Patient>,
        log: Option<Autosave>,
        has_darkroom: bool,
    ) -> Result<OperatingRoom, BookingError> {
        let header = &session.header;
        header.plan.check_patient(&patient)?;
        let mut scenario = scenario.clone();
        header.plan.put_into(&mut scenario);
        let settings = RunSettings {
            resolution_mm: header.resolution_mm,
            seed: header.seed,
            switches: crate::scenario::Switches::ALL,
            parts: Parts::ALL,
        };
        let (procedure, mode) = (header.procedure, header.mode);
        let booking = Booking { scenario: Arc::new(scenario), patient, procedure, settings, mode };
        OperatingRoom::resume(booking, session.actions.clone(), session.ticks, log, has_darkroom)
    }

    /// So much time has passed on the wall.
    pub fn pass(&mut self, wall: Seconds) {
        if self.now.is_finished && self.finished.is_some() {
            return;
        }
        self.owed_s += wall.0 * self.pace;
        let due = (self.owed_s / TICK_S + 1e-9) as u64;
        let room = (AHEAD_TICKS + due).saturating_sub(self.theatre.behind());
        let ticks = due.min(room);
        self.theatre.pass(ticks);
        self.owed_s -= ticks as f64 * TICK_S;
        // A slow machine owes nothing: its time passes more slowly.
        self.owed_s = self.owed_s.min(TICK_S * self.pace);
    }

    /// Does what was asked.
    pub fn gesture(&mut self, gesture: Gesture) {
        let trajectory = self.in_hand;
        match gesture {
            Gesture::Scene => self.shows_scene = !self.shows_scene,
            Gesture::Hints => self.shows_hints = !self.shows_hints,
            Gesture::Invert => self.is_inverted = !self.is_inverted,
            Gesture::NextTool => self.in_hand = (self.in_hand + 1) % self.plan.trajectories.len().max(1),
            Gesture::Take(which) => self.in_hand = which.min(self.plan.trajectories.len().saturating_sub(1)),
            Gesture::Shift { left_mm, up_mm } => self.aim(left_mm, up_mm, 0.0, 0.0),
            Gesture::Tilt { convergence_deg, sagittal_deg } => self.aim(0.0, 0.0, convergence_deg, sagittal_deg),
            Gesture::Drive(by_mm) if by_mm >= 0.0 => self.act(Action::Advance { trajectory, by_mm }),
            Gesture::Drive(by_mm) => self.act(Action::Withdraw { trajectory, by_mm: -by_mm }),
            Gesture::Seat if self.booking.mode.allows_planning() => self.act(Action::Place { trajectory }),
            Gesture::Seat => self.say("told-no-path"),
            Gesture::Turn(by_deg) => self.act(Action::Turn { trajectory, by_deg }),
            Gesture::Shoot(view) => self.theatre.look(view),
            Gesture::Pedal(on) => self.pedal(on),
            Gesture::Swing { lao_deg, cra_deg } => self.swing(lao_deg, cra_deg),
            Gesture::Inflate(more_ml) => {
                let Some(asked_ml) = self.inflated_ml.get_mut(trajectory) else { return };
                *asked_ml += more_ml;
                let volume_ml = *asked_ml;
                self.act(Action::Inflate { trajectory, volume_ml });
            }
            Gesture::Drill => self.act(Action::Drill { trajectory }),
            Gesture::Deflate => self.act(Action::Deflate { trajectory }),
            Gesture::Contrast => {
                let planned = self.plan.venography_mm3.map(crate::units::ml_from_mm3);
                match planned {
                    Some(volume_ml) => self.act(Action::Contrast { trajectory, volume_ml }),
                    None => self.say("told-no-contrast"),
                }
            }
            Gesture::Mix => self.act(Action::Mix),
            Gesture::Connect => self.act(Action::Connect { trajectory }),
            Gesture::Press(is_down) => self.press(is_down),
            Gesture::Rate(times) => {
                let plan = self.plan.cement.rate_mm3_per_s * crate::units::S_PER_MIN / crate::units::MM3_PER_ML;
                self.rate_ml_per_min = (self.rate_ml_per_min * times).clamp(0.1 * plan, 4.0 * plan);
                if self.is_pressed {
                    self.act(Action::Push { rate_ml_per_min: self.rate_ml_per_min });
                }
            }
            Gesture::Pause(reason) => {
                self.is_pressed = false;
                self.act(Action::Pause { reason });
            }
            Gesture::Finish => self.act(Action::Finish),
            Gesture::Pace(pace) => self.pace = pace.clamp(PACES[0], PACES[3]),
            Gesture::Record(level) => self.act(Action::RecordLevel { level }),
            Gesture::Undo => self.undo(),
            Gesture::Redo => self.redo(),
            Gesture::Conclude => self.theatre.conclude(),
        }
    }

    /// Takes in what the simulation and the darkroom have sent; whether anything has changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = false;
        while let Some(news) = self.theatre.news() {
            self.hear(news);
            changed = true;
        }
        while let Some(made) = self.darkroom.as_mut().and_then(Darkroom::ready) {
            match made {
                Ok(picture) => self.monitors[usize::from(picture.view.is_lateral())].show(picture),
                Err(error) => self.say(&error),
            }
            changed = true;
        }
        self.go_live();
        changed
    }

    /// Ticks asked for since this room was opened.
    pub fn asked_ticks(&self) -> u64 {
        self.theatre.asked()
    }

    /// Ticks asked for that have not passed yet.
    pub fn behind(&self) -> u64 {
        self.theatre.behind()
    }

    /// Waits for the next news; false when there will be none.
    pub fn wait(&mut self) -> bool {
        match self.theatre.wait() {
            Some(news) => {
                self.hear(news);
                true
            }
            None => false,
        }
    }

    /// The hand is on the plunger.
    pub fn is_pressed(&self) -> bool {
        self.is_pressed
    }

    /// The pedal is down.
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    /// Pictures are being made.
    pub fn is_waiting(&self) -> bool {
        self.darkroom.as_ref().is_some_and(|darkroom| darkroom.waiting > 0)
    }

    /// Name of the step that would be taken back.
    pub fn undo_step(&self) -> Option<&TimedAction> {
        self.actions.last().filter(|_| self.booking.mode.allows_undo() && self.finished.is_none())
    }

    /// Name of the step that would be done again.
    pub fn redo_step(&self) -> Option<&Action> {
        self.undone.last().filter(|_| self.booking.mode.allows_undo())
    }

    /// Closes the log of an operation that is over.
    pub fn close_log(&mut self) {
        if let Some(log) = self.log.take() {
            log.close();
        }
    }

    fn act(&mut self, action: Action) {
        if !self.is_redoing {
            self.undone.clear();
        }
        self.theatre.act(action);
    }

    pub(super) fn say(&mut self, words: &str) {
        self.message = Some((words.to_owned(), self.now.tick));
    }

    fn press(&mut self, is_down: bool) {
        if is_down == self.is_pressed {
            return;
        }
        self.is_pressed = is_down;
        self.act(if is_down { Action::Push { rate_ml_per_min: self.rate_ml_per_min } } else { Action::Release });
    }

    fn pedal(&mut self, on: bool) {
        let Some(view) = self.last_view() else { return };
        if on != self.is_live {
            self.is_live = on;
            self.act(Action::Screen { view, on });
        }
    }

    /// Where the last picture was taken from, or where the C-arm stands.
    fn last_view(&self) -> Option<View> {
        let shown = self.monitors.iter().filter_map(|monitor| monitor.shown.as_ref());
        let latest = shown.max_by_key(|shown| shown.number).map(|shown| shown.view);
        let views = &self.now.arms.as_ref()?.views;
        latest.filter(|view| views.contains(view)).or(views.first().copied())
    }

    fn swing(&mut self, lao_deg: f64, cra_deg: f64) {
        let Some(view) = self.last_view() else { return };
        let from = match view {
            View::Ap => [0.0, 0.0],
            View::Lateral => [90.0, 0.0],
            View::Turned { lao_deg, cra_deg } => [lao_deg, cra_deg],
        };
        self.act(Action::Aim { view: View::Turned { lao_deg: from[0] + lao_deg, cra_deg: from[1] + cra_deg } });
    }

    fn undo(&mut self) {
        if self.is_rewinding {
            return;
        }
        let Some(last) = self.undo_step().copied() else { return };
        self.undone.push(last.action);
        self.is_pressed = false;
        self.is_rewinding = true;
        self.theatre.rewind(self.actions.len() - 1);
    }

    fn redo(&mut self) {
        let Some(action) = self.undone.pop().filter(|_| self.booking.mode.allows_undo()) else { return };
        self.is_redoing = true;
        self.act(action);
        self.is_redoing = false;
    }

    /// The needle in the hand stands elsewhere on the bone, or at another angle.
    fn aim(&mut self, left_mm: f64, up_mm: f64, convergence_deg: f64, sagittal_deg: f64) {
        let Some(path) = self.aimed() else { return };
        let vertebra = &self.booking.patient.vertebra;
        let turned = path.turned(convergence_deg, sagittal_deg);
        let Some(made) = turned.and_then(|path| path.shifted(vertebra, left_mm, up_mm)) else {
            return self.say("told-no-bone");
        };
        let [entry_mm, target_mm] = [made.entry, made.target].map(|p| p.coords.into());
        self.act(Action::Point { trajectory: self.in_hand, entry_mm, target_mm });
    }

    fn aimed(&self) -> Option<super::aim::Aim> {
        let needle = self.now.needles.get(self.in_hand)?;
        let path = self.plan.trajectories.get(self.in_hand)?;
        super::aim::Aim::of(needle, path, &self.booking.patient.vertebra, self.booking.mode)
    }
}
