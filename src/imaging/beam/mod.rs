//! What the tube sends and what matter takes out of it: spectrum, materials, attenuation.

pub mod composition;
pub mod spectrum;

pub use composition::{Composition, Material};
pub use spectrum::{BINS, Beam};
