//! Tools as solids: how much of a ray runs in them.

use crate::geometry::{Point, Vector};
use crate::imaging::Ray;

/// A convex solid in the patient (LPS, mm), or the wall between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Solid {
    /// All within a distance of a segment, ends flat.
    Cylinder {
        /// One end of the axis.
        start: Point,
        /// The other end.
        end: Point,
        /// Radius.
        radius_mm: f64,
    },
    /// The wall of a cannula.
    Tube {
        /// One end of the axis.
        start: Point,
        /// The other end.
        end: Point,
        /// Outer radius.
        outer_mm: f64,
        /// Radius of the bore.
        inner_mm: f64,
    },
    /// A point that tapers to nothing, as a stylet's.
    Cone {
        /// Middle of the base.
        base: Point,
        /// Tip.
        tip: Point,
        /// Radius of the base.
        radius_mm: f64,
    },
    /// A ball or an egg: half axis along the segment's direction and across it.
    Spheroid {
        /// Middle.
        centre: Point,
        /// End of the long axis.
        pole: Point,
        /// Half axis across.
        radius_mm: f64,
    },
}

impl Solid {
    /// Length of the ray's line inside, mm; 0 for a solid of no size or with coordinates that are not finite.
    pub fn chord_mm(&self, ray: &Ray) -> f64 {
        self.chord(&ray.origin, &ray.direction, [f64::NEG_INFINITY, f64::INFINITY])
    }

    /// How much of a part of a line, origin + parameter · direction, lies inside, in units of its parameter.
    #[inline]
    pub(super) fn chord(&self, origin: &Point, direction: &Vector, part: [f64; 2]) -> f64 {
        let chord = match *self {
            Solid::Cylinder { start, end, radius_mm } => {
                Along::new(start, end, origin, direction).map_or(0.0, |along| along.in_cylinder(radius_mm, part))
            }
            Solid::Tube { start, end, outer_mm, inner_mm } => {
                let wall = |along: Along| along.in_cylinder(outer_mm, part) - along.in_cylinder(inner_mm, part);
                Along::new(start, end, origin, direction).map_or(0.0, wall)
            }
            Solid::Cone { base, tip, radius_mm } => {
                Along::new(base, tip, origin, direction).map_or(0.0, |along| along.in_cone(radius_mm, part))
            }
            Solid::Spheroid { centre, pole, radius_mm } => {
                Along::new(centre, pole, origin, direction).map_or(0.0, |along| along.in_spheroid(radius_mm, part))
            }
        };
        if chord.is_finite() { chord.max(0.0) } else { 0.0 }
    }

    /// Whether a point lies in it.
    pub fn contains(&self, point: &Point) -> bool {
        const A_LITTLE_MM: f64 = 1e-6;
        self.chord(point, &Vector::z(), [-A_LITTLE_MM, A_LITTLE_MM]) > A_LITTLE_MM
    }

    /// No part of it is farther from its middle, mm.
    pub fn reach_mm(&self) -> f64 {
        let (half_mm, radius_mm) = match *self {
            Solid::Cylinder { start, end, radius_mm } | Solid::Tube { start, end, outer_mm: radius_mm, .. } => {
                (0.5 * (end - start).norm(), radius_mm)
            }
            Solid::Cone { base, tip, radius_mm } => (0.5 * (tip - base).norm(), radius_mm),
            Solid::Spheroid { centre, pole, radius_mm } => ((pole - centre).norm(), radius_mm),
        };
        half_mm + radius_mm
    }

    /// Its middle, mm.
    pub fn middle(&self) -> Point {
        let (start, end) = match *self {
            Solid::Cylinder { start, end, .. } | Solid::Tube { start, end, .. } => (start, end),
            Solid::Cone { base, tip, .. } => (base, tip),
            Solid::Spheroid { centre, .. } => (centre, centre),
        };
        nalgebra::center(&start, &end)
    }

    /// The same in another frame at the same scale.
    pub fn mapped(&self, map: impl Fn(&Point) -> Point) -> Solid {
        match *self {
            Solid::Cylinder { start, end, radius_mm } => {
                Solid::Cylinder { start: map(&start), end: map(&end), radius_mm }
            }
            Solid::Tube { start, end, outer_mm, inner_mm } => {
                Solid::Tube { start: map(&start), end: map(&end), outer_mm, inner_mm }
            }
            Solid::Cone { base, tip, radius_mm } => Solid::Cone { base: map(&base), tip: map(&tip), radius_mm },
            Solid::Spheroid { centre, pole, radius_mm } => {
                Solid::Spheroid { centre: map(&centre), pole: map(&pole), radius_mm }
            }
        }
    }

