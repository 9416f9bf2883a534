//! One path moved: its entry stands on the bone, its line is one that can be used.

use super::refused::Refused;
use crate::anatomy::Vertebra;
use crate::geometry::{Point, Vector};
use crate::instruments::stand::stand_on_bone;
use crate::instruments::trajectory::direction_from_angles;
use crate::instruments::{Approach, PedicleOffsets, Trajectory, TrajectoryError};
use crate::units::{deg_from_rad, rad_from_deg};

/// No more than this off the surface is a needle stood by steps, mm.
const STAND_STEP_MM: f64 = 0.1;

/// The path between two places, if it can be used; tool, side and bend stay.
fn between(vertebra: &Vertebra, path: &Trajectory, entry: Point, target: Point) -> Result<Trajectory, Refused> {
    let made = Trajectory::from_entry_and_target(path.side, path.approach, entry, target, path.cannula)?;
    let made = Trajectory { curve: path.curve, ..made };
    made.check(vertebra)?;
    Ok(made)
}

fn finite(name: &'static str, place: &Point) -> Result<(), Refused> {
    let is_finite = place.iter().all(|v| v.is_finite());
    if is_finite { Ok(()) } else { Err(TrajectoryError::NotFinite(name).into()) }
}

/// Where a line through a place first meets bone.
fn stand(vertebra: &Vertebra, through: &Point, direction: &Vector) -> Result<Point, Refused> {
    if direction.y.abs() < 1e-9 {
        return Err(Refused::NoBone);
    }
    let at = through + direction * ((vertebra.landmarks.canal_centre.y - through.y) / direction.y);
    let inside = stand_on_bone(vertebra, at.x, at.z, direction).ok_or(Refused::NoBone)?;
    // It is found in steps: between the last two lies the surface itself.
    let outside = inside - direction * STAND_STEP_MM;
    let [out_mm, in_mm] = [outside, inside].map(|place| vertebra.bone_distance_mm(&place));
    let share = if out_mm > 0.0 { out_mm / (out_mm - in_mm) } else { 1.0 };
    Ok(outside + (inside - outside) * share)
}

/// The entry brought over a place; the target stays.
pub fn with_entry(vertebra: &Vertebra, path: &Trajectory, place: Point) -> Result<Trajectory, Refused> {
    finite("entry", &place)?;
    let direction = (path.target - place).try_normalize(1e-6).ok_or(TrajectoryError::NoLength { length_mm: 0.0 })?;
    let entry = stand(vertebra, &place, &direction)?;
    between(vertebra, path, entry, path.target)
}

/// The entry moved to the left and towards the head, mm; the target stays.
pub fn with_entry_moved(
    vertebra: &Vertebra,
    path: &Trajectory,
    left_mm: f64,
    up_mm: f64,
) -> Result<Trajectory, Refused> {
    /// The entry slides along its line onto the bone: a few tries bring it to where it is wanted.
    const TRIES: usize = 6;
    let wanted = path.entry + Vector::new(left_mm, 0.0, up_mm);
    let mut made = with_entry(vertebra, path, wanted)?;
    for _ in 0..TRIES {
        let off = Vector::new(wanted.x - made.entry.x, 0.0, wanted.z - made.entry.z);
        made = with_entry(vertebra, path, made.entry + off)?;
    }
    Ok(made)
}

/// The target brought to a place; the entry stays where the line meets the bone.
pub fn with_target(vertebra: &Vertebra, path: &Trajectory, place: Point) -> Result<Trajectory, Refused> {
    finite("target", &place)?;
    let direction = (place - path.entry).try_normalize(1e-6).ok_or(TrajectoryError::NoLength { length_mm: 0.0 })?;
    let entry = stand(vertebra, &path.entry, &direction)?;
    between(vertebra, path, entry, place)
}

/// Turned about its entry to these angles, degrees; as deep as before.
pub fn with_angles(
    vertebra: &Vertebra,
    path: &Trajectory,
    convergence_deg: f64,
    sagittal_deg: f64,
) -> Result<Trajectory, Refused> {
    let direction = direction_from_angles(path.side, rad_from_deg(convergence_deg), rad_from_deg(sagittal_deg))?;
    between(vertebra, path, path.entry, path.entry + direction * path.segment().length_mm())
}

/// As deep as this along its axis, mm.
pub fn with_depth(vertebra: &Vertebra, path: &Trajectory, depth_mm: f64) -> Result<Trajectory, Refused> {
    if !depth_mm.is_finite() {
        return Err(TrajectoryError::NotFinite("depth").into());
    }
    if depth_mm <= 0.0 {
        return Err(TrajectoryError::NoLength { length_mm: depth_mm }.into());
    }
    between(vertebra, path, path.entry, path.entry + path.direction() * depth_mm)
}

/// Laid along the axis of its pedicle, through the middle of the isthmus, as deep as the rules say.
pub fn on_pedicle_axis(vertebra: &Vertebra, path: &Trajectory) -> Result<Trajectory, Refused> {
    let laid = Trajectory::along_pedicle(vertebra, path.side, PedicleOffsets::default(), path.cannula)?;
    Ok(Trajectory { curve: path.curve, approach: Approach::Transpedicular, ..laid })
}

/// Convergence and cranio-caudal angle, degrees.
pub fn angles_deg(path: &Trajectory) -> [f64; 2] {
    [deg_from_rad(path.convergence_rad()), deg_from_rad(path.sagittal_rad())]
}
