//! Sac, roots, medial branches and skin where surgeons look for them, and never in bone.

use super::*;
use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
use crate::anatomy::{Level, Side};
use crate::geometry::{Point, shape};
use std::sync::LazyLock;

static SPINE: LazyLock<Spine> =
    LazyLock::new(|| place_spine(&SegmentSpec::around(VertebraSpec::of(Level::L1))).expect("placed"));

fn bone(p: &Point) -> f64 {
    let near = |s: &&Station| (s.frame.point_to_patient(&Point::origin()) - p).norm() < 75.0;
    SPINE.stations.iter().filter(near).map(|s| s.bone_implicit(p)).fold(SPINE.sacrum.implicit(p), f64::min)
}

#[test]
fn each_root_passes_below_and_medial_to_its_pedicle_and_never_through_bone() {
    let mut worst = String::new();
    for root in &SPINE.nerve_roots {
        let station = SPINE.station(root.at.expect("a root has a vertebra")).expect("a station");
        let pedicle = &station.places.pedicles[Places::index(root.side)];
        let at = station.frame.point_to_vertebra(&root.target);
        let radius = root.tube.nodes()[0].radius_mm;
        let below = pedicle.isthmus.z - 0.5 * pedicle.height_mm - (at.z + radius);
        if !(0.5..4.5).contains(&below) {
            worst += &format!("{} {}: {below:.1} mm below the pedicle\n", station.name, root.side);
        }
        // Beside the pedicle it lies on the canal's side of it.
        let beside = root
            .tube
            .nodes()
            .iter()
            .map(|n| station.frame.point_to_vertebra(&n.centre))
            .filter(|p| p.z > pedicle.isthmus.z - 0.4 * pedicle.height_mm);
        for p in beside {
            let medial = pedicle.isthmus.x.abs() - 0.5 * pedicle.width_mm - p.x.abs();
            if medial < radius {
                worst += &format!("{} {}: {medial:.1} mm medial\n", station.name, root.side);
            }
        }
        let clear = root.tube.nodes().iter().map(|n| bone(&n.centre) - n.radius_mm).fold(f64::INFINITY, f64::min);
        if clear < 0.1 {
            worst += &format!("{} {}: {clear:.2} mm from bone\n", station.name, root.side);
        }
        let end = root.tube.nodes().last().expect("nodes").centre;
        let out = station.frame.point_to_vertebra(&end);
        if out.x.abs() < pedicle.isthmus.x.abs() + 12.0 || out.z > at.z {
            worst += &format!("{} {}: ends at {out}\n", station.name, root.side);
        }
    }
    assert!(worst.is_empty(), "\n{worst}");
}

#[test]
fn the_sac_lies_in_every_canal_with_room_about_it_and_ends_in_the_sacrum() {
    for node in SPINE.dural_sac.nodes() {
        // All round the section.
        for i in 0..24 {
            let angle = f64::from(i) * 0.2618;
            let wide = node.thin.cross(&crate::geometry::Vector::z()).normalize();
            let rim = node.centre
                + wide * (node.radius_mm * crate::units::cos(angle))
                + node.thin * (node.radius_mm / node.flatness * crate::units::sin(angle));
            let clear = bone(&rim);
            assert!(clear > 0.3, "{clear:.2} mm between sac and bone at {rim}");
        }
    }
    for station in &SPINE.stations {
        let centre = station.frame.point_to_patient(&station.places.canal_centre);
        assert!(SPINE.dural_sac.signed_distance_mm(&centre) < -3.0, "{}", station.name);
    }
    let end = SPINE.dural_sac.nodes().last().expect("nodes").centre;
    let below = SPINE.sacrum.frame.point_to_vertebra(&end).z;
    assert!((-45.0..-25.0).contains(&below), "the sac ends {below} mm below S1");
    assert!(SPINE.dural_sac.signed_distance_mm(&SPINE.conus) < 0.0);
}

#[test]
fn medial_branches_cross_on_the_bone_and_stay_out_of_it() {
    for branch in &SPINE.medial_branches {
        let named = format!("{:?} {}", branch.at, branch.side);
        let gap = bone(&branch.target);
        assert!((0.4..2.5).contains(&gap), "{named}: the target is {gap:.2} mm from bone");
        let radius = branch.tube.nodes()[0].radius_mm;
        let clear = branch.tube.nodes().iter().map(|n| bone(&n.centre) - radius).fold(f64::INFINITY, f64::min);
        assert!(clear > -0.1, "{named}: {clear:.2} mm from bone");
        // The nerve's number is one less than the vertebra's it crosses.
        let crossed = branch.at.map(|at| SPINE.stations.iter().position(|s| s.name == at).expect("a station"));
        let own = branch.nerve.map(|own| SPINE.stations.iter().position(|s| s.name == own).expect("a station"));
        match crossed {
            Some(crossed) => assert_eq!(own, crossed.checked_sub(1), "{named}"),
            None => assert_eq!(own, Some(SPINE.stations.len() - 1)),
        }
    }
    assert_eq!(SPINE.medial_branches.len(), 2 * SPINE.stations.len() + 2);
}

