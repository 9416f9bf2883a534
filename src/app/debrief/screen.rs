//! The debrief's state: a recording, where in it one looks, its pictures, changed runs; and what the scene shows of it.

use super::background::{Job, Progress};
use super::films::{Film, Films};
use super::recording::{Keyframe, Recording};
use super::timeline::{Mark, Timeline, marks};
use super::what_if::{Change, WhatIf};
use crate::anatomy::LeakClass;
use crate::geometry::{CellIndex, Frame, Grid, Point};
use crate::imaging::projector::Solid;
use crate::instruments::{Path, Trajectory};
use crate::planning::{Request, Sides, best_path};
use crate::procedure::leak_path::LeakPath;
use crate::scenario::expectations::{self, Checked};
use std::sync::Arc;

/// A line for the scene (vertebra frame).
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its points.
    pub points: Vec<Point>,
}

/// What a line of the scene is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The way a tool went.
    Yours,
    /// The way that is proposed.
    Proposed,
    /// The way that cement took to a leak of that class.
    Leak(LeakClass),
}

/// Cement outside the bone at the moment looked at.
#[derive(Clone, Copy, Debug)]
pub struct LeakShown<'a> {
    /// Its letter.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: &'a str,
    /// By then, mm³.
    pub volume_mm3: f64,
    /// Where it lies (patient).
    pub solids: &'a [Solid],
}

/// The debrief of one operation.
pub struct DebriefScreen {
    recording: Arc<Recording>,
    /// Where one looks.
    pub timeline: Timeline,
    marks: Vec<Mark>,
    /// Its pictures.
    pub films: Films,
    /// The leak whose way is drawn, by its place in the outcome.
    pub chosen_leak: Option<usize>,
    /// The last changed run.
    pub what_if: Option<WhatIf>,
    /// The product of the next changed run, by id.
    pub other_product: Option<&'static str>,
    proposals: Job<Vec<Trajectory>>,
    proposed: Vec<Trajectory>,
    expected: Vec<Checked>,
}

impl DebriefScreen {
    /// Of a recording; it looks at the end.
    pub fn new(recording: Arc<Recording>) -> DebriefScreen {
        let held = Arc::clone(&recording);
        DebriefScreen {
            timeline: Timeline::new(recording.end_tick),
            marks: marks(&recording),
            films: Films::of(&recording),
            chosen_leak: None,
            what_if: None,
            other_product: super::what_if::unlike_product(&recording.case.plan).map(|product| product.id.as_str()),
            proposals: Job::start("proposals", move |_| proposals(&held)),
            proposed: Vec::new(),
            expected: expected(&recording),
            recording,
        }
    }

