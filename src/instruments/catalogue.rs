//! `assets/instruments.toml` as it is read: the cannulas, and the rules of depth and breach.

use super::balloon_device::BalloonEntry;
use super::other_tools::{BiopsyNeedle, CurvedNeedle, PedicleScrew, RfCannula, Stylet};
use crate::provenance::Provenance;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// An access cannula: a straight steel tube.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cannula {
    /// Gauge number.
    pub gauge: u8,
    /// Outer diameter, mm.
    pub outer_diameter_mm: f64,
    /// Bore, mm.
    pub inner_diameter_mm: f64,
    /// Length, mm.
    pub length_mm: f64,
    diameters_from: String,
    length_from: String,
}

/// No cannula of the gauge asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no cannula of {asked} G; there are {available}")]
pub struct UnknownGauge {
    /// What was asked for.
    pub asked: u8,
    /// The gauges there are, for example `"8, 10, 11, 13 and 15 G"`.
    pub available: String,
}

impl Cannula {
    /// The cannula of a gauge.
    pub fn by_gauge(gauge: u8) -> Result<&'static Cannula, UnknownGauge> {
        Cannula::all().iter().find(|cannula| cannula.gauge == gauge).ok_or_else(|| UnknownGauge {
            asked: gauge,
            available: format!("{} G", listed(Cannula::all().iter().map(|cannula| cannula.gauge.to_string()))),
        })
    }

    /// All cannulas, widest first.
    pub fn all() -> &'static [Cannula] {
        &CATALOGUE.cannula
    }

    /// Half the outer diameter, mm.
    pub fn outer_radius_mm(&self) -> f64 {
        0.5 * self.outer_diameter_mm
    }

    /// Half the bore, mm.
    pub fn inner_radius_mm(&self) -> f64 {
        0.5 * self.inner_diameter_mm
    }

    /// Volume that the lumen holds, mm³.
    pub fn dead_space_mm3(&self) -> f64 {
        std::f64::consts::PI * self.inner_radius_mm() * self.inner_radius_mm() * self.length_mm
    }

    /// Source of the diameters.
    pub fn diameters_provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source.get(&self.diameters_from)
    }

    /// Source of the length.
    pub fn length_provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source.get(&self.length_from)
    }
}

/// `"8, 10 and 11"`.
pub(super) fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::from("none"),
    }
}

/// How far each tool goes; fractions of the depth from the posterior wall (0) to the anterior cortex (1).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepthRules {
    /// Least depth of a vertebroplasty needle's tip.
    pub needle_fraction_least: f64,
    /// Depth that a proposed trajectory aims at.
    pub needle_fraction_default: f64,
    /// Greatest depth of a vertebroplasty needle's tip.
    pub needle_fraction_most: f64,
    /// Bone that a proposed needle leaves ahead of its tip, mm.
    pub needle_clearance_mm: f64,
    needle_from: String,
    /// Where the working cannula stops.
    pub cannula_fraction: f64,
    cannula_from: String,
    /// Bone that the channel leaves ahead of its end, mm.
    pub channel_clearance_mm: f64,
    channel_from: String,
}

/// Rules of breach and holes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachRules {
    /// Depths in mm at which grades C, D and E begin.
    pub grade_bounds_mm: [f64; 3],
    grade_from: String,
    /// Longest way after the first contact on which the entry cortex is exempt, mm.
    pub entry_exempt_mm: f64,
    entry_from: String,
    /// Shallower breaches count as none, mm.
    pub resolved_mm: f64,
    /// Shallower openings in the tool's side wall count as no hole, mm.
    pub least_hole_mm: f64,
    resolved_from: String,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    cannula: Vec<Cannula>,
    pub stylet: Vec<Stylet>,
    pub curved_needle: Vec<CurvedNeedle>,
    pub biopsy_needle: Vec<BiopsyNeedle>,
    pub pedicle_screw: Vec<PedicleScrew>,
    pub rf_cannula: Vec<RfCannula>,
    pub balloon: Vec<BalloonEntry>,
    depth: DepthRules,
    breach: BreachRules,
    source: BTreeMap<String, Provenance>,
}

impl Catalogue {
    /// The source of a key.
    pub fn source_of(&self, key: &str) -> Option<&Provenance> {
        self.source.get(key)
    }
}

#[expect(clippy::expect_used, reason = "the file is part of the program; the tests read it")]
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/instruments.toml")).expect("assets/instruments.toml is well formed")
});

/// The depth rules.
pub fn depth_rules() -> &'static DepthRules {
    &CATALOGUE.depth
}

/// The breach rules.
pub fn breach_rules() -> &'static BreachRules {
    &CATALOGUE.breach
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_space_of_120_mm_is_that_of_the_review() {
        // Reference: 0.31, 0.54, 0.68 and 1.11 ml for 13, 11, 10 and 8 G.
        for (gauge, ml) in [(13, 0.31), (11, 0.54), (10, 0.68), (8, 1.11)] {
            let found = Cannula::by_gauge(gauge).expect("in the catalogue").dead_space_mm3() / 1000.0;
            assert!((found - ml).abs() < 0.006, "{gauge} G holds {found} ml, not {ml}");
        }
    }

    #[test]
    fn an_unknown_size_is_refused_with_what_there_is() {
        let error = Cannula::by_gauge(12).expect_err("no 12 G").to_string();
        assert_eq!(error, "no cannula of 12 G; there are 8, 10, 11, 13 and 15 G");
    }

    #[test]
    fn a_higher_gauge_is_a_thinner_tube_with_a_wall() {
        for pair in Cannula::all().windows(2) {
            assert!(pair[0].gauge < pair[1].gauge && pair[0].outer_diameter_mm > pair[1].outer_diameter_mm, "{pair:?}");
        }
        for cannula in Cannula::all() {
            let wall = cannula.outer_radius_mm() - cannula.inner_radius_mm();
            assert!(wall > 0.2 && wall < 0.5, "{} G has a wall of {wall} mm", cannula.gauge);
        }
    }

    #[test]
    fn every_value_names_a_source_that_exists() {
        let rules = (depth_rules(), breach_rules());
        let mut keys: Vec<&String> = CATALOGUE.balloon.iter().flat_map(|b| b.sources()).collect();
        keys.extend(CATALOGUE.stylet.iter().flat_map(Stylet::sources));
        keys.extend(CATALOGUE.curved_needle.iter().map(|tool| &tool.from));
        keys.extend(CATALOGUE.biopsy_needle.iter().map(|tool| &tool.from));
        keys.extend(CATALOGUE.pedicle_screw.iter().map(|tool| &tool.from));
        keys.extend(CATALOGUE.rf_cannula.iter().map(|tool| &tool.from));
        keys.extend(Cannula::all().iter().flat_map(|c| [&c.diameters_from, &c.length_from]));
        keys.extend([&rules.0.needle_from, &rules.0.cannula_from, &rules.0.channel_from]);
        keys.extend([&rules.1.grade_from, &rules.1.entry_from, &rules.1.resolved_from]);
        for key in &keys {
            assert!(CATALOGUE.source.contains_key(*key), "no source {key}");
        }
        for name in CATALOGUE.source.keys() {
            assert!(keys.contains(&name), "source {name} backs no value");
        }
        assert!(Cannula::all()[0].diameters_provenance().is_some() && Cannula::all()[0].length_provenance().is_some());
    }
}
