//! The plan file, `trocar.plan-file/1`: trajectories for one patient, draft, locked or executed.

pub use super::plan_file_error::PlanFileError;
use super::write::{WriteError, whole_file};
use crate::anatomy::{Patient, Side};
use crate::geometry::{Frame, Point};
use crate::instruments::{Approach, Tool, Trajectory};
use crate::patient_io::patient_sha256;
use crate::procedure::Procedure;
use crate::scenario::Scenario;
use crate::scenario::treatment_section::{CurveSection, TrajectorySection};
use crate::units::deg_from_rad;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;

const SCHEMA: &str = "trocar.plan-file/1";
/// No plan comes near this.
const LARGEST_BYTES: u64 = 1 << 20;
/// Paths in one plan: more than there are pedicles is a mistake.
const MOST_TRAJECTORIES: usize = 2;
/// Farther from the body's centre no tool begins or ends, mm: as in a scenario.
const FARTHEST_MM: f64 = 150.0;
/// The two frames must give the same points, mm.
const SAME_MM: f64 = 1e-6;

/// What may be done with a plan; it only goes forwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanState {
    /// May be changed.
    Draft,
    /// Stands as it is, to be carried out.
    Locked,
    /// Was carried out.
    Executed,
}

impl PlanState {
    /// "draft", "locked" or "executed".
    pub fn name(self) -> &'static str {
        match self {
            PlanState::Draft => "draft",
            PlanState::Locked => "locked",
            PlanState::Executed => "executed",
        }
    }
}

/// A plan for one patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    schema: String,
    /// Version of the program that wrote it.
    pub version: String,
    /// What may be done with it.
    pub state: PlanState,
    frame: String,
    /// The case it was made in.
    pub scenario: PlannedScenario,
    /// Whom it is for.
    pub patient: PlannedPatient,
    /// The tools it was graded with.
    pub tools: Vec<Tool>,
    /// The paths.
    pub trajectories: Vec<PlannedTrajectory>,
    /// How it was carried out; only of an executed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub executed: Vec<Execution>,
}

/// The case of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedScenario {
    /// Its id.
    pub id: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
}

/// The patient of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedPatient {
    /// "L1".
    pub level: String,
    /// [`patient_sha256`].
    pub sha256: String,
}

/// One path, in both frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedTrajectory {
    /// Pedicle used.
    pub side: Side,
    /// Through the pedicle or beside it.
    pub approach: Approach,
    /// Cannula's gauge.
    pub cannula_gauge: u8,
    /// Vertebra's frame.
    pub entry_mm: [f64; 3],
    /// Vertebra's frame.
    pub target_mm: [f64; 3],
    /// Patient, LPS.
    pub entry_lps_mm: [f64; 3],
    /// Patient, LPS.
    pub target_lps_mm: [f64; 3],
    /// Bend of a curved tip beyond the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<PlannedCurve>,
}

/// A curved tip.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedCurve {
    /// Radius of the bend.
    pub radius_mm: f64,
    /// Angle to the cannula.
    pub angle_deg: f64,
    /// Plane of the bend, from the midline (0) to the head (90).
    pub plane_deg: f64,
}

/// One procedure carried out by a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// Which.
    pub procedure: Procedure,
    /// Of the patient and every draw.
    pub seed: u64,
    /// Voxel of the flow calculation.
    pub resolution_mm: f64,
    /// SHA-256 of the outcome, in hexadecimal.
    pub outcome_sha256: String,
}

impl PlannedTrajectory {
    /// Of a path, on a patient's frame.
    fn of(path: &Trajectory, frame: &Frame) -> PlannedTrajectory {
        let in_patient = |point: &Point| frame.point_to_patient(point).coords.into();
        PlannedTrajectory {
            side: path.side,
            approach: path.approach,
            cannula_gauge: path.cannula.gauge,
            entry_mm: path.entry.coords.into(),
            target_mm: path.target.coords.into(),
            entry_lps_mm: in_patient(&path.entry),
            target_lps_mm: in_patient(&path.target),
            curve: path.curve.map(|curve| PlannedCurve {
                radius_mm: curve.radius_mm,
                angle_deg: deg_from_rad(curve.angle_rad),
                plane_deg: deg_from_rad(curve.plane_rad),
            }),
        }
    }

