//! The border to Bevy: mm of the vertebra's frame (x left, y back, z up) to cm with y up, and meshes with them.

use super::surface::Surface;
use crate::geometry::{Point, Vector};
use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use bevy::prelude::Vec3;

/// Bevy's units per mm.
pub const PER_MM: f32 = 0.1;

/// A place in Bevy's world.
pub fn place(point: &Point) -> Vec3 {
    turned([point.x as f32, point.y as f32, point.z as f32]) * PER_MM
}

/// A direction in Bevy's world.
pub fn direction(vector: &Vector) -> Vec3 {
    turned([vector.x as f32, vector.y as f32, vector.z as f32])
}

/// A surface as a mesh for the graphics card only.
pub fn mesh(surface: &Surface) -> Mesh {
    let positions: Vec<[f32; 3]> = surface.positions.iter().map(|&p| (turned(p) * PER_MM).to_array()).collect();
    let normals: Vec<[f32; 3]> = surface.normals.iter().map(|&n| turned(n).to_array()).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, surface.colours.clone())
        .with_inserted_indices(Indices::U32(surface.triangles.as_flattened().to_vec()))
}

fn turned([x, y, z]: [f32; 3]) -> Vec3 {
    Vec3::new(x, z, -y)
}
