//! Any bytes as one slice of a series, beside a good one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::{Path, PathBuf};
use trocar::patient_io::VolumeReader;

fuzz_target!(|bytes: &[u8]| {
    let good = include_bytes!("../corpus/dicom/native_next.dcm").to_vec();
    let files = vec![(PathBuf::from("input.dcm"), bytes.to_vec()), (PathBuf::from("good.dcm"), good)];
    if let Ok(reader) = VolumeReader::from_dicom_bytes(Path::new("series"), files) {
        let _ = reader.read(None);
    }
});
