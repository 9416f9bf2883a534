//! The drill as it is drawn: two X-rays, three answers with keys 1 to 3, the truth at once, the tally.

use super::question::{Decision, Question};
use super::screen::{DrillScreen, Stage};
use crate::app::looks::Look;
use bevy_egui::egui::{
    self, Align2, Color32, FontId, Key, Rect, RichText, Sense, Stroke, TextureHandle, TextureOptions, Ui, Vec2, pos2,
};

/// What the learner wants of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Back to the cases.
    Leave,
}

/// Pictures on their way to the screen.
#[derive(Default)]
pub struct Textures {
    views: Option<[TextureHandle; 2]>,
    axial: Option<TextureHandle>,
}

impl Decision {
    fn key(self) -> Key {
        [Key::Num1, Key::Num2, Key::Num3][self as usize]
    }

    fn words(self) -> &'static str {
        ["drill-advance", "drill-stop", "drill-redirect"][self as usize]
    }
}

/// Draws the drill and hears its keys.
pub fn panel(ui: &mut Ui, screen: &mut DrillScreen, look: &Look) -> Option<Choice> {
    screen.pass(ui.input(|input| input.stable_dt));
    let mut choice = None;
    ui.horizontal(|ui| {
        ui.heading(look.say("drill-title"));
        tally(ui, screen, look);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let leave = ui.button(look.say("drill-leave")).on_hover_text(look.say("drill-leave-tip"));
            if leave.clicked() || ui.input(|input| input.key_pressed(Key::Escape)) {
                choice = Some(Choice::Leave);
            }
        });
    });
    ui.label(look.say("drill-what-to-do"));
    ui.add_space(6.0);
    pictures(ui, screen, look);
    ui.add_space(6.0);
    match screen.stage() {
        Stage::Waiting => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(look.say("drill-waiting"));
            });
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        }
        Stage::Asking => {
            answers(ui, screen, look);
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(200));
        }
        Stage::Told(_) => told(ui, screen, look),
        Stage::Failed(because) => {
            ui.label(look.say_with("drill-failed", &[("because", because.as_str().into())]));
            next_button(ui, screen, look);
        }
    }
    choice
}

fn tally(ui: &mut Ui, screen: &DrillScreen, look: &Look) {
    let tally = &screen.tally;
    let median = tally.median_s().map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.0}"));
    let words = look.say_with(
        "drill-tally",
        &[
            ("right", tally.right().into()),
            ("asked", tally.asked().into()),
            ("seconds", median.into()),
            ("missed", tally.missed_breaches().into()),
        ],
    );
    ui.label(RichText::new(words).color(look.palette.quiet));
}

fn pictures(ui: &mut Ui, screen: &mut DrillScreen, look: &Look) {
    let is_told = matches!(screen.stage(), Stage::Told(_));
    let Some(posed) = screen.posed() else {
        let [width, height] = [ui.available_width().max(80.0), 0.55 * ui.available_height().max(200.0)];
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        ui.painter().rect_stroke(rect, 4.0, Stroke::new(1.0, look.palette.line), egui::StrokeKind::Inside);
        return;
    };
    let load = |name: &str, image| ui.ctx().load_texture(name, image, TextureOptions::LINEAR);
    let views = screen.textures.views.clone().unwrap_or_else(|| {
        let [ap, lateral] = &posed.pictures;
        [load("drill-ap", ap.image()), load("drill-lateral", lateral.image())]
    });
    let axial = screen.textures.axial.clone().unwrap_or_else(|| load("drill-axial", posed.axial.image.clone()));
    let shown = if is_told { 3 } else { 2 };
    let gap = ui.spacing().item_spacing.x;
    let edge = ((ui.available_width() - gap * (shown as f32 - 1.0)) / shown as f32)
        .min(ui.available_height() - 150.0)
        .max(120.0);
    ui.horizontal(|ui| {
        for (texture, name) in views.iter().zip(["drill-ap", "drill-lateral"]) {
            square(ui, texture, edge, &look.say(name), look);
        }
        if is_told {
            let rect = square(ui, &axial, edge, &look.say("drill-axial"), look);
            let truth = &posed.axial;
            let at = |[x, y]: [f32; 2]| rect.lerp_inside(Vec2::new(x, y));
            let colour = verdict_colour(posed.question.key, look);
            let width = (2.0 * truth.radius * rect.width()).max(2.0);
            let clipped = ui.painter().with_clip_rect(rect);
            clipped.line_segment(truth.needle.map(at), Stroke::new(width, colour));
            let [left, right] = ["R", "L"];
            for (letter, align, x) in [(left, Align2::LEFT_CENTER, 0.02), (right, Align2::RIGHT_CENTER, 0.98)] {
                clipped.text(at([x, 0.5]), align, letter, FontId::proportional(15.0), look.palette.text);
            }
        }
    });
    screen.textures.views = Some(views);
    screen.textures.axial = Some(axial);
}

