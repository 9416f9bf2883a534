//! The built segment: discs as high as asked, joints with a space, no two bones in one place, the treated one untouched.

use super::facets::find_joint;
use super::*;
use crate::anatomy::generate_vertebra::{VertebraSpec, generate_vertebra};
use crate::anatomy::{Level, Side};
use crate::geometry::{Point, Vector};
use std::sync::LazyLock;

/// T5 to L5, treated at L1.
static WHOLE: LazyLock<Segment> = LazyLock::new(|| {
    let spec = SegmentSpec { above: 8, below: 4, ..SegmentSpec::around(VertebraSpec::of(Level::L1)) };
    generate_segment(&spec).expect("built")
});

#[test]
fn discs_measured_on_the_fields_are_as_high_as_asked() {
    for disc in &WHOLE.discs {
        let [Some(above), Some(below)] = disc.bones else { continue };
        let (above, below) = (&WHOLE.vertebrae[above], &WHOLE.vertebrae[below]);
        let chords = &disc.space.chords;
        let tilt = 0.5 * (chords.above.tilt_rad() + chords.below.tilt_rad());
        let up = Vector::new(0.0, -crate::units::sin(tilt), crate::units::cos(tilt));
        let gap_at = |a: [f64; 2], b: [f64; 2]| {
            let middle = Point::new(0.0, 0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]));
            let walk = |v: &SegmentVertebra, way: Vector| {
                (0..400).map(|i| f64::from(i) * 0.05).find(|&t| v.body_distance_mm(&(middle + way * t)) < 0.0)
            };
            walk(above, up).expect("a body above") + walk(below, -up).expect("a body below")
        };
        let front = gap_at(chords.above.front, chords.below.front);
        let rear = gap_at(chords.above.rear, chords.below.rear);
        let asked = chords.height_mm();
        let found = 0.5 * (front + rear);
        assert!((found - asked).abs() < 0.6, "below {}: {front:.2} and {rear:.2} mm for {asked:.2}", disc.below);
        assert!(
            WHOLE.disc_implicit(
                disc,
                &Point::new(
                    0.0,
                    0.5 * (chords.above.middle()[0] + chords.below.middle()[0]),
                    0.5 * (chords.above.middle()[1] + chords.below.middle()[1])
                )
            ) < 0.0
        );
    }
}

/// ml of the first vertebra that `other` fills as well.
fn shared_ml(v: &SegmentVertebra, other: impl Fn(&Point) -> f64) -> f64 {
    let grid = v.vertebra.bone.grid();
    let inside = grid
        .cells()
        .filter(|&c| v.vertebra.bone[c] < 0.0 && other(&v.vertebra.frame.point_to_patient(&grid.centre(c))) < 0.0);
    inside.count() as f64 * grid.cell_volume_mm3() / 1000.0
}

#[test]
fn no_two_bones_share_a_place() {
    let mut found = String::new();
    for pair in WHOLE.vertebrae.windows(2) {
        let shared = shared_ml(&pair[0], |p| pair[1].bone_distance_mm(p));
        if shared > 0.01 {
            found += &format!("{} and {}: {shared:.3} ml\n", pair[0].name, pair[1].name);
        }
    }
    let last = WHOLE.vertebrae.last().expect("L5");
    let shared = shared_ml(last, |p| WHOLE.spine.sacrum.implicit(p));
    if shared > 0.01 {
        found += &format!("L5 and the sacrum: {shared:.3} ml\n");
    }
    for v in &WHOLE.vertebrae {
        for rib in &WHOLE.spine.ribs {
            let shared = shared_ml(v, |p| rib.tube.signed_distance_mm(p));
            if shared > 0.05 {
                found += &format!("{} and rib {} {}: {shared:.3} ml\n", v.name, rib.number, rib.side);
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn facets_meet_with_a_joint_space() {
    let mut found = String::new();
    for pair in WHOLE.vertebrae.windows(2) {
        let canal = WHOLE.spine.stations[pair[1].station].places.canal_width_mm;
        for side in Side::BOTH {
            let joint = find_joint(&pair[0].vertebra, &pair[1].vertebra, side, canal);
            println!("{} {} {side}: {:.2} mm", pair[0].name, pair[1].name, joint.found_gap_mm);
            if !(0.5..4.0).contains(&joint.found_gap_mm) {
                found += &format!("{} {} {side}: {:.2} mm\n", pair[0].name, pair[1].name, joint.found_gap_mm);
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn the_treated_vertebra_is_the_one_it_is_alone_and_the_rest_is_one_piece_each() {
    let segment = &*WHOLE;
    let (alone, _, _) = generate_vertebra(&VertebraSpec::of(Level::L1)).expect("built");
    let within = &segment.vertebrae[segment.treated].vertebra;
    assert_eq!(within.bone, alone.bone);
    assert_eq!((&within.body, &within.canal, &within.landmarks), (&alone.body, &alone.canal, &alone.landmarks));
    for surface in segment_surfaces(segment) {
        let mesh = &surface.mesh;
        assert!(mesh.is_closed(), "{}", surface.name);
        if SpineLevel::from_name(&surface.name).is_some() {
            assert_eq!(mesh.component_count(), 1, "{}", surface.name);
        }
    }
}

#[test]
fn the_same_segment_is_built_twice_and_by_one_thread() {
    let spec = SegmentSpec { above: 1, below: 1, ..SegmentSpec::around(VertebraSpec::of(Level::T9)) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert_eq!(generate_segment(&spec).expect("built"), pool.install(|| generate_segment(&spec)).expect("built"));
}

#[test]
fn a_point_is_told_what_it_lies_in() {
    let segment = &*WHOLE;
    let spine = &segment.spine;
    let l1 = SpineLevel::from(Level::L1);
    assert_eq!(segment.structure_at(&Point::origin()), Structure::Vertebra(l1));
    let canal = spine.treated().frame.point_to_patient(&spine.treated().places.canal_centre);
    assert_eq!(segment.structure_at(&canal), Structure::DuralSac);
    assert_eq!(segment.structure_at(&Point::new(0.0, 400.0, 0.0)), Structure::Air);
    assert_eq!(segment.structure_at(&Point::new(90.0, 20.0, -40.0)), Structure::SoftTissue);
    let disc = segment.discs.iter().find(|disc| disc.below == l1).expect("a disc");
    let [a, b] = [disc.space.chords.above.middle(), disc.space.chords.below.middle()];
    let middle = Point::new(0.0, 0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]));
    assert_eq!(segment.structure_at(&middle), Structure::Disc(l1));
    let root = spine.nerve_roots.iter().find(|r| r.at == Some(l1)).expect("a root");
    assert_eq!(segment.structure_at(&root.target), Structure::NerveRoot(l1, Side::Left));
    let s1 = spine.sacrum.frame.point_to_patient(&Point::new(0.0, 0.0, -20.0));
    assert_eq!(segment.structure_at(&s1), Structure::Sacrum);
    let rib = &spine.ribs[15];
    assert_eq!(segment.structure_at(&rib.tube.nodes()[12].centre), Structure::Rib(12, Side::Right));
}
