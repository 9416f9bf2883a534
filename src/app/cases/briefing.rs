//! Before a case: who comes and why, what is to be reached, what the mode allows, which procedure.

use super::listing::Entry;
use super::panel::{dots, mode_word, procedure_word, told};
use crate::app::looks::widgets::{button, card, primary_button, title};
use crate::app::looks::{Look, strong};
use crate::procedure::Procedure;
use bevy_egui::egui::{self, Key, RichText, ScrollArea, TextureHandle, Ui, vec2};

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BriefingChoice {
    /// To the slices.
    Plan,
    /// To the table, along the case's own paths.
    Operate,
    /// Both procedures side by side.
    Compare,
    /// Back to the cases.
    Back,
}

/// Draws it; the learner's choice of procedure is put into `procedure`.
pub fn briefing(
    ui: &mut Ui,
    entry: &Entry,
    picture: Option<&TextureHandle>,
    procedure: &mut Procedure,
    look: &Look,
) -> Option<BriefingChoice> {
    let scenario = entry.scenario.as_ref().ok()?.clone();
    let mode = scenario.file.permissions.mode;
    let told = told(entry, look);
    let mut choice = None;
    let frame = egui::Frame::new().fill(look.palette.ground).inner_margin(24.0);
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        let width = (760.0 * look.text_scale()).min(ui.available_width());
        let room = ui.available_rect_before_wrap();
        let room = egui::Rect::from_center_size(room.center(), vec2(width, room.height()));
        ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
            ScrollArea::vertical().show(ui, |ui| {
                ui.add_space(0.08 * room.height());
                ui.label(RichText::new(&told.title).family(strong()).size(26.0 * look.text_scale()));
                let mut words = vec![look.say(mode_word(mode))];
                words.extend(told.difficulty.map(dots));
                words.extend(told.minutes.map(|minutes| format!("{minutes:.0} min")));
                ui.label(RichText::new(words.join(" · ")).color(look.palette.quiet));
                ui.add_space(14.0);
                card(look).show(ui, |ui| {
                    ui.horizontal_top(|ui| {
                        if let Some(picture) = picture.filter(|_| !mode.counts_level()) {
                            ui.image((picture.id(), vec2(190.0, 190.0)));
                            ui.add_space(10.0);
                        }
                        ui.vertical(|ui| {
                            if !told.story.is_empty() {
                                ui.label(&told.story);
                                ui.add_space(10.0);
                            }
                            if !told.goals.is_empty() {
                                title(ui, look, "briefing-goals");
                                for goal in &told.goals {
                                    ui.label(format!("› {goal}"));
                                }
                                ui.add_space(10.0);
                            }
                            title(ui, look, "briefing-mode");
                            ui.label(look.say(match mode {
                                crate::scenario::file::Mode::Guided => "briefing-guided",
                                crate::scenario::file::Mode::Practice => "briefing-practice",
                                crate::scenario::file::Mode::Exam => "briefing-exam",
                            }));
                        });
                    });
                });
                ui.add_space(14.0);
                if scenario.file.procedures.len() > 1 {
                    ui.horizontal(|ui| {
                        title(ui, look, "briefing-procedure");
                        for &offered in &scenario.file.procedures {
                            let label = ui.selectable_label(*procedure == offered, look.say(procedure_word(offered)));
                            let word = match offered {
                                Procedure::Pvp => "briefing-pvp",
                                Procedure::Pkp => "briefing-pkp",
                            };
                            if label.on_hover_text(look.say(word)).clicked() {
                                *procedure = offered;
                            }
                        }
                    });
                    ui.add_space(14.0);
                }
                choice = buttons(ui, mode.allows_planning(), scenario.file.procedures.len() > 1, look);
            });
        });
    });
    choice
}

fn buttons(ui: &mut Ui, plans: bool, compares: bool, look: &Look) -> Option<BriefingChoice> {
    let pressed = |key| ui.input(|input: &egui::InputState| input.key_pressed(key) && !input.modifiers.any());
    let [enter, operate, compare, back] = [Key::Enter, Key::O, Key::C, Key::Escape].map(pressed);
    let mut choice = None;
    ui.horizontal(|ui| {
        let (word, next) = match plans {
            true => ("briefing-plan", BriefingChoice::Plan),
            false => ("briefing-operate", BriefingChoice::Operate),
        };
        if primary_button(ui, look, word, "Enter").clicked() || enter {
            choice = Some(next);
        }
        if plans && (button(ui, look, "briefing-operate", "O").clicked() || operate) {
            choice = Some(BriefingChoice::Operate);
        }
        if plans && compares && (button(ui, look, "compare", "C").clicked() || compare) {
            choice = Some(BriefingChoice::Compare);
        }
        if button(ui, look, "back", "Esc").clicked() || back {
            choice = Some(BriefingChoice::Back);
        }
    });
    choice
}
