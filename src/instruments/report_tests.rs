//! Truths about breach, margin and holes on a vertebra of known distances.

use super::super::breach::{BreachGrade, Direction};
use super::super::catalogue::Cannula;
use super::super::test_vertebra::TestVertebra;
use super::super::trajectory::{Approach, PedicleOffsets};
use super::*;
use crate::anatomy::Side;
use crate::geometry::Vector;
use crate::units::{cos, rad_from_deg, sin};
use proptest::prelude::*;
use std::sync::LazyLock;

static PLAIN: LazyLock<Vertebra> = LazyLock::new(|| TestVertebra::default().build());

fn cannula(gauge: u8) -> &'static Cannula {
    Cannula::by_gauge(gauge).expect("in the catalogue")
}

fn shifted(side: Side, lateral_mm: f64, cranial_mm: f64, gauge: u8) -> Trajectory {
    let offsets = PedicleOffsets { lateral_mm, cranial_mm, ..PedicleOffsets::default() };
    Trajectory::along_pedicle(&PLAIN, side, offsets, cannula(gauge)).expect("through the pedicle")
}

fn needle(trajectory: &Trajectory) -> TrajectoryReport {
    trajectory.report(&PLAIN, Tool::VertebroplastyNeedle).expect("hits the body")
}

#[test]
fn on_the_pedicle_axis_there_is_no_breach_and_the_margin_is_the_difference_of_radii() {
    for side in Side::BOTH {
        for gauge in [8, 11, 13] {
            let report = needle(&shifted(side, 0.0, 0.0, gauge));
            let margin = 4.35 - cannula(gauge).outer_radius_mm();
            assert_eq!(report.breach.grade, BreachGrade::A, "{report:?}");
            assert_eq!((report.breach.depth_mm, report.breach.direction), (0.0, Direction::None));
            assert!((report.margin_mm - margin).abs() < 0.1, "margin {} not {margin}", report.margin_mm);
            assert_eq!(report.holes.len(), 1, "{:?}", report.holes);
            assert_eq!(report.holes[0].wall, Direction::None);
            assert!((report.holes[0].diameter_mm - cannula(gauge).outer_diameter_mm).abs() < 1e-12);
        }
    }
}

#[test]
fn offset_by_d_the_breach_is_d_plus_r_less_the_pedicle_radius_on_that_side() {
    let r = cannula(11).outer_radius_mm();
    // Sideways shifts lie across the axis but for its convergence: the shift of the line is d·cos.
    for (lateral, cranial, direction) in [
        (-3.6, 0.0, Direction::Medial),
        (3.6, 0.0, Direction::Lateral),
        (0.0, 3.7, Direction::Superior),
        (0.0, -4.2, Direction::Inferior),
    ] {
        let trajectory = shifted(Side::Left, lateral, cranial, 11);
        let pedicle = TestVertebra::default().pedicle(Side::Left);
        let shift = Vector::new(lateral, 0.0, cranial);
        let d = (shift - pedicle.axis * shift.dot(&pedicle.axis)).norm();
        let expected = d + r - 4.35;
        let report = needle(&trajectory);
        assert!(
            (report.breach.depth_mm - expected).abs() < 0.1,
            "breach {} mm, closed form {expected} mm ({direction:?})",
            report.breach.depth_mm
        );
        assert_eq!(report.breach.direction, direction);
        assert!((report.margin_mm + report.breach.depth_mm).abs() < 1e-12, "margin {}", report.margin_mm);
        assert_eq!(report.breach.grade, BreachGrade::B);
        assert_eq!(report.holes.len(), 2, "entry and slit: {:?}", report.holes);
        assert_eq!(report.holes[1].wall, direction);
    }
}

#[test]
fn a_medial_wall_passed_through_makes_holes_where_the_axis_leaves_and_returns() {
    let (entry, target) = (Point::new(15.5, 36.0, 3.0), Point::new(-2.0, -5.0, 3.0));
    let trajectory =
        Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, entry, target, cannula(11))
            .expect("finite");
    let report = needle(&trajectory);
    assert_eq!(report.breach.direction, Direction::Medial, "{:?}", report.breach);
    assert!(report.breach.depth_mm > 2.0, "{:?}", report.breach);
    let walls: Vec<Direction> = report.holes.iter().map(|hole| hole.wall).collect();
    assert_eq!(walls[0], Direction::None);
    assert!(walls.len() == 3 && walls[1] == Direction::Medial, "entry, out, in: {:?}", report.holes);
    for hole in &report.holes {
        assert!(PLAIN.bone_distance_mm(&hole.place).abs() < 0.05, "not on the surface: {hole:?}");
    }
}

