//! The way of a tool: a straight part, then the arc of a curved tip; centre and tangent by arc length.

use super::trajectory::{Trajectory, TrajectoryError};
use crate::anatomy::Side;
use crate::geometry::{Point, Vector, shape::Segment};
use crate::units;

/// A tip that leaves the straight cannula at the trajectory's target and bends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvedTip {
    /// Radius of the bend's axis, mm.
    pub radius_mm: f64,
    /// Angle between the cannula's axis and the end of the tip, radians, 0 to a right angle.
    pub angle_rad: f64,
    /// Plane of the bend, turned about the cannula from "towards the midline" to "towards the head", radians.
    pub plane_rad: f64,
}

impl CurvedTip {
    /// Towards the midline; refuses what no tool can be.
    pub fn towards_midline(radius_mm: f64, angle_rad: f64) -> Result<CurvedTip, TrajectoryError> {
        CurvedTip { radius_mm, angle_rad, plane_rad: 0.0 }.checked()
    }

    /// The same tip in a plane turned to the head by `plane_rad`; refuses an angle that is not finite.
    pub fn turned(self, plane_rad: f64) -> Result<CurvedTip, TrajectoryError> {
        CurvedTip { plane_rad, ..self }.checked()
    }

    fn checked(self) -> Result<CurvedTip, TrajectoryError> {
        let (radius_mm, angle_deg) = (self.radius_mm, units::deg_from_rad(self.angle_rad));
        if !self.plane_rad.is_finite() {
            return Err(TrajectoryError::NotFinite("plane of the bend"));
        }
        if !(2.0..=200.0).contains(&radius_mm) || !(0.0..=90.0).contains(&angle_deg) {
            return Err(TrajectoryError::ImpossibleCurve { radius_mm, angle_deg });
        }
        Ok(self)
    }
}

/// A circular arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// Where it begins.
    pub start: Point,
    /// Unit tangent at its beginning.
    pub tangent: Vector,
    /// Unit direction from its beginning to the centre of the bend.
    pub towards: Vector,
    /// Radius, mm.
    pub radius_mm: f64,
    /// Angle from beginning to end, radians.
    pub angle_rad: f64,
}

impl Arc {
    /// The tip of a straight tool that ends at `start` with the unit `tangent`, on the patient's `side`.
    fn of(tip: &CurvedTip, side: Side, start: Point, tangent: Vector) -> Arc {
        let across = |v: Vector| (v - tangent * v.dot(&tangent)).try_normalize(1e-6);
        let medial = across(Vector::x() * -side.sign()).unwrap_or_else(Vector::z);
        // Both lie across the tangent; the sign makes it point to the head.
        let turned = tangent.cross(&medial);
        let cranial = if turned.z < 0.0 { -turned } else { turned };
        let towards = medial * units::cos(tip.plane_rad) + cranial * units::sin(tip.plane_rad);
        Arc { start, tangent, towards, radius_mm: tip.radius_mm, angle_rad: tip.angle_rad }
    }

    /// Length, mm.
    pub fn length_mm(&self) -> f64 {
        self.radius_mm * self.angle_rad
    }

    /// Centre and unit tangent at an arc length from the beginning, mm.
    pub fn at(&self, along_mm: f64) -> (Point, Vector) {
        let angle = along_mm / self.radius_mm;
        let (s, c) = (units::sin(angle), units::cos(angle));
        let point = self.start + self.tangent * (self.radius_mm * s) + self.towards * (self.radius_mm * (1.0 - c));
        (point, self.tangent * c + self.towards * s)
    }
}

/// The axis of a tool from its entry to its tip (vertebra frame, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// The straight part.
    pub straight: Segment,
    /// Unit direction of the straight part.
    pub direction: Vector,
    /// The bend at its end, if any.
    pub arc: Option<Arc>,
}

impl Path {
    /// A straight way from `start` to `end` along the unit `direction` of its line.
    pub fn straight(start: Point, end: Point, direction: Vector) -> Path {
        Path { straight: Segment { start, end }, direction, arc: None }
    }

    /// The needle's whole way on a trajectory, its bend included.
    pub fn of_needle(trajectory: &Trajectory) -> Path {
        let straight = Path::straight(trajectory.entry, trajectory.target, trajectory.direction());
        let bent = trajectory.curve.as_ref().filter(|tip| tip.angle_rad * tip.radius_mm > 1e-9);
        let arc = bent.map(|tip| Arc::of(tip, trajectory.side, trajectory.target, straight.direction));
        Path { arc, ..straight }
    }

    /// The same way begun elsewhere on the line of its straight part.
    pub fn begun_at(self, start: Point) -> Path {
        Path { straight: Segment { start, end: self.straight.end }, ..self }
    }

    /// Length of the straight part, mm; negative where it begins beyond its end.
    fn straight_mm(&self) -> f64 {
        (self.straight.end - self.straight.start).dot(&self.direction)
    }

    /// Length of straight part and bend, mm; negative where the straight part begins beyond its end and none follows.
    pub fn length_mm(&self) -> f64 {
        self.straight_mm() + self.arc.map_or(0.0, |arc| arc.length_mm())
    }

    /// Centre and unit tangent at a length from the beginning, mm.
    pub fn at(&self, along_mm: f64) -> (Point, Vector) {
        let beyond = along_mm - self.straight_mm();
        match self.arc {
            Some(arc) if beyond > 0.0 => arc.at(beyond),
            _ => (self.straight.start + self.direction * along_mm, self.direction),
        }
    }

    /// Where it ends.
    pub fn end(&self) -> Point {
        self.arc.map_or(self.straight.end, |arc| arc.at(arc.length_mm()).0)
    }

    /// Unit tangent at its end.
    pub fn end_direction(&self) -> Vector {
        self.arc.map_or(self.direction, |arc| arc.at(arc.length_mm()).1)
    }
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
