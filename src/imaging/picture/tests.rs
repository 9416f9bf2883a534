//! Tests of windows, marks and strips.

use super::*;
use crate::geometry::Point;
use crate::imaging::{Angulation, CArm};
use crate::units;

/// A signal that falls evenly on a logarithmic scale from left to right, over some rows.
fn ramp(columns: usize, rows: usize, from: f64, to: f64) -> Vec<f32> {
    let of = |column: usize| units::exp(from + (to - from) * column as f64 / (columns - 1) as f64) as f32;
    (0..rows).flat_map(|_| (0..columns).map(of)).collect()
}

#[test]
fn more_signal_is_never_darker_and_polarity_turns_it_round() {
    let value = ramp(4096, 1, -9.0, 1.0);
    let (exposed, window) = (vec![true; 4096], Window { dark: -6.0, bright: -1.0 });
    let dark = display(&value, [4096, 1], &exposed, &window, Polarity::BoneDark);
    assert!(dark.grey.is_sorted(), "a grey falls");
    assert_eq!([dark.grey[0], dark.grey[4095]], [0, u16::MAX]);
    let bright = display(&value, [4096, 1], &exposed, &window, Polarity::BoneBright);
    assert!(dark.grey.iter().zip(&bright.grey).all(|(dark, bright)| u16::MAX - dark == *bright));
    // A logarithmic curve: the same factor is the same step of grey.
    let steps = [0.01_f32, 0.02, 0.04, 0.08].map(|value| i32::from(window.grey(value)));
    for pair in steps.windows(2) {
        let by_hand = units::ln(2.0) / 5.0 * 65_535.0;
        assert!((f64::from(pair[1] - pair[0]) - by_hand).abs() <= 1.0, "{steps:?}, {by_hand} each");
    }
}

#[test]
fn a_slow_ramp_has_every_grey_once() {
    let value = ramp(1 << 16, 1, -5.0, -1.0);
    let window = Window { dark: -5.0, bright: -1.0 };
    let picture = display(&value, [1 << 16, 1], &vec![true; 1 << 16], &window, Polarity::BoneDark);
    let widest = picture.grey.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(widest <= Some(1 + 1), "a step of {widest:?} of 65535");
    let mut eight: Vec<u16> = picture.grey.iter().map(|grey| grey >> 8).collect();
    eight.dedup();
    assert_eq!(eight.len(), 256);
}

#[test]
fn the_window_is_that_of_the_patient_within_the_shutters() {
    // The patient from e⁻⁵ to e⁻², a third of the picture bare beam, and rubbish outside the shutters.
    let mut value = ramp(2001, 1, -5.0, -2.0);
    let mut exposed = vec![true; 2001];
    value.extend([1.0; 1000]);
    exposed.extend([true; 1000]);
    value.extend([1e-6; 1000]);
    exposed.extend([false; 1000]);
    let window = Window::of(&value, &exposed);
    let part = 0.005 * 3.0;
    assert!((window.dark - (-5.0 + part)).abs() < 0.003 && (window.bright - (-2.0 - part)).abs() < 0.003, "{window:?}");
    // What got nothing, or is not a number, turns no knob.
    value.extend([0.0, f32::NAN, -1.0, f32::INFINITY]);
    exposed.extend([true; 4]);
    assert_eq!(Window::of(&value, &exposed), window);
    let bare = Window::of(&[1.0; 50], &[true; 50]);
    assert!(bare.dark < 0.0 && bare.bright > 0.0 && bare.width() >= 0.05, "{bare:?}");
}

#[test]
fn a_window_that_shows_nothing_is_refused() {
    assert_eq!(Window::new(f32::NAN, 0.0), Err(WindowError::NotFinite));
    let words = Window::new(-1.0, -2.0).expect_err("turned round").to_string();
    assert!(words.contains("from -1 to -2") && words.contains("0.05"), "{words}");
    let made = Window::of_level(-3.0, 4.0).expect("a window");
    assert_eq!((made, made.level(), made.width()), (Window { dark: -5.0, bright: -1.0 }, -3.0, 4.0));
    assert!(Window::of_level(-3.0, f32::INFINITY).is_err());
}

