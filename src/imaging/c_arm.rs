//! The C-arm of `assets/c_arm.toml`, and how it is aimed.

use super::{Angulation, Projection};
use crate::anatomy::Side;
use crate::geometry::{Point, Vector};
use crate::provenance::{Sourced, built_in};
use crate::units;
use serde::Deserialize;
use std::sync::LazyLock;

/// A C-arm: tube and detector at a fixed distance, turned about an isocentre.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CArm {
    /// From the focal spot to the detector, mm.
    pub source_detector_mm: Sourced,
    /// From the focal spot to the isocentre, mm.
    pub source_isocentre_mm: Sourced,
    /// Rows and columns of the square detector.
    pub pixels: Sourced<usize>,
    /// From pixel to pixel on the detector, mm.
    pub pixel_mm: Sourced,
    /// Side of the patient on which the tube stands for the lateral view.
    pub lateral_source: Sourced<Side>,
    /// Voltage of the tube, kV.
    pub tube_kv: Sourced,
    /// A view that is rotated by no more than this is true, degrees.
    pub true_rotation_deg: Sourced,
    /// A view that is tilted by no more than this is true, degrees.
    pub true_tilt_deg: Sourced,
    /// Orbital travel: to the other side, and to the side of the tube's lateral view, degrees.
    pub orbital_deg: Sourced<[f64; 2]>,
    /// Cranial and caudal travel, degrees either way.
    pub cranial_caudal_deg: Sourced,
    /// Edges of the fields that the detector reads out, mm, the whole first.
    pub fields_mm: Sourced<Vec<f64>>,
}

/// A view that cannot be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ViewError {
    /// A coordinate or an angle is not a finite number.
    #[error("the C-arm's {0} is not a finite number")]
    NotFinite(&'static str),
    /// The beam runs along the patient: a picture has no upper side then, and no C-arm gets there.
    #[error("the beam runs along the patient ({words}); turn it to less than 89° from the axial plane")]
    AlongPatient {
        /// The angulation.
        words: String,
    },
    /// The beam has no direction.
    #[error("the view has no direction: entry and target are the same place")]
    NoDirection,
    /// The C-arm does not turn so far.
    #[error("{words} is beyond the C-arm's reach: {what} from {low_deg:.0}° to {high_deg:.0}°")]
    BeyondReach {
        /// The angulation.
        words: String,
        /// Which travel ends.
        what: &'static str,
        /// Where it ends one way, degrees.
        low_deg: f64,
        /// And the other, degrees.
        high_deg: f64,
    },
    /// A field that the detector does not read out.
    #[error("the detector has no field of {asked_mm:.0} mm: it reads out {}", .has_mm.iter().map(|mm| format!("{mm:.0}")).collect::<Vec<_>>().join(", "))]
    NoSuchField {
        /// Asked for, mm.
        asked_mm: f64,
        /// What there is, mm.
        has_mm: Vec<f64>,
    },
}

impl CArm {
    /// The C-arm of the asset, read once.
    pub fn mobile() -> &'static CArm {
        static DATA: LazyLock<CArm> = LazyLock::new(|| built_in("c_arm.toml", include_str!("../../assets/c_arm.toml")));
        &DATA
    }

    /// The view at an angulation with a point of the patient (LPS, mm) at the isocentre; head up.
    pub fn aim(&self, isocentre: &Point, angulation: Angulation) -> Result<Projection, ViewError> {
        if !(angulation.lao_rad.is_finite() && angulation.cra_rad.is_finite()) {
            return Err(ViewError::NotFinite("angulation"));
        }
        self.from_front(isocentre, &angulation.front(), &Vector::z())
    }

    /// Whether the C-arm turns so far.
    pub fn check_reach(&self, angulation: Angulation) -> Result<(), ViewError> {
        let orbital = self.orbital_deg.value;
        let [low, high] = match self.lateral_source.value {
            Side::Left => orbital,
            Side::Right => [-orbital[1], -orbital[0]],
        };
        let tilt = self.cranial_caudal_deg.value;
        let turned = [("LAO", angulation.lao_rad, low, high), ("CRA", angulation.cra_rad, -tilt, tilt)];
        for (what, angle_rad, low_deg, high_deg) in turned {
            let deg = units::deg_from_rad(angle_rad);
            // Angles come out of arc tangents.
            if !(low_deg - 1e-6..=high_deg + 1e-6).contains(&deg) {
                return Err(ViewError::BeyondReach { words: angulation.words(), what, low_deg, high_deg });
            }
        }
        Ok(())
    }

    /// A view read out over one of the detector's fields, in as many pixels: `field_mm` is the edge on the detector.
    pub fn magnified(&self, view: &Projection, field_mm: f64) -> Result<Projection, ViewError> {
        let has_mm = &self.fields_mm.value;
        let field = has_mm.iter().find(|mm| (*mm - field_mm).abs() < 5.0);
        let no_such = || ViewError::NoSuchField { asked_mm: field_mm, has_mm: has_mm.clone() };
        Ok(view.with_field_mm(*field.ok_or_else(no_such)?))
    }

    /// The view with the tube at the front end of the beam's line: `front` points from the isocentre to the tube,
    /// `up` to the picture's upper side (patient, LPS).
    pub fn from_front(&self, isocentre: &Point, front: &Vector, up: &Vector) -> Result<Projection, ViewError> {
        if !isocentre.iter().all(|v| v.is_finite()) {
            return Err(ViewError::NotFinite("isocentre"));
        }
        if !front.iter().chain(up.iter()).all(|v| v.is_finite()) {
            return Err(ViewError::NotFinite("direction"));
        }
        let front = front.try_normalize(1e-9).ok_or(ViewError::NoDirection)?;
        Projection::new(self, isocentre, &-front, up)
            .ok_or_else(|| ViewError::AlongPatient { words: Angulation::of_front(&front).unwrap_or_default().words() })
    }
}
