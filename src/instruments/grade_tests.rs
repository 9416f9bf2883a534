//! Truths about the grade: breach against closed forms, margins of known places, poses, mirrors, every rule told.

use super::super::catalogue::Cannula;
use super::super::test_vertebra::{BODY_HALF_DEPTH_MM, BODY_HALF_WIDTH_MM, TestVertebra, ellipse_distance, patient_of};
use super::super::{PedicleOffsets, Surroundings};
use super::*;
use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
use crate::anatomy::{Facet, Level, PosteriorLandmarks, Side};
use crate::geometry::{Frame, Point, Vector};
use crate::units::{cos, rad_from_deg, sin};
use proptest::prelude::*;
use std::sync::LazyLock;

static PLAIN: LazyLock<Patient> = LazyLock::new(|| patient_of(TestVertebra::default().build()));

fn cannula(gauge: u8) -> &'static Cannula {
    Cannula::by_gauge(gauge).expect("in the catalogue")
}

fn offset(patient: &Patient, side: Side, offsets: PedicleOffsets, gauge: u8) -> Trajectory {
    Trajectory::along_pedicle(&patient.vertebra, side, offsets, cannula(gauge)).expect("through the pedicle")
}

fn needle(patient: &Patient, trajectory: &Trajectory) -> Grade {
    grade(patient, trajectory, Tool::VertebroplastyNeedle).expect("hits the body")
}

fn wall(grade: &Grade, direction: Direction) -> &Wall {
    grade.walls.iter().find(|wall| wall.direction == direction).expect("all walls are told")
}

/// Distance outside an ellipse by looking at all of it.
fn outside_ellipse(x: f64, z: f64, a: f64, b: f64) -> f64 {
    if (x / a).powi(2) + (z / b).powi(2) <= 1.0 {
        return 0.0;
    }
    let angle = |i: i32| f64::from(i) * std::f64::consts::TAU / 4000.0;
    let norm = |x: f64, y: f64| (x * x + y * y).sqrt();
    (0..4000).map(|i| norm(x - a * cos(angle(i)), z - b * sin(angle(i)))).fold(f64::INFINITY, f64::min)
}

#[test]
fn a_cylinder_in_an_elliptic_tube_breaches_by_the_farthest_point_of_its_circle() {
    let (a, b) = (3.6, 6.0);
    let shape = TestVertebra {
        pedicle_radius_mm: a,
        pedicle_half_height_mm: Some(b),
        spacing_mm: 0.5,
        ..TestVertebra::default()
    };
    let patient = patient_of(shape.build());
    let (width, height) = shape.across(Side::Left);
    let outward = if width.x > 0.0 { width } else { -width };
    let r = cannula(11).outer_radius_mm();
    // Straight out, straight up and down, and askew; all along the axis.
    for (across, up) in [(3.0, 0.0), (-3.4, 0.0), (0.0, 5.4), (0.0, -5.6), (2.4, 3.2), (-2.2, -4.0)] {
        let expected = (0..720)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 720.0)
            .map(|t| outside_ellipse(across + r * cos(t), up + r * sin(t), a, b))
            .fold(0.0, f64::max);
        // Offsets along x and z that shift the line by these across its axis.
        let shift = outward * across + height * up;
        let axis = shape.pedicle(Side::Left).axis;
        let level = shift - axis * (shift.y / axis.y);
        let offsets = PedicleOffsets { lateral_mm: level.x, cranial_mm: level.z, ..PedicleOffsets::default() };
        let graded = needle(&patient, &offset(&patient, Side::Left, offsets, 11));
        let found = graded.report.breach.depth_mm;
        assert!((found - expected).abs() < 0.1, "offset ({across}, {up}): {found} mm, closed form {expected} mm");
        let deepest = graded.walls.iter().map(|wall| wall.breach_mm).fold(0.0, f64::max);
        assert!((deepest - found).abs() < 0.021, "{deepest} of the walls, {found} in all");
    }
}

