//! The debrief as a report to keep: figures, goals, leaks with their why, curves, the last pictures.

use super::facts::when_and_seen;
use super::figures::rows;
use super::films::Film;
use super::screen::DebriefScreen;
use super::why;
use crate::anatomy::LeakClass;
use crate::app::looks::widgets::figure;
use crate::app::looks::{Language, Look};
use crate::assessment::debrief_report::{Body, DebriefReport, Section};
use crate::imaging::image::{Bits, encode_png};
use crate::imaging::picture::Picture;
use crate::procedure::record::SeriesRow;
use bevy_egui::egui::Color32;

/// The whole file's text.
pub fn html(screen: &DebriefScreen, look: &Look) -> String {
    let recording = screen.recording();
    let procedure = recording.case.procedure.name().to_uppercase();
    let section = |heading: &str, body: Vec<Body>| Section { heading: look.say(heading), body };
    let language = if look.words.language() == Language::Chinese { "zh" } else { "en" };
    let report = DebriefReport {
        language: language.to_owned(),
        title: format!("{} · {procedure}", recording.case.scenario.file.title),
        notice: look.say("not-a-device"),
        sections: vec![
            section("debrief-figures", vec![Body::Table(figures(screen, look))]),
            section("debrief-goals", goals(screen, look)),
            section("debrief-leaks", leaks(screen, look)),
            section("debrief-curves", curves(screen, look)),
            section("debrief-as-seen", pictures(screen, look)),
        ],
    };
    DebriefReport { sections: report.sections.into_iter().filter(|one| !one.body.is_empty()).collect(), ..report }
        .html()
}

fn figures(screen: &DebriefScreen, look: &Look) -> Vec<Vec<String>> {
    let outcome = &screen.recording().outcome;
    let paths = outcome.trajectories.iter().map(|path| {
        let margin = format!("{} · {} mm", path.breach.grade, figure(path.margin_mm, 1));
        vec![look.say(&format!("debrief-{}", path.side.name())), margin]
    });
    let values = rows(&[outcome]).into_iter().filter_map(|row| {
        let value = row.cells.into_iter().next().flatten()?;
        Some(vec![look.say(row.words), format!("{value} {}", row.unit)])
    });
    paths.chain(values).collect()
}

fn goals(screen: &DebriefScreen, look: &Look) -> Vec<Body> {
    let rows = screen.expected().iter().map(|checked| {
        let verdict = look.say(if checked.met { "goal-met" } else { "goal-missed" });
        vec![
            verdict,
            checked.expected.because.clone().unwrap_or_else(|| checked.key.clone()),
            checked.note.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() { Vec::new() } else { vec![Body::Table(rows)] }
}

fn leaks(screen: &DebriefScreen, look: &Look) -> Vec<Body> {
    let leaks = &screen.recording().outcome.leaks;
    if leaks.is_empty() {
        return vec![Body::Words(look.say("debrief-no-leak"))];
    }
    let row = |(at, leak): (usize, &crate::procedure::outcome::LeakOutcome)| {
        let why = screen.leak_path(at).map_or_else(String::new, |path| why::sentences(path, look).join(" "));
        let name = format!("{} {}", look.palette.leak(leak.class).letter, leak.route);
        vec![name, format!("{} ml", figure(leak.volume_ml, 2)), when_and_seen(leak, look), why]
    };
    vec![Body::Table(leaks.iter().enumerate().map(row).collect())]
}

fn curves(screen: &DebriefScreen, look: &Look) -> Vec<Body> {
    let series = &screen.recording().series;
    if series.is_empty() {
        return Vec::new();
    }
    let line = |name: String, colour: Color32, of: &dyn Fn(&SeriesRow) -> f64| {
        let [r, g, b, _] = colour.to_array();
        let points = series.iter().map(|row| [row.time_s, of(row)]).collect();
        (name, format!("#{r:02x}{g:02x}{b:02x}"), points)
    };
    // On white the window's cement and text would not be seen.
    let [dark, tool, caution] = [Color32::from_rgb(90, 100, 110), look.palette.tool, look.palette.caution];
    let curves =
        |title: &str, unit: &str, lines| Body::Curves { caption: format!("{}, {unit}", look.say(title)), lines };
    let leaked =
        LeakClass::ALL.into_iter().enumerate().filter(|(at, _)| series.iter().any(|row| row.leaked_ml[*at] > 0.0));
    let leaked: Vec<_> = leaked
        .map(|(at, class)| {
            let mark = look.palette.leak(class);
            line(mark.letter.to_owned(), mark.colour, &|row| row.leaked_ml[at])
        })
        .collect();
    let mut all = vec![
        curves(
            "plot-pressure",
            "kPa",
            vec![
                line(look.say("plot-syringe"), dark, &|row| row.syringe_pressure_kpa),
                line(look.say("plot-tip"), tool, &|row| row.tip_pressure_kpa),
            ],
        ),
        curves("plot-volume", "ml", vec![line(look.say("plot-injected"), dark, &|row| row.injected_ml)]),
        curves("plot-viscosity", "Pa·s", vec![line(look.say("plot-viscosity"), caution, &|row| row.viscosity_pa_s)]),
    ];
    if !leaked.is_empty() {
        all.push(curves("plot-leaked", "ml", leaked));
    }
    all
}

/// The last pictures that were seen, where they have been made by now.
fn pictures(screen: &DebriefScreen, look: &Look) -> Vec<Body> {
    let recording = screen.recording();
    let last = [(0, "debrief-ap"), (1, "debrief-lateral")];
    let picture = |(view, name): (usize, &str)| {
        let radiogram = screen.films.get(Film::Seen(recording.shot_at(recording.end_tick, view)?))?;
        let grey = radiogram.grey.iter().map(|&grey| u16::from(grey) * 257).collect();
        let png = encode_png(&Picture { pixels: radiogram.pixels, grey }, Bits::Eight).ok()?;
        Some(Body::Picture { caption: look.say(name), png })
    };
    last.into_iter().filter_map(picture).collect()
}
