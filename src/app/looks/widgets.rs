//! Small things that every screen is made of.

use super::{Look, Mark, strong};
use bevy_egui::egui::{
    self, Align, Align2, Button, Color32, CornerRadius, FontId, Layout, Response, RichText, Sense, Stroke, StrokeKind,
    TextStyle, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};

/// What to do next: the one bright thing on a screen. `word` is a key; its tooltip names the shortcut.
pub fn primary_button(ui: &mut Ui, look: &Look, word: &str, shortcut: &str) -> Response {
    let palette = &look.palette;
    let text = RichText::new(look.say(word)).color(palette.on_bright).family(strong());
    let button = Button::new(text).fill(palette.tool).stroke(Stroke::NONE);
    let response = ui.add(button.min_size(vec2(96.0, 32.0) * look.text_scale()));
    key_hint(response, look, word, shortcut)
}

/// A button; `word` is a key, and the tooltip names the shortcut.
pub fn button(ui: &mut Ui, look: &Look, word: &str, shortcut: &str) -> Response {
    let response = ui.button(look.say(word));
    key_hint(response, look, word, shortcut)
}

/// A button that stays down while something is on.
pub fn toggle(ui: &mut Ui, look: &Look, on: &mut bool, word: &str, shortcut: &str) -> Response {
    let response = ui.add(Button::selectable(*on, look.say(word)).frame_when_inactive(true));
    if response.clicked() {
        *on = !*on;
    }
    key_hint(response, look, word, shortcut)
}

/// Tooltip: the words of `word`-hint where there are any, else those of `word`; and the key, if there is one.
pub fn key_hint(response: Response, look: &Look, word: &str, shortcut: &str) -> Response {
    response.on_hover_ui(|ui| {
        let longer = format!("{word}-hint");
        let words = if look.words.know(&longer) { look.say(&longer) } else { look.say(word) };
        ui.horizontal_wrapped(|ui| {
            ui.label(words);
            if !shortcut.is_empty() {
                key_cap(ui, look, shortcut);
            }
        });
    })
}

/// A key as it looks on the keyboard.
pub fn key_cap(ui: &mut Ui, look: &Look, key: &str) -> Response {
    let text = RichText::new(format!(" {key} ")).text_style(TextStyle::Small).color(look.palette.text);
    let frame = egui::Frame::new().fill(look.palette.ground).stroke(Stroke::new(1.0, look.palette.line));
    frame.corner_radius(4).inner_margin(egui::Margin::symmetric(3, 1)).show(ui, |ui| ui.label(text)).response
}

/// A word and a number with its unit, the number at the right in figures of one width.
pub fn number(ui: &mut Ui, look: &Look, name: &str, value: &str, unit: &str) -> Response {
    let row = ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(look.palette.quiet));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(unit).color(look.palette.quiet).text_style(TextStyle::Small));
            ui.label(RichText::new(value).family(strong()));
        });
    });
    row.response
}

/// A figure to be read at a glance: large with its unit, and what it is in small words above. `word` is a key.
pub fn reading(ui: &mut Ui, look: &Look, word: &str, value: &str, unit: &str) -> Response {
    let column = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(RichText::new(look.say(word)).color(look.palette.quiet).text_style(TextStyle::Small));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(RichText::new(value).family(strong()).size(19.0 * look.text_scale()));
            ui.label(RichText::new(unit).color(look.palette.quiet).text_style(TextStyle::Small));
        });
    });
    column.response
}

/// A number as it is shown: so many decimals, a true minus, and a dash where there is none.
pub fn figure(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    let negative = text.strip_prefix('-').filter(|rest| rest.chars().any(|c| c.is_ascii_digit() && c != '0'));
    match negative {
        Some(rest) => format!("−{rest}"),
        None => text.trim_start_matches('-').to_owned(),
    }
}

/// Minutes and seconds, "06:40"; over an hour "1:06:40".
pub fn clock(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m:02}:{s:02}") }
}

