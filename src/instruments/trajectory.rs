//! A planned line from the back of the vertebra into its body, straight or with a curved tip, and the tools on it.

use super::catalogue::Cannula;
use super::depth::target_on;
use super::path::{CurvedTip, Path};
use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Field, Point, Vector, shape::Segment};
use crate::units;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the line gets past the pedicle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Approach {
    /// Through the pedicle.
    #[default]
    Transpedicular,
    /// Along the pedicle's outer wall; a lateral breach is intended.
    Extrapedicular,
}

impl Approach {
    /// "transpedicular" or "extrapedicular".
    pub fn name(self) -> &'static str {
        match self {
            Approach::Transpedicular => "transpedicular",
            Approach::Extrapedicular => "extrapedicular",
        }
    }
}

/// Which tool goes along the line; the depth follows the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tool {
    /// The vertebroplasty needle, which goes to the target.
    #[serde(rename = "needle")]
    VertebroplastyNeedle,
    /// The kyphoplasty working cannula, which stops in the back of the body.
    #[serde(rename = "cannula")]
    WorkingCannula,
}

impl Tool {
    /// "needle" or "cannula".
    pub fn name(self) -> &'static str {
        match self {
            Tool::VertebroplastyNeedle => "needle",
            Tool::WorkingCannula => "cannula",
        }
    }
}

/// A planned line (vertebra frame, mm).
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// The patient's side that it starts on.
    pub side: Side,
    /// How it gets past the pedicle.
    pub approach: Approach,
    /// Where it meets the bone.
    pub entry: Point,
    /// Where the straight part ends: the vertebroplasty needle's tip, or where a curved tip begins to bend.
    pub target: Point,
    /// The tube that is used.
    pub cannula: &'static Cannula,
    /// The bend at the target, if the needle has one; a working cannula and its channel stay straight.
    pub curve: Option<CurvedTip>,
}

/// Departures of a trajectory from the pedicle's axis, at the isthmus.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PedicleOffsets {
    /// Shift away from the midline, mm.
    pub lateral_mm: f64,
    /// Shift towards the head, mm.
    pub cranial_mm: f64,
    /// Added to the convergence, radians, + towards the midline.
    pub convergence_rad: f64,
    /// Added to the sagittal angle, radians, + cranial.
    pub sagittal_rad: f64,
}

impl PedicleOffsets {
    /// A direction turned by the angles; refuses one that does not point forwards.
    pub(super) fn turn(&self, side: Side, direction: &Vector) -> Result<Vector, TrajectoryError> {
        let (convergence, sagittal) = angles_of(side, direction);
        direction_from_angles(side, convergence + self.convergence_rad, sagittal + self.sagittal_rad)
    }

    /// A point moved by the shifts; refuses shifts that are not finite.
    pub(super) fn shift(&self, side: Side, point: Point) -> Result<Point, TrajectoryError> {
        let moved = point + Vector::new(side.sign() * self.lateral_mm, 0.0, self.cranial_mm);
        if moved.iter().all(|v| v.is_finite()) { Ok(moved) } else { Err(TrajectoryError::NotFinite("pedicle offset")) }
    }
}

/// A trajectory that can't be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrajectoryError {
    /// A coordinate, angle or depth is not a finite number.
    #[error("the trajectory's {0} is not a finite number")]
    NotFinite(&'static str),
    /// Entry and target are the same place.
    #[error("the trajectory has no length: entry and target are {length_mm:.2} mm apart")]
    NoLength {
        /// Distance from entry to target, mm.
        length_mm: f64,
    },
    /// An angle of a right angle or more points away from the body.
    #[error("the trajectory's {which} of {angle_deg:.1}° does not point forwards; allowed is between -89° and 89°")]
    AngleOutOfRange {
        /// `"convergence"` or `"sagittal angle"`.
        which: &'static str,
        /// The angle, degrees.
        angle_deg: f64,
    },
    /// Longer than the cannula.
    #[error("the trajectory is {length_mm:.1} mm long, the {gauge} G cannula only {cannula_mm:.0} mm")]
    TooLong {
        /// Distance from entry to target, mm.
        length_mm: f64,
        /// Gauge of the cannula.
        gauge: u8,
        /// Length of the cannula, mm.
        cannula_mm: f64,
    },
    /// A bend that no curved needle has.
    #[error(
        "a tip bent by {angle_deg:.1}° with a radius of {radius_mm:.1} mm cannot be; allowed are 0-90° and 2-200 mm"
    )]
    ImpossibleCurve {
        /// Radius of the bend, mm.
        radius_mm: f64,
        /// Angle of the bend, degrees.
        angle_deg: f64,
    },
    /// No line past the pedicle's outer wall reaches the body.
    #[error(
        "no extrapedicular line of these offsets enters the body on the {side} side; change the offsets or the side"
    )]
    NoExtrapedicularLine {
        /// Side asked for.
        side: Side,
    },
    /// A depth that is no part of the body.
    #[error("a depth of {found} of the body is out of range; allowed is 0 (posterior wall) to 1 (anterior cortex)")]
    DepthOutOfRange {
        /// The fraction asked for.
        found: f64,
    },
    /// The entry lies on the other side of the midline.
    #[error("the {side} trajectory starts {by_mm:.1} mm across the midline, on the other side")]
    WrongSide {
        /// The side it should start on.
        side: Side,
        /// How far across, mm.
        by_mm: f64,
    },
    /// The line passes the bone by.
    #[error("the {side} trajectory misses the vertebra: it never enters the bone (nearest: {by_mm:.1} mm from it)")]
    MissesVertebra {
        /// Side of the trajectory.
        side: Side,
        /// Least distance of the line from bone, mm.
        by_mm: f64,
    },
    /// The line goes through bone but never reaches the body.
    #[error("the {side} trajectory misses the vertebral body by {by_mm:.1} mm")]
    MissesBody {
        /// Side of the trajectory.
        side: Side,
        /// Least distance of the line from the body, mm.
        by_mm: f64,
    },
}

