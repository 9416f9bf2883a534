//! Tests of the NRRD and MetaImage readers: places in LPS, kinds and byte orders, names of segments, and what is refused.

use super::{Volume, VolumeReadError, VolumeReader, write_nrrd};
use crate::geometry::{Field, Frame, Grid, Point, Vector};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;
use std::path::Path;

const NRRD: &str = "NRRD0004\n# a comment\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 2\n\
    space directions: (0.7,0,0) (0,0,-1.3) (0,2.5,0)\nkinds: domain domain domain\nendian: little\nencoding: raw\n\
    space origin: (5,-6,7)\n";
const MHA: &str = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\n\
    TransformMatrix = 1 0 0 0 0 -1 0 1 0\nOffset = 5 -6 7\nElementSpacing = 0.7 1.3 2.5\nDimSize = 4 3 2\n\
    ElementType = MET_SHORT\nElementDataFile = LOCAL\n";

/// −3, −2, … 20, one per voxel.
fn voxels() -> Vec<u8> {
    (-3..21_i16).flat_map(i16::to_le_bytes).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("packed")
}

fn nrrd(changes: &[(&str, &str)], voxels: &[u8]) -> Vec<u8> {
    [changed(NRRD, changes).as_bytes(), b"\n", voxels].concat()
}

fn mha(changes: &[(&str, &str)], voxels: &[u8]) -> Vec<u8> {
    [changed(MHA, changes).as_bytes(), voxels].concat()
}

fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "no `{old}` to change");
        text.replacen(old, new, 1)
    })
}

fn read(bytes: Vec<u8>) -> Result<Volume, VolumeReadError> {
    VolumeReader::from_bytes(Path::new("made.up"), bytes)?.read(None)
}

#[track_caller]
fn refused(bytes: Vec<u8>, words: &[&str]) {
    let error = read(bytes).expect_err("a bad file was accepted").to_string();
    assert!(words.iter().all(|word| error.contains(word)), "{words:?} not all in: {error}");
}

/// Voxel (1, 2, 1) of both texts: one step along x, two to the feet, one to the back.
fn check(volume: &Volume, what: &str) {
    let p = volume.patient_from_index.point(&Vector::new(1.0, 2.0, 1.0));
    assert!((p - Point::new(5.7, -3.5, 4.4)).norm() < 1e-9, "{what}: {p}");
    assert_eq!((volume.dims, volume.values[1 + 4 * (2 + 3)]), ([4, 3, 2], 18.0), "{what}");
}

#[test]
fn the_same_volume_comes_out_of_every_encoding_and_space() {
    let plain = read(nrrd(&[], &voxels())).expect("raw");
    check(&plain, "raw");
    let big: Vec<u8> = (-3..21_i16).flat_map(i16::to_be_bytes).collect();
    let float: Vec<u8> = (-3..21_i16).flat_map(|v| f32::from(v).to_le_bytes()).collect();
    let long: Vec<u8> = (-3..21_i64).flat_map(i64::to_le_bytes).collect();
    let others = [
        ("gzip", nrrd(&[("raw", "gzip")], &gzip(&voxels()))),
        ("big endian", nrrd(&[("little", "big")], &big)),
        ("float", nrrd(&[("short", "float")], &float)),
        ("int64", nrrd(&[("short", "long long int")], &long)),
        (
            "Windows lines",
            changed(NRRD, &[]).replace('\n', "\r\n").into_bytes().into_iter().chain(*b"\r\n").chain(voxels()).collect(),
        ),
        (
            "RAS",
            nrrd(
                &[
                    ("left-posterior", "right-anterior"),
                    ("(0.7,0,0)", "(-0.7,0,0)"),
                    ("(0,2.5,0)", "(0,-2.5,0)"),
                    ("(5,-6,7)", "(-5,6,7)"),
                ],
                &voxels(),
            ),
        ),
        (
            "LAS",
            nrrd(
                &[("left-posterior", "left-anterior"), ("(0,2.5,0)", "(0,-2.5,0)"), ("(5,-6,7)", "(5,6,7)")],
                &voxels(),
            ),
        ),
        (
            "one layer",
            nrrd(
                &[
                    ("dimension: 3", "dimension: 4"),
                    ("sizes: 4", "sizes: 1 4"),
                    ("directions: ", "directions: none "),
                    ("kinds: ", "kinds: list "),
                ],
                &voxels(),
            ),
        ),
        ("mha", mha(&[], &voxels())),
        ("mha, big endian", mha(&[("MSB = False", "MSB = True")], &big)),
        ("mha, float", mha(&[("MET_SHORT", "MET_FLOAT")], &float)),
        (
            "mha, packed",
            mha(&[("CompressedData = False", "CompressedData = True")], &{
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(&voxels()).and_then(|()| encoder.finish()).expect("packed")
            }),
        ),
    ];
    for (what, bytes) in others {
        let volume = read(bytes).expect(what);
        check(&volume, what);
        assert_eq!(plain.values, volume.values, "{what}");
    }
}

