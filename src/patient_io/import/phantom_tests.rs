//! Tests on a made-up vertebra put into voxels of every kind: the same bone gives the same landmarks.

use super::{ImportError, Imported, import_vertebra};
use crate::anatomy::{Level, Side};
use crate::geometry::{Frame, Point, Vector, shape::Capsule, shape::Segment};
use crate::patient_io::{LabelInventory, Numbering, NumberingError, Volume, VoxelFrame};
use crate::units::{atan2, deg_from_rad, rad_from_deg};
use nalgebra::{Matrix3, Rotation3};

/// Half the body's height; its posterior wall; radii of the left and the right pedicle.
const HALF_HEIGHT_MM: f64 = 12.0;
const WALL_Y_MM: f64 = 12.0;
const PEDICLE_RADIUS_MM: [f64; 2] = [5.0, 3.5];
/// Both medial walls lie 9.75 mm from the midline, so that the canal's centre is on it.
const PEDICLE_X_MM: [f64; 2] = [14.75, 13.25];
const PEDICLE_Z_MM: f64 = 4.0;

/// A vertebra in its own frame: an ellipse of 44 × 30 mm cut flat at the back, and an arch of capsules.
pub(super) fn in_bone(p: &Point) -> bool {
    let ellipse = (p.x / 22.0) * (p.x / 22.0) + ((p.y + 2.0) / 15.0) * ((p.y + 2.0) / 15.0) < 1.0;
    if ellipse && p.y < WALL_Y_MM && p.z.abs() < HALF_HEIGHT_MM {
        return true;
    }
    let within = |a: [f64; 3], b: [f64; 3], radius_mm: f64| {
        let axis = Segment { start: Point::from(a), end: Point::from(b) };
        Capsule { axis, radius_mm }.signed_distance_mm(p) < 0.0
    };
    Side::BOTH.iter().zip([0, 1]).any(|(side, at)| {
        let (s, x, radius) = (side.sign(), PEDICLE_X_MM[at], PEDICLE_RADIUS_MM[at]);
        within([s * x, 8.0, PEDICLE_Z_MM], [s * x, 26.0, PEDICLE_Z_MM], radius)
            || within([s * 14.0, 26.0, 1.0], [0.0, 33.0, -4.0], 3.5)
            || within([s * 15.0, 26.0, PEDICLE_Z_MM], [s * 36.0, 31.0, PEDICLE_Z_MM], 3.0)
    }) || within([0.0, 33.0, -4.0], [0.0, 52.0, -12.0], 3.0)
}

/// A tilted, turned place in the patient.
pub(super) fn placement() -> Frame {
    turned(Point::new(-31.0, 42.0, 512.0), 14.0, -6.0, 9.0)
}

fn turned(origin: Point, sagittal_deg: f64, lateral_deg: f64, axial_deg: f64) -> Frame {
    let [a, b, c] = [sagittal_deg, lateral_deg, axial_deg].map(rad_from_deg);
    let r = Rotation3::from_axis_angle(&Vector::x_axis(), a)
        * Rotation3::from_axis_angle(&Vector::y_axis(), b)
        * Rotation3::from_axis_angle(&Vector::z_axis(), c);
    Frame::from_axes(origin, r * Vector::x(), r * Vector::y(), r * Vector::z()).expect("axes")
}

/// Voxels with the given steps (columns, LPS mm) around the bones, labelled by frame.
pub(super) fn scan(axes: Matrix3<f64>, bones: &[(u32, Frame)]) -> Volume {
    let inverse = axes.try_inverse().expect("regular");
    let mut low = Vector::repeat(f64::INFINITY);
    let mut high = Vector::repeat(f64::NEG_INFINITY);
    for (_, frame) in bones {
        for corner in 0..8 {
            let pick = |bit: usize, a: f64, b: f64| if corner >> bit & 1 == 1 { b } else { a };
            let p = Point::new(pick(0, -42.0, 42.0), pick(1, -20.0, 58.0), pick(2, -19.0, 16.0));
            let u = inverse * frame.point_to_patient(&p).coords;
            low = low.inf(&u);
            high = high.sup(&u);
        }
    }
    let dims = [0, 1, 2].map(|a| (high[a] - low[a]).ceil() as usize + 1);
    let frame = VoxelFrame::new(axes, Point::from(axes * low)).expect("a lattice");
    let mut values = Vec::new();
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            for i in 0..dims[0] {
                let p = frame.point(&Vector::new(i as f64, j as f64, k as f64));
                let label = bones.iter().find(|(_, bone)| in_bone(&bone.point_to_vertebra(&p)));
                values.push(label.map_or(0.0, |(label, _)| *label as f32));
            }
        }
    }
    Volume::new(dims, values, frame).expect("sizes agree")
}

