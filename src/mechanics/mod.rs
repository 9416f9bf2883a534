//! L4: what a balloon does to bone: which voxels give way, at what pressure, where the crushed bone goes, what is lifted.

pub mod balloon;
pub mod compaction;
pub mod constants;
pub mod crushing_strength;
pub mod height_course;
pub mod height_data;
pub mod inflation;
pub mod membrane;
pub mod plate;

pub use balloon::inflate;
pub use constants::{BalloonConstants, balloon_constants};
pub use height_course::{HeightCourse, HeightMoment, Moment, Rises, height_course, lost_mm};
pub use inflation::{Inflation, InflationError, InflationPlan, InflationSite, InflationStep, StoppedBy};
pub use plate::{Plate, mobility};
