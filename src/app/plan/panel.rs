//! The planning screen as it is drawn: the scene's room, slices, the bone along the needle, the risk, the plan's panel.

use super::editor::{Edit, Step};
use super::keys::{Command, label_of, pressed};
use super::margin_bar::margin_bar;
use super::path_card::{path_card, side_word};
use super::risk_panel::risk;
use super::scene_bar::scene_bar;
use super::screen::PlanScreen;
use super::slices::{PathEnd, Slice, slice_view};
use crate::anatomy::Side;
use crate::app::looks::Look;
use crate::app::looks::widgets::{Notice, button, card, empty_state, key_hint, notice, primary_button, title};
use crate::instruments::Trajectory;
use crate::planning::Sides;
use bevy_egui::egui::{
    Align, Button, ComboBox, FocusDirection, Layout, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2, vec2,
};

/// What the learner wants of the window.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanChoice {
    /// The plan is locked: these paths are to be carried out.
    Locked(Vec<Trajectory>),
    /// Back.
    Back,
}

/// What a drawn plan leaves to the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Room for the 3D scene.
    pub scene: Rect,
    /// What was chosen.
    pub choice: Option<PlanChoice>,
}

/// Where everything stands.
struct Rooms {
    bar: Rect,
    scene: Rect,
    slices: [Rect; Slice::ALL.len()],
    margins: Rect,
    risk: Rect,
    plan: Rect,
}

const GAP: f32 = 8.0;

fn rooms(whole: Rect, scale: f32) -> Rooms {
    let (width, height) = (whole.width(), whole.height());
    let plan_width = (0.25 * width).clamp(300.0 * scale, 400.0 * scale).min(0.45 * width);
    let plan = whole.with_min_x(whole.right() - plan_width);
    let rest = whole.with_max_x(plan.left() - GAP);
    let below = rest.with_min_y(rest.bottom() - (0.27 * height).clamp(150.0, 280.0));
    let above = rest.with_max_y(below.top() - GAP);
    let edge = ((above.height() - 2.0 * GAP) / 3.0).min(0.34 * above.width()).max(60.0);
    let column = above.with_min_x(above.right() - edge);
    let main = [0.0, 1.0, 2.0].map(|at: f32| {
        let top = column.top() + at * (column.height() + GAP) / 3.0;
        Rect::from_min_max(pos2(column.left(), top), pos2(column.right(), top + (column.height() - 2.0 * GAP) / 3.0))
    });
    let picture = above.with_max_x(column.left() - GAP);
    let bar_height = 36.0 * scale;
    let risk = below.with_min_x(below.right() - (0.40 * below.width()).max(220.0));
    let needle = below.with_max_x(risk.left() - GAP);
    let across = needle.with_min_x(needle.right() - needle.height().min(0.36 * needle.width()));
    // One above the other: the bone left at a depth stands below the needle at that depth.
    let length = needle.with_max_x(across.left() - GAP);
    let margins = length.with_min_y(length.bottom() - 0.36 * length.height());
    let along = length.with_max_y(margins.top() - GAP);
    Rooms {
        bar: picture.with_max_y(picture.top() + bar_height),
        scene: picture.with_min_y(picture.top() + bar_height + 4.0),
        slices: [main[0], main[1], main[2], along, across],
        margins,
        risk,
        plan,
    }
}

/// Draws the whole screen but the 3D scene, for which it leaves room.
pub fn panel(ui: &mut Ui, screen: &mut PlanScreen, look: &Look) -> Drawn {
    if screen.poll() || screen.is_proposing() || screen.risk.share().is_some() {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(60));
    }
    let mut choice = None;
    // Keys typed into a number are the number's.
    if !ui.ctx().egui_wants_keyboard_input() {
        // Tab and the arrows move the needle here, not the focus.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        for key in ui.input(pressed) {
            choice = obey(screen, key.command, key.is_fine, key.is_held).or(choice);
        }
    }
    let rooms = rooms(ui.available_rect_before_wrap(), look.text_scale());
    // Before the figures: what a handle is dragged to is judged in the same frame.
    for (slice, rect) in Slice::ALL.into_iter().zip(rooms.slices) {
        one_slice(ui, screen, slice, rect, look);
    }
    let mut room = |rect: Rect, draw: &mut dyn FnMut(&mut Ui)| {
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            ui.set_clip_rect(rect.expand(1.0).intersect(ui.clip_rect()));
            draw(ui);
        });
    };
    room(rooms.bar, &mut |ui| scene_bar(ui, screen, look));
    room(rooms.plan, &mut |ui| choice = plan_card(ui, screen, look).or(choice.take()));
    let chosen = screen.editor.chosen();
    room(rooms.margins, &mut |ui| {
        if let Some(Ok(judgement)) = screen.judgement(chosen) {
            let depths_mm = screen.editor.paths().get(chosen).map(|path| screen.slices.depths_along_mm(path));
            margin_bar(ui, judgement, depths_mm.unwrap_or([0.0, 1.0]), look);
        }
    });
    room(rooms.risk, &mut |ui| {
        card(look).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            risk(ui, &screen.risk, look);
        });
    });
    Drawn { scene: rooms.scene, choice }
}

