//! The front of the desk: draws the screen the learner is on and carries out what was chosen there.

use super::dialogs::{Answer, Dialog};
use super::preparations::{case_folders, first_question, plan_of, recording_of, waiting};
use super::scenes::{self, Anatomy};
use super::top_bar::{TopChoice, top_bar};
use crate::app::autosave::Autosave;
use crate::app::cases::{self, BriefingChoice, CaseChoice, CasesScreen, Entry, briefing};
use crate::app::compare::{self, CompareScreen};
use crate::app::debrief::background::{Job, Progress};
use crate::app::debrief::recording::{Recording, RecordingError};
use crate::app::debrief::{self, DebriefScreen};
use crate::app::desk::{Desk, Screen};
use crate::app::drill::{self, DrillScreen};
use crate::app::looks::Look;
use crate::app::looks::widgets::{Notice, card, notice};
use crate::app::operate::panel::{Screens, operate_screen};
use crate::app::plan::{self, PlanChoice, PlanScreen};
use crate::app::scene::model::SceneModel;
use crate::app::scene::{Sculptor, view_3d};
use crate::app::settings::Settings;
use crate::app::settings_panel::{SettingsChoice, settings_panel};
use crate::scenario::library::CaseSource;
use bevy_egui::egui::{self, CentralPanel, Context, TextureId, Ui};
use std::sync::Arc;

/// Pictures of the two scenes, where there is a graphics card.
type Pictures = [Option<TextureId>; 2];

/// The debrief, or the way to it.
enum Debriefing {
    Waiting(Job<Result<Recording, RecordingError>>),
    There(Box<DebriefScreen>),
    Failed(String),
}

/// Everything drawn that is not part of the operation itself.
#[derive(Default)]
pub struct Front {
    settings: Settings,
    monitors: Screens,
    debriefing: Option<Debriefing>,
    cases: Option<CasesScreen>,
    plan: Option<PlanScreen>,
    comparison: Option<CompareScreen>,
    drill: Option<DrillScreen>,
    anatomy: Anatomy,
    sculptors: [Sculptor; 2],
    dialog: Option<Dialog>,
    /// Where the last report went.
    saved: Option<String>,
    is_dressed: bool,
}

impl Front {
    /// With the learner's settings.
    pub fn new(settings: Settings) -> Front {
        Front { settings, ..Front::default() }
    }

    /// The drill begins with this question, the same every time.
    pub fn with_drill_from(self, number: u64) -> Front {
        Front { drill: Some(DrillScreen::new(number)), ..self }
    }

    /// Gives the window its look, once and whenever the look has changed. True when it has: typefaces are there in the
    /// next frame only.
    pub fn dress(&mut self, context: &Context, look: &Look) -> bool {
        let is_undressed = !std::mem::replace(&mut self.is_dressed, true);
        if is_undressed {
            look.apply(context);
            context.request_repaint();
        }
        is_undressed
    }

    /// Something moves by itself: a thread is at work or a recording plays.
    pub fn is_moving(&self) -> bool {
        let plays = match &self.debriefing {
            Some(Debriefing::There(screen)) => screen.timeline.is_playing,
            _ => false,
        };
        plays || self.comparison.as_ref().is_some_and(|screen| screen.timeline.is_playing)
    }

    /// Something that the screen shows is still being made.
    pub fn is_waiting(&self, screen: Screen) -> bool {
        match screen {
            Screen::Cases => self.cases.as_ref().is_none_or(CasesScreen::is_waiting),
            Screen::Briefing | Screen::Settings => false,
            Screen::Plan => self.plan.as_ref().is_none_or(PlanScreen::is_proposing) || self.anatomy.is_busy(),
            Screen::Operate => self.anatomy.is_busy(),
            Screen::Debrief => match &self.debriefing {
                Some(Debriefing::There(screen)) => screen.is_waiting() || self.anatomy.is_busy(),
                Some(Debriefing::Failed(_)) => false,
                Some(Debriefing::Waiting(_)) | None => true,
            },
            Screen::Compare => self.comparison.as_ref().is_none_or(CompareScreen::is_waiting) || self.anatomy.is_busy(),
            Screen::Drill => {
                self.drill.as_ref().is_none_or(|drill| matches!(drill.stage(), drill::screen::Stage::Waiting))
            }
        }
    }

