//! What `trocar plan` finds, `trocar.plan/1`: each given trajectory as in the result, with the rule of the two views.

use super::plan_proposals::{self, ProposalDocument, RefusedDocument};
use super::plan_table::{number, table};
use super::risk_document::RiskDocument;
use super::risk_table;
use crate::anatomy::Patient;
use crate::instruments::{Finding, Grade, Tool, Trajectory, TrajectoryError, Value, Verdict, grade};
use crate::planning::{TwoViewError, TwoViewJudgement, TwoViews, judge};
use crate::procedure::outcome::TrajectoryOutcome;
use crate::scenario::Scenario;
use comfy_table::Cell;
use serde::Serialize;

/// The document. Parts that were not asked for are absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanDocument<'a> {
    schema: &'static str,
    version: &'static str,
    frame: &'static str,
    scenario: ScenarioName<'a>,
    seed: u64,
    patient: PlannedFor,
    /// The trajectories of the file or of the plan, each with each tool of the procedures.
    pub given: Vec<GivenTrajectory>,
    /// What is proposed, tool by tool, best first.
    pub proposals: Vec<ProposalDocument>,
    /// Sides without a safe corridor.
    pub refused: Vec<RefusedDocument>,
    /// Risk of a leak and advice on volume, where asked for.
    #[serde(flatten)]
    pub risk: Option<RiskDocument>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ScenarioName<'a> {
    id: &'a str,
    title: &'a str,
    sha256: &'a str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct PlannedFor {
    level: &'static str,
    sha256: String,
}

/// A trajectory with one tool on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GivenTrajectory {
    /// As in the result.
    #[serde(flatten)]
    pub trajectory: TrajectoryOutcome,
    /// The rule of the two views along it.
    pub two_views: TwoViewJudgement,
    /// Every figure that can be judged, with its rule and source.
    pub grade: Grade,
}

/// Why a trajectory cannot be told of.
#[derive(Debug, thiserror::Error)]
pub enum GivenError {
    /// It cannot be graded.
    #[error(transparent)]
    Trajectory(#[from] TrajectoryError),
    /// It cannot be seen on two views.
    #[error(transparent)]
    TwoViews(#[from] TwoViewError),
}

impl GivenTrajectory {
    /// A path with a tool on it, graded, and seen on two views.
    pub fn of(patient: &Patient, path: &Trajectory, tool: Tool, views: &TwoViews) -> Result<Self, GivenError> {
        let grade = grade(patient, path, tool)?;
        let two_views = judge(&patient.vertebra, path, tool, views)?;
        Ok(GivenTrajectory { trajectory: TrajectoryOutcome::of(path, &grade.report), two_views, grade })
    }

    /// What the rules found wanting, as one of so many needles.
    pub(super) fn wanting(&self, needles: usize) -> Vec<&Finding> {
        let other = if needles == 1 { "midline-two" } else { "midline-one" };
        let wanting = |finding: &&Finding| matches!(finding.verdict, Verdict::Near | Verdict::Missed);
        self.grade.findings.iter().filter(|finding| finding.id != other).filter(wanting).collect()
    }
}

impl<'a> PlanDocument<'a> {
    /// The document of a scenario's patient, whose checksum is `patient_sha256`; nothing is planned in it yet.
    pub fn new(scenario: &'a Scenario, seed: u64, level: crate::anatomy::Level, patient_sha256: String) -> Self {
        PlanDocument {
            schema: "trocar.plan/1",
            version: env!("CARGO_PKG_VERSION"),
            frame: "LPS",
            scenario: ScenarioName { id: &scenario.file.id, title: &scenario.file.title, sha256: &scenario.sha256 },
            seed,
            patient: PlannedFor { level: level.name(), sha256: patient_sha256 },
            given: Vec::new(),
            proposals: Vec::new(),
            refused: Vec::new(),
            risk: None,
        }
    }

    /// All of it as text: the given trajectories and what the rules say of them, the proposals, the risk.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if !self.given.is_empty() {
            text.push_str(&format!("Given\n{}\n{}", self.given_table(), self.findings_text()));
        }
        text.push_str(&plan_proposals::text(&self.proposals, &self.refused));
        if let Some(risk) = &self.risk {
            text.push_str(&risk_table::text(risk));
        }
        text
    }

