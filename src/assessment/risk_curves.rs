//! Leak risk against volume as a picture (SVG): any leak and canal leak side by side, a line and its interval per product.

use crate::planning::risk::risk_data::risk_data;
use crate::planning::risk::{ArmRisk, Probability, Risk};
use plotters::coord::Shift;
use plotters::prelude::*;
use thiserror::Error;

const SIZE: (u32, u32) = (1000, 520);
/// Points of a curve: it is a staircase of as many steps as samples leaked.
const POINTS: u32 = 240;
/// Okabe and Ito's colours, told apart by the colour-blind.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
];
const FONT: &str = "sans-serif";

/// The picture could not be drawn.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("the curves could not be drawn: {because}")]
pub struct CurvesError {
    /// What the drawing library says.
    pub because: String,
}

/// The curves as the text of an SVG file; `note` is printed below them.
///
/// # Errors
/// What the drawing library says.
pub fn curves_svg(risk: &Risk, note: &str) -> Result<String, CurvesError> {
    let mut svg = String::new();
    draw(&mut svg, risk, note).map_err(|error| CurvesError { because: error.to_string() })?;
    Ok(svg)
}

fn draw(svg: &mut String, risk: &Risk, note: &str) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (above, below) = root.split_vertically(SIZE.1 - 48);
    let (left, right) = above.split_horizontally(SIZE.0 / 2);
    panel(&left, "Any leak", risk, ArmRisk::any_leak, false)?;
    panel(&right, "Leak into the canal", risk, ArmRisk::canal_leak, true)?;
    let font = (FONT, 13).into_font();
    let how = format!(
        "Share of {} drawn patients with its {:.0} % interval; voxels of {} mm, seed {}",
        risk.samples,
        100.0 * risk_data().run.interval.value,
        risk.resolution_mm,
        risk.seed
    );
    below.draw(&Text::new(how, (16, 6), font.clone()))?;
    below.draw(&Text::new(note.to_owned(), (16, 26), font))?;
    root.present()?;
    Ok(())
}

fn panel<'a, B: DrawingBackend + 'a>(
    area: &DrawingArea<B, Shift>,
    title: &str,
    risk: &Risk,
    probability: impl Fn(&ArmRisk, f64) -> Probability,
    legend: bool,
) -> Result<(), Box<dyn std::error::Error>>
where
    B::ErrorType: 'static,
{
    let most_ml = risk.volumes_ml.last().copied().unwrap_or(1.0);
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, 18))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..most_ml, 0.0..100.0)?;
    chart
        .configure_mesh()
        .x_desc("volume injected, ml")
        .y_desc("probability, %")
        .axis_desc_style((FONT, 14))
        .label_style((FONT, 12))
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225))
        .x_label_formatter(&|ml| format!("{ml:.1}"))
        .y_label_formatter(&|percent| format!("{percent:.0}"))
        .draw()?;
    for (index, arm) in risk.arms.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let at: Vec<(f64, Probability)> = (0..=POINTS)
            .map(|step| most_ml * f64::from(step) / f64::from(POINTS))
            // Where no injection came to, nothing is known.
            .take_while(|&volume_ml| arm.reached(volume_ml) > 0)
            .map(|volume_ml| (volume_ml, probability(arm, volume_ml)))
            .collect();
        let low = at.iter().map(|(volume_ml, p)| (*volume_ml, 100.0 * p.low));
        let high = at.iter().rev().map(|(volume_ml, p)| (*volume_ml, 100.0 * p.high));
        let band: Vec<(f64, f64)> = low.chain(high).collect();
        chart.draw_series(std::iter::once(Polygon::new(band, colour.mix(0.13))))?;
        let line = at.iter().map(|(volume_ml, p)| (*volume_ml, 100.0 * p.p));
        chart
            .draw_series(LineSeries::new(line, colour.stroke_width(2)))?
            .label(format!("{}, {:.1} min", arm.product, arm.age_min))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
    }
    if legend {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font((FONT, 13))
            .background_style(WHITE.mix(0.8))
            .border_style(RGBColor(200, 200, 200))
            .draw()?;
    }
    Ok(())
}
