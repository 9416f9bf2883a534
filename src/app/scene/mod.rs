//! The 3D picture: bone, veins, tools and cement as Bevy entities; meshes are made by plain functions.

pub mod anatomy_meshes;
pub mod axes;
pub mod bone_mesh;
pub mod cement_surface;
pub mod clip;
pub mod model;
pub mod orbit;
pub mod surface;
pub mod tubes;
