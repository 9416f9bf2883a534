//! Names of the vertebral levels and of the patient's two sides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A vertebral level from T5 to L5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "the names are the field's own")]
pub enum Level {
    T5,
    T6,
    T7,
    T8,
    T9,
    T10,
    T11,
    T12,
    L1,
    L2,
    L3,
    L4,
    L5,
}

impl Level {
    /// From the head down.
    pub const ALL: [Level; 13] = [
        Level::T5,
        Level::T6,
        Level::T7,
        Level::T8,
        Level::T9,
        Level::T10,
        Level::T11,
        Level::T12,
        Level::L1,
        Level::L2,
        Level::L3,
        Level::L4,
        Level::L5,
    ];

    /// "T12", "L1".
    pub fn name(self) -> &'static str {
        match self {
            Level::T5 => "T5",
            Level::T6 => "T6",
            Level::T7 => "T7",
            Level::T8 => "T8",
            Level::T9 => "T9",
            Level::T10 => "T10",
            Level::T11 => "T11",
            Level::T12 => "T12",
            Level::L1 => "L1",
            Level::L2 => "L2",
            Level::L3 => "L3",
            Level::L4 => "L4",
            Level::L5 => "L5",
        }
    }

    /// Whether ribs are attached to it.
    pub fn is_thoracic(self) -> bool {
        self.name().starts_with('T')
    }

    /// The level called `name`, in either case.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The patient's left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// +x.
    Left,
    /// −x.
    Right,
}

impl Side {
    /// The opposite side.
    pub fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }

    /// Left first.
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    /// +1 to the left, −1 to the right: the sign of x.
    pub fn sign(self) -> f64 {
        match self {
            Side::Left => 1.0,
            Side::Right => -1.0,
        }
    }

    /// "left" or "right".
    pub fn name(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
