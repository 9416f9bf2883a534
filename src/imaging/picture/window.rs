//! The window: which signals become black and white, on a logarithmic curve.

use super::{Picture, Polarity};
use crate::units;
use serde::Serialize;

/// The range of the signal's natural logarithm that fills the greys of a bone-dark picture; a bone-bright one is its
/// negative. The signal of the bare beam is 1, its logarithm 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// What is black, and all below.
    pub dark: f32,
    /// What is white, and all above.
    pub bright: f32,
}

/// A window that shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum WindowError {
    /// An edge is not a number.
    #[error("an edge of the window is not a finite number")]
    NotFinite,
    /// The edges are too near to each other, or the wrong way round.
    #[error(
        "the window runs from {dark} to {bright}; its bright edge must lie at least {LEAST_WIDTH} above the dark one"
    )]
    Narrow {
        /// The dark edge.
        dark: f32,
        /// The bright edge.
        bright: f32,
    },
}

/// The narrowest window, of the signal's logarithm: 5 % of the signal from black to white.
const LEAST_WIDTH: f32 = 0.05;
/// Parts of the pixels that may be black and white, of each end.
const BEYOND: f64 = 0.005;
/// In the measuring field so many may be black, as metal and cement are, and leave the greys to the bone; and white.
const FIELD_BEYOND: [f64; 2] = [0.06, 0.02];
/// The window is wider than that by these shares at its dark and its bright end, for what lies round the field.
const FIELD_MARGIN: [f32; 2] = [0.1, 0.2];
/// Radius of the measuring field, of the picture's width and height.
const FIELD_RADIUS: f64 = 0.36;
/// A pixel that gets more of the bare beam than this is beside the patient.
const BESIDE: f32 = 0.5;
/// The part of the field that must be patient for the window to be his alone.
const LEAST_PATIENT: f64 = 0.02;
/// What is shown of a picture without any signal: a thousandth of the bare beam and more.
const WITHOUT_SIGNAL: Window = Window { dark: -7.0, bright: 0.0 };

impl Window {
    /// With edges that are given.
    pub fn new(dark: f32, bright: f32) -> Result<Window, WindowError> {
        if !(dark.is_finite() && bright.is_finite()) {
            return Err(WindowError::NotFinite);
        }
        if bright - dark < LEAST_WIDTH {
            return Err(WindowError::Narrow { dark, bright });
        }
        Ok(Window { dark, bright })
    }

    /// About a level, so wide: what the two knobs of a monitor turn.
    pub fn of_level(level: f32, width: f32) -> Result<Window, WindowError> {
        Window::new(level - 0.5 * width, level + 0.5 * width)
    }

    /// From the picture: all but the darkest and brightest half percent of the pixels within the shutters that lie
    /// behind the patient. The bare beam beside him does not count, unless there is nearly nothing else; nor does what
    /// is not a number or got nothing.
    pub fn of(value: &[f32], exposed: &[bool]) -> Window {
        Window::without(value, exposed, [BEYOND, BEYOND])
    }

    /// From the round measuring field in the picture's middle, as a C-arm does; from the whole picture where the shutters
    /// leave nothing of it.
    pub fn of_measuring_field(value: &[f32], pixels: [usize; 2], exposed: &[bool]) -> Window {
        let [columns, rows] = pixels.map(|count| count.max(1));
        let off = |i: usize| {
            let [x, y] =
                [(i % columns, columns), (i / columns, rows)].map(|(at, n)| (at as f64 + 0.5) / n as f64 - 0.5);
            x * x + y * y
        };
        let field: Vec<bool> =
            exposed.iter().enumerate().map(|(i, &exposed)| exposed && off(i) < FIELD_RADIUS * FIELD_RADIUS).collect();
        if !field.contains(&true) {
            return Window::of(value, exposed);
        }
        let tight = Window::without(value, &field, FIELD_BEYOND);
        let [dark, bright] = FIELD_MARGIN.map(|share| share * tight.width());
        Window { dark: tight.dark - dark, bright: tight.bright + bright }
    }

    fn without(value: &[f32], exposed: &[bool], beyond: [f64; 2]) -> Window {
        let mut all: Vec<f32> = value
            .iter()
            .zip(exposed)
            .filter(|(value, exposed)| **exposed && value.is_finite() && **value > 0.0)
            .map(|(value, _)| *value)
            .collect();
        let behind = all.iter().filter(|value| **value <= BESIDE).count();
        if behind as f64 > LEAST_PATIENT * all.len() as f64 {
            all.retain(|value| *value <= BESIDE);
        }
        if all.is_empty() {
            return WITHOUT_SIGNAL;
        }
        let last = all.len() - 1;
        let mut edge = |part: f64| {
            let place = (part * last as f64).round() as usize;
            let (_, value, _) = all.select_nth_unstable_by(place.min(last), f32::total_cmp);
            units::ln(f64::from(*value)) as f32
        };
        let (dark, bright) = (edge(beyond[0]), edge(1.0 - beyond[1]));
        let missing = (LEAST_WIDTH - (bright - dark)).max(0.0);
        Window { dark: dark - missing, bright: bright + missing }
    }

    /// Middle of the window.
    pub fn level(&self) -> f32 {
        0.5 * (self.dark + self.bright)
    }

    /// From edge to edge.
    pub fn width(&self) -> f32 {
        self.bright - self.dark
    }

    /// The grey of a signal in a bone-dark picture; what is not a number is black.
    pub(super) fn grey(&self, value: f32) -> u16 {
        // Signals below 0 and edges the wrong way round give NaN or a step, and a cast of NaN is 0.
        let log = units::ln(f64::from(value));
        let part = (log - f64::from(self.dark)) / f64::from(self.width().max(f32::MIN_POSITIVE));
        (part.clamp(0.0, 1.0) * f64::from(u16::MAX)).round() as u16
    }
}

/// Shows a signal through a window. Outside the shutters, and where a signal is missing or not a number, it is black.
pub fn display(value: &[f32], pixels: [usize; 2], exposed: &[bool], window: &Window, polarity: Polarity) -> Picture {
    let mut picture = Picture::black(pixels);
    for ((grey, value), exposed) in picture.grey.iter_mut().zip(value).zip(exposed) {
        if *exposed && !value.is_nan() {
            let dark = window.grey(*value);
            *grey = if polarity == Polarity::BoneDark { dark } else { u16::MAX - dark };
        }
    }
    picture
}
