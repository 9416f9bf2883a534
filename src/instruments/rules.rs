//! The rules by which a trajectory is judged (`assets/trajectory_rules.toml`), and the findings that they give.

use crate::provenance::{Basis, Sourced, built_in};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One rule.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Short name, for example `"margin-canal"`.
    pub id: String,
    /// What is measured, in words.
    pub name: String,
    /// Unit of the value; empty for a count or a letter.
    pub unit: String,
    /// Lowest and highest value that meet the rule.
    pub met: Option<[f64; 2]>,
    /// Lowest and highest value that come near it.
    pub near: Option<[f64; 2]>,
    /// The rule in one sentence.
    pub rule: String,
    /// How the limits are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// What a rule says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Within the limits.
    Met,
    /// Beyond them, by little.
    Near,
    /// Beyond them.
    Missed,
    /// The rule has no limit, or none that applies here.
    Info,
}

/// A value that was judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number in the finding's unit.
    Number(f64),
    /// A letter or word.
    Word(String),
}

/// One value, judged by one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Id of the rule.
    pub id: &'static str,
    /// What was measured.
    pub name: &'static str,
    /// What was found.
    pub value: Value,
    /// Unit of value and `missed_by`.
    pub unit: &'static str,
    /// The limits in words, empty where there are none.
    pub limit: String,
    /// What the rule says.
    pub verdict: Verdict,
    /// How far the value lies outside the limits, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed_by: Option<f64>,
    /// The rule in one sentence.
    pub rule: &'static str,
    /// How the limits are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: &'static str,
}

impl Rule {
    /// The rule's word on a value.
    pub fn judge(&'static self, value: f64) -> Finding {
        let outside = |[low, high]: [f64; 2]| (low - value).max(value - high).max(0.0);
        let (verdict, missed_by) = match (self.met.map(outside), self.near.map(outside)) {
            (None, _) => (Verdict::Info, None),
            (Some(0.0), _) => (Verdict::Met, None),
            (Some(by), Some(0.0)) => (Verdict::Near, Some(by)),
            (Some(by), _) => (Verdict::Missed, Some(by)),
        };
        Finding { verdict, missed_by, ..self.told(Value::Number(value)) }
    }

    /// A value of which the rule only informs.
    pub fn told(&'static self, value: Value) -> Finding {
        Finding {
            id: &self.id,
            name: &self.name,
            value,
            unit: &self.unit,
            limit: self.limit(),
            verdict: Verdict::Info,
            missed_by: None,
            rule: &self.rule,
            basis: self.basis,
            source: &self.source,
        }
    }

    /// For example `"at least 1.5 mm"`.
    fn limit(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match self.met {
            None => String::new(),
            Some([low, high]) if low.is_finite() && high.is_finite() => format!("{low} to {high}{unit}"),
            Some([low, _]) if low.is_finite() => format!("at least {low}{unit}"),
            Some([_, high]) => format!("at most {high}{unit}"),
        }
    }
}

/// What is taken for bone along a path.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoneAlongRules {
    /// Bone volume fraction of the cortex.
    pub cortex_bone_volume_fraction: Sourced,
}

/// Where the aorta lies, one value a level from T5 to L4.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AortaPlace {
    /// Direction from the body's middle, degrees from straight ahead towards the left.
    pub angle_deg: [f64; 12],
    /// Gap between bone and vessel, mm.
    pub gap_mm: [f64; 12],
    /// Radius of the vessel, mm.
    pub radius_mm: [f64; 12],
    /// How the values are known.
    pub basis: Basis,
    /// Where they come from.
    pub source: String,
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrajectoryRules {
    /// The rules, in the order in which they are told.
    pub rule: Vec<Rule>,
    /// Bone along a path.
    pub bone: BoneAlongRules,
    /// The aorta.
    pub aorta: AortaPlace,
}

static RULES: LazyLock<TrajectoryRules> =
    LazyLock::new(|| built_in("trajectory_rules.toml", include_str!("../../assets/trajectory_rules.toml")));

/// The rules of the program.
pub fn trajectory_rules() -> &'static TrajectoryRules {
    &RULES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str) -> &'static Rule {
        trajectory_rules().rule.iter().find(|rule| rule.id == id).expect("a rule of that name")
    }

    #[test]
    fn a_value_is_met_near_or_missed_by_its_distance_to_the_limits() {
        let judged = |value| rule("needle-depth").judge(value);
        assert_eq!(judged(0.66).verdict, Verdict::Met);
        assert_eq!(judged(0.87).verdict, Verdict::Near);
        let missed = judged(0.4);
        assert_eq!(missed.verdict, Verdict::Missed);
        assert!((missed.missed_by.expect("missed") - 0.26).abs() < 1e-12);
        assert_eq!(missed.limit, "0.66 to 0.85 of the body's depth");
        assert_eq!(rule("margin-canal").judge(3.0).limit, "at least 1.5 mm");
        assert_eq!(rule("breach-medial").judge(0.2).verdict, Verdict::Missed);
        assert_eq!(rule("bone-mean").judge(0.2).verdict, Verdict::Info);
    }

    #[test]
    fn near_holds_met_and_every_rule_has_a_sentence_and_a_source() {
        let rules = &trajectory_rules().rule;
        for (i, rule) in rules.iter().enumerate() {
            assert!(rule.rule.ends_with('.') && rule.source.len() > 10, "{rule:?}");
            assert!(rules[..i].iter().all(|earlier| earlier.id != rule.id), "{} stands twice", rule.id);
            if let (Some(met), Some(near)) = (rule.met, rule.near) {
                assert!(near[0] <= met[0] && near[1] >= met[1] && met[0] <= met[1], "{rule:?}");
            }
        }
    }
}
