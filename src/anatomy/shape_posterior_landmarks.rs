//! Facets, roots and tips of the processes of a generated shape: its own parts, brought to its surface.

use super::Side;
use super::landmarks::{Facet, PosteriorLandmarks};
use super::shape::VertebraShape;
use crate::geometry::{Point, Vector};

/// Which way a superior facet looks, roughly: backwards, in the lumbar spine towards the midline too. The inferior
/// one looks the other way.
const SUPERIOR_LOOKS: [f64; 3] = [-0.4, 1.0, 0.0];
/// The middle of a facet lies this far along its process.
const FACET_ALONG: f64 = 0.9;
/// Farther than this no surface is looked for, mm.
const REACH_MM: f64 = 15.0;

impl VertebraShape {
    /// Facets and processes as built (vertebra frame).
    pub(super) fn posterior_landmarks(&self) -> PosteriorLandmarks {
        let looks = Vector::from(SUPERIOR_LOOKS);
        let [superior, inferior] =
            [(self.posterior.superior(), looks), (self.posterior.inferior(), -looks)].map(|(process, looks)| {
                let normal = if process.thin.dot(&looks) < 0.0 { -process.thin } else { process.thin };
                let centre = self.surface_from(process.axis.at(FACET_ALONG) - self.centroid(), normal);
                (centre, self.outwards(&centre))
            });
        let facets = |(centre, normal): (Point, Vector)| {
            Side::BOTH.map(|side| {
                let sided = |v: Vector| Vector::new(side.sign() * v.x, v.y, v.z);
                Facet { side, centre: Point::from(sided(centre.coords)), normal: sided(normal) }
            })
        };
        let pair = |p: Point| [p, Point::new(-p.x, p.y, p.z)];
        let root = self.surface_from(self.posterior.transverse_root() - self.centroid(), Vector::y());
        PosteriorLandmarks {
            superior_facets: facets(superior),
            inferior_facets: facets(inferior),
            transverse_roots: pair(root),
            transverse_tips: pair(self.posterior.transverse_tip - self.centroid()),
            spinous_tip: self.posterior.spinous.tip - self.centroid(),
        }
    }

    /// Where a ray from inside the bone leaves it; its start where it does not.
    fn surface_from(&self, start: Point, way: Vector) -> Point {
        let outside = |t: f64| self.values(&(start + way * t)).bone > 0.0;
        let step = 0.25;
        let mut t = 0.0;
        while t < REACH_MM && !outside(t) {
            t += step;
        }
        let (mut low, mut high) = (t - step, t);
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            if outside(middle) { high = middle } else { low = middle }
        }
        start + way * high.max(0.0)
    }

    /// Unit normal of the bone's surface.
    fn outwards(&self, p: &Point) -> Vector {
        let h = 0.3;
        let slope = |e: Vector| self.values(&(p + e * h)).bone - self.values(&(p - e * h)).bone;
        Vector::new(slope(Vector::x()), slope(Vector::y()), slope(Vector::z())).normalize()
    }
}
