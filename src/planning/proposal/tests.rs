//! Truths about proposals on generated vertebrae and on one of plain shapes.

use super::*;
use crate::anatomy::FractureKind;
use crate::anatomy::generate_vertebra::{FractureSpec, Severity, VertebraSpec, generate_vertebra};
use crate::anatomy::morphometry::Overrides;
use crate::instruments::Direction;
use crate::instruments::test_vertebra::TestVertebra;

fn request(level: Level, sides: Sides, gauge: u8) -> Request {
    let cannula = Cannula::by_gauge(gauge).expect("in the catalogue");
    Request { level, sides, approach: None, tool: Tool::VertebroplastyNeedle, cannula }
}

fn vertebra(level: Level, pedicle_width_mm: Option<f64>) -> Vertebra {
    let overrides: Overrides =
        pedicle_width_mm.into_iter().map(|width_mm| ("pedicle_width_mm".to_owned(), width_mm)).collect();
    let spec = VertebraSpec { overrides, ..VertebraSpec::of(level) };
    generate_vertebra(&spec).expect("a vertebra").0
}

#[test]
fn proposed_needles_stay_in_bone_and_end_in_the_middle_of_a_broken_body() {
    let fracture = FractureSpec::of(FractureKind::Wedge, Severity::Grade(2));
    for level in [Level::T12, Level::L1, Level::L3] {
        let spec = VertebraSpec { fracture: Some(fracture), ..VertebraSpec::of(level) };
        let (vertebra, ..) = generate_vertebra(&spec).expect("a common fracture");
        let found = propose(&vertebra, &request(level, Sides::Both, 11));
        assert!(found.refused.is_empty(), "{level}: {:?}", found.refused);
        let best = &found.offered[0];
        let tips: Vec<_> = best
            .paths
            .iter()
            .map(|path| {
                let report = path.trajectory.report(&vertebra, Tool::VertebroplastyNeedle).expect("a path in bone");
                assert_eq!(report.breach.direction, Direction::None, "{level}: {:?}", report.breach);
                assert!((0.25..0.75).contains(&report.tip.height_fraction), "{level}: {:?}", report.tip);
                assert!((0.65..0.86).contains(&report.tip.ap_fraction), "{level}: {:?}", report.tip);
                report.tip
            })
            .collect();
        let mirrored = tips[0].lateral_fraction + tips[1].lateral_fraction - 1.0;
        assert!(mirrored.abs() < 0.02, "{level}: left and right are no mirror images: {tips:?}");
    }
}

#[test]
fn the_score_is_the_weighted_mean_of_its_terms_and_falls_along_the_list() {
    let vertebra = TestVertebra::default().build();
    let found = propose(&vertebra, &request(Level::L1, Sides::One(Side::Left), 11));
    assert!(found.offered.len() > 1, "{found:?}");
    for proposal in &found.offered {
        let terms = &proposal.paths[0].terms;
        let weights: f64 = terms.iter().map(|term| term.weight).sum();
        let mean = 100.0 * terms.iter().map(|term| term.weight * term.value).sum::<f64>() / weights;
        assert!((mean - proposal.score).abs() < 1e-9, "{mean} and {}", proposal.score);
        assert!(terms.iter().all(|term| (0.0..=1.0).contains(&term.value) && !term.source.is_empty()), "{terms:?}");
    }
    let scores: Vec<f64> = found.offered.iter().map(|proposal| proposal.score).collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "{scores:?}");
    assert_eq!(found, propose(&vertebra, &request(Level::L1, Sides::One(Side::Left), 11)), "twice the same");
}

#[test]
fn in_a_round_tube_no_needle_has_more_bone_round_it_than_on_the_axis() {
    // The tube of 4.35 mm radius leaves 4.35 − 1.525 mm round a needle on its axis, on voxels of 0.8 mm.
    let vertebra = TestVertebra::default().build();
    for proposal in propose(&vertebra, &request(Level::L1, Sides::Both, 11)).offered {
        for path in proposal.paths {
            let report = path.trajectory.report(&vertebra, Tool::VertebroplastyNeedle).expect("in bone");
            assert!((0.25..2.825 + 0.1).contains(&report.margin_mm), "margin {}", report.margin_mm);
        }
    }
}

