//! Numberings of vertebrae in label volumes (`assets/label_numberings.toml`) and how `auto` settles on one.

use super::LabelInventory;
use crate::anatomy::Level;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which numbering a label volume uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Numbering {
    /// VerSe: counts from C1 down.
    Verse,
    /// TotalSegmentator 1: counts from L5 = 18 up.
    TotalsegmentatorV1,
    /// TotalSegmentator 2: counts from L5 = 27 up.
    TotalsegmentatorV2,
    /// The only one of the three that fits.
    Auto,
}

/// Why labels and numbering do not meet.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NumberingError {
    /// `auto` found several.
    #[error(
        "the labels present ({present}) fit more than one numbering ({fitting}); name the one used with --numbering"
    )]
    Ambiguous {
        /// Labels in the volume.
        present: String,
        /// Numberings that fit.
        fitting: String,
    },
    /// `auto` found none.
    #[error(
        "the labels present ({present}) fit no known numbering (verse, totalsegmentator-v1, totalsegmentator-v2) read from head to foot; name the numbering with --numbering if it is one of these"
    )]
    NoneFits {
        /// Labels in the volume.
        present: String,
    },
    /// The level is not labelled.
    #[error("{level} is not among the labels; with numbering {numbering} they hold {present}")]
    LevelAbsent {
        /// The level asked for.
        level: Level,
        /// The numbering used.
        numbering: &'static str,
        /// Vertebrae present, by name.
        present: String,
    },
    /// The shipped table cannot be read.
    #[error("label_numberings.toml is damaged: {0}")]
    Table(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "basis")]
    _basis: String,
    first: u32,
    names: Vec<String>,
    extra: BTreeMap<String, u32>,
    other_spine: Vec<u32>,
    whole_body: bool,
}

impl Table {
    /// Vertebrae by name with their numbers, head first.
    fn vertebrae(&self) -> Vec<(&str, u32)> {
        let mut run: Vec<(&str, u32)> = self.names.iter().map(String::as_str).zip(self.first..).collect();
        if self.names.first().is_some_and(|name| name.starts_with('L')) {
            run.reverse();
        }
        for (name, number) in &self.extra {
            let at = run.iter().position(|(other, _)| *other == "L1").unwrap_or(run.len());
            run.insert(at, (name, *number));
        }
        run
    }
}

/// Vertebrae that few people have; Trocar knows no such level.
const RARE: [&str; 2] = ["T13", "L6"];
/// Fewest labels of a file taken for a whole-body map, in which other organs are numbered too.
const WHOLE_BODY_LABELS: usize = 40;
/// Neighbouring vertebrae lie this far apart (centroids of whole labels, mm); our choice, generous both ways.
const NEIGHBOUR_DISTANCE_MM: std::ops::RangeInclusive<f64> = 6.0..=65.0;

