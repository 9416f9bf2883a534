//! What reaches the detector: energy and its spread in each pixel, before noise and blur.

use super::Scene;
use crate::imaging::Projection;
use crate::imaging::beam::{BINS, Beam};
use crate::units;
use rayon::prelude::*;

/// An exposure of a scene. Pixels row by row from the upper left.
#[derive(Clone, Debug, PartialEq)]
pub struct Radiograph {
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// From pixel to pixel on the detector, mm.
    pub pixel_mm: f64,
    /// Energy that arrives per photon that left for the pixel, keV.
    pub energy_kev: Vec<f32>,
    /// Energy squared that arrives per photon that left for the pixel, keV²: its noise.
    pub energy_squared_kev2: Vec<f32>,
    /// Energy that would arrive with nothing in the beam, keV a photon.
    pub unattenuated_kev: f64,
}

/// Sends the beam through a scene.
pub fn expose(scene: &Scene, view: &Projection, beam: &Beam) -> Radiograph {
    let [columns, rows] = view.pixels();
    let volumes: Vec<_> = scene.volumes.iter().map(|(v, c)| (v, beam.attenuation_per_mm(c))).collect();
    let solids: Vec<_> = scene.solids.iter().map(|(s, c)| (s, beam.attenuation_per_mm(c))).collect();
    let mut energy_kev = vec![0.0_f32; columns * rows];
    let mut energy_squared_kev2 = vec![0.0_f32; columns * rows];
    let by_rows = energy_kev.par_chunks_mut(columns).zip(energy_squared_kev2.par_chunks_mut(columns));
    by_rows.enumerate().for_each(|(row, (energy, squared))| {
        for (column, (energy, squared)) in energy.iter_mut().zip(squared).enumerate() {
            let ray = view.ray_of_pixel(column, row);
            let mut depth = [0.0_f32; BINS];
            for (volume, attenuation) in &volumes {
                let length = volume.integral_mm(&ray) as f32;
                depth.iter_mut().zip(attenuation).for_each(|(d, a)| *d += a * length);
            }
            for (solid, attenuation) in &solids {
                let length = solid.chord_mm(&ray) as f32;
                depth.iter_mut().zip(attenuation).for_each(|(d, a)| *d += a * length);
            }
            for bin in 0..BINS {
                let arrived = beam.photon_share[bin] * units::exp(-f64::from(depth[bin]));
                *energy += (arrived * beam.energy_kev[bin]) as f32;
                *squared += (arrived * beam.energy_kev[bin] * beam.energy_kev[bin]) as f32;
            }
        }
    });
    let unattenuated_kev = beam.photon_share.iter().zip(beam.energy_kev).map(|(share, energy)| share * energy).sum();
    Radiograph { pixels: [columns, rows], pixel_mm: view.pixel_mm(), energy_kev, energy_squared_kev2, unattenuated_kev }
}
