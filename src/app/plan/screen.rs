//! The plan's state: the editor, what is said of its paths, the risk, what of the anatomy is shown.

use super::editor::{Edit, PlanEditor};
use super::judgement::{Judge, Judgement};
use super::refused::Refused;
use super::risk::RiskDesk;
use super::slices::{Overlay, SliceViews};
use crate::anatomy::Patient;
use crate::app::debrief::background::{Job, Progress};
use crate::app::looks::Palette;
use crate::app::scene::model::{BoneStyle, Cut, GuideLine, Show, ToolLine};
use crate::assessment::plan_file::tool_of;
use crate::geometry::{Frame, Point, Vector};
use crate::instruments::{Path, Tool, Trajectory, Verdict};
use crate::planning::{Proposals, Request, propose};
use crate::procedure::Procedure;
use crate::scenario::Scenario;
use bevy_egui::egui::Color32;
use std::sync::Arc;

/// So much of a planned tool is drawn behind the bone, mm.
const BEHIND_MM: f64 = 40.0;
/// Half the way that the cut goes through the vertebra, mm.
pub const CUT_REACH_MM: f64 = 35.0;

/// The planning of one operation.
pub struct PlanScreen {
    scenario: Arc<Scenario>,
    patient: Arc<Patient>,
    procedure: Procedure,
    /// The paths; after a change [`PlanScreen::refresh`] judges them anew.
    pub editor: PlanEditor,
    judge: Judge,
    judged: Vec<(Trajectory, Result<Judgement, String>)>,
    judged_version: u64,
    /// The risk of a leak.
    pub risk: RiskDesk,
    /// The version of the paths whose risk was asked for.
    risk_version: Option<u64>,
    proposal: Option<Job<Proposals>>,
    /// Why the last edit was refused.
    pub refused: Option<Refused>,
    /// What of the anatomy is drawn.
    pub show: Show,
    /// The slices.
    pub slices: SliceViews,
    /// Where the cut goes, mm to the patient's left of the vertebra's middle.
    pub cut_mm: f64,
}

impl PlanScreen {
    /// Of a case; `start` are the paths to begin with, one a side.
    pub fn new(
        scenario: Arc<Scenario>,
        patient: Arc<Patient>,
        procedure: Procedure,
        start: Vec<Trajectory>,
    ) -> PlanScreen {
        let slices = SliceViews::new(Arc::clone(&patient));
        let judge = Judge::new(&patient, tool_of(procedure));
        let risk = RiskDesk::open(Arc::clone(&scenario), Arc::clone(&patient), procedure);
        let mut screen = PlanScreen {
            editor: PlanEditor::new(Arc::clone(&patient), start),
            scenario,
            patient,
            procedure,
            judge,
            judged: Vec::new(),
            judged_version: 0,
            risk,
            risk_version: None,
            proposal: None,
            refused: None,
            show: Show { bone: BoneStyle::Glass, ..Show::default() },
            slices,
            cut_mm: 0.0,
        };
        screen.judge_all();
        screen
    }