impl Numbering {
    /// The three that name one.
    pub const NAMED: [Numbering; 3] = [Numbering::Verse, Numbering::TotalsegmentatorV1, Numbering::TotalsegmentatorV2];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Numbering::Verse => "verse",
            Numbering::TotalsegmentatorV1 => "totalsegmentator-v1",
            Numbering::TotalsegmentatorV2 => "totalsegmentator-v2",
            Numbering::Auto => "auto",
        }
    }

    /// The numbering called `name`.
    pub fn from_name(name: &str) -> Option<Numbering> {
        Numbering::NAMED.into_iter().chain([Numbering::Auto]).find(|n| n.name() == name)
    }

    fn table(self) -> Result<Table, NumberingError> {
        let text = include_str!("../../assets/label_numberings.toml");
        let mut tables: BTreeMap<String, Table> =
            toml::from_str(text).map_err(|e| NumberingError::Table(e.to_string()))?;
        tables.remove(self.name()).ok_or_else(|| NumberingError::Table(format!("no [{}]", self.name())))
    }

    /// Number of a level; `None` if this numbering lacks it (never for T5 to L5 of a named one).
    pub fn label(self, level: Level) -> Result<Option<u32>, NumberingError> {
        let table = self.table()?;
        Ok(table.vertebrae().iter().find(|(name, _)| *name == level.name()).map(|(_, number)| *number))
    }

    /// Numbers of the next vertebra towards the head and towards the feet that the labels hold, if directly adjacent
    /// (a T13 in between counts).
    pub fn neighbours(self, inventory: &LabelInventory, level: Level) -> Result<[Option<u32>; 2], NumberingError> {
        let table = self.table()?;
        let all = table.vertebrae();
        // T13 and L6 are rare: they count only where they are present.
        let chain: Vec<_> = all
            .into_iter()
            .filter(|(name, number)| !RARE.contains(name) || inventory.labels.contains_key(number))
            .collect();
        let Some(at) = chain.iter().position(|(name, _)| *name == level.name()) else {
            return Ok([None, None]);
        };
        let present = |at: usize| chain.get(at).map(|c| c.1).filter(|number| inventory.labels.contains_key(number));
        Ok([at.checked_sub(1).and_then(present), present(at + 1)])
    }

    /// A thirteenth thoracic or a sixth lumbar vertebra among the labels.
    pub fn rare(self, inventory: &LabelInventory) -> Result<Vec<String>, NumberingError> {
        let table = self.table()?;
        let held = table
            .vertebrae()
            .into_iter()
            .filter(|(name, number)| RARE.contains(name) && inventory.labels.contains_key(number));
        Ok(held.map(|(name, number)| format!("a {name} ({number})")).collect())
    }

    /// Settles `Auto` on the one numbering that fits; the others stand as they are.
    ///
    /// A numbering fits when it names every label (a map of at least 40 labels may name organs too), the vertebrae it
    /// names form one run without gaps, and that run goes from head to foot in steps of a vertebra's height.
    pub fn settle(self, inventory: &LabelInventory) -> Result<Numbering, NumberingError> {
        if self != Numbering::Auto {
            return Ok(self);
        }
        let mut fitting = Vec::new();
        for numbering in Numbering::NAMED {
            if fits(&numbering.table()?, inventory) {
                fitting.push(numbering);
            }
        }
        match fitting.as_slice() {
            [one] => Ok(*one),
            [] => Err(NumberingError::NoneFits { present: numbers(inventory) }),
            several => Err(NumberingError::Ambiguous {
                present: numbers(inventory),
                fitting: several.iter().map(|n| n.name()).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// The label of a level, which must be present.
    pub fn require(self, inventory: &LabelInventory, level: Level) -> Result<u32, NumberingError> {
        if let Some(number) = self.label(level)?.filter(|number| inventory.labels.contains_key(number)) {
            return Ok(number);
        }
        let table = self.table()?;
        let held: Vec<_> = table
            .vertebrae()
            .into_iter()
            .filter(|(_, number)| inventory.labels.contains_key(number))
            .map(|(name, number)| format!("{name} ({number})"))
            .collect();
        let present =
            if held.is_empty() { format!("no vertebra, only labels {}", numbers(inventory)) } else { held.join(", ") };
        Err(NumberingError::LevelAbsent { level, numbering: self.name(), present })
    }
}

fn fits(table: &Table, inventory: &LabelInventory) -> bool {
    let chain = table.vertebrae();
    let named = |number: &u32| chain.iter().any(|(_, n)| n == number) || table.other_spine.contains(number);
    let whole_body = table.whole_body && inventory.labels.len() >= WHOLE_BODY_LABELS;
    if !whole_body && !inventory.labels.keys().all(named) {
        return false;
    }
    let mut held: Vec<usize> = Vec::new();
    for (at, (_, number)) in chain.iter().enumerate() {
        if inventory.labels.contains_key(number) {
            held.push(at);
        }
    }
    if held.is_empty() {
        return false;
    }
    held.windows(2).all(|pair| {
        // Only a T13 or an L6 may be missing between two that are present.
        let gap_is_rare = (pair[0] + 1..pair[1]).all(|at| RARE.contains(&chain[at].0));
        let centre = |at: usize| inventory.labels[&chain[at].1].centroid;
        let step = centre(pair[0]) - centre(pair[1]);
        gap_is_rare && step.z > 0.0 && NEIGHBOUR_DISTANCE_MM.contains(&step.norm())
    })
}

fn numbers(inventory: &LabelInventory) -> String {
    inventory.labels.keys().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
