//! The compression fracture as a map between the vertebra before it and as it is now (vertebra frame, mm).
//!
//! Three maps one after another, each along its own axis and rising in it, so that each has an inverse and the Jacobian
//! is the product of their slopes: the body spreads (x, y), its columns lose height (z), a corner of the posterior wall
//! is pushed into the canal (y). The way back, from now to before, is explicit.

use super::fracture_collapse::Collapse;
use super::fracture_data::fracture_data;
use super::fracture_fit::fit;
use super::fracture_retropulsion::Retropulsion;
pub use super::fracture_spec::{
    ANTERIOR_PLACE, Endplates, FractureError, FractureSpec, MIDDLE_PLACE, PLACES, POSTERIOR_PLACE, Severity,
};
use super::fracture_spread::Spread;
use super::shape::VertebraShape;
use crate::geometry::{Point, Vector};

/// A map between the vertebra before its fracture ("reference") and as it is now ("present").
#[derive(Clone, Debug, PartialEq)]
pub struct Fracture {
    pub(super) maps: Option<Maps>,
}

/// The three maps, in the build frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Maps {
    pub collapse: Collapse,
    pub retropulsion: Option<Retropulsion>,
    centroid: Vector,
    /// Heights at [`PLACES`] before and now, mm.
    pub heights_mm: [[f64; 3]; 2],
    /// Bound on how fast a reference point moves as its present point does.
    steepness: f64,
}

impl Fracture {
    /// No fracture: present and reference are the same.
    pub fn none() -> Fracture {
        Fracture { maps: None }
    }

    /// A fracture of an unfractured shape, with the heights asked for.
    pub fn new(shape: &VertebraShape, spec: &FractureSpec) -> Result<Fracture, FractureError> {
        let data = fracture_data();
        if !(spec.age_weeks >= 0.0 && spec.age_weeks.is_finite()) {
            return Err(FractureError::Age(spec.age_weeks));
        }
        if !(0.0..=0.6).contains(&spec.asymmetry_fraction) {
            return Err(FractureError::Asymmetry(spec.asymmetry_fraction));
        }
        let body = &shape.body;
        let dimensions = shape.dimensions();
        let collapse = Collapse {
            body: body.clone(),
            spread: Spread::new(body, 0.0, spec.endplates),
            kind: spec.kind,
            losses: [0.0; 3],
            endplates: spec.endplates,
            tilt: spec.asymmetry_fraction * spec.lower_side.map_or(0.0, super::Side::sign),
            begins_behind_mm: (0.6 * dimensions.pedicle_isthmus_behind_wall_mm).clamp(1.0, 4.0),
        };
        let canal_mm = dimensions.canal_depth_mm;
        let most_mm = (data.greatest_retropulsion_per_canal_depth.value * canal_mm).min(0.22 * body.depth());
        if !(0.0..=most_mm).contains(&spec.retropulsion_mm) {
            return Err(FractureError::Retropulsion { asked_mm: spec.retropulsion_mm, most_mm, canal_mm });
        }
        let maps = Maps {
            collapse,
            retropulsion: None,
            centroid: *shape.centroid(),
            heights_mm: [[0.0; 3]; 2],
            steepness: 1.0,
        };
        let mut maps = fit(shape, maps, spec)?;
        maps.steepness = maps.steepest();
        let (found, most) = (maps.collapse.greatest_loss(), data.greatest_local_loss.value);
        if found > most {
            return Err(FractureError::LowerSide { found, most });
        }
        Ok(Fracture { maps: Some(maps) })
    }

    /// True for [`Fracture::none`].
    pub fn is_none(&self) -> bool {
        self.maps.is_none()
    }

    /// True where left mirrors right.
    pub fn is_symmetric(&self) -> bool {
        self.maps.as_ref().is_none_or(|maps| maps.collapse.tilt == 0.0)
    }

    /// Share of the unfractured height that the column through (x, y) has lost, 0…1.
    pub fn loss_fraction_at(&self, x: f64, y: f64) -> f64 {
        self.maps.as_ref().map_or(0.0, |m| m.collapse.loss_at(x + m.centroid.x, y + m.centroid.y))
    }

    /// Anterior, middle and posterior height in the midline before and now, mm; `None` without a fracture.
    pub fn heights_mm(&self) -> Option<[[f64; 3]; 2]> {
        self.maps.as_ref().map(|maps| maps.heights_mm)
    }

    /// y of the midline columns where [`Fracture::heights_mm`] are measured; `None` without a fracture.
    pub fn places_y_mm(&self) -> Option<[f64; 3]> {
        self.maps.as_ref().map(|maps| PLACES.map(|place| -place * maps.collapse.body.depth() - maps.centroid.y))
    }

