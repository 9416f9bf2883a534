//! Tests of the patient file: the same patient comes back, damage is noticed.

use super::patient_file::{PatientFileError, read_patient, write_patient};
use crate::anatomy::*;
use crate::geometry::{Field, Frame, Grid, Point, Vector, shape::Plane};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

pub(super) fn patient() -> Patient {
    let grid = Grid { dims: [7, 6, 5], spacing_mm: 1.0, origin_mm: Point::new(-3.5, 0.1 + 0.2, 1e-17) };
    let (x, z) = (Vector::new(0.6, 0.8, 0.0), Vector::z());
    let sphere = Field::from_fn(grid.clone(), |p| (p.coords.norm() - 2.0 / 3.0) as f32);
    let pedicle = |side: Side| Pedicle {
        side,
        isthmus: Point::new(15.0 * side.sign() / 7.0, 19.0, 4.4),
        axis: Vector::new(0.1, -0.9, 0.3).normalize(),
        width_mm: 8.1,
        height_mm: 15.3,
    };
    let plane = Plane { point: Point::new(0.0, 0.0, 12.0 / 7.0), normal: Vector::new(0.01, 0.02, 1.0).normalize() };
    let landmarks = Landmarks {
        superior_endplate: plane,
        inferior_endplate: Plane { normal: -plane.normal, ..plane },
        posterior_wall_y_mm: 13.1,
        anterior_wall_y_mm: -14.2,
        left_wall_x_mm: 19.0,
        right_wall_x_mm: -19.3,
        pedicles: [pedicle(Side::Left), pedicle(Side::Right)],
        canal_centre: Point::new(0.0, 20.0, 4.0),
        posterior: None,
        body_volume_ml: 25.3,
    };
    let branch =
        Branch { points: vec![Point::origin(), Point::new(1.0 / 3.0, 2.0, 3.0)], radius_mm: 1.1, parent: None };
    Patient {
        level: Level::L1,
        source: Source::Ct,
        t_score: Some(-3.1),
        fracture: Some(FractureSummary {
            kind: FractureKind::Wedge,
            grade: 2,
            compression_fraction: 0.35,
            age_weeks: Some(3.0),
            endplates: None,
            heights_mm: Some([20.0, 21.0, 25.0 + 1.0 / 3.0]),
            reference_heights_mm: None,
        }),
        vertebra: Vertebra {
            frame: Frame::from_axes(Point::new(1.0 / 3.0, -200.0, 88.8), x, z.cross(&x), z).expect("axes"),
            bone: sphere.clone(),
            body: sphere.map(|d| d * 0.7),
            canal: sphere.map(|d| 3.0 - d),
            landmarks,
        },
        bone: BoneQuality {
            bone_volume_fraction: sphere.map(|d| (0.1 + 0.01 * d).abs()),
            trabecular_thickness_mm: 0.13,
            permeability_anisotropy: 1.5,
            permeability_scale: 0.7,
            uniform_permeability_mm2: Some(7e-9 * 1e6),
            wall_conductance_mm: 1e-7,
        },
        veins: vec![VeinTree {
            kind: VeinKind::Basivertebral,
            route: "basivertebral".into(),
            destination: Destination::Canal,
            branches: vec![branch],
            outside_length_mm: 30.0,
            outside_radius_mm: 1.2,
            outside_pressure_pa: 900.0,
        }],
        openings: vec![Opening {
            class: LeakClass::C,
            route: "cortex anterior-superior".into(),
            destination: Destination::Anterior,
            centre: Point::new(0.0, -14.0, 5.0),
            outward: -Vector::y(),
            along: Vector::x(),
            length_mm: 6.0,
            width_mm: 0.4,
            thickness_mm: 0.5,
            is_round: false,
            outside_pressure_pa: 0.0,
        }],
        warnings: vec!["voxels of 0.70 × 0.70 × 2.50 mm are uneven".into()],
        import: Some(ImportRecord {
            numbering: Some("verse".into()),
            calibration: Some(HuCalibration { hu_of_zero_bone: -20.6, hu_of_full_bone: 1349.4 }),
            quality: ImportQuality { spacing_mm: [0.7, 0.7, 2.5], pieces: 1, ..ImportQuality::default() },
            heights_mm: Some([13.0, 9.7, 18.5]),
            reference_heights_mm: Some([26.7, 24.6, 26.5]),
            assumptions: vec!["numbering verse, as named".into()],
        }),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn the_same_patient_comes_back_and_writes_the_same_bytes() {
    let folder = folder();
    let (first, second) = (folder.path().join("a.patient"), folder.path().join("b.patient"));
    let patient = patient();
    write_patient(&first, &patient).expect("written");
    let read = read_patient(&first).expect("readable");
    assert_eq!(read, patient);
    write_patient(&second, &read).expect("written");
    assert_eq!(std::fs::read(first).expect("bytes"), std::fs::read(second).expect("bytes"));
}

#[test]
fn a_patient_with_a_number_that_is_not_finite_is_not_written() {
    let folder = folder();
    let path = folder.path().join("a.patient");
    let mut broken = patient();
    broken.t_score = Some(f64::NAN);
    assert!(matches!(write_patient(&path, &broken), Err(PatientFileError::Invalid(_))));
    let mut broken = patient();
    broken.vertebra.landmarks.body_volume_ml = f64::INFINITY;
    assert!(matches!(write_patient(&path, &broken), Err(PatientFileError::Invalid(_))));
    let mut broken = patient();
    broken.vertebra.canal.values_mut()[3] = f32::INFINITY;
    assert!(matches!(write_patient(&path, &broken), Err(PatientFileError::Invalid(_))));
    assert!(!path.exists());
}

/// The bytes of a patient as version 1 had them.
fn first_version(patient: &Patient, second: &[u8]) -> Vec<u8> {
    let start = second.iter().position(|b| *b == b'\n').expect("a line") + 1;
    let length = u64::from_le_bytes(second[start..start + 8].try_into().expect("eight bytes")) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&second[start + 8..start + 8 + length]).expect("JSON");
    header.as_object_mut().expect("an object").remove("import");
    let text = serde_json::to_vec(&header).expect("text");
    let mut bytes = b"trocar.patient/1\n".to_vec();
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text);
    let mut zlib = flate2::write::ZlibEncoder::new(bytes, flate2::Compression::new(6));
    let v = &patient.vertebra;
    for value in [&v.bone, &v.body, &v.canal, &patient.bone.bone_volume_fraction].iter().flat_map(|f| f.values()) {
        std::io::Write::write_all(&mut zlib, &value.to_le_bytes()).expect("written");
    }
    let mut bytes = zlib.finish().expect("packed");
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    bytes
}

