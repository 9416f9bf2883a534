//! The body of the vertebra: kidney-shaped outline with a waist, dished endplates and rounded rims.
//!
//! Build frame: x left, y to the back with 0 at the rims of the posterior wall in the midline, z to the head with 0
//! half-way between the endplates; z is the bisector of the two rims' planes.

use super::morphometry::Dimensions;
use super::shape_blend::{round_intersection, superellipse};
use super::shape_constants::ShapeConstants;
use crate::geometry::Point;
use crate::units;

/// The body's sizes in the form the implicit function needs, mm.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BodyShape {
    /// Half width at the upper rim, waist, lower rim.
    half_width: [f64; 3],
    /// Depth at the upper rim, waist, lower rim.
    depth: [f64; 3],
    rear_share: f64,
    /// At half height and at the rims.
    front_exponent: [f64; 2],
    rear_exponent: f64,
    /// How far the posterior wall stands forward at half height.
    posterior_recess: f64,
    /// How far the corners of the posterior wall stand behind its middle.
    posterior_dip: f64,
    /// Half width of the dip.
    dip_half_width: f64,
    /// Power of the height with which the waist widens towards the rims.
    waist_exponent: f64,
    /// Half height at the posterior wall and its slope per mm forwards.
    half_height_posterior: f64,
    half_height_slope: f64,
    /// Depth of the upper and lower endplate's dish.
    dish: [f64; 2],
    /// The dishes end at this share of the outline: outside it lies the epiphyseal ring.
    dish_radius: [f64; 2],
    /// The dishes are deepest this share of the depth behind the middle.
    dish_back: [f64; 2],
    /// How flat their floors are: 1 is a paraboloid, more rises late and steeply.
    dish_exponent: f64,
    /// How far the upper and lower endplates sink from the midline to the side.
    side_drop: [f64; 2],
    rim_radius: f64,
}

/// Stretches of the depth, in percent from the posterior wall, over which the heights are taken: the anterior height is
/// the greatest in front, the middle one the mean, the posterior one the greatest behind.
const ANTERIOR_STRETCH: std::ops::RangeInclusive<i32> = 72..=100;
const MIDDLE_STRETCH: std::ops::RangeInclusive<i32> = 42..=58;
const POSTERIOR_STRETCH: std::ops::RangeInclusive<i32> = 0..=22;
/// The dish's normalised distance from its middle on the rear rim, where it is to be all but level.
const DISH_AT_REAR_RIM: f64 = 0.86;

impl BodyShape {
    pub fn new(d: &Dimensions, c: &ShapeConstants) -> BodyShape {
        let f = d.length_factor;
        let depth = [d.body_depth_superior_mm, d.body_depth_waist_mm, d.body_depth_inferior_mm];
        let mean_depth = 0.5 * (depth[0] + depth[2]);
        let rim_radius = c.rim_radius_mm * f;
        let dish_back = [c.upper_dish_back_share, c.lower_dish_back_share];
        let rear_rim = dish_back.map(|back| 0.5 - back - rim_radius / mean_depth);
        let mut body = BodyShape {
            half_width: [d.body_width_superior_mm, d.body_width_waist_mm, d.body_width_inferior_mm].map(|w| 0.5 * w),
            depth,
            rear_share: c.rear_share,
            front_exponent: [c.waist_front_exponent, c.front_exponent],
            rear_exponent: c.rear_exponent,
            posterior_recess: c.posterior_recess_mm * f,
            posterior_dip: c.posterior_dip_mm * f,
            dip_half_width: c.dip_share * d.canal_width_mm,
            waist_exponent: c.waist_exponent,
            half_height_posterior: 0.5 * d.height_posterior_mm,
            half_height_slope: 0.5 * (d.height_anterior_mm - d.height_posterior_mm) / mean_depth,
            dish: [0.0; 2],
            dish_radius: rear_rim.map(|rim| c.dish_radius.min(rim / (0.5 * DISH_AT_REAR_RIM))),
            dish_back,
            dish_exponent: c.dish_exponent,
            side_drop: [c.upper_side_drop_mm * f, c.lower_side_rise_mm * f],
            rim_radius,
        };
        // The planes of the rims and the dishes are adjusted until the three heights are those asked for.
        let mut planes = [d.height_anterior_mm, d.height_posterior_mm];
        for _ in 0..6 {
            let share = [c.upper_dish_share, 1.0 - c.upper_dish_share];
            let both = |y: f64| share[0] * body.dish_profile(0, 0.0, y) + share[1] * body.dish_profile(1, 0.0, y);
            let middle = MIDDLE_STRETCH.map(|p| both(-0.01 * f64::from(p) * mean_depth));
            let profile = middle.sum::<f64>() / MIDDLE_STRETCH.count() as f64;
            let dish = (0.5 * (planes[0] + planes[1]) - d.height_middle_mm) / profile;
            body.dish = share.map(|share| dish * share);
            body.half_height_posterior = 0.5 * planes[1];
            body.half_height_slope = 0.5 * (planes[0] - planes[1]) / mean_depth;
            planes[0] += d.height_anterior_mm - body.greatest_height(ANTERIOR_STRETCH);
            planes[1] += d.height_posterior_mm - body.greatest_height(POSTERIOR_STRETCH);
        }
        body
    }

