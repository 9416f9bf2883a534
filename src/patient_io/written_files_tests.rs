//! A patient whose left pedicle is the wider, and who lies turned in the scanner, written in every format and read back by
//! other readers: what was on the left is on the left.

use super::patient_file::{read_patient, write_patient};
use super::*;
use crate::anatomy::Vertebra;
use crate::anatomy::{
    Level, Side,
    generate_vertebra::{VertebraSpec, generate_vertebra},
};
use crate::geometry::{Field, Frame, Point, Vector, iso_surface::iso_surface, mesh::TriangleMesh};
use crate::units::rad_from_deg;
use nalgebra::Rotation3;
use std::sync::LazyLock;

/// A generated L1 with a ball of bone on the outside of its LEFT pedicle, in a turned and shifted frame.
static LOPSIDED: LazyLock<Vertebra> = LazyLock::new(|| {
    let spec = VertebraSpec { spacing_mm: 1.0, ..VertebraSpec::of(Level::L1) };
    let (mut vertebra, _, _) = generate_vertebra(&spec).expect("a vertebra");
    let ball = ball();
    let bone = &vertebra.bone;
    vertebra.bone = Field::from_fn(bone.grid().clone(), |p| bone.sample(&p).min((p - ball).norm() - 6.0) as f32);
    let r = Rotation3::from_euler_angles(rad_from_deg(12.0), rad_from_deg(-7.0), rad_from_deg(20.0));
    let axis = |v: Vector| r * v;
    vertebra.frame =
        Frame::from_axes(Point::new(-31.0, -142.0, 512.0), axis(Vector::x()), axis(Vector::y()), axis(Vector::z()))
            .expect("axes");
    vertebra
});

/// Centre of the ball, vertebra frame: to the left of the body's left wall.
fn ball() -> Point {
    Point::new(27.0, 0.0, 0.0)
}

/// Ball and its mirror place, in the patient.
fn left_and_right() -> [Point; 2] {
    let p = ball();
    [p, Point::new(-p.x, p.y, p.z)].map(|p| LOPSIDED.frame.point_to_patient(&p))
}

fn mesh() -> TriangleMesh {
    iso_surface(&LOPSIDED.bone)
}

/// Checks vertices in LPS mm: some lie about the ball, none about its mirror place.
fn check_surface(what: &str, vertices: &[[f64; 3]]) {
    let [left, right] = left_and_right();
    let near = |centre: &Point| vertices.iter().filter(|v| (Point::from(**v) - centre).norm() < 7.0).count();
    let (on_left, on_right) = (near(&left), near(&right));
    assert!(on_left > 100 && on_right < on_left / 4, "{what}: {on_left} vertices on the left, {on_right} on the right");
    assert_eq!(vertices.len(), mesh().vertices.len(), "{what}");
}

fn check_labels(what: &str, at: impl Fn(&Point) -> f32) {
    let [left, right] = left_and_right();
    assert_eq!((at(&left), at(&right)), (1.0, 0.0), "{what}");
    let body = LOPSIDED.frame.point_to_patient(&Point::origin());
    let canal = LOPSIDED.frame.point_to_patient(&LOPSIDED.landmarks.canal_centre);
    assert_eq!((at(&body), at(&canal)), (2.0, 3.0), "{what}");
}

#[test]
fn surfaces_keep_their_left() {
    let (mesh, frame) = (mesh(), &LOPSIDED.frame);
    let mut stl = Vec::new();
    write_stl(&mut stl, &mesh.vertices, &mesh.triangles, frame).expect("written");
    let read = stl_io::read_stl(&mut std::io::Cursor::new(stl)).expect("STL");
    let vertices: Vec<_> = read.vertices.iter().map(|v| [v[0], v[1], v[2]].map(f64::from)).collect();
    check_surface("STL", &vertices);

    let mut ply = Vec::new();
    write_ply(&mut ply, &mesh, frame, "bone\nof L1").expect("written");
    let parser = ply_rs_bw::parser::Parser::<ply_rs_bw::ply::DefaultElement>::new();
    let read = parser.read_ply(&mut ply.as_slice()).expect("PLY");
    assert!(read.header.comments.iter().any(|c| c.contains("LPS") && c.contains("mm")), "{:?}", read.header.comments);
    let number = |e: &ply_rs_bw::ply::DefaultElement, key: &str| match &e[key] {
        ply_rs_bw::ply::Property::Float(v) => f64::from(*v),
        other => panic!("{key}: {other:?}"),
    };
    let vertices: Vec<_> = read.payload["vertex"].iter().map(|e| ["x", "y", "z"].map(|k| number(e, k))).collect();
    check_surface("PLY", &vertices);
    assert_eq!(read.payload["face"].len(), mesh.triangles.len());
}

