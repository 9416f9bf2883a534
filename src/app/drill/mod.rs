//! The two-view decision at the posterior wall alone, again and again on random patients.

pub mod panel;
pub mod picture;
pub mod question;
pub mod screen;
pub mod tally;

pub use panel::panel;
pub use screen::DrillScreen;
