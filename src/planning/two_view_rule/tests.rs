//! Tests of the rule: paths whose fate is known in closed form, turned views, mirror images, rigid motion.

use super::*;
use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
use crate::anatomy::{Level, Pedicle};
use crate::geometry::Vector;
use crate::imaging::{OffTrue, turned_view};
use crate::instruments::test_vertebra::TestVertebra;
use crate::instruments::{Cannula, Direction, PedicleOffsets};
use crate::units::{rad_from_deg, tan};

const NEEDLE: Tool = Tool::VertebroplastyNeedle;

fn eleven() -> &'static Cannula {
    Cannula::by_gauge(11).expect("in the catalogue")
}

fn views(vertebra: &Vertebra, ap_deg: f64, lateral_deg: f64) -> TwoViews {
    let turned = |kind, rotation_deg| {
        let off = OffTrue { rotation_rad: rad_from_deg(rotation_deg), tilt_rad: 0.0 };
        turned_view(CArm::mobile(), &vertebra.frame, kind, off).expect("a view")
    };
    TwoViews { ap: turned(ViewKind::Ap, ap_deg), lateral: turned(ViewKind::Lateral, lateral_deg) }
}

/// A level path through the isthmus (and `aside_mm` lateral of it) at an angle, from behind into the body.
fn through_isthmus(pedicle: &Pedicle, angle_deg: f64, aside_mm: f64) -> Trajectory {
    let side = pedicle.side;
    let slope = tan(rad_from_deg(angle_deg));
    let through = pedicle.isthmus + Vector::x() * (side.sign() * aside_mm);
    let at = |forwards_mm: f64| through + Vector::new(-side.sign() * slope, -1.0, 0.0) * forwards_mm;
    Trajectory::from_entry_and_target(side, Approach::Transpedicular, at(-9.0), at(20.0), eleven()).expect("a line")
}

#[test]
fn a_needle_down_the_pedicles_axis_keeps_the_rule_on_both_sides_alike() {
    let vertebra = TestVertebra::default().build();
    let true_views = views(&vertebra, 0.0, 0.0);
    let judged = Side::BOTH.map(|side| {
        let path = Trajectory::along_pedicle(&vertebra, side, PedicleOffsets::default(), eleven()).expect("a path");
        judge(&vertebra, &path, NEEDLE, &true_views).expect("judged")
    });
    for (judgement, side) in judged.iter().zip(Side::BOTH) {
        assert!(judgement.kept && judgement.visible_kept, "{side}: {judgement:?}");
        assert_eq!(judgement.disagreement, "none");
        assert!(judgement.ap_view.is_true && judgement.lateral_view.is_true);
        for station in &judgement.stations[1..] {
            let truth = station.truth.as_ref().expect("reached");
            assert!(truth.met, "{side} {station:?}");
            assert!((station.seen.as_ref().expect("seen").at_mm - truth.at_mm).abs() < 1.0, "{side} {station:?}");
        }
        // On the axis at the isthmus: in the middle of the oval, half its width and half a needle from its edge.
        let middle = judgement.stations[1].truth.as_ref().expect("reached");
        assert!((middle.ap.medial_fraction - 0.5).abs() < 0.01, "{}", middle.ap.medial_fraction);
        let wall = judgement.prediction.as_ref().expect("past the posterior wall");
        assert_eq!((wall.predicts, wall.comes_to), ("paramedian", "paramedian"));
        // The level way from axis to wall of a tube that converges by 11° is r / cos 11°.
        let expected = 4.35 / crate::units::cos(rad_from_deg(11.0)) - eleven().outer_radius_mm();
        let least = judgement.least_medial_bone_mm.expect("a medial wall");
        assert!((least - expected).abs() < 0.15, "{side}: {least} is not {expected}");
    }
    let [left, right] = judged.map(|judgement| judgement.advance);
    assert_eq!(left.len(), right.len());
    for (a, b) in left.iter().zip(&right) {
        assert!((a.truth.ap.past_medial_mm - b.truth.ap.past_medial_mm).abs() < 1e-9, "{a:?} {b:?}");
        assert!((a.seen.ap.past_medial_mm - b.seen.ap.past_medial_mm).abs() < 1e-9, "{a:?} {b:?}");
        // The lateral's tube stands on the left: the left needle is nearer to it and seen larger than the middle.
        for point in [a, b] {
            let expected = point.tip.y * 530.0 / (530.0 - point.tip.x) - 17.0;
            assert!((point.seen.lateral.behind_wall_mm - expected).abs() < 1e-9, "{point:?} {expected}");
        }
    }
    assert!(left.windows(2).all(|pair| pair[1].at_mm - pair[0].at_mm <= 0.5 + 1e-9));
}

