//! L6: the TOML file, its validation, its expectations and the headless run.
