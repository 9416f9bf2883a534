//! The way beside the pedicle: between transverse process or rib and the pedicle's outer wall, into the body from the side.

use super::catalogue::Cannula;
use super::depth::target_on;
use super::trajectory::{Approach, PedicleOffsets, Trajectory, TrajectoryError};
use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Point, Vector};
use crate::units;

/// Way behind the junction that is looked at for other bone, mm.
const BEHIND_MM: f64 = 40.0;
const STEP_MM: f64 = 0.5;

impl Trajectory {
    /// Beside the pedicle's outer wall, which the tool touches, into the body where pedicle and body meet.
    ///
    /// The default line ends near the midline; of lines at several heights and tilts it is the one that crosses least
    /// other bone (transverse process) behind the pedicle. `offsets` shift and turn it from there; the target lies at
    /// `ap_fraction` of the depth, without it at the default depth of the rules. The entry is where the line enters
    /// the bone of the body.
    pub fn extrapedicular(
        vertebra: &Vertebra,
        side: Side,
        offsets: PedicleOffsets,
        ap_fraction: Option<f64>,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        let (through, towards) = default_line(vertebra, side, cannula);
        let direction = offsets.turn(side, &towards)?;
        let through = offsets.shift(side, through)?;
        let entry =
            entry_into_body(vertebra, &through, &direction).ok_or(TrajectoryError::NoExtrapedicularLine { side })?;
        let target = target_on(vertebra, entry, direction, ap_fraction)?;
        let made = Trajectory::from_entry_and_target(side, Approach::Extrapedicular, entry, target, cannula)?;
        made.check(vertebra)?;
        Ok(made)
    }
}

/// Point beside the pedicle's isthmus and direction of the line that crosses least bone behind it.
fn default_line(vertebra: &Vertebra, side: Side, cannula: &Cannula) -> (Point, Vector) {
    let landmarks = &vertebra.landmarks;
    let pedicle = landmarks.pedicle(side);
    let beside = 0.5 * pedicle.width_mm + cannula.outer_radius_mm();
    let depth = landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm;
    // Past the isthmus on the outside; the aim is the midline in the middle third.
    let aim = |z: f64| Point::new(landmarks.canal_centre.x, landmarks.posterior_wall_y_mm - 0.6 * depth, z);
    let middle_z = 0.5 * (landmarks.superior_endplate.point.z + landmarks.inferior_endplate.point.z);
    let mut best: Option<(f64, Point, Vector)> = None;
    for height in [0.0, 0.15, 0.3, -0.15] {
        let through = pedicle.isthmus + Vector::new(side.sign() * beside, 0.0, height * pedicle.height_mm);
        for rise_deg in [0.0, -8.0, 8.0, -16.0, -24.0] {
            let level = aim(through.z) - through;
            let tilted = Vector::new(level.x, level.y, -level.y * units::tan(units::rad_from_deg(rise_deg)));
            let Some(direction) = tilted.try_normalize(1e-9) else { continue };
            // Bone crossed behind, and a little for ending away from the middle of the height.
            let ends_off = (through.z + tilted.z - middle_z).abs();
            let cost = bone_behind(vertebra, &through, &direction) + 0.3 * ends_off;
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, through, direction));
            }
        }
    }
    best.map_or((pedicle.isthmus, pedicle.axis), |(_, through, direction)| (through, direction))
}

/// Length of bone on the line behind a point, mm.
fn bone_behind(vertebra: &Vertebra, through: &Point, direction: &Vector) -> f64 {
    let at = |i: usize| through - direction * (i as f64 * STEP_MM);
    let steps = (BEHIND_MM / STEP_MM) as usize;
    (1..=steps).filter(|&i| vertebra.bone_distance_mm(&at(i)) < 0.0).count() as f64 * STEP_MM
}

/// Where the line last enters bone before the body: the surface at the back of the stretch of bone that leads into it.
fn entry_into_body(vertebra: &Vertebra, through: &Point, direction: &Vector) -> Option<Point> {
    let reach = (60.0 / STEP_MM) as usize;
    let at = |i: usize| through + direction * (i as f64 * STEP_MM);
    let inside = (0..=reach).find(|&i| vertebra.in_body(&at(i)) && vertebra.bone_distance_mm(&at(i)) < 0.0)?;
    super::trajectory::surface_behind(vertebra, &at(inside), direction)
}