/// Step along lines when looking for bone, mm.
const STEP_MM: f64 = 0.25;

impl Trajectory {
    /// From entry and target; refuses coordinates that are not finite, no length, or more than the cannula's length.
    pub fn from_entry_and_target(
        side: Side,
        approach: Approach,
        entry: Point,
        target: Point,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        for (name, point) in [("entry", entry), ("target", target)] {
            if !point.iter().all(|v| v.is_finite()) {
                return Err(TrajectoryError::NotFinite(name));
            }
        }
        let length_mm = (target - entry).norm();
        if length_mm < 0.01 {
            return Err(TrajectoryError::NoLength { length_mm });
        }
        if length_mm > cannula.length_mm {
            return Err(TrajectoryError::TooLong { length_mm, gauge: cannula.gauge, cannula_mm: cannula.length_mm });
        }
        Ok(Trajectory { side, approach, entry, target, cannula, curve: None })
    }

    /// From entry, angles (as [`Trajectory::convergence_rad`] and [`Trajectory::sagittal_rad`]) and depth in mm.
    pub fn from_entry_and_angles(
        side: Side,
        approach: Approach,
        entry: Point,
        convergence_rad: f64,
        sagittal_rad: f64,
        depth_mm: f64,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        if !depth_mm.is_finite() {
            return Err(TrajectoryError::NotFinite("depth"));
        }
        if depth_mm <= 0.0 {
            return Err(TrajectoryError::NoLength { length_mm: depth_mm });
        }
        let direction = direction_from_angles(side, convergence_rad, sagittal_rad)?;
        Trajectory::from_entry_and_target(side, approach, entry, entry + direction * depth_mm, cannula)
    }

    /// Through the pedicle along its axis, shifted and turned by `offsets` at the isthmus.
    ///
    /// The entry is where the line leaves the bone at the back; the target lies at the default depth of the rules, or
    /// less deep (within the rules) where less bone than the needle's clearance would be left around the tip.
    pub fn along_pedicle(
        vertebra: &Vertebra,
        side: Side,
        offsets: PedicleOffsets,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        Trajectory::through_pedicle(vertebra, side, offsets, None, cannula)
    }

    /// As [`Trajectory::along_pedicle`], with the target at a fraction of the body's depth (0 posterior wall, 1
    /// anterior cortex) whatever bone is left there.
    pub fn along_pedicle_to(
        vertebra: &Vertebra,
        side: Side,
        offsets: PedicleOffsets,
        ap_fraction: f64,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        Trajectory::through_pedicle(vertebra, side, offsets, Some(ap_fraction), cannula)
    }

    fn through_pedicle(
        vertebra: &Vertebra,
        side: Side,
        offsets: PedicleOffsets,
        ap_fraction: Option<f64>,
        cannula: &'static Cannula,
    ) -> Result<Trajectory, TrajectoryError> {
        let pedicle = vertebra.landmarks.pedicle(side);
        let direction = offsets.turn(side, &pedicle.axis)?;
        let through = offsets.shift(side, pedicle.isthmus)?;
        let missed = || TrajectoryError::MissesVertebra { side, by_mm: vertebra.bone_distance_mm(&through).max(0.0) };
        let entry = surface_behind(vertebra, &through, &direction).ok_or_else(missed)?;
        let target = target_on(vertebra, entry, direction, ap_fraction)?;
        let made = Trajectory::from_entry_and_target(side, Approach::Transpedicular, entry, target, cannula)?;
        made.check(vertebra)?;
        Ok(made)
    }

