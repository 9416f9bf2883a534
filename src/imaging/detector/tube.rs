//! Tube output: the automatic brightness control asks for a signal, and a ceiling may refuse it.

use super::DetectorData;
use super::detector_data;
use super::field::Field;
use crate::imaging::beam::Beam;
use crate::imaging::{Collimation, DoseLevel, Exposure, Projection};

const MGY_PER_NGY: f64 = 1e-6;
const CM2_PER_MM2: f64 = 1e-2;
const GY_PER_MGY: f64 = 1e-3;

/// The exposure that brings the dose level's energy to the detector in the mean of the measuring field, or as much of
/// it as the ceiling lets. The tube voltage stays as it is. Where the measuring field gets nothing, the ceiling is met.
pub(super) fn expose(
    field: &Field,
    unattenuated_kev: f64,
    view: &Projection,
    beam: &Beam,
    collimation: &Collimation,
    dose: DoseLevel,
) -> Exposure {
    let data = detector_data();
    let wanted_kev_mm2 = shot_energy_kev_mm2(data.pulse_kerma_ngy.of(dose), data);
    let arrives_kev = data.grid_primary_transmission.value * unattenuated_kev * measured(field, data);
    let wanted = wanted_kev_mm2 / arrives_kev;

    let detector_mm = view.source_detector_mm();
    // Kerma of a photon a mm² at the detector, at another distance from the source.
    let kerma_mgy_at = |from_source_mm: f64| {
        let closer = detector_mm / from_source_mm;
        beam.air_kerma_ngy_mm2 * MGY_PER_NGY * closer * closer
    };
    let pulses = f64::from(data.pulses_of_a_shot.value);
    let ceiling_mgy = data.ceiling_mgy_per_min.value / crate::units::S_PER_MIN / data.pulses_per_s.value * pulses;
    let ceiling = ceiling_mgy / kerma_mgy_at(detector_mm - data.ceiling_from_detector_mm.value);
    // What is not a number is not reached either.
    let reached = wanted <= ceiling;
    let photons_per_mm2 = if reached { wanted } else { ceiling };

    let to_isocentre_mm = (view.isocentre() - view.source()).norm();
    let air_kerma_mgy = photons_per_mm2 * kerma_mgy_at(to_isocentre_mm - data.reference_from_isocentre_mm.value);
    let at_detector_gy = photons_per_mm2 * kerma_mgy_at(detector_mm) * GY_PER_MGY;
    Exposure {
        photons_per_mm2,
        air_kerma_mgy,
        dose_area_product_gy_cm2: at_detector_gy * collimation.area_mm2(view) * CM2_PER_MM2,
        at_ceiling: !reached,
    }
}

/// Energy at the detector of the pulses of a shot, keV/mm², of a kerma of each.
pub(super) fn shot_energy_kev_mm2(pulse_kerma_ngy: f64, data: &DetectorData) -> f64 {
    let photons_per_mm2 = pulse_kerma_ngy * data.calibration_photons_per_mm2_ngy.value;
    photons_per_mm2 * data.calibration_photon_kev.value * f64::from(data.pulses_of_a_shot.value)
}

/// Mean of the field in the round measuring field, as far as it lies within the shutters.
fn measured(field: &Field, data: &DetectorData) -> f64 {
    let [columns, rows] = field.pixels;
    let radius = 0.5 * data.measuring_field_share.value * columns.min(rows) as f64;
    let (mut sum, mut count) = (0.0, 0_u32);
    let from_middle = |index: usize, count: usize| index as f64 - 0.5 * (count as f64 - 1.0);
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = (from_middle(column, columns), from_middle(row, rows));
            let index = row * columns + column;
            if field.exposed[index] && x * x + y * y <= radius * radius {
                sum += f64::from(field.value[index]);
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}