#[test]
fn a_needle_through_the_medial_wall_breaks_it_from_where_the_tube_ends() {
    let vertebra = TestVertebra { spacing_mm: 0.4, ..TestVertebra::default() }.build();
    for side in Side::BOTH {
        let pedicle = vertebra.landmarks.pedicle(side).clone();
        let path = through_isthmus(&pedicle, 50.0, 0.0);
        let judgement = judge(&vertebra, &path, NEEDLE, &views(&vertebra, 0.0, 0.0)).expect("judged");
        let broken = judgement.violated.clone().expect("through the wall");
        assert!(!judgement.kept && !judgement.visible_kept, "{judgement:?}");
        // A line through a point of the tube's axis leaves the tube where its distance from the axis is the radius.
        let sine = path.direction().cross(&pedicle.axis).norm();
        let contact = judgement.advance[0].tip;
        let along = |point: Point| (point - contact).dot(&path.direction());
        let leaves_mm = along(pedicle.isthmus) + 4.35 / sine;
        assert!((broken.from_mm - leaves_mm).abs() < 0.15, "{side}: from {} is not {leaves_mm}", broken.from_mm);
        // It ends at the posterior wall, y = 17.
        let wall_mm = along(pedicle.isthmus) + 6.0 / -path.direction().y;
        assert!((broken.to_mm - wall_mm).abs() < 0.15, "{side}: to {} is not {wall_mm}", broken.to_mm);
        // There it is level past the wall: from the isthmus 6 mm on, the needle gained 6 tan 50°, the wall 6 tan 11°.
        let tube = 4.35 / crate::units::cos(rad_from_deg(11.0));
        let past = 6.0 * (tan(rad_from_deg(50.0)) - tan(rad_from_deg(11.0))) - tube;
        assert!((broken.past_medial_mm - past).abs() < 0.6, "{side}: {} is not {past}", broken.past_medial_mm);
        assert!(judgement.least_medial_bone_mm.expect("a wall") < 0.0);
        assert!(!judgement.stations[2].truth.as_ref().expect("reached").met);
        assert_eq!(judgement.prediction.as_ref().expect("reached").predicts, "midline");
    }
}

#[test]
fn a_view_turned_by_ten_degrees_cries_wolf_or_looks_well_by_the_tangent() {
    let vertebra = TestVertebra { spacing_mm: 0.4, ..TestVertebra::default() }.build();
    let pedicle = vertebra.landmarks.pedicle(Side::Left).clone();
    let judged = |angle_deg: f64, ap_deg: f64, lateral_deg: f64| {
        let path = through_isthmus(&pedicle, angle_deg, 0.0);
        judge(&vertebra, &path, NEEDLE, &views(&vertebra, ap_deg, lateral_deg)).expect("judged")
    };
    // The medial line is crossed 6 mm before the isthmus by a path of 36°: just safe at 34°, just not at 41°.
    let shift = 6.0 * tan(rad_from_deg(10.0));
    let at_wall = |judgement: &TwoViewJudgement| {
        let truth = judgement.stations[2].truth.as_ref().expect("reached");
        let near = |point: &&AdvancePoint| (point.at_mm - truth.at_mm).abs() < 0.3;
        let seen = judgement.advance.iter().find(near).expect("judged there");
        (seen.seen.ap.past_medial_mm, seen.truth.ap.past_medial_mm)
    };
    let safe = judged(34.0, 0.0, 0.0);
    assert!(safe.kept && safe.visible_kept, "{:?} {:?}", safe.violated, safe.visible_violated);
    let wolf = [10.0, -10.0].map(|deg| judged(34.0, deg, 0.0));
    let shifts = wolf.each_ref().map(|judgement| at_wall(judgement).0 - at_wall(judgement).1);
    assert!((shifts[0].abs() - shift).abs() < 0.35 && (shifts[1].abs() - shift).abs() < 0.35, "{shifts:?} {shift}");
    assert!(shifts[0] * shifts[1] < 0.0, "{shifts:?}");
    let alarms = wolf.each_ref().map(|judgement| (judgement.visible_kept, judgement.disagreement));
    assert!(alarms.contains(&(false, "false_alarm")) && alarms.contains(&(true, "none")), "{alarms:?}");
    assert!(wolf.iter().all(|judgement| !judgement.ap_view.is_true && judgement.kept));

    // Nearer to the medial wall than its own radius, the axis keeps the rule and the tool's side does not: no false alarm.
    let near = |ap_deg: f64| {
        let path = through_isthmus(&pedicle, 11.0, -3.6);
        judge(&vertebra, &path, NEEDLE, &views(&vertebra, ap_deg, 0.0)).expect("judged")
    };
    let warned = [10.0, -10.0].map(near);
    assert!(warned.iter().all(|judgement| judgement.least_medial_bone_mm.is_some_and(|mm| mm < 0.0)), "{warned:?}");
    let told = warned.each_ref().map(|judgement| judgement.disagreement);
    assert!(told.contains(&"side_breached") && !told.contains(&"false_alarm"), "{told:?}");

    // A lateral turned by 10° moves the needle, 10 to 16 mm beside the middle, by 2 to 3 mm against the posterior wall.
    let bad = judged(47.0, 0.0, 0.0);
    assert!(!bad.kept && !bad.visible_kept, "{:?}", bad.violated);
    let turned = [10.0, -10.0].map(|deg| judged(47.0, 0.0, deg));
    let verdicts = turned.each_ref().map(|judgement| (judgement.kept, judgement.disagreement));
    assert!(verdicts.contains(&(false, "missed")) && verdicts.contains(&(false, "none")), "{verdicts:?}");
}