#[test]
fn a_stout_back_lies_farther_behind_every_tip_than_a_slim_one() {
    for build in [Build::Slim, Build::Average, Build::Obese] {
        let spec = SegmentSpec { build, ..SegmentSpec::around(VertebraSpec::of(Level::L1)) };
        let spine = place_spine(&spec).expect("placed");
        let least = spine_data().skin.of(build).behind_spinous_tip_mm;
        for station in &spine.stations {
            let tip = station.frame.point_to_patient(&station.places.spinous_tip);
            let depth = spine.skin.back_y_mm(tip.z) - tip.y;
            assert!(depth > least - 1e-9 && depth < least + 40.0, "{build:?} {}: {depth} mm", station.name);
            assert!(spine.skin.signed_distance_mm(&tip) < -0.8 * least);
            let behind = Point::new(0.0, tip.y + depth, tip.z);
            assert!(spine.skin.signed_distance_mm(&behind).abs() < 0.1, "the furrow is the back's line");
        }
    }
}

#[test]
fn left_and_right_are_mirror_images() {
    let spine = &*SPINE;
    let mirrored = |p: &Point| Point::new(-p.x, p.y, p.z);
    for pair in spine.nerve_roots.chunks(2).chain(spine.medial_branches.chunks(2)) {
        assert_eq!((pair[0].side, pair[1].side), (Side::Left, Side::Right));
        assert!(pair[0].target.x > 0.0, "{:?} left", pair[0].at);
        for (l, r) in pair[0].tube.nodes().iter().zip(pair[1].tube.nodes()) {
            assert!((mirrored(&l.centre) - r.centre).norm() < 1e-6, "{:?}", pair[0].at);
        }
    }
    for pair in spine.ribs.chunks(2) {
        for (l, r) in pair[0].tube.nodes().iter().zip(pair[1].tube.nodes()) {
            assert!((mirrored(&l.centre) - r.centre).norm() < 1e-9);
        }
    }
}

#[test]
fn landmarks_alone_place_the_nerves_where_the_whole_spine_does() {
    let station = SPINE.treated();
    let (vertebra, _, _) = generate_vertebra(&station.spec).expect("built");
    let places = Places::of_landmarks(Level::L1, &vertebra.landmarks);
    for (a, b) in [
        (places.spinous_tip, station.places.spinous_tip),
        (places.transverse_tips[0], station.places.transverse_tips[0]),
        (places.pillars[1], station.places.pillars[1]),
    ] {
        assert!((a - b).norm() < 3.0, "{a} for {b}");
    }
    let bone = |p: &Point| vertebra.bone_distance_mm(&station.frame.point_to_vertebra(p));
    let site = NerveSite { level: Level::L1, frame: &station.frame, places: &places, bone: &bone };
    let (_, target) = site.root(Side::Left);
    let whole = SPINE.nerve_roots.iter().find(|r| r.at == Some(station.name)).expect("L1's root").target;
    assert!((target - whole).norm() < 2.5, "{target} for {whole}");
    let (_, target) = site.medial_branch(Side::Right, None);
    assert!((0.4..2.5).contains(&bone(&target)), "{}", bone(&target));
}

#[test]
fn a_needle_through_the_foramen_meets_the_root_and_one_down_the_pedicle_does_not() {
    let root = SPINE.nerve_roots.iter().find(|r| r.at == Some(SPINE.treated().name)).expect("L1's root");
    let line = shape::Segment { start: root.target + crate::geometry::Vector::y() * 60.0, end: root.target };
    let near = SPINE.root_near(&line).expect("a root");
    assert!(near.distance_mm < -1.0 && near.what.at == root.at, "{} mm", near.distance_mm);
    let station = SPINE.treated();
    let pedicle = &station.places.pedicles[0];
    let own = [pedicle.isthmus - pedicle.axis * 40.0, pedicle.isthmus + pedicle.axis * 25.0];
    let [start, end] = own.map(|p| station.frame.point_to_patient(&p));
    let line = shape::Segment { start, end };
    let near = SPINE.root_near(&line).expect("a root");
    assert!(near.distance_mm > 2.0, "{} mm", near.distance_mm);
    assert!(SPINE.sac_near(&line).distance_mm > 3.0);
}