#[test]
fn glb_is_valid_stands_in_metres_and_says_the_way_back() {
    let (mesh, frame) = (mesh(), &LOPSIDED.frame);
    let mut glb = Vec::new();
    let part = GlbPart { name: "bone", mesh: &mesh, colour: [0.9, 0.8, 0.7, 1.0] };
    write_glb(&mut glb, &[part], frame).expect("written");
    let word = |at: usize| u32::from_le_bytes(glb[at..at + 4].try_into().expect("four bytes")) as usize;
    assert_eq!((&glb[..4], word(4), word(8)), (&b"glTF"[..], 2, glb.len()));
    let json = &glb[20..20 + word(12)];
    let root = gltf_json::Root::from_slice(json).expect("glTF");
    let mut faults = Vec::new();
    gltf_json::validation::Validate::validate(&root, &root, gltf_json::Path::new, &mut |path, error| {
        faults.push(format!("{}: {error}", path()));
    });
    assert!(faults.is_empty(), "{faults:?}");
    let extras: serde_json::Value = serde_json::from_slice(json).expect("JSON");
    let matrix = &extras["scenes"][0]["extras"]["lps_mm_from_gltf"];
    let m: Vec<f64> = matrix.as_array().expect("a matrix").iter().map(|v| v.as_f64().expect("a number")).collect();
    let data = &glb[20 + word(12) + 8..];
    let view = &root.buffer_views[0];
    let (vertices, _) = data[..view.byte_length.0 as usize].as_chunks::<12>();
    let vertices: Vec<[f64; 3]> = vertices
        .iter()
        .map(|raw| {
            let v = [0, 4, 8].map(|at| f64::from(f32::from_le_bytes(raw[at..at + 4].try_into().expect("four bytes"))));
            [0, 1, 2].map(|row| m[row] * v[0] + m[4 + row] * v[1] + m[8 + row] * v[2] + m[12 + row])
        })
        .collect();
    check_surface("GLB", &vertices);
    // y is up: the head end of the patient has the larger y.
    let up = m[2 * 4 + 2].abs() < 1e-9 && m[4 + 2] > 0.0;
    assert!(up, "{m:?}");
}

#[test]
fn label_maps_and_fields_keep_their_left() {
    let (labels, frame) = (label_map(&LOPSIDED), &LOPSIDED.frame);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("labels.nii");
    for without_sform in [false, true] {
        let mut bytes = Vec::new();
        write_nifti_labels(&mut bytes, &labels, frame, "labels").expect("written");
        if without_sform {
            bytes[254..256].fill(0);
            bytes[280..328].fill(0);
        }
        std::fs::write(&path, bytes).expect("written");
        // The header is read by the crate `nifti`; sform and qform must agree, or the reader says so.
        let reader = VolumeReader::open(&path).expect("NIfTI");
        assert!(reader.warnings.is_empty(), "{:?}", reader.warnings);
        let volume = reader.read(None).expect("voxels");
        check_labels("NIfTI", |p| volume.nearest(p).unwrap_or(-1.0));
    }
    let mut bytes = Vec::new();
    write_nifti(&mut bytes, &LOPSIDED.bone, frame, "distance").expect("written");
    std::fs::write(&path, bytes).expect("written");
    let volume = read_volume(&path).expect("NIfTI");
    let [left, right] = left_and_right();
    assert!(volume.trilinear(&left) < -4.0 && volume.trilinear(&right) > 0.0);

    let mut nrrd = Vec::new();
    write_seg_nrrd(&mut nrrd, &labels, frame, &SEGMENTS, "labels").expect("written");
    let end = nrrd.windows(2).position(|w| w == b"\n\n").expect("an empty line");
    let header = String::from_utf8(nrrd[..end].to_vec()).expect("text");
    assert!(header.contains("Segment1_Name:=vertebral body\nSegment1_LabelValue:=2"), "{header}");
    let numbers = |key: &str| -> Vec<f64> {
        let line = header.lines().find_map(|l| l.strip_prefix(key)).expect(key);
        line.split(|c: char| "(), ".contains(c)).filter_map(|n| n.parse().ok()).collect()
    };
    let (d, o, n) = (numbers("space directions:"), numbers("space origin:"), numbers("sizes:"));
    let axes = nalgebra::Matrix3::from_column_slice(&d);
    let place = VoxelFrame::new(axes, Point::new(o[0], o[1], o[2])).expect("a lattice");
    let values: Vec<f32> = nrrd[end + 2..].iter().map(|v| f32::from(*v)).collect();
    let volume = Volume::new([n[0] as usize, n[1] as usize, n[2] as usize], values, place).expect("all voxels");
    check_labels("NRRD", |p| volume.nearest(p).unwrap_or(-1.0));
}

