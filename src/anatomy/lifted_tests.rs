//! Truths about a lifted patient: heights as asked, bone kept, the arch where it was, volume told.

use super::*;
use crate::anatomy::bone_quality::body_bone_mm3;
use crate::anatomy::fracture_spec::{FractureSpec, Severity};
use crate::anatomy::generate_vertebra::{VertebraSpec, build_vertebra};
use crate::anatomy::{BoneSpec, FractureKind, Level, Source, venous_network};
use crate::geometry::{Point, shape::Plane};
use crate::units::{atan2, deg_from_rad};

fn broken(kind: FractureKind, loss: f64) -> Patient {
    let fracture = FractureSpec::of(kind, Severity::Loss(loss));
    let spec = VertebraSpec { fracture: Some(fracture), ..VertebraSpec::of(Level::L1) };
    let made = build_vertebra(&spec, &BoneSpec::of_t_score(-2.5), 3).expect("a vertebra");
    let veins = venous_network(&made.vertebra, 3);
    Patient {
        level: Level::L1,
        source: Source::Parametric,
        t_score: Some(-2.5),
        fracture: made.summary,
        vertebra: made.vertebra,
        bone: made.bone,
        veins,
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    }
}

fn lift_of(patient: &Patient, rise_mm: f64) -> Lift {
    let fracture = patient.fracture.as_ref().expect("broken");
    Lift::of(&patient.vertebra.landmarks, fracture).with_rise(rise_mm)
}

/// Length of the body along z through (x, y), mm, to a hundredth.
fn height_mm(vertebra: &Vertebra, x: f64, y: f64) -> f64 {
    let inside = (-4000..4000).filter(|i| vertebra.in_body(&Point::new(x, y, 0.01 * f64::from(*i)))).count();
    0.01 * inside as f64
}

#[test]
fn the_body_is_as_high_as_the_lift_says_and_its_volume_grows_by_what_was_lifted() {
    for (kind, rise_mm) in [(FractureKind::Wedge, 5.0), (FractureKind::Biconcave, 4.0), (FractureKind::Crush, 6.0)] {
        let patient = broken(kind, 0.35);
        let lift = lift_of(&patient, rise_mm);
        let after = lifted(&patient, &lift);
        let marks = &patient.vertebra.landmarks;
        for fraction in [0.2, 0.5, 0.8, 0.9] {
            let (x, y) = (marks.midline_x_mm(), marks.y_at_ap_fraction_mm(fraction));
            let [before_mm, after_mm] = [&patient.vertebra, &after.vertebra].map(|v| height_mm(v, x, y));
            let expected_mm = before_mm + rise_mm * lift.share_at(x, y);
            assert!((after_mm - expected_mm).abs() < 0.15, "{kind:?} at {fraction}: {after_mm}, not {expected_mm} mm");
        }
        // What each part of the body was thinned by is what it grew by.
        let grid = after.vertebra.body.grid();
        let inside = grid.cells().map(|cell| grid.centre(cell)).filter(|p| after.vertebra.in_body(p));
        let swept_mm3: f64 = inside.map(|p| (1.0 - lift.before(&p).1) * grid.cell_volume_mm3()).sum();
        let [before_ml, after_ml] = [&patient, &after].map(|p| p.vertebra.landmarks.body_volume_ml);
        let grown_ml = after_ml - before_ml;
        assert!((grown_ml - 1e-3 * swept_mm3).abs() < 0.05 * grown_ml, "{kind:?}: {grown_ml} of {swept_mm3} mm³");
    }
}

#[test]
fn bone_is_kept_and_the_arch_does_not_move() {
    let patient = broken(FractureKind::Wedge, 0.35);
    let after = lifted(&patient, &lift_of(&patient, 5.0));
    let [before_mm3, after_mm3] = [&patient, &after].map(|p| body_bone_mm3(&p.vertebra, &p.bone.bone_volume_fraction));
    assert!((after_mm3 / before_mm3 - 1.0).abs() < 1e-6, "{after_mm3} of {before_mm3} mm³ of bone");
    let behind = patient.vertebra.landmarks.posterior_wall_y_mm;
    let grid = patient.vertebra.bone.grid();
    for cell in grid.cells().filter(|&cell| grid.centre(cell).y > behind + grid.spacing_mm) {
        let p = grid.centre(cell);
        let [before, now] = [&patient, &after].map(|patient| patient.vertebra.bone.sample(&p));
        assert!((before - now).abs() < 1e-5, "{before} is {now} at {p}");
    }
    // Veins stay in the bone they ran in.
    let inside = |p: &Patient| {
        let points = p.veins.iter().flat_map(|tree| &tree.branches).flat_map(|branch| &branch.points);
        points.map(|point| p.vertebra.bone_distance_mm(point) < 0.3).collect::<Vec<bool>>()
    };
    let (before, now) = (inside(&patient), inside(&after));
    let changed = before.iter().zip(&now).filter(|(a, b)| a != b).count();
    assert!(changed * 100 < before.len(), "{changed} of {} places left or entered the bone", before.len());
}

#[test]
fn all_the_lost_height_given_back_is_the_unfractured_height_and_most_of_the_angle() {
    let patient = broken(FractureKind::Wedge, 0.4);
    let fracture = patient.fracture.clone().expect("broken");
    let (now, whole) = (fracture.heights_mm.expect("known"), fracture.reference_heights_mm.expect("known"));
    let after = lifted(&patient, &lift_of(&patient, whole[0] - now[0]));
    let regained = after.fracture.expect("broken").heights_mm.expect("known");
    assert!((regained[0] - whole[0]).abs() < 1e-9, "{regained:?} of {whole:?}");
    assert!((regained[1] - whole[1]).abs() < 1.2, "the plate is rigid and the loss nearly so: {regained:?}, {whole:?}");
    let tilt = |plane: &Plane| deg_from_rad(atan2(plane.normal.y, plane.normal.z.abs()));
    let unbroken = build_vertebra(&VertebraSpec::of(Level::L1), &BoneSpec::of_t_score(-2.5), 3).expect("a vertebra");
    let [lying, found, wanted] =
        [&patient.vertebra, &after.vertebra, &unbroken.vertebra].map(|v| tilt(&v.landmarks.superior_endplate));
    // A rigid plate does not mend the dent in the endplate: some of the angle stays.
    let share = (found - lying) / (wanted - lying);
    assert!((0.75..=1.0).contains(&share), "tilt of the upper endplate {lying}°, then {found}°, unfractured {wanted}°");
}