#[test]
fn a_tip_past_the_anterior_cortex_is_an_anterior_breach_by_as_much_and_a_second_hole() {
    let mut trajectory = shifted(Side::Right, 0.0, 0.0, 11);
    let direction = trajectory.direction();
    let mut tip = trajectory.target;
    while PLAIN.bone_distance_mm(&tip) < 2.5 {
        tip += direction * 0.02;
    }
    trajectory.target = tip;
    let report = needle(&trajectory);
    assert_eq!(report.breach.direction, Direction::Anterior);
    // The rim of the end face is farther out than its middle where the wall is oblique.
    assert!(report.breach.depth_mm > 2.4 && report.breach.depth_mm < 3.6, "{:?}", report.breach);
    assert_eq!(report.breach.grade, BreachGrade::C);
    assert_eq!(report.holes.len(), 2, "{:?}", report.holes);
    assert_eq!(report.holes[1].wall, Direction::Anterior);
    assert!(report.holes[1].outward.y < -0.5, "{:?}", report.holes);
    assert!(report.tip.ap_fraction > 1.0 && report.tip.lateral_fraction < 0.5);
}

#[test]
fn a_tool_wider_than_the_pedicle_breaches_it_all_round_and_medial_is_named() {
    let radius = 1.5;
    let vertebra = TestVertebra { pedicle_radius_mm: radius, spacing_mm: 0.5, ..TestVertebra::default() }.build();
    let trajectory =
        Trajectory::along_pedicle(&vertebra, Side::Left, PedicleOffsets::default(), cannula(8)).expect("fits");
    let report = trajectory.report(&vertebra, Tool::VertebroplastyNeedle).expect("hits the body");
    let expected = cannula(8).outer_radius_mm() - radius;
    assert!((report.breach.depth_mm - expected).abs() < 0.1, "{} not {expected}", report.breach.depth_mm);
    assert_eq!(report.breach.direction, Direction::Medial);
    let walls: Vec<Direction> = report.holes.iter().map(|hole| hole.wall).collect();
    for wall in [Direction::Medial, Direction::Lateral, Direction::Superior, Direction::Inferior] {
        assert!(walls.contains(&wall), "{walls:?} lacks {wall:?}");
    }
}

#[test]
fn the_entry_cortex_is_no_breach_however_oblique() {
    for angle in [0.0, 15.0, 25.0] {
        let pedicle = TestVertebra::default().pedicle(Side::Left);
        let direction = Vector::new(-sin(rad_from_deg(angle)), -cos(rad_from_deg(angle)), 0.0);
        let start = pedicle.isthmus - pedicle.axis * 8.0 - direction * 12.0;
        let trajectory = Trajectory::from_entry_and_target(
            Side::Left,
            Approach::Transpedicular,
            start,
            start + direction * 42.0,
            cannula(13),
        )
        .expect("finite");
        let report = needle(&trajectory);
        let near_entry = report.breach.place.is_some_and(|place| place.y > 30.0);
        assert!(!near_entry, "{angle}°: {:?}", report.breach);
        assert_eq!(report.holes[0].wall, Direction::None);
    }
}

#[test]
fn the_grade_changes_at_2_4_and_6_mm() {
    use BreachGrade::{A, B, C, D, E};
    for (depth_mm, grade) in
        [(0.0, A), (0.1, B), (1.999, B), (2.0, C), (3.999, C), (4.0, D), (5.999, D), (6.0, E), (40.0, E)]
    {
        assert_eq!(BreachGrade::of_depth(depth_mm), grade, "{depth_mm} mm");
    }
}

#[test]
fn an_extrapedicular_line_is_not_blamed_for_the_lateral_wall() {
    let mut trajectory = shifted(Side::Left, 3.6, 0.0, 11);
    trajectory.approach = Approach::Extrapedicular;
    let report = needle(&trajectory);
    assert_eq!((report.breach.grade, report.breach.direction), (BreachGrade::A, Direction::None));
    assert!((report.breach.intended_lateral_mm - 0.70).abs() < 0.1, "{:?}", report.breach);
    assert!(report.margin_mm > 0.0, "{}", report.margin_mm);
}

