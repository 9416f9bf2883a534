//! Tests of the NIfTI reader: places in LPS, scaling, byte orders, and that bad files give errors, never panics.

use super::{IndexBox, VolumeReadError, VolumeReader, read_volume};
use crate::geometry::{Point, Vector};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;
use std::path::PathBuf;

/// A little-endian NIfTI-1 file of int16 voxels 0, 1, 2 …, with an sform.
fn sample(dims: [u16; 3], sform: [[f32; 4]; 3]) -> Vec<u8> {
    let mut b = vec![0; 352];
    let put = |b: &mut Vec<u8>, at: usize, bytes: &[u8]| b[at..at + bytes.len()].copy_from_slice(bytes);
    put(&mut b, 0, &348_i32.to_le_bytes());
    for (i, d) in [3, dims[0], dims[1], dims[2], 1, 1, 1, 1].iter().enumerate() {
        put(&mut b, 40 + 2 * i, &d.to_le_bytes());
    }
    put(&mut b, 70, &4_i16.to_le_bytes());
    put(&mut b, 72, &16_i16.to_le_bytes());
    for axis in 0..3 {
        let step = (0..3).map(|row| sform[row][axis] * sform[row][axis]).sum::<f32>().sqrt();
        put(&mut b, 80 + 4 * axis, &step.to_le_bytes());
    }
    put(&mut b, 76, &1_f32.to_le_bytes());
    put(&mut b, 108, &352_f32.to_le_bytes());
    b[123] = 2;
    put(&mut b, 254, &1_i16.to_le_bytes());
    for (i, v) in sform.iter().flatten().enumerate() {
        put(&mut b, 280 + 4 * i, &v.to_le_bytes());
    }
    put(&mut b, 344, b"n+1\0");
    let count = dims.iter().map(|&d| usize::from(d)).product::<usize>().min(10_000);
    b.extend((0..count).flat_map(|v| (v as i16).to_le_bytes()));
    b
}

const SFORM: [[f32; 4]; 3] = [[-0.7, 0.0, 0.0, 11.0], [0.0, 0.0, 2.5, -20.0], [0.0, 1.25, 0.0, 7.0]];

