//! A tube round a polyline, of elliptic section: ribs, sac, nerves, parts of the sacrum (patient frame unless said).

use crate::anatomy::shape_blend::ellipse;
use crate::geometry::{Point, Vector, shape::Segment};

/// A section of a [`Tube`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Centre of the section, mm.
    pub centre: Point,
    /// Greater half axis, mm.
    pub radius_mm: f64,
    /// Unit direction of the lesser half axis.
    pub thin: Vector,
    /// Greater half axis over the lesser, at least 1.
    pub flatness: f64,
}

impl Node {
    /// A round section.
    pub fn round(centre: Point, radius_mm: f64) -> Node {
        Node { centre, radius_mm, thin: Vector::y(), flatness: 1.0 }
    }
}

/// A curve with a section at each of its nodes; between them centres and sections are interpolated.
#[derive(Clone, Debug, PartialEq)]
pub struct Tube {
    nodes: Vec<Node>,
}

impl Tube {
    /// A tube through two nodes or more, in their order.
    pub fn new(nodes: Vec<Node>) -> Tube {
        Tube { nodes }
    }

    /// A round tube of one radius through points.
    pub fn round(points: &[Point], radius_mm: f64) -> Tube {
        Tube { nodes: points.iter().map(|&p| Node::round(p, radius_mm)).collect() }
    }

    /// The sections, from the beginning.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Length of the axis, mm.
    pub fn length_mm(&self) -> f64 {
        self.nodes.windows(2).map(|pair| (pair[1].centre - pair[0].centre).norm()).sum()
    }

    /// Signed distance in mm, negative inside (first order where the section is not round); infinite without a node.
    pub fn signed_distance_mm(&self, point: &Point) -> f64 {
        let mut nearest = f64::INFINITY;
        for pair in self.nodes.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let reach = (a.centre - point).norm() - (b.centre - a.centre).norm() - a.radius_mm.max(b.radius_mm);
            if reach > nearest {
                continue;
            }
            let axis = Segment { start: a.centre, end: b.centre };
            let t = axis.nearest_fraction(point);
            let away = point - axis.at(t);
            let radius = a.radius_mm + (b.radius_mm - a.radius_mm) * t;
            let flatness = a.flatness + (b.flatness - a.flatness) * t;
            let distance = if flatness == 1.0 {
                away.norm() - radius
            } else {
                let thin = (a.thin + (b.thin - a.thin) * t).try_normalize(1e-9).unwrap_or(a.thin);
                let across = away.dot(&thin);
                let along = (away.norm_squared() - across * across).max(0.0).sqrt();
                ellipse(along, across, radius, radius / flatness)
            };
            nearest = nearest.min(distance);
        }
        nearest
    }

    /// Corners of a box that holds the tube, mm.
    pub fn bounds(&self) -> (Point, Point) {
        let (mut low, mut high) = (Point::from([f64::INFINITY; 3]), Point::from([f64::NEG_INFINITY; 3]));
        for node in &self.nodes {
            for axis in 0..3 {
                low[axis] = low[axis].min(node.centre[axis] - node.radius_mm);
                high[axis] = high[axis].max(node.centre[axis] + node.radius_mm);
            }
        }
        (low, high)
    }
}

/// Least of a signed distance along a segment, mm, and where it is: steps are as long as the distance allows, 0.1 mm
/// at least.
pub fn nearest_along(line: &Segment, signed_distance: impl Fn(&Point) -> f64) -> (f64, Point) {
    let length = line.length_mm();
    let (mut least, mut place) = (f64::INFINITY, line.start);
    let mut at = 0.0;
    loop {
        let point = line.at(if length > 0.0 { at / length } else { 0.0 });
        let distance = signed_distance(&point);
        if distance < least {
            (least, place) = (distance, point);
        }
        if at >= length || length.is_nan() {
            return (least, place);
        }
        // What is nearer than the least so far cannot come sooner than this.
        at = (at + (0.7 * (distance - least)).max(0.1)).min(length);
    }
}

/// A smooth curve through points, sampled at about `step_mm` (centripetal-free Catmull–Rom; ends as given).
pub(super) fn smooth_curve(points: &[Point], step_mm: f64) -> Vec<Point> {
    let at = |i: isize| points[i.clamp(0, points.len() as isize - 1) as usize];
    let mut curve: Vec<Point> = points.first().copied().into_iter().collect();
    for i in 0..points.len().saturating_sub(1) as isize {
        let [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)].map(|p| p.coords);
        let count = ((p2 - p1).norm() / step_mm).ceil().max(1.0) as usize;
        for k in 1..=count {
            let t = k as f64 / count as f64;
            let (t2, t3) = (t * t, t * t * t);
            let twice = p1 * 2.0
                + (p2 - p0) * t
                + (p0 * 2.0 - p1 * 5.0 + p2 * 4.0 - p3) * t2
                + (p1 * 3.0 - p0 - p2 * 3.0 + p3) * t3;
            curve.push(Point::from(twice * 0.5));
        }
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_to_a_round_tube_is_exact_and_to_a_flat_one_exact_on_its_axes() {
        let ends = [Point::origin(), Point::new(0.0, 0.0, 40.0)];
        let tube = Tube::round(&ends, 3.0);
        assert!((tube.signed_distance_mm(&Point::new(3.0, 4.0, 20.0)) - 2.0).abs() < 1e-12);
        let flat =
            Tube::new(ends.map(|centre| Node { centre, radius_mm: 6.0, thin: Vector::y(), flatness: 2.0 }).into());
        assert!((flat.signed_distance_mm(&Point::new(7.0, 0.0, 20.0)) - 1.0).abs() < 1e-12);
        assert!((flat.signed_distance_mm(&Point::new(0.0, 5.0, 20.0)) - 2.0).abs() < 1e-12);
        assert!(flat.signed_distance_mm(&Point::new(0.0, 2.5, 20.0)) < 0.0);
    }

    #[test]
    fn the_nearest_place_of_a_line_is_found_to_a_tenth() {
        let tube = Tube::round(&[Point::new(-30.0, 0.0, 0.0), Point::new(30.0, 0.0, 0.0)], 2.0);
        let line = Segment { start: Point::new(0.0, -50.0, 5.0), end: Point::new(0.0, 70.0, 5.0) };
        let (distance, place) = nearest_along(&line, |p| tube.signed_distance_mm(p));
        assert!((distance - 3.0).abs() < 0.02 && place.y.abs() < 0.2, "{distance} at {place}");
    }

    #[test]
    fn a_smooth_curve_passes_its_points() {
        let points = [Point::origin(), Point::new(10.0, 0.0, 0.0), Point::new(10.0, 10.0, 3.0)];
        let curve = smooth_curve(&points, 1.0);
        for p in points {
            assert!(curve.iter().any(|q| (p - q).norm() < 1e-12), "{p} is missed");
        }
        assert!(curve.windows(2).all(|pair| (pair[1] - pair[0]).norm() < 1.6));
    }
}
