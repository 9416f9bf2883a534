//! The operating room's screen: steps at the left, two monitors, and below them tool, cement and clock.

use super::gesture::Gesture;
use super::keys::label_of;
use super::monitor::{Direction, Monitor};
use super::room::{OperatingRoom, PACES};
use super::steps::steps;
use super::{cement_panel, tool_panel};
use crate::app::looks::Look;
use crate::app::looks::widgets::{Notice, button, card, clock, figure, key_hint, notice, primary_button, title};
use crate::procedure::action::View;
use bevy_egui::egui::{
    self, Color32, ColorImage, Rect, RichText, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui, vec2,
};

/// Textures of the two monitors.
#[derive(Default)]
pub struct Screens([Option<(u64, TextureHandle)>; 2]);

/// The whole screen; what was asked for is added to `asked`. Where the patient may be looked into there is room left for
/// the 3D scene.
pub fn operate_screen(
    ui: &mut Ui,
    room: &OperatingRoom,
    screens: &mut Screens,
    look: &Look,
    asked: &mut Vec<Gesture>,
) -> Option<Rect> {
    let panel = |colour| egui::Frame::new().fill(colour).inner_margin(10.0);
    let scale = look.text_scale();
    let rail = egui::Panel::left("operate-steps").exact_size(236.0 * scale).resizable(false);
    rail.frame(panel(look.palette.panel)).show(ui, |ui| step_rail(ui, room, look, asked));
    let desk = egui::Panel::bottom("operate-desk").exact_size(292.0 * scale).resizable(false);
    desk.frame(panel(look.palette.ground)).show(ui, |ui| {
        ui.columns(3, |columns| {
            card(look).show(&mut columns[0], |ui| fill(ui, |ui| tool_panel::tool(ui, room, look, asked)));
            card(look)
                .show(&mut columns[1], |ui| fill(ui, |ui| cement_panel::syringe_or_balloon(ui, room, look, asked)));
            card(look).show(&mut columns[2], |ui| fill(ui, |ui| cement_panel::mixing_clock(ui, room, look, asked)));
        });
    });
    let middle = egui::CentralPanel::default().frame(panel(look.palette.ground));
    middle
        .show(ui, |ui| {
            let has_scene = room.booking.mode.shows_truth() && room.shows_scene;
            let mut scene = None;
            ui.columns(if has_scene { 3 } else { 2 }, |columns| {
                for (column, which) in columns.iter_mut().zip(0..2) {
                    monitor(column, room, which, screens, look, asked);
                }
                if let Some(column) = columns.get_mut(2) {
                    ui_title(column, look);
                    scene = Some(column.available_rect_before_wrap());
                }
            });
            scene
        })
        .inner
}

fn ui_title(ui: &mut Ui, look: &Look) {
    ui.label(RichText::new(look.say("scene")).strong());
}

/// Cards of a row are of one height.
fn fill(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ui.set_min_size(ui.available_size());
    // Columns spread the words of a line over its whole width.
    ui.with_layout(egui::Layout::top_down(egui::Align::Min), content);
}

