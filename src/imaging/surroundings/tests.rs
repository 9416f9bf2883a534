//! Bone kept, left and right kept, a scan the same however its file's axes run, scans that are hardly any.

use super::test_patient::{generated, spec};
use super::treated::shell;
use super::*;
use crate::geometry::{Field, Grid, Vector};
use crate::imaging::beam::{Beam, Composition};
use crate::imaging::projector::{Radiograph, expose};
use crate::imaging::{CArm, ViewKind, true_view};
use crate::patient_io::VoxelFrame;
use nalgebra::Matrix3;

/// Natural logarithms of what arrives on a small picture.
fn picture(scene: &Scene, patient: &Patient, kind: ViewKind, pixels: usize) -> Vec<f64> {
    let view = true_view(CArm::mobile(), &patient.vertebra.frame, kind).expect("a view").with_pixels(pixels);
    let beam = Beam::of_tube_kv(75.0).expect("a voltage");
    let Radiograph { energy_kev, unattenuated_kev, .. } = expose(scene, &view, &beam);
    energy_kev.iter().map(|&v| crate::units::ln((f64::from(v) / unattenuated_kev).max(1e-12))).collect()
}

fn farthest(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn flipped(picture: &[f64], columns: usize) -> Vec<f64> {
    picture.chunks(columns).flat_map(|row| row.iter().rev()).copied().collect()
}

#[test]
fn the_treated_volume_holds_the_vertebras_bone() {
    let patient = generated(None);
    let vertebra = &patient.vertebra;
    let bvf = &patient.bone.bone_volume_fraction;
    let volume = solid_bone(vertebra, bvf).expect("a volume");
    // Columns of the volume's own voxels, looked along from above.
    let grid = vertebra.bone.grid();
    let (mut found, h) = (0.0, grid.spacing_mm);
    for j in 0..grid.dims[1] {
        for i in 0..grid.dims[0] {
            let foot = vertebra.frame.point_to_patient(&grid.centre_at([i, j, 0]));
            let up = vertebra.frame.vector_to_patient(&Vector::z());
            found += volume.integral_mm(&crate::imaging::Ray { origin: foot - up * 50.0, direction: up }) * h * h;
        }
    }
    // The same by counting fine cells, each wholly shell, marrow space or neither.
    let fine =
        Grid { spacing_mm: 0.4, dims: grid.dims.map(|n| 2 * n), origin_mm: grid.origin_mm - Vector::repeat(0.2) };
    let shell = shell();
    let mut expected = 0.0;
    for cell in fine.cells() {
        let p = fine.centre(cell);
        let distance = vertebra.bone.sample(&p);
        if distance >= 0.0 {
            continue;
        }
        let normal = vertebra.bone.gradient(&p).try_normalize(1e-6).unwrap_or(Vector::y());
        let solid = -distance < shell.thickness_mm(vertebra.body.sample(&p), normal.z);
        expected += if solid { 1.0 } else { bvf.sample(&p) } * fine.cell_volume_mm3();
    }
    let share = found / expected;
    assert!((share - 1.0).abs() < 0.04, "{found:.0} mm³ of solid bone, counted {expected:.0} mm³");
    // A dry lumbar vertebra of an elderly woman weighs some 15 to 30 g, 1.92 g/cm³ of it solid.
    assert!((5000.0..20_000.0).contains(&found), "{found:.0} mm³");
}

#[test]
fn a_mirrored_vertebra_throws_the_mirrored_shadow() {
    let patient = generated(None);
    let mirrored = |field: &Field<f32>| {
        let rows = field.values().chunks(field.grid().dims[0]);
        let values = rows.flat_map(|row| row.iter().rev()).copied().collect();
        Field::from_values(field.grid().clone(), values).expect("as many")
    };
    let bone = &patient.bone.bone_volume_fraction;
    let shadow = |bone: &Field<f32>| {
        let volume = solid_bone(&patient.vertebra, bone).expect("a volume");
        let volumes = vec![(Arc::new(volume), Composition::bone_for_soft_tissue())];
        picture(&Scene { volumes, ..Scene::default() }, &patient, ViewKind::Ap, 64)
    };
    let (own, other) = (shadow(bone), shadow(&mirrored(bone)));
    assert!(farthest(&flipped(&own, 64), &other) < 1e-3, "{}", farthest(&flipped(&own, 64), &other));
    assert!(farthest(&own, &other) > 0.01, "the bone was the same on both sides");
}

#[test]
fn a_patient_without_a_scan_is_no_bone_in_air_and_the_same_at_every_call() {
    let patient = generated(None);
    let spec = spec(None);
    let made = of_patient(&patient, Some(&spec), 3).expect("surroundings");
    let again = of_patient(&patient, Some(&spec), 3).expect("surroundings");
    let elsewhere = of_patient(&patient, None, 4).expect("surroundings");
    let shot = |s: &Surroundings, kind| picture(&s.scene(), &patient, kind, 48);
    for (kind, low, high) in [(ViewKind::Ap, 0.001, 0.05), (ViewKind::Lateral, 0.0001, 0.02)] {
        let seen = shot(&made, kind);
        assert_eq!(seen, shot(&again, kind));
        // The middle of the picture, behind the vertebra.
        let middle = crate::units::exp(seen[24 * 48 + 24]);
        assert!((low..high).contains(&middle), "{kind:?}: {middle} of the beam arrives");
    }
    assert!(farthest(&shot(&made, ViewKind::Ap), &shot(&elsewhere, ViewKind::Ap)) > 0.01, "gas lies elsewhere");
    let marks = made.counting.expect("known");
    assert!(marks.sacrum.z < -100.0 && marks.last_ribs.z > 10.0 && marks.last_ribs.z < 60.0, "{marks:?}");
    assert!(elsewhere.notes.iter().any(|note| note.contains("template")), "{:?}", elsewhere.notes);
}

/// A small body with a bone aside of its middle, air all round; millimetres per voxel along x, y, z.
const STEP: [f64; 3] = [2.0, 2.5, 3.0];
const DIMS: [usize; 3] = [64, 60, 40];

fn body(p: &Point) -> f32 {
    let flesh = (p.x / 48.0) * (p.x / 48.0) + (p.y / 55.0) * (p.y / 55.0) < 1.0 && p.z.abs() < 45.0;
    let bone = (p - Point::new(14.0, 20.0, 6.0)).norm() < 12.0;
    if bone {
        700.0
    } else if flesh {
        40.0
    } else {
        -1000.0
    }
}

/// The body in a file whose axes run as `order` says, backwards where told.
fn scan(order: [usize; 3], backwards: [bool; 3]) -> Volume {
    let first = [0, 1, 2].map(|a| -0.5 * (DIMS[a] as f64 - 1.0) * STEP[a]);
    let mut axes = Matrix3::zeros();
    let mut origin = Point::from(first);
    for (file, &a) in order.iter().enumerate() {
        axes[(a, file)] = if backwards[file] { -STEP[a] } else { STEP[a] };
        if backwards[file] {
            origin[a] = -first[a];
        }
    }
    let frame = VoxelFrame::new(axes, origin).expect("a lattice");
    let dims = order.map(|a| DIMS[a]);
    let mut values = Vec::with_capacity(dims.iter().product());
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            for i in 0..dims[0] {
                values.push(body(&frame.point(&Vector::new(i as f64, j as f64, k as f64))));
            }
        }
    }
    Volume::new(dims, values, frame).expect("as many")
}

