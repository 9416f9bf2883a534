//! Why no safe corridor exists, in millimetres, and what is left to do.

use super::corridor::Passage;
use super::rules::rules;
use super::search::Tally;
use crate::anatomy::Side;
use crate::instruments::{Approach, Cannula};
use serde::Serialize;

/// One side for which nothing safe was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// The side.
    pub side: Side,
    /// The approach that was tried.
    pub approach: Approach,
    /// Why, with the millimetres that are missing.
    pub because: String,
    /// Width of the pedicle's isthmus, mm.
    pub isthmus_mm: f64,
    /// Width that the tool needs there, mm: its own and the least bone on both sides.
    pub needed_mm: f64,
    /// What is left to do.
    pub choices: Vec<String>,
}

/// Puts a fruitless search into words.
///
/// `is_beside_searched`: whether a way beside the pedicle is looked for as well.
pub(super) fn refusal(passage: &Passage, tally: &Tally, is_beside_searched: bool) -> Refusal {
    let rule = &rules().rule;
    let cannula = passage.cannula;
    let isthmus_mm = passage.pedicle().width_mm;
    let needed_mm = cannula.outer_diameter_mm + 2.0 * rule.least_bone_mm.value;
    let tool = format!("the {} G tool of {:.2} mm", cannula.gauge, cannula.outer_diameter_mm);
    let because = match passage.approach {
        Approach::Transpedicular if isthmus_mm < needed_mm => format!(
            "the pedicle's isthmus is {isthmus_mm:.1} mm wide; {tool} with {:.2} mm of bone on each side needs \
             {needed_mm:.2}: too narrow by {:.1} mm",
            rule.least_bone_mm.value,
            needed_mm - isthmus_mm
        ),
        Approach::Transpedicular if tally.isthmus > 0 && tally.canal + tally.bone + tally.tip + tally.misses == 0 => {
            format!(
                "{tool} finds no room in the isthmus ({isthmus_mm:.1} mm wide): at best {:.2} mm of bone would be \
                 left round it",
                tally.widest_gate_mm.unwrap_or(0.0)
            )
        }
        _ => most_met(tally, &tool),
    };
    let mut choices = Vec::new();
    let fits = |other: &&Cannula| {
        other.gauge > cannula.gauge && other.outer_diameter_mm + 2.0 * rule.least_bone_mm.value <= isthmus_mm
    };
    if let Some(thinner) = Cannula::all().iter().find(fits) {
        let left_mm = 0.5 * (isthmus_mm - thinner.outer_diameter_mm);
        choices.push(format!("a {} G tool would leave {left_mm:.1} mm on each side", thinner.gauge));
    }
    if passage.approach == Approach::Transpedicular && !is_beside_searched {
        choices.push("a start beside the pedicle, which was not searched".to_owned());
    }
    choices.push("no needle from this side".to_owned());
    Refusal { side: passage.side, approach: passage.approach, because, isthmus_mm, needed_mm, choices }
}

/// The obstacle that most lines met.
fn most_met(tally: &Tally, tool: &str) -> String {
    let rule = &rules().rule;
    let lines = tally.isthmus + tally.canal + tally.bone + tally.tip + tally.misses;
    let met = [
        (tally.canal, format!("come nearer to the canal than {:.2} mm", rule.least_canal_mm.value)),
        (tally.bone, format!("leave less than {:.2} mm of bone round it", rule.least_bone_mm.value)),
        (tally.tip, format!("leave less than {:.1} mm of bone before the tip", rule.least_tip_bone_mm.value)),
        (tally.isthmus, "find no room in the isthmus".to_owned()),
        (tally.misses, "never meet the bone".to_owned()),
    ];
    let told: Vec<String> =
        met.into_iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    let widest = tally.widest_gate_mm.map_or_else(String::new, |mm| {
        let least_mm = rule.least_bone_mm.value;
        format!("; in the isthmus it would have {mm:.2} mm of bone round it at best, {least_mm:.2} is the least")
    });
    format!("of {lines} lines tried for {tool}, {}{widest}", told.join(", "))
}
