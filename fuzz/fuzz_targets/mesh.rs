//! Any bytes as a surface.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use trocar::patient_io::{MeshOptions, volume_of_surface};

fuzz_target!(|bytes: &[u8]| {
    let _ = volume_of_surface(Path::new("input"), bytes, MeshOptions::default(), 20);
});
