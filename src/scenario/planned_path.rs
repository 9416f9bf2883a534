//! From the keys of a `[[trajectory]]` that name no points to its path: offsets from the default line, and the bend.

use super::treatment_section::{CurveSection, TrajectorySection};
use crate::anatomy::Vertebra;
use crate::instruments::{Approach, Cannula, CurvedNeedle, CurvedTip, PedicleOffsets, Trajectory, TrajectoryError};
use crate::units::rad_from_deg;

/// The default line of the approach with the offsets of the file.
pub(super) fn along_pedicle(
    vertebra: &Vertebra,
    section: &TrajectorySection,
    cannula: &'static Cannula,
) -> Result<Trajectory, TrajectoryError> {
    let offsets = PedicleOffsets {
        lateral_mm: section.lateral_mm.unwrap_or(0.0),
        cranial_mm: section.cranial_mm.unwrap_or(0.0),
        convergence_rad: rad_from_deg(section.convergence_deg.unwrap_or(0.0)),
        sagittal_rad: rad_from_deg(section.sagittal_deg.unwrap_or(0.0)),
    };
    match (section.approach, section.ap_fraction) {
        (Approach::Extrapedicular, depth) => {
            Trajectory::extrapedicular(vertebra, section.side, offsets, depth, cannula)
        }
        (Approach::Transpedicular, Some(depth)) => {
            Trajectory::along_pedicle_to(vertebra, section.side, offsets, depth, cannula)
        }
        (Approach::Transpedicular, None) => Trajectory::along_pedicle(vertebra, section.side, offsets, cannula),
    }
}

/// The bend of a file's curved needle.
pub(super) fn bend(section: &CurveSection) -> Result<CurvedTip, String> {
    let radius_mm = match (&section.needle, section.radius_mm) {
        (_, Some(radius_mm)) => radius_mm,
        (id, None) => CurvedNeedle::by_id(id.as_deref().unwrap_or_default()).map_err(|e| e.to_string())?.bend_radius_mm,
    };
    let tip = CurvedTip::towards_midline(radius_mm, rad_from_deg(section.angle_deg));
    tip.and_then(|tip| tip.turned(rad_from_deg(section.plane_deg))).map_err(|error| error.to_string())
}
