//! All rays of a picture: one start, and directions that are linear in column and row.

use crate::geometry::{Point, Vector};
use crate::imaging::Projection;
use std::ops::Range;

/// The rays of a view. A direction reaches from the source to the detector, so that the ray runs from 0 to 1.
pub(super) struct Fan<'a> {
    view: &'a Projection,
    /// To the middle of the upper left pixel, patient.
    corner: Vector,
    per_column: Vector,
    per_row: Vector,
}

/// Columns and rows of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pixels {
    /// From the left.
    pub columns: Range<usize>,
    /// From the top.
    pub rows: Range<usize>,
}

impl Fan<'_> {
    pub fn of(view: &Projection) -> Fan<'_> {
        let [columns, rows] = view.pixels();
        let middle = |pixels: usize| 0.5 * (pixels as f64 - 1.0);
        let (per_column, per_row) = (view.right() * view.pixel_mm(), view.up() * -view.pixel_mm());
        let centre = view.axis() * view.source_detector_mm();
        let corner = centre - per_column * middle(columns) - per_row * middle(rows);
        Fan { view, corner, per_column, per_row }
    }

    /// Columns and rows.
    pub fn pixels(&self) -> [usize; 2] {
        self.view.pixels()
    }

    /// From pixel to pixel on the detector.
    pub fn pixel_mm(&self) -> f64 {
        self.view.pixel_mm()
    }

    pub fn source(&self) -> Point {
        self.view.source()
    }

    /// What a direction gains from one column to the next, patient, mm.
    pub fn per_column(&self) -> Vector {
        self.per_column
    }

    /// From the source to the middle of a pixel, patient, mm.
    pub fn direction(&self, column: usize, row: usize) -> Vector {
        self.corner + self.per_row * row as f64 + self.per_column * column as f64
    }

    /// Rays to the four corners and to the middle: what is true of these is meant to be so of all.
    pub fn samples(&self) -> [Vector; 5] {
        let [columns, rows] = self.view.pixels();
        let (last_column, last_row) = (columns.saturating_sub(1), rows.saturating_sub(1));
        [(0, 0), (last_column, 0), (0, last_row), (last_column, last_row), (columns / 2, rows / 2)]
            .map(|(column, row)| self.direction(column, row))
    }

    /// Pixels behind which the hull of some points may lie; all where a point is beside or behind the source.
    pub fn pixels_behind(&self, points: impl IntoIterator<Item = Point>) -> Pixels {
        let [columns, rows] = self.view.pixels();
        let all = Pixels { columns: 0..columns, rows: 0..rows };
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points {
            let from_source = point - self.source();
            let along_mm = from_source.dot(&self.view.axis());
            // Nearer than this a shadow is larger than any detector.
            if !(along_mm >= 1.0 && along_mm.is_finite()) {
                return all;
            }
            let scale = self.view.source_detector_mm() / along_mm / self.view.pixel_mm();
            let place = [from_source.dot(&self.view.right()) * scale, -from_source.dot(&self.view.up()) * scale];
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        // A pixel more on either side, for rounding.
        let range = |axis: usize, pixels: usize| {
            let middle = 0.5 * (pixels as f64 - 1.0);
            let first = (low[axis] + middle - 1.0).clamp(0.0, pixels as f64) as usize;
            first..((high[axis] + middle + 2.0).clamp(first as f64, pixels as f64) as usize)
        };
        Pixels { columns: range(0, columns), rows: range(1, rows) }
    }
}
