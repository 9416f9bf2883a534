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
}

impl Field {
    /// The fluence falls with the square of the distance and the cosine of the slant: cos³ of the angle off the axis.
    pub fn of(radiograph: &Radiograph, view: &Projection, collimation: &Collimation) -> Field {
        let [columns, rows] = radiograph.pixels;
        let pixel_mm = radiograph.pixel_mm;
        let exposed = collimation.exposed(radiograph.pixels, pixel_mm);
        let mut value = vec![0.0_f32; columns * rows];
        let mut squared = value.clone();
        let distance_mm = view.source_detector_mm();
        let one = 1.0 / radiograph.unattenuated_kev;
        let at = |index: usize, count: usize| (index as f64 - 0.5 * (count as f64 - 1.0)) * pixel_mm / distance_mm;
        let by_rows = value.par_chunks_mut(columns.max(1)).zip(squared.par_chunks_mut(columns.max(1)));
        by_rows.enumerate().for_each(|(row, (value, squared))| {
            let v = at(row, rows);
            for column in 0..columns {
                let index = row * columns + column;
                let energy = radiograph.energy_kev.get(index).filter(|_| exposed[index]);
                let (Some(energy), Some(square)) = (energy, radiograph.energy_squared_kev2.get(index)) else {
                    continue;
                };
                let u = at(column, columns);
                let secant_squared = 1.0 + u * u + v * v;
                let fall_off = 1.0 / (secant_squared * secant_squared.sqrt());
                value[column] = positive(f64::from(*energy) * one * fall_off);
                squared[column] = positive(f64::from(*square) * one * one * fall_off);
            }
        });
        Field { pixels: radiograph.pixels, pixel_mm, value, squared, exposed }
    }
}

fn positive(value: f64) -> f32 {
    if value.is_finite() { value.max(0.0) as f32 } else { 0.0 }
}
