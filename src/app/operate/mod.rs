//! The operating room: two monitors, tool, cement, clock.

pub mod aim;
pub mod booking;
mod cement_panel;
pub mod gesture;
mod hear;
pub mod keys;
pub mod monitor;
pub mod panel;
pub mod room;
mod steps;
mod tool_panel;

pub use booking::{Booking, BookingError};
pub use gesture::Gesture;
pub use monitor::Monitor;
pub use room::OperatingRoom;
