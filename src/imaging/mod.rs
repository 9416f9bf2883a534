//! L4: where the C-arm stands and what its diverging beam throws where: projection geometry without the image.

pub mod angulation;
pub mod c_arm;
pub mod outlines;
pub mod pedicle_section;
pub mod projection;
pub mod views;

pub use angulation::Angulation;
pub use c_arm::{CArm, ViewError};
pub use outlines::Outlines;
pub use pedicle_section::{OvalPosition, PedicleSection, Quadrant};
pub use projection::{Projection, Ray, Shadow};
pub use views::{OffTrue, ViewKind, off_true, true_view, turned_view, view_along};