#[test]
fn a_line_askew_to_the_elliptic_tube_breaches_as_deep_as_exact_geometry_says() {
    let (a, b) = (2.2, 6.0);
    let r = cannula(11).outer_radius_mm();
    // Turned inwards it comes out deepest where tube and body meet: the distance has a ridge there that voxels of
    // 0.5 mm round by 0.11 mm.
    for (turn_deg, spacing_mm) in [(-16.0, 0.5), (16.0, 0.3)] {
        let shape = TestVertebra {
            pedicle_radius_mm: a,
            pedicle_half_height_mm: Some(b),
            spacing_mm,
            ..TestVertebra::default()
        };
        let patient = patient_of(shape.build());
        let pedicle = shape.pedicle(Side::Left);
        let (width, height) = shape.across(Side::Left);
        let offsets = PedicleOffsets { convergence_rad: rad_from_deg(turn_deg), ..PedicleOffsets::default() };
        let line = offset(&patient, Side::Left, offsets, 11);
        let direction = line.direction();
        let radial = direction.cross(&Vector::z()).normalize();
        // Behind the body and in front of the exempt entry only the tube is near: there the lateral or medial breach is told.
        let mut expected = [0.0_f64; 2];
        for i in 0..800 {
            let centre = line.entry + direction * (6.12 + f64::from(i) * 0.02);
            for (side, sign) in [-1.0, 1.0].into_iter().enumerate() {
                let away = centre + radial * (sign * r) - pedicle.isthmus;
                let exact = outside_ellipse(away.dot(&width), away.dot(&height), a, b);
                let beside = patient.vertebra.body.sample(&(centre + radial * (sign * r)));
                expected[side] = expected[side].max(exact.min(beside.max(0.0)));
            }
        }
        let graded = needle(&patient, &line);
        let (medial, lateral) =
            (wall(&graded, Direction::Medial).breach_mm, wall(&graded, Direction::Lateral).breach_mm);
        let [one, other] = expected;
        let (most, found) = (one.max(other), medial.max(lateral));
        assert!(most > 0.3, "turned by {turn_deg}° nothing is outside: {expected:?}");
        assert!((found - most).abs() < 0.1, "turned by {turn_deg}°: {found} mm, exact {most} mm");
    }
}

#[test]
fn margins_to_canal_endplates_and_front_are_those_of_the_plain_shapes() {
    // Straight forwards at x = 14, z = 3: the canal's half width is 11, the body's half height 12.
    let (entry, target) = (Point::new(14.0, 36.0, 3.0), Point::new(14.0, -4.0, 3.0));
    let r = cannula(13).outer_radius_mm();
    let line = Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, entry, target, cannula(13))
        .expect("finite");
    let found = needle(&PLAIN, &line).margins;
    assert!((found.canal_mm - (14.0 - 11.0 - r)).abs() < 0.1, "canal {}", found.canal_mm);
    let [above, below] = [found.superior_endplate_mm, found.inferior_endplate_mm].map(|gap| gap.expect("in the body"));
    // The nearest sections lie under the rim, which voxels of 0.8 mm round.
    assert!((above - (9.0 - r)).abs() < 0.25 && (below - (15.0 - r)).abs() < 0.25, "endplates {above}, {below}");
    assert!((found.end_to_endplate_mm.expect("in the body") - (9.0 - r)).abs() < 0.05);
    // The front is the ellipse (x/21)² + (y/17)² = 1; its normal at x = 14 is oblique.
    let front_y: f64 = 17.0 * (1.0 - (14.0_f64 / 21.0).powi(2)).sqrt();
    let normal = Vector::new(14.0 / 441.0, -front_y / 289.0, 0.0).normalize();
    let expected = (front_y - 4.0) * normal.y.abs() - r * normal.x;
    assert!((found.anterior_cortex_mm - expected).abs() < 0.15, "front {} not {expected}", found.anterior_cortex_mm);
    assert!((found.anterior_lateral_view_mm - 13.0).abs() < 1e-9, "{}", found.anterior_lateral_view_mm);
    assert_eq!(found.superior_facet_mm, None, "this vertebra has no joints");
}