fn step_rail(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    // A title may tell the level.
    let title = &room.booking.scenario.file.title;
    let title = if room.booking.mode.counts_level() { look.say("exam-title") } else { title.clone() };
    ui.label(RichText::new(title).strong());
    let words = format!("{} · {}", look.say(mode_word(room)), look.say(procedure_word(room)));
    ui.label(RichText::new(words).color(look.palette.quiet));
    ui.add_space(8.0);
    let steps = steps(room);
    let next = steps.iter().position(|step| !step.is_done);
    for (i, step) in steps.iter().enumerate() {
        let is_next = Some(i) == next;
        let (mark, colour) = match (step.is_done, is_next) {
            (true, _) => ("✓", look.palette.quiet),
            (_, true) => ("›", look.palette.tool),
            _ => ("·", look.palette.quiet),
        };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(mark).color(colour).strong());
            ui.label(RichText::new(look.say(step.word)).color(if is_next { look.palette.text } else { colour }));
        });
        if is_next && room.booking.mode.explains() {
            ui.indent(step.word, |ui| {
                ui.label(RichText::new(look.say(&format!("{}-why", step.word))).color(look.palette.quiet))
            });
        }
    }
    ui.add_space(10.0);
    level_record(ui, room, look, asked);
    ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
        ui.add_space(6.0);
        ui.label(RichText::new(look.say("not-a-device")).color(look.palette.quiet).small());
        if room.now.is_finished {
            if primary_button(ui, look, "do-conclude", &label_of("do-conclude")).clicked() {
                asked.push(Gesture::Conclude);
            }
        } else if button(ui, look, "do-finish", &label_of("do-finish")).clicked() {
            asked.push(Gesture::Finish);
        }
        if room.booking.mode.allows_undo() {
            undo_buttons(ui, room, look, asked);
        }
        if let Some((words, _)) = room.message.as_ref().filter(|(_, tick)| room.now.tick < tick + 200) {
            let words = if look.words.know(words) { look.say(words) } else { words.clone() };
            notice(ui, look, Notice::Caution, &words);
        }
        if let Some(because) = &room.failed {
            notice(ui, look, Notice::Danger, because);
        }
    });
}

fn undo_buttons(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    ui.horizontal(|ui| {
        let undo = room.undo_step().map(|step| look.say(super::steps::action_word(&step.action)));
        let named = |word: &str, step: Option<String>| match step {
            Some(step) => format!("{}: {step}", look.say(word)),
            None => look.say(word),
        };
        let can_undo = undo.is_some();
        let undo = ui.add_enabled(can_undo, egui::Button::new(named("undo", undo)));
        if key_hint(undo, look, "do-undo", &label_of("do-undo")).clicked() {
            asked.push(Gesture::Undo);
        }
        let redo = room.redo_step().map(|action| look.say(super::steps::action_word(action)));
        let can_redo = redo.is_some();
        let redo = ui.add_enabled(can_redo, egui::Button::new(named("redo", redo)));
        if key_hint(redo, look, "do-redo", &label_of("do-redo")).clicked() {
            asked.push(Gesture::Redo);
        }
    });
}

/// The learner counts the level on the pictures and writes it down; in an exam nothing else tells it.
fn level_record(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    if !room.booking.mode.counts_level() {
        return;
    }
    title(ui, look, "level-record");
    let chosen = room.now.level_recorded;
    let shown = chosen.map_or_else(|| look.say("level-unknown"), |level| level.name().to_owned());
    egui::ComboBox::from_id_salt("level").selected_text(shown).show_ui(ui, |ui| {
        for &level in crate::anatomy::Level::ALL.iter() {
            if ui.selectable_label(chosen == Some(level), level.name()).clicked() {
                asked.push(Gesture::Record(level));
            }
        }
    });
}

