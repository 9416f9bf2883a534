//! Any bytes as a surface.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use trocar::anatomy::Level;
use trocar::patient_io::{MeshOptions, import_mesh_bytes};

fuzz_target!(|bytes: &[u8]| {
    let _ = import_mesh_bytes(Path::new("input"), bytes, MeshOptions::default(), Level::L1);
});
