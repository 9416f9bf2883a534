//! Where a slice lies and which way round it is shown: as a radiologist reads it, and as 3D Slicer draws it.

use crate::geometry::{Point, Vector};
use crate::instruments::Trajectory;

/// The slices, by how they lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// Across the spine, seen from the feet.
    Axial,
    /// Along the spine from front to back, seen from the patient's left.
    Sagittal,
    /// Along the spine from side to side, seen from the front.
    Coronal,
    /// Along the needle, which goes from left to right, and from side to side, seen from the feet.
    AlongNeedle,
    /// Across the needle, at the crosshair's depth.
    AcrossNeedle,
}

impl Slice {
    /// All of them.
    pub const ALL: [Slice; 5] =
        [Slice::Axial, Slice::Sagittal, Slice::Coronal, Slice::AlongNeedle, Slice::AcrossNeedle];

    /// Key of its name.
    pub fn word(self) -> &'static str {
        match self {
            Slice::Axial => "slice-axial",
            Slice::Sagittal => "slice-sagittal",
            Slice::Coronal => "slice-coronal",
            Slice::AlongNeedle => "slice-along",
            Slice::AcrossNeedle => "slice-across",
        }
    }

    /// Unit directions to the right and to the bottom of the picture (vertebra frame). The needle's own slices follow
    /// `needle`; without one they lie like the axial and the coronal slice.
    pub fn directions(self, needle: Option<&Trajectory>) -> [Vector; 2] {
        let along = needle.map(Trajectory::direction).and_then(|way| way.try_normalize(1e-9)).unwrap_or(-Vector::y());
        let across = (Vector::x() - along * along.x).try_normalize(1e-9).unwrap_or_else(Vector::y);
        match self {
            Slice::Axial => [Vector::x(), Vector::y()],
            Slice::Sagittal => [Vector::y(), -Vector::z()],
            Slice::Coronal => [Vector::x(), -Vector::z()],
            Slice::AlongNeedle => [along, across],
            Slice::AcrossNeedle => [across, across.cross(&along)],
        }
    }

    /// Letters of the patient's sides at the left, right, top and bottom; none for a slice that lies askew.
    pub fn letters(self) -> Option<[&'static str; 4]> {
        match self {
            Slice::Axial => Some(["R", "L", "A", "P"]),
            Slice::Sagittal => Some(["A", "P", "S", "I"]),
            Slice::Coronal => Some(["R", "L", "S", "I"]),
            Slice::AlongNeedle | Slice::AcrossNeedle => None,
        }
    }
}

/// A rectangle in the patient that fills a picture (vertebra frame, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlicePlane {
    /// Its middle.
    pub centre: Point,
    /// Unit direction to the right of the picture.
    pub right: Vector,
    /// Unit direction to the bottom of the picture.
    pub down: Vector,
    /// Edge of a pixel.
    pub mm_per_pixel: f64,
    /// Pixels across and down.
    pub size: [usize; 2],
}

impl SlicePlane {
    /// Unit direction away from the eye.
    pub fn normal(&self) -> Vector {
        self.right.cross(&self.down)
    }

    /// The point under a place of the picture, in pixels from its upper left corner.
    pub fn point_at(&self, [x, y]: [f64; 2]) -> Point {
        let from_middle = |at: f64, pixels: usize| (at - 0.5 * pixels as f64) * self.mm_per_pixel;
        self.centre + self.right * from_middle(x, self.size[0]) + self.down * from_middle(y, self.size[1])
    }

    /// The place of a point's projection in pixels, and how far the point lies off the plane, mm, away from the eye.
    pub fn place(&self, point: &Point) -> ([f64; 2], f64) {
        let off = point - self.centre;
        let pixel = |along: f64, pixels: usize| along / self.mm_per_pixel + 0.5 * pixels as f64;
        let place = [pixel(off.dot(&self.right), self.size[0]), pixel(off.dot(&self.down), self.size[1])];
        (place, off.dot(&self.normal()))
    }

    /// A point moved in the plane so that its projection comes to a place; its distance to the plane stays.
    pub fn moved_to(&self, point: &Point, place: [f64; 2]) -> Point {
        self.point_at(place) + self.normal() * self.place(point).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(slice: Slice) -> SlicePlane {
        let [right, down] = slice.directions(None);
        SlicePlane { centre: Point::new(1.0, -2.0, 3.0), right, down, mm_per_pixel: 0.25, size: [320, 240] }
    }

    #[test]
    fn slices_are_the_way_round_that_radiologists_read_them() {
        let [left, behind, above] = [Vector::x(), Vector::y(), Vector::z()];
        // Patient's left is at the picture's right but in the sagittal slice, where the front is at the left.
        for (slice, to_the_right, to_the_top) in
            [(Slice::Axial, left, -behind), (Slice::Coronal, left, above), (Slice::Sagittal, behind, above)]
        {
            let plane = plane(slice);
            let middle = [160.0, 120.0];
            let right = plane.place(&(plane.centre + to_the_right * 10.0)).0;
            let top = plane.place(&(plane.centre + to_the_top * 10.0)).0;
            assert!((right[0] - middle[0] - 40.0).abs() < 1e-9 && (right[1] - middle[1]).abs() < 1e-9, "{slice:?}");
            assert!((middle[1] - top[1] - 40.0).abs() < 1e-9 && (top[0] - middle[0]).abs() < 1e-9, "{slice:?}");
        }
        // Axial from the feet: what is away from the eye is nearer to the head.
        assert!((plane(Slice::Axial).normal() - above).norm() < 1e-12, "seen from the feet");
        assert!((plane(Slice::Coronal).normal() - behind).norm() < 1e-12, "seen from the front");
        assert!((plane(Slice::Sagittal).normal() + left).norm() < 1e-12, "seen from the patient's left");
        // The needle's own: from left to right it goes in, seen from the feet as the axial slice.
        assert!((plane(Slice::AlongNeedle).right + behind).norm() < 1e-12, "inwards is to the right");
        assert!((plane(Slice::AlongNeedle).normal() - above).norm() < 1e-12, "seen from the feet");
    }

    #[test]
    fn a_place_and_its_point_find_each_other_and_a_moved_point_keeps_its_distance() {
        let plane = plane(Slice::Sagittal);
        for place in [[0.0, 0.0], [13.5, 200.25], [320.0, 240.0]] {
            let (back, off_mm) = plane.place(&plane.point_at(place));
            assert!((back[0] - place[0]).abs() < 1e-9 && (back[1] - place[1]).abs() < 1e-9 && off_mm.abs() < 1e-9);
        }
        let point = Point::new(9.0, 4.0, 5.0);
        let (from, off_mm) = plane.place(&point);
        let moved = plane.moved_to(&point, [from[0] + 8.0, from[1] - 4.0]);
        assert!((moved - point - (plane.right * 2.0 - plane.down)).norm() < 1e-9, "8 and 4 pixels of 0.25 mm");
        assert!((plane.place(&moved).1 - off_mm).abs() < 1e-9);
    }
}
