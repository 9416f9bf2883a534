//! The fuzzers' corpora, and every input that once broke a reader, as plain tests: read, or refused with a message.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]
#![allow(clippy::print_stdout, reason = "how much was read is what the test has to say")]

use std::path::{Path, PathBuf};
use trocar::patient_io::{MeshOptions, VolumeReader, read_markups, volume_of_surface};
use trocar::scenario::Scenario;

/// Replays a folder of `fuzz/corpus`; says how many were read and how many refused.
#[track_caller]
fn replay(target: &str, read: impl Fn(Vec<u8>) -> Result<(), String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    let (mut good, mut refused) = (0, 0);
    for path in &paths {
        match read(std::fs::read(path).expect("readable")) {
            Ok(()) => good += 1,
            Err(message) => {
                assert!(message.len() > 10, "{}: refused with {message:?}", path.display());
                refused += 1;
            }
        }
    }
    println!("{target}: {good} read, {refused} refused");
    assert!(good > 0, "{target}: no seed is good");
}

fn volume(reader: Result<VolumeReader, trocar::patient_io::VolumeReadError>) -> Result<(), String> {
    reader.and_then(|reader| reader.read(None)).map(drop).map_err(|error| error.to_string())
}

#[test]
fn volumes() {
    for target in ["nifti", "nrrd", "mha"] {
        replay(target, |bytes| volume(VolumeReader::from_bytes(Path::new("input"), bytes)));
    }
}

#[test]
fn dicom_series() {
    let good = include_bytes!("../fuzz/corpus/dicom/native_next.dcm").to_vec();
    replay("dicom", |bytes| {
        let files = vec![(PathBuf::from("input.dcm"), bytes), (PathBuf::from("good.dcm"), good.clone())];
        volume(VolumeReader::from_dicom_bytes(Path::new("series"), files))
    });
}

#[test]
fn surfaces() {
    replay("mesh", |bytes| {
        let read = volume_of_surface(Path::new("input"), &bytes, MeshOptions::default(), 20);
        read.map(drop).map_err(|error| error.to_string())
    });
}

#[test]
fn markups() {
    replay("markups", |bytes| {
        let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
        read_markups(&text).map(drop).map_err(|error| error.to_string())
    });
}

#[test]
fn scenarios() {
    replay("scenario", |bytes| {
        let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
        Scenario::parse(text, Path::new("input.toml")).map(drop).map_err(|error| format!("{error}: {error:?}"))
    });
}