#[test]
fn vti_is_xml_with_its_axes_and_every_float() {
    let (field, frame) = (&LOPSIDED.bone, &LOPSIDED.frame);
    let mut bytes = Vec::new();
    write_vti(&mut bytes, &[("distance", field)], frame).expect("written");
    let text = String::from_utf8(bytes).expect("text");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let image = document.descendants().find(|n| n.has_tag_name("ImageData")).expect("ImageData");
    let numbers = |key: &str| -> Vec<f64> {
        image.attribute(key).expect(key).split(' ').map(|n| n.parse().expect("a number")).collect()
    };
    let (extent, spacing, origin, d) =
        (numbers("WholeExtent"), numbers("Spacing"), numbers("Origin"), numbers("Direction"));
    // Row by row: columns are the axes.
    let axes = nalgebra::Matrix3::from_row_slice(&d) * nalgebra::Matrix3::from_diagonal_element(spacing[0]);
    let place = VoxelFrame::new(axes, Point::new(origin[0], origin[1], origin[2])).expect("a lattice");
    let array = document.descendants().find(|n| n.has_tag_name("DataArray")).expect("DataArray");
    assert_eq!((array.attribute("type"), array.attribute("format")), (Some("Float32"), Some("binary")));
    let raw = decoded(array.text().expect("data").trim());
    let dims = [extent[1], extent[3], extent[5]].map(|n| n as usize + 1);
    assert_eq!(u64::from_le_bytes(raw[..8].try_into().expect("eight bytes")) as usize, raw.len() - 8);
    let values: Vec<f32> = raw[8..].as_chunks::<4>().0.iter().map(|v| f32::from_le_bytes(*v)).collect();
    assert_eq!(values, field.values());
    let volume = Volume::new(dims, values, place).expect("all voxels");
    let [left, right] = left_and_right();
    assert!(volume.trilinear(&left) < -4.0 && volume.trilinear(&right) > 0.0);
}

/// Base64, by the arithmetic of its definition.
fn decoded(text: &str) -> Vec<u8> {
    let six = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        bits = bits << 6 | u32::from(six(c));
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

#[test]
fn landmarks_and_the_patient_file_keep_their_left() {
    let (landmarks, frame) = (&LOPSIDED.landmarks, &LOPSIDED.frame);
    let mut bytes = Vec::new();
    write_markup_points(&mut bytes, "L1", &landmark_points(landmarks, frame)).expect("written");
    let markups = read_markups(&String::from_utf8(bytes).expect("text")).expect("markups");
    let place = |label: &str| markups[0].points.iter().find(|p| p.label == label).expect(label).position;
    let across = place("pedicle left") - place("pedicle right");
    assert!(across.dot(&frame.vector_to_patient(&Vector::x())) > 15.0, "{across}");
    let [behind, before] = pedicle_line(landmarks, Side::Left, frame).map(|p| frame.point_to_vertebra(&p));
    assert!(behind.x > 5.0 && behind.y > before.y + 40.0, "{behind} to {before}");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.patient");
    let patient =
        crate::anatomy::Patient { vertebra: LOPSIDED.clone(), ..crate::patient_io::patient_file_tests::patient() };
    write_patient(&path, &patient).expect("written");
    let read = read_patient(&path).expect("read");
    let [left, right] = left_and_right().map(|p| read.vertebra.frame.point_to_vertebra(&p));
    assert!(read.vertebra.bone_distance_mm(&left) < -4.0 && read.vertebra.bone_distance_mm(&right) > 0.0);
}