fn saved(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

fn error_of(name: &str, bytes: &[u8]) -> VolumeReadError {
    let (_folder, path) = saved(name, bytes);
    let error = read_volume(&path).expect_err("a bad file was accepted");
    assert!(error.to_string().contains(name), "the message does not name the file: {error}");
    error
}

#[test]
fn ras_becomes_lps_for_permuted_and_flipped_axes_packed_or_not() {
    let bytes = sample([4, 3, 2], SFORM);
    let (_folder, path) = saved("a.nii", &bytes);
    let volume = read_volume(&path).expect("readable");
    let (_folder2, path) = saved("a.nii.gz", &gzip(&bytes));
    assert_eq!(volume, read_volume(&path).expect("readable"), "packing changes nothing");
    assert_eq!((volume.dims, volume.values[23]), ([4, 3, 2], 23.0));
    // Voxel (1, 2, 1): RAS (11 − 0.7, −20 + 2.5, 7 + 2 · 1.25), so LPS (−10.3, 17.5, 9.5).
    let p = volume.patient_from_index.point(&Vector::new(1.0, 2.0, 1.0));
    assert!((p - Point::new(-10.3, 17.5, 9.5)).norm() < 1e-5, "{p}");
    let expected = [0.7, 1.25, 2.5];
    assert!(volume.spacing_mm().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{:?}", volume.spacing_mm());
    assert_eq!(volume.nearest(&p), Some(1.0 + 4.0 * (2.0 + 3.0)));
}

#[test]
fn a_region_is_the_same_voxels_in_the_same_places() {
    let (_folder, path) = saved("a.nii.gz", &gzip(&sample([5, 4, 6], SFORM)));
    let whole = read_volume(&path).expect("readable");
    let region = IndexBox { low: [1, 2, 3], high: [4, 4, 5] };
    let part = VolumeReader::open(&path).expect("opens").read(Some(region)).expect("readable");
    assert_eq!(part.dims, [3, 2, 2]);
    for (k, j, i) in [(0, 0, 0), (1, 1, 2), (0, 1, 1)] {
        let p = part.patient_from_index.point(&Vector::new(i as f64, j as f64, k as f64));
        assert_eq!(part.nearest(&p), whole.nearest(&p));
    }
}

#[test]
fn slope_intercept_and_qform_are_honoured() {
    let mut bytes = sample([4, 3, 2], SFORM);
    bytes[112..116].copy_from_slice(&2_f32.to_le_bytes());
    bytes[116..120].copy_from_slice(&(-1024_f32).to_le_bytes());
    // No sform; qform: half a turn about z (b = c = 0, d = 1), offset (1, 2, 3), k mirrored by pixdim[0].
    bytes[254..256].copy_from_slice(&0_i16.to_le_bytes());
    bytes[252..254].copy_from_slice(&1_i16.to_le_bytes());
    bytes[76..80].copy_from_slice(&(-1_f32).to_le_bytes());
    for (at, v) in [(264, 1_f32), (268, 1.0), (272, 2.0), (276, 3.0)] {
        bytes[at..at + 4].copy_from_slice(&v.to_le_bytes());
    }
    let (_folder, path) = saved("q.nii", &bytes);
    let volume = read_volume(&path).expect("readable");
    assert_eq!(volume.values[5], 2.0 * 5.0 - 1024.0);
    // RAS (1 − 0.7, 2 − 1.25, 3 − 2.5).
    let p = volume.patient_from_index.point(&Vector::new(1.0, 1.0, 1.0));
    assert!((p - Point::new(-0.3, -0.75, 0.5)).norm() < 1e-5, "{p}");
}

#[test]
fn a_big_endian_file_is_the_same_volume() {
    let little = sample([4, 3, 2], SFORM);
    let mut big = little.clone();
    let mut swap = |from: usize, size: usize, count: usize| {
        big[from..from + size * count].chunks_exact_mut(size).for_each(<[u8]>::reverse);
    };
    swap(0, 4, 1);
    swap(40, 2, 8);
    swap(56, 4, 3);
    swap(68, 2, 4);
    swap(76, 4, 11);
    swap(124, 4, 6);
    swap(252, 2, 2);
    swap(256, 4, 18);
    swap(352, 2, 24);
    let (_a, little) = saved("l.nii", &little);
    let (_b, big) = saved("b.nii", &big);
    assert_eq!(read_volume(&little).expect("little"), read_volume(&big).expect("big"));
}

#[test]
fn truncated_files_say_so() {
    let bytes = sample([20, 20, 20], SFORM);
    assert!(matches!(error_of("cut.nii", &bytes[..3000]), VolumeReadError::Truncated { .. }));
    let packed = gzip(&bytes);
    assert!(matches!(error_of("cut.nii.gz", &packed[..packed.len() / 2]), VolumeReadError::Truncated { .. }));
    assert!(matches!(error_of("head.nii", &bytes[..200]), VolumeReadError::NotAVolume { .. }));
    assert!(matches!(error_of("empty.nii.gz", &[]), VolumeReadError::NotAVolume { .. }));
}

#[test]
fn bad_headers_say_which_field() {
    let good = sample([4, 3, 2], SFORM);
    let with = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        bad
    };
    assert!(matches!(error_of("magic.nii", &with(344, b"nope")), VolumeReadError::NotAVolume { .. }));
    let cases = [
        ("zero_pixdim.nii", with(84, &0_f32.to_le_bytes()), "pixdim"),
        ("nan_pixdim.nii", with(80, &f32::NAN.to_le_bytes()), "pixdim"),
        ("nan_affine.nii", with(284, &f32::NAN.to_le_bytes()), "sform"),
        ("singular.nii", with(280, &0_f32.to_le_bytes()), "sform"),
        ("flat.nii", with(46, &0_u16.to_le_bytes()), "dim"),
        ("series.nii", with(40, &[4, 0, 4, 0, 3, 0, 2, 0, 9, 0]), "several volumes"),
        ("complex.nii", with(70, &32_i16.to_le_bytes()), "datatype"),
        ("offset.nii", with(108, &f32::INFINITY.to_le_bytes()), "vox_offset"),
        ("slope.nii", with(112, &f32::NAN.to_le_bytes()), "scl_slope"),
        ("huge.nii", with(42, &[0xff, 0x7f, 0xff, 0x7f, 0xff, 0x7f]), "dim"),
    ];
    for (name, bytes, field) in cases {
        let message = error_of(name, &bytes).to_string();
        assert!(message.contains(field), "{message}");
    }
    // Large yet allowed sizes that the file cannot hold.
    let claims = with(42, &[0, 4, 0, 4, 0, 4]);
    assert!(matches!(error_of("claims.nii", &claims), VolumeReadError::Truncated { .. }));
    assert!(matches!(error_of("claims.nii.gz", &gzip(&claims)), VolumeReadError::Truncated { .. }));
}

#[test]
fn mirrored_sform_and_qform_raise_a_suspicion() {
    let mut bytes = sample([4, 3, 2], [[0.7, 0.0, 0.0, 0.0], [0.0, 1.25, 0.0, 0.0], [0.0, 0.0, 2.5, 0.0]]);
    bytes[252..254].copy_from_slice(&1_i16.to_le_bytes());
    bytes[76..80].copy_from_slice(&(-1_f32).to_le_bytes());
    let (_folder, path) = saved("m.nii", &bytes);
    let reader = VolumeReader::open(&path).expect("opens");
    assert!(reader.warnings.iter().any(|w| w.contains("left and right")), "{:?}", reader.warnings);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_damage_to_a_header_panics(at in 0..352_usize, to in any::<[u8; 4]>()) {
        let mut bytes = sample([4, 3, 2], SFORM);
        let end = (at + 4).min(352);
        bytes[at..end].copy_from_slice(&to[..end - at]);
        let (_folder, path) = saved("damaged.nii", &bytes);
        if let Ok(volume) = read_volume(&path) {
            prop_assert!(volume.values.iter().all(|v| v.is_finite()));
        }
    }
}