/// A letter on its colour, in a rounded square.
pub fn badge(ui: &mut Ui, look: &Look, mark: Mark) -> Response {
    let side = 22.0 * look.text_scale();
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let font = FontId::new(side * 0.66, strong());
    ui.painter().rect_filled(rect, side * 0.22, mark.colour);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, mark.letter, font, look.palette.on_bright);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, mark.letter));
    response
}

/// How full something is, 0 to 1, with ticks where it matters (a line and a colour beyond each).
pub fn gauge(ui: &mut Ui, look: &Look, share: f32, colour: Color32, ticks: &[f32]) -> Response {
    let size = vec2(ui.available_width().max(40.0), 12.0 * look.text_scale());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let radius = CornerRadius::same(3);
    let painter = ui.painter();
    painter.rect_filled(rect, radius, look.palette.ground);
    painter.rect_filled(rect.with_max_x(rect.left() + share * rect.width()), radius, colour);
    for tick in ticks {
        let x = rect.left() + tick.clamp(0.0, 1.0) * rect.width();
        painter.line_segment([pos2(x, rect.top()), pos2(x, rect.bottom())], Stroke::new(1.5, look.palette.text));
    }
    painter.rect_stroke(rect, radius, Stroke::new(1.0, look.palette.line), StrokeKind::Inside);
    response.widget_info(|| WidgetInfo::slider(true, f64::from(share), ""));
    response
}

/// A heading inside a panel.
pub fn title(ui: &mut Ui, look: &Look, word: &str) -> Response {
    ui.label(RichText::new(look.say(word)).family(strong()).color(look.palette.quiet))
}

/// What to do where there is nothing to see yet.
pub fn empty_state(ui: &mut Ui, look: &Look, word: &str) -> Response {
    ui.centered_and_justified(|ui| ui.label(RichText::new(look.say(word)).color(look.palette.quiet))).inner
}

/// A frame round a part of a screen.
pub fn card(look: &Look) -> egui::Frame {
    let edge = Stroke::new(1.0, look.palette.line);
    egui::Frame::new().fill(look.palette.panel).stroke(edge).corner_radius(8).inner_margin(egui::Margin::same(12))
}

/// A line of words with a sign before it: "▲" caution, "✖" danger, "●" neither.
pub fn notice(ui: &mut Ui, look: &Look, level: Notice, text: &str) -> Response {
    let palette = &look.palette;
    let (sign, colour) = match level {
        Notice::Plain => ("●", palette.quiet),
        Notice::Caution => ("▲", palette.caution),
        Notice::Danger => ("✖", palette.danger),
    };
    let row = ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(sign).color(colour));
        ui.label(text)
    });
    row.inner
}

/// How much a line of words matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// For information.
    Plain,
    /// Look twice.
    Caution,
    /// Harm.
    Danger,
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::{Harness, kittest::Queryable};

    #[test]
    fn figures_have_a_true_minus_and_never_minus_zero() {
        assert_eq!(figure(-2.71428, 2), "−2.71");
        assert_eq!(figure(-0.001, 1), "0.0");
        assert_eq!(figure(f64::NAN, 1), "–");
        assert_eq!(clock(400.9), "06:40");
        assert_eq!(clock(4000.0), "1:06:40");
    }

    #[test]
    fn a_button_is_found_by_its_word_and_its_tooltip_names_the_key() {
        let look = Look::default();
        let (mut presses, mut is_dressed) = (0, false);
        let mut harness = Harness::new_ui(|ui| {
            // Fonts are there from the next frame on.
            if !std::mem::replace(&mut is_dressed, true) {
                return look.apply(ui.ctx());
            }
            presses += usize::from(primary_button(ui, &look, "start", "Enter").clicked());
        });
        harness.run_steps(3);
        harness.get_by_label("Start").hover();
        harness.run_steps(40);
        assert!(harness.query_by_label_contains("Enter").is_some());
        harness.get_by_label("Start").click();
        harness.run_steps(2);
        drop(harness);
        assert_eq!(presses, 1);
    }
}