    /// One frame.
    pub fn draw(&mut self, ui: &mut Ui, desk: &mut Desk, models: &mut [SceneModel; 2], pictures: Pictures) {
        self.hear(ui, desk);
        desk.is_typing = ui.ctx().egui_wants_keyboard_input();
        if let Some(chosen) = top_bar(ui, desk) {
            self.go(chosen, desk);
        }
        self.notices(ui, desk);
        let shown = desk.screen;
        match shown {
            Screen::Cases => self.cases(ui, desk),
            Screen::Briefing => self.briefing(ui, desk),
            Screen::Settings => self.settings(ui, desk),
            Screen::Plan => self.plan(ui, desk, models, pictures),
            Screen::Operate => self.operate(ui, desk, models, pictures),
            Screen::Debrief => self.debrief(ui, desk, models, pictures),
            Screen::Compare => self.compare(ui, desk, models, pictures),
            Screen::Drill => self.drill(ui, desk),
        }
        if desk.screen != shown {
            self.leave(shown);
            ui.ctx().request_repaint();
        }
    }

    fn hear(&mut self, ui: &Ui, desk: &mut Desk) {
        let dropped = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
        if let Some(path) = dropped {
            desk.open_case(&path);
        }
        match self.dialog.as_ref().and_then(Dialog::answer) {
            Some(Answer::Open(path)) => desk.open_case(&path),
            Some(Answer::Folder(path)) => {
                (self.settings.cases, self.cases) = (Some(path), None);
                self.keep(desk);
            }
            Some(Answer::Saved(path)) => self.saved = Some(path.display().to_string()),
            Some(Answer::Failed(because)) => desk.trouble = Some(because),
            None => return,
        }
        self.dialog = None;
    }

    fn go(&mut self, chosen: TopChoice, desk: &mut Desk) {
        match chosen {
            TopChoice::Screen(screen) => desk.screen = screen,
            TopChoice::OpenFile => self.dialog = Some(Dialog::open_case(&desk.look.say("case-files"))),
        }
    }

    fn notices(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let Desk { look, trouble, .. } = desk;
        for (level, words) in [(Notice::Danger, trouble), (Notice::Plain, &mut self.saved)] {
            let Some(text) = words.clone() else { continue };
            egui::Panel::top(ui.id().with(("notice", level as usize))).show(ui, |ui| {
                ui.horizontal(|ui| {
                    notice(ui, look, level, &text);
                    if ui.button(look.say("close")).clicked() {
                        *words = None;
                    }
                });
            });
        }
    }

    /// Keeps the share of the case's goals that was met, if it is the best so far.
    fn note(&mut self, screen: &DebriefScreen, desk: &mut Desk) {
        let goals = screen.expected();
        let met = goals.iter().filter(|goal| goal.met).count();
        let id = &screen.recording().case.scenario.file.id;
        if !goals.is_empty() && self.settings.note_share(id, met as f64 / goals.len() as f64) {
            self.keep(desk);
        }
    }

    /// What a screen holds goes when it is left.
    fn leave(&mut self, screen: Screen) {
        match screen {
            // Of an operation that is broken off now there is something to go on with.
            Screen::Operate => self.cases = None,
            Screen::Plan => self.plan = None,
            Screen::Debrief => self.debriefing = None,
            Screen::Compare => self.comparison = None,
            Screen::Drill => self.drill = None,
            _ => {}
        }
    }