#[test]
fn a_facet_joint_on_the_line_is_hit_and_one_beside_it_is_as_far_as_its_rim() {
    let mut patient = PLAIN.clone();
    let pad_mm = crate::anatomy::segment::spine_data().facet_pad_radius_mm.value;
    let r = cannula(13).outer_radius_mm();
    for away_mm in [0.0, pad_mm + r + 2.0] {
        let facet = |side| Facet { side, centre: Point::new(14.0 + away_mm, 30.0, 3.0), normal: Vector::y() };
        let points = [Point::origin(); 2];
        patient.vertebra.landmarks.posterior = Some(PosteriorLandmarks {
            superior_facets: [facet(Side::Left), facet(Side::Right)],
            inferior_facets: [facet(Side::Left), facet(Side::Right)],
            transverse_roots: points,
            transverse_tips: points,
            spinous_tip: Point::origin(),
        });
        let (entry, target) = (Point::new(14.0, 36.0, 3.0), Point::new(14.0, -4.0, 3.0));
        let line = Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, entry, target, cannula(13))
            .expect("finite");
        let found = needle(&patient, &line).margins.superior_facet_mm.expect("a joint is known");
        let expected = if away_mm == 0.0 { -r } else { 2.0 };
        assert!((found - expected).abs() < 0.15, "{found} mm, not {expected}");
    }
}

#[test]
fn bone_along_a_line_in_uniform_bone_is_that_bone_and_the_cortex_stands_out() {
    let graded = needle(&PLAIN, &offset(&PLAIN, Side::Left, PedicleOffsets::default(), 11));
    let bone = &graded.bone;
    assert!(bone.share_in_bone > 0.99, "{}", bone.share_in_bone);
    assert!((0.1..0.15).contains(&bone.mean_bone_volume_fraction), "{}", bone.mean_bone_volume_fraction);
    let deep = bone.samples.iter().find(|sample| sample.depth_mm > 15.0).expect("longer");
    // 97.9 (2 · 0.1)^2.3 MPa.
    assert!((deep.crushing_mpa - 2.415).abs() < 0.01, "{deep:?}");
    assert!(bone.samples[0].crushing_mpa > 50.0 * deep.crushing_mpa, "no cortex at the entry: {:?}", bone.samples[0]);
    let mean_force = bone.samples.iter().map(|s| s.crushing_mpa).sum::<f64>() / bone.samples.len() as f64;
    let section = std::f64::consts::PI * 0.25 * 3.05 * 3.05;
    assert!((bone.mean_crushing_n - mean_force * section).abs() < 1e-9 * bone.mean_crushing_n);
}

#[test]
fn a_patient_turned_and_moved_as_a_whole_keeps_every_number() {
    let mut moved = PLAIN.clone();
    let (c, s) = (cos(0.7), sin(0.7));
    let axes = [Vector::new(c, s, 0.0), Vector::new(-s, c, 0.0), Vector::z()];
    moved.vertebra.frame =
        Frame::from_axes(Point::new(120.0, -80.0, 900.0), axes[0], axes[1], axes[2]).expect("a frame");
    let offsets = PedicleOffsets { lateral_mm: -3.0, cranial_mm: 1.0, ..PedicleOffsets::default() };
    for tool in [Tool::VertebroplastyNeedle, Tool::WorkingCannula] {
        let of = |patient: &Patient| grade(patient, &offset(patient, Side::Right, offsets, 10), tool);
        assert_eq!(of(&PLAIN), of(&moved));
    }
}

#[test]
fn depth_is_judged_by_the_tool() {
    let line = offset(&PLAIN, Side::Left, PedicleOffsets::default(), 10);
    let as_needle = needle(&PLAIN, &line);
    let as_cannula = grade(&PLAIN, &line, Tool::WorkingCannula).expect("hits the body");
    for (graded, judged, not) in
        [(&as_needle, "needle-depth", "cannula-depth"), (&as_cannula, "cannula-depth", "needle-depth")]
    {
        assert_eq!(graded.finding(judged).map(|f| f.verdict), Some(Verdict::Met), "{:?}", graded.finding(judged));
        assert_eq!(graded.finding(not), None);
    }
    let channel = as_cannula.finding("channel-anterior").expect("has a channel");
    assert!(matches!(channel.value, Value::Number(mm) if (2.9..8.0).contains(&mm)), "{channel:?}");
    // A needle at the cannula's depth is told how far short it is.
    let short = Trajectory { target: as_cannula.report.placement.tip, ..line };
    let missed = needle(&PLAIN, &short).finding("needle-depth").cloned().expect("a needle");
    assert_eq!(missed.verdict, Verdict::Missed);
    assert!((missed.missed_by.expect("missed") - (0.66 - as_cannula.report.tip.ap_fraction)).abs() < 1e-9);
}