fn import(axes: Matrix3<f64>) -> Imported {
    import_vertebra(None, &scan(axes, &[(20, placement())]), Numbering::Verse, Level::L1).expect("imported")
}

pub(super) fn check(imported: &Imported, what: &str) {
    let (v, truth) = (&imported.vertebra, placement());
    let l = &v.landmarks;
    // The truth in the imported frame: how far off are the axes, and every landmark put back into the phantom's frame?
    let tilt = |axis: Vector| deg_from_rad(v.frame.vector_to_patient(&axis).angle(&truth.vector_to_patient(&axis)));
    assert!(tilt(Vector::z()) < 1.5, "{what}: z off by {:.2}°", tilt(Vector::z()));
    assert!(tilt(Vector::x()) < 2.0, "{what}: x off by {:.2}°", tilt(Vector::x()));
    let back = |p: &Point| truth.point_to_vertebra(&v.frame.point_to_patient(p));
    let origin = back(&Point::origin());
    assert!(origin.x.abs() < 0.6 && (origin.y + 2.0).abs() < 1.3 && origin.z.abs() < 0.6, "{what}: origin at {origin}");
    let wall = l.posterior_wall_y_mm + origin.y;
    assert!((wall - WALL_Y_MM).abs() < 0.5, "{what}: posterior wall at {wall:.2}");
    let front = l.anterior_wall_y_mm + origin.y;
    assert!((front + 17.0).abs() < 0.6, "{what}: anterior wall at {front:.2}");
    let width = l.left_wall_x_mm - l.right_wall_x_mm;
    assert!((width - 44.0).abs() < 1.2, "{what}: {width:.2} mm wide");
    let height = l.superior_endplate.point.z - l.inferior_endplate.point.z;
    assert!((height - 2.0 * HALF_HEIGHT_MM).abs() < 0.6, "{what}: {height:.2} mm high");
    for (at, side) in Side::BOTH.into_iter().enumerate() {
        let radius = PEDICLE_RADIUS_MM[at];
        let pedicle = l.pedicle(side);
        let place = back(&pedicle.isthmus);
        assert!((place.x - side.sign() * PEDICLE_X_MM[at]).abs() < 1.0, "{what}: {side} pedicle at {place}");
        assert!((place.z - PEDICLE_Z_MM).abs() < 1.2, "{what}: {side} pedicle at {place}");
        assert!((pedicle.width_mm - 2.0 * radius).abs() < 1.0, "{what}: {side} pedicle {:.2} wide", pedicle.width_mm);
        let off = deg_from_rad(pedicle.axis.angle(&-Vector::y()));
        assert!(off < 12.0, "{what}: {side} pedicle's axis off by {off:.1}°");
    }
    let canal = back(&l.canal_centre);
    assert!(canal.x.abs() < 0.8 && (17.0..24.0).contains(&canal.y), "{what}: canal at {canal}");
    assert!(
        v.canal.sample(&l.canal_centre) < -5.0 && v.bone.sample(&l.canal_centre) > 5.0,
        "{what}: canal is not free"
    );
    // The distances are right where the truth is plain: along the body's axis.
    for z in [-6.0, 0.0, 6.0] {
        let p = v.frame.point_to_vertebra(&truth.point_to_patient(&Point::new(0.0, 2.0, z)));
        let expected = -(HALF_HEIGHT_MM - z.abs()).min(10.0);
        assert!((v.body.sample(&p) - expected).abs() < 0.8, "{what}: {} for {expected}", v.body.sample(&p));
    }
}