    fn cases(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let screen = self.cases.get_or_insert_with(|| {
            let left = desk.folder.as_deref().and_then(Autosave::left_in);
            CasesScreen::new(case_folders(desk, &self.settings), left)
        });
        let chosen = cases::panel(ui, screen, &self.settings.best, &desk.look);
        match chosen {
            Some(CaseChoice::Start(source)) => desk.open(source),
            Some(CaseChoice::Compare(source)) => desk.open_comparison(&source.path()),
            Some(CaseChoice::Resume) => desk.resume(),
            Some(CaseChoice::Discard) => {
                screen.left = None;
                if let Some(folder) = &desk.folder {
                    Autosave::discard(folder);
                }
            }
            Some(CaseChoice::Drill) => desk.screen = Screen::Drill,
            None => {}
        }
        if desk.is_loading() {
            let layer = egui::Area::new("loading".into()).anchor(egui::Align2::CENTER_BOTTOM, [0.0, -24.0]);
            layer.show(ui.ctx(), |ui| {
                card(&desk.look).show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spinner();
                        ui.label(desk.look.say("case-opening"));
                    })
                })
            });
        }
    }

    fn settings(&mut self, ui: &mut Ui, desk: &mut Desk) {
        match settings_panel(ui, &mut self.settings, &desk.look) {
            Some(SettingsChoice::Changed) => {
                desk.look = self.settings.look();
                desk.pedal_stays = self.settings.pedal_stays;
                self.is_dressed = false;
                self.keep(desk);
            }
            Some(SettingsChoice::ChooseFolder) => self.dialog = Some(Dialog::choose_folder()),
            Some(SettingsChoice::Back) => desk.screen = Screen::Cases,
            None => {}
        }
    }

    /// Writes the settings.
    fn keep(&self, desk: &mut Desk) {
        if let Err(because) = self.settings.save(desk.folder.as_deref()) {
            desk.trouble = Some(because);
        }
    }

    fn briefing(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let Some(case) = &desk.case else { return desk.leave() };
        let entry =
            Entry { source: CaseSource::of_path(&case.scenario.path), scenario: Ok(Arc::clone(&case.scenario)) };
        let picture = self.cases.as_ref().and_then(|cases| cases.texture_of(&entry.source));
        match briefing(ui, &entry, picture, &mut desk.procedure, &desk.look) {
            Some(BriefingChoice::Plan) => desk.screen = Screen::Plan,
            Some(BriefingChoice::Operate) => desk.operate(),
            Some(BriefingChoice::Compare) => desk.screen = Screen::Compare,
            Some(BriefingChoice::Back) => desk.leave(),
            None => {}
        }
    }

    fn plan(&mut self, ui: &mut Ui, desk: &mut Desk, models: &mut [SceneModel; 2], pictures: Pictures) {
        if self.plan.is_none() {
            self.plan = plan_of(desk);
        }
        let Some(screen) = &mut self.plan else { return desk.leave() };
        let frame = egui::Frame::new().fill(desk.look.palette.ground).inner_margin(8.0);
        let drawn = CentralPanel::default().frame(frame).show(ui, |ui| {
            let drawn = plan::panel(ui, screen, &desk.look);
            let anatomy = self.anatomy.follow(screen.patient());
            scenes::of_plan(&mut models[0], anatomy, screen, &desk.look);
            view_3d(ui, 0, models, pictures, drawn.scene, &desk.look);
            drawn
        });
        match drawn.inner.choice {
            Some(PlanChoice::Locked(paths)) => {
                desk.paths = Some(paths);
                desk.operate();
            }
            Some(PlanChoice::Back) => desk.screen = Screen::Briefing,
            None => {}
        }
    }

    fn operate(&mut self, ui: &mut Ui, desk: &mut Desk, models: &mut [SceneModel; 2], pictures: Pictures) {
        let Some(room) = &desk.room else { return };
        let mut asked = Vec::new();
        let scene = operate_screen(ui, room, &mut self.monitors, &desk.look, &mut asked);
        if let Some(rect) = scene {
            let anatomy = self.anatomy.follow(&room.booking.patient);
            scenes::of_operation(&mut models[0], anatomy, room, &mut self.sculptors[0], &desk.look);
            view_3d(ui, 0, models, pictures, rect, &desk.look);
        }
        for gesture in asked {
            desk.gesture(gesture);
        }
    }

    fn debrief(&mut self, ui: &mut Ui, desk: &mut Desk, models: &mut [SceneModel; 2], pictures: Pictures) {
        if self.debriefing.is_none() {
            self.debriefing = recording_of(desk).map(Debriefing::Waiting);
        }
        if let Some(Debriefing::Waiting(job)) = &self.debriefing {
            match job.poll() {
                Progress::Running(share) => return waiting(ui, desk.look.say("debrief-waiting"), share),
                Progress::Done(Ok(recording)) => {
                    let screen = DebriefScreen::new(Arc::new(recording));
                    self.note(&screen, desk);
                    self.debriefing = Some(Debriefing::There(Box::new(screen)));
                }
                Progress::Done(Err(error)) => self.debriefing = Some(Debriefing::Failed(error.to_string())),
                Progress::Gone => self.debriefing = Some(Debriefing::Failed(RecordingError::Cancelled.to_string())),
            }
        }
        let screen = match &mut self.debriefing {
            Some(Debriefing::There(screen)) => screen,
            Some(Debriefing::Failed(because)) => {
                desk.trouble = Some(because.clone());
                return desk.leave();
            }
            _ => return desk.leave(),
        };
        screen.poll();
        let drawn = debrief::panel(ui, screen, &desk.look);
        let anatomy = self.anatomy.follow(&screen.recording().case.patient);
        scenes::of_debrief(&mut models[0], anatomy, screen, &mut self.sculptors[0], &desk.look);
        view_3d(ui, 0, models, pictures, drawn.scene, &desk.look);
        match drawn.choice {
            Some(debrief::panel::Choice::Leave) => desk.leave(),
            Some(debrief::panel::Choice::Again) => (desk.room, desk.screen) = (None, Screen::Briefing),
            Some(debrief::panel::Choice::SaveReport(html)) => {
                self.dialog = Some(Dialog::save_report("trocar-debrief.html", html));
            }
            None => {}
        }
    }

    fn compare(&mut self, ui: &mut Ui, desk: &mut Desk, models: &mut [SceneModel; 2], pictures: Pictures) {
        let (Some(case), Some(settings)) = (&desk.case, desk.settings()) else { return desk.leave() };
        let screen = self.comparison.get_or_insert_with(|| CompareScreen::new(Arc::clone(&case.scenario), settings));
        screen.poll();
        let drawn = compare::panel(ui, screen, &desk.look);
        let anatomy = self.anatomy.follow(&case.patient);
        for stage in 0..2 {
            let sculptor = &mut self.sculptors[stage];
            scenes::of_comparison(&mut models[stage], anatomy.clone(), screen, stage, sculptor, &desk.look);
            let before = models[stage].camera;
            view_3d(ui, stage, models, pictures, drawn.scenes[stage], &desk.look);
            // One camera for both: what turns one turns the other.
            if models[stage].camera != before {
                models[1 - stage].camera = models[stage].camera;
            }
        }
        match drawn.choice {
            Some(compare::panel::Choice::Leave) => desk.leave(),
            Some(compare::panel::Choice::Debrief(side)) => {
                if let Some(recording) = screen.sides()[side].recording() {
                    self.debriefing = Some(Debriefing::There(Box::new(DebriefScreen::new(Arc::clone(recording)))));
                    desk.screen = Screen::Debrief;
                }
            }
            None => {}
        }
    }

    fn drill(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let screen = self.drill.get_or_insert_with(|| DrillScreen::new(first_question()));
        screen.poll();
        let choice = CentralPanel::default().show(ui, |ui| drill::panel(ui, screen, &desk.look)).inner;
        if choice == Some(drill::panel::Choice::Leave) {
            desk.leave();
        }
    }
}
