//! Any text as a scenario.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;
use trocar::scenario::Scenario;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Scenario::parse(text.to_owned(), Path::new("input.toml"));
    }
});
