//! The settings page: language, size of the text, colours, and every key.

use super::looks::widgets::{button, card, key_cap, title};
use super::looks::{Contrast, Language, Look, strong};
use super::operate::keys::KEYS;
use super::settings::Settings;
use crate::anatomy::LeakClass;
use bevy_egui::egui::{self, CentralPanel, Grid, Key, RichText, ScrollArea, Ui, vec2};

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsChoice {
    /// Something is other than it was.
    Changed,
    /// A folder with cases is to be asked for.
    ChooseFolder,
    /// Back to the cases.
    Back,
}

/// Draws the page and changes the settings.
pub fn settings_panel(ui: &mut Ui, settings: &mut Settings, look: &Look) -> Option<SettingsChoice> {
    let before = settings.clone();
    let mut chooses = false;
    let mut goes = ui.input(|input| input.key_pressed(Key::Escape));
    let frame = egui::Frame::new().fill(look.palette.ground).inner_margin(24.0);
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let room = ui.available_rect_before_wrap();
        let width = (760.0 * look.text_scale()).min(room.width());
        let room = egui::Rect::from_center_size(room.center(), vec2(width, room.height()));
        ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(look.say("settings")).family(strong()).size(26.0 * look.text_scale()));
                ui.add_space(16.0);
                goes |= button(ui, look, "back", "Esc").clicked();
            });
            ui.add_space(10.0);
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                card(look).show(ui, |ui| how_it_looks(ui, settings, look));
                ui.add_space(10.0);
                card(look).show(ui, |ui| chooses = how_it_works(ui, settings, look));
                ui.add_space(10.0);
                card(look).show(ui, |ui| keys(ui, look));
                ui.add_space(10.0);
                ui.label(RichText::new(look.say("not-a-device")).color(look.palette.quiet));
            });
        });
    });
    if goes {
        return Some(SettingsChoice::Back);
    }
    if chooses {
        return Some(SettingsChoice::ChooseFolder);
    }
    (*settings != before).then_some(SettingsChoice::Changed)
}

fn how_it_looks(ui: &mut Ui, settings: &mut Settings, look: &Look) {
    ui.set_min_width(ui.available_width());
    Grid::new("looks").num_columns(2).spacing([24.0, 12.0]).show(ui, |ui| {
        title(ui, look, "settings-language");
        ui.horizontal(|ui| {
            for language in Language::ALL {
                ui.selectable_value(&mut settings.language, language, language.own_name());
            }
        });
        ui.end_row();
        title(ui, look, "settings-text");
        // A size in steps: while it is dragged nothing grows away from under the pointer.
        ui.horizontal(|ui| {
            for percent in [80_u8, 100, 125, 150, 200] {
                let scale = f32::from(percent) / 100.0;
                ui.selectable_value(&mut settings.text_scale, scale, format!("{percent} %"));
            }
        });
        ui.end_row();
        title(ui, look, "settings-colours");
        ui.horizontal(|ui| {
            ui.selectable_value(&mut settings.contrast, Contrast::Quiet, look.say("settings-quiet"));
            ui.selectable_value(&mut settings.contrast, Contrast::High, look.say("settings-high"));
        });
        ui.end_row();
        title(ui, look, "settings-leaks");
        ui.horizontal(|ui| {
            for class in LeakClass::ALL {
                super::looks::widgets::badge(ui, look, look.palette.leak(class));
            }
            ui.label(RichText::new(look.say("settings-told-apart")).color(look.palette.quiet));
        });
        ui.end_row();
    });
}

/// Pedal and own cases; true when a folder is to be asked for.
fn how_it_works(ui: &mut Ui, settings: &mut Settings, look: &Look) -> bool {
    ui.set_min_width(ui.available_width());
    let mut chooses = false;
    Grid::new("works").num_columns(2).spacing([24.0, 12.0]).show(ui, |ui| {
        title(ui, look, "settings-pedal");
        ui.horizontal(|ui| {
            ui.selectable_value(&mut settings.pedal_stays, false, look.say("settings-pedal-held"));
            ui.selectable_value(&mut settings.pedal_stays, true, look.say("settings-pedal-stays"));
        });
        ui.end_row();
        title(ui, look, "settings-cases");
        ui.horizontal(|ui| {
            chooses = button(ui, look, "settings-choose", "").clicked();
            let folder = settings.cases.as_ref();
            let shown = folder.map_or_else(|| look.say("settings-no-folder"), |folder| folder.display().to_string());
            ui.add(egui::Label::new(RichText::new(shown).color(look.palette.quiet)).truncate());
        });
        ui.end_row();
    });
    chooses
}

/// Every key of the table, in two columns.
fn keys(ui: &mut Ui, look: &Look) {
    ui.set_min_width(ui.available_width());
    title(ui, look, "settings-keys");
    ui.label(RichText::new(look.say("settings-keys-elsewhere")).color(look.palette.quiet));
    let half = KEYS.len().div_ceil(2);
    Grid::new("keys").num_columns(4).spacing([18.0, 4.0]).show(ui, |ui| {
        for row in 0..half {
            for key in [KEYS.get(row), KEYS.get(row + half)].into_iter().flatten() {
                key_cap(ui, look, &key.label());
                ui.label(look.say(key.word));
            }
            ui.end_row();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::{Harness, kittest::Queryable};

    #[test]
    fn another_language_is_a_change_and_escape_goes_back() {
        type State = (Settings, Look, Vec<SettingsChoice>, bool);
        let state: State = (Settings::default(), Look::default(), Vec::new(), false);
        let draw = |ui: &mut Ui, (settings, look, chosen, is_dressed): &mut State| {
            // Fonts are there from the next frame on.
            if !std::mem::replace(is_dressed, true) {
                return look.apply(ui.ctx());
            }
            chosen.extend(settings_panel(ui, settings, look));
        };
        let mut harness = Harness::builder().with_size(vec2(1000.0, 800.0)).build_ui_state(draw, state);
        harness.run_steps(2);
        harness.get_by_label(Language::Chinese.own_name()).click();
        harness.run_steps(2);
        assert_eq!(harness.state().2, [SettingsChoice::Changed]);
        assert_eq!(harness.state().0.language, Language::Chinese);
        harness.key_press(Key::Escape);
        harness.run_steps(1);
        assert_eq!(harness.state().2.last(), Some(&SettingsChoice::Back));
    }
}