#[test]
fn one_needle_turns_farther_in_than_two() {
    let vertebra = vertebra(Level::L3, None);
    let convergence = |sides| {
        let found = propose(&vertebra, &request(Level::L3, sides, 11));
        let path = &found.offered[0].paths[0];
        (path.trajectory.convergence_rad(), path.short_of_midline_mm)
    };
    let (one, two) = (convergence(Sides::One(Side::Left)), convergence(Sides::Both));
    assert!(one.0 > two.0 + 0.05, "one {one:?}, two {two:?}");
    assert!(one.1 < 2.0 && two.1 > 3.0, "one {one:?}, two {two:?}");
}

#[test]
fn a_pedicle_thinner_than_the_tool_is_refused_by_its_millimetres_and_passed_on_the_outside() {
    let vertebra = vertebra(Level::T6, Some(3.2));
    let isthmus_mm = vertebra.landmarks.pedicle(Side::Left).width_mm;
    let needed_mm = Cannula::by_gauge(11).expect("a cannula").outer_diameter_mm + 0.5;
    let through =
        Request { approach: Some(Approach::Transpedicular), ..request(Level::T6, Sides::One(Side::Left), 11) };
    let refused = propose(&vertebra, &through);
    assert!(refused.offered.is_empty(), "{:?}", refused.offered);
    let refusal = &refused.refused[0];
    let short = format!("too narrow by {:.1} mm", needed_mm - isthmus_mm);
    assert!(refusal.because.contains(&short), "{isthmus_mm}: {}", refusal.because);
    assert!(refusal.choices.iter().any(|choice| choice.contains("13 G")), "{:?}", refusal.choices);

    let beside = propose(&vertebra, &request(Level::T6, Sides::One(Side::Left), 11));
    let path = &beside.offered[0].paths[0];
    assert_eq!(path.trajectory.approach, Approach::Extrapedicular);
    assert!(beside.refused[0].because.contains(&short), "why not through it: {:?}", beside.refused);
    let report = path.trajectory.report(&vertebra, Tool::VertebroplastyNeedle).expect("in the body");
    assert_eq!(report.breach.grade, BreachGrade::A, "{:?}", report.breach);
    let isthmus = vertebra.landmarks.pedicle(Side::Left).isthmus;
    let (entry, way) = (path.trajectory.entry, path.trajectory.direction());
    let beside_mm = (entry + way * ((isthmus.y - entry.y) / way.y)).x - isthmus.x;
    assert!(beside_mm > 0.5 * isthmus_mm, "the axis passes {beside_mm:.1} mm from the isthmus's middle");
}

#[test]
fn what_is_aimed_at_is_what_the_grade_asks_for() {
    use crate::instruments::{catalogue::depth_rules, trajectory_rules};
    let (depth, depths) = (depth_rules(), rules().aim.depths.value);
    assert_eq!([depths[0], depths[4]], [depth.needle_fraction_least, depth.needle_fraction_most]);
    let two = trajectory_rules().rule.iter().find(|rule| rule.id == "midline-two").and_then(|rule| rule.met);
    assert_eq!(two, Some(rules().aim.two_from_midline.value));
}

#[test]
fn every_constant_names_where_it_comes_from() {
    let term = &rules().term;
    for rule in [&term.margin, &term.canal, &term.lateral_one, &term.lateral_two, &term.facet] {
        assert!(rule.weight > 0.0 && rule.none != rule.full && !rule.source.is_empty(), "{rule:?}");
    }
}

#[test]
fn where_one_needle_stops_short_it_says_by_how_much_and_what_else_there_is() {
    let vertebra = vertebra(Level::T12, Some(5.0));
    let one = propose(&vertebra, &request(Level::T12, Sides::One(Side::Right), 11));
    let best = &one.offered[0].paths[0];
    let shortfall = one.shortfall.as_ref().expect("a pedicle so thin does not let one needle reach the midline");
    assert_eq!(shortfall.by_mm, best.short_of_midline_mm);
    assert!(shortfall.by_mm > 1.0, "{shortfall:?}");
    for what in ["a second needle from the left", "extrapedicular start", "a fill of one side"] {
        assert!(shortfall.choices.iter().any(|choice| choice.contains(what)), "{what}: {shortfall:#?}");
    }
    assert_eq!(
        propose(&vertebra, &request(Level::T12, Sides::Both, 11)).shortfall,
        None,
        "two needles need no midline"
    );
}
