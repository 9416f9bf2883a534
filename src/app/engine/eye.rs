//! What is dear to copy out of an operation, kept from one look to the next.

use super::snapshot::Line;
use crate::anatomy::Patient;
use crate::imaging::CArm;
use crate::instruments::{Trajectory, grade};
use crate::planning::{TwoViews, judge};
use crate::procedure::Operation;
use crate::procedure::beam_content::BeamContent;
use crate::procedure::record::SeriesRow;
use std::sync::Arc;

/// Cement is copied out for the eye at most once in so many ticks (0.2 s).
const CONTENT_EVERY_TICKS: u64 = 4;

/// What is dear to copy, kept from one look to the next.
pub(super) struct Eye {
    pub lines: Vec<Line>,
    aimed: Vec<Trajectory>,
    pub series: Arc<Vec<SeriesRow>>,
    pub content: Option<Arc<BeamContent>>,
    content_tick: u64,
    injected_mm3: f64,
    /// Something was done that copies are to show.
    pub is_stale: bool,
}

impl Eye {
    pub fn new(planned: &[Trajectory]) -> Eye {
        Eye {
            lines: planned
                .iter()
                .map(|path| Line { planned_depth_mm: path.segment().length_mm(), ..Line::default() })
                .collect(),
            aimed: Vec::new(),
            series: Arc::default(),
            content: None,
            content_tick: 0,
            injected_mm3: 0.0,
            is_stale: true,
        }
    }

    /// Copies what has changed.
    pub fn look(&mut self, operation: &Operation, patient: &Patient) {
        if self.series.len() != operation.series().len() {
            self.series = Arc::new(operation.series().to_vec());
        }
        let injected_mm3 = operation.injection().map_or(0.0, |injection| injection.injected_mm3());
        let moved = injected_mm3 > self.injected_mm3 && operation.now() >= self.content_tick + CONTENT_EVERY_TICKS;
        if self.is_stale || moved {
            self.content = Some(Arc::new(operation.beam_content()));
            (self.content_tick, self.injected_mm3, self.is_stale) = (operation.now(), injected_mm3, false);
        }
        self.feel(operation, patient);
    }

    /// What lies along the lines, which changes only when a needle is aimed anew.
    fn feel(&mut self, operation: &Operation, patient: &Patient) {
        for (i, needle) in operation.needles().iter().enumerate() {
            let aimed = self.aimed.get(i);
            let is_same = aimed.is_some_and(|old| old.entry == needle.path.entry && old.curve == needle.path.curve)
                && aimed.is_some_and(|old| (old.direction() - needle.direction()).norm() < 1e-9);
            if is_same {
                continue;
            }
            let planned = operation.plan().trajectories[i].segment().length_mm();
            let whole = needle.path.entry + needle.direction() * planned;
            let path = Trajectory { target: whole, ..needle.path.clone() };
            let tool = operation.plan().tool();
            let samples = grade(patient, &path, tool).map_or_else(|_| Vec::new(), |grade| grade.bone.samples);
            let views = TwoViews::true_of(CArm::mobile(), &patient.vertebra.frame);
            let judged = views.ok().and_then(|views| judge(&patient.vertebra, &path, tool, &views).ok());
            self.lines[i].bone = Arc::new(samples);
            self.lines[i].two_views = Arc::new(judged.map_or_else(Vec::new, |judged| judged.advance));
            if i < self.aimed.len() {
                self.aimed[i] = path;
            } else {
                self.aimed.push(path);
            }
        }
    }
}
