//! L6: trajectories proposed from the anatomy.

pub mod proposal;

pub use proposal::{Proposals, Request, Sides, propose};
