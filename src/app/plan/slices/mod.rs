//! CT slices of the patient: the three of a scanner and two that follow the needle.

mod overlay;
mod picture;
mod plane;
mod view;
mod views;

pub use overlay::{Overlay, PathEnd};
pub use plane::{Slice, SlicePlane};
pub use view::{SliceEvents, slice_view};
pub use views::SliceViews;
