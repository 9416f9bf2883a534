//! Cement or balloon, and the clock of the mixture.

use super::gesture::Gesture;
use super::keys::label_of;
use super::panel::pace_buttons;
use super::room::OperatingRoom;
use crate::app::engine::snapshot::{BalloonShown, SyringeShown};
use crate::app::looks::Look;
use crate::app::looks::widgets::{badge, button, clock, figure, gauge, key_hint, reading, title};
use crate::cement::state::CementState;
use crate::procedure::Procedure;
use crate::procedure::action::PauseReason;
use crate::units::{PA_PER_KPA, PA_PER_PSI, S_PER_MIN, kpa_from_pa, ln, ml_from_mm3};
use bevy_egui::egui::{self, RichText, Sense, Stroke, Ui, pos2, vec2};

/// The inflation gauge until there is a cavity, the syringe after it.
pub fn syringe_or_balloon(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    match &room.now.syringe {
        Some(shown) => syringe(ui, room, shown, look, asked),
        None => before_cement(ui, room, look, asked),
    }
}

fn before_cement(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    let has_balloon = room.booking.procedure == Procedure::Pkp;
    if has_balloon {
        balloon(ui, room, look);
    } else {
        title(ui, look, "cement");
        ui.label(RichText::new(room.plan.cement.product.name.clone()).color(look.palette.quiet));
    }
    ui.horizontal_wrapped(|ui| {
        if has_balloon {
            balloon_buttons(ui, room, look, asked);
        }
        if room.now.clock.is_none() && button(ui, look, "do-mix", &label_of("do-mix")).clicked() {
            asked.push(Gesture::Mix);
        }
        if room.now.clock.is_some() && button(ui, look, "do-connect", &label_of("do-connect")).clicked() {
            asked.push(Gesture::Connect);
        }
        if room.plan.venography_mm3.is_some() && button(ui, look, "do-contrast", &label_of("do-contrast")).clicked() {
            asked.push(Gesture::Contrast);
        }
    });
}

/// A balloon of the tool in hand.
fn own_balloon(room: &OperatingRoom) -> Option<&BalloonShown> {
    room.now.balloons.iter().rev().find(|balloon| balloon.trajectory == room.in_hand)
}

fn balloon(ui: &mut Ui, room: &OperatingRoom, look: &Look) {
    title(ui, look, "balloon");
    let Some(planned) = &room.plan.balloon else { return };
    let limit_kpa = kpa_from_pa(planned.pressure_limit_pa);
    let own = own_balloon(room);
    let (volume_ml, peak_kpa) = own.map_or((0.0, 0.0), |balloon| (balloon.volume_ml, balloon.peak_kpa));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        reading(ui, look, "balloon-volume", &figure(volume_ml, 1), "ml");
        reading(ui, look, "balloon-pressure", &figure(peak_kpa, 0), "kPa");
        reading(ui, look, "balloon-pressure-psi", &figure(peak_kpa * PA_PER_KPA / PA_PER_PSI, 0), "psi");
    });
    let readings = own.map_or(&[][..], |own| &own.gauge);
    gauge_curve(ui, readings, [ml_from_mm3(planned.volume_mm3), limit_kpa], look);
    if let Some(own) = own {
        let stopped = look.say(&format!("balloon-by-{}", own.stopped_by));
        let cavity = look.say_with("balloon-cavity", &[("ml", figure(own.cavity_ml, 2).into())]);
        let mut words = vec![cavity, stopped];
        if own.rise_mm > 0.0 {
            words.push(look.say_with("balloon-rise", &[("mm", figure(own.rise_mm, 1).into())]));
        }
        if !own.is_up {
            words.push(look.say("balloon-down"));
        }
        ui.label(RichText::new(words.join(" · ")).color(look.palette.quiet));
    }
}