#[test]
fn a_working_cannula_stops_in_the_back_and_its_channel_short_of_the_front() {
    let trajectory = shifted(Side::Left, 0.0, 0.0, 10);
    let report = trajectory.report(&PLAIN, Tool::WorkingCannula).expect("hits the body");
    assert!((0.25..=1.0 / 3.0).contains(&report.tip.ap_fraction), "{:?}", report.tip);
    let channel = report.placement.channel.expect("a cannula has a channel");
    assert_eq!(channel.axis.start, report.placement.tip);
    let front = channel.axis.end.y - channel.radius_mm + 17.0;
    let left = -PLAIN.bone_distance_mm(&channel.axis.end) - channel.radius_mm;
    assert!((3.9..5.0).contains(&front.min(left)), "{front} mm on lateral, {left} mm to the nearest wall");
    assert!(PLAIN.landmarks.ap_fraction(&channel.axis.end) > 0.6);
    assert_eq!(report.breach.grade, BreachGrade::A);
    let needle = needle(&trajectory);
    assert!((0.66..=0.85).contains(&needle.tip.ap_fraction), "{:?}", needle.tip);
    assert!((needle.convergence_rad - report.convergence_rad).abs() < 1e-12);
    assert!(needle.length_mm > report.length_mm + 8.0);
}

#[test]
fn stations_are_at_most_a_quarter_of_a_millimetre_apart() {
    let trajectory = shifted(Side::Left, 0.0, 0.0, 8);
    let stations = stations(&PLAIN, &trajectory, &trajectory.place(&PLAIN, Tool::WorkingCannula).expect("hits"));
    assert!(stations.windows(2).all(|pair| (pair[1].centre - pair[0].centre).norm() <= 0.25 + 1e-9));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_mirrored_trajectory_has_the_mirrored_report(
        lateral_mm in -4.0..4.0f64, cranial_mm in -4.0..4.0f64, turn in -0.2..0.3f64, tilt in -0.2..0.2f64,
    ) {
        let offsets = PedicleOffsets { lateral_mm, cranial_mm, convergence_rad: turn, sagittal_rad: tilt };
        let [left, right] = Side::BOTH.map(|side| {
            let made = Trajectory::along_pedicle(&PLAIN, side, offsets, cannula(11));
            made.and_then(|t| t.report(&PLAIN, Tool::WorkingCannula))
        });
        prop_assert_eq!(left.is_ok(), right.is_ok());
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert!((left.breach.depth_mm - right.breach.depth_mm).abs() < 1e-3);
            prop_assert!((left.margin_mm - right.margin_mm).abs() < 1e-3);
            prop_assert!((left.convergence_rad - right.convergence_rad).abs() < 1e-6);
            prop_assert!((left.sagittal_rad - right.sagittal_rad).abs() < 1e-6);
            prop_assert!((left.tip.lateral_fraction + right.tip.lateral_fraction - 1.0).abs() < 1e-4);
            // A slit near the size below which it counts as another's edge may be dropped on one side by rounding; the
            // large holes may not.
            for (these, those) in [(&left.holes, &right.holes), (&right.holes, &left.holes)] {
                let largest = these.iter().map(|hole| hole.diameter_mm).fold(0.0, f64::max);
                for a in these.iter().filter(|hole| hole.diameter_mm > 0.7 * largest) {
                    let twin = those.iter().find(|b| {
                        (a.place.x + b.place.x).abs() < 0.1
                            && (a.place.y - b.place.y).abs() < 0.1
                            && (a.diameter_mm - b.diameter_mm).abs() < 0.1
                    });
                    prop_assert!(twin.is_some(), "no mirror image of {a:?} among {those:?}");
                }
            }
        }
    }

    #[test]
    fn a_breach_is_the_margin_turned_negative_and_never_deeper_than_a_wider_tool_makes_it(
        lateral_mm in -2.5..2.5f64, cranial_mm in -2.5..2.5f64,
    ) {
        let (thin, wide) = (shifted(Side::Left, lateral_mm, cranial_mm, 13), shifted(Side::Left, lateral_mm, cranial_mm, 8));
        let (thin, wide) = (needle(&thin), needle(&wide));
        for report in [&thin, &wide] {
            let depth = (-report.margin_mm).max(0.0);
            prop_assert!((report.breach.depth_mm - depth).abs() < 0.051, "{report:?}");
        }
        prop_assert!(wide.margin_mm <= thin.margin_mm + 1e-6);
    }
}
