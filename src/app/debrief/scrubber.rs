//! The scrubber: play and pause, speed, the operation as a bar with its marks, and the plots under one cursor.

use super::recording::Recording;
use super::screen::DebriefScreen;
use super::timeline::{Event, Mark, SPEEDS, Timeline};
use crate::anatomy::LeakClass;
use crate::app::looks::Look;
use crate::app::looks::widgets::{clock, key_hint};
use crate::procedure::injection::TICK_S;
use bevy_egui::egui::{
    self, Align2, Color32, FontId, Id, Key, Pos2, RichText, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo, pos2,
};
use egui_plot::{Line, Plot, PlotPoints, VLine};

/// Height of the bar with its marks.
const BAR: f32 = 40.0;

/// Hears the keys: Space, arrows, Home, End.
pub fn keys(ui: &Ui, timeline: &mut Timeline) {
    if ui.memory(|memory| memory.focused().is_some()) {
        return;
    }
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    if pressed(Key::Space) {
        timeline.play_or_pause();
    }
    for (key, steps) in [(Key::ArrowLeft, -1.0), (Key::ArrowRight, 1.0)] {
        if pressed(key) {
            timeline.step(if ui.input(|input| input.modifiers.shift) { 10.0 * steps } else { steps });
        }
    }
    if pressed(Key::Home) {
        timeline.go_to(0);
    }
    if pressed(Key::End) {
        timeline.go_to(timeline.end());
    }
}

/// Play, speed, the time, and the bar with its marks.
pub fn scrubber(ui: &mut Ui, timeline: &mut Timeline, marks: &[Mark], look: &Look) {
    ui.horizontal(|ui| {
        let word = if timeline.is_playing { "debrief-pause" } else { "debrief-play" };
        let sign = if timeline.is_playing { "⏸" } else { "▶" };
        let play = ui.button(format!("{sign} {}", look.say(word)));
        if key_hint(play, look, word, &look.say("debrief-key-space")).clicked() {
            timeline.play_or_pause();
        }
        let faster = ui.button(format!("×{}", SPEEDS[timeline.speed]));
        if key_hint(faster, look, "debrief-speed", "").clicked() {
            timeline.speed = (timeline.speed + 1) % SPEEDS.len();
        }
        ui.label(format!("{} / {}", clock(timeline.seconds()), clock(timeline.end() as f64 * TICK_S)));
        bar(ui, timeline, marks, look);
    });
}

