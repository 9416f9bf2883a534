//! One path's card: what can be set, the bone left on each side, grade and tip.

use super::editor::Edit;
use super::judgement::{Judgement, Margin};
use super::keys::label_of;
use super::line::angles_deg;
use super::screen::{PlanScreen, colour_of, sign_of};
use crate::anatomy::Side;
use crate::app::looks::widgets::{Notice, badge, card, figure, key_cap, notice};
use crate::app::looks::{Look, strong};
use crate::instruments::{Direction, Finding, Value, Verdict};
use bevy_egui::egui::{
    Align, Align2, CursorIcon, DragValue, FontId, Layout, RichText, Sense, Stroke, TextStyle, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

/// Key of a side's word.
pub fn side_word(side: Side) -> &'static str {
    match side {
        Side::Left => "plan-side-left",
        Side::Right => "plan-side-right",
    }
}

/// The card of a path; of one that is not chosen only its head and a line of figures.
pub fn path_card(ui: &mut Ui, screen: &mut PlanScreen, index: usize, look: &Look) {
    let is_chosen = screen.editor.chosen() == index;
    let edge = if is_chosen { look.palette.tool } else { look.palette.line };
    let frame = card(look).stroke(Stroke::new(if is_chosen { 1.5 } else { 1.0 }, edge));
    let drawn = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        head(ui, screen, index, look);
        if is_chosen {
            ui.add_space(4.0);
            fields(ui, screen, index, look);
            ui.add_space(6.0);
        }
        match screen.judgement(index) {
            Some(Ok(judgement)) if is_chosen => full(ui, judgement, look),
            Some(Ok(judgement)) => short(ui, screen, index, judgement, look),
            Some(Err(because)) => {
                notice(ui, look, Notice::Danger, because);
            }
            None => {}
        }
    });
    if !is_chosen {
        let response = ui.interact(drawn.response.rect, ui.id().with(("plan-path", index)), Sense::click());
        let key = label_of("plan-do-other-side");
        let response = response.on_hover_cursor(CursorIcon::PointingHand).on_hover_ui(|ui| {
            ui.horizontal(|ui| {
                ui.label(look.say("plan-do-other-side"));
                key_cap(ui, look, &key);
            });
        });
        if response.clicked() {
            screen.editor.choose(index);
        }
    }
    ui.add_space(6.0);
}

/// "Left · transpedicular", and at the right the tip's mark and the grade's letter.
fn head(ui: &mut Ui, screen: &PlanScreen, index: usize, look: &Look) {
    let Some(path) = screen.editor.paths().get(index) else { return };
    ui.horizontal(|ui| {
        ui.label(RichText::new(look.say(side_word(path.side))).family(strong()));
        let approach = look.say(&format!("plan-way-{}", path.approach.name()));
        ui.label(RichText::new(approach).color(look.palette.quiet));
        let Some(Ok(judgement)) = screen.judgement(index) else { return };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let breach = &judgement.given.grade.report.breach;
            let letter = breach.grade.letter();
            let words =
                look.say_with("plan-grade", &[("letter", letter.into()), ("mm", figure(breach.depth_mm, 1).into())]);
            badge(ui, look, look.palette.grade(letter)).on_hover_text(words);
            if let Some(tip) = judgement.tip() {
                tip_mark(ui, tip, look);
            }
        });
    });
}

/// "◎ 74 %": how deep the end stands in the body, with the sign of its rule's word.
fn tip_mark(ui: &mut Ui, tip: &Finding, look: &Look) {
    let Value::Number(share) = tip.value else { return };
    let sign = if tip.verdict == Verdict::Met { "◎" } else { sign_of(tip.verdict) };
    let words = RichText::new(format!("{sign} {} %", figure(100.0 * share, 0)));
    let response = ui.label(words.color(colour_of(tip.verdict, &look.palette)));
    response.on_hover_text(look.say_with("plan-tip", &[("percent", figure(100.0 * share, 0).into())]));
}