#[test]
fn uneven_spacing_gives_the_phantom_back() {
    check(&import(Matrix3::from_diagonal(&Vector::new(0.8, 0.95, 2.0))), "0.8 × 0.95 × 2.0 mm");
}

#[test]
fn flipped_and_permuted_axes_keep_left_on_the_left() {
    // i to the feet, j to the right, k to the front: a mirrored lattice.
    let flipped = Matrix3::from_columns(&[-Vector::z() * 1.3, -Vector::x() * 0.9, -Vector::y() * 1.1]);
    assert!(flipped.determinant() < 0.0);
    check(&import(flipped), "flipped");
}

#[test]
fn oblique_axes_give_the_phantom_back() {
    let r = Rotation3::from_euler_angles(0.25, -0.15, 0.3);
    check(&import(r.matrix() * Matrix3::from_diagonal(&Vector::new(1.0, -0.9, 1.8))), "oblique");
}

#[test]
fn neighbours_give_the_axis_and_the_numbering_is_settled() {
    // T12 and L2 lean by 14° and 6° about x, L1 by 18° (a wedge's lean): the facing endplates' bisector leans by 10°.
    let stack = |order: [u32; 3]| {
        scan(
            Matrix3::from_diagonal(&Vector::new(1.0, 1.0, 1.5)),
            &[
                (order[0], turned(Point::new(0.0, 2.0, 36.0), 14.0, 0.0, 0.0)),
                (order[1], turned(Point::new(0.0, 0.0, 0.0), 18.0, 0.0, 0.0)),
                (order[2], turned(Point::new(0.0, 2.0, -36.0), 6.0, 0.0, 0.0)),
            ],
        )
    };
    let imported = import_vertebra(None, &stack([19, 20, 21]), Numbering::Auto, Level::L1).expect("imported");
    let z = imported.vertebra.frame.vector_to_patient(&Vector::z());
    let lean = deg_from_rad(atan2(-z.y, z.z));
    assert!((lean - 10.0).abs() < 1.5, "z leans by {lean:.2}°, the neighbours' bisector by 10°");
    assert_eq!(imported.numbering, Numbering::Verse);
    assert!(
        imported.neighbour_heights.iter().flatten().all(|h| (h.middle_mm - 24.0).abs() < 1.0),
        "{:?}",
        imported.neighbour_heights
    );

    // 29 to 31 from the feet up is L3 to L1 (v2) or T6 to T4 (v1): refused, but not when named.
    let twofold = stack([31, 30, 29]);
    let refused = import_vertebra(None, &twofold, Numbering::Auto, Level::L2);
    assert!(matches!(refused, Err(ImportError::Numbering(NumberingError::Ambiguous { .. }))), "{refused:?}");
    let inventory = LabelInventory::of(&twofold).expect("labels");
    assert_eq!(Numbering::TotalsegmentatorV2.require(&inventory, Level::L1), Ok(31));
    let absent = Numbering::TotalsegmentatorV2.require(&inventory, Level::T12).expect_err("T12 is absent").to_string();
    assert!(absent.contains("L1 (31), L2 (30), L3 (29)"), "{absent}");
    // 19 to 21 from the feet up fits nothing but v1.
    let inventory = LabelInventory::of(&stack([21, 20, 19])).expect("labels");
    assert_eq!(Numbering::Auto.settle(&inventory), Ok(Numbering::TotalsegmentatorV1));
}