fn balloon_buttons(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    if !room.now.drilled.contains(&room.in_hand) {
        if button(ui, look, "do-drill", &label_of("do-drill")).clicked() {
            asked.push(Gesture::Drill);
        }
        return;
    }
    if button(ui, look, "do-inflate", &label_of("do-inflate")).clicked() {
        asked.push(Gesture::Inflate(0.5));
    }
    let is_up = own_balloon(room).is_some_and(|own| own.is_up);
    if is_up && button(ui, look, "do-deflate", &label_of("do-deflate")).clicked() {
        asked.push(Gesture::Deflate);
    }
}

/// Pressure on the gauge against volume, up to the planned volume and the limit.
fn gauge_curve(ui: &mut Ui, readings: &[[f64; 2]], [most_ml, limit_kpa]: [f64; 2], look: &Look) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 72.0), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, look.palette.ground);
    let place = |[ml, kpa]: [f64; 2]| {
        let (along, up) = ((ml / most_ml.max(1e-9)).clamp(0.0, 1.0), (kpa / limit_kpa.max(1e-9)).clamp(0.0, 1.0));
        pos2(rect.left() + rect.width() * along as f32, rect.bottom() - (rect.height() - 6.0) * up as f32)
    };
    painter.hline(rect.x_range(), place([0.0, limit_kpa]).y, Stroke::new(1.0, look.palette.danger));
    let points: Vec<_> = std::iter::once([0.0, 0.0]).chain(readings.iter().copied()).map(place).collect();
    if let Some(&last) = points.last() {
        painter.circle_filled(last, 4.0, look.palette.text);
    }
    painter.line(points, Stroke::new(2.0, look.palette.tool));
    response.on_hover_text(look.say("balloon-gauge"));
}

fn syringe(ui: &mut Ui, room: &OperatingRoom, shown: &SyringeShown, look: &Look, asked: &mut Vec<Gesture>) {
    title(ui, look, "cement");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        reading(ui, look, "cement-injected", &figure(shown.injected_ml, 2), "ml");
        reading(ui, look, "cement-rate", &figure(shown.rate_ml_per_min, 1), "ml/min");
        reading(ui, look, "cement-set-rate", &figure(room.rate_ml_per_min, 1), "ml/min");
        reading(ui, look, "cement-pressure", &figure(shown.syringe_kpa / 1000.0, 2), "MPa");
    });
    gauge(ui, look, (shown.injected_ml / shown.planned_ml.max(1e-9)) as f32, look.palette.cement, &[1.0]);
    let limit_kpa = shown.limit_kpa.unwrap_or(shown.syringe_kpa.max(1.0));
    let colour = if shown.is_limited { look.palette.danger } else { look.palette.tool };
    gauge(ui, look, (shown.syringe_kpa / limit_kpa) as f32, colour, &[1.0])
        .on_hover_text(look.say_with("cement-limit", &[("mpa", figure(limit_kpa / 1000.0, 1).into())]));
    ui.horizontal(|ui| {
        // Held, never switched: the syringe stops when the hand lets go.
        let held = ui.add_sized(
            vec2(150.0, 30.0) * look.text_scale(),
            egui::Button::new(RichText::new(look.say("do-inject")).color(look.palette.on_bright).strong())
                .fill(if room.is_pressed() { look.palette.caution } else { look.palette.tool })
                .sense(Sense::drag()),
        );
        let held = key_hint(held, look, "do-inject", &label_of("do-inject"));
        if held.is_pointer_button_down_on() != room.is_pressed()
            && (held.is_pointer_button_down_on() || held.drag_stopped())
        {
            asked.push(Gesture::Press(held.is_pointer_button_down_on()));
        }
        for (word, times) in [("do-slower", 0.8), ("do-faster", 1.25)] {
            if button(ui, look, word, &label_of(word)).clicked() {
                asked.push(Gesture::Rate(times));
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        for (word, reason) in [("do-pause", PauseReason::BetweenPushes), ("do-pause-leak", PauseReason::LeakSeen)] {
            if button(ui, look, word, &label_of(word)).clicked() {
                asked.push(Gesture::Pause(reason));
            }
        }
        if room.plan.trajectories.len() > 1 && button(ui, look, "do-connect", &label_of("do-connect")).clicked() {
            asked.push(Gesture::Connect);
        }
    });
    if room.booking.mode.shows_truth() && !room.now.leaks.is_empty() {
        ui.horizontal_wrapped(|ui| {
            for leak in &room.now.leaks {
                badge(ui, look, look.palette.leak(leak.class)).on_hover_text(&leak.route);
                ui.label(format!("{} ml", figure(leak.volume_ml, 2)));
            }
        });
    }
}

/// Minutes since mixing on the viscosity curve, and the states that fingers tell.
pub fn mixing_clock(ui: &mut Ui, room: &OperatingRoom, look: &Look, asked: &mut Vec<Gesture>) {
    ui.horizontal(|ui| {
        title(ui, look, "clock");
        ui.label(RichText::new(clock(room.now.time_s())).color(look.palette.quiet));
        pace_buttons(ui, room, look, asked);
    });
    let Some(shown) = &room.now.clock else {
        ui.label(RichText::new(look.say("clock-not-mixed")).color(look.palette.quiet));
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        reading(ui, look, "clock-mixed", &clock(shown.mixed_min * S_PER_MIN), "");
        reading(ui, look, "clock-viscosity", &figure(shown.viscosity_pa_s, 0), "Pa·s");
        reading(ui, look, "clock-state", &look.say(&format!("state-{}", shown.state.name())), "");
    });
    curve(ui, room, shown.mixed_min, look);
}

