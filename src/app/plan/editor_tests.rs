//! Steps and their names, drags, locks, snapping and angles of the plan's editor.

use super::*;
use crate::app::debrief::recording::tests::{case, settings};
use crate::instruments::TrajectoryError;
use crate::scenario::{build, build_patient};
use std::sync::LazyLock;

/// The training case: its patient and its paths.
pub(crate) fn training() -> (Arc<Patient>, Vec<Trajectory>) {
    static CASE: LazyLock<(Arc<Patient>, Vec<Trajectory>)> = LazyLock::new(|| {
        let scenario = case();
        let patient = build_patient::patient(&scenario, settings().seed).expect("a patient");
        let paths = build::trajectories(&scenario, &patient).expect("paths");
        (Arc::new(patient), paths)
    });
    CASE.clone()
}

fn editor() -> PlanEditor {
    let (patient, paths) = training();
    PlanEditor::new(patient, paths)
}

fn bits(paths: &[Trajectory]) -> Vec<u64> {
    let points = paths.iter().flat_map(|path| [path.entry, path.target]);
    points.flat_map(|point| [point.x, point.y, point.z]).map(f64::to_bits).collect()
}

#[test]
fn undo_and_redo_name_their_step_and_bring_back_every_bit() {
    let mut editor = editor();
    let side = editor.paths()[0].side;
    let edits = [Edit::MoveEntry { left_mm: 0.5, up_mm: 0.0 }, Edit::Turn([1.0, 0.0]), Edit::Deepen(-1.0), Edit::Snap];
    let mut seen = vec![bits(editor.paths())];
    for edit in edits {
        editor.edit(0, edit).expect("an edit");
        assert_eq!(editor.undo_step(), Some(Step { word: edit.word(), side: Some(side) }));
        assert_ne!(seen.last(), Some(&bits(editor.paths())));
        seen.push(bits(editor.paths()));
    }
    for (edit, before) in edits.iter().zip(&seen).rev() {
        assert_eq!(editor.undo().map(|step| step.word), Some(edit.word()));
        assert_eq!(&bits(editor.paths()), before);
    }
    assert_eq!(editor.undo(), None);
    for (edit, after) in edits.iter().zip(&seen[1..]) {
        assert_eq!(editor.redo_step().map(|step| step.word), Some(edit.word()));
        editor.redo();
        assert_eq!(&bits(editor.paths()), after);
    }
    editor.undo();
    editor.edit(0, Edit::Deepen(-0.5)).expect("an edit");
    assert_eq!(editor.redo_step(), None, "an edit ends what was undone");
}

#[test]
fn a_drag_is_one_step_and_so_is_a_key_held_down() {
    let mut editor = editor();
    let before = bits(editor.paths());
    let by = Edit::MoveEntry { left_mm: 0.1, up_mm: 0.1 };
    editor.grab();
    for _ in 0..10 {
        editor.edit(0, by).expect("an edit");
    }
    editor.release();
    editor.undo();
    assert_eq!(bits(editor.paths()), before);
    assert_eq!(editor.undo_step(), None);
    editor.edit(0, by).expect("an edit");
    (0..5).for_each(|_| editor.edit_on(0, by).expect("an edit"));
    editor.undo();
    assert_eq!(bits(editor.paths()), before);
    editor.grab();
    editor.release();
    assert_eq!(editor.undo_step(), None, "a drag that moved nothing");
}

