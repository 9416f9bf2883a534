//! L3: cannula and balloon catalogue, trajectory, depth of each tool, breach grade and the holes that tools make.

pub mod breach;
pub mod catalogue;
pub mod depth;
pub mod holes;
pub mod report;
pub mod trajectory;
mod walk;

#[cfg(test)]
pub(crate) mod test_vertebra;

pub use breach::{Breach, BreachGrade, Direction};
pub use catalogue::{BalloonDevice, Cannula, UnknownBalloon, UnknownGauge};
pub use depth::Placement;
pub use holes::Hole;
pub use report::{TipPosition, TrajectoryReport};
pub use trajectory::{Approach, PedicleOffsets, Tool, Trajectory, TrajectoryError};