#[test]
fn a_scan_is_the_same_however_its_files_axes_run() {
    let patient = generated(None);
    let shot = |scan: &Volume| picture(&of_ct(&patient, scan).expect("in order").scene(), &patient, ViewKind::Ap, 48);
    let plain = shot(&scan([0, 1, 2], [false; 3]));
    for (order, backwards) in [
        ([0, 1, 2], [true, true, false]),
        ([1, 0, 2], [false; 3]),
        ([2, 0, 1], [true, false, true]),
        ([2, 1, 0], [true; 3]),
    ] {
        let apart = farthest(&plain, &shot(&scan(order, backwards)));
        assert!(apart < 1e-3, "axes {order:?}, backwards {backwards:?}: {apart}");
    }
    // The ball of bone is on the patient's left, which an AP view has on the right.
    let dark = plain.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(i, _)| i % 48).expect("pixels");
    assert!(dark > 24, "darkest in column {dark}");
    let mut other = scan([0, 1, 2], [false; 3]);
    for row in other.values.chunks_mut(DIMS[0]) {
        row.reverse();
    }
    // Soft tissue stands in blocks of two voxels counted from one end, so single rays differ; the whole does not: half
    // a voxel aside would be half a pixel.
    let fine = |scan: &Volume| picture(&of_ct(&patient, scan).expect("in order").scene(), &patient, ViewKind::Ap, 192);
    let (mirrored, other) = (flipped(&fine(&scan([0, 1, 2], [false; 3])), 192), fine(&other));
    let column = |picture: &[f64]| {
        let moment: f64 = picture.iter().enumerate().map(|(at, v)| (at % 192) as f64 * v).sum();
        moment / picture.iter().sum::<f64>()
    };
    let (a, b) = (column(&mirrored), column(&other));
    assert!((a - b).abs() < 0.02, "the mirrored body's picture stands at column {b:.4}, its mirror image at {a:.4}");
    let (a, b) = (mirrored.iter().sum::<f64>(), other.iter().sum::<f64>());
    assert!((a / b - 1.0).abs() < 0.002, "{a:.2} and {b:.2} in all");
}

#[test]
fn scans_that_are_hardly_any_are_taken_for_what_they_are() {
    let patient = generated(None);
    let lattice = |dims: [usize; 3], hu: &[f32]| {
        let frame = VoxelFrame::new(Matrix3::identity() * 3.0, Point::origin()).expect("a lattice");
        let values = (0..dims.iter().product()).map(|i: usize| hu[i % hu.len()]).collect();
        Volume::new(dims, values, frame).expect("as many")
    };
    let shot = |scan: &Volume| {
        let made = of_ct(&patient, scan).expect("in order");
        (picture(&made.scene(), &patient, ViewKind::Ap, 24), made.notes)
    };
    for dims in [[1, 1, 1], [30, 20, 1], [1, 20, 20]] {
        let (seen, notes) = shot(&lattice(dims, &[40.0]));
        assert!(seen.iter().all(|v| v.is_finite()), "{dims:?}");
        assert!(notes.iter().any(|note| note.contains("cuts through")), "{dims:?}: {notes:?}");
    }
    let (empty, _) = shot(&lattice([20, 20, 20], &[f32::NAN, f32::NEG_INFINITY, -5000.0]));
    assert!(empty.iter().all(|v| v.abs() < 1e-6), "no voxel of it holds anything");
    let (_, notes) = shot(&lattice([4, 4, 4], &[3000.0, f32::INFINITY]));
    assert!(notes.iter().any(|note| note.contains("metal")), "{notes:?}");
}
