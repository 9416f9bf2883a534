//! What the tube sends and what matter takes out of it: spectrum, materials, attenuation.

pub mod attenuation;
pub mod composition;
pub mod spectrum;

pub use attenuation::Attenuation;
pub use composition::{Composition, Material};
pub use spectrum::{BINS, Beam, BeamError};