#[test]
fn every_rule_speaks_of_some_trajectory_and_every_finding_serialises() {
    let vertebra = generate_vertebra(&VertebraSpec::of(Level::T7)).expect("a vertebra").0;
    let mut patient = patient_of(vertebra);
    patient.level = Level::T7;
    patient.fracture = Some(crate::anatomy::FractureSummary {
        kind: crate::anatomy::FractureKind::Wedge,
        grade: 1,
        compression_fraction: 0.2,
        age_weeks: None,
        endplates: None,
        heights_mm: None,
        reference_heights_mm: None,
    });
    let straight = offset(&patient, Side::Left, PedicleOffsets::default(), 13);
    let beside =
        Trajectory::extrapedicular(&patient.vertebra, Side::Left, PedicleOffsets::default(), None, cannula(13))
            .expect("beside");
    let mut spoken = std::collections::BTreeSet::new();
    for (line, tool) in [
        (&straight, Tool::VertebroplastyNeedle),
        (&straight, Tool::WorkingCannula),
        (&beside, Tool::VertebroplastyNeedle),
    ] {
        let graded = grade(&patient, line, tool).expect("hits the body");
        let json = serde_json::to_string(&graded).expect("plain data");
        assert!(!json.contains("null"), "{json}");
        spoken.extend(graded.findings.iter().map(|finding| finding.id));
    }
    for rule in &trajectory_rules().rule {
        assert!(spoken.contains(rule.id.as_str()), "rule {} never speaks", rule.id);
    }
}

#[test]
fn beside_a_thoracic_pedicle_the_default_line_reaches_the_body_without_medial_breach() {
    for level in [Level::T5, Level::T6, Level::T7, Level::T8, Level::T10] {
        let mut patient = patient_of(generate_vertebra(&VertebraSpec::of(level)).expect("a vertebra").0);
        patient.level = level;
        for side in Side::BOTH {
            let line =
                Trajectory::extrapedicular(&patient.vertebra, side, PedicleOffsets::default(), None, cannula(11));
            let line = line.unwrap_or_else(|error| panic!("{level:?} {side}: {error}"));
            let graded = needle(&patient, &line);
            let (medial, canal) = (wall(&graded, Direction::Medial).breach_mm, graded.margins.canal_mm);
            let degrees = crate::units::deg_from_rad(line.convergence_rad());
            assert!(medial == 0.0 && canal > 0.5, "{level:?} {side}: medial {medial}, canal {canal}, {degrees}°");
            assert!((15.0..60.0).contains(&degrees), "{level:?} {side}: converges by {degrees}°");
            let depth = graded.report.tip.ap_fraction;
            assert!((0.6..0.9).contains(&depth), "{level:?} {side}: ends at {depth}");
        }
    }
}