    /// Takes what was made in the background and asks for the pictures of the moment; true when anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = self.films.poll();
        if let Progress::Done(proposed) = self.proposals.poll() {
            self.proposed = proposed;
            changed = true;
        }
        changed |= self.what_if.as_mut().is_some_and(WhatIf::poll);
        let wanted = self.wanted_films();
        self.films.ask(&wanted);
        changed
    }

    /// Pictures of the moment or a changed run are being made.
    pub fn is_waiting(&self) -> bool {
        self.films.is_waiting() || self.what_if.as_ref().is_some_and(|what_if| what_if.share().is_some())
    }

    /// Begins a changed run in place of the last one.
    pub fn ask_what_if(&mut self, change: Change) {
        self.what_if = Some(WhatIf::start(change, &self.recording));
    }

    /// What is looked at.
    pub fn recording(&self) -> &Arc<Recording> {
        &self.recording
    }

    /// Events along the operation.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// What the case asked for, checked.
    pub fn expected(&self) -> &[Checked] {
        &self.expected
    }

    /// The moment kept that stands for the one looked at.
    pub fn keyframe(&self) -> &Keyframe {
        &self.recording.keyframes[self.recording.keyframe_at(self.timeline.tick())]
    }

    /// Pictures of the moment: as seen on AP and lateral, and the truth of both.
    pub fn films_now(&self) -> [Option<Film>; 4] {
        let tick = self.timeline.tick();
        let keyframe = self.recording.keyframe_at(tick);
        let seen = |view| self.recording.shot_at(tick, view).map(Film::Seen);
        [
            seen(0),
            seen(1),
            Some(Film::Truth { keyframe, lateral: false }),
            Some(Film::Truth { keyframe, lateral: true }),
        ]
    }

    fn wanted_films(&self) -> Vec<Film> {
        // While it plays only what was seen keeps up.
        let shown = if self.timeline.is_playing { 2 } else { 4 };
        self.films_now().into_iter().take(shown).flatten().collect()
    }

    /// Cement in the bone, for its surface: the grid (vertebra frame) and the share of each cell.
    pub fn cement_cells(&self) -> (&Grid, &[(CellIndex, f32)]) {
        let content = &self.keyframe().content;
        (content.grid(), content.cement_cells())
    }

    /// Cement in cannulas and veins (patient).
    pub fn cement_solids(&self) -> &[Solid] {
        self.keyframe().content.cement_solids()
    }

    /// Cement outside the bone.
    pub fn leaks(&self) -> impl Iterator<Item = LeakShown<'_>> {
        self.keyframe().content.leaks.iter().map(|leak| LeakShown {
            class: leak.class,
            route: &leak.route,
            volume_mm3: leak.volume_mm3,
            solids: &leak.solids,
        })
    }

    /// Where the vertebra stands in the patient.
    pub fn frame(&self) -> &Frame {
        &self.recording.case.patient.vertebra.frame
    }

    /// The way to a leak, by the leak's place in the outcome.
    pub fn leak_path(&self, leak: usize) -> Option<&LeakPath> {
        let leak = self.recording.outcome.leaks.get(leak)?;
        self.recording.leak_paths.iter().find(|path| path.class == leak.class && path.route == leak.route)
    }

    /// Lines for the scene and the pictures: your ways, the proposed ones, and how far cement had come by now on the way
    /// to the chosen leak.
    pub fn lines(&self) -> Vec<Line> {
        let whole = |kind, path: &Trajectory| Line { kind, points: points_of(path) };
        let mut lines: Vec<Line> = self.proposed.iter().map(|path| whole(LineKind::Proposed, path)).collect();
        lines.extend(self.recording.paths.iter().map(|path| whole(LineKind::Yours, path)));
        lines.extend(self.leak_line());
        lines
    }

    /// The way to the chosen leak, as far as cement had come.
    pub fn leak_line(&self) -> Option<Line> {
        let path = self.leak_path(self.chosen_leak?)?;
        let injected_ml = self.keyframe().injected_ml;
        let come = path.arrived_ml.partition_point(|&ml| ml <= injected_ml + 1e-9);
        Some(Line { kind: LineKind::Leak(path.class), points: path.points[..come].to_vec() })
    }

    /// Shows the way of a leak and looks at the moment at which it began.
    pub fn choose_leak(&mut self, leak: usize) {
        self.chosen_leak = Some(leak);
        if let Some(found) = self.recording.outcome.leaks.get(leak) {
            self.timeline.is_playing = false;
            // The next moment kept shows it.
            let onset = self.recording.tick_of_series_s(found.onset_s);
            let after = self.recording.keyframes.iter().find(|keyframe| keyframe.tick >= onset);
            self.timeline.go_to(after.map_or(onset, |keyframe| keyframe.tick));
        }
    }
}

/// A bend in pieces.
const BEND_PIECES: usize = 8;

fn points_of(trajectory: &Trajectory) -> Vec<Point> {
    let path = Path::of_needle(trajectory);
    let mut points = vec![path.straight.start, path.straight.end];
    if let Some(arc) = path.arc {
        points.extend((1..=BEND_PIECES).map(|i| arc.at(arc.length_mm() * i as f64 / BEND_PIECES as f64).0));
    }
    points
}

/// What would have been proposed for the same sides and cannulas.
fn proposals(recording: &Recording) -> Vec<Trajectory> {
    let case = &recording.case;
    let sides = if case.plan.trajectories.len() > 1 { Sides::Both } else { Sides::One(recording.paths[0].side) };
    let best = |path: &Trajectory| {
        let request = Request {
            level: case.patient.level,
            sides,
            approach: Some(path.approach),
            tool: crate::instruments::Tool::VertebroplastyNeedle,
            cannula: path.cannula,
        };
        best_path(&case.patient.vertebra, &request, path.side).ok()
    };
    recording.paths.iter().filter_map(best).collect()
}

/// The case's own expectations of this run.
fn expected(recording: &Recording) -> Vec<Checked> {
    let case = &recording.case;
    let name = expectations::run_name(case.scenario.variant.as_deref(), case.procedure);
    let Ok(value) = serde_json::to_value(&recording.outcome) else { return Vec::new() };
    expectations::check(&case.scenario.file.expect, &std::iter::once((name, value)).collect())
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
