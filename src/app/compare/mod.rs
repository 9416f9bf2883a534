//! Vertebroplasty and kyphoplasty on one patient, side by side and in step.

pub mod panel;
pub mod screen;

pub use panel::panel;
pub use screen::CompareScreen;
