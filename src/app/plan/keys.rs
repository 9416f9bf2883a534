//! The keys of the planning screen: one table for the hand, the tooltips and the settings page.

use super::editor::Edit;
use bevy_egui::egui::{Event, InputState, Key};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Moves the chosen path: a millimetre or degree is this many of the edit's own.
    Move(Move),
    /// The other side's path.
    OtherSide,
    /// Search for the best paths.
    Propose,
    /// Onto the pedicle's axis.
    Snap,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// End the planning.
    Lock,
    /// Leave.
    Leave,
}

/// A move by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Entry to the patient's left (+1) or right (−1).
    Leftwards(i8),
    /// Entry towards the head (+1) or feet (−1).
    Upwards(i8),
    /// More (+1) or less (−1) convergence.
    Inwards(i8),
    /// More (+1) or less (−1) towards the head.
    Cranially(i8),
    /// Deeper (+1) or less deep (−1).
    Deeper(i8),
}

impl Move {
    /// The edit that it stands for: 0.5 mm or 1°, fine 0.1 mm or 0.2°.
    pub fn edit(self, is_fine: bool) -> Edit {
        let mm = |sign: i8| f64::from(sign) * if is_fine { 0.1 } else { 0.5 };
        let degrees = |sign: i8| f64::from(sign) * if is_fine { 0.2 } else { 1.0 };
        match self {
            Move::Leftwards(sign) => Edit::MoveEntry { left_mm: mm(sign), up_mm: 0.0 },
            Move::Upwards(sign) => Edit::MoveEntry { left_mm: 0.0, up_mm: mm(sign) },
            Move::Inwards(sign) => Edit::Turn([degrees(sign), 0.0]),
            Move::Cranially(sign) => Edit::Turn([0.0, degrees(sign)]),
            Move::Deeper(sign) => Edit::Deepen(mm(sign)),
        }
    }
}

/// One row. A move has a fine form with Shift.
pub struct PlanKey {
    /// Which.
    pub key: Key,
    /// With Ctrl (Command on a Mac).
    pub control: bool,
    /// With Shift; of a move it does not matter.
    pub shift: bool,
    /// What it asks for.
    pub command: Command,
    /// Key of the words that say what it does.
    pub word: &'static str,
}

const fn key(key: Key, command: Command, word: &'static str) -> PlanKey {
    PlanKey { key, control: false, shift: false, command, word }
}

const fn moves(by: Key, to: Move, word: &'static str) -> PlanKey {
    key(by, Command::Move(to), word)
}

const fn with_control(key: Key, shift: bool, command: Command, word: &'static str) -> PlanKey {
    PlanKey { key, control: true, shift, command, word }
}

/// All keys of the planning screen. An arrow moves as the coronal slice shows it, the patient's left at the right.
pub const KEYS: &[PlanKey] = &[
    moves(Key::ArrowLeft, Move::Leftwards(-1), "plan-do-rightwards"),
    moves(Key::ArrowRight, Move::Leftwards(1), "plan-do-leftwards"),
    moves(Key::ArrowUp, Move::Upwards(1), "plan-do-up"),
    moves(Key::ArrowDown, Move::Upwards(-1), "plan-do-down"),
    moves(Key::CloseBracket, Move::Inwards(1), "plan-do-inwards"),
    moves(Key::OpenBracket, Move::Inwards(-1), "plan-do-outwards"),
    moves(Key::PageUp, Move::Cranially(1), "plan-do-cranially"),
    moves(Key::PageDown, Move::Cranially(-1), "plan-do-caudally"),
    moves(Key::Plus, Move::Deeper(1), "plan-do-deeper"),
    moves(Key::Equals, Move::Deeper(1), "plan-do-deeper"),
    moves(Key::Minus, Move::Deeper(-1), "plan-do-shallower"),
    key(Key::Tab, Command::OtherSide, "plan-do-other-side"),
    key(Key::P, Command::Propose, "plan-propose"),
    key(Key::N, Command::Snap, "plan-snap"),
    with_control(Key::Z, false, Command::Undo, "undo"),
    with_control(Key::Z, true, Command::Redo, "redo"),
    with_control(Key::Y, false, Command::Redo, "redo"),
    key(Key::Enter, Command::Lock, "plan-lock"),
    key(Key::Escape, Command::Leave, "plan-leave"),
];

impl PlanKey {
    /// As it is printed on the key: "Ctrl Shift Z".
    pub fn label(&self) -> String {
        let name = match self.key {
            Key::ArrowUp => "↑",
            Key::ArrowDown => "↓",
            Key::ArrowLeft => "←",
            Key::ArrowRight => "→",
            Key::OpenBracket => "[",
            Key::CloseBracket => "]",
            Key::Plus => "+",
            Key::Minus => "−",
            Key::Equals => "=",
            Key::PageUp => "PgUp",
            Key::PageDown => "PgDn",
            Key::Escape => "Esc",
            other => other.name(),
        };
        format!("{}{}{name}", if self.control { "Ctrl " } else { "" }, if self.shift { "Shift " } else { "" })
    }
}

/// The keys of what a word says: "[" or "Ctrl Y"; the first of several.
pub fn label_of(word: &str) -> String {
    KEYS.iter().find(|row| row.word == word).map(PlanKey::label).unwrap_or_default()
}

/// A key that went down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressed {
    /// What it asks for.
    pub command: Command,
    /// With Shift.
    pub is_fine: bool,
    /// It has been down since before.
    pub is_held: bool,
}

/// The keys of a frame, in their order.
pub fn pressed(input: &InputState) -> Vec<Pressed> {
    let asked = |event: &Event| {
        let Event::Key { key, physical_key, pressed: true, repeat, modifiers } = event else { return None };
        let row = KEYS.iter().find(|row| {
            let is_move = matches!(row.command, Command::Move(_));
            // With Shift a bracket is another sign on the same key.
            let is_key = row.key == *key || (is_move && Some(row.key) == *physical_key);
            is_key && row.control == modifiers.command && (is_move || row.shift == modifiers.shift) && !modifiers.alt
        })?;
        let is_move = matches!(row.command, Command::Move(_));
        // What is not a move happens once.
        (is_move || !repeat).then_some(Pressed { command: row.command, is_fine: modifiers.shift, is_held: *repeat })
    };
    input.events.iter().filter_map(asked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_share_a_key() {
        for (i, row) in KEYS.iter().enumerate() {
            let same = |other: &&PlanKey| (other.key, other.control, other.shift) == (row.key, row.control, row.shift);
            assert!(!KEYS[..i].iter().any(|other| same(&other)), "{}", row.label());
        }
        assert_eq!(label_of("redo"), "Ctrl Shift Z");
        assert_eq!(label_of("plan-lock"), "Enter");
    }

    #[test]
    fn shift_makes_a_fifth_of_every_move() {
        assert_eq!(Move::Leftwards(-1).edit(false), Edit::MoveEntry { left_mm: -0.5, up_mm: 0.0 });
        assert_eq!(Move::Leftwards(-1).edit(true), Edit::MoveEntry { left_mm: -0.1, up_mm: 0.0 });
        assert_eq!(Move::Cranially(1).edit(true), Edit::Turn([0.0, 0.2]));
        assert_eq!(Move::Deeper(1).edit(false), Edit::Deepen(0.5));
    }
}