    /// 1 − the lower of anterior and middle height ÷ the unfractured height at the same place.
    pub fn compression_fraction(&self) -> f64 {
        let Some([before, now]) = self.heights_mm() else { return 0.0 };
        1.0 - (now[0] / before[0]).min(now[1] / before[1])
    }

    /// Where a point of the unfractured bone is now.
    pub fn present_from_reference(&self, p: &Point) -> Point {
        self.maps.as_ref().map_or(*p, |maps| maps.now(&(p + maps.centroid)) - maps.centroid)
    }

    /// Where a point of the present bone was before the fracture.
    pub fn reference_from_present(&self, p: &Point) -> Point {
        self.maps.as_ref().map_or(*p, |maps| maps.before(&(p + maps.centroid)).0 - maps.centroid)
    }

    /// Local volume now ÷ before, at a present point; always above zero. Bone volume fraction now is that of the
    /// reference point divided by it.
    pub fn volume_ratio(&self, present: &Point) -> f64 {
        self.maps.as_ref().map_or(1.0, |maps| 1.0 / maps.before(&(present + maps.centroid)).1)
    }

    /// z of the ends of the body's column through (x, y) as it is now, by the endplates alone; for a search to start
    /// between them.
    pub(super) fn middle_z(&self, x: f64, y: f64) -> f64 {
        self.maps.as_ref().map_or(0.0, |maps| {
            let column = maps.collapse.column(x + maps.centroid.x, y + maps.centroid.y);
            column.map_or(0.0, |column| column.middle_now()) - maps.centroid.z
        })
    }

    /// By how much more than the unfractured shape the fractured one may reach out on either side, mm.
    pub(super) fn growth(&self) -> Vector {
        let Some(maps) = &self.maps else { return Vector::zeros() };
        let spread = &maps.collapse.spread;
        Vector::new(spread.half_width, spread.depth, 0.0) * spread.amount
    }

    /// Bound on how fast a reference point moves as its present point does, within `reach_mm` of a present point.
    pub(super) fn steepness(&self, present: &Point, reach_mm: f64) -> f64 {
        let Some(maps) = &self.maps else { return 1.0 };
        let collapse = &maps.collapse;
        let behind = maps.retropulsion.as_ref().map_or(collapse.begins_behind_mm, |r| r.canal_depth);
        if present.y + maps.centroid.y - reach_mm > behind {
            return 1.0;
        }
        maps.steepness
    }

    /// How much compacted the bone is at a present point: 0 as before, towards 1 as it is crushed.
    pub fn compaction(&self, present: &Point) -> f64 {
        (1.0 - self.volume_ratio(present)).max(0.0)
    }
}

impl Maps {
    /// Bound on how fast a reference point moves as its present point does.
    fn steepest(&self) -> f64 {
        let loss = self.collapse.greatest_loss();
        let height = 2.0 * self.collapse.body.half_height(-0.5 * self.collapse.body.depth());
        let per_band = (loss * height / fracture_data().band_least_mm.value).min(1.0).max(loss / (1.0 - loss));
        // The slope along z, and some more as columns shear against each other.
        1.0 + 1.5 * per_band + 0.5 * loss + if self.retropulsion.is_some() { 0.4 } else { 0.0 }
    }

    /// Where a point was before, and the volume before ÷ now there.
    fn before(&self, p: &Point) -> (Point, f64) {
        let (y, first) = self.retropulsion.as_ref().map_or((p.y, 1.0), |r| r.before(p.x, p.y, p.z));
        let (z, second) = self.collapse.column(p.x, y).map_or((p.z, 1.0), |column| column.before(p.z));
        let ((x, y), third) = self.collapse.spread.before(p.x, y, z);
        (Point::new(x, y, z), first * second * third)
    }

    fn now(&self, p: &Point) -> Point {
        let (x, y) = self.collapse.spread.now(p.x, p.y, p.z);
        let z = self.collapse.column(x, y).map_or(p.z, |column| column.now(p.z));
        let y = self.retropulsion.as_ref().map_or(y, |r| r.now(x, y, z));
        Point::new(x, y, z)
    }
}

/// Genant grade of a loss of height; 0 below 20 %.
pub fn genant_grade(loss: f64) -> u8 {
    [0.20, 0.25, 0.40].iter().filter(|&&limit| loss >= limit).count() as u8
}

#[cfg(test)]
#[path = "fracture_tests.rs"]
mod tests;
