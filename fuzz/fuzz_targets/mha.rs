//! Any bytes as a volume; the corpus is mha, so that is where the fuzzer goes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use trocar::patient_io::VolumeReader;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reader) = VolumeReader::from_bytes(Path::new("input"), bytes.to_vec()) {
        let _ = reader.read(None);
    }
});