    /// Takes what was made in the background; true when anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = self.risk.poll();
        if let Some(job) = &self.proposal {
            match job.poll() {
                Progress::Running(_) => {}
                Progress::Done(found) => {
                    self.take_proposal(found);
                    (self.proposal, changed) = (None, true);
                }
                Progress::Gone => (self.proposal, changed) = (None, true),
            }
        }
        self.refresh();
        // While something is dragged the risk would be that of a path that nobody wants.
        let version = self.editor.version();
        if self.risk_version != Some(version) && !self.editor.is_dragged() {
            self.risk.ask(self.editor.paths());
            self.risk_version = Some(version);
        }
        changed
    }

    fn take_proposal(&mut self, found: Proposals) {
        let taken = match found.offered.into_iter().next() {
            Some(best) => self.editor.replace(best.paths.into_iter().map(|path| path.trajectory).collect()),
            None => {
                let because: Vec<String> = found.refused.into_iter().map(|refusal| refusal.because).collect();
                Err(Refused::NoProposal(because.join("; ")))
            }
        };
        self.refused = taken.err();
    }

    /// Changes a path, and judges it at once; a refusal is kept to be told.
    pub fn edit(&mut self, index: usize, edit: Edit) {
        self.refused = self.editor.edit(index, edit).err();
        self.refresh();
    }

    /// As [`PlanScreen::edit`], for a key that is held down.
    pub fn edit_on(&mut self, index: usize, edit: Edit) {
        self.refused = self.editor.edit_on(index, edit).err();
        self.refresh();
    }

    /// Searches for the best paths from the same sides, behind the window.
    pub fn propose(&mut self) {
        if self.editor.is_locked() {
            self.refused = Some(Refused::Locked);
            return;
        }
        let Some(first) = self.editor.paths().first() else {
            self.refused = Some(Refused::NoPath);
            return;
        };
        let request = Request {
            level: self.patient.level,
            sides: self.editor.sides(),
            approach: None,
            // As the case's own proposals: on the needle's axis the cannula stops less deep.
            tool: Tool::VertebroplastyNeedle,
            cannula: first.cannula,
        };
        let patient = Arc::clone(&self.patient);
        self.proposal = Some(Job::start("propose", move |_| propose(&patient.vertebra, &request)));
    }

    /// Whether paths are being searched for.
    pub fn is_proposing(&self) -> bool {
        self.proposal.is_some()
    }

    /// Locks the plan; `None` where it cannot be, and why is kept to be told.
    pub fn lock(&mut self) -> Option<Vec<Trajectory>> {
        let locked = self.editor.lock();
        self.refused = locked.as_ref().err().cloned();
        locked.ok()
    }

    /// Judges the paths that changed.
    pub fn refresh(&mut self) {
        if self.judged_version != self.editor.version() {
            self.judge_all();
        }
    }

    fn judge_all(&mut self) {
        let before = std::mem::take(&mut self.judged);
        for path in self.editor.paths() {
            let known = before.iter().find(|(judged, _)| judged == path).map(|(_, known)| known.clone());
            let judgement = known.unwrap_or_else(|| self.judge.judge(&self.patient, path));
            self.judged.push((path.clone(), judgement));
        }
        self.judged_version = self.editor.version();
    }

    /// What is said of a path.
    pub fn judgement(&self, index: usize) -> Option<Result<&Judgement, &str>> {
        self.judged.get(index).map(|(_, judged)| judged.as_ref().map_err(String::as_str))
    }

    /// The case.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The patient.
    pub fn patient(&self) -> &Arc<Patient> {
        &self.patient
    }

    /// What is going to be done.
    pub fn procedure(&self) -> Procedure {
        self.procedure
    }

    /// Where the vertebra stands in the patient.
    pub fn frame(&self) -> &Frame {
        &self.patient.vertebra.frame
    }

    /// Where the bone is cut, if it is.
    pub fn cut(&self) -> Option<Cut> {
        (self.show.bone == BoneStyle::Cut).then(|| Cut { normal: Vector::x(), offset_mm: self.cut_mm })
    }

    /// The planned paths for the scene.
    pub fn tools(&self, palette: &Palette) -> Vec<ToolLine> {
        let tool = |(index, path): (usize, &Trajectory)| {
            let end = match self.judgement(index) {
                Some(Ok(judgement)) => judgement.given.grade.report.placement.tip,
                _ => path.tip(),
            };
            ToolLine {
                start: path.entry - path.direction() * BEHIND_MM,
                end,
                radius_mm: path.cannula.outer_radius_mm(),
                planned: true,
                colour: rgb(if index == self.editor.chosen() { palette.tool } else { palette.quiet }),
            }
        };
        self.editor.paths().iter().enumerate().map(tool).collect()
    }

    /// The same for the slices.
    pub fn overlays(&self, palette: &Palette) -> Vec<Overlay> {
        let mut overlays = Vec::new();
        for (index, path) in self.editor.paths().iter().enumerate() {
            let is_chosen = index == self.editor.chosen();
            let colour = if is_chosen { palette.tool } else { palette.quiet };
            let radius_mm = path.cannula.outer_radius_mm();
            overlays.push(Overlay::Path {
                index,
                entry: path.entry,
                target: path.target,
                radius_mm,
                colour,
                is_chosen,
            });
            if let Some(Ok(way)) = self.judgement(index).map(|judged| judged.map(Judgement::nearest))
                && let Some(way) = way
            {
                let verdict = super::judgement::verdict_beside(way.direction, way.bone_left_mm);
                overlays.push(Overlay::Line { from: way.from, to: way.to, colour: colour_of(verdict, palette) });
            }
        }
        overlays
    }

    /// For the scene: each path's axis, and the way to the wall that is nearest to it.
    pub fn lines(&self, palette: &Palette) -> Vec<GuideLine> {
        let mut lines = Vec::new();
        for (path, judged) in &self.judged {
            lines.push(GuideLine { points: axis(path), colour: rgb(palette.tool), width_mm: 0.3 });
            let Ok(judgement) = judged else { continue };
            if let Some(way) = judgement.nearest() {
                let verdict = super::judgement::verdict_beside(way.direction, way.bone_left_mm);
                let colour = rgb(colour_of(verdict, palette));
                lines.push(GuideLine { points: vec![way.from, way.to], colour, width_mm: 0.6 });
            }
        }
        lines
    }
}

/// Entry, target and, of a bent tip, its end.
fn axis(path: &Trajectory) -> Vec<Point> {
    let whole = Path::of_needle(path);
    let mut points = vec![path.entry, path.target];
    points.extend(whole.arc.map(|_| whole.end()));
    points
}

/// The colour of a rule's word.
pub fn colour_of(verdict: Verdict, palette: &Palette) -> Color32 {
    match verdict {
        Verdict::Met => palette.tool,
        Verdict::Near => palette.caution,
        Verdict::Missed => palette.danger,
        Verdict::Info => palette.quiet,
    }
}

/// The sign of a rule's word.
pub fn sign_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::Near => "▲",
        Verdict::Missed => "✖",
        Verdict::Info => "●",
    }
}

fn rgb(colour: Color32) -> [u8; 3] {
    [colour.r(), colour.g(), colour.b()]
}
