//! A transpedicular path through the pedicle's isthmus, turned and shifted until its tip lies well and bone is left all round.

use crate::anatomy::{Side, Vertebra};
use crate::instruments::{Cannula, PedicleOffsets, Tool, Trajectory, TrajectoryError, TrajectoryReport};
use crate::units::rad_from_deg;

/// Bone wanted on all sides of the needle, mm: a score above it gains nothing (V§4: full marks from 1.5 mm).
const MARGIN_WANTED_MM: f64 = 1.5;
/// Where one needle's tip should be: on the midline, in the middle of the height (V§4: at most 5 mm from the midline).
const TIP_HEIGHT_FRACTION: f64 = 0.5;
/// Turns tried, degrees: towards the midline, and caudad to cranial.
const CONVERGENCE_DEG: [f64; 8] = [-3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0];
/// See [`CONVERGENCE_DEG`].
const SAGITTAL_DEG: [f64; 9] = [-24.0, -20.0, -16.0, -12.0, -8.0, -4.0, 0.0, 4.0, 8.0];
/// Shifts at the isthmus, mm.
const CRANIAL_MM: [f64; 3] = [-2.0, 0.0, 2.0];

/// The best of some two hundred paths through one pedicle: enough bone first, then the tip's place.
///
/// # Errors
/// What is wrong with the path along the pedicle's own axis, when no other can be used either.
pub fn propose(vertebra: &Vertebra, side: Side, cannula: &'static Cannula) -> Result<Trajectory, TrajectoryError> {
    let mut best: Option<(f64, Trajectory)> = None;
    for convergence in CONVERGENCE_DEG {
        for sagittal in SAGITTAL_DEG {
            for cranial_mm in CRANIAL_MM {
                let offsets = PedicleOffsets {
                    lateral_mm: 0.0,
                    cranial_mm,
                    convergence_rad: rad_from_deg(convergence),
                    sagittal_rad: rad_from_deg(sagittal),
                };
                let Ok(path) = Trajectory::along_pedicle(vertebra, side, offsets, cannula) else { continue };
                let Ok(report) = path.report(vertebra, Tool::VertebroplastyNeedle) else { continue };
                let cost = cost_mm(vertebra, &report);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, path));
                }
            }
        }
    }
    match best {
        Some((_, path)) => Ok(path),
        None => Trajectory::along_pedicle(vertebra, side, PedicleOffsets::default(), cannula),
    }
}

/// Millimetres that speak against a path: missing bone counts tenfold, then the tip's distance from its best place.
fn cost_mm(vertebra: &Vertebra, report: &TrajectoryReport) -> f64 {
    let landmarks = &vertebra.landmarks;
    let width_mm = landmarks.left_wall_x_mm - landmarks.right_wall_x_mm;
    let height_mm = (landmarks.superior_endplate.point - landmarks.inferior_endplate.point).norm();
    let missing_mm = (MARGIN_WANTED_MM - report.margin_mm).max(0.0) + report.breach.depth_mm;
    let aside_mm = (report.tip.lateral_fraction - 0.5).abs() * width_mm;
    let off_height_mm = (report.tip.height_fraction - TIP_HEIGHT_FRACTION).abs() * height_mm;
    10.0 * missing_mm + aside_mm + 2.0 * off_height_mm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::generate_vertebra::{FractureSpec, Severity, VertebraSpec, generate_vertebra};
    use crate::anatomy::{FractureKind, Level};

    #[test]
    fn proposed_needles_stay_in_bone_and_end_in_the_middle_of_a_broken_body() {
        let fracture = FractureSpec::of(FractureKind::Wedge, Severity::Grade(2));
        for level in [Level::T12, Level::L1, Level::L3] {
            let spec = VertebraSpec { fracture: Some(fracture), ..VertebraSpec::of(level) };
            let (vertebra, ..) = generate_vertebra(&spec).expect("a common fracture");
            let cannula = Cannula::by_gauge(11).expect("in the catalogue");
            let tips = Side::BOTH.map(|side| {
                let path = propose(&vertebra, side, cannula).expect("a path");
                let report = path.report(&vertebra, Tool::VertebroplastyNeedle).expect("a path in bone");
                assert!(report.breach.depth_mm == 0.0, "{level} {side}: breach of {} mm", report.breach.depth_mm);
                let tip = report.tip;
                assert!((0.25..0.75).contains(&tip.height_fraction), "{level} {side}: height {}", tip.height_fraction);
                assert!((0.60..0.86).contains(&tip.ap_fraction), "{level} {side}: depth {}", tip.ap_fraction);
                tip
            });
            let mirrored = tips[0].lateral_fraction + tips[1].lateral_fraction - 1.0;
            assert!(mirrored.abs() < 0.02, "{level}: left and right are no mirror images: {tips:?}");
        }
    }
}
