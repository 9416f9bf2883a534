//! Tests of judging: the same leak through beam, detector and reader, at several doses and in several places.

use super::*;
use crate::anatomy::{LeakClass, Patient};
use crate::cement::product::Product;
use crate::geometry::Point;
use crate::imaging::projector::Solid;
use crate::imaging::surroundings::test_patient::generated;
use crate::imaging::visibility::visibility_data;
use std::sync::Arc;

/// A ball of cement (vertebra frame).
fn ball(patient: &Patient, centre: Point, radius_mm: f64) -> LeakInBeam {
    let frame = &patient.vertebra.frame;
    let pole = frame.point_to_patient(&(centre + crate::geometry::Vector::z() * radius_mm));
    let solids = vec![Solid::Spheroid { centre: frame.point_to_patient(&centre), pole, radius_mm }];
    LeakInBeam { class: LeakClass::C, route: "test".into(), volume_mm3: 1.0, solids }
}

fn looked_at(room: &XrayRoom, leak: &LeakInBeam, view: View, dose: DoseLevel, seed: u64) -> Sighting {
    let product = Product::by_id("pmma-medium").expect("a product");
    let content = Arc::new(BeamContent::of_leaks(room.frame(), product, vec![leak.clone()]));
    let shot = Shot { number: 1, tick: 0, injection_s: None, injected_mm3: 0.0, view, content };
    let key = Some(key(seed, &shot));
    let shown = room.shoot(&shot.content, view, JUDGED_PIXELS / 2, dose, key).expect("a view");
    sighting(room, &shot, &shown, &Hiding::of(room, &shot, &shown), leak)
}

#[test]
fn the_detectors_noise_decides_what_is_seen() {
    let patient = Arc::new(generated(None));
    let room = XrayRoom::of_patient(&patient, 1).expect("a room");
    // A grain in the soft tissue beside the body, just large enough.
    let beside = patient.vertebra.landmarks.left_wall_x_mm + 12.0;
    let grain = ball(&patient, Point::new(beside, 0.0, -3.0), 0.63);
    let looks = |dose| -> Vec<f64> {
        let one = |seed| looked_at(&room, &grain, View::Ap, dose, seed).contrast.expect("uncovered").ratio();
        (0..12).map(one).collect()
    };
    let spread = |ratios: &[f64]| {
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        (ratios.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / ratios.len() as f64).sqrt()
    };
    let seen = |ratios: &[f64]| ratios.iter().filter(|&&r| r >= visibility_data().least_ratio.value).count();
    let [low, high] = [DoseLevel::Low, DoseLevel::High].map(looks);
    // A quarter of the photons double the noise; the anatomy's clutter stays.
    assert!((1.4..2.6).contains(&(spread(&low) / spread(&high))), "contrast over fluctuation {low:.2?} and {high:.2?}");
    assert_eq!(seen(&high), 12, "at a high dose: {high:.2?}");
    assert!((3..=9).contains(&seen(&low)), "at a low dose: {low:.2?}");
}

#[test]
fn a_leak_is_seen_where_it_stands_clear_of_the_body_only() {
    let patient = Arc::new(generated(None));
    let room = XrayRoom::of_patient(&patient, 1).expect("a room");
    let marks = &patient.vertebra.landmarks;
    let (back, side) = (marks.posterior_wall_y_mm, marks.left_wall_x_mm);
    let disc = marks.superior_endplate.point.z;
    for (place, centre, on_lateral, on_ap) in [
        ("in the disc", Point::new(0.0, 0.0, disc + 3.0), true, true),
        ("behind the middle of the posterior wall", Point::new(0.0, back - 0.5, -2.0), false, false),
        ("deep in the canal", Point::new(0.0, back + 4.0, -8.0), true, false),
        ("beside the body, in a segmental vein", Point::new(side + 4.0, 0.0, -3.0), false, true),
        ("in front", Point::new(0.0, marks.anterior_wall_y_mm - 4.0, -3.0), true, false),
    ] {
        let leak = ball(&patient, centre, 2.0);
        let seen = [View::Lateral, View::Ap].map(|view| looked_at(&room, &leak, view, DoseLevel::Normal, 5));
        assert_eq!(seen.map(|look| look.is_seen()), [on_lateral, on_ap], "{place}: lateral, AP: {seen:?}");
    }
}