    /// Corners of boxes along three unit axes at right angles, in whose hull the solid lies, patient, mm.
    pub(super) fn corners(&self, axes: [Vector; 3]) -> impl Iterator<Item = Point> {
        let (start, end, radius_mm) = match *self {
            Solid::Cylinder { start, end, radius_mm } => (start, end, radius_mm),
            Solid::Tube { start, end, outer_mm, .. } => (start, end, outer_mm),
            Solid::Cone { base, tip, radius_mm } => (base, tip, radius_mm),
            Solid::Spheroid { centre, pole, radius_mm } => (centre + (centre - pole), pole, radius_mm),
        };
        (0..16).map(move |which: usize| {
            let side = |axis: usize| if which >> axis & 1 == 1 { radius_mm } else { -radius_mm };
            let middle = if which & 8 == 8 { end } else { start };
            middle + axes[0] * side(0) + axes[1] * side(1) + axes[2] * side(2)
        })
    }
}

/// A line as an axis sees it: from the axis' start, along and across.
struct Along {
    length: f64,
    /// Of the line's place nearest to the axis' start, and its parameter.
    along: f64,
    across: Vector,
    nearest: f64,
    /// Of the line's direction.
    rises: f64,
    drifts: Vector,
}

impl Along {
    #[inline]
    fn new(start: Point, end: Point, origin: &Point, direction: &Vector) -> Option<Along> {
        let length = (end - start).norm();
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        let axis = (end - start) / length;
        // Parameters are counted from the nearest place, or the squares of long ways would drown a thin wire.
        let nearest = (start - origin).dot(direction) / direction.norm_squared();
        let from_start = origin + direction * nearest - start;
        let (along, rises) = (from_start.dot(&axis), direction.dot(&axis));
        Some(Along {
            length,
            along,
            across: from_start - axis * along,
            nearest,
            rises,
            drifts: direction - axis * rises,
        })
    }

    /// The part of a part in which the line is beside the axis, neither before nor beyond it.
    #[inline]
    fn beside(&self, part: [f64; 2]) -> [f64; 2] {
        let [from, to] = part.map(|end| end - self.nearest);
        if self.rises == 0.0 {
            let beside = self.along >= 0.0 && self.along <= self.length;
            return if beside { [from, to] } else { [0.0, 0.0] };
        }
        let (a, b) = (-self.along / self.rises, (self.length - self.along) / self.rises);
        [from.max(a.min(b)), to.min(a.max(b))]
    }

    fn in_cylinder(&self, radius: f64, part: [f64; 2]) -> f64 {
        if !(radius > 0.0 && radius.is_finite()) {
            return 0.0;
        }
        let square =
            [self.drifts.norm_squared(), self.drifts.dot(&self.across), self.across.norm_squared() - radius * radius];
        not_above_zero(square, self.beside(part))
    }

    /// The radius falls from its full size at the start to 0 at the end.
    fn in_cone(&self, radius: f64, part: [f64; 2]) -> f64 {
        if !(radius > 0.0 && radius.is_finite()) {
            return 0.0;
        }
        let (narrows, to_tip) = (radius / self.length, self.length - self.along);
        let (width, widens) = (narrows * to_tip, -narrows * self.rises);
        let square = [
            self.drifts.norm_squared() - widens * widens,
            self.drifts.dot(&self.across) - widens * width,
            self.across.norm_squared() - width * width,
        ];
        not_above_zero(square, self.beside(part))
    }

    /// About the axis' start, with the half axis `length` along it.
    fn in_spheroid(&self, radius: f64, part: [f64; 2]) -> f64 {
        if !(radius > 0.0 && radius.is_finite()) {
            return 0.0;
        }
        let squeeze = radius / self.length;
        let (along, rises) = (self.along * squeeze, self.rises * squeeze);
        let square = [
            self.drifts.norm_squared() + rises * rises,
            self.drifts.dot(&self.across) + rises * along,
            self.across.norm_squared() + along * along - radius * radius,
        ];
        not_above_zero(square, part.map(|end| end - self.nearest))
    }
}

/// How much of an interval has a t² + 2 b t + c ≤ 0.
#[inline]
fn not_above_zero([a, b, c]: [f64; 3], [from, to]: [f64; 2]) -> f64 {
    let shared = |low: f64, high: f64| (to.min(high) - from.max(low)).max(0.0);
    let discriminant = b * b - a * c;
    if discriminant <= 0.0 {
        return if a < 0.0 || (a == 0.0 && c <= 0.0) { shared(from, to) } else { 0.0 };
    }
    // Both roots without a difference of like numbers.
    let larger = -(b + discriminant.sqrt().copysign(b));
    let (one, other) = (larger / a, c / larger);
    if a > 0.0 {
        shared(one.min(other), one.max(other))
    } else if a < 0.0 {
        shared(from, one.min(other)) + shared(one.max(other), to)
    } else if b > 0.0 {
        shared(from, other)
    } else {
        shared(other, to)
    }
}

#[cfg(test)]
#[path = "solid_tests.rs"]
mod tests;
