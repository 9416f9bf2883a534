//! The debrief as it is drawn: the scene's room, X-rays, facts, leaks, what if, the scrubber and its plots.

use super::picture_view::picture;
use super::screen::DebriefScreen;
use super::scrubber::{keys, plots, scrubber};
use super::{facts, report};
use crate::app::looks::Look;
use crate::app::looks::widgets::{button, title};
use bevy_egui::egui::{self, Frame, Panel, Rect, ScrollArea, Ui};

/// What the learner wants of the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// Back to the cases.
    Leave,
    /// The same case once more.
    Again,
    /// Save this report (HTML), wherever the learner says.
    SaveReport(String),
}

/// What a drawn debrief leaves to the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Room for the 3D scene.
    pub scene: Rect,
    /// What was chosen.
    pub choice: Option<Choice>,
}

/// Draws the whole debrief but the 3D scene, for which it leaves room.
pub fn panel(ui: &mut Ui, screen: &mut DebriefScreen, look: &Look) -> Drawn {
    keys(ui, &mut screen.timeline);
    let dt_s = f64::from(ui.input(|input| input.stable_dt).min(0.1));
    if screen.timeline.pass(dt_s) || screen.timeline.is_playing {
        ui.ctx().request_repaint();
    }
    let fill = Frame::new().fill(look.palette.panel).inner_margin(8.0);
    let [width, height] = [ui.available_width(), ui.available_height()];
    Panel::bottom("debrief-time").exact_size(0.27 * height).resizable(false).frame(fill).show(ui, |ui| {
        let marks = screen.marks().to_vec();
        scrubber(ui, &mut screen.timeline, &marks, look);
        plots(ui, screen, look);
    });
    let mut choice = None;
    Panel::right("debrief-facts").exact_size((0.27 * width).max(260.0)).resizable(false).frame(fill).show(ui, |ui| {
        choice = buttons(ui, screen, look);
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            facts::summary(ui, screen, look);
            facts::leaks(ui, screen, look);
            super::what_if_panel::what_if(ui, screen, look);
            facts::figures(ui, screen, look);
        });
    });
    let edge = (0.5 * ui.available_height() - 40.0 * look.text_scale()).min(0.24 * width).max(80.0);
    Panel::right("debrief-pictures").exact_size(2.0 * edge + 24.0).resizable(false).frame(fill).show(ui, |ui| {
        pictures(ui, screen, edge, look);
    });
    Drawn { scene: ui.available_rect_before_wrap(), choice }
}

fn buttons(ui: &mut Ui, screen: &DebriefScreen, look: &Look) -> Option<Choice> {
    let mut choice = None;
    let pressed = |key| ui.input(|input: &egui::InputState| input.key_pressed(key) && !input.modifiers.any());
    let [report_key, again_key, leave_key] = [egui::Key::R, egui::Key::A, egui::Key::Escape].map(pressed);
    ui.horizontal(|ui| {
        if button(ui, look, "debrief-report", "R").clicked() || report_key {
            choice = Some(Choice::SaveReport(report::html(screen, look)));
        }
        if button(ui, look, "debrief-again", "A").clicked() || again_key {
            choice = Some(Choice::Again);
        }
        if button(ui, look, "back", "Esc").clicked() || leave_key {
            choice = Some(Choice::Leave);
        }
    });
    choice
}

fn pictures(ui: &mut Ui, screen: &mut DebriefScreen, edge: f32, look: &Look) {
    let films = screen.films_now();
    let lines = screen.lines();
    let leak_line: Vec<_> = screen.leak_line().into_iter().collect();
    let frame = screen.frame().clone();
    let mut row = |ui: &mut Ui, first: usize, heading: &str, lines: &[super::screen::Line]| {
        title(ui, look, heading);
        ui.horizontal(|ui| {
            for (at, name) in [(first, "debrief-ap"), (first + 1, "debrief-lateral")] {
                let drawn = (lines, &frame);
                picture(ui, &mut screen.films, films[at], (edge - 12.0, &look.say(name)), drawn, look);
            }
        });
    };
    row(ui, 0, "debrief-as-seen", &leak_line);
    row(ui, 2, "debrief-truth", &lines);
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
