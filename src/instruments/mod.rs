//! L3: catalogue of tools, trajectory, depth of each tool, the holes that tools make, and the grade of it all.

pub mod balloon_device;
pub mod beside;
pub mod bone_along;
pub mod breach;
pub mod catalogue;
pub mod depth;
pub mod end_zone;
mod extrapedicular;
pub mod grade;
pub mod holes;
pub mod margins;
pub mod other_tools;
pub mod path;
pub mod report;
pub mod rules;
pub mod stand;
pub mod surroundings;
pub mod trajectory;
mod walk;

#[cfg(test)]
pub(crate) mod test_vertebra;

pub use balloon_device::{BalloonDevice, UnknownBalloon};
pub use beside::{Beside, BesideSection, WayToWall};
pub use bone_along::{BoneAlong, BoneSample};
pub use breach::{Breach, BreachGrade, Direction, Wall};
pub use catalogue::{Cannula, UnknownGauge};
pub use depth::Placement;
pub use end_zone::EndZone;
pub use grade::{Grade, grade, grade_among, grade_and_beside};
pub use holes::Hole;
pub use margins::Margins;
pub use other_tools::{BiopsyNeedle, CurvedNeedle, PedicleScrew, RfCannula, Stylet, UnknownCurvedNeedle};
pub use path::{Arc, CurvedTip, Path};
pub use report::{TipPosition, TrajectoryReport};
pub use rules::{Finding, Value, Verdict, trajectory_rules};
pub use surroundings::Surroundings;
pub use trajectory::{Approach, PedicleOffsets, Tool, Trajectory, TrajectoryError};
