//! The bone left along the chosen needle: a bar a section, low and signed where there is little.

use super::judgement::{Judgement, verdict_beside};
use super::screen::{colour_of, sign_of};
use crate::app::looks::Look;
use crate::app::looks::widgets::figure;
use crate::instruments::{BesideSection, Verdict};
use bevy_egui::egui::{self, Align2, Painter, Rect, Sense, Stroke, TextStyle, Ui, WidgetInfo, WidgetType, pos2, vec2};

/// So much bone fills the height of the bar, mm; more is drawn as much.
const FULL_MM: f64 = 6.0;
/// Depth marks, mm.
const MARK_MM: f64 = 10.0;

/// The bar of a path, as wide and high as there is room; `depths_mm` stand at its left and right edge.
pub fn margin_bar(ui: &mut Ui, judgement: &Judgement, depths_mm: [f64; 2], look: &Look) {
    let size = vec2(ui.available_width(), ui.available_height().max(36.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let sections = &judgement.beside.sections;
    let (Some(first), Some(last)) = (sections.first(), sections.last()) else { return };
    let [first_mm, last_mm] = depths_mm;
    let seen_mm = (last_mm - first_mm).max(1.0);
    let small = TextStyle::Small.resolve(ui.style());
    let painter = ui.painter_at(rect);
    let field = rect.with_max_y(rect.bottom() - small.size - 4.0);
    painter.rect_filled(field, 3.0, look.palette.ground);
    let x_of = |depth_mm: f64| field.left() + field.width() * ((depth_mm - first_mm) / seen_mm) as f32;
    for (section, before) in sections.iter().zip(std::iter::once(first).chain(sections)) {
        bar(&painter, field, [x_of(before.depth_mm), x_of(section.depth_mm)], section, look);
    }
    let mut depth_mm = (first_mm / MARK_MM).ceil() * MARK_MM;
    while depth_mm < last_mm {
        painter.vline(x_of(depth_mm), field.y_range(), Stroke::new(1.0, look.palette.line));
        let at = pos2(x_of(depth_mm) + 2.0, rect.bottom());
        painter.text(at, Align2::LEFT_BOTTOM, figure(depth_mm, 0), small.clone(), look.palette.quiet);
        depth_mm += MARK_MM;
    }
    let least = sections.iter().min_by(|a, b| a.bone_left_mm.total_cmp(&b.bone_left_mm)).unwrap_or(last);
    narrowest(&painter, field, x_of(least.depth_mm), least, look);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, look.say("plan-margin-bar")));
    let under = response.hover_pos().map(|at| first_mm + f64::from((at.x - field.left()) / field.width()) * seen_mm);
    if let Some(section) = under.and_then(|depth_mm| sections.iter().find(|section| section.depth_mm >= depth_mm)) {
        response.on_hover_text(in_words(section, look));
    }
}

fn bar(painter: &Painter, field: Rect, [left, right]: [f32; 2], section: &BesideSection, look: &Look) {
    let verdict = verdict_beside(section.direction, section.bone_left_mm);
    let share = (section.bone_left_mm / FULL_MM).clamp(0.04, 1.0) as f32;
    let top = field.bottom() - share * field.height();
    // On whole points: softened edges would leave a gap between two bars.
    let (left, right) = (left.round(), right.round());
    let drawn = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 1.0), field.bottom()));
    let colour = colour_of(verdict, &look.palette);
    let is_well = matches!(verdict, Verdict::Met | Verdict::Info);
    painter.rect_filled(drawn, 0.0, if is_well { colour.gamma_multiply(0.55) } else { colour });
}

/// The narrowest place, with the sign of what its rule says and the side's letter.
fn narrowest(painter: &Painter, field: Rect, x: f32, section: &BesideSection, look: &Look) {
    let verdict = verdict_beside(section.direction, section.bone_left_mm);
    let words = format!("{} {} mm", sign_of(verdict), figure(section.bone_left_mm, 1));
    let font = egui::FontId::new(13.0 * look.text_scale(), crate::app::looks::strong());
    painter.vline(x, field.y_range(), Stroke::new(1.5, look.palette.text));
    let (align, dx) = if x > field.center().x { (Align2::RIGHT_TOP, -5.0) } else { (Align2::LEFT_TOP, 5.0) };
    painter.text(pos2(x + dx, field.top() + 3.0), align, words, font, look.palette.text);
}

fn in_words(section: &BesideSection, look: &Look) -> String {
    let side = look.say(&format!("plan-wall-{}", section.direction.name()));
    let gaps = [
        ("depth", figure(section.depth_mm, 0).into()),
        ("mm", figure(section.bone_left_mm, 1).into()),
        ("side", side.into()),
    ];
    look.say_with("plan-margin-at", &gaps)
}
