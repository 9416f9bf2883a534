//! The same lopsided vertebra through every format and every order of axes: its left pedicle stays on the left.

use super::phantom_tests::{check, in_bone, placement, scan};
use super::{Imported, import_mesh_bytes, import_vertebra};
use crate::anatomy::{Level, Source};
use crate::geometry::{Field, Grid, Point, Vector, iso_surface::iso_surface};
use crate::patient_io::{MeshOptions, MeshSpace, Numbering, Volume, VolumeReader, VoxelFrame, write_stl};
use dicom_core::value::PrimitiveValue;
use dicom_core::{DataElement, Tag, VR};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use nalgebra::{Matrix3, Rotation3};
use rayon::prelude::*;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Unequal voxels, turned against the patient, in a mirrored lattice.
fn oblique() -> Volume {
    let r = Rotation3::from_euler_angles(0.25, -0.15, 0.3);
    scan(r.matrix() * Matrix3::from_diagonal(&Vector::new(1.0, -0.9, 1.8)), &[(20, placement())])
}

/// The same voxels in the same places, stored along other axes: `order[a]` is the old axis along the new axis a.
fn reordered(volume: &Volume, order: [usize; 3], flips: [bool; 3]) -> Volume {
    let dims = order.map(|axis| volume.dims[axis]);
    let old = |new: [usize; 3]| {
        let mut at = [0; 3];
        for a in 0..3 {
            at[order[a]] = if flips[a] { dims[a] - 1 - new[a] } else { new[a] };
        }
        at
    };
    let mut values = Vec::with_capacity(volume.values.len());
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            for i in 0..dims[0] {
                let [x, y, z] = old([i, j, k]);
                values.push(volume.values[x + volume.dims[0] * (y + volume.dims[1] * z)]);
            }
        }
    }
    let place = |index: [usize; 3]| volume.patient_from_index.point(&Vector::from(old(index).map(|v| v as f64)));
    let origin = place([0, 0, 0]);
    let steps = [place([1, 0, 0]), place([0, 1, 0]), place([0, 0, 1])].map(|p| p - origin);
    let frame = VoxelFrame::new(Matrix3::from_columns(&steps), origin).expect("a lattice");
    Volume::new(dims, values, frame).expect("sizes agree")
}

fn all_orders() -> Vec<([usize; 3], [bool; 3])> {
    let flips = |n: usize| [n & 1 == 1, n & 2 == 2, n & 4 == 4];
    ORDERS.iter().flat_map(|&order| (0..8).map(move |n| (order, flips(n)))).collect()
}

fn import(volume: &Volume) -> Imported {
    import_vertebra(None, volume, Numbering::Verse, Level::L1).expect("imported")
}

#[test]
fn any_order_and_direction_of_the_axes_gives_the_same_vertebra() {
    let volume = oblique();
    let first = import(&volume);
    check(&first, "as made");
    all_orders().into_par_iter().for_each(|(order, flips)| {
        let other = import(&reordered(&volume, order, flips));
        let (a, b) = (&first.vertebra, &other.vertebra);
        let moved = (a.frame.point_to_patient(&Point::origin()) - b.frame.point_to_patient(&Point::origin())).norm();
        assert!(moved < 0.05, "{order:?} {flips:?}: moved by {moved} mm");
        for side in [0, 1] {
            let (p, q) = (&a.landmarks.pedicles[side], &b.landmarks.pedicles[side]);
            let apart = (p.isthmus - q.isthmus).norm() + (p.width_mm - q.width_mm).abs();
            assert!(apart < 0.5, "{order:?} {flips:?}: pedicle {side} off by {apart} mm");
        }
    });
}