#[test]
fn a_file_of_the_first_version_is_still_read() {
    let folder = folder();
    let path = folder.path().join("a.patient");
    let patient = patient();
    write_patient(&path, &patient).expect("written");
    let second = std::fs::read(&path).expect("bytes");
    std::fs::write(&path, first_version(&patient, &second)).expect("written");
    assert_eq!(read_patient(&path).expect("readable"), Patient { import: None, ..patient });
}

#[test]
fn other_files_other_versions_and_lying_headers_are_refused() {
    let folder = folder();
    let path = folder.path().join("a.patient");
    write_patient(&path, &patient()).expect("written");
    let good = std::fs::read(&path).expect("bytes");
    let error_of = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        read_patient(&path).expect_err("a bad file was accepted")
    };
    assert!(matches!(error_of(b"solid cube"), PatientFileError::NotPatient { .. }));
    let mut newer = good.clone();
    newer[15] = b'3';
    assert!(matches!(error_of(&newer), PatientFileError::Version { .. }));
    assert!(matches!(error_of(&good[..good.len() - 1]), PatientFileError::Damaged { .. }));
    assert!(matches!(error_of(&good[..20]), PatientFileError::Damaged { .. }));
    // A checksum made anew over impossible sizes: still an error, and no such memory is taken.
    let text = String::from_utf8_lossy(&good).find("\"dims\":[7,6,5]");
    assert!(text.is_some(), "the header lists its grids as JSON");
    let at = good.windows(14).position(|w| w == b"\"dims\":[7,6,5]").expect("a grid");
    let mut lying = good[..good.len() - 32].to_vec();
    lying.splice(at..at + 14, *b"\"dims\":[9,9,9]");
    let checksum = Sha256::digest(&lying);
    lying.extend(checksum);
    assert!(matches!(error_of(&lying), PatientFileError::Damaged { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_flipped_bit_is_noticed(place in 0.0..1.0_f64, bit in 0..8_u32) {
        let folder = folder();
        let path = folder.path().join("a.patient");
        write_patient(&path, &patient()).expect("written");
        let mut bytes = std::fs::read(&path).expect("bytes");
        let at = (place * bytes.len() as f64) as usize;
        bytes[at] ^= 1 << bit;
        std::fs::write(&path, bytes).expect("written");
        prop_assert!(read_patient(&path).is_err(), "bit {bit} of byte {at}");
    }
}
