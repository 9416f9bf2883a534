//! L4: fluoroscopy: where the C-arm stands, what its beam passes, what the detector makes of it, at what dose.

pub mod angulation;
pub mod beam;
pub mod c_arm;
mod catmull_rom;
mod coarse;
pub mod collimation;
pub mod detector;
pub mod dose;
pub mod image;
pub mod outlines;
pub mod pedicle_section;
pub mod picture;
pub mod projection;
pub mod projector;
pub mod set_up;
pub mod sidecar;
pub mod signs;
pub mod surroundings;
pub mod table;
pub mod views;
pub mod visibility;

pub use angulation::Angulation;
pub use c_arm::{CArm, ViewError};
pub use collimation::{Collimation, CollimationError};
pub use detector::{ShotKey, Signal, read_out};
pub use dose::{DoseLevel, DoseTally, Exposure};
pub use image::{Bits, ImageError, encode_png};
pub use outlines::Outlines;
pub use pedicle_section::{OvalPosition, PedicleSection, Quadrant};
pub use picture::{Marks, Picture, Polarity, Window, WindowError, display, strip};
pub use projection::{Projection, Ray, Shadow};
pub use set_up::SetUp;
pub use sidecar::Sidecar;
pub use signs::{ApSigns, LateralSigns};
pub use surroundings::Surroundings;
pub use views::{OffTrue, ViewKind, off_true, true_view, turned_view, view_along};
