//! The browser as it is drawn: what was left, a filter, cards.

use super::listing::Entry;
use super::screen::CasesScreen;
use crate::anatomy::Level;
use crate::anatomy::morphometry::Sex;
use crate::app::looks::widgets::{button, card, clock, empty_state, key_hint, primary_button};
use crate::app::looks::{Language, Look, strong};
use crate::procedure::Procedure;
use crate::procedure::injection::TICK_S;
use crate::scenario::file::Mode;
use crate::scenario::library::CaseSource;
use bevy_egui::egui::{
    self, Align, Color32, ComboBox, Key, Layout, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, pos2, vec2,
};
use std::collections::BTreeMap;

/// Edge of a card's picture, points.
const PICTURE: f32 = 104.0;
/// Widest column of cards, points.
const WIDEST: f32 = 1100.0;

/// What is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseChoice {
    /// This case.
    Start(CaseSource),
    /// Its procedures side by side.
    Compare(CaseSource),
    /// The operation that was left.
    Resume,
    /// It is thrown away.
    Discard,
    /// The drill.
    Drill,
}

/// What a case says of itself.
pub struct Told {
    /// Its name.
    pub title: String,
    /// Who comes, and why.
    pub story: String,
    /// What is to be reached.
    pub goals: Vec<String>,
    /// 1 to 3.
    pub difficulty: Option<u8>,
    /// How long it takes.
    pub minutes: Option<f64>,
}

/// What a case says of itself in a language; English where it does not speak it.
///
/// An exam keeps title, story and goals to itself: they may tell the level that is to be counted.
pub fn told(entry: &Entry, look: &Look) -> Told {
    let Ok(scenario) = &entry.scenario else {
        let title = entry.source.path().display().to_string();
        return Told { title, story: String::new(), goals: Vec::new(), difficulty: None, minutes: None };
    };
    let teaching = scenario.file.teaching.clone().unwrap_or_default();
    let (difficulty, minutes) = (teaching.difficulty, teaching.minutes);
    if scenario.file.permissions.mode.counts_level() {
        let title = look.say_with("exam-of", &[("id", scenario.file.id.clone().into())]);
        return Told { title, story: String::new(), goals: Vec::new(), difficulty, minutes };
    }
    let own = teaching.zh.filter(|_| look.words.language() == Language::Chinese).unwrap_or_default();
    Told {
        title: own.title.unwrap_or_else(|| scenario.file.title.clone()),
        story: own.story.unwrap_or(teaching.story),
        goals: if own.goals.is_empty() { teaching.goals } else { own.goals },
        difficulty,
        minutes,
    }
}

/// Draws the browser; `best` are the best shares of goals met, by case id.
pub fn panel(ui: &mut Ui, screen: &mut CasesScreen, best: &BTreeMap<String, f64>, look: &Look) -> Option<CaseChoice> {
    screen.poll(ui.ctx());
    if screen.is_waiting() {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(80));
    }
    let mut choice = None;
    let frame = egui::Frame::new().fill(look.palette.ground).inner_margin(16.0);
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        let margin = (0.5 * (ui.available_width() - WIDEST * look.text_scale())).max(0.0);
        let room = ui.available_rect_before_wrap().shrink2(vec2(margin, 0.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
            choice = left(ui, screen, look);
            let shown = screen.shown(look);
            choice = header(ui, screen, look).or(keys(ui, screen, &shown)).or(choice.take());
            ui.add_space(8.0);
            if screen.is_listing() {
                empty_state(ui, look, "cases-listing");
            } else if shown.is_empty() {
                empty_state(ui, look, "cases-none");
            } else {
                ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                    for (row, at) in shown.iter().enumerate() {
                        choice = one(ui, screen, row, *at, best, look).or(choice.take());
                        ui.add_space(8.0);
                    }
                });
            }
        });
    });
    choice
}

/// The operation that was broken off.
fn left(ui: &mut Ui, screen: &mut CasesScreen, look: &Look) -> Option<CaseChoice> {
    let session = screen.left.as_ref()?;
    let mut is_doubted = screen.is_doubted;
    let mut choice = None;
    card(look).show(ui, |ui| {
        ui.horizontal(|ui| {
            let mode = look.say(mode_word(session.header.mode));
            let title = match session.header.mode.counts_level() {
                true => look.say("exam-title"),
                false => session.header.title.clone(),
            };
            let at = clock(session.ticks as f64 * TICK_S);
            let gaps = [("title", title.into()), ("mode", mode.into()), ("at", at.into())];
            ui.label(RichText::new(look.say_with("cases-left", &gaps)).family(strong()));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if primary_button(ui, look, "resume", "R").clicked() {
                    choice = Some(CaseChoice::Resume);
                }
                if is_doubted {
                    is_doubted = !button(ui, look, "cases-keep", "Esc").clicked();
                    if button(ui, look, "cases-discard-really", "Delete").clicked() {
                        choice = Some(CaseChoice::Discard);
                    }
                } else {
                    is_doubted = button(ui, look, "cases-discard", "Delete").clicked();
                }
            });
        });
    });
    screen.is_doubted = is_doubted;
    ui.add_space(12.0);
    choice
}

