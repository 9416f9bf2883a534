//! The reference projector: exact paths through voxels and solids, Beer–Lambert bin by bin, rows in parallel.

pub mod column_volume;
mod decay;
mod fan;
mod prefix_sums;
pub mod radiograph;
pub mod scene;
mod smooth;
pub mod solid;
mod tiles;

pub use column_volume::ColumnVolume;
pub use radiograph::{Radiograph, expose};
pub use scene::Scene;
pub use solid::Solid;