/// A picture with its name over it; where it was drawn.
fn square(ui: &mut Ui, texture: &TextureHandle, edge: f32, name: &str, look: &Look) -> Rect {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(edge), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, name));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, whole, Color32::WHITE);
    let corner = rect.left_bottom() + Vec2::new(6.0, -6.0);
    ui.painter().text(corner, Align2::LEFT_BOTTOM, name, FontId::proportional(13.0), look.palette.text);
    rect
}

fn verdict_colour(key: Decision, look: &Look) -> Color32 {
    [look.palette.tool, look.palette.danger, look.palette.caution][key as usize]
}

fn answers(ui: &mut Ui, screen: &mut DrillScreen, look: &Look) {
    let left = look.say_with("drill-seconds-left", &[("seconds", (screen.seconds_left().ceil() as i64).into())]);
    let share = screen.seconds_left() / super::screen::LIMIT_S;
    ui.add(egui::ProgressBar::new(share).text(left).desired_height(14.0));
    ui.horizontal(|ui| {
        for (number, decision) in (1..).zip(Decision::ALL) {
            let words = format!("{number}  {}", look.say(decision.words()));
            let button = ui.add(egui::Button::new(RichText::new(words).size(15.0)).min_size(Vec2::new(180.0, 36.0)));
            let tip = look.say_with("drill-answer-tip", &[("key", number.into())]);
            if button.on_hover_text(tip).clicked() || ui.input(|input| input.key_pressed(decision.key())) {
                screen.answer(decision);
            }
        }
    });
}

fn told(ui: &mut Ui, screen: &mut DrillScreen, look: &Look) {
    let (Stage::Told(answered), Some(question)) = (screen.stage(), screen.question()) else { return };
    let (sign, words, colour) = match (answered.is_right(), answered.given) {
        (true, _) => ("✔", "drill-right", look.palette.tool),
        (false, Some(_)) => ("✘", "drill-wrong", look.palette.danger),
        (false, None) => ("⏱", "drill-too-late", look.palette.caution),
    };
    ui.label(RichText::new(format!("{sign} {}", look.say(words))).size(20.0).color(colour));
    ui.label(look.say_with("drill-truth", &[("answer", look.say(question.key.words()).into())]));
    for line in facts(question, look) {
        ui.label(line);
    }
    next_button(ui, screen, look);
}

/// What the rule and the bone say, line by line.
fn facts(question: &Question, look: &Look) -> Vec<String> {
    let mm = |value: f64| format!("{value:.1}");
    let mut lines = Vec::new();
    let who = [
        ("level", question.patient.level.name().into()),
        ("side", look.say(&format!("debrief-{}", question.trajectory.side.name())).into()),
    ];
    lines.push(look.say_with("drill-who", &who));
    let behind = question.now.truth.lateral.behind_wall_mm;
    let depth = if behind > 0.0 { "drill-behind-wall" } else { "drill-past-wall" };
    lines.push(look.say_with(depth, &[("mm", mm(behind.abs()).into())]));
    match question.medial_bone_mm {
        Some(bone) if bone >= 0.0 => lines.push(look.say_with("drill-medial-bone", &[("mm", mm(bone).into())])),
        Some(bone) => lines.push(look.say_with("drill-through-medial", &[("mm", mm(-bone).into())])),
        None => {}
    }
    let canal = if question.canal_mm >= 0.0 { "drill-canal" } else { "drill-in-canal" };
    lines.push(look.say_with(canal, &[("mm", mm(question.canal_mm.abs()).into())]));
    if let Some(broken) = &question.judgement.violated {
        let past = ("past", mm(broken.past_medial_mm).into());
        let ahead_mm = broken.from_mm - question.now.at_mm;
        lines.push(if ahead_mm <= 0.0 {
            look.say_with("drill-rule-broken", &[("ago", mm(-ahead_mm).into()), past])
        } else {
            look.say_with("drill-rule-will-break", &[("ahead", mm(ahead_mm).into()), past])
        });
    } else {
        lines.push(look.say("drill-rule-kept"));
    }
    lines
}

fn next_button(ui: &mut Ui, screen: &mut DrillScreen, look: &Look) {
    let button = ui.button(look.say("drill-next")).on_hover_text(look.say("drill-next-tip"));
    if button.clicked() || ui.input(|input| input.key_pressed(Key::Enter) || input.key_pressed(Key::Space)) {
        screen.go_on();
    }
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