fn header(ui: &mut Ui, screen: &mut CasesScreen, look: &Look) -> Option<CaseChoice> {
    let mut choice = None;
    ui.horizontal(|ui| {
        ui.heading(look.say("cases-title"));
        ui.add_space(16.0);
        let levels: Vec<Level> = Level::ALL
            .iter()
            .copied()
            .filter(|level| screen.entries().iter().any(|entry| entry.level() == Some(*level)))
            .collect();
        let filter = &mut screen.filter;
        let any = look.say("cases-any");
        pick(ui, look, "cases-level", &mut filter.level, &levels, |level| level.name().to_owned(), &any);
        let name = |procedure: &Procedure| look.say(procedure_word(*procedure));
        pick(ui, look, "cases-procedure", &mut filter.procedure, &[Procedure::Pvp, Procedure::Pkp], name, &any);
        pick(ui, look, "cases-difficulty", &mut filter.difficulty, &[1, 2, 3], |n| dots(*n), &any);
        let search = TextEdit::singleline(&mut filter.search).hint_text(look.say("search")).desired_width(180.0);
        let search = ui.add(search).on_hover_text(look.say("cases-search-hint"));
        if ui.input(|input| input.key_pressed(Key::Slash)) && !ui.ctx().egui_wants_keyboard_input() {
            search.request_focus();
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button(ui, look, "drill", "D").clicked() {
                choice = Some(CaseChoice::Drill);
            }
        });
    });
    choice
}

/// A filter that takes one value or any.
fn pick<T: Copy + PartialEq>(
    ui: &mut Ui,
    look: &Look,
    word: &str,
    chosen: &mut Option<T>,
    all: &[T],
    name: impl Fn(&T) -> String,
    any: &str,
) {
    let shown = chosen.as_ref().map_or_else(|| format!("{}: {any}", look.say(word)), &name);
    ComboBox::from_id_salt(word).selected_text(shown).width(130.0).show_ui(ui, |ui| {
        ui.selectable_value(chosen, None, any);
        for value in all {
            ui.selectable_value(chosen, Some(*value), name(value));
        }
    });
}

fn keys(ui: &Ui, screen: &mut CasesScreen, shown: &[usize]) -> Option<CaseChoice> {
    let last = shown.len().saturating_sub(1);
    screen.cursor = screen.cursor.min(last);
    if ui.ctx().egui_wants_keyboard_input() {
        return None;
    }
    let before = screen.cursor;
    let pressed = |key| ui.input(|input: &egui::InputState| input.key_pressed(key) && !input.modifiers.any());
    if pressed(Key::ArrowDown) {
        screen.cursor += 1;
    }
    if pressed(Key::ArrowUp) {
        screen.cursor = screen.cursor.saturating_sub(1);
    }
    screen.cursor = screen.cursor.min(last);
    screen.cursor_moved = screen.cursor != before;
    let entry = shown.get(screen.cursor).map(|at| &screen.entries()[*at]).filter(|entry| entry.scenario.is_ok());
    let source = entry.map(|entry| entry.source.clone());
    if pressed(Key::Enter) {
        return source.map(CaseChoice::Start);
    }
    if pressed(Key::C) && entry.is_some_and(Entry::compares) {
        return source.map(CaseChoice::Compare);
    }
    if pressed(Key::R) && screen.left.is_some() {
        return Some(CaseChoice::Resume);
    }
    // What cannot be had back is asked for twice.
    if pressed(Key::Delete) && screen.left.is_some() {
        return std::mem::replace(&mut screen.is_doubted, true).then_some(CaseChoice::Discard);
    }
    if pressed(Key::Escape) {
        screen.is_doubted = false;
    }
    pressed(Key::D).then_some(CaseChoice::Drill)
}

fn one(
    ui: &mut Ui,
    screen: &mut CasesScreen,
    row: usize,
    at: usize,
    best: &BTreeMap<String, f64>,
    look: &Look,
) -> Option<CaseChoice> {
    let entry = screen.entries()[at].clone();
    let told = told(&entry, look);
    let is_under = screen.cursor == row;
    let mut frame = card(look);
    if is_under {
        frame = frame.stroke(egui::Stroke::new(1.5, look.palette.tool));
    }
    let mut choice = None;
    let drawn = frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            if !entry.mode().is_some_and(Mode::counts_level) {
                picture(ui, screen, at, look);
            }
            ui.add_space(8.0);
            let [standing_width, button_width] = [130.0, 120.0].map(|width| width * look.text_scale());
            let width = (ui.available_width() - standing_width - button_width - 24.0).max(160.0);
            let column = |ui: &mut Ui, width: f32, draw: &mut dyn FnMut(&mut Ui)| {
                ui.allocate_ui_with_layout(vec2(width, PICTURE), Layout::top_down(Align::Min), |ui| {
                    ui.set_min_size(vec2(width, PICTURE));
                    draw(ui);
                });
            };
            column(ui, width, &mut |ui| {
                ui.label(RichText::new(&told.title).family(strong()).size(18.0 * look.text_scale()));
                ui.label(RichText::new(in_words(&entry, look)).color(look.palette.quiet));
                if let Err(because) = &entry.scenario {
                    ui.label(RichText::new(because).color(look.palette.caution));
                }
                if !told.goals.is_empty() {
                    ui.label(RichText::new(told.goals.join(" · ")).color(look.palette.text));
                }
            });
            column(ui, standing_width, &mut |ui| standing(ui, &entry, &told, best, look));
            column(ui, button_width, &mut |ui| choice = buttons(ui, &entry, is_under, look));
        });
    });
    let response = drawn.response.interact(Sense::click());
    if is_under && std::mem::take(&mut screen.cursor_moved) {
        response.scroll_to_me(None);
    }
    if response.clicked() {
        screen.cursor = row;
    }
    if response.double_clicked() && entry.scenario.is_ok() {
        choice = Some(CaseChoice::Start(entry.source.clone()));
    }
    if !told.story.is_empty() {
        response.on_hover_text(told.story);
    }
    choice
}

