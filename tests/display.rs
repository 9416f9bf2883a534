//! The door of the window: without a display a message and exit 2; with one a window that stays open.

#![cfg(all(feature = "viewer", target_os = "linux"))]
#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn trocar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trocar"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

/// Ends its process when the test does.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn without_a_display_it_says_what_works_without_one() {
    for arguments in [&[][..], &["open"], &["open", "scenarios/training/l1-wedge.toml"]] {
        let output = trocar().args(arguments).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("no display") && said.contains("trocar run FILE"), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_display_that_does_not_answer_is_told_in_words() {
    let output = trocar().env("DISPLAY", ":9876").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the window failed") && said.contains("trocar run FILE"), "{said}");
    assert!(!said.contains("RUST_BACKTRACE"), "{said}");
}

#[test]
fn on_a_display_a_window_opens_and_stays() {
    let on_path = |name: &str| {
        std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).exists()))
    };
    let has_driver = Path::new("/usr/share/vulkan/icd.d").read_dir().is_ok_and(|mut found| found.next().is_some());
    if !(on_path("Xvfb") && on_path("xwininfo") && has_driver) {
        return eprintln!(
            "skipped: no Xvfb, xwininfo or Vulkan driver here (Debian: xvfb x11-utils mesa-vulkan-drivers)"
        );
    }
    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", "1480x900x24", "-nolisten", "tcp"]);
    let mut server = Ended(server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Xvfb starts"));
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().expect("its output")).read_line(&mut number).expect("a display");
    let display = format!(":{}", number.trim());
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = trocar();
    window.args(["open", "scenarios/training/l1-wedge.toml"]).env("DISPLAY", &display);
    window.env("XDG_CONFIG_HOME", folder.path()).env("HOME", folder.path());
    let mut window = Ended(window.stderr(Stdio::piped()).spawn().expect("it runs"));
    let is_shown = || {
        let tree = Command::new("xwininfo").args(["-root", "-tree", "-display", &display]).output().expect("xwininfo");
        String::from_utf8_lossy(&tree.stdout).contains("\"Trocar\"")
    };
    let mut tries = 0;
    while !is_shown() {
        tries += 1;
        let ended = window.0.try_wait().expect("a state");
        assert!(ended.is_none() && tries < 300, "no window: {ended:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
    // Long enough for the first frames, in which a driver would fail.
    std::thread::sleep(Duration::from_secs(5));
    assert!(window.0.try_wait().expect("a state").is_none(), "the window closed by itself");
    assert!(is_shown());
}
