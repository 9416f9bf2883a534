//! Tests of seeing: Rose's law on a flat field, noise, size, cover, clutter, degenerate pictures.

use super::*;
use crate::geometry::random::{standard_normal, stream};

const SIDE: usize = 144;
const PIXEL_MM: f64 = 0.3;

struct Case {
    radius_mm: f64,
    depth: f64,
    noise: f64,
    /// Optical depth added by column and row.
    clutter: fn(f64, f64) -> f64,
    cover: fn(f64, f64) -> bool,
    /// The body's outline ends here.
    body_to_mm: f64,
}

const PLAIN: Case =
    Case { radius_mm: 2.0, depth: 0.2, noise: 0.05, clutter: |_, _| 0.0, cover: |_, _| false, body_to_mm: -100.0 };

/// The look of a disc in the middle of a picture.
fn look(case: &Case, seed: u64) -> Sighting {
    let mut rng = stream(seed, 0, "visibility");
    let at = |i: usize| [(i % SIDE), (i / SIDE)].map(|k| (k as f64 - 0.5 * (SIDE as f64 - 1.0)) * PIXEL_MM);
    let shadow: Vec<f32> = (0..SIDE * SIDE)
        .map(|i| {
            let [x, y] = at(i);
            if x * x + y * y <= case.radius_mm * case.radius_mm { case.depth as f32 } else { 0.0 }
        })
        .collect();
    let cover: Vec<f32> = (0..SIDE * SIDE).map(|i| if (case.cover)(at(i)[0], at(i)[1]) { 1.0 } else { 0.0 }).collect();
    let signal: Vec<f32> = (0..SIDE * SIDE)
        .map(|i| {
            let [x, y] = at(i);
            let depth = f64::from(shadow[i]) + f64::from(cover[i]) + (case.clutter)(x, y) + 2.0;
            crate::units::exp(-depth + case.noise * standard_normal(&mut rng)) as f32
        })
        .collect();
    let (exposed, others) = (vec![true; SIDE * SIDE], vec![0.0; SIDE * SIDE]);
    let outline: Vec<bool> = (0..SIDE * SIDE).map(|i| at(i)[0] < case.body_to_mm).collect();
    Look {
        pixels: [SIDE, SIDE],
        signal: &signal,
        exposed: &exposed,
        shadow: &shadow,
        cover: &cover,
        outline: &outline,
        others: &others,
        pixel_mm: PIXEL_MM,
    }
    .sighting()
}

#[test]
fn on_a_flat_field_the_ratio_is_roses() {
    // Contrast over σ ÷ √(pixels): depth √N ÷ σ.
    let pixels = std::f64::consts::PI * 4.0 / (PIXEL_MM * PIXEL_MM);
    let expected = 0.2 * pixels.sqrt() / 0.05;
    let ratios: Vec<f64> = (0..12).map(|seed| look(&PLAIN, seed).contrast.expect("open").ratio()).collect();
    let mean = ratios.iter().sum::<f64>() / 12.0;
    assert!((mean / expected - 1.0).abs() < 0.2, "{mean}, Rose's law says {expected}: {ratios:?}");
    assert!((0..12).all(|seed| look(&PLAIN, seed).is_seen()));
}

#[test]
fn more_noise_hides_it_and_a_larger_one_is_seen_through_more_noise() {
    let faint = Case { depth: 0.06, ..PLAIN };
    let seen = |case: &Case| (0..20).filter(|&seed| look(case, seed).is_seen()).count();
    let [quiet, noisy] = [0.05, 0.4].map(|noise| seen(&Case { noise, ..faint }));
    assert!(quiet >= 19 && noisy <= 1, "{quiet} and {noisy} of 20 seen");
    let [small, large] = [1.0, 3.5].map(|radius_mm| seen(&Case { radius_mm, noise: 0.12, ..faint }));
    assert!(small + 10 <= large, "{small} small and {large} large ones of 20 seen");
    assert_eq!(seen(&Case { depth: 0.0, ..PLAIN }), 0, "nothing throws no shadow");
    assert_eq!(seen(&Case { depth: 0.015, noise: 0.0005, ..PLAIN }), 0, "the eye's own threshold");
}

#[test]
fn a_leak_of_any_size_is_compared_with_patches_of_its_own_size() {
    for radius_mm in [0.8, 2.0, 3.5, 5.0, 6.0, 7.0] {
        let seen = look(&Case { radius_mm, ..PLAIN }, 5);
        assert!(seen.is_seen(), "{radius_mm} mm: {seen:?}");
    }
}

#[test]
fn a_pixel_that_got_nothing_counts_as_dark() {
    let starved = Case { depth: 30.0, ..PLAIN };
    assert!(look(&starved, 2).is_seen());
}

#[test]
fn behind_cement_it_is_hidden_and_half_covered_it_is_seen_by_the_other_half() {
    let behind = look(&Case { cover: |x, y| x * x + y * y < 9.0, ..PLAIN }, 1);
    assert!(behind.contrast.is_none() && !behind.is_seen() && behind.covered_share == 1.0, "{behind:?}");
    let half = look(&Case { cover: |x, _| x < 0.0, ..PLAIN }, 1);
    assert!(half.is_seen() && (0.5..0.75).contains(&half.covered_share), "{half:?}");
}

#[test]
fn within_the_bodys_outline_it_is_taken_for_cement_in_the_bone() {
    let within = look(&Case { body_to_mm: 3.0, ..PLAIN }, 1);
    assert!(within.contrast.is_none() && !within.is_seen(), "{within:?}");
    let beyond = look(&Case { body_to_mm: 0.5, ..PLAIN }, 1);
    assert!(beyond.is_seen() && (0.5..0.75).contains(&beyond.covered_share), "{beyond:?}");
}

#[test]
fn stripes_of_bone_beside_it_hide_it_and_a_slope_does_not() {
    let fluctuation = |clutter| look(&Case { clutter, ..PLAIN }, 3).contrast.expect("open").fluctuation;
    let [flat, slope, stripes] = [
        fluctuation(|_, _| 0.0),
        fluctuation(|x, y| 0.05 * x - 0.03 * y),
        fluctuation(|x, _| 0.3 * crate::units::sin(x)),
    ];
    assert!((slope / flat - 1.0).abs() < 0.05, "a slope: {slope} against {flat}");
    assert!(stripes > 5.0 * flat, "stripes: {stripes} against {flat}");
}

#[test]
fn degenerate_pictures_show_nothing() {
    let seen = |pixels: [usize; 2], values: &[f32], pixel_mm: f64| {
        let (exposed, cover, outline) = (vec![true; values.len()], vec![0.0; values.len()], vec![false; values.len()]);
        let look = Look {
            pixels,
            signal: values,
            exposed: &exposed,
            shadow: values,
            cover: &cover,
            outline: &outline,
            others: &cover,
            pixel_mm,
        };
        look.sighting()
    };
    assert!(!seen([0, 0], &[], 0.3).is_seen());
    assert!(!seen([1, 1], &[0.5], 5.0).is_seen(), "nothing is beside it");
    assert!(!seen([2, 2], &[0.5], 0.3).is_seen(), "fewer values than pixels");
    assert_eq!(seen([2, 2], &[f32::NAN; 4], 0.3).contrast, None);
}
