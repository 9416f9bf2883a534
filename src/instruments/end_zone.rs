//! Where the working end of a tool stands in the body, in thirds and from the midline.

use super::report::TipPosition;
use crate::anatomy::{Landmarks, Side};
use crate::geometry::Point;
use serde::Serialize;

/// Where the needle's tip, or the end of a working cannula's channel, stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndZone {
    /// The place (vertebra frame), mm.
    pub place_mm: [f64; 3],
    /// As fractions of the body.
    pub position: TipPosition,
    /// "posterior third", "middle third", "anterior third", or beyond the body.
    pub ap_third: &'static str,
    /// "right third", "middle third", "left third", or beyond the body.
    pub lateral_third: &'static str,
    /// "lower third", "middle third", "upper third", or beyond the body.
    pub height_third: &'static str,
    /// Distance to the midline, mm, negative across it.
    pub short_of_midline_mm: f64,
    /// The same as a share of half the body's width.
    pub short_of_midline_share: f64,
}

impl EndZone {
    /// Of a point; the midline is the middle of the body.
    pub(super) fn of(landmarks: &Landmarks, side: Side, end: &Point) -> EndZone {
        let position = TipPosition::of(landmarks, end);
        let half_width_mm = 0.5 * (landmarks.left_wall_x_mm - landmarks.right_wall_x_mm);
        let short_of_midline_mm = landmarks.short_of_midline_mm(side, end);
        EndZone {
            place_mm: end.coords.into(),
            position,
            ap_third: third(
                position.ap_fraction,
                [
                    "behind the posterior wall",
                    "posterior third",
                    "middle third",
                    "anterior third",
                    "before the anterior wall",
                ],
            ),
            lateral_third: third(
                position.lateral_fraction,
                ["right of the body", "right third", "middle third", "left third", "left of the body"],
            ),
            height_third: third(
                position.height_fraction,
                ["below the lower endplate", "lower third", "middle third", "upper third", "above the upper endplate"],
            ),
            short_of_midline_mm,
            short_of_midline_share: short_of_midline_mm / half_width_mm,
        }
    }
}

fn third(fraction: f64, [before, first, second, last, beyond]: [&'static str; 5]) -> &'static str {
    match fraction {
        f if f < 0.0 => before,
        f if f < 1.0 / 3.0 => first,
        f if f < 2.0 / 3.0 => second,
        f if f <= 1.0 => last,
        _ => beyond,
    }
}