/// What can be set, in two columns.
fn fields(ui: &mut Ui, screen: &mut PlanScreen, index: usize, look: &Look) {
    let Some(path) = screen.editor.paths().get(index) else { return };
    let [convergence, sagittal] = angles_deg(path);
    let (entry, depth_mm) = (path.entry, path.segment().length_mm());
    let mut wanted = None;
    ui.add_enabled_ui(!screen.editor.is_locked(), |ui| {
        let mut row = |ui: &mut Ui, name: &str, fields: &[Field]| {
            ui.horizontal(|ui| {
                let width = 72.0 * look.text_scale();
                let (rect, _) = ui.allocate_exact_size(vec2(width, ui.spacing().interact_size.y), Sense::hover());
                let font = TextStyle::Body.resolve(ui.style());
                ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, look.say(name), font, look.palette.quiet);
                for field in fields {
                    wanted = field.draw(ui, screen, look).or(wanted);
                }
            });
        };
        let mm = |prefix, value, keys, of| Field { prefix, value, unit: " mm", speed: 0.05, keys, of };
        let degrees = |prefix, value, keys, of| Field { prefix, value, unit: "°", speed: 0.1, keys, of };
        let across: &dyn Fn(f64) -> Edit = &|x| Edit::MoveEntry { left_mm: x - entry.x, up_mm: 0.0 };
        let along: &dyn Fn(f64) -> Edit = &|z| Edit::MoveEntry { left_mm: 0.0, up_mm: z - entry.z };
        let inwards: &dyn Fn(f64) -> Edit = &|degrees| Edit::Angles([degrees, sagittal]);
        let up: &dyn Fn(f64) -> Edit = &|degrees| Edit::Angles([convergence, degrees]);
        let entry_keys = [["plan-do-rightwards", "plan-do-leftwards"], ["plan-do-up", "plan-do-down"]];
        row(ui, "plan-entry", &[mm("L ", entry.x, entry_keys[0], across), mm("S ", entry.z, entry_keys[1], along)]);
        let [inward_keys, up_keys] =
            [["plan-do-outwards", "plan-do-inwards"], ["plan-do-cranially", "plan-do-caudally"]];
        row(
            ui,
            "plan-angles",
            &[degrees("↔ ", convergence, inward_keys, inwards), degrees("↕ ", sagittal, up_keys, up)],
        );
        row(ui, "plan-depth", &[mm("", depth_mm, ["plan-do-deeper", "plan-do-shallower"], &Edit::Depth)]);
    });
    if let Some(edit) = wanted {
        screen.edit(index, edit);
    }
}

/// A number that can be dragged or typed.
struct Field<'a> {
    prefix: &'static str,
    value: f64,
    unit: &'static str,
    speed: f64,
    /// Words of the keys that move it.
    keys: [&'static str; 2],
    of: &'a dyn Fn(f64) -> Edit,
}

impl Field<'_> {
    fn draw(&self, ui: &mut Ui, screen: &mut PlanScreen, look: &Look) -> Option<Edit> {
        let mut value = self.value;
        let drag = DragValue::new(&mut value).speed(self.speed).fixed_decimals(1).prefix(self.prefix).suffix(self.unit);
        let size = vec2(96.0 * look.text_scale(), ui.spacing().interact_size.y);
        let response = ui.add_sized(size, drag.update_while_editing(false));
        if response.drag_started() {
            screen.editor.grab();
        }
        if response.drag_stopped() {
            screen.editor.release();
        }
        let is_new = response.changed() && value != self.value;
        response.on_hover_ui(|ui| {
            for word in self.keys {
                ui.horizontal(|ui| {
                    key_cap(ui, look, &label_of(word));
                    ui.label(look.say(word));
                });
            }
            ui.label(RichText::new(look.say("plan-fine")).color(look.palette.quiet));
        });
        is_new.then(|| (self.of)(value))
    }
}

fn full(ui: &mut Ui, judgement: &Judgement, look: &Look) {
    for margin in judgement.margins() {
        margin_row(ui, &margin, look);
    }
    let breach = &judgement.given.grade.report.breach;
    if breach.depth_mm > 0.0 {
        let side = look.say(&format!("plan-wall-{}", breach.direction.name()));
        let gaps = [("mm", figure(breach.depth_mm, 1).into()), ("side", side.into())];
        notice(ui, look, Notice::Danger, &look.say_with("plan-breach", &gaps));
    }
    if judgement.given.two_views.violated.is_some() {
        notice(ui, look, Notice::Danger, &look.say("plan-two-views-broken"));
    }
    wanting(ui, judgement, look);
}

