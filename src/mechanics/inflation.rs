//! An inflation: where it happens, what is planned, what comes of it, and what is refused.

use super::plate::Plate;
use crate::geometry::{CellIndex, Field, Point, Vector};
use crate::instruments::BalloonDevice;
use serde::{Deserialize, Serialize};

/// Where the balloon stands, on one grid.
#[derive(Clone, Copy, Debug)]
pub struct InflationSite<'a> {
    /// Bone volume fraction (BV/TV), 0…1.
    pub bone_volume_fraction: &'a Field<f64>,
    /// True for cells of the body that may be invaded or take crushed bone.
    pub active: &'a Field<bool>,
    /// Depth inside the bone's surface, mm, positive inside.
    pub wall_distance_mm: &'a Field<f64>,
    /// Middle between the balloon's markers.
    pub centre: Point,
    /// Unit vector along the cannula.
    pub axis: Vector,
    /// The drilled channel; its cells offer no resistance. Bone still in them is packed like any other.
    pub initially_empty: &'a [CellIndex],
    /// The endplate that can be lifted, if any.
    pub plate: Option<Plate<'a>>,
}

/// The device and where to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct InflationPlan {
    /// Nominal length of the balloon, mm.
    pub length_mm: f64,
    /// Own pressure of the device: (volume mm³, pressure Pa), rising.
    pub own_pressure: Vec<(f64, f64)>,
    /// Pressure at which the device bursts, Pa.
    pub burst_pressure_pa: f64,
    /// Volume at which the device bursts, mm³.
    pub burst_volume_mm3: f64,
    /// Volume wanted, mm³.
    pub target_volume_mm3: f64,
    /// Pressure at which the operator stops, Pa.
    pub pressure_limit_pa: f64,
    /// As near as this to the bone's surface the balloon does not come, mm: it lies against the wall.
    pub wall_stop_mm: f64,
    /// The operator stops when more of the balloon lies against walls, mm².
    pub wall_contact_mm2: f64,
}

impl InflationPlan {
    /// With a device of the catalogue.
    pub fn with_device(
        device: &BalloonDevice,
        target_volume_mm3: f64,
        pressure_limit_pa: f64,
        [wall_stop_mm, wall_contact_mm2]: [f64; 2],
    ) -> InflationPlan {
        InflationPlan {
            length_mm: device.length_mm,
            own_pressure: device.own_pressure.clone(),
            burst_pressure_pa: device.burst_pressure_pa,
            burst_volume_mm3: device.burst_volume_mm3,
            target_volume_mm3,
            pressure_limit_pa,
            wall_stop_mm,
            wall_contact_mm2,
        }
    }
}

/// Why the inflation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoppedBy {
    /// The volume wanted was reached.
    Volume,
    /// The next voxel would have taken more than the pressure limit.
    Pressure,
    /// So much of it lies against the bone's surface, or no voxel is left.
    Wall,
    /// The lost height is regained.
    Height,
    /// The device gave way.
    Burst,
}

impl StoppedBy {
    /// "volume", "pressure", "wall", "height" or "burst".
    pub fn name(self) -> &'static str {
        match self {
            StoppedBy::Volume => "volume",
            StoppedBy::Pressure => "pressure",
            StoppedBy::Wall => "wall",
            StoppedBy::Height => "height",
            StoppedBy::Burst => "burst",
        }
    }
}

/// Gauge reading at a volume.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InflationStep {
    /// Balloon volume, mm³.
    pub volume_mm3: f64,
    /// Gauge pressure, Pa.
    pub pressure_pa: f64,
}

/// The balloon up, and the cavity it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Inflation {
    /// Cells of the cavity after deflation, in the order of invasion (connected through faces, as every prefix is).
    pub cavity: Vec<CellIndex>,
    /// BV/TV afterwards: zero in the cavity, packed around it, the same sum as before.
    pub bone_volume_fraction_after: Field<f64>,
    /// Gauge readings about every 50 mm³ and at the end; never falling.
    pub trace: Vec<InflationStep>,
    /// Highest gauge reading, Pa.
    pub peak_pressure_pa: f64,
    /// Volume of the cavity after deflation, mm³: the balloon's less the recoil, to within half a voxel.
    pub cavity_mm3: f64,
    /// Volume of the balloon when it was fullest, mm³: of the voxels it took, and of the plate's rise over it.
    pub balloon_volume_mm3: f64,
    /// Marrow driven out by the fullest balloon, mm³: its volume, less the pores of the channel that was empty before.
    pub displaced_marrow_mm3: f64,
    /// How far the endplate is up, at the place that rises most, mm.
    pub rise_mm: f64,
    /// What the balloon lifts with, counted at that place, N.
    pub thrust_n: f64,
    /// Why it ended.
    pub stopped_by: StoppedBy,
}

/// An inflation that can't be done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InflationError {
    /// The site's fields are on different grids.
    #[error("the fields of the balloon's site are on different grids")]
    GridsDiffer,
    /// A number of site or plan that makes no sense.
    #[error("the balloon's {what} is {found}; it has to be {allowed}")]
    BadNumber {
        /// Which number.
        what: &'static str,
        /// What it is.
        found: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The centre is not in bone that may be invaded.
    #[error("the balloon's centre ({x:.1}, {y:.1}, {z:.1}) mm is not inside the vertebral body")]
    CentreOutside {
        /// Centre, mm.
        x: f64,
        /// Centre, mm.
        y: f64,
        /// Centre, mm.
        z: f64,
    },
    /// The bone around the cavity can't take the crushed bone.
    #[error("{left_mm3:.1} mm³ of crushed bone find no room around the cavity")]
    NoRoom {
        /// Solid bone left over, mm³.
        left_mm3: f64,
    },
}

/// The cell of the balloon's centre, if site and plan make sense.
pub(super) fn checked_start(site: &InflationSite, plan: &InflationPlan) -> Result<CellIndex, InflationError> {
    let grid = site.bone_volume_fraction.grid();
    if site.active.grid() != grid || site.wall_distance_mm.grid() != grid {
        return Err(InflationError::GridsDiffer);
    }
    let positive = [
        ("length", plan.length_mm),
        ("volume", plan.target_volume_mm3),
        ("pressure limit", plan.pressure_limit_pa),
        ("burst pressure", plan.burst_pressure_pa),
        ("burst volume", plan.burst_volume_mm3),
    ];
    for (what, found) in positive {
        if !(found > 0.0 && found.is_finite()) {
            return Err(InflationError::BadNumber { what, found, allowed: "greater than zero and finite" });
        }
    }
    for (what, found) in
        [("distance from the wall", plan.wall_stop_mm), ("contact with the wall", plan.wall_contact_mm2)]
    {
        if !(found >= 0.0 && found.is_finite()) {
            return Err(InflationError::BadNumber { what, found, allowed: "zero or more" });
        }
    }
    let axis_length = site.axis.norm();
    if axis_length.is_nan() || (axis_length - 1.0).abs() > 1e-6 {
        return Err(InflationError::BadNumber {
            what: "axis length",
            found: axis_length,
            allowed: "1 (a unit vector)",
        });
    }
    let outside = site.bone_volume_fraction.values().iter().find(|fraction| !(**fraction >= 0.0 && **fraction <= 1.0));
    if let Some(&found) = outside {
        return Err(InflationError::BadNumber { what: "bone volume fraction", found, allowed: "between 0 and 1" });
    }
    let Point { coords } = site.centre;
    grid.cell_of(&site.centre).filter(|&cell| site.active[cell]).ok_or(InflationError::CentreOutside {
        x: coords.x,
        y: coords.y,
        z: coords.z,
    })
}
