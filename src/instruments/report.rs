//! What is told about one trajectory with one tool on it.

use super::breach::{Breach, breach_and_margin};
use super::depth::Placement;
use super::holes::{Hole, holes};
use super::trajectory::{Tool, Trajectory, TrajectoryError};
use super::walk::{Station, stations};
use crate::anatomy::{Landmarks, Vertebra};
use crate::geometry::Point;
use serde::{Deserialize, Serialize};

/// Where a tip stands in the body.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TipPosition {
    /// 0 at the posterior wall, 1 at the anterior cortex.
    pub ap_fraction: f64,
    /// 0 at the right border, 1 at the left.
    pub lateral_fraction: f64,
    /// 0 at the lower endplate, 1 at the upper.
    pub height_fraction: f64,
}

impl TipPosition {
    /// Of a point in the vertebra's frame.
    pub fn of(landmarks: &Landmarks, tip: &Point) -> TipPosition {
        TipPosition {
            ap_fraction: landmarks.ap_fraction(tip),
            lateral_fraction: landmarks.lateral_fraction(tip),
            height_fraction: landmarks.height_fraction(tip),
        }
    }
}

/// Geometry, breach and holes of a tool on its trajectory (vertebra frame, mm, radians).
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoryReport {
    /// Angle to the sagittal plane in the axial view, radians, + towards the midline.
    pub convergence_rad: f64,
    /// Angle to the axial plane in the lateral view, radians, + cranial.
    pub sagittal_rad: f64,
    /// From the planned entry to the tip along the tool's axis, mm.
    pub length_mm: f64,
    /// The tool in place.
    pub placement: Placement,
    /// Breach of the tool's outer surface, the channel's included.
    pub breach: Breach,
    /// Least bone between the outer surface and the bone's surface after the entry, mm; negative with a breach. Of an
    /// extrapedicular trajectory the lateral side does not count.
    pub margin_mm: f64,
    /// Where the tip stands.
    pub tip: TipPosition,
    /// Holes made, the entry among them.
    pub holes: Vec<Hole>,
}

impl Trajectory {
    /// Places a tool and reports on it; refuses a trajectory that misses the vertebra.
    pub fn report(&self, vertebra: &Vertebra, tool: Tool) -> Result<TrajectoryReport, TrajectoryError> {
        self.report_and_stations(vertebra, tool).map(|(report, _)| report)
    }

    /// The report and the sections that it rests on.
    pub(super) fn report_and_stations(
        &self,
        vertebra: &Vertebra,
        tool: Tool,
    ) -> Result<(TrajectoryReport, Vec<Station>), TrajectoryError> {
        let placement = self.place(vertebra, tool)?;
        let stations = stations(vertebra, self, &placement);
        let (breach, margin_mm) = breach_and_margin(&stations, self.approach);
        let report = TrajectoryReport {
            convergence_rad: self.convergence_rad(),
            sagittal_rad: self.sagittal_rad(),
            length_mm: placement.path(self, self.entry).length_mm(),
            breach,
            margin_mm,
            tip: TipPosition::of(&vertebra.landmarks, &placement.tip),
            holes: holes(vertebra, &stations),
            placement,
        };
        Ok((report, stations))
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