#[test]
fn a_locked_plan_and_bad_edits_are_refused_and_change_nothing() {
    let mut editor = editor();
    let before = bits(editor.paths());
    let nowhere = Point::new(f64::NAN, 0.0, 0.0);
    assert_eq!(editor.edit(0, Edit::Entry(nowhere)), Err(TrajectoryError::NotFinite("entry").into()));
    assert_eq!(editor.edit(0, Edit::Target(nowhere)), Err(TrajectoryError::NotFinite("target").into()));
    for bad in [
        Edit::Angles([f64::NAN, 0.0]),
        Edit::Angles([95.0, 0.0]),
        Edit::Depth(f64::INFINITY),
        Edit::Depth(-3.0),
        Edit::Depth(1000.0),
        Edit::Target(Point::new(500.0, -500.0, 900.0)),
        Edit::Entry(Point::new(400.0, 60.0, 300.0)),
    ] {
        assert!(editor.edit(0, bad).is_err(), "{bad:?}");
    }
    assert_eq!(editor.edit(9, Edit::Snap), Err(Refused::NoPath));
    assert_eq!((bits(editor.paths()), editor.undo_step()), (before.clone(), None));
    editor.edit(0, Edit::Deepen(-0.5)).expect("an edit");
    let locked = editor.lock().expect("a plan");
    assert_eq!(bits(&locked), bits(editor.paths()));
    assert_eq!(editor.edit(0, Edit::Deepen(0.5)), Err(Refused::Locked));
    assert_eq!(editor.set_sides(Sides::Both), Err(Refused::Locked));
    assert_eq!(editor.replace(Vec::new()), Err(Refused::Locked));
    assert_eq!((editor.undo(), editor.redo(), editor.undo_step()), (None, None, None));
    assert_eq!(bits(&locked), bits(editor.paths()));
}

#[test]
fn every_edit_leaves_the_entry_on_the_bone_where_it_is_wanted() {
    let (patient, _) = training();
    let mut editor = editor();
    let on_bone = |editor: &PlanEditor| patient.vertebra.bone_distance_mm(&editor.paths()[0].entry).abs();
    let from = editor.paths()[0].entry;
    editor.edit(0, Edit::MoveEntry { left_mm: 0.5, up_mm: -0.5 }).expect("an edit");
    let moved = editor.paths()[0].entry - from;
    assert!((moved.x - 0.5).abs() < 0.05 && (moved.z + 0.5).abs() < 0.05, "{moved}");
    assert!(on_bone(&editor) < 0.15);
    let target = editor.paths()[0].target + crate::geometry::Vector::new(1.0, 1.0, -1.0);
    editor.edit(0, Edit::Target(target)).expect("an edit");
    assert_eq!(editor.paths()[0].target, target);
    assert!(on_bone(&editor) < 0.15);
}

#[test]
fn angles_set_are_angles_read_and_depth_stays() {
    let mut editor = editor();
    let [convergence, sagittal] = line::angles_deg(&editor.paths()[0]);
    let depth_mm = editor.paths()[0].segment().length_mm();
    let wanted = [convergence + 1.5, sagittal - 0.75];
    editor.edit(0, Edit::Angles(wanted)).expect("an edit");
    let found = line::angles_deg(&editor.paths()[0]);
    assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?} {wanted:?}");
    assert!((editor.paths()[0].segment().length_mm() - depth_mm).abs() < 1e-9);
    editor.edit(0, Edit::Deepen(-1.5)).expect("an edit");
    assert!((editor.paths()[0].segment().length_mm() - depth_mm + 1.5).abs() < 1e-9);
}

#[test]
fn snapping_lays_the_axis_through_the_isthmus() {
    let (patient, _) = training();
    let mut editor = editor();
    editor.edit(0, Edit::Turn([2.0, 1.0])).expect("an edit");
    editor.edit(0, Edit::Snap).expect("a snap");
    let path = &editor.paths()[0];
    let isthmus = patient.vertebra.landmarks.pedicle(path.side).isthmus;
    let off_mm = (isthmus - path.entry).cross(&path.direction()).norm();
    assert!(off_mm < 0.1, "{off_mm}");
}

#[test]
fn a_side_that_comes_back_has_the_path_that_it_had() {
    let mut editor = editor();
    editor.set_sides(Sides::Both).expect("two");
    assert_eq!(editor.paths().iter().map(|path| path.side).collect::<Vec<_>>(), Side::BOTH);
    editor.edit(1, Edit::Deepen(-0.7)).expect("an edit");
    let both = bits(editor.paths());
    editor.set_sides(Sides::One(Side::Left)).expect("one");
    assert_eq!(editor.sides(), Sides::One(Side::Left));
    editor.set_sides(Sides::Both).expect("two");
    assert_eq!(bits(editor.paths()), both);
    assert_eq!(editor.undo().map(|step| (step.word, step.side)), Some(("plan-step-approach", None)));
    assert_eq!(editor.paths().len(), 1);
}