#[test]
fn the_aorta_lies_left_and_before_the_body_and_below_l4_there_is_none() {
    let mut patient = PLAIN.clone();
    for (level, lateral) in [(Level::T6, true), (Level::L2, false)] {
        patient.level = level;
        let vessel = Surroundings::of(&patient, Side::Left).aorta.expect("above its division");
        let (at, y) = (vessel.axis.start, vessel.axis.start.y);
        assert!(at.x > 0.0 && y < 0.0 && (at.x > -y) == lateral, "{level:?}: {at}");
        let gap = ellipse_distance(at.x, at.y, BODY_HALF_WIDTH_MM, BODY_HALF_DEPTH_MM) - vessel.radius_mm;
        assert!((1.0..6.0).contains(&gap), "{level:?}: {gap} mm between bone and vessel");
    }
    patient.level = Level::L5;
    assert_eq!(Surroundings::of(&patient, Side::Left).aorta, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_mirrored_trajectory_has_the_mirrored_grade(
        lateral_mm in -4.0..4.0f64, cranial_mm in -4.0..4.0f64, turn in -0.2..0.3f64, tilt in -0.2..0.2f64,
        as_needle in any::<bool>(), bend_deg in 0.0..60.0f64,
    ) {
        let offsets = PedicleOffsets { lateral_mm, cranial_mm, convergence_rad: turn, sagittal_rad: tilt };
        let tool = if as_needle { Tool::VertebroplastyNeedle } else { Tool::WorkingCannula };
        let curve = super::super::CurvedTip::towards_midline(15.0, rad_from_deg(bend_deg)).expect("a tool");
        let [left, right] = Side::BOTH.map(|side| {
            let line = Trajectory::along_pedicle(&PLAIN.vertebra, side, offsets, cannula(11));
            line.and_then(|line| grade(&PLAIN, &line.with_curve(curve), tool))
        });
        prop_assert_eq!(left.is_ok(), right.is_ok());
        if let (Ok(left), Ok(right)) = (left, right) {
            for (one, other) in left.walls.iter().zip(&right.walls) {
                prop_assert!((one.breach_mm - other.breach_mm).abs() < 0.06, "{:?} {:?}", one, other);
            }
            for (one, other) in left.findings.iter().zip(&right.findings) {
                prop_assert_eq!(one.id, other.id);
                // There is one aorta; holes at the limit of what counts may differ by rounding.
                if let (Value::Number(a), Value::Number(b)) = (&one.value, &other.value)
                    && !["margin-aorta", "holes"].contains(&one.id)
                {
                    prop_assert!((a - b).abs() < 0.06 * (1.0 + a.abs()), "{}: {} left, {} right", one.id, a, b);
                }
            }
            prop_assert!((left.end.short_of_midline_mm - right.end.short_of_midline_mm).abs() < 1e-6);
            prop_assert!((left.end.position.lateral_fraction + right.end.position.lateral_fraction - 1.0).abs() < 1e-6);
            prop_assert_eq!(left.end.ap_third, right.end.ap_third);
            prop_assert_eq!(left.end.height_third, right.end.height_third);
        }
    }
}

#[test]
fn the_endplates_are_as_far_as_they_look_and_no_side_wall_is_taken_for_one() {
    use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
    let (vertebra, ..) = generate_vertebra(&VertebraSpec::of(crate::anatomy::Level::L1)).expect("an L1");
    let landmarks = &vertebra.landmarks;
    let isthmus = landmarks.pedicle(Side::Left).isthmus;
    let [upper_z, lower_z] = [&landmarks.superior_endplate, &landmarks.inferior_endplate].map(|plane| plane.point.z);
    let r = cannula(11).outer_radius_mm();
    let level_at = |z: f64| {
        let start = Point::new(isthmus.x, isthmus.y + 10.0, z);
        let target = Point::new(8.0, landmarks.posterior_wall_y_mm - 22.0, z);
        Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, start, target, cannula(11))
            .expect("finite")
    };
    let patient = patient_of(vertebra.clone());
    let high_z = lower_z + (upper_z - lower_z) * 2.0 / 3.0;
    let margins = needle(&patient, &level_at(high_z)).margins;
    let (above, below) =
        (margins.superior_endplate_mm.expect("in the body"), margins.inferior_endplate_mm.expect("so"));
    // The dishes take some millimetres of the middle.
    let (most_above, most_below) = (upper_z - high_z - r, high_z - lower_z - r);
    assert!(
        above < most_above + 1.5 && above > most_above - 5.0,
        "{above} mm above, the rims are {most_above} mm away"
    );
    assert!(
        below < most_below + 1.5 && below > most_below - 5.0,
        "{below} mm below, the rims are {most_below} mm away"
    );
    let grazing = needle(&patient, &level_at(upper_z - 0.5)).margins.superior_endplate_mm.expect("in the body");
    assert!(grazing < 0.0, "a tool through the upper endplate has {grazing} mm to it");
}
