//! The comparison as it is drawn: room for two scenes, the lateral pictures, the table between, one scrubber, switches.

use super::screen::{CompareScreen, PROCEDURES};
use crate::app::debrief::picture_view::picture;
use crate::app::debrief::scrubber::{keys, scrubber};
use crate::app::debrief::what_if_panel::table;
use crate::app::looks::Look;
use crate::app::looks::widgets::{button, key_hint, title};
use crate::scenario::Switches;
use bevy_egui::egui::{self, Frame, Key, Panel, ProgressBar, Rect, ScrollArea, Ui};

/// What the learner wants of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Back to the cases.
    Leave,
    /// The debrief of the left (0) or right (1) run.
    Debrief(usize),
}

/// What a drawn comparison leaves to the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Room for the two 3D scenes.
    pub scenes: [Rect; 2],
    /// What was chosen.
    pub choice: Option<Choice>,
}

/// Draws all but the two scenes, for which it leaves room.
pub fn panel(ui: &mut Ui, screen: &mut CompareScreen, look: &Look) -> Drawn {
    keys(ui, &mut screen.timeline);
    let dt_s = f64::from(ui.input(|input| input.stable_dt).min(0.1));
    if screen.timeline.pass(dt_s) || screen.timeline.is_playing {
        ui.ctx().request_repaint();
    }
    let fill = Frame::new().fill(look.palette.panel).inner_margin(8.0);
    let mut choice = None;
    Panel::top("compare-top").resizable(false).frame(fill).show(ui, |ui| choice = top(ui, screen, look));
    Panel::bottom("compare-time").resizable(false).frame(fill).show(ui, |ui| {
        scrubber(ui, &mut screen.timeline, &[], look);
    });
    let whole = ui.available_rect_before_wrap();
    let middle = (0.36 * whole.width()).max(300.0);
    let side = 0.5 * (whole.width() - middle);
    let below = (0.45 * whole.height()).min(side);
    let columns = [(whole.left(), side), (whole.right() - side, side)];
    let scenes = columns.map(|(left, width)| {
        let min = egui::pos2(left, whole.top());
        Rect::from_min_size(min, egui::vec2(width, whole.height() - below - 24.0))
    });
    for (at, (left, width)) in columns.into_iter().enumerate() {
        let room =
            Rect::from_min_size(egui::pos2(left, whole.bottom() - below - 20.0), egui::vec2(width, below + 20.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| below_scene(ui, screen, at, below - 8.0, look));
    }
    let room = Rect::from_min_max(
        egui::pos2(whole.left() + side + 8.0, whole.top()),
        egui::pos2(whole.right() - side - 8.0, whole.bottom()),
    );
    ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| middle_column(ui, screen, look));
    Drawn { scenes, choice }
}

fn top(ui: &mut Ui, screen: &CompareScreen, look: &Look) -> Option<Choice> {
    let mut choice = None;
    ui.horizontal(|ui| {
        ui.heading(&screen.scenario().file.title);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let leaves = ui.input(|input| input.key_pressed(Key::Escape));
            if button(ui, look, "back", "Esc").clicked() || leaves {
                choice = Some(Choice::Leave);
            }
        });
    });
    choice
}

fn below_scene(ui: &mut Ui, screen: &mut CompareScreen, at: usize, edge: f32, look: &Look) {
    let tick = screen.timeline.tick();
    let name = look.say(["procedure-pvp", "procedure-pkp"][at]);
    let side = &mut screen.sides_mut()[at];
    if let Some(share) = side.share() {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        ui.add(ProgressBar::new(share).text(name.clone()).desired_width(edge));
    }
    if let Some(because) = side.failure() {
        ui.label(look.say_with("compare-failed", &[("because", because.into())]));
    }
    let Some(frame) = side.recording().map(|recording| recording.case.patient.vertebra.frame.clone()) else { return };
    let film = side.film(tick);
    if let Some(films) = side.films_mut() {
        picture(ui, films, film, (edge, &format!("{name} · {}", look.say("debrief-lateral"))), (&[], &frame), look);
    }
}

fn middle_column(ui: &mut Ui, screen: &mut CompareScreen, look: &Look) {
    switches(ui, screen, look);
    title(ui, look, "compare-figures");
    if screen.rows().is_empty() {
        ui.label(look.say("compare-waiting"));
        return;
    }
    let mut headings = PROCEDURES.map(|procedure| procedure.name().to_uppercase()).to_vec();
    headings.push(look.say("what-if-difference"));
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .show(ui, |ui| table(ui, "compare", &headings, screen.rows(), look));
}

/// Kyphoplasty's four differences: each can be taken away, and kyphoplasty is run again without it.
fn switches(ui: &mut Ui, screen: &mut CompareScreen, look: &Look) {
    title(ui, look, "compare-switches");
    let mut asked = screen.switches();
    ui.horizontal_wrapped(|ui| {
        let each: [(&mut bool, &str, Key); 4] = [
            (&mut asked.shell, "switch-shell", Key::Num1),
            (&mut asked.cavity, "switch-cavity", Key::Num2),
            (&mut asked.timing, "switch-timing", Key::Num3),
            (&mut asked.volume, "switch-volume", Key::Num4),
        ];
        for (on, word, key) in each {
            let response = ui.checkbox(on, look.say(word));
            if key_hint(response, look, word, key.name()).has_focus() {
                continue;
            }
            if ui.input(|input| input.key_pressed(key)) {
                *on = !*on;
            }
        }
    });
    let all_off = asked == Switches::from_bits(0);
    if all_off {
        ui.label(look.say("compare-all-off"));
    }
    screen.switch(asked);
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