fn one_slice(ui: &mut Ui, screen: &mut PlanScreen, slice: Slice, rect: Rect, look: &Look) {
    let chosen = screen.editor.chosen();
    let overlays = screen.overlays(&look.palette);
    let needle = screen.editor.paths().get(chosen).cloned();
    screen.slices.shows_canal = screen.show.canal;
    let events = slice_view(ui, &mut screen.slices, slice, rect, needle.as_ref(), &overlays, look);
    if events.grabbed {
        screen.editor.grab();
    }
    match events.moved {
        Some((index, PathEnd::Entry, place)) => screen.edit(index, Edit::Entry(place)),
        Some((index, PathEnd::Target, place)) => screen.edit(index, Edit::Target(place)),
        None => {}
    }
    if events.released {
        screen.editor.release();
    }
}

/// Does what a key asks for.
fn obey(screen: &mut PlanScreen, command: Command, is_fine: bool, is_held: bool) -> Option<PlanChoice> {
    let chosen = screen.editor.chosen();
    match command {
        Command::Move(way) if is_held => screen.edit_on(chosen, way.edit(is_fine)),
        Command::Move(way) => screen.edit(chosen, way.edit(is_fine)),
        Command::OtherSide => screen.editor.choose((chosen + 1) % screen.editor.paths().len().max(1)),
        Command::Propose => screen.propose(),
        Command::Snap => screen.edit(chosen, Edit::Snap),
        Command::Undo => {
            screen.editor.undo();
            screen.refused = None;
        }
        Command::Redo => {
            screen.editor.redo();
            screen.refused = None;
        }
        Command::Lock => return screen.lock().map(PlanChoice::Locked),
        Command::Leave => return Some(PlanChoice::Back),
    }
    screen.refresh();
    None
}

/// The panel at the right: approach, paths, and at its foot what to do.
fn plan_card(ui: &mut Ui, screen: &mut PlanScreen, look: &Look) -> Option<PlanChoice> {
    let mut choice = None;
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        ui.horizontal(|ui| {
            if primary_button(ui, look, "plan-lock", &label_of("plan-lock")).clicked() {
                choice = obey(screen, Command::Lock, false, false);
            }
            if button(ui, look, "plan-leave", &label_of("plan-leave")).clicked() {
                choice = Some(PlanChoice::Back);
            }
        });
        history(ui, screen, look);
        ui.horizontal(|ui| {
            let can = !screen.editor.is_locked();
            ui.add_enabled_ui(can && !screen.is_proposing(), |ui| {
                if button(ui, look, "plan-propose", &label_of("plan-propose")).clicked() {
                    obey(screen, Command::Propose, false, false);
                }
            });
            ui.add_enabled_ui(can, |ui| {
                if button(ui, look, "plan-snap", &label_of("plan-snap")).clicked() {
                    obey(screen, Command::Snap, false, false);
                }
            });
            if screen.is_proposing() {
                ui.spinner();
                ui.label(RichText::new(look.say("plan-proposing")).color(look.palette.quiet));
            }
        });
        if let Some(refused) = &screen.refused {
            notice(ui, look, Notice::Caution, &refused.in_words(look));
        }
        ui.add_space(4.0);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            approach(ui, screen, look);
            ui.add_space(4.0);
            ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                if screen.editor.paths().is_empty() {
                    empty_state(ui, look, "plan-empty");
                }
                for index in 0..screen.editor.paths().len() {
                    path_card(ui, screen, index, look);
                }
            });
        });
    });
    choice
}

const APPROACHES: [(Sides, &str); 3] = [
    (Sides::One(Side::Left), "plan-uni-left"),
    (Sides::One(Side::Right), "plan-uni-right"),
    (Sides::Both, "plan-bilateral"),
];

fn approach(ui: &mut Ui, screen: &mut PlanScreen, look: &Look) {
    ui.horizontal(|ui| {
        title(ui, look, "plan-approach");
        ui.add_enabled_ui(!screen.editor.is_locked(), |ui| {
            let sides = screen.editor.sides();
            let word =
                |sides: Sides| APPROACHES.iter().find(|row| row.0 == sides).map_or("plan-bilateral", |row| row.1);
            ComboBox::from_id_salt("plan-approach").selected_text(look.say(word(sides))).show_ui(ui, |ui| {
                for (other, word) in APPROACHES {
                    if ui.selectable_label(sides == other, look.say(word)).clicked() {
                        screen.refused = screen.editor.set_sides(other).err();
                        screen.refresh();
                    }
                }
            });
        });
    });
}

/// "Undo: move left entry", and the same for redo.
fn history(ui: &mut Ui, screen: &mut PlanScreen, look: &Look) {
    let named = |word: &str, step: Option<Step>| match step {
        Some(step) => format!("{}: {}", look.say(word), step_in_words(step, look)),
        None => look.say(word),
    };
    let steps =
        [("redo", Command::Redo, screen.editor.redo_step()), ("undo", Command::Undo, screen.editor.undo_step())];
    for (word, command, step) in steps {
        let shown = Button::new(named(word, step)).truncate().min_size(vec2(ui.available_width(), 0.0));
        let shown = ui.add_enabled(step.is_some(), shown);
        if key_hint(shown, look, word, &label_of(word)).clicked() {
            obey(screen, command, false, false);
        }
    }
}

/// "move left entry".
pub fn step_in_words(step: Step, look: &Look) -> String {
    match step.side {
        Some(side) => look.say_with(step.word, &[("side", look.say(side_word(side)).to_lowercase().into())]),
        None => look.say(step.word),
    }
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
