//! One view: from a point of the patient to its shadow on the detector, and from a pixel back along its ray.

use super::CArm;
use crate::geometry::{Point, Vector, shape::Plane};

/// A line of the beam, from the focal spot (patient, LPS, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ray {
    /// Where it starts.
    pub origin: Point,
    /// Unit direction.
    pub direction: Vector,
}

impl Ray {
    /// Where the line meets a plane, also behind its start; `None` where it runs within 0.06° of the plane.
    pub fn meets(&self, plane: &Plane) -> Option<Point> {
        let towards = self.direction.dot(&plane.normal);
        (towards.abs() > 1e-3)
            .then(|| self.origin - self.direction * (plane.signed_distance_mm(&self.origin) / towards))
    }
}

/// What a point throws on the detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shadow {
    /// To the right of the picture's middle, mm on the detector.
    pub u_mm: f64,
    /// Above the picture's middle, mm on the detector.
    pub v_mm: f64,
    /// How much larger than life what lies there appears: source–detector ÷ source–point along the axis of the beam.
    pub magnification: f64,
}

/// A diverging beam and a flat detector across its axis (patient, LPS, mm).
///
/// ```text
///       source
///         o                     the picture is as seen from the source: an AP view with the tube in front of the
///        /|\                    patient is the usual radiological picture, his LEFT ON THE RIGHT of the screen,
///       / | \                   head up; `edges` gives the marks
///      /  x  \   isocentre
///     /   |   \
///    -----+----- detector       u to the right, v up, (0, 0) where the axis of the beam meets it
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    source: Point,
    axis: Vector,
    right: Vector,
    up: Vector,
    source_detector_mm: f64,
    source_isocentre_mm: f64,
    pixels: usize,
    pixel_mm: f64,
}

impl Projection {
    /// With the axis of the beam (unit, away from the source) through the isocentre; `None` where `up` runs along it.
    pub(super) fn new(c_arm: &CArm, isocentre: &Point, axis: &Vector, up: &Vector) -> Option<Projection> {
        // sin 1°: nearer to the axis, the upper side would hang on rounding.
        const LEAST_ACROSS: f64 = 0.0175;
        let up = up.try_normalize(1e-9)?;
        let right = axis.cross(&up).try_normalize(LEAST_ACROSS)?;
        Some(Projection {
            source: isocentre - axis * c_arm.source_isocentre_mm.value,
            axis: *axis,
            right,
            up: right.cross(axis),
            source_detector_mm: c_arm.source_detector_mm.value,
            source_isocentre_mm: c_arm.source_isocentre_mm.value,
            pixels: c_arm.pixels.value,
            pixel_mm: c_arm.pixel_mm.value,
        })
    }

    /// The focal spot.
    pub fn source(&self) -> Point {
        self.source
    }

    /// Unit vector along the beam's axis, from source to detector.
    pub fn axis(&self) -> Vector {
        self.axis
    }

    /// Unit vector to the picture's right.
    pub fn right(&self) -> Vector {
        self.right
    }

    /// Unit vector to the picture's upper side.
    pub fn up(&self) -> Vector {
        self.up
    }

    /// The point about which the C-arm turns.
    pub fn isocentre(&self) -> Point {
        self.source + self.axis * self.source_isocentre_mm
    }

    /// Middle of the detector.
    pub fn detector_centre(&self) -> Point {
        self.source + self.axis * self.source_detector_mm
    }

    /// Columns and rows.
    pub fn pixels(&self) -> [usize; 2] {
        [self.pixels; 2]
    }

    /// From pixel to pixel on the detector, mm.
    pub fn pixel_mm(&self) -> f64 {
        self.pixel_mm
    }

    /// From the focal spot to the detector, mm.
    pub fn source_detector_mm(&self) -> f64 {
        self.source_detector_mm
    }

    /// From the focal spot to the isocentre, mm.
    pub fn source_isocentre_mm(&self) -> f64 {
        self.source_isocentre_mm
    }

