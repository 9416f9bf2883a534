//! L4: what loads do to bone. Balloons: which voxels give way, at what pressure, where the crushed bone goes, and what they
//! lift. The body between its endplates: stiffness and strength, with cement and without.
//!
//! `plate` (what holds an endplate down), `height_course` (heights at five moments); `body_model` (voxels and their moduli,
//! by `trabecular_modulus`, `crushed_modulus`, `surface_layer`, `cement_composite`), `body_load` (the tests), `failure_strain` and
//! `endplate_pressure` (what is read off them).

pub mod balloon;
pub mod body_load;
pub mod body_model;
#[cfg(test)]
mod body_tests;
pub mod cement_composite;
pub mod compaction;
pub mod constants;
pub mod crushed_modulus;
pub mod crushing_strength;
pub mod endplate_pressure;
pub mod failure_strain;
pub mod height_course;
pub mod height_data;
pub mod inflation;
pub mod membrane;
pub mod plate;
pub mod strength_constants;
pub mod surface_layer;
pub mod trabecular_modulus;

pub use balloon::inflate;
pub use body_load::{BodyLoad, Load, load_body};
pub use body_model::{BodyInput, BodyModel, StrengthError, body_grid, body_model};
pub use constants::{BalloonConstants, balloon_constants};
pub use crushed_modulus::crushed_modulus_factor;
pub use endplate_pressure::EndplatePressure;
pub use height_course::{HeightCourse, HeightMoment, Moment, Rises, greatest_rise_mm, height_course};
pub use inflation::{Inflation, InflationError, InflationPlan, InflationSite, InflationStep, StoppedBy};
pub use plate::{Plate, mobility};
pub use strength_constants::{StrengthConstants, strength_constants};
