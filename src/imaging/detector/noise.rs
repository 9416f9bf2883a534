//! Noise: of the number of photons, with the spread of their energies, and of the read-out.

use super::field::Field;
use super::{DetectorData, ShotKey};
use crate::geometry::random::{standard_normal, stream};
use crate::imaging::CArm;
use rayon::prelude::*;

/// Adds the noise of the photons: their number is Poisson's and each brings an energy of its own, so a sum of energies
/// varies by the sum of their squares. `quanta` detected photons leave for a pixel on the axis.
pub(super) fn add_quantum(field: &mut Field, quanta: f64, shot: ShotKey) {
    let per_quantum = 1.0 / quanta;
    if !per_quantum.is_finite() {
        return;
    }
    let squared = &field.squared;
    draw(&mut field.value, field.pixels, "quantum noise", shot, |pixel| {
        (f64::from(squared[pixel]) * per_quantum).sqrt()
    });
}

/// Adds white noise of the same width everywhere.
pub(super) fn add_electronic(field: &mut Field, sigma: f64, shot: ShotKey) {
    if sigma.is_finite() {
        draw(&mut field.value, field.pixels, "read-out noise", shot, |_| sigma);
    }
}

/// Width of the read-out noise of a pixel, keV, all pulses of a shot together. A pixel of several of the detector's own
/// has the noise of each.
pub(super) fn electronic_kev(pixel_mm: f64, data: &DetectorData) -> f64 {
    let of_a_pulse = data.electronic_noise_photons.value * data.calibration_photon_kev.value;
    let own_pixels = pixel_mm / CArm::mobile().pixel_mm.value;
    of_a_pulse * own_pixels * f64::from(data.pulses_of_a_shot.value).sqrt()
}

/// One stream a row, so that rows may be drawn in any order.
fn draw(values: &mut [f32], pixels: [usize; 2], name: &str, shot: ShotKey, sigma: impl Fn(usize) -> f64 + Sync) {
    let columns = pixels[0].max(1);
    values.par_chunks_mut(columns).enumerate().for_each(|(row, values)| {
        let mut rng = stream(shot.seed, shot.number, &format!("{name}, row {row}"));
        for (column, value) in values.iter_mut().enumerate() {
            *value += (sigma(row * columns + column) * standard_normal(&mut rng)) as f32;
        }
    });
}