#[test]
fn nothing_and_what_is_no_number_are_black() {
    let window = Window::of(&[], &[]);
    assert_eq!(window, Window { dark: -7.0, bright: 0.0 });
    for polarity in [Polarity::BoneDark, Polarity::BoneBright] {
        let nan = display(&[f32::NAN; 4], [2, 2], &[true; 4], &Window::of(&[f32::NAN; 4], &[true; 4]), polarity);
        assert_eq!(nan.grey, [0; 4]);
        let shut = display(&[0.5; 4], [2, 2], &[false; 4], &window, polarity);
        assert_eq!(shut.grey, [0; 4], "outside the shutters");
        let short = display(&[0.5], [2, 2], &[true; 4], &window, polarity);
        assert_eq!((short.grey.len(), &short.grey[1..]), (4, &[0_u16; 3][..]));
        assert!(display(&[], [0, 0], &[], &window, polarity).grey.is_empty());
        let broken = Window { dark: 0.0, bright: f32::NAN };
        assert_eq!(display(&[0.5; 4], [2, 2], &[true; 4], &broken, polarity).grey.len(), 4);
    }
    // No signal at all behind metal: as dark as bone gets, or as bright.
    let metal = display(&[0.0], [1, 1], &[true], &window, Polarity::BoneBright);
    assert_eq!(metal.grey, [u16::MAX]);
}

fn all_marks(pixels: usize) -> Marks {
    let angulation = Angulation { lao_rad: units::rad_from_deg(-15.5), cra_rad: units::rad_from_deg(5.5) };
    let view = CArm::mobile().aim(&Point::origin(), angulation).expect("a view").with_pixels(pixels);
    Marks { shot: Some(12), time_s: Some(760.4), held: true, ..Marks::of(&view) }
}

/// Columns and rows from the first to the last pixel that differs from a grey.
fn painted(picture: &Picture, ground: u16) -> Option<[[usize; 2]; 2]> {
    let [columns, _] = picture.pixels;
    let on: Vec<usize> = (0..picture.grey.len()).filter(|index| picture.grey[*index] != ground).collect();
    let range = |of: fn(usize, usize) -> usize| {
        let places = || on.iter().map(|index| of(*index, columns));
        Some([places().min()?, places().max()?])
    };
    Some([range(|index, columns| index % columns)?, range(|index, columns| index / columns)?])
}

#[test]
fn marks_lie_whole_inside_pictures_of_all_sizes() {
    const GROUND: u16 = 30_000;
    for pixels in [64, 100, 128, 200, 256, 400, 512, 777, 1024, 2048] {
        // What is cut off would end in the outermost pixels.
        let mut picture = Picture { pixels: [pixels; 2], grey: vec![GROUND; pixels * pixels] };
        picture.burn(&all_marks(pixels));
        let [across, down] = painted(&picture, GROUND).expect("marks");
        assert!(across[0] >= 1 && across[1] <= pixels - 2, "{pixels}: columns {across:?}");
        assert!(down[0] >= 1 && down[1] <= pixels - 2, "{pixels}: rows {down:?}");
        let covered = picture.grey.iter().filter(|grey| **grey != GROUND).count() as f64 / (pixels * pixels) as f64;
        assert!(covered < if pixels < 128 { 0.5 } else { 0.2 }, "{pixels}: {covered} of the picture covered");
    }
}

#[test]
fn each_edge_has_its_own_letter_and_nothing_else() {
    const GROUND: u16 = 30_000;
    let letter = |edges: [&str; 2]| {
        let mut picture = Picture { pixels: [512; 2], grey: vec![GROUND; 512 * 512] };
        picture.burn(&Marks { edges: edges.map(str::to_owned), ..Marks::default() });
        picture
    };
    // The notice is always there, in the lower right corner.
    let bare = letter(["", ""]);
    let [across, down] = painted(&bare, GROUND).expect("the notice");
    assert!(across[0] > 256 && down[0] > 400, "{across:?} {down:?}");
    let (left, right) = (letter(["R", ""]), letter(["", "L"]));
    let differ = |made: &Picture| -> Vec<usize> {
        (0..made.grey.len()).filter(|i| made.grey[*i] != bare.grey[*i]).map(|i| i % 512).collect()
    };
    assert!(!differ(&left).is_empty() && differ(&left).iter().all(|column| *column < 40));
    assert!(!differ(&right).is_empty() && differ(&right).iter().all(|column| *column > 472));
    assert_ne!(letter(["R", "L"]), letter(["L", "R"]));
}

