//! Distances to segments, capsules and planes.

use super::{Point, Vector};
use serde::{Deserialize, Serialize};

/// A straight segment from `start` to `end` in mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// First end.
    pub start: Point,
    /// Second end.
    pub end: Point,
}

impl Segment {
    /// Length in mm.
    pub fn length_mm(&self) -> f64 {
        (self.end - self.start).norm()
    }

    /// Unit vector from start to end; `None` for a segment of no length.
    pub fn direction(&self) -> Option<Vector> {
        (self.end - self.start).try_normalize(1e-12)
    }

    /// The point a fraction `t` of the way (0 start, 1 end).
    pub fn at(&self, t: f64) -> Point {
        self.start + (self.end - self.start) * t
    }

    /// Fraction along the segment of its point nearest to `point`, 0…1.
    pub fn nearest_fraction(&self, point: &Point) -> f64 {
        let d = self.end - self.start;
        let length2 = d.norm_squared();
        if length2 == 0.0 { 0.0 } else { ((point - self.start).dot(&d) / length2).clamp(0.0, 1.0) }
    }

    /// Distance of a point in mm.
    pub fn distance_mm(&self, point: &Point) -> f64 {
        (point - self.at(self.nearest_fraction(point))).norm()
    }
}

/// All points within `radius_mm` of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capsule {
    /// The axis.
    pub axis: Segment,
    /// Radius in mm.
    pub radius_mm: f64,
}

impl Capsule {
    /// Signed distance in mm, negative inside.
    pub fn signed_distance_mm(&self, point: &Point) -> f64 {
        self.axis.distance_mm(point) - self.radius_mm
    }
}

/// A plane through `point` with a unit `normal`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plane {
    /// A point of the plane in mm.
    pub point: Point,
    /// Unit normal.
    pub normal: Vector,
}

impl Plane {
    /// Signed distance in mm, positive on the normal's side.
    pub fn signed_distance_mm(&self, point: &Point) -> f64 {
        (point - self.point).dot(&self.normal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capsule_distance_at_side_cap_and_centre() {
        let capsule =
            Capsule { axis: Segment { start: Point::origin(), end: Point::new(10.0, 0.0, 0.0) }, radius_mm: 2.0 };
        assert_eq!(capsule.signed_distance_mm(&Point::new(5.0, 3.0, 0.0)), 1.0);
        assert_eq!(capsule.signed_distance_mm(&Point::new(13.0, 4.0, 0.0)), 3.0);
        assert_eq!(capsule.signed_distance_mm(&Point::new(4.0, 0.0, 0.0)), -2.0);
    }

    #[test]
    fn a_segment_of_no_length_is_a_point() {
        let segment = Segment { start: Point::new(1.0, 1.0, 1.0), end: Point::new(1.0, 1.0, 1.0) };
        assert!(segment.direction().is_none());
        assert_eq!(segment.distance_mm(&Point::new(1.0, 1.0, 4.0)), 3.0);
    }
}
