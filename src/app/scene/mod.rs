//! The 3D picture: bone, veins, tools and cement as Bevy entities; meshes are made by plain functions.

pub mod anatomy_meshes;
pub mod axes;
pub mod bone_mesh;
pub mod cement_surface;
pub mod clip;
mod lights;
mod materials;
pub mod model;
pub mod orbit;
mod plugin;
mod sculptor;
mod stage;
pub mod surface;
pub mod tool_mesh;
pub mod tubes;
mod view;

pub use plugin::{ScenePictures, ScenePlugin};
pub use sculptor::Sculptor;
pub use view::view_3d;
