//! The catalogue's other tools: stylets, curved needles, biopsy needles, pedicle screws, radiofrequency cannulas.

use super::catalogue::{CATALOGUE, Cannula, UnknownGauge, listed};
use crate::provenance::Provenance;
use serde::Deserialize;

/// The trocar: the solid stylet that fills an access cannula and whose tip leads it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stylet {
    /// Gauge of the cannula that it fills.
    pub cannula_gauge: u8,
    /// Diameter, mm.
    pub diameter_mm: f64,
    /// Length by which the point stands out of the cannula, mm.
    pub tip_mm: f64,
    diameter_from: String,
    tip_from: String,
}

impl Stylet {
    /// All stylets, widest first.
    pub fn all() -> &'static [Stylet] {
        &CATALOGUE.stylet
    }

    /// The cannula that it fills.
    pub fn cannula(&self) -> Result<&'static Cannula, UnknownGauge> {
        Cannula::by_gauge(self.cannula_gauge)
    }

    /// Sources of diameter and tip.
    pub fn provenance(&self) -> impl Iterator<Item = &'static Provenance> {
        self.sources().into_iter().filter_map(|key| CATALOGUE.source_of(key))
    }

    pub(super) fn sources(&self) -> [&String; 2] {
        [&self.diameter_from, &self.tip_from]
    }
}

/// A needle of a springy alloy that bends once it has left its straight cannula.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurvedNeedle {
    /// Name in scenario files.
    pub id: String,
    /// Gauge of the cannula that it passes through.
    pub cannula_gauge: u8,
    /// Outer diameter, mm.
    pub outer_diameter_mm: f64,
    /// Bore, mm.
    pub inner_diameter_mm: f64,
    /// Radius of the bend's axis, mm.
    pub bend_radius_mm: f64,
    /// Angle to the cannula when all of it is let out, degrees.
    pub largest_angle_deg: f64,
    pub(super) from: String,
}

/// No curved needle of the name asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no curved needle \"{asked}\"; there are {available}")]
pub struct UnknownCurvedNeedle {
    /// What was asked for.
    pub asked: String,
    /// The names there are.
    pub available: String,
}

impl CurvedNeedle {
    /// All curved needles.
    pub fn all() -> &'static [CurvedNeedle] {
        &CATALOGUE.curved_needle
    }

    /// The one of a name.
    pub fn by_id(id: &str) -> Result<&'static CurvedNeedle, UnknownCurvedNeedle> {
        CurvedNeedle::all().iter().find(|needle| needle.id == id).ok_or_else(|| UnknownCurvedNeedle {
            asked: id.to_owned(),
            available: listed(CurvedNeedle::all().iter().map(|needle| needle.id.clone())),
        })
    }

    /// Source of its figures.
    pub fn provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source_of(&self.from)
    }
}

/// A needle that takes a core of bone through an access cannula.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BiopsyNeedle {
    /// Gauge of the cannula that it passes through.
    pub cannula_gauge: u8,
    /// Outer diameter, mm.
    pub outer_diameter_mm: f64,
    /// Diameter of the core, mm.
    pub inner_diameter_mm: f64,
    /// Length, mm.
    pub length_mm: f64,
    pub(super) from: String,
}

impl BiopsyNeedle {
    /// All biopsy needles, widest first.
    pub fn all() -> &'static [BiopsyNeedle] {
        &CATALOGUE.biopsy_needle
    }

    /// Source of its figures.
    pub fn provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source_of(&self.from)
    }
}

/// Pedicle screws of one diameter, set over a wire.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PedicleScrew {
    /// Outer diameter of the thread, mm.
    pub outer_diameter_mm: f64,
    /// Bore for the guide wire, mm.
    pub inner_diameter_mm: f64,
    /// Lengths of the thread, mm.
    pub lengths_mm: Vec<f64>,
    pub(super) from: String,
}

impl PedicleScrew {
    /// All diameters, thinnest first.
    pub fn all() -> &'static [PedicleScrew] {
        &CATALOGUE.pedicle_screw
    }

    /// Source of its figures.
    pub fn provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source_of(&self.from)
    }
}

/// A radiofrequency cannula, insulated but for its active tip; the probe lies in its bore.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfCannula {
    /// Gauge number.
    pub gauge: u8,
    /// Outer diameter, mm.
    pub outer_diameter_mm: f64,
    /// Bore, which the probe fills, mm.
    pub inner_diameter_mm: f64,
    /// Length, mm.
    pub length_mm: f64,
    /// Lengths of the active tip, mm.
    pub active_tips_mm: Vec<f64>,
    pub(super) from: String,
}

impl RfCannula {
    /// All radiofrequency cannulas, widest first.
    pub fn all() -> &'static [RfCannula] {
        &CATALOGUE.rf_cannula
    }

    /// Source of its figures.
    pub fn provenance(&self) -> Option<&'static Provenance> {
        CATALOGUE.source_of(&self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_goes_through_a_cannula_is_thinner_than_its_bore() {
        let bore = |gauge| Cannula::by_gauge(gauge).expect("in the catalogue").inner_diameter_mm;
        for stylet in Stylet::all() {
            let play = bore(stylet.cannula_gauge) - stylet.diameter_mm;
            assert!(play > 0.0 && play < 0.3, "{stylet:?} has {play} mm of play");
            assert_eq!(stylet.provenance().count(), 2);
        }
        for needle in CurvedNeedle::all() {
            assert!(needle.outer_diameter_mm < bore(needle.cannula_gauge), "{needle:?}");
            assert!(needle.bend_radius_mm > 2.0 * needle.outer_diameter_mm, "{needle:?} would kink");
            assert!(needle.provenance().is_some());
        }
        for needle in BiopsyNeedle::all() {
            let cannula = Cannula::by_gauge(needle.cannula_gauge).expect("in the catalogue");
            assert!(needle.outer_diameter_mm < cannula.inner_diameter_mm, "{needle:?}");
            assert!(needle.length_mm > cannula.length_mm, "{needle:?} ends inside its cannula");
        }
        assert_eq!(Stylet::all().len(), Cannula::all().len());
    }

    #[test]
    fn every_tube_has_a_wall_and_lists_rise() {
        let tubes = CurvedNeedle::all().iter().map(|t| (t.outer_diameter_mm, t.inner_diameter_mm));
        let tubes = tubes.chain(BiopsyNeedle::all().iter().map(|t| (t.outer_diameter_mm, t.inner_diameter_mm)));
        let tubes = tubes.chain(PedicleScrew::all().iter().map(|t| (t.outer_diameter_mm, t.inner_diameter_mm)));
        for (outer, inner) in tubes.chain(RfCannula::all().iter().map(|t| (t.outer_diameter_mm, t.inner_diameter_mm))) {
            assert!(inner > 0.0 && outer - inner > 0.1, "{outer} mm with a bore of {inner} mm");
        }
        for list in
            PedicleScrew::all().iter().map(|t| &t.lengths_mm).chain(RfCannula::all().iter().map(|t| &t.active_tips_mm))
        {
            assert!(!list.is_empty() && list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }

    #[test]
    fn an_unknown_curved_needle_is_refused_with_what_there_is() {
        let error = CurvedNeedle::by_id("nitinol").expect_err("unknown").to_string();
        assert!(error.starts_with("no curved needle \"nitinol\"; there are curved-"), "{error}");
    }
}
