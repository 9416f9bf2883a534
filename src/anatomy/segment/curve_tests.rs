//! The curve: angles, counts and fractures of the placed spine.

use super::*;
use crate::anatomy::generate_vertebra::{FractureSpec, Severity, VertebraSpec};
use crate::anatomy::{FractureKind, Level};
use crate::geometry::{Point, Vector};
use crate::units::{deg_from_rad, rad_from_deg};

fn name(text: &str) -> SpineLevel {
    SpineLevel::from_name(text).expect("a level")
}

fn wedge(loss: f64) -> FractureSpec {
    FractureSpec { age_weeks: 3.0, ..FractureSpec::of(FractureKind::Wedge, Severity::Loss(loss)) }
}

#[test]
fn the_angles_asked_for_are_those_between_the_endplates() {
    for (kyphosis, lordosis, slope) in [(40.0, 57.0, 40.0), (55.0, 45.0, 32.0), (25.0, 66.0, 45.0)] {
        let spec = SegmentSpec {
            kyphosis_rad: Some(rad_from_deg(kyphosis)),
            lordosis_rad: Some(rad_from_deg(lordosis)),
            sacral_slope_rad: Some(rad_from_deg(slope)),
            ..SegmentSpec::around(VertebraSpec::of(Level::L1))
        };
        let spine = place_spine(&spec).expect("placed");
        let found = -deg_from_rad(spine.lordosis_rad(name("T5"), name("T12")).expect("levels"));
        assert!((found - kyphosis).abs() < 1e-6, "kyphosis {found}° for {kyphosis}°");
        // To S1: the tilt of its endplate is the slope.
        let top = spine.station(name("L1")).expect("L1");
        let l1 = deg_from_rad(top.tilt_rad() + top.endplates[1].tilt_rad());
        let z = spine.sacrum.frame.vector_to_patient(&Vector::z());
        let sacrum = deg_from_rad(crate::units::atan2(-z.y, z.z));
        assert!((sacrum - slope).abs() < 1e-6 && (sacrum - l1 - lordosis).abs() < 1e-6, "{l1}° and {sacrum}°");
        let height_errors = spine.discs.iter().zip(spine_data().disc_height_below_level_mm.values);
        for (disc, height) in height_errors {
            assert!((disc.height_mm() - height).abs() < 1e-9, "{} for {height}", disc.height_mm());
        }
    }
}

#[test]
fn a_spine_of_mean_size_is_as_long_as_a_spine_and_its_treated_body_is_the_origin() {
    let spine = place_spine(&SegmentSpec::around(VertebraSpec::of(Level::L3))).expect("placed");
    assert!(spine.treated().frame.point_to_patient(&Point::origin()).coords.norm() < 1e-12);
    let centre = |level| spine.station(name(level)).expect("a level").frame.point_to_patient(&Point::origin());
    let (t5, l5) = (centre("T5"), centre("L5"));
    // Twelve bodies of 19 to 28 mm and their discs.
    assert!((300.0..400.0).contains(&(t5.z - l5.z)), "T5 is {} mm above L5", t5.z - l5.z);
    // Kyphosis bulges backwards, lordosis forwards.
    let (t8, l3) = (centre("T8"), centre("L3"));
    let chord_y = |z: f64| t5.y + (l5.y - t5.y) * (t5.z - z) / (t5.z - l5.z);
    assert!(t8.y > chord_y(t8.z) && l3.y < centre("T12").y, "T8 {} L3 {} T12 {}", t8.y, l3.y, centre("T12").y);
}

#[test]
fn a_wedge_adds_its_angle_to_the_kyphosis_and_the_discs_may_take_it_back() {
    let angle = |fracture: Option<FractureSpec>, compensation: f64| {
        let spec = SegmentSpec {
            fracture_compensation: Some(compensation),
            ..SegmentSpec::around(VertebraSpec { fracture, ..VertebraSpec::of(Level::L1) })
        };
        let spine = place_spine(&spec).expect("placed");
        let own = &spine.treated().endplates;
        let lordosis = spine.lordosis_rad(name("T12"), name("L2")).expect("levels");
        (deg_from_rad(own[0].tilt_rad() - own[1].tilt_rad()), deg_from_rad(lordosis))
    };
    let (straight, before) = angle(None, 0.0);
    let (broken, after) = angle(Some(wedge(0.4)), 0.0);
    let added = straight - broken;
    assert!((10.0..25.0).contains(&added), "a wedge of 40 % adds {added}°");
    assert!((before - after - added).abs() < 1e-6, "{before}° {after}° {added}°");
    let (_, held) = angle(Some(wedge(0.4)), 1.0);
    assert!((held - before).abs() < 1e-6, "{held}° for {before}°");
}

#[test]
fn healed_and_fresh_fractures_stand_in_one_spine() {
    let healed = FractureSpec { age_weeks: 150.0, ..wedge(0.25) };
    let spec = SegmentSpec {
        fractures: vec![(name("T11"), healed), (name("L2"), wedge(0.2))],
        ..SegmentSpec::around(VertebraSpec { fracture: Some(wedge(0.35)), ..VertebraSpec::of(Level::L1) })
    };
    let spine = place_spine(&spec).expect("placed");
    let ages: Vec<_> =
        spine.stations.iter().filter_map(|s| Some((s.name.to_string(), s.fracture.as_ref()?.age_weeks))).collect();
    assert_eq!(ages, [("T11".to_owned(), Some(150.0)), ("L1".to_owned(), Some(3.0)), ("L2".to_owned(), Some(3.0))]);
}

#[test]
fn the_last_rib_hangs_on_t12_whatever_the_lumbar_count() {
    for lumbar_count in 4..=6 {
        let spec = SegmentSpec { lumbar_count, ..SegmentSpec::around(VertebraSpec::of(Level::L2)) };
        let spine = place_spine(&spec).expect("placed");
        assert_eq!(spine.stations.len(), 8 + usize::from(lumbar_count));
        let last = spine.ribs.iter().map(|rib| rib.number).max();
        assert_eq!((last, spine.ribs.len()), (Some(12), 16));
        let t12 = spine.station(name("T12")).expect("T12").frame.point_to_patient(&Point::origin());
        let rib = spine.ribs.last().expect("a rib").tube.nodes()[0].centre;
        assert!((rib - t12).norm() < 45.0, "rib 12 begins {} mm from T12", (rib - t12).norm());
        let disagree = spine.treated().name != spine.treated().counted_from_below;
        assert_eq!(disagree, lumbar_count != 5, "{lumbar_count} lumbar vertebrae");
    }
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let around = || SegmentSpec::around(VertebraSpec::of(Level::L5));
    let said = |spec: SegmentSpec| place_spine(&spec).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said(SegmentSpec { lumbar_count: 7, ..around() }).contains("4, 5 or 6"));
    assert!(said(SegmentSpec { lumbar_count: 4, ..around() }).contains("no L5"));
    assert!(said(SegmentSpec { kyphosis_rad: Some(3.0), ..around() }).contains("kyphosis of 172°"));
    assert!(said(SegmentSpec { lordosis_rad: Some(1.7), ..around() }).contains("disc below"));
    assert!(said(SegmentSpec { lordosis_rad: Some(f64::NAN), ..around() }).contains("lordosis"));
    let twice = SegmentSpec { fractures: vec![(name("L5"), wedge(0.3))], ..around() };
    assert!(said(twice).contains("L5 is given a fracture twice"));
}