    /// As a scenario's section; the numbers are the same to the last bit.
    fn section(&self) -> TrajectorySection {
        TrajectorySection {
            side: self.side,
            approach: self.approach,
            entry_mm: Some(self.entry_mm),
            target_mm: Some(self.target_mm),
            convergence_deg: None,
            sagittal_deg: None,
            depth_mm: None,
            along_pedicle: false,
            lateral_mm: None,
            cranial_mm: None,
            ap_fraction: None,
            curve: self.curve.map(|curve| CurveSection {
                needle: None,
                radius_mm: Some(curve.radius_mm),
                angle_deg: curve.angle_deg,
                plane_deg: curve.plane_deg,
            }),
            markup: None,
            propose: false,
            cannula_gauge: self.cannula_gauge,
        }
    }

    /// The end whose points in the two frames are not the same, and how far they are apart, mm.
    fn edited(&self, frame: &Frame) -> Option<(&'static str, f64)> {
        let apart = |own: [f64; 3], lps: [f64; 3]| (frame.point_to_patient(&own.into()) - Point::from(lps)).norm();
        let ends = [("entry", self.entry_mm, self.entry_lps_mm), ("target", self.target_mm, self.target_lps_mm)];
        let mut apart = ends.into_iter().map(|(end, own, lps)| (end, apart(own, lps)));
        apart.find(|&(_, apart_mm)| apart_mm > SAME_MM)
    }
}

impl PlanFile {
    /// A draft of some paths on a patient.
    ///
    /// # Errors
    /// No path, or a patient that has no checksum.
    pub fn draft(
        scenario: &Scenario,
        patient: &Patient,
        paths: &[Trajectory],
        tools: Vec<Tool>,
    ) -> Result<PlanFile, PlanFileError> {
        if paths.is_empty() {
            return Err(PlanFileError::NoTrajectory);
        }
        Ok(PlanFile {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: PlanState::Draft,
            frame: "LPS".to_owned(),
            scenario: PlannedScenario { id: scenario.file.id.clone(), sha256: scenario.sha256.clone() },
            patient: PlannedPatient { level: patient.level.name().to_owned(), sha256: patient_sha256(patient)? },
            tools,
            trajectories: paths.iter().map(|path| PlannedTrajectory::of(path, &patient.vertebra.frame)).collect(),
            executed: Vec::new(),
        })
    }

    /// Reads a plan and checks all that can be told without its patient.
    pub fn read(path: &Path) -> Result<PlanFile, PlanFileError> {
        let io = |source| PlanFileError::Io { path: path.into(), source };
        let mut bytes = Vec::new();
        std::fs::File::open(path).map_err(io)?.take(LARGEST_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        parse(&bytes).map_err(|problem| PlanFileError::Unsound { path: path.into(), problem })
    }

    /// The JSON text.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        let text = self.text().map_err(|error| WriteError { path: path.into(), reason: error.to_string() })?;
        whole_file(path, text.as_bytes())
    }

    /// An error where a file is there that is no draft: a locked plan stands, and what is no plan is not ours to replace.
    pub fn check_replaceable(path: &Path) -> Result<(), PlanFileError> {
        if !path.is_file() {
            return Ok(());
        }
        let plan = PlanFile::read(path).map_err(|error| match error {
            PlanFileError::Unsound { path, .. } => PlanFileError::NoPlan { path },
            error => error,
        })?;
        match plan.state {
            PlanState::Draft => Ok(()),
            state => {
                Err(PlanFileError::State { state, wanted: "only a draft is overwritten; save under another name" })
            }
        }
    }

