//! L4: what a balloon does to bone: which voxels give way, at what pressure, and where the crushed bone goes.

pub mod balloon;
pub mod compaction;
pub mod constants;
pub mod crushing_strength;
pub mod inflation;
pub mod membrane;

pub use balloon::inflate;
pub use constants::{BalloonConstants, balloon_constants};
pub use inflation::{Inflation, InflationError, InflationPlan, InflationSite, InflationStep, StoppedBy};