#[test]
fn what_this_program_writes_is_read_back_in_place() {
    let frame = Frame::from_axes(Point::new(10.0, 20.0, 30.0), Vector::y(), -Vector::x(), Vector::z()).expect("axes");
    let grid = Grid { dims: [5, 4, 3], spacing_mm: 1.5, origin_mm: Point::new(-2.0, 1.0, 0.5) };
    let field = Field::from_fn(grid.clone(), |p| (p.x + 10.0 * p.y + 100.0 * p.z) as f32);
    let mut bytes = Vec::new();
    write_nrrd(&mut bytes, &field, &frame, "x").expect("written");
    let volume = read(bytes).expect("readable");
    for cell in grid.cells() {
        assert_eq!(volume.nearest(&frame.point_to_patient(&grid.centre(cell))), Some(field[cell]));
    }
}

#[test]
fn segments_keep_their_names_and_overlapping_ones_are_refused() {
    let named =
        [("space origin", "Segment0_LabelValue:=3\nSegment0_Name:=L1 vertebra\nSegment1_Name:=x\nspace origin")];
    let reader = VolumeReader::from_bytes(Path::new("a.seg.nrrd"), nrrd(&named, &voxels())).expect("opens");
    assert_eq!(reader.label_names.into_iter().collect::<Vec<_>>(), [(3, "L1 vertebra".to_owned())]);
    let layers = [("dimension: 3", "dimension: 4"), ("sizes: 4", "sizes: 2 4"), ("directions: ", "directions: none ")];
    refused(nrrd(&layers, &[voxels(), voxels()].concat()), &["2 layers", "label map"]);
}

#[test]
fn bad_headers_say_which_field() {
    let v = voxels();
    let nrrds = [
        (("type: short", "type: block"), "type \"block\""),
        (("encoding: raw", "encoding: bzip2"), "encoding \"bzip2\""),
        (("endian: little\n", ""), "endian"),
        (("sizes: 4 3 2", "sizes: 4 3 0"), "sizes"),
        (("sizes: 4 3 2", "sizes: 4 3 -2"), "sizes"),
        (("sizes: 4 3 2", "sizes: 99999999999 3 2"), "sizes"),
        (("sizes: 4 3 2", "sizes: 4 3"), "dimension"),
        (("(0,0,-1.3)", "(0,0,0)"), "space directions"),
        (("(0,0,-1.3)", "(0.7,0,0)"), "space directions"),
        (("(0,0,-1.3)", "(0,0,nan)"), "space directions"),
        (("(0,0,-1.3)", "(0,0,1300)"), "voxels of"),
        (("left-posterior-superior", "scanner-xyz"), "scanner-xyz"),
        (("kinds:", "data file: a.raw\nkinds:"), "detached"),
        (("kinds:", "byte skip: 8\nkinds:"), "byte skip"),
        (("kinds: domain domain domain", "nonsense"), "nonsense"),
    ];
    for (change, word) in nrrds {
        refused(nrrd(&[change], &v), &["made.up: ", word]);
    }
    let mhas = [
        (("DimSize = 4 3 2", "DimSize = 4 3 0"), "DimSize"),
        (("DimSize = 4 3 2", "DimSize = 9999999 99999999 99999999"), "DimSize"),
        (("= 0.7 1.3 2.5", "= 0.7 0 2.5"), "ElementSpacing"),
        (("= 1 0 0 0 0 -1", "= 1 0 0 1 0 0"), "TransformMatrix"),
        (("MET_SHORT", "MET_STRANGE"), "ElementType"),
        (("LOCAL", "a.raw"), "another file"),
        (("NDims = 3", "NDims = 4"), "three dimensions"),
    ];
    for (change, word) in mhas {
        refused(mha(&[change], &v), &["made.up: ", word]);
    }
    let nan: Vec<u8> = (0..24).flat_map(|n| if n == 5 { f32::NAN } else { 1.0 }.to_le_bytes()).collect();
    refused(nrrd(&[("short", "float")], &nan), &["voxel (1, 1, 0) is not a finite number"]);
}

#[test]
fn short_files_are_refused_before_memory_is_claimed() {
    for claim in ["sizes: 1200 1200 1200", "sizes: 4 3 3"] {
        refused(nrrd(&[("sizes: 4 3 2", claim)], &voxels()), &["truncated"]);
        refused(nrrd(&[("sizes: 4 3 2", claim), ("raw", "gzip")], &gzip(&voxels())), &["truncated"]);
        refused(mha(&[("DimSize = 4 3 2", &claim.replace("sizes:", "DimSize ="))], &voxels()), &["truncated"]);
    }
    let whole = nrrd(&[("raw", "gzip")], &gzip(&voxels()));
    for keep in 0..whole.len() {
        assert!(read(whole[..keep].to_vec()).is_err(), "{keep} of {} bytes were taken for a volume", whole.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_damage_panics(at in 0..330_usize, to in any::<[u8; 3]>(), meta in any::<bool>()) {
        let mut bytes = if meta { mha(&[], &voxels()) } else { nrrd(&[], &voxels()) };
        let end = (at + 3).min(bytes.len());
        if at < end {
            bytes[at..end].copy_from_slice(&to[..end - at]);
        }
        if let Ok(volume) = read(bytes) {
            prop_assert!(volume.values.iter().all(|v| v.is_finite()));
        }
    }
}
