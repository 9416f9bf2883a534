//! A corner of the posterior wall pushed into the canal: points move along y, the canal in front of the arch narrows.
//!
//! The map from now to before is explicit. Nothing moves beside the canal, where the pedicles are, nor at the arch.

use super::fracture_curves::{bump, inverse, smooth_step, smooth_step_slope};

/// The bulge of the posterior wall.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Retropulsion {
    /// How far the wall stands in the canal at the height of `centre_z`, mm.
    pub amount: f64,
    /// Height of the greatest bulge (build frame, as it is now).
    pub centre_z: f64,
    /// Reach along z towards the endplate and away from it, mm.
    pub reach_z: [f64; 2],
    /// +1 where the upper endplate gave way, −1 for the lower.
    pub upwards: f64,
    pub half_width: f64,
    /// Bone moves from this far in front of the wall on, mm.
    pub from_y: f64,
    /// The arch is this far behind the wall, mm.
    pub canal_depth: f64,
}

/// The front of the canal and the wall in front of it move as one piece over this depth, mm.
const WALL_MM: f64 = 2.5;

impl Retropulsion {
    /// Share of the amount at a place of the wall.
    fn share(&self, x: f64, z: f64) -> f64 {
        let up = (z - self.centre_z) * self.upwards;
        let reach = if up > 0.0 { self.reach_z[0] } else { self.reach_z[1] };
        bump(x / self.half_width) * bump(up / reach)
    }

    /// y before of what is at (x, y, z) now, and the slope of that.
    pub fn before(&self, x: f64, y: f64, z: f64) -> (f64, f64) {
        let moved = self.amount * self.share(x, z);
        if moved == 0.0 {
            return (y, 1.0);
        }
        let rise = self.from_y - WALL_MM;
        let fall = 0.95 * self.canal_depth - self.amount;
        let (front, back) = ((y + self.from_y) / rise, (y - self.amount) / fall);
        let before = y - moved * (smooth_step(front) - smooth_step(back));
        (before, 1.0 - moved * (smooth_step_slope(front) / rise - smooth_step_slope(back) / fall))
    }

    /// y now of what was at y before, at the same x and z.
    pub fn now(&self, x: f64, y_before: f64, z: f64) -> f64 {
        if self.amount * self.share(x, z) == 0.0 {
            return y_before;
        }
        inverse(y_before, y_before, y_before + self.amount, |y| self.before(x, y, z))
    }
}
