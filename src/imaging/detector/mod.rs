//! From what reaches the detector to what is read from it: tube output, scatter, blur, noise, lag, full scale.
//!
//! ```text
//! Radiograph -> field (fall-off, shutters) -> + scatter -> penumbra -> tube output (brightness control)
//!            -> quantum noise -> light spread in the scintillator -> lag -> read-out noise -> full scale -> Signal
//! ```

mod blur;
pub mod detector_data;
mod field;
mod noise;
mod scatter;
mod tube;

pub use detector_data::{DetectorData, detector_data};

use super::beam::Beam;
use super::projector::Radiograph;
use super::{Collimation, DoseLevel, Exposure, Projection};
use field::Field;

/// Which picture: its noise is a function of the two and of the pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShotKey {
    /// Seed of the session.
    pub seed: u64,
    /// Number of the picture in it.
    pub number: u64,
}

/// What the detector gives, linear in the energy that it took up. Pixels row by row from the upper left.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// From pixel to pixel on the detector, mm.
    pub pixel_mm: f64,
    /// 1 is the bare beam on its axis, 0 nothing; never less, and 0 outside the shutters.
    pub value: Vec<f32>,
    /// Pixels within the shutters.
    pub exposed: Vec<bool>,
    /// Photons that left for a square millimetre of the detector on the axis.
    pub photons_per_mm2: f64,
}

/// Reads a picture out, the mean of a few pulses, at the tube output that brings the dose level to the detector.
///
/// Without a shot there is no noise (pictures for documents). `before` is the picture of the pulse right before, of
/// whatever view, for screening; its charge is read in part with this one. A radiograph whose energies are fewer than
/// its pixels gets nothing in the rest; what is not a number counts as nothing.
pub fn read_out(
    radiograph: &Radiograph,
    view: &Projection,
    beam: &Beam,
    collimation: &Collimation,
    dose: DoseLevel,
    shot: Option<ShotKey>,
    before: Option<&Signal>,
) -> (Signal, Exposure) {
    let data = detector_data();
    let mut field = Field::of(radiograph, view, collimation);
    scatter::add(&mut field, data);
    let penumbra_px2 = penumbra_variance_px2(view, field.pixel_mm, data);
    blur::gaussian(&mut field.value, field.pixels, penumbra_px2);
    blur::gaussian(&mut field.squared, field.pixels, penumbra_px2);

    let unattenuated_kev = radiograph.unattenuated_kev;
    let exposure = tube::expose(&field, unattenuated_kev, view, beam, collimation, dose);
    let per_mm2 = exposure.photons_per_mm2 * data.grid_primary_transmission.value;
    let quanta = per_mm2 * field.pixel_mm * field.pixel_mm * data.detective_quantum_efficiency.value;
    if let Some(shot) = shot {
        noise::add_quantum(&mut field, quanta, shot);
    }
    let spread_px = data.scintillator_sigma_mm.value / field.pixel_mm;
    blur::gaussian(&mut field.value, field.pixels, spread_px * spread_px);
    if let Some(before) = before {
        add_lag(&mut field, before, exposure.photons_per_mm2, data);
    }
    if let Some(shot) = shot {
        let sigma_kev = noise::electronic_kev(field.pixel_mm, data);
        noise::add_electronic(&mut field, sigma_kev / (quanta * unattenuated_kev), shot);
    }
    let full = tube::shot_energy_kev_mm2(data.full_scale_ngy.value, data) / (per_mm2 * unattenuated_kev);
    let full = if full.is_finite() { full as f32 } else { f32::MAX };
    for (value, exposed) in field.value.iter_mut().zip(&field.exposed) {
        // Not `clamp`: what is not a number becomes 0.
        *value = if *exposed { value.max(0.0).min(full) } else { 0.0 };
    }
    let Field { pixels, pixel_mm, value, exposed, .. } = field;
    (Signal { pixels, pixel_mm, value, exposed, photons_per_mm2: exposure.photons_per_mm2 }, exposure)
}

/// Variance of what the focal spot smears an edge at the isocentre by, and of a pixel's own square, which the rays
/// through the pixels' middles know nothing of: side²/12 for either.
fn penumbra_variance_px2(view: &Projection, pixel_mm: f64, data: &DetectorData) -> f64 {
    let to_isocentre_mm = (view.isocentre() - view.source()).norm();
    let magnification = view.source_detector_mm() / to_isocentre_mm;
    let spot_px = data.focal_spot_mm.value * (magnification - 1.0) / pixel_mm;
    (spot_px * spot_px + 1.0) / 12.0
}

/// Mixes in what the picture before left in the detector; the pulses of one shot leave their own to each other.
fn add_lag(field: &mut Field, before: &Signal, photons_per_mm2: f64, data: &DetectorData) {
    if before.pixels != field.pixels {
        return;
    }
    let share = data.lag_share.value / f64::from(data.pulses_of_a_shot.value);
    let charge = before.photons_per_mm2 / photons_per_mm2;
    if !charge.is_finite() {
        return;
    }
    let (keep, left) = ((1.0 - share) as f32, (share * charge) as f32);
    for (value, before) in field.value.iter_mut().zip(&before.value) {
        *value = keep * *value + left * before;
    }
}

#[cfg(test)]
mod tests;
