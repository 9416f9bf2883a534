//! The C-arm of `assets/c_arm.toml`, and how it is aimed.

use super::{Angulation, Projection};
use crate::anatomy::Side;
use crate::geometry::{Point, Vector};
use crate::provenance::{Sourced, built_in};
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
    /// A view that is rotated by no more than this is true, degrees.
    pub true_rotation_deg: Sourced,
    /// A view that is tilted by no more than this is true, degrees.
    pub true_tilt_deg: Sourced,
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