fn monitor(
    ui: &mut Ui,
    room: &OperatingRoom,
    which: usize,
    screens: &mut Screens,
    look: &Look,
    asked: &mut Vec<Gesture>,
) {
    let monitor = &room.monitors[which];
    let (name, word, view) = match monitor.direction {
        Direction::Ap => ("view-ap", "do-shoot-ap", View::Ap),
        Direction::Lateral => ("view-lateral", "do-shoot-lateral", View::Lateral),
    };
    let stale = monitor.is_stale();
    ui.horizontal(|ui| {
        ui.label(RichText::new(look.say(name)).strong());
        let age = monitor.age_s(&room.now).map(clock);
        let state = match (age, stale) {
            (None, _) => look.say("picture-none"),
            (Some(age), true) => look.say_with("picture-stale", &[("age", age.into())]),
            (Some(age), false) => look.say_with("picture-fresh", &[("age", age.into())]),
        };
        ui.label(RichText::new(state).color(if stale { look.palette.caution } else { look.palette.quiet }));
    });
    let side = ui.available_width().min(ui.available_height() - 40.0 * look.text_scale());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), side.max(80.0)), Sense::hover());
    let square = Rect::from_center_size(rect.center(), egui::Vec2::splat(side.max(80.0)));
    ui.painter().rect_filled(square, 4.0, Color32::BLACK);
    if let Some(texture) = screens.texture(ui, which, monitor) {
        let tint = if stale { Color32::from_gray(190) } else { Color32::WHITE };
        let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
        ui.painter().image(texture, square, whole, tint);
    } else {
        let hint = look.say_with("picture-take", &[("key", label_of(word).into())]);
        ui.painter().text(
            square.center(),
            egui::Align2::CENTER_CENTER,
            hint,
            egui::TextStyle::Body.resolve(ui.style()),
            look.palette.quiet,
        );
    }
    let edge = if stale { look.palette.caution } else { look.palette.line };
    ui.painter().rect_stroke(square, 4.0, Stroke::new(if stale { 2.5 } else { 1.0 }, edge), StrokeKind::Inside);
    ui.horizontal(|ui| {
        let turning = room.now.arms.as_ref().map_or(0.0, |arms| arms.turning_s);
        if button(ui, look, word, &label_of(word)).clicked() {
            asked.push(Gesture::Shoot(view));
        }
        if turning > 0.0 {
            ui.label(
                RichText::new(look.say_with("arm-turning", &[("seconds", figure(turning, 0).into())]))
                    .color(look.palette.caution),
            );
        }
        let stands =
            room.now.arms.as_ref().and_then(|arms| arms.views.iter().find(|view| view.is_lateral() == (which == 1)));
        ui.label(RichText::new(stands.map_or_else(String::new, view_in_words)).color(look.palette.quiet));
    });
}

impl Screens {
    fn texture(&mut self, ui: &Ui, which: usize, monitor: &Monitor) -> Option<egui::TextureId> {
        let shown = monitor.shown.as_ref()?;
        let is_old = self.0[which].as_ref().is_none_or(|(version, _)| *version != monitor.version);
        if is_old {
            let greys: Vec<u8> = shown.picture.grey.iter().map(|grey| (grey >> 8) as u8).collect();
            let image = ColorImage::from_gray(shown.picture.pixels, &greys);
            let name = if which == 0 { "ap" } else { "lateral" };
            let texture = ui.ctx().load_texture(name, image, TextureOptions::LINEAR);
            self.0[which] = Some((monitor.version, texture));
        }
        self.0[which].as_ref().map(|(_, texture)| texture.id())
    }
}

/// "AP", "LAT" or "LAO 30° CRA 5°".
pub fn view_in_words(view: &View) -> String {
    match view {
        View::Ap => "AP".to_owned(),
        View::Lateral => "LAT".to_owned(),
        View::Turned { lao_deg, cra_deg } => {
            let across = if *lao_deg < 0.0 { "RAO" } else { "LAO" };
            let along = if *cra_deg < 0.0 { "CAU" } else { "CRA" };
            format!("{across} {:.0}° {along} {:.0}°", lao_deg.abs(), cra_deg.abs())
        }
    }
}

fn mode_word(room: &OperatingRoom) -> &'static str {
    match room.booking.mode {
        crate::scenario::file::Mode::Guided => "mode-guided",
        crate::scenario::file::Mode::Practice => "mode-practice",
        crate::scenario::file::Mode::Exam => "mode-exam",
    }
}

fn procedure_word(room: &OperatingRoom) -> &'static str {
    match room.booking.procedure {
        crate::procedure::Procedure::Pvp => "procedure-pvp",
        crate::procedure::Procedure::Pkp => "procedure-pkp",
    }
}

/// Buttons of how fast time runs.
pub fn pace_buttons(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    ui.horizontal(|ui| {
        for (pace, word) in PACES.into_iter().zip(["do-pace-1", "do-pace-2", "do-pace-5", "do-pace-10"]) {
            let shown = ui.selectable_label((room.pace - pace).abs() < 0.1, format!("×{pace:.0}"));
            if key_hint(shown, look, word, &label_of(word)).clicked() {
                asked.push(Gesture::Pace(pace));
            }
        }
    });
}