#[test]
fn wrong_companions_are_refused() {
    let axes = Matrix3::from_diagonal(&Vector::new(1.2, 1.2, 2.0));
    let labels = scan(axes, &[(20, placement())]);
    let mut moved = labels.clone();
    moved.patient_from_index = labels.patient_from_index.shifted([1, 0, 0]);
    let mismatch = import_vertebra(Some(&moved), &labels, Numbering::Verse, Level::L1);
    assert!(matches!(mismatch, Err(ImportError::Mismatch { .. })), "{mismatch:?}");

    // Front and back swapped by a wrong affine.
    let flipped =
        VoxelFrame::new(Matrix3::from_diagonal(&Vector::new(1.2, -1.2, 2.0)), Point::origin()).expect("a lattice");
    let swapped = Volume { patient_from_index: flipped, ..labels.clone() };
    let refused = import_vertebra(None, &swapped, Numbering::Verse, Level::L1);
    assert!(matches!(refused, Err(ImportError::Flipped { .. })), "{refused:?}");

    // A body without an arch has no canal.
    let mut body_only = labels.clone();
    let frame = placement();
    let dims = labels.dims;
    for (at, value) in body_only.values.iter_mut().enumerate() {
        let index =
            Vector::new((at % dims[0]) as f64, (at / dims[0] % dims[1]) as f64, (at / (dims[0] * dims[1])) as f64);
        if frame.point_to_vertebra(&labels.patient_from_index.point(&index)).y > 14.0 {
            *value = 0.0;
        }
    }
    let lost = import_vertebra(None, &body_only, Numbering::Verse, Level::L1);
    assert!(matches!(lost, Err(ImportError::NotFound { .. })), "{lost:?}");

    let ct = Volume { values: labels.values.iter().map(|v| v * -1000.0).collect(), ..labels };
    assert!(matches!(import_vertebra(None, &ct, Numbering::Auto, Level::L1), Err(ImportError::NotLabels(_))));
}

#[test]
fn a_thirteenth_thoracic_vertebra_is_a_neighbour_and_is_told() {
    let stack = |above: u32| {
        scan(
            Matrix3::from_diagonal(&Vector::new(1.0, 1.0, 1.5)),
            &[
                (above, turned(Point::new(0.0, 0.0, 36.0), 0.0, 0.0, 0.0)),
                (20, turned(Point::new(0.0, 0.0, 0.0), 0.0, 0.0, 0.0)),
                (21, turned(Point::new(0.0, 0.0, -36.0), 0.0, 0.0, 0.0)),
            ],
        )
    };
    let told = |imported: &Imported| imported.warnings.iter().any(|w| w.contains("a T13 (28)"));
    let usual = import_vertebra(None, &stack(19), Numbering::Verse, Level::L1).expect("imported");
    let rare = import_vertebra(None, &stack(28), Numbering::Verse, Level::L1).expect("imported");
    assert!(told(&rare) && !told(&usual), "{:?}", rare.warnings);
    assert!(rare.neighbour_heights.iter().all(Option::is_some), "{:?}", rare.neighbour_heights);
    assert_eq!((rare.fracture, usual.fracture), (None, None));
}

#[test]
fn a_vertebra_that_the_scan_cuts_off_has_neither_heights_nor_a_fracture() {
    let whole = scan(
        Matrix3::from_diagonal(&Vector::new(1.0, 1.0, 1.5)),
        &[
            (20, turned(Point::new(0.0, 0.0, 36.0), 0.0, 0.0, 0.0)),
            (21, turned(Point::new(0.0, 0.0, 0.0), 0.0, 0.0, 0.0)),
        ],
    );
    let import = |labels: &Volume| import_vertebra(None, labels, Numbering::Verse, Level::L2).expect("imported");
    let sound = import(&whole);
    assert!(sound.heights.is_some() && sound.fracture.is_none(), "{:?} {:?}", sound.heights, sound.fracture);
    // The scan begins in the body, 8 mm above its lower endplate: a third of its height is not there.
    let at = whole.patient_from_index.index(&Point::new(0.0, 0.0, -HALF_HEIGHT_MM + 8.0));
    let first = at.z.ceil() as usize;
    let dims = [whole.dims[0], whole.dims[1], whole.dims[2] - first];
    let values = whole.values[first * dims[0] * dims[1]..].to_vec();
    let cut = Volume::new(dims, values, whole.patient_from_index.shifted([0, 0, first])).expect("sizes agree");
    let found = import(&cut);
    assert_eq!((found.heights, found.reference_heights, found.fracture), (None, None, None));
    let told = found.warnings.iter().filter(|w| w.contains("cuts L2 off") && w.contains("neither heights nor")).count();
    assert_eq!(told, 1, "{:?}", found.warnings);
    assert!(found.quality.cut_area_mm2 > 900.0, "{} mm²", found.quality.cut_area_mm2);
}