    /// An error unless the plan was made for this very patient, and its two frames tell the same points.
    pub fn check_patient(&self, patient: &Patient) -> Result<(), PlanFileError> {
        let found = patient_sha256(patient)?;
        if found != self.patient.sha256 {
            return Err(PlanFileError::OtherPatient { planned: self.patient.sha256.clone(), found });
        }
        for (index, path) in self.trajectories.iter().enumerate() {
            if let Some((end, apart_mm)) = path.edited(&patient.vertebra.frame) {
                return Err(PlanFileError::Edited { index, end, apart_mm });
            }
        }
        Ok(())
    }

    /// The draft, locked.
    pub fn lock(self) -> Result<PlanFile, PlanFileError> {
        match self.state {
            PlanState::Draft => Ok(PlanFile { state: PlanState::Locked, ..self }),
            state => Err(PlanFileError::State { state, wanted: "only a draft can be locked" }),
        }
    }

    /// An error unless the plan is locked and was made for the tools of some procedures.
    pub fn check_ready(&self, procedures: &[Procedure]) -> Result<(), PlanFileError> {
        if self.state == PlanState::Executed {
            return Err(PlanFileError::CarriedOut);
        }
        if self.state != PlanState::Locked {
            let wanted = "only a locked one is carried out; lock it with `trocar plan FILE --plan PLAN.json --lock`";
            return Err(PlanFileError::State { state: self.state, wanted });
        }
        for &procedure in procedures {
            let tool = tool_of(procedure);
            if !self.tools.contains(&tool) {
                return Err(PlanFileError::OtherTool { tool, procedure });
            }
        }
        Ok(())
    }

    /// The locked plan, carried out.
    pub fn execute(self, executed: Vec<Execution>) -> Result<PlanFile, PlanFileError> {
        self.check_ready(&[])?;
        Ok(PlanFile { state: PlanState::Executed, executed, ..self })
    }

    /// The scenario with the plan's paths in place of its own.
    pub fn put_into(&self, scenario: &mut Scenario) {
        scenario.file.trajectory = self.trajectories.iter().map(PlannedTrajectory::section).collect();
    }
}

/// The tool of a procedure's path.
pub fn tool_of(procedure: Procedure) -> Tool {
    match procedure {
        Procedure::Pvp => Tool::VertebroplastyNeedle,
        Procedure::Pkp => Tool::WorkingCannula,
    }
}

fn parse(bytes: &[u8]) -> Result<PlanFile, String> {
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(format!("larger than {LARGEST_BYTES} bytes"));
    }
    let plan: PlanFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if plan.schema != SCHEMA {
        return Err(format!("schema \"{}\", this program reads {SCHEMA}", plan.schema));
    }
    if plan.frame != "LPS" {
        return Err(format!("frame \"{}\", LPS expected", plan.frame));
    }
    for (name, sha256) in [("scenario", &plan.scenario.sha256), ("patient", &plan.patient.sha256)] {
        if sha256.len() != 64 || !sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(format!("{name}.sha256 is not 64 hexadecimal digits"));
        }
    }
    if plan.trajectories.is_empty() || plan.trajectories.len() > MOST_TRAJECTORIES {
        return Err(format!("{} trajectories, 1 to {MOST_TRAJECTORIES} expected", plan.trajectories.len()));
    }
    for (i, path) in plan.trajectories.iter().enumerate() {
        if plan.trajectories[..i].iter().any(|earlier| earlier.side == path.side) {
            return Err(format!("two trajectories on the {} side", path.side));
        }
        let near = |point: [f64; 3]| point.iter().all(|v| v.abs() <= FARTHEST_MM);
        if !(near(path.entry_mm) && near(path.target_mm)) {
            return Err(format!("trajectories.{i}: a coordinate beyond {FARTHEST_MM} mm"));
        }
    }
    if plan.tools.is_empty() {
        return Err("no tool is named".to_owned());
    }
    if plan.executed.is_empty() == (plan.state == PlanState::Executed) {
        return Err(format!("{} and {} executions", plan.state.name(), plan.executed.len()));
    }
    Ok(plan)
}

#[cfg(test)]
#[path = "plan_file_tests.rs"]
mod tests;
