//! What the 3D picture of each screen shows.

use crate::anatomy::Patient;
use crate::app::compare::CompareScreen;
use crate::app::debrief::background::{Job, Progress};
use crate::app::debrief::recording::Recording;
use crate::app::debrief::screen::{DebriefScreen, LineKind};
use crate::app::engine::snapshot::NeedleShown;
use crate::app::looks::Look;
use crate::app::operate::OperatingRoom;
use crate::app::plan::PlanScreen;
use crate::app::scene::Sculptor;
use crate::app::scene::anatomy_meshes::AnatomyMeshes;
use crate::app::scene::model::{BoneStyle, GuideLine, LeakMark, SceneModel, ToolLine};
use crate::geometry::{Point, Vector};
use crate::instruments::Trajectory;
use crate::procedure::beam_content::BeamContent;
use bevy_egui::egui::Color32;
use std::sync::Arc;

/// How much of a tool is drawn outside the bone, mm.
const OUTSIDE_MM: f64 = 55.0;
/// Thickness of a way that a tool went, mm.
const WAY_MM: f64 = 0.9;

/// Meshes of the patient on the table, made on a thread.
#[derive(Default)]
pub struct Anatomy {
    of: Option<Arc<Patient>>,
    made: Option<Arc<AnatomyMeshes>>,
    job: Option<Job<Arc<AnatomyMeshes>>>,
    neighbours: Option<Job<()>>,
}

impl Anatomy {
    /// The meshes of a patient, on the way to them.
    pub fn follow(&mut self, patient: &Arc<Patient>) -> Option<Arc<AnatomyMeshes>> {
        if self.of.as_ref().is_none_or(|of| !Arc::ptr_eq(of, patient)) {
            let held = Arc::clone(patient);
            let job = Job::start("anatomy meshes", move |_| Arc::new(AnatomyMeshes::of(&held)));
            *self = Anatomy { of: Some(Arc::clone(patient)), job: Some(job), ..Anatomy::default() };
        }
        if let Some(Progress::Done(made)) = self.job.as_ref().map(Job::poll) {
            let held = Arc::clone(&made);
            self.neighbours = Some(Job::start("neighbours", move |_| held.make_neighbours()));
            (self.made, self.job) = (Some(made), None);
        }
        self.made.clone()
    }

    /// Still at work.
    pub fn is_busy(&self) -> bool {
        self.job.is_some() || self.made.as_ref().is_some_and(|made| made.neighbours().is_none())
    }
}

/// The plan: paths, margins, the cut that the learner set.
pub fn of_plan(model: &mut SceneModel, anatomy: Option<Arc<AnatomyMeshes>>, plan: &PlanScreen, look: &Look) {
    clear(model, anatomy);
    model.show = plan.show;
    model.cut = plan.cut();
    model.tools = plan.tools(&look.palette);
    model.lines = plan.lines(&look.palette);
}

/// The operation as it is: bone as glass, tools, cement. Not for an exam.
pub fn of_operation(
    model: &mut SceneModel,
    anatomy: Option<Arc<AnatomyMeshes>>,
    room: &OperatingRoom,
    sculptor: &mut Sculptor,
    look: &Look,
) {
    clear(model, anatomy);
    model.show.bone = BoneStyle::Glass;
    let colour = bytes(look.palette.tool);
    for (needle, path) in room.now.needles.iter().zip(&room.plan.trajectories) {
        model.tools.push(of_needle(needle, colour));
        let is_planned_shown = room.booking.mode.allows_planning() && needle.tip.is_none();
        if is_planned_shown {
            model.tools.push(of_path(path, colour, true));
        }
    }
    of_content(model, room.now.content.as_ref(), sculptor, look);
}

/// One moment of a recording, with the lines that explain it.
pub fn of_debrief(
    model: &mut SceneModel,
    anatomy: Option<Arc<AnatomyMeshes>>,
    screen: &DebriefScreen,
    sculptor: &mut Sculptor,
    look: &Look,
) {
    clear(model, anatomy);
    model.show.bone = BoneStyle::Glass;
    for line in screen.lines() {
        let (colour, width_mm) = match line.kind {
            LineKind::Yours => (bytes(look.palette.tool), WAY_MM),
            LineKind::Proposed => (bytes(look.palette.text), 0.6 * WAY_MM),
            LineKind::Leak(class) => (bytes(look.palette.leak(class).colour), 1.5 * WAY_MM),
        };
        if line.points.len() > 1 {
            model.lines.push(GuideLine { points: line.points, colour, width_mm });
        }
    }
    model.tools.extend(tools_of(screen.recording(), look));
    of_content(model, Some(&screen.keyframe().content), sculptor, look);
}

/// One side of a comparison at its moment.
pub fn of_comparison(
    model: &mut SceneModel,
    anatomy: Option<Arc<AnatomyMeshes>>,
    screen: &CompareScreen,
    side: usize,
    sculptor: &mut Sculptor,
    look: &Look,
) {
    clear(model, anatomy);
    model.show.bone = BoneStyle::Glass;
    let side = &screen.sides()[side];
    model.tools.extend(side.recording().into_iter().flat_map(|recording| tools_of(recording, look)));
    let content = side.moment(screen.timeline.tick()).map(|moment| &moment.content);
    of_content(model, content, sculptor, look);
}

fn tools_of(recording: &Recording, look: &Look) -> Vec<ToolLine> {
    recording.paths.iter().map(|path| of_path(path, bytes(look.palette.tool), false)).collect()
}

fn clear(model: &mut SceneModel, anatomy: Option<Arc<AnatomyMeshes>>) {
    model.anatomy = anatomy;
    model.tools.clear();
    model.lines.clear();
    model.leaks.clear();
    model.cut = None;
    (model.cement, model.balloon, model.picked) = (None, None, None);
}

fn of_content(model: &mut SceneModel, content: Option<&Arc<BeamContent>>, sculptor: &mut Sculptor, look: &Look) {
    let sculpted = sculptor.follow(content);
    (model.cement, model.balloon) = (sculpted.cement, sculpted.balloon);
    let Some(content) = content else { return };
    let frame = content.frame();
    model.leaks = content
        .leaks
        .iter()
        .map(|leak| {
            let mark = look.palette.leak(leak.class);
            LeakMark {
                letter: mark.letter.chars().next().unwrap_or('?'),
                colour: bytes(mark.colour),
                solids: leak.solids.iter().map(|solid| solid.mapped(|point| frame.point_to_vertebra(point))).collect(),
                volume_ml: crate::units::ml_from_mm3(leak.volume_mm3),
            }
        })
        .collect();
}

fn of_needle(needle: &NeedleShown, colour: [u8; 3]) -> ToolLine {
    let end = needle.tip.unwrap_or(needle.entry);
    let depth_mm = needle.depth_mm.unwrap_or(0.0);
    let start = end - needle.direction * (depth_mm + OUTSIDE_MM);
    ToolLine { start, end, radius_mm: needle.radius_mm, planned: false, colour }
}

fn of_path(path: &Trajectory, colour: [u8; 3], planned: bool) -> ToolLine {
    let back: Vector = (path.entry - path.target).try_normalize(1e-9).unwrap_or_else(Vector::y);
    let start: Point = path.entry + back * OUTSIDE_MM;
    ToolLine { start, end: path.target, radius_mm: path.cannula.outer_radius_mm(), planned, colour }
}

fn bytes(colour: Color32) -> [u8; 3] {
    [colour.r(), colour.g(), colour.b()]
}
