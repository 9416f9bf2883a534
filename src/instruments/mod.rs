//! L3: cannula and balloon catalogue, trajectory, depth of each tool, breach grade and the holes that tools make.

pub mod balloon_device;
pub mod breach;
pub mod catalogue;
pub mod depth;
pub mod extrapedicular;
pub mod holes;
pub mod other_tools;
pub mod path;
pub mod report;
pub mod trajectory;
mod walk;

#[cfg(test)]
pub(crate) mod test_vertebra;

pub use balloon_device::{BalloonDevice, UnknownBalloon};
pub use breach::{Breach, BreachGrade, Direction};
pub use catalogue::{Cannula, UnknownGauge};
pub use depth::Placement;
pub use holes::Hole;
pub use other_tools::{BiopsyNeedle, CurvedNeedle, PedicleScrew, RfCannula, Stylet, UnknownCurvedNeedle};
pub use path::{Arc, CurvedTip, Path};
pub use report::{TipPosition, TrajectoryReport};
pub use trajectory::{Approach, PedicleOffsets, Tool, Trajectory, TrajectoryError};
