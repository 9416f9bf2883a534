//! The primary beam on the detector: fall-off to the edges, and the shutters.

use crate::imaging::projector::Radiograph;
use crate::imaging::{Collimation, Projection};
use rayon::prelude::*;

/// Energy on the detector, by pixel, row by row from the upper left.
pub(super) struct Field {
    pub pixels: [usize; 2],
    pub pixel_mm: f64,
    /// Energy that arrives; 1 is that of the bare beam on its axis.
    pub value: Vec<f32>,
    /// Energy squared that arrives per photon that leaves on the axis; 1 is the square of the bare beam's mean energy.
    pub squared: Vec<f32>,
    pub exposed: Vec<bool>,
    source_detector_mm: f64,
}

impl Field {
    /// Of what arrives and the shutters.
    pub fn of(radiograph: &Radiograph, view: &Projection, collimation: &Collimation) -> Field {
        let [columns, rows] = radiograph.pixels;
        let pixel_mm = radiograph.pixel_mm;
        let exposed = collimation.exposed(radiograph.pixels, pixel_mm);
        let mut value = vec![0.0_f32; columns * rows];
        let mut squared = value.clone();
        let source_detector_mm = view.source_detector_mm();
        let one = 1.0 / radiograph.unattenuated_kev;
        let by_rows = value.par_chunks_mut(columns.max(1)).zip(squared.par_chunks_mut(columns.max(1)));
        by_rows.enumerate().for_each(|(row, (value, squared))| {
            for column in 0..columns {
                let index = row * columns + column;
                let energy = radiograph.energy_kev.get(index).filter(|_| exposed[index]);
                let (Some(energy), Some(square)) = (energy, radiograph.energy_squared_kev2.get(index)) else {
                    continue;
                };
                let fall_off = fall_off([column, row], radiograph.pixels, pixel_mm, source_detector_mm);
                value[column] = positive(f64::from(*energy) * one * fall_off);
                squared[column] = positive(f64::from(*square) * one * one * fall_off);
            }
        });
        Field { pixels: radiograph.pixels, pixel_mm, value, squared, exposed, source_detector_mm }
    }

    /// What the bare beam brings to a pixel, as a share of what it brings on its axis.
    pub fn bare(&self, column: usize, row: usize) -> f64 {
        fall_off([column, row], self.pixels, self.pixel_mm, self.source_detector_mm)
    }
}

/// Fluence falls with the square of the distance and the cosine of the slant: cos³ of the angle off the axis.
fn fall_off(at: [usize; 2], pixels: [usize; 2], pixel_mm: f64, source_detector_mm: f64) -> f64 {
    let tangent = |axis: usize| (at[axis] as f64 - 0.5 * (pixels[axis] as f64 - 1.0)) * pixel_mm / source_detector_mm;
    let secant_squared = 1.0 + tangent(0) * tangent(0) + tangent(1) * tangent(1);
    1.0 / (secant_squared * secant_squared.sqrt())
}

fn positive(value: f64) -> f32 {
    if value.is_finite() { value.max(0.0) as f32 } else { 0.0 }
}
