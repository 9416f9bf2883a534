//! Names of the vertebrae of a spine that may have four to six of the lumbar type, counted from above and from below.

use crate::anatomy::Level;
use serde::{Deserialize, Serialize};

/// A vertebra's name, "T5" to "L6".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SpineLevel {
    /// Thoracic, by its number.
    Thoracic(u8),
    /// Of the lumbar type, by its number.
    Lumbar(u8),
}

impl SpineLevel {
    /// The vertebra called `name` ("T5" to "T12", "L1" to "L6"), in either case.
    pub fn from_name(name: &str) -> Option<SpineLevel> {
        let number: u8 = name.get(1..)?.parse().ok()?;
        match name.get(..1)? {
            "T" | "t" if (5..=12).contains(&number) => Some(SpineLevel::Thoracic(number)),
            "L" | "l" if (1..=6).contains(&number) => Some(SpineLevel::Lumbar(number)),
            _ => None,
        }
    }

    /// The same name as a [`Level`]; `None` for L6.
    pub fn level(self) -> Option<Level> {
        Level::from_name(&self.to_string())
    }
}

impl From<Level> for SpineLevel {
    fn from(level: Level) -> SpineLevel {
        let place = Level::ALL.iter().position(|&l| l == level).map_or(0, |i| i as u8);
        if place < 8 { SpineLevel::Thoracic(place + 5) } else { SpineLevel::Lumbar(place - 7) }
    }
}

impl std::fmt::Display for SpineLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SpineLevel::Thoracic(number) => write!(f, "T{number}"),
            SpineLevel::Lumbar(number) => write!(f, "L{number}"),
        }
    }
}

impl From<SpineLevel> for String {
    fn from(level: SpineLevel) -> String {
        level.to_string()
    }
}

impl TryFrom<String> for SpineLevel {
    type Error = String;
    fn try_from(name: String) -> Result<SpineLevel, String> {
        SpineLevel::from_name(&name).ok_or_else(|| format!("\"{name}\" is no vertebra from T5 to L6"))
    }
}

/// T5 down to the lowest vertebra of the lumbar type: the name counted from the head, and the one that counting up
/// from the sacrum gives when five lumbar vertebrae are taken for granted.
pub(super) fn names(lumbar_count: u8) -> Vec<(SpineLevel, SpineLevel)> {
    let total = 8 + lumbar_count;
    let from_above = |i: u8| if i < 8 { SpineLevel::Thoracic(5 + i) } else { SpineLevel::Lumbar(i - 7) };
    let from_below = |i: u8| {
        let above_sacrum = total - 1 - i;
        if above_sacrum < 5 { SpineLevel::Lumbar(5 - above_sacrum) } else { SpineLevel::Thoracic(17 - above_sacrum) }
    };
    (0..total).map(|i| (from_above(i), from_below(i))).collect()
}

/// Whose shape each vertebra takes, T5 down: the lowest one always that of L5.
pub(super) fn shapes(lumbar_count: u8) -> Vec<Level> {
    let lumbar: &[Level] = match lumbar_count {
        4 => &[Level::L1, Level::L2, Level::L3, Level::L5],
        6 => &[Level::L1, Level::L2, Level::L3, Level::L4, Level::L4, Level::L5],
        _ => &[Level::L1, Level::L2, Level::L3, Level::L4, Level::L5],
    };
    Level::ALL.iter().take(8).chain(lumbar).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_from_above_and_from_below_agrees_for_five_and_differs_by_one_for_four_and_six() {
        assert!(names(5).iter().all(|(above, below)| above == below));
        for (count, lowest) in [(4, "L4"), (6, "L6")] {
            let names = names(count);
            let (above, below) = names[names.len() - 1];
            assert_eq!((above.to_string().as_str(), below.to_string().as_str()), (lowest, "L5"));
            assert_eq!(shapes(count).len(), names.len());
        }
        // The first vertebra without ribs of a spine with six is taken for T12 by who counts from the sacrum.
        let (above, below) = names(6)[8];
        assert_eq!((above.to_string(), below.to_string()), ("L1".to_owned(), "T12".to_owned()));
    }

    #[test]
    fn a_name_is_read_back_and_nonsense_is_refused() {
        for (name, _) in names(6) {
            assert_eq!(SpineLevel::from_name(&name.to_string()), Some(name));
        }
        for level in Level::ALL {
            assert_eq!(SpineLevel::from(level).level(), Some(level));
        }
        for bad in ["", "T", "T4", "T13", "L7", "S1", "é1", "L+1x"] {
            assert_eq!(SpineLevel::from_name(bad), None, "{bad}");
        }
        assert_eq!(SpineLevel::Lumbar(6).level(), None);
    }
}
