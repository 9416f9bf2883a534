//! The tool in the hand: how deep, what the hand feels, where the two views have it.

use super::gesture::Gesture;
use super::keys::label_of;
use super::room::OperatingRoom;
use crate::app::engine::snapshot::NeedleShown;
use crate::app::looks::Look;
use crate::app::looks::widgets::{badge, button, figure, reading, title};
use bevy_egui::egui::{self, RichText, Sense, Stroke, Ui, pos2, vec2};

/// The panel of the tool.
pub fn tool(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    ui.horizontal(|ui| {
        title(ui, look, "tool");
        for (i, needle) in room.now.needles.iter().enumerate() {
            let word = if needle.side.sign() > 0.0 { "side-left" } else { "side-right" };
            if ui.selectable_label(room.in_hand == i, look.say(word)).clicked() {
                asked.push(Gesture::Take(i));
            }
        }
    });
    let Some(needle) = room.now.needles.get(room.in_hand) else { return };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        let shown = |mm: Option<f64>| mm.map_or_else(|| "–".to_owned(), |mm| figure(mm, 1));
        reading(ui, look, "tool-depth", &shown(needle.depth_mm), "mm");
        if room.booking.mode.allows_planning() {
            let to_go_mm = needle.depth_mm.map(|depth_mm| needle.planned_depth_mm - depth_mm);
            reading(ui, look, "tool-to-go", &shown(to_go_mm), "mm");
        }
        if room.booking.mode.shows_truth()
            && let Some((letter, depth_mm)) = needle.breach
        {
            let hover = look.say_with("tool-breach", &[("mm", figure(depth_mm, 1).into())]);
            badge(ui, look, look.palette.grade(letter)).on_hover_text(hover);
        }
    });
    feel(ui, needle, look);
    rule(ui, room, needle, look);
    ui.horizontal_wrapped(|ui| {
        let tilt = |convergence_deg| Gesture::Tilt { convergence_deg, sagittal_deg: 0.0 };
        let aims = [("do-tilt-in", tilt(1.0)), ("do-tilt-out", tilt(-1.0))];
        let drives = [("do-advance", Gesture::Drive(1.0)), ("do-withdraw", Gesture::Drive(-1.0))];
        // A needle in the bone is no longer aimed, one outside it not drawn back.
        let is_outside = needle.depth_mm.is_none_or(|mm| mm <= 0.0);
        let offered: &[_] = if is_outside { &[drives[0], aims[0], aims[1]] } else { &drives };
        for &(word, gesture) in offered {
            if button(ui, look, word, &label_of(word)).clicked() {
                asked.push(gesture);
            }
        }
        if room.booking.mode.allows_planning() && button(ui, look, "do-seat", &label_of("do-seat")).clicked() {
            asked.push(Gesture::Seat);
        }
    });
}

/// Resistance along the line, and the place of the tip on it: cortex is a peak, a breach is its sudden end.
fn feel(ui: &mut Ui, needle: &NeedleShown, look: &Look) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 46.0), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, look.palette.ground);
    let length_mm = needle.planned_depth_mm.max(1.0) * 1.15;
    let peak = needle.bone.iter().map(|sample| sample.crushing_mpa).fold(1e-9, f64::max);
    let place = |depth_mm: f64, mpa: f64| {
        pos2(
            rect.left() + rect.width() * (depth_mm / length_mm) as f32,
            rect.bottom() - 2.0 - (rect.height() - 6.0) * (mpa / peak) as f32,
        )
    };
    // Only what the hand has felt already: the rest of the curve is not known to it.
    let reached = needle.depth_mm.unwrap_or(0.0);
    let felt: Vec<egui::Pos2> = needle
        .bone
        .iter()
        .filter(|sample| sample.depth_mm <= reached + 1e-6)
        .map(|sample| place(sample.depth_mm, sample.crushing_mpa))
        .collect();
    if felt.len() > 1 {
        painter.line(felt, Stroke::new(2.0, look.palette.bone));
    }
    let x = place(reached, 0.0).x;
    painter.vline(x, rect.y_range(), Stroke::new(1.5, look.palette.tool));
    let target = place(needle.planned_depth_mm, 0.0).x;
    painter.vline(target, rect.y_range(), Stroke::new(1.0, look.palette.line));
    response.on_hover_text(look.say("tool-feel"));
}

/// The rule of the two views at this depth, as guidance; in an exam it is the learner's own business.
fn rule(ui: &mut Ui, room: &OperatingRoom, needle: &NeedleShown, look: &Look) {
    if !room.booking.mode.explains() && !room.shows_hints {
        return;
    }
    let Some(depth_mm) = needle.depth_mm else { return };
    let Some(at) =
        needle.two_views.iter().min_by(|a, b| (a.at_mm - depth_mm).abs().total_cmp(&(b.at_mm - depth_mm).abs()))
    else {
        return;
    };
    let medial_mm = at.seen.ap.past_medial_mm;
    let behind_mm = at.seen.lateral.behind_wall_mm;
    let is_broken = medial_mm > 0.0 && behind_mm > 0.0;
    let ap = look.say_with(
        if medial_mm > 0.0 { "rule-ap-past" } else { "rule-ap-short" },
        &[("mm", figure(medial_mm.abs(), 1).into())],
    );
    let lateral = look.say_with(
        if behind_mm > 0.0 { "rule-lateral-behind" } else { "rule-lateral-past" },
        &[("mm", figure(behind_mm.abs(), 1).into())],
    );
    let (mark, colour) = if is_broken { ("✗", look.palette.danger) } else { ("✓", look.palette.quiet) };
    ui.label(RichText::new(format!("{mark} {ap} · {lateral}")).color(colour)).on_hover_text(look.say("rule-two-views"));
}
