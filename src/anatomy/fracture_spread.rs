//! The body grows in width and depth where it is crushed: most at the endplate that gave way, not at the other.
//!
//! The map from now to before is explicit: y by (y, z), then x by (x, y, z). Neither moves the posterior wall.

use super::fracture_curves::{inverse, saturating, saturating_slope, smooth_step, smooth_step_slope};
use super::fracture_spec::Endplates;
use super::shape_body::BodyShape;

/// Growth of the body in its own plane.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spread {
    /// Growth of the depth and width as a fraction.
    pub amount: f64,
    pub depth: f64,
    pub half_width: f64,
    pub half_height: f64,
    pub endplates: Endplates,
}

/// The width grows in full in front of this share of the depth.
const FULL_WIDTH_FROM: f64 = 0.4;
/// Beyond this share of the half width everything moves sideways as one piece.
const SIDE_REACH: f64 = 1.6;

impl Spread {
    pub fn new(body: &BodyShape, amount: f64, endplates: Endplates) -> Spread {
        let (depth, half_width) = (body.depth(), body.half_width());
        Spread { amount, depth, half_width, half_height: body.half_height(-0.5 * depth), endplates }
    }

    /// Share of the growth at a height before the fracture: 1 about the endplate that gave way, 0 about the other.
    fn weight(&self, z_before: f64) -> f64 {
        let upwards = smooth_step((z_before / self.half_height + 0.5) / 0.8);
        match self.endplates {
            Endplates::Superior => upwards,
            Endplates::Inferior => smooth_step((0.5 - z_before / self.half_height) / 0.8),
            Endplates::Both => 1.0,
        }
    }

    /// (x, y) before of the top and bottom ends of the column at (x, y) now.
    pub fn endplates_before(&self, x: f64, y: f64) -> [(f64, f64); 2] {
        let moved = self.before_by_weight(x, y, 1.0).0;
        match self.endplates {
            Endplates::Superior => [moved, (x, y)],
            Endplates::Inferior => [(x, y), moved],
            Endplates::Both => [moved, moved],
        }
    }

    /// (x, y) before of what is at (x, y) now and was at this height before, and the ratio of areas before ÷ now.
    pub fn before(&self, x: f64, y: f64, z_before: f64) -> ((f64, f64), f64) {
        self.before_by_weight(x, y, self.weight(z_before))
    }

    fn before_by_weight(&self, x: f64, y: f64, weight: f64) -> ((f64, f64), f64) {
        let growth = self.amount * weight;
        if growth == 0.0 {
            return ((x, y), 1.0);
        }
        let (y_before, y_slope) = self.y_before(y, growth);
        let (x_before, x_slope) = self.x_before(x, y, growth);
        ((x_before, y_before), x_slope * y_slope)
    }

    fn y_before(&self, y: f64, growth: f64) -> (f64, f64) {
        let u = -y / self.depth;
        (y + growth * self.depth * smooth_step(u), 1.0 - growth * smooth_step_slope(u))
    }

    fn x_before(&self, x: f64, y: f64, growth: f64) -> (f64, f64) {
        let share = smooth_step(-y / self.depth / FULL_WIDTH_FROM) / saturating(1.0 / SIDE_REACH);
        let s = x / self.half_width / SIDE_REACH;
        let shift = growth * share;
        (x - shift * self.half_width * saturating(s), 1.0 - shift / SIDE_REACH * saturating_slope(s))
    }

    /// (x, y) now of what was at (x, y, z) before.
    pub fn now(&self, x_before: f64, y_before: f64, z_before: f64) -> (f64, f64) {
        let growth = self.amount * self.weight(z_before);
        if growth == 0.0 {
            return (x_before, y_before);
        }
        let y = inverse(y_before, y_before - growth * self.depth, y_before, |y| self.y_before(y, growth));
        let reach = 2.0 * growth * self.half_width;
        let x = inverse(x_before, x_before - reach, x_before + reach, |x| self.x_before(x, y, growth));
        (x, y)
    }
}