    /// The same view read out in another number of pixels over the same detector.
    pub fn with_pixels(&self, pixels: usize) -> Projection {
        let pixels = pixels.max(1);
        Projection { pixels, pixel_mm: self.pixel_mm * self.pixels as f64 / pixels as f64, ..self.clone() }
    }

    /// The same view with as many pixels over a square field of the detector's middle, its edge in mm.
    pub fn with_field_mm(&self, edge_mm: f64) -> Projection {
        Projection { pixel_mm: edge_mm / self.pixels as f64, ..self.clone() }
    }

    /// The same view with the patient moved on the table by `-by`: source and detector stand elsewhere in the patient.
    pub fn moved(&self, by: &Vector) -> Projection {
        Projection { source: self.source + by, ..self.clone() }
    }

    /// The shadow of a point; `None` unless it lies between source and detector (a millimetre before the source counts
    /// as in it). It may fall beside the detector: see [`Projection::pixel_of`].
    pub fn project(&self, point: &Point) -> Option<Shadow> {
        let from_source = point - self.source;
        let along_mm = from_source.dot(&self.axis);
        if !(1.0..=self.source_detector_mm).contains(&along_mm) {
            return None;
        }
        let magnification = self.source_detector_mm / along_mm;
        let (u_mm, v_mm) = (from_source.dot(&self.right) * magnification, from_source.dot(&self.up) * magnification);
        (u_mm.is_finite() && v_mm.is_finite()).then_some(Shadow { u_mm, v_mm, magnification })
    }

    /// The ray to a place of the detector.
    pub fn ray_of(&self, u_mm: f64, v_mm: f64) -> Ray {
        let to_detector = self.axis * self.source_detector_mm + self.right * u_mm + self.up * v_mm;
        Ray { origin: self.source, direction: to_detector / to_detector.norm() }
    }

    /// The ray through a point; `None` at the source itself.
    pub fn ray_through(&self, point: &Point) -> Option<Ray> {
        Some(Ray { origin: self.source, direction: (point - self.source).try_normalize(1e-6)? })
    }

    /// The ray to the middle of a pixel: column from the left, row from the top.
    pub fn ray_of_pixel(&self, column: usize, row: usize) -> Ray {
        let middle = 0.5 * (self.pixels as f64 - 1.0);
        self.ray_of((column as f64 - middle) * self.pixel_mm, (middle - row as f64) * self.pixel_mm)
    }

    /// Column from the left and row from the top of a shadow, fractional: whole numbers are the middles of pixels, the
    /// first of them 0. Beside the detector they lie beyond its pixels.
    pub fn pixel_place(&self, shadow: &Shadow) -> [f64; 2] {
        let middle = 0.5 * (self.pixels as f64 - 1.0);
        [middle + shadow.u_mm / self.pixel_mm, middle - shadow.v_mm / self.pixel_mm]
    }

    /// Column from the left and row from the top of the pixel that a shadow falls on; `None` beside the detector.
    pub fn pixel_of(&self, shadow: &Shadow) -> Option<[usize; 2]> {
        let half = 0.5 * self.pixels as f64;
        let place = [half + shadow.u_mm / self.pixel_mm, half - shadow.v_mm / self.pixel_mm];
        place.iter().all(|p| *p >= 0.0 && *p < self.pixels as f64).then(|| place.map(|p| p as usize))
    }

    /// Marks for the left and the right edge of the picture: "R" and "L" on an AP view, "A" and "P" on a lateral one.
    pub fn edges(&self) -> [&'static str; 2] {
        let [left, right] = if self.right.x.abs() >= self.right.y.abs() { ["R", "L"] } else { ["A", "P"] };
        let along = if self.right.x.abs() >= self.right.y.abs() { self.right.x } else { self.right.y };
        if along > 0.0 { [left, right] } else { [right, left] }
    }
}

#[cfg(test)]
#[path = "projection_tests.rs"]
mod tests;