fn buttons(ui: &mut Ui, entry: &Entry, is_under: bool, look: &Look) -> Option<CaseChoice> {
    entry.scenario.as_ref().ok()?;
    let mut choice = None;
    ui.vertical_centered_justified(|ui| {
        ui.add_space(14.0);
        // One bright button: that of the case under the cursor.
        let start =
            if is_under { primary_button(ui, look, "start", "Enter") } else { button(ui, look, "start", "Enter") };
        if start.clicked() {
            choice = Some(CaseChoice::Start(entry.source.clone()));
        }
        if entry.compares() && button(ui, look, "compare", "C").clicked() {
            choice = Some(CaseChoice::Compare(entry.source.clone()));
        }
    });
    choice
}

/// Difficulty, time and the best so far.
fn standing(ui: &mut Ui, entry: &Entry, told: &Told, best: &BTreeMap<String, f64>, look: &Look) {
    ui.vertical(|ui| {
        ui.add_space(14.0);
        if let Some(difficulty) = told.difficulty {
            let label = ui.label(RichText::new(dots(difficulty)).color(look.palette.caution));
            key_hint(label, look, "cases-difficulty", "");
        }
        if let Some(minutes) = told.minutes {
            ui.label(RichText::new(format!("{minutes:.0} min")).color(look.palette.quiet));
        }
        let id = entry.scenario.as_ref().ok().map(|scenario| scenario.file.id.as_str());
        let share = id.and_then(|id| best.get(id));
        let words = match share {
            Some(share) => look.say_with("cases-best", &[("share", format!("{:.0}", 100.0 * share).into())]),
            None => look.say("cases-untried"),
        };
        ui.label(RichText::new(words).color(look.palette.quiet).small());
    });
}

fn picture(ui: &mut Ui, screen: &CasesScreen, at: usize, look: &Look) {
    let (rect, _) = ui.allocate_exact_size(vec2(PICTURE, PICTURE), Sense::hover());
    ui.painter().rect_filled(rect, 4.0, Color32::BLACK);
    match screen.texture(at) {
        Some(texture) => {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture.id(), rect, whole, Color32::WHITE);
        }
        None if screen.is_waiting() => {
            ui.put(Rect::from_center_size(rect.center(), vec2(20.0, 20.0)), egui::Spinner::new());
        }
        None => {}
    }
    ui.painter().rect_stroke(rect, 4.0, egui::Stroke::new(1.0, look.palette.line), egui::StrokeKind::Inside);
}

/// "T8 · female, 81 · PVP or PKP · practice".
fn in_words(entry: &Entry, look: &Look) -> String {
    let mut words = Vec::new();
    if let Some(mode) = entry.mode() {
        let level = entry.level().map(|level| level.name().to_owned());
        words.push(level.unwrap_or_else(|| look.say("cases-level-hidden")));
        let (sex, age) = entry.who();
        let sex = sex.map(|sex| look.say(sex_word(sex)));
        let age = age.map(|years| format!("{years:.0}"));
        words.extend([sex, age].into_iter().flatten().reduce(|a, b| format!("{a}, {b}")));
        let names: Vec<String> = entry.procedures().iter().map(|p| look.say(procedure_word(*p))).collect();
        words.push(names.join(" / "));
        words.push(look.say(mode_word(mode)));
    }
    words.join(" · ")
}

/// "●●○".
pub fn dots(difficulty: u8) -> String {
    (1..=3).map(|n| if n <= difficulty { '●' } else { '○' }).collect()
}

/// Key of a mode's name.
pub fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Guided => "mode-guided",
        Mode::Practice => "mode-practice",
        Mode::Exam => "mode-exam",
    }
}

/// Key of a procedure's name.
pub fn procedure_word(procedure: Procedure) -> &'static str {
    match procedure {
        Procedure::Pvp => "procedure-pvp",
        Procedure::Pkp => "procedure-pkp",
    }
}

fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "sex-f",
        Sex::Male => "sex-m",
    }
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
