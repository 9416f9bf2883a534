//! Pressure on the endplates, averaged over a patch, and how a treatment concentrates it: an index for what the
//! neighbours' endplates bear, not a pressure in a patient (between stiff caps there is no disc).

use super::body_model::Cap;
use super::strength_constants::strength_constants;
use crate::geometry::Point;

/// Share of the mean pressure from which a place counts in the index (our choice).
const LEAST_OF_MEAN: f64 = 0.5;

/// Pressure over one endplate per force on it.
#[derive(Clone, Debug, PartialEq)]
pub struct EndplatePressure {
    /// Nodes of the endplate, mm.
    pub places_mm: Vec<Point>,
    /// Mean pressure on the patch about each, per N of the whole load: 1/mm².
    pub per_mm2: Vec<f64>,
}

impl EndplatePressure {
    /// From the force that each node of a cap bears (any unit, pressing positive).
    pub(super) fn new(cap: &Cap, forces: &[f64], spacing_mm: f64) -> EndplatePressure {
        let reach_mm = strength_constants().patch_radius_mm.value;
        let total: f64 = forces.iter().sum();
        let near = |a: &Point, b: &Point| {
            let (x, y) = (a.x - b.x, a.y - b.y);
            x * x + y * y <= reach_mm * reach_mm
        };
        let mean = |at: &Point| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (other, force) in cap.places_mm.iter().zip(forces) {
                if near(at, other) {
                    sum += force;
                    count += 1.0;
                }
            }
            sum / (count * spacing_mm * spacing_mm * total)
        };
        EndplatePressure { places_mm: cap.places_mm.clone(), per_mm2: cap.places_mm.iter().map(mean).collect() }
    }

    /// **Index of concentration**: the greatest ratio over the endplate of the pressure here to that of a body without
    /// cement at the same place and under the same load, where that bore half its mean pressure or more (where next to
    /// nothing was borne, a ratio says nothing); `None` unless both have the same endplate.
    pub fn concentration_index(&self, without_cement: &EndplatePressure) -> Option<f64> {
        let is_same = self.places_mm == without_cement.places_mm;
        let mean = without_cement.per_mm2.iter().sum::<f64>() / without_cement.per_mm2.len().max(1) as f64;
        let counts = |before: f64| before >= LEAST_OF_MEAN * mean;
        let ratios = self.per_mm2.iter().zip(&without_cement.per_mm2).filter(|(_, before)| counts(**before));
        is_same.then(|| ratios.map(|(now, before)| now / before).fold(0.0, f64::max))
    }
}