fn nifti(volume: &Volume) -> Vec<u8> {
    let mut bytes = vec![0; 352];
    let mut put = |at: usize, raw: &[u8]| bytes[at..at + raw.len()].copy_from_slice(raw);
    put(0, &348_i32.to_le_bytes());
    for (i, size) in [3, volume.dims[0], volume.dims[1], volume.dims[2], 1, 1, 1, 1].iter().enumerate() {
        put(40 + 2 * i, &(*size as i16).to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(76, &1_f32.to_le_bytes());
    for (i, size) in volume.spacing_mm().iter().enumerate() {
        put(80 + 4 * i, &(*size as f32).to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(254, &1_i16.to_le_bytes());
    let origin = volume.patient_from_index.point(&Vector::zeros());
    for (row, sign) in [-1.0, -1.0, 1.0].into_iter().enumerate() {
        for axis in 0..3 {
            put(
                280 + 16 * row + 4 * axis,
                &((sign * volume.patient_from_index.axes()[(row, axis)]) as f32).to_le_bytes(),
            );
        }
        put(280 + 16 * row + 12, &((sign * origin[row]) as f32).to_le_bytes());
    }
    put(344, b"n+1\0");
    bytes.extend(volume.values.iter().flat_map(|v| (*v as i16).to_le_bytes()));
    bytes
}

fn nrrd(volume: &Volume, ras: bool) -> Vec<u8> {
    let sign = if ras { -1.0 } else { 1.0 };
    let triple = |v: &Vector| format!("({},{},{})", sign * v.x, sign * v.y, v.z);
    let axes = volume.patient_from_index.axes();
    let directions = [0, 1, 2].map(|a| triple(&axes.column(a).into_owned())).join(" ");
    let [x, y, z] = volume.dims;
    let space = if ras { "right-anterior-superior" } else { "left-posterior-superior" };
    let origin = triple(&volume.patient_from_index.point(&Vector::zeros()).coords);
    let mut bytes = format!(
        "NRRD0005\ntype: uchar\ndimension: 3\nspace: {space}\nsizes: {x} {y} {z}\nspace directions: {directions}\n\
         encoding: raw\nspace origin: {origin}\n\n"
    )
    .into_bytes();
    bytes.extend(volume.values.iter().map(|v| *v as u8));
    bytes
}

fn mha(volume: &Volume) -> Vec<u8> {
    let axes = volume.patient_from_index.axes();
    let spacing = volume.spacing_mm();
    let numbers = |list: &[f64]| list.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    let matrix: Vec<f64> = (0..9).map(|n| axes[(n % 3, n / 3)] / spacing[n / 3]).collect();
    let [x, y, z] = volume.dims;
    let mut bytes = format!(
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nTransformMatrix = {}\nOffset = {}\nElementSpacing = {}\n\
         DimSize = {x} {y} {z}\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n",
        numbers(&matrix),
        numbers(volume.patient_from_index.point(&Vector::zeros()).coords.as_slice()),
        numbers(&spacing)
    )
    .into_bytes();
    bytes.extend(volume.values.iter().map(|v| *v as u8));
    bytes
}

/// One file per slice, the last first.
fn dicom(volume: &Volume) -> Vec<(PathBuf, Vec<u8>)> {
    let frame = &volume.patient_from_index;
    let spacing = volume.spacing_mm();
    let decimals = |list: &[f64]| list.iter().map(|v| format!("{v:.9}")).collect::<Vec<_>>().join("\\");
    let orientation: Vec<f64> = (0..6).map(|n| frame.axes()[(n % 3, n / 3)] / spacing[n / 3]).collect();
    let slice = |k: usize| {
        let mut object = InMemDicomObject::new_empty();
        let mut text = |group, element, vr, value: &str| {
            object.put(DataElement::new(Tag(group, element), vr, PrimitiveValue::from(value)));
        };
        text(0x0008, 0x0060, VR::CS, "CT");
        text(0x0020, 0x000e, VR::UI, "2.25.1");
        text(0x0020, 0x0032, VR::DS, &decimals(frame.point(&Vector::new(0.0, 0.0, k as f64)).coords.as_slice()));
        text(0x0020, 0x0037, VR::DS, &decimals(&orientation));
        // Rows first.
        text(0x0028, 0x0030, VR::DS, &decimals(&[spacing[1], spacing[0]]));
        let [columns, rows, _] = volume.dims.map(|d| d as u16);
        for (element, value) in [(0x10, rows), (0x11, columns), (0x100, 16), (0x101, 16), (0x102, 15), (0x103, 1)] {
            object.put(DataElement::new(Tag(0x0028, element), VR::US, PrimitiveValue::from(value)));
        }
        let size = volume.dims[0] * volume.dims[1];
        let pixels = volume.values[k * size..(k + 1) * size].iter().map(|v| *v as u16).collect();
        object.put(DataElement::new(Tag(0x7fe0, 0x0010), VR::OW, PrimitiveValue::U16(pixels)));
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax("1.2.840.10008.1.2.1")
            .media_storage_sop_class_uid("1.2.840.10008.5.1.4.1.1.2")
            .media_storage_sop_instance_uid("2.25.9");
        let mut bytes = Vec::new();
        object.with_meta(meta).expect("a file").write_all(&mut bytes).expect("written");
        (PathBuf::from(format!("{:03}.dcm", volume.dims[2] - k)), bytes)
    };
    (0..volume.dims[2]).map(slice).collect()
}

#[test]
fn every_voxel_stays_in_its_place_through_every_volume_format() {
    let volume = oblique();
    all_orders().into_par_iter().for_each(|(order, flips)| {
        let stored = reordered(&volume, order, flips);
        let path = Path::new("made");
        let one = |bytes| VolumeReader::from_bytes(path, bytes).expect("opens");
        let mut found = vec![("nifti", one(nifti(&stored))), ("nrrd", one(nrrd(&stored, false)))];
        found.extend([("nrrd RAS", one(nrrd(&stored, true))), ("mha", one(mha(&stored)))]);
        found.push(("dicom", VolumeReader::from_dicom_bytes(path, dicom(&stored)).expect("opens")));
        for (format, reader) in found {
            let read = reader.read(None).expect(format);
            let moved = (0..volume.values.len()).step_by(7).find(|&at| {
                let [nx, ny, _] = volume.dims;
                let index = Vector::from([at % nx, at / nx % ny, at / (nx * ny)].map(|v| v as f64));
                read.nearest(&volume.patient_from_index.point(&index)) != Some(volume.values[at])
            });
            assert_eq!(moved, None, "{format}, axes {order:?}, flips {flips:?}: a voxel is elsewhere");
        }
    });
}

#[test]
fn a_left_pedicle_stays_left_through_every_volume_format() {
    let stored = reordered(&oblique(), [1, 0, 2], [true, false, true]);
    let path = Path::new("made");
    let one = |bytes| VolumeReader::from_bytes(path, bytes).and_then(|reader| reader.read(None)).expect("readable");
    check(&import(&one(nifti(&stored))), "nifti");
    check(&import(&one(nrrd(&stored, false))), "nrrd");
    check(&import(&one(nrrd(&stored, true))), "nrrd in RAS");
    check(&import(&one(mha(&stored))), "mha");
    let series = VolumeReader::from_dicom_bytes(path, dicom(&stored)).expect("opens");
    check(&import(&series.read(None).expect("readable")), "dicom");
}

#[test]
fn a_left_pedicle_stays_left_through_every_surface_format_and_a_turned_one_is_caught() {
    // The phantom's surface, from a coarse distance of its own.
    let grid = Grid::covering(&Point::new(-44.0, -22.0, -22.0), &Point::new(44.0, 60.0, 20.0), 1.0);
    let inside = |p: Point| {
        let near = |d: f64| {
            [Vector::x(), Vector::y(), Vector::z()].iter().all(|v| in_bone(&(p + v * d)) && in_bone(&(p - v * d)))
        };
        if near(0.4) {
            -0.6
        } else if in_bone(&p) {
            -0.2
        } else {
            0.4
        }
    };
    let mesh = iso_surface(&Field::from_fn(grid, |p| inside(p) as f32));
    let frame = placement();
    let mut stl = Vec::new();
    write_stl(&mut stl, &mesh.vertices, &mesh.triangles, &frame).expect("written");
    let points: Vec<Point> = mesh.vertices.iter().map(|p| frame.point_to_patient(p)).collect();
    let mut obj = String::from("# SPACE=RAS\n");
    let mut ply = format!(
        "ply\nformat ascii 1.0\ncomment SPACE=LPS\nelement vertex {}\nproperty double x\nproperty double y\nproperty double z\n\
         element face {}\nproperty list uchar uint vertex_indices\nend_header\n",
        points.len(),
        mesh.triangles.len()
    );
    for p in &points {
        let _ = writeln!(obj, "v {} {} {}", -p.x, -p.y, p.z);
        let _ = writeln!(ply, "{} {} {}", p.x, p.y, p.z);
    }
    for [a, b, c] in &mesh.triangles {
        let _ = writeln!(obj, "f {} {} {}", a + 1, b + 1, c + 1);
        let _ = writeln!(ply, "3 {a} {b} {c}");
    }
    for (format, bytes) in [("stl", stl.as_slice()), ("obj", obj.as_bytes()), ("ply", ply.as_bytes())] {
        let imported = import_mesh_bytes(Path::new(format), bytes, MeshOptions::default(), Level::L1).expect(format);
        assert_eq!(imported.source, Source::Mesh);
        let of_a_scan = |w: &&String| w.contains("label") || w.contains("scan");
        assert_eq!(imported.warnings.iter().find(of_a_scan), None, "{format}");
        assert!(imported.warnings.iter().any(|w| w.starts_with("a surface alone tells no loss")), "{format}");
        check(&imported, format);
    }
    // LPS taken for RAS: half a turn about the body's axis, so front and back are swapped as well.
    let turned = MeshOptions { space: Some(MeshSpace::Ras), ..MeshOptions::default() };
    let error = import_mesh_bytes(Path::new("stl"), &stl, turned, Level::L1).expect_err("turned round").to_string();
    assert!(error.contains("front and back are swapped"), "{error}");
}