    /// Greatest height in the midline over a stretch of the depth, the rounded rims left out.
    fn greatest_height(&self, stretch: std::ops::RangeInclusive<i32>) -> f64 {
        let height = |percent: i32| {
            let y = (-0.01 * f64::from(percent) * self.depth()).clamp(self.rim_radius - self.depth(), -self.rim_radius);
            self.upper_endplate_z(0.0, y) - self.lower_endplate_z(0.0, y)
        };
        stretch.map(height).fold(0.0, f64::max)
    }

    /// Mean of the depths of the two rims.
    pub fn depth(&self) -> f64 {
        0.5 * (self.depth[0] + self.depth[2])
    }

    /// Greatest of the depths.
    pub fn greatest_depth(&self) -> f64 {
        self.depth[0].max(self.depth[1]).max(self.depth[2])
    }

    /// Mean of the half widths of the two rims.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.half_width[0] + self.half_width[2])
    }

    /// Half the height of the plane of the rims.
    pub fn half_height(&self, y: f64) -> f64 {
        self.half_height_posterior - self.half_height_slope * y
    }

    /// z of the upper endplate; outside the body the plane of its rim.
    pub fn upper_endplate_z(&self, x: f64, y: f64) -> f64 {
        self.half_height(y) - self.dish[0] * self.dish_profile(0, x, y) - self.side_drop[0] * self.sideways(x)
    }

    /// z of the lower endplate; outside the body the plane of its rim.
    pub fn lower_endplate_z(&self, x: f64, y: f64) -> f64 {
        -self.half_height(y) + self.dish[1] * self.dish_profile(1, x, y) + self.side_drop[1] * self.sideways(x)
    }

    /// 1 in the middle of the upper (0) or lower (1) endplate's dish, 0 on and outside the ring.
    fn dish_profile(&self, end: usize, x: f64, y: f64) -> f64 {
        let u = x / (self.dish_radius[end] * self.half_width());
        let v = (y / self.depth() + 0.5 - self.dish_back[end]) / (0.5 * self.dish_radius[end]);
        let w = 1.0 - u * u - v * v;
        if w > 0.0 { units::pow(w, self.dish_exponent) } else { 0.0 }
    }

    /// 0 in the midline, 1 at the sides and beyond.
    fn sideways(&self, x: f64) -> f64 {
        let u = x / self.half_width();
        (u * u).min(1.0)
    }

    /// y of the posterior wall at a place seen from behind; continued sideways beyond the body.
    pub fn posterior_wall_y(&self, x: f64, z: f64) -> f64 {
        let flare = self.flare(z, 0.0);
        let u = x / self.dip_half_width;
        let dip = (1.0 - u * u).max(0.0);
        self.posterior_dip * (1.0 - dip * dip) - self.posterior_recess * (1.0 - flare)
    }

    /// 0 at half height, 1 from where the rims begin to round off.
    fn flare(&self, z: f64, y: f64) -> f64 {
        let drop = self.side_drop[if z > 0.0 { 0 } else { 1 }].max(0.0);
        let t = (z.abs() / (self.half_height(y) - self.rim_radius - drop)).min(1.0);
        units::pow(t, self.waist_exponent)
    }

    pub fn implicit(&self, p: &Point) -> f64 {
        let outline = self.outline(p);
        let ends = (p.z - self.upper_endplate_z(p.x, p.y)).max(self.lower_endplate_z(p.x, p.y) - p.z);
        round_intersection(outline, ends, self.rim_radius)
    }

    /// First-order distance to the side wall: two half superellipses joined at the widest place.
    fn outline(&self, p: &Point) -> f64 {
        let flare = self.flare(p.z, p.y.clamp(-self.depth(), 0.0));
        let rim = if p.z > 0.0 { 0 } else { 2 };
        let half_width = self.half_width[1] + (self.half_width[rim] - self.half_width[1]) * flare;
        let depth = self.depth[1] + (self.depth[rim] - self.depth[1]) * flare;
        let rear = -self.posterior_recess * (1.0 - flare);
        let widest = rear - self.rear_share * depth;
        if p.y <= widest {
            let [waist, rim] = self.front_exponent;
            let exponent = waist + (rim - waist) * flare;
            superellipse(p.x, p.y - widest, half_width, (1.0 - self.rear_share) * depth, exponent)
        } else {
            let length = self.rear_share * depth + self.posterior_dip;
            let back = ((p.y - widest) / length).min(1.0);
            let u = p.x / self.dip_half_width;
            let dip = (1.0 - u * u).max(0.0);
            let shift = self.posterior_dip * dip * dip * back * back * (3.0 - 2.0 * back);
            superellipse(p.x, p.y + shift - widest, half_width, length, self.rear_exponent)
        }
    }
}
