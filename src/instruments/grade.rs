//! The grade of a trajectory: every figure that can be judged, and every rule's word on it.

use super::beside::Beside;
use super::bone_along::{BoneAlong, bone_along};
use super::breach::{Direction, Wall, walls};
use super::end_zone::EndZone;
use super::margins::{Margins, margins};
use super::report::TrajectoryReport;
use super::rules::{Finding, Value, Verdict, trajectory_rules};
use super::surroundings::Surroundings;
use super::trajectory::{Approach, Tool, Trajectory, TrajectoryError, surface_behind};
use super::walk::Station;
use crate::anatomy::Patient;
use serde::Serialize;

/// All that is told about one tool on one trajectory (vertebra frame). In JSON the report is left out: it has its own form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grade {
    /// Geometry, breach and holes.
    #[serde(skip)]
    pub report: TrajectoryReport,
    /// Breach and bone left on each side, the most dangerous first.
    pub walls: [Wall; 5],
    /// Distances to what lies about the tool.
    pub margins: Margins,
    /// Bone along the tool's axis.
    pub bone: BoneAlong,
    /// Where the needle's tip or the channel's end stands.
    pub end: EndZone,
    /// Every figure judged, in the order of the rules.
    pub findings: Vec<Finding>,
}

impl Grade {
    /// The finding of a rule, if it applies.
    pub fn finding(&self, id: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.id == id)
    }
}

/// Grades a tool on a trajectory; refuses one that misses the vertebra.
pub fn grade(patient: &Patient, trajectory: &Trajectory, tool: Tool) -> Result<Grade, TrajectoryError> {
    grade_among(patient, &Surroundings::of(patient, trajectory.side), trajectory, tool)
}

/// As [`grade`], with the surroundings of the trajectory's side made before: for a trajectory that is being moved.
pub fn grade_among(
    patient: &Patient,
    surroundings: &Surroundings,
    trajectory: &Trajectory,
    tool: Tool,
) -> Result<Grade, TrajectoryError> {
    graded(patient, surroundings, trajectory, tool).map(|(grade, _)| grade)
}

/// As [`grade_among`], with the bone beside the tool from the same sections.
pub fn grade_and_beside(
    patient: &Patient,
    surroundings: &Surroundings,
    trajectory: &Trajectory,
    tool: Tool,
) -> Result<(Grade, Beside), TrajectoryError> {
    let (grade, stations) = graded(patient, surroundings, trajectory, tool)?;
    Ok((grade, Beside::of(&patient.vertebra, &stations, trajectory.approach)))
}

fn graded(
    patient: &Patient,
    surroundings: &Surroundings,
    trajectory: &Trajectory,
    tool: Tool,
) -> Result<(Grade, Vec<Station>), TrajectoryError> {
    let vertebra = &patient.vertebra;
    let (report, stations) = trajectory.report_and_stations(vertebra, tool)?;
    let placement = &report.placement;
    let Some(last) = stations.last() else {
        return Err(TrajectoryError::NoLength { length_mm: report.length_mm });
    };
    let start = surface_behind(vertebra, &trajectory.entry, &trajectory.direction()).unwrap_or(trajectory.entry);
    let mut graded = Grade {
        walls: walls(&stations, trajectory.approach),
        margins: margins(vertebra, surroundings, &stations, placement, last),
        bone: bone_along(patient, &placement.path(trajectory, start), placement.outer_radius_mm),
        end: EndZone::of(&vertebra.landmarks, trajectory.side, &last.centre),
        findings: Vec::new(),
        report,
    };
    graded.findings = findings(&graded, trajectory, patient.fracture.is_some());
    Ok((graded, stations))
}

fn findings(grade: &Grade, trajectory: &Trajectory, fractured: bool) -> Vec<Finding> {
    let mut found: Vec<Finding> = trajectory_rules()
        .rule
        .iter()
        .filter_map(|rule| match rule.id.as_str() {
            "breach-grade" => {
                let letter = grade.report.breach.grade.letter().to_owned();
                Some(rule.told(Value::Word(letter)))
            }
            id => value_of(grade, trajectory, fractured, id).map(|value| rule.judge(value)),
        })
        .collect();
    // A needle that ends as one of two does is not blamed for ending short of the midline, nor the other way round.
    for (met, spared) in [("midline-one", "midline-two"), ("midline-two", "midline-one")] {
        let is_met = found.iter().any(|finding| finding.id == met && finding.verdict == Verdict::Met);
        if let Some(other) = found.iter_mut().find(|finding| is_met && finding.id == spared) {
            (other.verdict, other.missed_by) = (Verdict::Info, None);
        }
    }
    found
}

/// The value that a rule judges; `None` where it does not apply to this tool, approach or patient.
fn value_of(grade: &Grade, trajectory: &Trajectory, fractured: bool, id: &str) -> Option<f64> {
    let (report, margins) = (&grade.report, &grade.margins);
    let wall = |direction: Direction| grade.walls.iter().find(|wall| wall.direction == direction);
    let breach = |direction| wall(direction).map(|wall| wall.breach_mm);
    let left = |direction| wall(direction).and_then(|wall| wall.bone_left_mm);
    let extrapedicular = trajectory.approach == Approach::Extrapedicular;
    let needle = report.placement.tool == Tool::VertebroplastyNeedle;
    match id {
        "breach-medial" => breach(Direction::Medial),
        "breach-inferior" => breach(Direction::Inferior),
        "breach-superior" => breach(Direction::Superior),
        "breach-anterior" => breach(Direction::Anterior),
        "breach-lateral" => breach(Direction::Lateral).filter(|_| !extrapedicular),
        "breach-lateral-intended" => extrapedicular.then_some(report.breach.intended_lateral_mm),
        "bone-medial" => left(Direction::Medial),
        "bone-inferior" => left(Direction::Inferior),
        "bone-superior" => left(Direction::Superior),
        "bone-lateral" => left(Direction::Lateral).filter(|_| !extrapedicular),
        "margin-canal" => Some(margins.canal_mm),
        "margin-sac" => Some(margins.sac_mm),
        "margin-root-below" => Some(margins.root_below_mm),
        "margin-root-above" => Some(margins.root_above_mm),
        "margin-facet" => margins.superior_facet_mm,
        "margin-superior-endplate" => margins.superior_endplate_mm,
        "margin-inferior-endplate" => margins.inferior_endplate_mm,
        "end-endplate" => margins.end_to_endplate_mm.filter(|_| fractured),
        "margin-aorta" => margins.aorta_mm,
        "needle-depth" => needle.then_some(report.tip.ap_fraction),
        "needle-anterior" => needle.then_some(margins.anterior_cortex_mm),
        "cannula-depth" => (!needle).then_some(report.tip.ap_fraction),
        "channel-anterior" => {
            report.placement.channel.as_ref().map(|_| margins.anterior_lateral_view_mm.min(margins.end_to_wall_mm))
        }
        "midline-one" => Some(grade.end.short_of_midline_mm.abs()),
        "midline-two" => Some(grade.end.short_of_midline_share),
        "in-bone" => (!extrapedicular).then_some(grade.bone.share_in_bone),
        "bone-mean" => Some(grade.bone.mean_bone_volume_fraction),
        "crushing-peak" => Some(grade.bone.peak_crushing_n),
        "holes" => Some(report.holes.len() as f64),
        _ => None,
    }
}

#[cfg(test)]
#[path = "grade_tests.rs"]
mod tests;