/// Reference viscosity over the minutes at the room's temperature, on a logarithmic scale, with a mark for now.
fn curve(ui: &mut Ui, room: &OperatingRoom, now_min: f64, look: &Look) {
    const MINUTES: f64 = 20.0;
    const POINTS: usize = 80;
    let cement = &room.plan.cement;
    let ageing = cement.product.ageing_rate(cement.room_temperature_c);
    let viscosity = |min: f64| cement.product.reference_viscosity_pa_s(min * S_PER_MIN * ageing).max(1e-3);
    let (low, high) = (ln(viscosity(0.0).min(10.0)), ln(CementState::Stiff.begins_at_pa_s() * 4.0));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 92.0), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, look.palette.ground);
    let place = |min: f64, pa_s: f64| {
        let share = ((ln(pa_s) - low) / (high - low)).clamp(0.0, 1.0) as f32;
        pos2(rect.left() + rect.width() * (min / MINUTES) as f32, rect.bottom() - rect.height() * share)
    };
    for state in [CementState::Thread, CementState::Dough, CementState::Stiff] {
        let y = place(0.0, state.begins_at_pa_s()).y;
        painter.hline(rect.x_range(), y, Stroke::new(1.0, look.palette.line));
        let font = egui::TextStyle::Small.resolve(ui.style());
        let name = look.say(&format!("state-{}", state.name()));
        painter.text(pos2(rect.right() - 4.0, y), egui::Align2::RIGHT_BOTTOM, name, font, look.palette.quiet);
    }
    let points = (0..=POINTS).map(|i| MINUTES * i as f64 / POINTS as f64).map(|min| place(min, viscosity(min)));
    painter.line(points.collect(), Stroke::new(2.0, look.palette.cement));
    let planned_min = room.plan.inject_at_s() / S_PER_MIN;
    painter.vline(place(planned_min, 1.0).x, rect.y_range(), Stroke::new(1.0, look.palette.tool));
    let now = place(now_min.min(MINUTES), viscosity(now_min.min(MINUTES)));
    painter.vline(now.x, rect.y_range(), Stroke::new(1.0, look.palette.text));
    painter.circle_filled(now, 4.0, look.palette.text);
    response.on_hover_text(look.say_with("clock-curve", &[("min", figure(planned_min, 1).into())]));
}
