//! L1: points, frames, voxel grids and fields, shapes, random fields of position, iso-surfaces. Knows no anatomy.

pub mod field;
pub mod frame;
pub mod grid;
pub mod iso_surface;
pub mod mesh;
pub mod pieces;
pub mod random;
pub mod random_field;
pub mod redistance;
pub mod shape;

pub use field::Field;
pub use frame::Frame;
pub use grid::{CellIndex, Grid};
pub use random_field::RandomField;

/// A position in mm; the frame is said where it is used.
pub type Point = nalgebra::Point3<f64>;
/// A displacement or direction in mm; the frame is said where it is used.
pub type Vector = nalgebra::Vector3<f64>;