#[test]
fn beside_the_pedicle_the_lateral_wall_is_no_breach_and_the_posterior_wall_still_binds() {
    let vertebra = TestVertebra::default().build();
    let beside = |angle_deg: f64, aside_mm: f64| {
        let pedicle = vertebra.landmarks.pedicle(Side::Left).clone();
        let path = Trajectory { approach: Approach::Extrapedicular, ..through_isthmus(&pedicle, angle_deg, aside_mm) };
        judge(&vertebra, &path, NEEDLE, &views(&vertebra, 0.0, 0.0)).expect("judged")
    };
    let outside = beside(40.0, 7.0);
    assert!(outside.kept && outside.visible_kept, "{outside:?}");
    assert!(outside.stations[1].seen.as_ref().is_none_or(|middle| middle.met), "{:?}", outside.stations[1]);
    assert!(outside.stations[0].wanted.contains("beside the pedicle"));
    let inside = beside(50.0, 0.0);
    assert!(!inside.kept && !inside.visible_kept, "{inside:?}");
}

#[test]
fn the_whole_moved_together_is_judged_the_same() {
    let still = TestVertebra::default().build();
    let z = Vector::new(0.2, -0.3, 0.9).normalize();
    let x = Vector::y().cross(&z).normalize();
    let frame = Frame::from_axes(Point::new(12.0, -50.0, 340.0), x, z.cross(&x), z).expect("orthonormal");
    let moved = Vertebra { frame, ..still.clone() };
    let path = through_isthmus(still.landmarks.pedicle(Side::Right), 30.0, 1.0);
    let [a, b] = [&still, &moved].map(|v| judge(v, &path, NEEDLE, &views(v, 4.0, -2.0)).expect("judged"));
    assert_eq!((a.kept, a.visible_kept), (b.kept, b.visible_kept));
    for (p, q) in a.advance.iter().zip(&b.advance) {
        assert!((p.seen.ap.past_medial_mm - q.seen.ap.past_medial_mm).abs() < 1e-9, "{p:?} {q:?}");
        assert!((p.seen.lateral.behind_wall_mm - q.seen.lateral.behind_wall_mm).abs() < 1e-9, "{p:?} {q:?}");
        assert_eq!(p.medial_wall_mm, q.medial_wall_mm);
    }
}

#[test]
fn on_sound_vertebrae_it_agrees_with_the_breach_of_the_same_path() {
    for level in [Level::T9, Level::T12, Level::L1, Level::L3, Level::L5] {
        let (vertebra, ..) = generate_vertebra(&VertebraSpec::of(level)).expect("a healthy vertebra");
        for side in Side::BOTH {
            for more_deg in [0.0, 10.0, 20.0, 30.0, 40.0] {
                let offsets = PedicleOffsets { convergence_rad: rad_from_deg(more_deg), ..PedicleOffsets::default() };
                let Ok(path) = Trajectory::along_pedicle(&vertebra, side, offsets, eleven()) else { continue };
                let judgement = judge(&vertebra, &path, NEEDLE, &views(&vertebra, 0.0, 0.0)).expect("judged");
                let breach = path.report(&vertebra, NEEDLE).expect("a report").breach;
                if more_deg == 0.0 {
                    assert!(judgement.kept, "{level} {side}: {:?}", judgement.violated);
                }
                // Every one of these passes the isthmus on its axis: just at the limit, which is kept.
                let middle = judgement.stations[1].truth.as_ref().expect("reached");
                assert!(middle.met, "{level} {side} {more_deg}°: {middle:?}");
                // A tip past the medial wall has half the needle past it.
                if let Some(broken) = &judgement.violated {
                    let medial_mm = if breach.direction == Direction::Medial { breach.depth_mm } else { 0.0 };
                    assert!(medial_mm > 0.0, "{level} {side} {more_deg}°: {broken:?} but {breach:?}");
                }
            }
        }
    }
}

#[test]
fn views_that_show_nothing_and_paths_that_miss_are_refused() {
    let vertebra = TestVertebra::default().build();
    let path = through_isthmus(vertebra.landmarks.pedicle(Side::Left), 11.0, 0.0);
    let good = views(&vertebra, 0.0, 0.0);
    let swapped = TwoViews { ap: good.lateral.clone(), lateral: good.ap.clone() };
    let error = judge(&vertebra, &path, NEEDLE, &swapped).expect_err("the views are swapped");
    assert!(error.to_string().contains("edge-on"), "{error}");
    let mut flat = vertebra.clone();
    flat.landmarks.pedicles[0].width_mm = 0.0;
    assert_eq!(judge(&flat, &path, NEEDLE, &good), Err(TwoViewError::NoPedicle(Side::Left)));
    let missing = Trajectory { target: Point::new(20.0, 60.0, 0.0), ..path };
    assert!(matches!(judge(&vertebra, &missing, NEEDLE, &good), Err(TwoViewError::Trajectory(_))));
}