    /// The same line with a curved tip at its target.
    pub fn with_curve(self, curve: CurvedTip) -> Trajectory {
        Trajectory { curve: Some(curve), ..self }
    }

    /// Where the needle's tip is: the target, or the end of the curved tip.
    pub fn tip(&self) -> Point {
        Path::of_needle(self).end()
    }

    /// From entry to target.
    pub fn segment(&self) -> Segment {
        Segment { start: self.entry, end: self.target }
    }

    /// Unit vector from entry to target.
    pub fn direction(&self) -> Vector {
        self.segment().direction().unwrap_or(-Vector::y())
    }

    /// Angle to the sagittal plane as seen from above (axial view), radians, + towards the midline.
    pub fn convergence_rad(&self) -> f64 {
        angles_of(self.side, &self.direction()).0
    }

    /// Angle to the axial plane as seen from the side (lateral view), radians, + cranial.
    pub fn sagittal_rad(&self) -> f64 {
        angles_of(self.side, &self.direction()).1
    }

    /// Refuses a line that starts on the other side, passes the bone by, or never reaches the body.
    pub fn check(&self, vertebra: &Vertebra) -> Result<(), TrajectoryError> {
        let across = (vertebra.landmarks.canal_centre.x - self.entry.x) * self.side.sign();
        if across > 0.0 {
            return Err(TrajectoryError::WrongSide { side: self.side, by_mm: across });
        }
        let path = Path::of_needle(self);
        let bone_mm = least_along(&path, &vertebra.bone);
        if bone_mm > 0.0 {
            return Err(TrajectoryError::MissesVertebra { side: self.side, by_mm: bone_mm });
        }
        let body_mm = least_along(&path, &vertebra.body);
        if body_mm > 0.0 {
            return Err(TrajectoryError::MissesBody { side: self.side, by_mm: body_mm });
        }
        Ok(())
    }
}

/// Least distance along a path, mm; beyond the grid the way to its box is added to the border's value.
fn least_along(path: &Path, distance: &Field<f32>) -> f64 {
    let length_mm = path.length_mm();
    let steps = (length_mm / STEP_MM).ceil().max(1.0) as usize;
    let grid = distance.grid();
    let at = |i: usize| {
        let (point, _) = path.at(length_mm * i as f64 / steps as f64);
        let beyond = Vector::from([0, 1, 2].map(|axis| {
            let low = grid.origin_mm[axis];
            let high = low + (grid.dims[axis] - 1) as f64 * grid.spacing_mm;
            (low - point[axis]).max(point[axis] - high).max(0.0)
        }));
        distance.sample(&point) + beyond.norm()
    };
    (0..=steps).map(at).fold(f64::INFINITY, f64::min)
}

/// The bone's surface behind a point in bone, against `direction`; `None` where the point is not in bone or no
/// surface comes within 80 mm.
pub(super) fn surface_behind(vertebra: &Vertebra, inside: &Point, direction: &Vector) -> Option<Point> {
    let mut before = vertebra.bone_distance_mm(inside);
    if before >= 0.0 {
        return None;
    }
    for i in 1..=320 {
        let at = inside - direction * (i as f64 * STEP_MM);
        let now = vertebra.bone_distance_mm(&at);
        if now >= 0.0 {
            return Some(at + direction * (STEP_MM * now / (now - before)));
        }
        before = now;
    }
    None
}

/// Convergence and sagittal angle of a direction, radians: the angles of its projections on the axial and sagittal
/// planes, as the two fluoroscopic views show them.
pub fn angles_of(side: Side, direction: &Vector) -> (f64, f64) {
    (units::atan2(-side.sign() * direction.x, -direction.y), units::atan2(direction.z, -direction.y))
}

/// The direction with these angles, forwards; the inverse of [`angles_of`].
///
/// # Errors
/// Angles that are not finite, or of 89° and more.
pub fn direction_from_angles(side: Side, convergence_rad: f64, sagittal_rad: f64) -> Result<Vector, TrajectoryError> {
    for (which, angle_rad) in [("convergence", convergence_rad), ("sagittal angle", sagittal_rad)] {
        if !angle_rad.is_finite() {
            return Err(TrajectoryError::NotFinite(which));
        }
        let angle_deg = units::deg_from_rad(angle_rad);
        if angle_deg.abs() > 89.0 {
            return Err(TrajectoryError::AngleOutOfRange { which, angle_deg });
        }
    }
    let x = -side.sign() * units::tan(convergence_rad);
    Ok(Vector::new(x, -1.0, units::tan(sagittal_rad)).normalize())
}

#[cfg(test)]
#[path = "trajectory_tests.rs"]
mod tests;
