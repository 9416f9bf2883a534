//! Tests of DICOM series written by the DICOM library: order, places, gaps, copies, tilt, and what is refused.

use crate::geometry::{Point, Vector};
use crate::patient_io::{Volume, VolumeReadError, VolumeReader};
use dicom_core::value::{PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use std::path::{Path, PathBuf};

const ROWS: u16 = 3;
const COLUMNS: u16 = 4;

/// A slice of a made-up series: pixels of 1.3 mm along a row and 0.7 mm along a column.
#[derive(Clone)]
struct Made {
    position: [f64; 3],
    orientation: &'static str,
    series: &'static str,
    modality: &'static str,
    syntax: &'static str,
    intercept: &'static str,
    class: &'static str,
    values: Vec<u16>,
    packed: Option<Vec<u8>>,
}

/// Stored value of pixel (i, j) of the slice numbered `k`: 100 k + 10 j + i.
fn slice(k: u16, position: [f64; 3]) -> Made {
    Made {
        position,
        orientation: "1\\0\\0\\0\\1\\0",
        series: "2.25.1",
        modality: "CT",
        syntax: "1.2.840.10008.1.2.1",
        intercept: "-1000",
        class: "1.2.840.10008.5.1.4.1.1.2",
        values: (0..ROWS * COLUMNS).map(|n| 100 * k + 10 * (n / COLUMNS) + n % COLUMNS).collect(),
        packed: None,
    }
}

impl Made {
    fn bytes(&self) -> Vec<u8> {
        let mut object = InMemDicomObject::new_empty();
        let mut text = |group, element, vr, value: &str| {
            object.put(DataElement::new(Tag(group, element), vr, PrimitiveValue::from(value)));
        };
        text(0x0008, 0x0016, VR::UI, self.class);
        text(0x0008, 0x0060, VR::CS, self.modality);
        text(0x0010, 0x0010, VR::PN, "NOBODY^NAMED");
        text(0x0020, 0x000e, VR::UI, self.series);
        let [x, y, z] = self.position;
        text(0x0020, 0x0032, VR::DS, &format!("{x:.6}\\{y:.6}\\{z:.6}"));
        text(0x0020, 0x0037, VR::DS, self.orientation);
        text(0x0028, 0x0004, VR::CS, "MONOCHROME2");
        text(0x0028, 0x0030, VR::DS, "0.7\\1.3");
        text(0x0028, 0x1052, VR::DS, self.intercept);
        text(0x0028, 0x1053, VR::DS, "2");
        let shorts = [(2, 1), (0x10, ROWS), (0x11, COLUMNS), (0x100, 16), (0x101, 16), (0x102, 15), (0x103, 1)];
        for (element, value) in shorts {
            object.put(DataElement::new(Tag(0x0028, element), VR::US, PrimitiveValue::from(value)));
        }
        let pixels = Tag(0x7fe0, 0x0010);
        match &self.packed {
            Some(packed) => {
                let fragments = PixelFragmentSequence::new_fragments(vec![packed.clone()]);
                object.put(DataElement::new(pixels, VR::OB, Value::PixelSequence(fragments)));
            }
            None => {
                let values = PrimitiveValue::U16(self.values.iter().copied().collect());
                object.put(DataElement::new(pixels, VR::OW, values));
            }
        }
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(self.syntax)
            .media_storage_sop_class_uid(self.class)
            .media_storage_sop_instance_uid("2.25.9");
        let mut bytes = Vec::new();
        object.with_meta(meta).expect("a file").write_all(&mut bytes).expect("written");
        bytes
    }
}

/// Slices 2.5 mm apart from z = −10 upwards.
fn series(count: u16) -> Vec<Made> {
    (0..count).map(|k| slice(k, [5.0, -6.0, -10.0 + 2.5 * f64::from(k)])).collect()
}

fn open(slices: &[Made]) -> Result<VolumeReader, VolumeReadError> {
    let files = slices.iter().enumerate().map(|(at, s)| (PathBuf::from(format!("{at}.dcm")), s.bytes())).collect();
    VolumeReader::from_dicom_bytes(Path::new("series"), files)
}

fn read(slices: &[Made]) -> Volume {
    open(slices).expect("opens").read(None).expect("readable")
}

#[track_caller]
fn refused(slices: &[Made], words: &[&str]) {
    let error = open(slices).and_then(|reader| reader.read(None)).expect_err("a bad series was read").to_string();
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
}

#[test]
fn slices_in_any_order_stand_at_their_places_with_unequal_pixels() {
    let ordered = read(&series(5));
    let mut shuffled = series(5);
    shuffled.swap(0, 3);
    shuffled.swap(1, 4);
    assert_eq!(ordered, read(&shuffled), "the order of the files changes nothing");
    assert_eq!(ordered.dims, [4, 3, 5]);
    // Voxel (1, 2, 3): one column of 1.3 mm, two rows of 0.7 mm, three slices of 2.5 mm.
    let p = ordered.patient_from_index.point(&Vector::new(1.0, 2.0, 3.0));
    assert!((p - Point::new(6.3, -4.6, -2.5)).norm() < 1e-9, "{p}");
    assert_eq!(ordered.nearest(&p), Some(2.0 * 321.0 - 1000.0));
}

#[test]
fn feet_first_and_sagittal_series_lie_where_their_headers_say() {
    // Sagittal: along a row to the back, along a column to the feet, so that the normal points to the right.
    let sagittal: Vec<Made> = (0..4)
        .map(|k| Made { orientation: "0\\1\\0\\0\\0\\-1", ..slice(k, [3.0 * f64::from(k), 0.0, 50.0]) })
        .collect();
    let volume = read(&sagittal);
    let p = Point::new(6.0, 1.3, 49.3);
    assert_eq!(volume.nearest(&p), Some(2.0 * 211.0 - 1000.0), "{:?}", volume.patient_from_index);
    // Prone and feet first: rows run to the right, columns to the front.
    let prone: Vec<Made> = (0..4)
        .map(|k| Made { orientation: "-1\\0\\0\\0\\-1\\0", ..slice(k, [0.0, 0.0, -3.0 * f64::from(k)]) })
        .collect();
    assert_eq!(read(&prone).nearest(&Point::new(-2.6, -0.7, -9.0)), Some(2.0 * 312.0 - 1000.0));
}

#[test]
fn each_slice_has_its_own_rescaling() {
    let mut slices = series(3);
    slices[1].intercept = "-24";
    let volume = read(&slices);
    assert_eq!([volume.values[0], volume.values[12], volume.values[24]], [-1000.0, 2.0 * 100.0 - 24.0, -600.0]);
}

#[test]
fn a_copied_slice_is_left_out_and_two_different_ones_at_a_place_are_refused() {
    let mut slices = series(4);
    slices.push(slices[2].clone());
    assert_eq!(read(&slices), read(&series(4)));
    assert!(open(&slices).expect("opens").warnings[0].contains("1 slices are there twice"));
    slices[4].values[0] += 1;
    refused(&slices, &["2.dcm and 4.dcm are at the same place but differ", "one reconstruction"]);
}

#[test]
fn one_missing_slice_is_filled_and_said_and_more_are_refused_with_their_places() {
    let mut slices = series(8);
    slices.remove(3);
    let volume = read(&slices);
    assert_eq!(volume, read(&series(8)), "the made-up values are linear in k");
    let warnings = open(&slices).expect("opens").warnings;
    assert!(warnings[0].contains("one slice is missing between 2.dcm and 3.dcm"), "{warnings:?}");
    slices.remove(3);
    refused(&slices, &["2 slices are missing between 2.dcm and 3.dcm"]);
    let mut uneven = series(8);
    uneven[5].position[2] += 0.8;
    refused(&uneven, &["not evenly spaced", "3.30 mm between", "2.50 mm elsewhere"]);
}

#[test]
fn a_tilted_gantry_shears_the_lattice() {
    let tilted: Vec<Made> =
        (0..5).map(|k| slice(k, [5.0, -6.0 + 0.5 * f64::from(k), -10.0 + 2.5 * f64::from(k)])).collect();
    let volume = read(&tilted);
    let p = volume.patient_from_index.point(&Vector::new(0.0, 0.0, 4.0));
    assert!((p - Point::new(5.0, -4.0, 0.0)).norm() < 1e-9, "{p}");
    // atan(0.5 / 2.5) = 11.3°.
    let warnings = open(&tilted).expect("opens").warnings;
    assert!(warnings[0].contains("tilted by 11.3°"), "{warnings:?}");
    let mut bent = tilted;
    bent[2].position[1] += 1.0;
    refused(&bent, &["2.dcm", "off the line"]);
}

#[test]
fn other_pictures_and_mixed_series_are_named() {
    let mr: Vec<Made> = series(3).into_iter().map(|s| Made { modality: "MR", ..s }).collect();
    refused(&mr, &["modality MR", "not CT"]);
    let mut mixed = series(3);
    mixed.extend(series(4).into_iter().map(|s| Made { series: "2.25.2", ..s }));
    refused(&mixed, &["2 series", "2.25.1 (CT, 3 slices)", "2.25.2 (CT, 4 slices)", "--series"]);
    let many: Vec<Made> = series(3).into_iter().map(|s| Made { class: "1.2.840.10008.5.1.4.1.1.2.1", ..s }).collect();
    refused(&many, &["multi-frame"]);
    let mut turned = series(3);
    turned[1].orientation = "0\\1\\0\\1\\0\\0";
    refused(&turned, &["turned against each other"]);
    refused(&series(1), &["a single slice"]);
}

#[test]
fn a_named_series_is_taken_from_a_folder_and_strangers_are_passed_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (at, made) in series(3).iter().enumerate() {
        let other = Made { series: "2.25.2", intercept: "0", ..made.clone() };
        std::fs::write(folder.path().join(format!("b{at}")), made.bytes()).expect("written");
        std::fs::write(folder.path().join(format!("a{at}.dcm")), other.bytes()).expect("written");
    }
    std::fs::write(folder.path().join("notes.txt"), "no picture").expect("written");
    let first = |reader: VolumeReader| reader.read(None).expect("readable").values[0];
    assert_eq!(first(VolumeReader::open_series(folder.path(), Some("2.25.1")).expect("opens")), -1000.0);
    assert_eq!(first(VolumeReader::open(&folder.path().join("a1.dcm")).expect("opens")), 0.0);
    assert!(VolumeReader::open(folder.path()).is_err());
    let absent = VolumeReader::open_series(folder.path(), Some("2.25.3")).err().expect("absent").to_string();
    assert!(absent.contains("no CT series 2.25.3") && absent.contains("2.25.2 (CT, 3 slices)"), "{absent}");
}