#[test]
fn the_scale_bar_is_as_long_as_20_mm_at_the_isocentre_appear() {
    let arm = CArm::mobile();
    let view = arm.aim(&Point::new(1.0, 2.0, 3.0), Angulation::default()).expect("a view").with_pixels(512);
    let ends = [-10.0, 10.0].map(|mm| view.project(&(view.isocentre() + view.right() * mm)).expect("in the beam"));
    let apart = view.pixel_place(&ends[1])[0] - view.pixel_place(&ends[0])[0];
    let marks = Marks::of(&view);
    assert!((marks.scale_px.expect("a scale") - apart).abs() < 1e-9, "{marks:?}, by projection {apart}");
    let mut picture = Picture::black([512; 2]);
    picture.burn(&Marks { scale_px: marks.scale_px, ..Marks::default() });
    // The bar is the longest white run of the lower left quarter.
    let longest = picture
        .grey
        .chunks(512)
        .skip(400)
        .map(|row| row[..256].split(|grey| *grey != u16::MAX).map(<[u16]>::len).max().unwrap_or(0));
    // Both ticks count.
    assert_eq!(longest.max(), Some(apart.round() as usize + 1));
}

#[test]
fn words_that_do_not_fit_are_broken_and_none_is_lost() {
    let letters = lettering::Lettering::of([64, 64]);
    let words = "12:40 min, 3.2 ml; Deckplatteneinbruch–mit–Spalt L1 µ";
    for width in [1, 9, 33, 64, 1000] {
        let lines = letters.lines(words, width);
        assert_eq!(lines.concat().replace(' ', ""), words.replace(' ', ""), "{width}: {lines:?}");
        assert!(lines.iter().all(|line| letters.size(line.chars().count())[0] <= width.max(4)), "{width}: {lines:?}");
    }
}

#[test]
fn a_strip_shows_each_picture_as_it_is_in_its_place() {
    let tile = |grey: u16, pixels: [usize; 2]| Picture { pixels, grey: vec![grey; pixels[0] * pixels[1]] };
    let pictures = [
        (tile(1000, [64, 64]), "1:00".to_owned()),
        (tile(2000, [64, 64]), "2:00, a caption too long for one line".to_owned()),
        (tile(3000, [40, 30]), String::new()),
    ];
    let film = strip(&pictures, 2);
    assert_eq!(film.grey.len(), film.pixels[0] * film.pixels[1]);
    for (picture, _) in &pictures {
        let grey = picture.grey[0];
        let count = film.grey.iter().filter(|found| **found == grey).count();
        assert_eq!(count, picture.grey.len(), "all of the picture of {grey}, and no letters on it");
    }
    let first = |grey: u16| {
        let index = film.grey.iter().position(|found| *found == grey).expect("there");
        [index % film.pixels[0], index / film.pixels[0]]
    };
    assert_eq!(first(1000)[1], first(2000)[1]);
    assert!(first(2000)[0] >= first(1000)[0] + 64 && first(3000)[1] > first(1000)[1] + 64);
    assert_eq!(first(3000)[0], first(1000)[0]);
    assert_eq!(strip(&[], 3), Picture::black([0, 0]));
    assert_eq!(strip(&pictures, 0).pixels[0], strip(&pictures, 1).pixels[0]);
    let empty = strip(&[(Picture::black([0, 0]), "none".to_owned())], 1);
    assert_eq!(empty.grey.len(), empty.pixels[0] * empty.pixels[1]);
}
