//! What `assets/proposal.toml` says: hard rules, terms of the score, aims, and how finely is searched.

use crate::instruments::Tool;
use crate::provenance::{Basis, Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// All of the asset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposalRules {
    pub rule: HardRules,
    pub term: TermRules,
    pub aim: Aims,
    pub gauge: Gauges,
    pub search: SearchRules,
}

/// A corridor that breaks one of these is never proposed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HardRules {
    pub least_bone_mm: Sourced,
    pub least_canal_mm: Sourced,
    pub least_canal_beside_mm: Sourced,
    pub least_tip_bone_mm: Sourced,
}

/// Weight of a term, and where it is 0 and 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermRule {
    pub weight: f64,
    pub none: f64,
    pub full: f64,
    pub basis: Basis,
    pub source: String,
}

impl TermRule {
    /// 0 at `none`, 1 at `full`, straight between and flat beyond.
    pub fn value(&self, measure: f64) -> f64 {
        ((measure - self.none) / (self.full - self.none)).clamp(0.0, 1.0)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermRules {
    pub margin: TermRule,
    pub canal: TermRule,
    pub lateral_one: TermRule,
    pub lateral_two: TermRule,
    pub tip_clearance: TermRule,
    pub tip_depth: TermRule,
    pub tip_height: TermRule,
    pub centring: TermRule,
    pub corridor: TermRule,
    pub facet: TermRule,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aims {
    pub two_from_midline: Sourced<[f64; 2]>,
    pub depths: Sourced<[f64; 5]>,
    pub beyond_mm: Sourced,
    pub room_mm: Sourced,
    pub reached_mm: Sourced,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchRules {
    pub convergence_deg: Sourced<[f64; 3]>,
    pub sagittal_deg: Sourced<[f64; 3]>,
    pub across: Sourced<u32>,
    pub refined: Sourced<usize>,
    pub offered: Sourced<usize>,
    pub apart_deg: Sourced,
    pub apart_mm: Sourced,
    pub beside_mm: Sourced<[f64; 2]>,
    pub beside_convergence_deg: Sourced<[f64; 3]>,
}

/// Usual gauges by tool: widest, thinnest, first choice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gauges {
    needle: Sourced<[u8; 3]>,
    cannula: Sourced<[u8; 3]>,
}

/// Gauges that are usual for a tool: the widest, the thinnest, and the first choice.
pub fn usual_gauges(tool: Tool) -> [u8; 3] {
    match tool {
        Tool::VertebroplastyNeedle => rules().gauge.needle.value,
        Tool::WorkingCannula => rules().gauge.cannula.value,
    }
}

/// Bone on each side of a tool that a plan should leave, mm.
pub fn room_mm() -> f64 {
    rules().aim.room_mm.value
}

static RULES: LazyLock<ProposalRules> =
    LazyLock::new(|| built_in("proposal.toml", include_str!("../../../assets/proposal.toml")));

/// The values of `assets/proposal.toml`.
pub(super) fn rules() -> &'static ProposalRules {
    &RULES
}
