//! The kyphoplasty balloons of the catalogue.

use super::catalogue::{CATALOGUE, listed};
use crate::provenance::Provenance;
use crate::units::{PA_PER_KPA, PA_PER_PSI, mm3_from_ml};
use serde::Deserialize;
use std::sync::LazyLock;

/// A kyphoplasty balloon.
#[derive(Clone, Debug, PartialEq)]
pub struct BalloonDevice {
    /// Nominal length, mm.
    pub length_mm: f64,
    /// Largest volume the maker allows, mm³.
    pub max_volume_mm3: f64,
    /// Rated pressure, Pa.
    pub rated_pressure_pa: f64,
    /// Pressure at which it bursts, Pa.
    pub burst_pressure_pa: f64,
    /// Volume at which it bursts, mm³.
    pub burst_volume_mm3: f64,
    /// Pressure of the balloon itself in free air: (volume mm³, pressure Pa), rising, straight between the points.
    pub own_pressure: Vec<(f64, f64)>,
    /// Sources of length, volume, rating, burst and own curve, in this order.
    pub provenance: Vec<Provenance>,
}

/// No balloon of the length asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("no balloon of {asked_mm} mm; there are {available}")]
pub struct UnknownBalloon {
    /// What was asked for, mm.
    pub asked_mm: f64,
    /// The lengths there are, for example `"10, 15 and 20 mm"`.
    pub available: String,
}

impl BalloonDevice {
    /// The balloon of a nominal length.
    pub fn by_length_mm(length_mm: f64) -> Result<&'static BalloonDevice, UnknownBalloon> {
        let all = BalloonDevice::all();
        all.iter().find(|balloon| (balloon.length_mm - length_mm).abs() < 0.01).ok_or_else(|| UnknownBalloon {
            asked_mm: length_mm,
            available: format!("{} mm", listed(all.iter().map(|balloon| balloon.length_mm.to_string()))),
        })
    }

    /// All balloons, shortest first.
    pub fn all() -> &'static [BalloonDevice] {
        &BALLOONS
    }
}

/// A balloon as the file states it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BalloonEntry {
    length_mm: f64,
    max_volume_ml: f64,
    rated_pressure_psi: f64,
    burst_pressure_psi: f64,
    burst_volume_ml: f64,
    own_pressure: Vec<(f64, f64)>,
    length_from: String,
    max_volume_from: String,
    rated_pressure_from: String,
    burst_from: String,
    own_pressure_from: String,
}

impl BalloonEntry {
    pub fn sources(&self) -> [&String; 5] {
        [&self.length_from, &self.max_volume_from, &self.rated_pressure_from, &self.burst_from, &self.own_pressure_from]
    }
}

static BALLOONS: LazyLock<Vec<BalloonDevice>> = LazyLock::new(|| {
    let device = |entry: &BalloonEntry| BalloonDevice {
        length_mm: entry.length_mm,
        max_volume_mm3: mm3_from_ml(entry.max_volume_ml),
        rated_pressure_pa: entry.rated_pressure_psi * PA_PER_PSI,
        burst_pressure_pa: entry.burst_pressure_psi * PA_PER_PSI,
        burst_volume_mm3: mm3_from_ml(entry.burst_volume_ml),
        own_pressure: entry.own_pressure.iter().map(|&(ml, kpa)| (mm3_from_ml(ml), kpa * PA_PER_KPA)).collect(),
        provenance: entry.sources().iter().filter_map(|key| CATALOGUE.source_of(key).cloned()).collect(),
    };
    CATALOGUE.balloon.iter().map(device).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_length_is_refused_with_what_there_is() {
        let error = BalloonDevice::by_length_mm(f64::NAN).expect_err("not a number").to_string();
        assert!(error.ends_with("there are 10, 15 and 20 mm"), "{error}");
    }

    #[test]
    fn every_figure_of_a_balloon_has_its_source() {
        assert!(BalloonDevice::all().iter().all(|balloon| balloon.provenance.len() == 5));
    }

    #[test]
    fn balloons_are_rated_at_27_atm_and_their_curves_rise_past_the_rated_volume() {
        for balloon in BalloonDevice::all() {
            assert!((balloon.rated_pressure_pa / 101_325.0 - 27.2).abs() < 0.1);
            assert!(balloon.burst_pressure_pa > balloon.rated_pressure_pa);
            assert_eq!(balloon.own_pressure[0], (0.0, 0.0));
            assert!(balloon.own_pressure.windows(2).all(|p| p[0].0 < p[1].0 && p[0].1 < p[1].1));
            assert!(balloon.own_pressure.iter().any(|p| p.0 >= balloon.max_volume_mm3));
        }
    }
}
