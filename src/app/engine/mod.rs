//! The simulation behind the window: an operation on a thread of its own, and its pictures on another.

pub mod darkroom;
mod eye;
pub mod snapshot;
pub mod theatre;

pub use darkroom::{Darkroom, Exposed};
pub use snapshot::Snapshot;
pub use theatre::{Finished, News, Theatre};
