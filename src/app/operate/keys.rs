//! The keys of the operating room: one table for the hand, the tooltips and the settings page.

use super::gesture::Gesture;
use crate::procedure::action::{PauseReason, View};
use bevy::input::keyboard::KeyCode;

/// One row: a key, what it asks for while it goes down, and its name in the words.
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With Shift.
    pub shift: bool,
    /// With Ctrl (Command on a Mac).
    pub control: bool,
    /// On going down.
    pub gesture: Gesture,
    /// On coming up, for what is held.
    pub release: Option<Gesture>,
    /// Key of the words that say what it does.
    pub word: &'static str,
}

const fn key(code: KeyCode, gesture: Gesture, word: &'static str) -> Key {
    Key { code, shift: false, control: false, gesture, release: None, word }
}

const fn shifted(code: KeyCode, gesture: Gesture, word: &'static str) -> Key {
    Key { shift: true, ..key(code, gesture, word) }
}

const fn with_control(code: KeyCode, gesture: Gesture, word: &'static str) -> Key {
    Key { control: true, ..key(code, gesture, word) }
}

const fn held(code: KeyCode, gesture: Gesture, release: Gesture, word: &'static str) -> Key {
    Key { release: Some(release), ..key(code, gesture, word) }
}

const fn shift(left_mm: f64, up_mm: f64) -> Gesture {
    Gesture::Shift { left_mm, up_mm }
}

const fn tilt(convergence_deg: f64, sagittal_deg: f64) -> Gesture {
    Gesture::Tilt { convergence_deg, sagittal_deg }
}

const fn swing(lao_deg: f64, cra_deg: f64) -> Gesture {
    Gesture::Swing { lao_deg, cra_deg }
}

/// All keys of the operating room.
pub const KEYS: &[Key] = &[
    key(KeyCode::Space, Gesture::Shoot(View::Ap), "do-shoot-ap"),
    shifted(KeyCode::Space, Gesture::Shoot(View::Lateral), "do-shoot-lateral"),
    held(KeyCode::KeyX, Gesture::Pedal(true), Gesture::Pedal(false), "do-pedal"),
    key(KeyCode::Tab, Gesture::NextTool, "do-next-tool"),
    key(KeyCode::ArrowUp, Gesture::Drive(1.0), "do-advance"),
    key(KeyCode::ArrowDown, Gesture::Drive(-1.0), "do-withdraw"),
    shifted(KeyCode::ArrowUp, Gesture::Drive(5.0), "do-advance-far"),
    shifted(KeyCode::ArrowDown, Gesture::Drive(-5.0), "do-withdraw-far"),
    key(KeyCode::ArrowRight, tilt(1.0, 0.0), "do-tilt-in"),
    key(KeyCode::ArrowLeft, tilt(-1.0, 0.0), "do-tilt-out"),
    shifted(KeyCode::ArrowRight, tilt(0.0, 1.0), "do-tilt-up"),
    shifted(KeyCode::ArrowLeft, tilt(0.0, -1.0), "do-tilt-down"),
    key(KeyCode::KeyA, shift(1.0, 0.0), "do-shift-left"),
    key(KeyCode::KeyD, shift(-1.0, 0.0), "do-shift-right"),
    key(KeyCode::KeyW, shift(0.0, 1.0), "do-shift-up"),
    key(KeyCode::KeyS, shift(0.0, -1.0), "do-shift-down"),
    key(KeyCode::KeyP, Gesture::Seat, "do-seat"),
    key(KeyCode::KeyT, Gesture::Turn(15.0), "do-turn"),
    key(KeyCode::KeyQ, swing(5.0, 0.0), "do-swing-lao"),
    key(KeyCode::KeyE, swing(-5.0, 0.0), "do-swing-rao"),
    shifted(KeyCode::KeyQ, swing(0.0, 5.0), "do-swing-cra"),
    shifted(KeyCode::KeyE, swing(0.0, -5.0), "do-swing-cau"),
    key(KeyCode::KeyJ, Gesture::Drill, "do-drill"),
    key(KeyCode::KeyB, Gesture::Inflate(0.5), "do-inflate"),
    shifted(KeyCode::KeyB, Gesture::Deflate, "do-deflate"),
    key(KeyCode::KeyN, Gesture::Contrast, "do-contrast"),
    key(KeyCode::KeyM, Gesture::Mix, "do-mix"),
    key(KeyCode::KeyC, Gesture::Connect, "do-connect"),
    held(KeyCode::KeyI, Gesture::Press(true), Gesture::Press(false), "do-inject"),
    key(KeyCode::BracketLeft, Gesture::Rate(0.8), "do-slower"),
    key(KeyCode::BracketRight, Gesture::Rate(1.25), "do-faster"),
    key(KeyCode::KeyO, Gesture::Pause(PauseReason::BetweenPushes), "do-pause"),
    key(KeyCode::KeyL, Gesture::Pause(PauseReason::LeakSeen), "do-pause-leak"),
    key(KeyCode::KeyF, Gesture::Finish, "do-finish"),
    key(KeyCode::Digit1, Gesture::Pace(1.0), "do-pace-1"),
    key(KeyCode::Digit2, Gesture::Pace(2.0), "do-pace-2"),
    key(KeyCode::Digit5, Gesture::Pace(5.0), "do-pace-5"),
    key(KeyCode::Digit0, Gesture::Pace(10.0), "do-pace-10"),
    key(KeyCode::KeyV, Gesture::Scene, "do-scene"),
    key(KeyCode::KeyH, Gesture::Hints, "do-hints"),
    key(KeyCode::KeyK, Gesture::Invert, "do-invert"),
    with_control(KeyCode::KeyZ, Gesture::Undo, "do-undo"),
    with_control(KeyCode::KeyY, Gesture::Redo, "do-redo"),
    key(KeyCode::Enter, Gesture::Conclude, "do-conclude"),
];

impl Key {
    /// As it is printed on the key: "⇧ Space", "Ctrl Z".
    pub fn label(&self) -> String {
        let code = match self.code {
            KeyCode::ArrowUp => "↑".to_owned(),
            KeyCode::ArrowDown => "↓".to_owned(),
            KeyCode::ArrowLeft => "←".to_owned(),
            KeyCode::ArrowRight => "→".to_owned(),
            KeyCode::BracketLeft => "[".to_owned(),
            KeyCode::BracketRight => "]".to_owned(),
            code => format!("{code:?}").replace("Key", "").replace("Digit", ""),
        };
        let before = if self.control {
            "Ctrl "
        } else if self.shift {
            "Shift "
        } else {
            ""
        };
        format!("{before}{code}")
    }
}

/// The key of a word, as printed.
pub fn label_of(word: &str) -> String {
    KEYS.iter().find(|key| key.word == word).map_or_else(String::new, Key::label)
}

/// The key that goes down with these others held.
pub fn pressed(code: KeyCode, shift: bool, control: bool) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.code == code && key.shift == shift && key.control == control)
}

/// The held key that comes up.
pub fn released(code: KeyCode) -> Option<Gesture> {
    KEYS.iter().find(|key| key.code == code && key.release.is_some()).and_then(|key| key.release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        for (i, a) in KEYS.iter().enumerate() {
            for b in &KEYS[i + 1..] {
                assert!((a.code, a.shift, a.control) != (b.code, b.shift, b.control), "{} and {}", a.word, b.word);
                assert_ne!(a.word, b.word);
            }
        }
    }
}