fn bar(ui: &mut Ui, timeline: &mut Timeline, marks: &[Mark], look: &Look) {
    let size = Vec2::new((ui.available_width() - 8.0).max(100.0), BAR);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let end = timeline.end().max(1) as f32;
    let x_of = |tick: u64| rect.left() + rect.width() * tick as f32 / end;
    response.widget_info(|| WidgetInfo::slider(true, timeline.seconds(), look.say("debrief-time")));
    if let Some(at) = response.interact_pointer_pos() {
        let share = ((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
        timeline.is_playing = false;
        timeline.go_to((share * end).round() as u64);
    }
    let painter = ui.painter_at(rect);
    let middle = rect.center().y;
    painter.line_segment([pos2(rect.left(), middle), pos2(rect.right(), middle)], Stroke::new(2.0, look.palette.line));
    for mark in marks {
        draw_mark(&painter, pos2(x_of(mark.tick), middle), mark.event, look);
    }
    let x = x_of(timeline.tick());
    painter.line_segment([pos2(x, rect.top()), pos2(x, rect.bottom())], Stroke::new(2.0, look.palette.tool));
    painter.circle_filled(pos2(x, middle), 5.0, look.palette.tool);
    if let Some(mark) = response.hover_pos().and_then(|at| nearest(marks, at, x_of)) {
        response.on_hover_text(format!("{}  {}", clock(mark.tick as f64 * TICK_S), event_in_words(mark.event, look)));
    }
}

fn nearest(marks: &[Mark], at: Pos2, x_of: impl Fn(u64) -> f32) -> Option<&Mark> {
    let off = |mark: &&Mark| (x_of(mark.tick) - at.x).abs();
    marks.iter().min_by(|a, b| off(a).total_cmp(&off(b))).filter(|mark| off(mark) < 8.0)
}

/// Pictures are triangles below the line, leaks lettered diamonds above it, the rest short strokes.
fn draw_mark(painter: &egui::Painter, at: Pos2, event: Event, look: &Look) {
    let palette = &look.palette;
    let below = at + Vec2::new(0.0, 11.0);
    let above = at - Vec2::new(0.0, 11.0);
    let sign = |place: Pos2, sign: &str, size: f32, colour: Color32| {
        painter.text(place, Align2::CENTER_CENTER, sign, FontId::proportional(size), colour);
    };
    match event {
        Event::Shot { lateral } => sign(below, if lateral { "▲" } else { "△" }, 10.0, palette.quiet),
        Event::Leak(class) => {
            let mark = palette.leak(class);
            sign(above, "◆", 20.0, mark.colour);
            sign(above, mark.letter, 10.0, palette.on_bright);
        }
        Event::Stop => sign(above, "◆", 14.0, palette.text),
        Event::Pause => sign(below, "‖", 10.0, palette.quiet),
        Event::Tool | Event::Mix | Event::Push => {
            let height = if event == Event::Push { 3.0 } else { 6.0 };
            let ends = [at - Vec2::new(0.0, height), at + Vec2::new(0.0, height)];
            painter.line_segment(ends, Stroke::new(1.5, palette.quiet));
        }
    }
}

fn event_in_words(event: Event, look: &Look) -> String {
    match event {
        Event::Shot { lateral: true } => look.say("event-lateral"),
        Event::Shot { lateral: false } => look.say("event-ap"),
        Event::Tool => look.say("event-tool"),
        Event::Mix => look.say("event-mix"),
        Event::Push => look.say("event-push"),
        Event::Pause => look.say("event-pause"),
        Event::Leak(class) => look.say_with("event-leak", &[("class", look.palette.leak(class).letter.into())]),
        Event::Stop => look.say("event-stop"),
    }
}

/// The four plots with one cursor; a click in one looks at that moment.
pub fn plots(ui: &mut Ui, screen: &mut DebriefScreen, look: &Look) {
    let recording = screen.recording().clone();
    if recording.series.is_empty() {
        ui.label(look.say("debrief-nothing-injected"));
        return;
    }
    let start_s = recording.series_tick().unwrap_or(0) as f64 * TICK_S;
    let now_s = screen.timeline.seconds() - start_s;
    let width = (ui.available_width() - 3.0 * ui.spacing().item_spacing.x) / 4.0;
    let size = Vec2::new(width, ui.available_height() - ui.text_style_height(&TextStyle::Body) - 12.0);
    let mut clicked = None;
    ui.horizontal_top(|ui| {
        for plotted in plotted(&recording, look) {
            clicked = one_plot(ui, plotted, size, now_s, look).or(clicked);
        }
    });
    if let Some(seconds) = clicked {
        screen.timeline.is_playing = false;
        screen.timeline.go_to(((start_s + seconds).max(0.0) / TICK_S).round() as u64);
    }
}

/// One plot: its title, and lines with name, colour and points.
struct Plotted {
    id: &'static str,
    title: String,
    lines: Vec<(String, Color32, Vec<[f64; 2]>)>,
}

fn plotted(recording: &Recording, look: &Look) -> Vec<Plotted> {
    let points = |of: &dyn Fn(&crate::procedure::record::SeriesRow) -> f64| -> Vec<[f64; 2]> {
        recording.series.iter().map(|row| [row.time_s, of(row)]).collect()
    };
    let palette = &look.palette;
    let leaked = LeakClass::ALL.into_iter().enumerate().filter_map(|(at, class)| {
        let mark = palette.leak(class);
        let has_any = recording.series.iter().any(|row| row.leaked_ml[at] > 0.0);
        has_any.then(|| (mark.letter.to_owned(), mark.colour, points(&|row| row.leaked_ml[at])))
    });
    vec![
        Plotted {
            id: "pressure",
            title: format!("{}, kPa", look.say("plot-pressure")),
            lines: vec![
                (look.say("plot-syringe"), palette.quiet, points(&|row| row.syringe_pressure_kpa)),
                (look.say("plot-tip"), palette.tool, points(&|row| row.tip_pressure_kpa)),
            ],
        },
        Plotted {
            id: "volume",
            title: format!("{}, ml", look.say("plot-volume")),
            lines: vec![(look.say("plot-injected"), palette.cement, points(&|row| row.injected_ml))],
        },
        Plotted {
            id: "viscosity",
            title: format!("{}, Pa·s", look.say("plot-viscosity")),
            lines: vec![(look.say("plot-viscosity"), palette.caution, points(&|row| row.viscosity_pa_s))],
        },
        Plotted { id: "leaked", title: format!("{}, ml", look.say("plot-leaked")), lines: leaked.collect() },
    ]
}

fn one_plot(ui: &mut Ui, plotted: Plotted, size: Vec2, now_s: f64, look: &Look) -> Option<f64> {
    let column = ui.vertical(|ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(plotted.title).color(look.palette.quiet));
            if plotted.lines.len() > 1 {
                for (name, colour, _) in &plotted.lines {
                    ui.label(RichText::new(format!("— {name}")).color(*colour).small());
                }
            }
        });
        let plot = Plot::new(plotted.id)
            .width(size.x)
            .height(size.y.max(60.0))
            .allow_drag(false)
            .allow_scroll(false)
            .allow_zoom(false)
            .allow_boxed_zoom(false)
            .include_y(0.0)
            .link_axis(Id::new("debrief plots"), [true, false])
            .link_cursor(Id::new("debrief plots"), [true, false]);
        let cursor = look.palette.text;
        let shown = plot.show(ui, |plot| {
            for (name, colour, points) in plotted.lines {
                plot.line(Line::new(name, PlotPoints::from(points)).color(colour).width(1.5));
            }
            plot.vline(VLine::new("", now_s).color(cursor).width(1.0));
            plot.pointer_coordinate()
        });
        shown.inner.filter(|_| shown.response.clicked()).map(|at| at.x)
    });
    column.inner
}
