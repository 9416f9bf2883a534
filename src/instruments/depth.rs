//! How deep each tool goes on one and the same line.

use super::catalogue::depth_rules;
use super::path::{CurvedTip, Path};
use super::trajectory::{Tool, Trajectory, TrajectoryError};
use crate::anatomy::Vertebra;
use crate::geometry::shape::{Capsule, Segment};
use crate::geometry::{Point, Vector};

/// A tool in place (vertebra frame, mm).
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Tip of the tool: of a curved needle the end of its bend.
    pub tip: Point,
    /// Which tool.
    pub tool: Tool,
    /// Radius of its outer surface, mm.
    pub outer_radius_mm: f64,
    /// The channel drilled beyond a working cannula, as wide as the cannula's bore; its round end stops 3–5 mm short
    /// of the anterior cortex. `None` for a needle.
    pub channel: Option<Capsule>,
}

impl Placement {
    /// The axis of the tool from `start`, on the trajectory's line, to its tip; without the channel.
    pub fn path(&self, trajectory: &Trajectory, start: Point) -> Path {
        match self.tool {
            Tool::VertebroplastyNeedle => Path::of_needle(trajectory).begun_at(start),
            Tool::WorkingCannula => Path::straight(start, self.tip, trajectory.direction()),
        }
    }
}

impl Trajectory {
    /// The same with a curved tip whose end, and not whose beginning, stands at the depth that the rules give a needle.
    pub fn with_curve_to_depth(self, vertebra: &Vertebra, curve: CurvedTip) -> Trajectory {
        let landmarks = &vertebra.landmarks;
        let y = landmarks.y_at_ap_fraction_mm(depth_rules().needle_fraction_default);
        let direction = self.direction();
        let bent = self.with_curve(curve);
        let target = bent.target + direction * ((y - bent.tip().y) / direction.y);
        // A bend so long that it would begin behind the entry begins where it did.
        if (target - bent.entry).dot(&direction) > 0.0 { Trajectory { target, ..bent } } else { bent }
    }

    /// The tool where the rules put it: the vertebroplasty needle at the target; the working cannula on the same line
    /// in the posterior quarter to third of the body, never beyond the target, with a channel ahead of it.
    pub fn place(&self, vertebra: &Vertebra, tool: Tool) -> Result<Placement, TrajectoryError> {
        self.check(vertebra)?;
        let outer_radius_mm = self.cannula.outer_radius_mm();
        match tool {
            Tool::VertebroplastyNeedle => Ok(Placement { tip: self.tip(), tool, outer_radius_mm, channel: None }),
            Tool::WorkingCannula => {
                let tip = self.cannula_stop(vertebra);
                let radius_mm = self.cannula.inner_radius_mm();
                let end = channel_end(vertebra, &tip, &self.direction(), radius_mm);
                let channel = Capsule { axis: Segment { start: tip, end }, radius_mm };
                Ok(Placement { tip, tool, outer_radius_mm, channel: Some(channel) })
            }
        }
    }

    fn cannula_stop(&self, vertebra: &Vertebra) -> Point {
        let landmarks = &vertebra.landmarks;
        let wanted = depth_rules().cannula_fraction;
        let (from, to) = (landmarks.ap_fraction(&self.entry), landmarks.ap_fraction(&self.target));
        if to <= wanted { self.target } else { self.segment().at(((wanted - from) / (to - from)).max(0.0)) }
    }
}

/// Where the channel's axis ends: in the front half of the body, where its round end has only the clearance of the
/// rules left to the anterior cortex as the lateral view shows it, or to any nearer wall.
fn channel_end(vertebra: &Vertebra, tip: &Point, direction: &Vector, radius_mm: f64) -> Point {
    const STEP_MM: f64 = 0.1;
    const LONGEST_MM: f64 = 60.0;
    let landmarks = &vertebra.landmarks;
    let clearance = depth_rules().channel_clearance_mm + radius_mm;
    let mut end = *tip;
    for i in 1..=(LONGEST_MM / STEP_MM) as usize {
        let next = tip + direction * (i as f64 * STEP_MM);
        let bone_mm = vertebra.bone_distance_mm(&next);
        let front = landmarks.ap_fraction(&next) > 0.5;
        let too_far =
            bone_mm > 0.0 || front && (bone_mm > -clearance || next.y < landmarks.anterior_wall_y_mm + clearance);
        if too_far {
            break;
        }
        end = next;
    }
    end
}

/// The target on a line from its entry: at the fraction of the body's depth asked for, or at the default of the rules
/// or less deep where less bone than the needle's clearance would be left.
pub(super) fn target_on(
    vertebra: &Vertebra,
    entry: Point,
    direction: Vector,
    ap_fraction: Option<f64>,
) -> Result<Point, TrajectoryError> {
    let landmarks = &vertebra.landmarks;
    let at_fraction =
        |fraction: f64| entry + direction * ((landmarks.y_at_ap_fraction_mm(fraction) - entry.y) / direction.y);
    if let Some(found) = ap_fraction {
        let in_body = (0.0..=1.0).contains(&found);
        return if in_body { Ok(at_fraction(found)) } else { Err(TrajectoryError::DepthOutOfRange { found }) };
    }
    let rules = depth_rules();
    let clearance = |fraction: f64| -vertebra.bone_distance_mm(&at_fraction(fraction));
    let mut fraction = rules.needle_fraction_default;
    let mut best = fraction;
    while clearance(best) < rules.needle_clearance_mm && fraction > rules.needle_fraction_least {
        fraction = (fraction - 0.01).max(rules.needle_fraction_least);
        if clearance(fraction) > clearance(best) {
            best = fraction;
        }
    }
    Ok(at_fraction(best))
}