/// How many rules are met, and on hover which are not.
fn wanting(ui: &mut Ui, judgement: &Judgement, look: &Look) {
    let findings = &judgement.given.grade.findings;
    let of = |verdict: Verdict| findings.iter().filter(move |finding| finding.verdict == verdict);
    let words = look.say_with(
        "plan-rules",
        &[
            ("met", of(Verdict::Met).count().to_string().into()),
            ("near", of(Verdict::Near).count().to_string().into()),
            ("missed", of(Verdict::Missed).count().to_string().into()),
        ],
    );
    let worst = judgement.worst();
    let response = ui.horizontal(|ui| {
        ui.label(RichText::new(sign_of(worst)).color(colour_of(worst, &look.palette)));
        ui.label(RichText::new(words).color(look.palette.quiet));
    });
    if worst != Verdict::Met {
        response.response.on_hover_ui(|ui| {
            for finding in of(Verdict::Missed).chain(of(Verdict::Near)) {
                ui.horizontal_wrapped(|ui| {
                    let colour = colour_of(finding.verdict, &look.palette);
                    ui.label(RichText::new(sign_of(finding.verdict)).color(colour));
                    ui.label(finding.rule);
                });
            }
        });
    }
}

/// So much bone fills a row's bar, mm.
const FULL_MM: f64 = 8.0;

/// Sign, side, a bar and millimetres.
fn margin_row(ui: &mut Ui, margin: &Margin, look: &Look) {
    let size = vec2(ui.available_width(), 20.0 * look.text_scale());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let palette = &look.palette;
    let colour = colour_of(margin.verdict, palette);
    let name = look.say(&format!("plan-wall-{}", margin.direction.name()));
    let body = TextStyle::Body.resolve(ui.style());
    let y = rect.center().y;
    let painter = ui.painter();
    let text = |x: f32, align: Align2, words: &str, font: FontId, colour| {
        painter.text(pos2(x, y), align, words, font, colour);
    };
    text(rect.left(), Align2::LEFT_CENTER, sign_of(margin.verdict), body.clone(), colour);
    text(rect.left() + 22.0 * look.text_scale(), Align2::LEFT_CENTER, &name, body.clone(), palette.quiet);
    let value = figure(margin.left_mm.unwrap_or(f64::NAN), 1);
    let figures = FontId::new(body.size, strong());
    let unit_x = rect.right();
    text(unit_x, Align2::RIGHT_CENTER, "mm", TextStyle::Small.resolve(ui.style()), palette.quiet);
    let value_x = unit_x - 28.0 * look.text_scale();
    let is_well = matches!(margin.verdict, Verdict::Met | Verdict::Info);
    text(value_x, Align2::RIGHT_CENTER, &value, figures, if is_well { palette.text } else { colour });
    let bar = rect.with_min_x(rect.left() + 118.0 * look.text_scale()).with_max_x(value_x - 44.0 * look.text_scale());
    if bar.width() > 20.0 {
        let bar = bar.shrink2(vec2(0.0, 0.34 * bar.height()));
        painter.rect_filled(bar, 2.0, palette.ground);
        let share = (margin.left_mm.unwrap_or(0.0) / FULL_MM).clamp(0.0, 1.0) as f32;
        painter.rect_filled(bar.with_max_x(bar.left() + share * bar.width()), 2.0, colour);
    }
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{name} {value} mm")));
    let hint = if margin.direction == Direction::Anterior { "plan-margin-ahead" } else { "plan-margin-beside" };
    response.on_hover_text(look.say(hint));
}

/// "↔ 18.2°  ↕ 4.1°  ▲ 1.9 mm medial".
fn short(ui: &mut Ui, screen: &PlanScreen, index: usize, judgement: &Judgement, look: &Look) {
    let Some(path) = screen.editor.paths().get(index) else { return };
    let [convergence, sagittal] = angles_deg(path);
    ui.horizontal_wrapped(|ui| {
        let angles = format!("↔ {}°   ↕ {}°", figure(convergence, 1), figure(sagittal, 1));
        ui.label(RichText::new(angles).color(look.palette.quiet));
        let least = judgement.margins().into_iter().filter(|margin| margin.direction != Direction::Anterior);
        let mm = |margin: &Margin| margin.left_mm.unwrap_or(f64::INFINITY);
        if let Some(least) = least.min_by(|a, b| mm(a).total_cmp(&mm(b))) {
            let side = look.say(&format!("plan-wall-{}", least.direction.name()));
            ui.label(RichText::new(sign_of(least.verdict)).color(colour_of(least.verdict, &look.palette)));
            ui.label(format!("{} mm {side}", figure(mm(&least), 1)));
        }
    });
}
