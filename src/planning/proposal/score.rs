//! What speaks for a corridor: the terms of the score, each with its value, its weight and a sentence.

use super::corridor::{Corridor, Passage};
use super::rules::{TermRule, rules};
use crate::geometry::Point;
use crate::instruments::catalogue::depth_rules;
use crate::instruments::{Approach, Tool};
use crate::provenance::Basis;
use serde::Serialize;

/// How many needles share the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needles {
    /// One, whose tip should reach the midline.
    One,
    /// Two, one from each side.
    Two,
}

/// One term of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// Which.
    pub name: &'static str,
    /// 0 (speaks against) to 1 (nothing to wish for).
    pub value: f64,
    /// Its weight among the others.
    pub weight: f64,
    /// What was found.
    pub because: String,
    /// How the rule is known.
    pub basis: Basis,
    /// The rule's source.
    pub source: &'static str,
}

/// The figures of a corridor that are scored, in the order of the terms.
struct Measures {
    margin_mm: f64,
    canal_mm: f64,
    lateral: f64,
    tip_bone_mm: f64,
    off_depth: f64,
    off_height: f64,
    off_centre: f64,
    length_mm: f64,
    facet_mm: Option<f64>,
}

/// Distance of a point from the body's midline on the side that the needle comes from, mm; negative beyond it.
pub(super) fn short_of_midline_mm(passage: &Passage, point: &Point) -> f64 {
    passage.vertebra.landmarks.short_of_midline_mm(passage.side, point)
}

fn measures(passage: &Passage, corridor: &Corridor, needles: Needles) -> Measures {
    let landmarks = &passage.vertebra.landmarks;
    let pedicle = passage.pedicle();
    let short_mm = short_of_midline_mm(passage, &corridor.target);
    let lateral = match needles {
        // Well past the midline is no better than short of it.
        Needles::One => short_mm.max(0.0).max(-short_mm - rules().aim.beyond_mm.value),
        Needles::Two => {
            let share = short_mm / (0.5 * (landmarks.left_wall_x_mm - landmarks.right_wall_x_mm));
            let [low, high] = rules().aim.two_from_midline.value;
            (low - share).max(share - high).max(0.0)
        }
    };
    let facet_mm = landmarks.posterior.as_ref().map(|posterior| {
        let nearest = |centre: &Point| (corridor.entry - centre).norm();
        let distance =
            posterior.superior_facets.iter().map(|facet| nearest(&facet.centre)).fold(f64::INFINITY, f64::min);
        distance - passage.cannula.outer_radius_mm()
    });
    let line = &corridor.line;
    let off = |mm: f64, size_mm: f64| 2.0 * mm / size_mm.max(1.0);
    let off_centre = {
        let (across, up) = (off(line.across_mm, pedicle.width_mm), off(line.up_mm, pedicle.height_mm));
        (across * across + up * up).sqrt()
    };
    Measures {
        margin_mm: corridor.margin_mm,
        canal_mm: corridor.canal_mm,
        lateral,
        tip_bone_mm: corridor.tip_bone_mm,
        off_depth: (landmarks.ap_fraction(&corridor.target) - depth_rules().needle_fraction_default).abs(),
        off_height: (landmarks.height_fraction(&corridor.target) - 0.5).abs(),
        off_centre,
        // No pedicle holds a cannula that passes beside it.
        length_mm: corridor.length_mm.unwrap_or(0.0),
        facet_mm,
    }
}

impl Measures {
    /// Every term with its measure; `None` where there is nothing to measure.
    fn terms(&self, needles: Needles) -> [(&'static str, &'static TermRule, Option<f64>); 9] {
        let term = &rules().term;
        let lateral = match needles {
            Needles::One => &term.lateral_one,
            Needles::Two => &term.lateral_two,
        };
        [
            ("margin", &term.margin, Some(self.margin_mm)),
            ("canal", &term.canal, Some(self.canal_mm)),
            ("midline", lateral, Some(self.lateral)),
            ("tip_clearance", &term.tip_clearance, Some(self.tip_bone_mm)),
            ("tip_depth", &term.tip_depth, Some(self.off_depth)),
            ("tip_height", &term.tip_height, Some(self.off_height)),
            ("centring", &term.centring, Some(self.off_centre)),
            ("corridor", &term.corridor, Some(self.length_mm)),
            ("facet", &term.facet, self.facet_mm),
        ]
    }
}

/// Weighted mean of the terms, 0 to 100.
pub(super) fn score(passage: &Passage, corridor: &Corridor, needles: Needles) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (_, rule, measure) in measures(passage, corridor, needles).terms(needles) {
        if let Some(measure) = measure {
            sum += rule.weight * rule.value(measure);
            weights += rule.weight;
        }
    }
    100.0 * sum / weights
}

/// The same, term by term.
pub(super) fn explain(passage: &Passage, corridor: &Corridor, needles: Needles) -> Vec<Term> {
    let landmarks = &passage.vertebra.landmarks;
    let short_mm = short_of_midline_mm(passage, &corridor.target);
    let half_width_mm = 0.5 * (landmarks.left_wall_x_mm - landmarks.right_wall_x_mm);
    let [low, high] = rules().aim.two_from_midline.value.map(|share| 100.0 * share);
    let beside = passage.approach == Approach::Extrapedicular;
    // The line's target: a needle's tip; a balloon's channel ends near it.
    let tip = if passage.tool == Tool::VertebroplastyNeedle { "the tip" } else { "the line's target" };
    let because = |name: &str, measure: f64| match name {
        "margin" if beside => format!("{measure:.1} mm of bone round the tool once it is in the body"),
        "centring" | "corridor" if beside => "beside the pedicle, which does not hold the tool".to_owned(),
        "margin" => format!("{measure:.1} mm of bone round the tool at the narrowest place"),
        "canal" => format!("{measure:.1} mm between the tool and the canal"),
        "midline" if needles == Needles::One && short_mm <= 0.0 => {
            format!("{tip} is {:.1} mm across the midline", short_mm.abs())
        }
        "midline" if needles == Needles::One => format!("{tip} stops {short_mm:.1} mm short of the midline"),
        "midline" => {
            let share = 100.0 * short_mm / half_width_mm;
            format!("{tip} is {share:.0} % of the half width from the midline; {low:.0} to {high:.0} % is aimed at")
        }
        "tip_clearance" => format!("{measure:.1} mm from {tip} to the nearest cortex or endplate"),
        "tip_depth" => format!("{tip} is at {:.2} of the body's depth", landmarks.ap_fraction(&corridor.target)),
        "tip_height" => {
            format!("{tip} is at {:.2} of the body's height", landmarks.height_fraction(&corridor.target))
        }
        "centring" => format!("{:.0} % of the way from the middle of the isthmus to its edge", 100.0 * measure),
        "corridor" => format!("{measure:.1} mm in bone before the body"),
        _ => format!("{measure:.1} mm from the middle of the nearest superior facet"),
    };
    let terms = measures(passage, corridor, needles).terms(needles);
    let found = terms.into_iter().filter_map(|(name, rule, measure)| Some((name, rule, measure?)));
    found
        .map(|(name, rule, measure)| Term {
            name,
            value: rule.value(measure),
            weight: rule.weight,
            because: because(name, measure),
            basis: rule.basis,
            source: &rule.source,
        })
        .collect()
}
