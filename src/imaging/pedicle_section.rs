//! The narrowest section of a pedicle: the oval that an AP view shows, and where on it a ray passes.

use super::{Projection, Ray};
use crate::anatomy::{Landmarks, Side};
use crate::geometry::{Point, Vector, shape::Plane};
use crate::units;
use serde::Serialize;
use std::f64::consts::{PI, TAU};

/// A quarter of the pedicle's oval: towards head or feet, away from the midline or towards it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Quadrant {
    UpperOuter,
    UpperInner,
    LowerOuter,
    LowerInner,
}

/// Where a point of a view stands on the pedicle's oval; lengths are those at the pedicle, not on the detector.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OvalPosition {
    /// 0 at the oval's lateral edge, 1 at its medial edge.
    pub medial_fraction: f64,
    /// 0 at its lower edge, 1 at its upper edge.
    pub upper_fraction: f64,
    /// Within the oval.
    pub in_oval: bool,
    /// Which quarter, also outside the oval.
    pub quadrant: Quadrant,
    /// The hour of a clock drawn on the oval **as the screen shows it**, 1 to 12: outer is towards 9 for the pedicle on
    /// the left of the screen, towards 3 for that on the right.
    pub clock: u8,
    /// Beyond the line through the oval's medial edge, mm; negative while lateral of it.
    pub past_medial_mm: f64,
}

/// The narrowest section of a pedicle as an ellipse (vertebra's frame, mm).
#[derive(Clone, Debug, PartialEq)]
pub struct PedicleSection {
    side: Side,
    centre: Point,
    axis: Vector,
    medial: Vector,
    upper: Vector,
    half_width_mm: f64,
    half_height_mm: f64,
}

impl PedicleSection {
    /// Of the landmarks of a generated or an imported vertebra; `None` where its sizes are none or its axis runs along z.
    pub fn of(landmarks: &Landmarks, side: Side) -> Option<PedicleSection> {
        let pedicle = landmarks.pedicle(side);
        let axis = pedicle.axis.try_normalize(1e-6)?;
        let level = axis.cross(&Vector::z()).try_normalize(0.1)?;
        let medial = if level.x * side.sign() > 0.0 { -level } else { level };
        let upper = axis.cross(&level);
        let upper = if upper.z < 0.0 { -upper } else { upper };
        let (half_width_mm, half_height_mm) = (0.5 * pedicle.width_mm, 0.5 * pedicle.height_mm);
        let sound = half_width_mm > 0.0 && half_height_mm > 0.0 && pedicle.isthmus.iter().all(|v| v.is_finite());
        sound.then_some(PedicleSection {
            side,
            centre: pedicle.isthmus,
            axis,
            medial,
            upper,
            half_width_mm,
            half_height_mm,
        })
    }

    /// A point of the section: 1 is the medial or the upper edge, −1 the lateral or the lower one.
    pub fn at(&self, medial: f64, upper: f64) -> Point {
        self.centre + self.medial * (medial * self.half_width_mm) + self.upper * (upper * self.half_height_mm)
    }

    /// The outline: `count` points from the medial edge over the upper one.
    pub fn outline(&self, count: usize) -> Vec<Point> {
        let angle = |i: usize| TAU * i as f64 / count as f64;
        (0..count).map(|i| self.at(units::cos(angle(i)), units::sin(angle(i)))).collect()
    }

    /// Where a line of sight (vertebra's frame) passes the oval; `None` where it runs along the section.
    ///
    /// `on_screen_left` says on which side of the screen this pedicle is.
    pub fn passed_by(&self, ray: &Ray, on_screen_left: bool) -> Option<OvalPosition> {
        let from_centre = ray.meets(&Plane { point: self.centre, normal: self.axis })? - self.centre;
        let (medial_mm, upper_mm) = (from_centre.dot(&self.medial), from_centre.dot(&self.upper));
        let (medial, upper) = (medial_mm / self.half_width_mm, upper_mm / self.half_height_mm);
        let quadrant = match (upper >= 0.0, medial < 0.0) {
            (true, true) => Quadrant::UpperOuter,
            (true, false) => Quadrant::UpperInner,
            (false, true) => Quadrant::LowerOuter,
            (false, false) => Quadrant::LowerInner,
        };
        let to_screen_right_mm = if on_screen_left { medial_mm } else { -medial_mm };
        let hour = (units::atan2(to_screen_right_mm, upper_mm) * (6.0 / PI)).round() as i64;
        Some(OvalPosition {
            medial_fraction: 0.5 * (1.0 + medial),
            upper_fraction: 0.5 * (1.0 + upper),
            in_oval: medial * medial + upper * upper <= 1.0,
            quadrant,
            clock: if hour.rem_euclid(12) == 0 { 12 } else { hour.rem_euclid(12) as u8 },
            past_medial_mm: medial_mm - self.half_width_mm,
        })
    }

    /// Whether a view shows this pedicle left of the midline on the screen: its left edge is the patient's right on the
    /// usual AP picture.
    pub fn is_on_screen_left(&self, view: &Projection, to_patient_left: &Vector) -> bool {
        view.right().dot(to_patient_left) * self.side.sign() < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::test_vertebra::TestVertebra;

    fn seen(side: Side, medial: f64, upper: f64) -> OvalPosition {
        let section = PedicleSection::of(&TestVertebra::l1().build().landmarks, side).expect("a pedicle");
        let direction = Vector::y();
        let ray = Ray { origin: section.at(medial, upper) - direction * 50.0, direction };
        section.passed_by(&ray, side == Side::Right).expect("across the section")
    }

    #[test]
    fn edges_quarters_and_hours_are_those_of_the_textbook() {
        // Ten o'clock on the left of the screen, two o'clock on the right: the upper outer quarter.
        for (side, hour) in [(Side::Right, 10), (Side::Left, 2)] {
            let tip = seen(side, -0.8, 0.45);
            assert_eq!((tip.clock, tip.quadrant, tip.in_oval), (hour, Quadrant::UpperOuter, true), "{side}");
            assert!((tip.medial_fraction - 0.1).abs() < 1e-9 && tip.past_medial_mm < 0.0, "{tip:?}");
        }
        assert_eq!((seen(Side::Left, 1.0, 0.0).clock, seen(Side::Right, 1.0, 0.0).clock), (9, 3));
        assert_eq!((seen(Side::Left, 0.0, 0.9).clock, seen(Side::Left, 0.0, -0.9).clock), (12, 6));
        let past = seen(Side::Left, 1.5, -0.2);
        assert!((past.past_medial_mm - 2.0).abs() < 1e-9 && !past.in_oval, "{past:?}");
        assert_eq!(past.quadrant, Quadrant::LowerInner);
    }

    #[test]
    fn a_section_without_size_or_standing_on_end_is_none() {
        let good = TestVertebra::l1().build().landmarks;
        let with = |width_mm: f64, axis: Vector| {
            let mut landmarks = good.clone();
            landmarks.pedicles[0].width_mm = width_mm;
            landmarks.pedicles[0].axis = axis;
            PedicleSection::of(&landmarks, Side::Left)
        };
        assert!(with(8.0, -Vector::y()).is_some());
        assert!(with(0.0, -Vector::y()).is_none());
        assert!(with(f64::NAN, -Vector::y()).is_none());
        assert!(with(8.0, Vector::z()).is_none());
        let section = with(8.0, -Vector::y()).expect("a section");
        let along = Ray { origin: Point::origin(), direction: Vector::x() };
        assert!(section.passed_by(&along, true).is_none());
    }
}
