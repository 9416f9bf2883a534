//! The risk of a leak as a curve against viscosity, with its band and a mark for the plan's own.

use super::risk::{RiskDesk, RiskPoint};
use crate::app::looks::widgets::{Notice, figure, gauge, notice, title};
use crate::app::looks::{Look, strong};
use crate::planning::risk::Probability;
use bevy_egui::egui::{Color32, RichText, Ui};
use egui_plot::{FilledArea, Line, LineStyle, MarkerShape, Plot, PlotPoints, Points, VLine};

/// The card's content.
pub fn risk(ui: &mut Ui, risk: &RiskDesk, look: &Look) {
    let curve = risk.curve();
    ui.horizontal(|ui| {
        title(ui, look, "plan-risk").on_hover_text(look.say_with(
            "plan-risk-how",
            &[("samples", curve.samples.to_string().into()), ("ml", figure(curve.volume_ml, 1).into())],
        ));
        if let Some(now) = &curve.now {
            let fresh = risk.share().is_none();
            let colour = if fresh { look.palette.text } else { look.palette.quiet };
            ui.label(RichText::new(in_words("plan-risk-any", &now.any, look)).family(strong()).color(colour));
            ui.label(RichText::new(in_words("plan-risk-canal", &now.canal, look)).color(look.palette.quiet));
        }
    });
    if let Some(share) = risk.share() {
        let bar = gauge(ui, look, share as f32, look.palette.tool.gamma_multiply(0.6), &[]);
        bar.on_hover_text(look.say("plan-risk-computing"));
    }
    if let Some(failure) = &curve.failure {
        notice(ui, look, Notice::Caution, &look.say_with("plan-risk-failed", &[("because", failure.as_str().into())]));
    } else if curve.points.is_empty() {
        ui.label(RichText::new(look.say("plan-risk-computing")).color(look.palette.quiet));
    } else {
        plot(ui, &curve.points, curve.now.as_ref(), look);
    }
}

/// "any leak 12 % (8–17)".
fn in_words(word: &str, probability: &Probability, look: &Look) -> String {
    let percent = |share: f64| figure(100.0 * share, 0);
    let gaps = [
        ("p", percent(probability.p).into()),
        ("low", percent(probability.low).into()),
        ("high", percent(probability.high).into()),
    ];
    look.say_with(word, &gaps)
}

fn plot(ui: &mut Ui, points: &[RiskPoint], now: Option<&RiskPoint>, look: &Look) {
    let xs: Vec<f64> = points.iter().map(|point| point.viscosity_pa_s).collect();
    let column = |of: &dyn Fn(&RiskPoint) -> f64| -> Vec<f64> { points.iter().map(|p| 100.0 * of(p)).collect() };
    let band = |name: String, low: Vec<f64>, high: Vec<f64>, colour: Color32| {
        FilledArea::new(name, &xs, &low, &high).fill_color(colour.gamma_multiply(0.14)).allow_hover(false)
    };
    let line = |name: String, ys: Vec<f64>| -> Line<'static> {
        Line::new(name, PlotPoints::from_iter(xs.iter().zip(ys).map(|(&x, y)| [x, y])))
    };
    let plot = Plot::new("plan-risk")
        .height(ui.available_height().max(60.0))
        .allow_drag(false)
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_grid([false, true])
        .include_x(0.0)
        .include_y(0.0)
        .include_y(100.0)
        .x_axis_label(RichText::new(format!("{}, Pa·s", look.say("plan-viscosity"))).small())
        .y_axis_label(RichText::new("%").small());
    let [any, canal] = [look.palette.caution, look.palette.danger];
    plot.show(ui, |plot| {
        plot.add(band(String::new(), column(&|p| p.any.low), column(&|p| p.any.high), any));
        plot.add(band(String::new(), column(&|p| p.canal.low), column(&|p| p.canal.high), canal));
        plot.line(line(look.say("plan-risk-any-line"), column(&|p| p.any.p)).color(any).width(2.0));
        let canal_line = line(look.say("plan-risk-canal-line"), column(&|p| p.canal.p)).color(canal).width(2.0);
        plot.line(canal_line.style(LineStyle::dashed_loose()));
        if let Some(now) = now {
            plot.vline(VLine::new(look.say("plan-risk-now"), now.viscosity_pa_s).color(look.palette.text).width(1.0));
            let marks = [[now.viscosity_pa_s, 100.0 * now.any.p], [now.viscosity_pa_s, 100.0 * now.canal.p]];
            for (mark, (colour, shape)) in
                marks.into_iter().zip([(any, MarkerShape::Circle), (canal, MarkerShape::Diamond)])
            {
                plot.points(Points::new("", vec![mark]).color(colour).shape(shape).radius(5.0).filled(true));
            }
        }
    });
}