#[test]
fn a_slice_cut_anywhere_is_refused() {
    let whole = series(2);
    let (first, second) = (whole[0].bytes(), whole[1].bytes());
    for keep in (0..second.len()).step_by(7) {
        let files = vec![(PathBuf::from("0.dcm"), first.clone()), (PathBuf::from("1.dcm"), second[..keep].to_vec())];
        let read = VolumeReader::from_dicom_bytes(Path::new("series"), files).and_then(|reader| reader.read(None));
        assert!(read.is_err(), "{keep} of {} bytes were taken for a slice", second.len());
    }
}

#[test]
fn packed_pixels_are_the_same_numbers() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/dicom");
    let read = |name: &str| {
        let bytes = |name: &str| (PathBuf::from(name), std::fs::read(corpus.join(name)).expect("readable"));
        let files = vec![bytes(name), bytes("native_next.dcm")];
        let reader = VolumeReader::from_dicom_bytes(Path::new(name), files).expect(name);
        reader.read(None).expect(name)
    };
    let native = read("native.dcm");
    // Pixel (i, j) holds 1000 + 17 i + 211 j.
    assert_eq!((native.dims, native.values[2 + 7 * 3]), ([7, 9, 2], 1000.0 + 34.0 + 633.0 - 1024.0));
    for packed in ["implicit.dcm", "rle.dcm", "jpeg_lossless.dcm", "jpeg_2000.dcm"] {
        assert_eq!(native, read(packed), "{packed}");
    }
    let ls: Vec<Made> = series(2)
        .into_iter()
        .map(|s| Made { syntax: "1.2.840.10008.1.2.4.80", packed: Some(vec![0; 8]), ..s })
        .collect();
    refused(&ls, &["1.2.840.10008.1.2.4.80 (JPEG-LS)", "gdcmconv --raw"]);
}