    /// What the rules found wanting, path by path; the rest is in the JSON.
    fn findings_text(&self) -> String {
        let mut text = String::new();
        for one in &self.given {
            let needles = self.given.iter().filter(|other| other.trajectory.tool == one.trajectory.tool).count();
            let wanting = one.wanting(needles);
            let lines: Vec<String> = wanting.iter().map(|finding| format!("  {}\n", sentence(finding))).collect();
            let path = &one.trajectory;
            let met = one.grade.findings.iter().filter(|finding| finding.verdict == Verdict::Met).count();
            let head = format!("{} {}: {met} rules met", path.side, path.tool);
            text.push_str(&format!("{head}{}\n", if lines.is_empty() { "" } else { "; wanting:" }));
            lines.iter().for_each(|line| text.push_str(line));
        }
        text
    }

    /// The given trajectories as a table: millimetres and direction first, then the letter.
    pub fn given_table(&self) -> String {
        let heads = ["", "inwards, up", "length", "breach", "least bone", "tip: depth, side, height", "two views"];
        let mut table = table(&heads);
        for one in &self.given {
            let path = &one.trajectory;
            let breach = match path.breach.direction.as_str() {
                "none" => format!("none ({})", path.breach.grade),
                direction => format!("{:.1} mm {direction} ({})", path.breach.depth_mm, path.breach.grade),
            };
            let percent = |fraction: f64| format!("{:.0} %", 100.0 * fraction);
            let tip = [path.tip.ap_fraction, path.tip.lateral_fraction, path.tip.height_fraction].map(percent);
            table.add_row([
                Cell::new(format!("{} {} {}", path.side, path.approach, path.tool)),
                number(format!("{:.1}°, {:.1}°", path.convergence_deg, path.sagittal_deg)),
                number(format!("{:.1} mm", path.length_mm)),
                Cell::new(breach),
                number(format!("{:.1} mm", path.margin_mm)),
                number(tip.join(", ")),
                Cell::new(verdict(&one.two_views)),
            ]);
        }
        table.to_string()
    }
}

/// "kept", or from where to where it is broken and by how much; and whether the views say otherwise.
pub(super) fn verdict(judgement: &TwoViewJudgement) -> String {
    let truth = match &judgement.violated {
        None => "kept".to_owned(),
        Some(broken) => format!(
            "broken from {:.1} to {:.1} mm of advance, {:.1} mm past the medial wall",
            broken.from_mm, broken.to_mm, broken.past_medial_mm
        ),
    };
    match judgement.disagreement {
        _ if judgement.least_medial_bone_mm.is_some_and(|mm| mm < 0.0) && judgement.violated.is_none() => {
            let through_mm = -judgement.least_medial_bone_mm.unwrap_or_default();
            format!("axis kept, but the tool's side is {through_mm:.1} mm through the medial wall")
        }
        "false_alarm" => format!("{truth}; the views show it broken"),
        "missed" => format!("{truth}; the views show it kept"),
        _ => truth,
    }
}

/// "outer surface to the canal: 0.8 mm, at least 1 mm is asked for (our choice)".
fn sentence(finding: &Finding) -> String {
    let value = match &finding.value {
        Value::Number(count) if finding.unit.is_empty() => format!("{count:.0}"),
        Value::Number(number) => format!("{number:.2}"),
        Value::Word(word) => word.clone(),
    };
    let verdict = if finding.verdict == Verdict::Near { "near the limit: " } else { "" };
    let Finding { name, unit, limit, basis, .. } = finding;
    // A share says of what it is once.
    let limit = if unit.starts_with("of ") { limit.trim_end_matches(unit).trim_end() } else { limit };
    format!("{verdict}{name}: {value} {unit}; {limit} is asked for ({})", basis.name()).replace(" ;", ";")
}
