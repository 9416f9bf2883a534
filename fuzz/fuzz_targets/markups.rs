//! Any text as Slicer markups.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trocar::patient_io::read_markups;

fuzz_target!(|text: &str| {
    let _ = read_markups(text);
});
