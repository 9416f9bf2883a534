//! L6: trajectories proposed from the anatomy; the risk of a leak before injecting, and how much cement that allows.

pub mod proposal;
pub mod risk;
pub mod volume_advice;

pub use proposal::propose;
