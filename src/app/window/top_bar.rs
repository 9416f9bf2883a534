//! The bar along the top: where the learner is on the way from case to debrief, and the way to the rest.

use crate::app::desk::{Desk, Screen};
use crate::app::looks::strong;
use crate::app::looks::widgets::button;
use bevy_egui::egui::{Align, FontFamily, Frame, Key, Layout, Modifiers, Panel, RichText, Ui};

/// What is chosen in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopChoice {
    /// Another screen.
    Screen(Screen),
    /// A case from a file.
    OpenFile,
}

/// The way through a case.
const WAY: [(Screen, &str); 4] = [
    (Screen::Briefing, "way-case"),
    (Screen::Plan, "way-plan"),
    (Screen::Operate, "way-operate"),
    (Screen::Debrief, "way-debrief"),
];

/// Draws the bar.
pub fn top_bar(ui: &mut Ui, desk: &Desk) -> Option<TopChoice> {
    let look = &desk.look;
    let frame = Frame::new().fill(look.palette.ground).inner_margin(8.0);
    let mut chosen = None;
    Panel::top("top").resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.add_space(4.0);
            let family: FontFamily = strong();
            ui.label(RichText::new("Trocar").family(family).size(20.0 * look.text_scale()).color(look.palette.tool));
            ui.add_space(18.0);
            if WAY.iter().any(|(screen, _)| *screen == desk.screen) {
                way(ui, desk);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let is_home = matches!(desk.screen, Screen::Cases);
                let open_key = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::O));
                let is_free = is_home && !ui.ctx().egui_wants_keyboard_input();
                let settings_key = is_free && ui.input(|input| input.key_pressed(Key::Comma));
                if is_home && (button(ui, look, "settings", ",").clicked() || settings_key) {
                    chosen = Some(TopChoice::Screen(Screen::Settings));
                }
                if is_home && (button(ui, look, "open", "Ctrl O").clicked() || open_key) {
                    chosen = Some(TopChoice::OpenFile);
                }
                ui.label(RichText::new(look.say("not-a-device")).color(look.palette.quiet).small());
            });
        });
    });
    chosen
}

fn way(ui: &mut Ui, desk: &Desk) {
    let look = &desk.look;
    let here = WAY.iter().position(|(screen, _)| *screen == desk.screen).unwrap_or(0);
    for (i, (_, word)) in WAY.iter().enumerate() {
        if i > 0 {
            ui.label(RichText::new("›").color(look.palette.quiet));
        }
        let (mark, colour) = match i.cmp(&here) {
            std::cmp::Ordering::Less => ("✓ ", look.palette.quiet),
            std::cmp::Ordering::Equal => ("", look.palette.text),
            std::cmp::Ordering::Greater => ("", look.palette.quiet),
        };
        let words = RichText::new(format!("{mark}{}", look.say(word))).color(colour);
        ui.label(if i == here { words.strong() } else { words });
    }
}
