//! Truths about curved tips: the closed form of the arc, no bend at all, refusals.

use super::super::catalogue::Cannula;
use super::super::test_vertebra::TestVertebra;
use super::super::trajectory::{Approach, PedicleOffsets, Tool};
use super::*;
use crate::units::{cos, rad_from_deg, sin};

fn straight(side: Side) -> Trajectory {
    let cannula = Cannula::by_gauge(11).expect("in the catalogue");
    let (entry, target) = (Point::new(side.sign() * 16.0, 36.0, 3.0), Point::new(side.sign() * 16.0, 10.0, 3.0));
    Trajectory::from_entry_and_target(side, Approach::Transpedicular, entry, target, cannula).expect("finite")
}

#[test]
fn a_bent_tip_ends_where_the_circle_says_and_points_along_it() {
    for side in Side::BOTH {
        for (radius, degrees) in [(15.0, 30.0), (20.0, 60.0), (12.0, 90.0)] {
            let angle = rad_from_deg(degrees);
            let bent = straight(side).with_curve(CurvedTip::towards_midline(radius, angle).expect("a tool"));
            let path = Path::of_needle(&bent);
            let expected =
                Point::new(side.sign() * (16.0 - radius * (1.0 - cos(angle))), 10.0 - radius * sin(angle), 3.0);
            assert!((bent.tip() - expected).norm() < 1e-12, "{side}: {} not {expected}", bent.tip());
            let tangent = Vector::new(-side.sign() * sin(angle), -cos(angle), 0.0);
            assert!((path.end_direction() - tangent).norm() < 1e-12, "{}", path.end_direction());
            assert!((path.length_mm() - (26.0 + radius * angle)).abs() < 1e-12);
            let (middle, _) = path.at(26.0 + 0.5 * radius * angle);
            let centre = Point::new(side.sign() * (16.0 - radius), 10.0, 3.0);
            assert!(((middle - centre).norm() - radius).abs() < 1e-12, "{middle} is off the circle");
        }
    }
}

#[test]
fn turned_to_the_head_the_bend_leaves_the_axial_plane_on_both_sides() {
    for side in Side::BOTH {
        let tip = CurvedTip::towards_midline(15.0, rad_from_deg(45.0)).and_then(|tip| tip.turned(rad_from_deg(90.0)));
        let end = straight(side).with_curve(tip.expect("a tool")).tip();
        let expected = Point::new(
            side.sign() * 16.0,
            10.0 - 15.0 * sin(rad_from_deg(45.0)),
            3.0 + 15.0 * (1.0 - cos(rad_from_deg(45.0))),
        );
        assert!((end - expected).norm() < 1e-12, "{side}: {end} not {expected}");
    }
}

#[test]
fn a_tip_of_no_angle_is_the_straight_needle() {
    let vertebra = TestVertebra::default().build();
    let cannula = Cannula::by_gauge(11).expect("in the catalogue");
    let line = Trajectory::along_pedicle(&vertebra, Side::Left, PedicleOffsets::default(), cannula).expect("fits");
    let bent = line.clone().with_curve(CurvedTip::towards_midline(15.0, 0.0).expect("a tool"));
    for tool in [Tool::VertebroplastyNeedle, Tool::WorkingCannula] {
        assert_eq!(line.report(&vertebra, tool), bent.report(&vertebra, tool));
    }
}

#[test]
fn a_tip_bent_through_the_anterior_wall_breaches_by_the_arc_s_way_beyond_it() {
    let vertebra = TestVertebra::default().build();
    let cannula = Cannula::by_gauge(13).expect("in the catalogue");
    let (entry, target) = (Point::new(16.0, 36.0, 3.0), Point::new(12.0, 5.0, 3.0));
    let line = Trajectory::from_entry_and_target(Side::Left, Approach::Transpedicular, entry, target, cannula)
        .expect("finite");
    // Upwards, through the upper endplate, which is the plane z = 12.
    let (radius, angle) = (14.0, rad_from_deg(80.0));
    let tip = CurvedTip::towards_midline(radius, angle).and_then(|tip| tip.turned(rad_from_deg(90.0))).expect("a tool");
    let report = line.with_curve(tip).report(&vertebra, Tool::VertebroplastyNeedle).expect("hits the body");
    // The end face is tilted: its upper rim lies r cos(angle) above its middle.
    let expected = 3.0 + radius * (1.0 - cos(angle)) + cannula.outer_radius_mm() * cos(angle) - 12.0;
    assert_eq!(report.breach.direction, super::super::Direction::Superior, "{:?}", report.breach);
    assert!((report.breach.depth_mm - expected).abs() < 0.1, "{} not {expected}", report.breach.depth_mm);
}

#[test]
fn what_no_tool_can_be_is_refused_with_what_is_allowed() {
    for (radius, angle) in [(0.0, 0.5), (15.0, 1.6), (15.0, -0.1), (f64::NAN, 0.5), (15.0, f64::INFINITY)] {
        let error = CurvedTip::towards_midline(radius, angle).expect_err("impossible").to_string();
        assert!(error.contains("0-90° and 2-200 mm"), "{error}");
    }
}

#[test]
fn a_bend_without_a_depth_of_its_own_ends_at_the_depth_of_the_rules() {
    let vertebra = TestVertebra::default().build();
    let straight = Trajectory::along_pedicle(
        &vertebra,
        Side::Left,
        PedicleOffsets::default(),
        Cannula::by_gauge(11).expect("11 G"),
    )
    .expect("through the pedicle");
    let tip = CurvedTip::towards_midline(20.0, rad_from_deg(45.0)).expect("a bend");
    let bent = straight.with_curve_to_depth(&vertebra, tip);
    let depth = vertebra.landmarks.ap_fraction(&bent.tip());
    assert!((depth - 0.75).abs() < 1e-9, "the end is at {depth} of the depth");
    assert!(vertebra.landmarks.ap_fraction(&bent.target) < 0.5, "{:?}", bent.target);
}
