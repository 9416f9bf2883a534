//! What is said of a path while it is being moved: grade, bone left on each side and where, the rule of the two views.

use crate::anatomy::{Patient, Side};
use crate::assessment::plan_document::{GivenError, GivenTrajectory};
use crate::imaging::CArm;
use crate::instruments::{
    Beside, Direction, Finding, Surroundings, Tool, Trajectory, Verdict, WayToWall, grade_and_beside, trajectory_rules,
};
use crate::planning::{TwoViews, judge};
use crate::procedure::outcome::TrajectoryOutcome;

/// All that is said of one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// As `trocar plan` tells it.
    pub given: GivenTrajectory,
    /// The bone beside the tool, by depth and by side.
    pub beside: Beside,
}

/// The bone left on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin {
    /// Which side.
    pub direction: Direction,
    /// mm, negative where the tool is out; `None` where nothing of it faces that side.
    pub left_mm: Option<f64>,
    /// The rule's word on it.
    pub verdict: Verdict,
}

/// The order in which sides are shown.
const SHOWN: [Direction; 5] =
    [Direction::Medial, Direction::Lateral, Direction::Superior, Direction::Inferior, Direction::Anterior];

impl Judgement {
    /// Bone left on each side, with the word of the rule that judges it. Ahead it is the end's way to the front.
    pub fn margins(&self) -> [Margin; 5] {
        SHOWN.map(|direction| {
            let grade = &self.given.grade;
            let wall = grade.walls.iter().find(|wall| wall.direction == direction);
            let left_mm = match direction {
                Direction::Anterior => Some(grade.margins.anterior_cortex_mm),
                _ => wall.and_then(|wall| wall.bone_left_mm),
            };
            let ids: &[&str] = match direction {
                Direction::Medial => &["bone-medial"],
                Direction::Lateral => &["bone-lateral"],
                Direction::Superior => &["bone-superior"],
                Direction::Inferior => &["bone-inferior"],
                _ => &["needle-anterior", "channel-anterior"],
            };
            let finding = ids.iter().find_map(|id| grade.finding(id));
            Margin { direction, left_mm, verdict: finding.map_or(Verdict::Info, |finding| finding.verdict) }
        })
    }

    /// The way to the surface that is nearest, of the sides that count.
    pub fn nearest(&self) -> Option<&WayToWall> {
        let extrapedicular = self.given.grade.finding("breach-lateral").is_none();
        let counts = |way: &&WayToWall| !(extrapedicular && way.direction == Direction::Lateral);
        let ways = self.beside.ways.iter().filter(counts);
        ways.min_by(|a, b| a.bone_left_mm.total_cmp(&b.bone_left_mm))
    }

    /// How deep the end stands: the finding of the tool's own rule.
    pub fn tip(&self) -> Option<&Finding> {
        let grade = &self.given.grade;
        grade.finding("needle-depth").or_else(|| grade.finding("cannula-depth"))
    }

    /// The worst that any rule says.
    pub fn worst(&self) -> Verdict {
        let has = |verdict| self.given.grade.findings.iter().any(|finding| finding.verdict == verdict);
        match () {
            () if has(Verdict::Missed) => Verdict::Missed,
            () if has(Verdict::Near) => Verdict::Near,
            () => Verdict::Met,
        }
    }
}

/// The word of a side's own rule on so much bone beside one section.
pub fn verdict_beside(direction: Direction, left_mm: f64) -> Verdict {
    let id = format!("bone-{}", direction.name());
    match trajectory_rules().rule.iter().find(|rule| rule.id == id) {
        Some(rule) => rule.judge(left_mm).verdict,
        None if left_mm < 0.0 => Verdict::Missed,
        None => Verdict::Info,
    }
}

/// Judges paths on one patient; what does not depend on the path is kept.
pub struct Judge {
    tool: Tool,
    views: Result<TwoViews, String>,
    surroundings: [Surroundings; 2],
}

impl Judge {
    /// For a patient and a tool.
    pub fn new(patient: &Patient, tool: Tool) -> Judge {
        let views = TwoViews::true_of(CArm::mobile(), &patient.vertebra.frame).map_err(|error| error.to_string());
        Judge { tool, views, surroundings: Side::BOTH.map(|side| Surroundings::of(patient, side)) }
    }

    /// The judgement of a path.
    ///
    /// # Errors
    /// Why there is none, in the engine's words.
    pub fn judge(&self, patient: &Patient, path: &Trajectory) -> Result<Judgement, String> {
        let views = self.views.as_ref().map_err(String::clone)?;
        let vertebra = &patient.vertebra;
        let surroundings = match path.side {
            Side::Left => &self.surroundings[0],
            Side::Right => &self.surroundings[1],
        };
        let judged = || -> Result<Judgement, GivenError> {
            let (grade, beside) = grade_and_beside(patient, surroundings, path, self.tool)?;
            let two_views = judge(vertebra, path, self.tool, views)?;
            let trajectory = TrajectoryOutcome::of(path, &grade.report);
            Ok(Judgement { given: GivenTrajectory { trajectory, two_views, grade }, beside })
        };
        judged().map_err(|error| error.to_string())
    }
}

#[cfg(test)]
#[path = "judgement_tests.rs"]
mod tests;
