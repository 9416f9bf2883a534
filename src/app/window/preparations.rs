//! What a screen needs before it can be drawn: a plan to begin with, a recording, patients, folders; and a bar meanwhile.

use crate::app::debrief::background::Job;
use crate::app::debrief::recording::{Case, Recording, RecordingError};
use crate::app::desk::Desk;
use crate::app::plan::PlanScreen;
use crate::app::settings::Settings;
use bevy_egui::egui::{CentralPanel, ProgressBar, Ui};
use std::path::PathBuf;
use std::sync::Arc;

/// Another row of patients every time the drill is opened.
#[expect(clippy::disallowed_methods, reason = "which patients a learner meets is no part of any result")]
pub(super) fn first_question() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Where cases are looked for besides those in the program: beside the settings, in the folder that the learner chose,
/// and in a checkout that the program was started in.
pub(super) fn case_folders(desk: &Desk, settings: &Settings) -> Vec<PathBuf> {
    let own = desk.folder.iter().map(|folder| folder.join("cases")).chain(settings.cases.clone());
    let checkout = ["scenarios/training", "scenarios/complications"].map(PathBuf::from);
    own.chain(checkout).collect()
}

/// The planning of the case under way, from the paths it comes with.
pub(super) fn plan_of(desk: &mut Desk) -> Option<PlanScreen> {
    let case = desk.case.clone()?;
    match desk.planned_paths() {
        Ok(paths) => Some(PlanScreen::new(case.scenario, case.patient, desk.procedure, paths)),
        Err(because) => {
            desk.trouble = Some(because);
            None
        }
    }
}

/// What was done at the table, to be looked at again.
pub(super) fn recording_of(desk: &Desk) -> Option<Job<Result<Recording, RecordingError>>> {
    let room = desk.room.as_ref()?;
    let finished = room.finished.as_ref()?;
    let booking = &room.booking;
    let case = Case {
        scenario: Arc::clone(&booking.scenario),
        patient: Arc::clone(&booking.patient),
        procedure: booking.procedure,
        settings: booking.settings,
        plan: room.plan.clone(),
        by_hand: true,
    };
    let (actions, ticks) = (finished.actions.clone(), finished.ticks);
    Some(Job::start("recording", move |reins| Recording::of_actions(&case, &actions, ticks, reins)))
}

pub(super) fn waiting(ui: &mut Ui, words: String, share: f32) {
    CentralPanel::default().show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space(0.4 * ui.available_height());
            ui.label(words);
            ui.add(ProgressBar::new(share).desired_width(320.0));
        });
    });
    ui.ctx().request_repaint();
}
