//! Light and camera of a stage: a warm key from the viewer's left, a cool rim from behind, little else; a dark ground.

use super::axes;
use super::orbit::OrbitCamera;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Exposure, RenderTarget};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::light::{CascadeShadowConfigBuilder, EnvironmentMapLight};
use bevy::prelude::*;

/// Where a light stands against the camera: to its right, up, and behind it (+) or in front.
#[derive(Clone, Copy, Component, Debug)]
pub(super) struct StandsAt(Vec3);

/// The stage that something belongs to.
#[derive(Clone, Copy, Component, Debug, PartialEq, Eq)]
pub(super) struct OfStage(pub usize);

/// Things of a stage are on a layer of their own.
pub(super) fn layer(stage: usize) -> RenderLayers {
    RenderLayers::layer(stage + 1)
}

/// A stage's camera, which draws into `picture`, its lights and its ground.
pub(super) fn spawn(
    commands: &mut Commands,
    stage: usize,
    picture: Handle<Image>,
    images: &mut Assets<Image>,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
) {
    let sky = EnvironmentMapLight {
        intensity: 950.0,
        ..EnvironmentMapLight::hemispherical_gradient(
            images,
            Color::srgb(0.80, 0.84, 0.92),
            Color::srgb(0.34, 0.36, 0.40),
            Color::srgb(0.20, 0.16, 0.14),
        )
    };
    let camera = commands
        .spawn((
            Camera3d::default(),
            Camera {
                order: -10 - stage as isize,
                clear_color: ClearColorConfig::Custom(Color::srgb_u8(0x0f, 0x12, 0x15)),
                ..default()
            },
            RenderTarget::Image(picture.into()),
            Projection::Perspective(PerspectiveProjection { near: 0.5, far: 400.0, ..default() }),
            Tonemapping::KhronosPbrNeutral,
            DebandDither::Enabled,
            Exposure::default(),
            sky,
            layer(stage),
            OfStage(stage),
        ))
        .id();
    let ground = commands
        .spawn((
            Mesh3d(meshes.add(ground())),
            MeshMaterial3d(materials.add(StandardMaterial { unlit: true, ..default() })),
            Transform::from_xyz(0.0, 0.0, -300.0),
            layer(stage),
        ))
        .id();
    commands.entity(camera).add_child(ground);
    let lights = [
        (Vec3::new(-0.75, 0.95, 0.85), Color::srgb(1.0, 0.955, 0.88), 6200.0, true),
        (Vec3::new(0.85, 0.55, -0.95), Color::srgb(0.62, 0.78, 1.0), 5200.0, false),
        (Vec3::new(0.9, -0.25, 0.7), Color::srgb(0.80, 0.88, 1.0), 900.0, false),
    ];
    for (place, color, illuminance, shadow_maps_enabled) in lights {
        commands.spawn((
            DirectionalLight { color, illuminance, shadow_maps_enabled, ..default() },
            CascadeShadowConfigBuilder { num_cascades: 1, minimum_distance: 1.0, maximum_distance: 60.0, ..default() }
                .build(),
            StandsAt(place),
            layer(stage),
            OfStage(stage),
        ));
    }
}

/// The camera's place, and its projection.
pub(super) fn aim(camera: &OrbitCamera) -> (Transform, f32) {
    let (eye, target) = (axes::place(&camera.eye()), axes::place(&camera.target));
    (Transform::from_translation(eye).looking_at(target, axes::direction(&camera.up())), camera.view_rad() as f32)
}

/// A light's direction, which goes with the camera so that what is looked at is always well lit.
pub(super) fn shine(light: &StandsAt, camera: &Transform) -> Transform {
    let from = camera.rotation * light.0;
    Transform::from_translation(from).looking_at(Vec3::ZERO, camera.rotation * Vec3::Y)
}

/// A disc behind everything, a little lighter in the middle.
fn ground() -> Mesh {
    use bevy::asset::RenderAssetUsages;
    use bevy::mesh::{Indices, PrimitiveTopology};
    const SIDES: u32 = 48;
    let shade = |hex: [u8; 3]| super::surface::linear(hex);
    let circles = [
        (0.0, [0x27, 0x2d, 0x34]),
        (55.0, [0x1e, 0x23, 0x29]),
        (110.0, [0x13, 0x16, 0x1a]),
        (400.0, [0x0f, 0x12, 0x15]),
    ];
    let (mut positions, mut colours, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for (radius, hex) in circles {
        for i in 0..SIDES {
            let angle = std::f32::consts::TAU * i as f32 / SIDES as f32;
            positions.push([radius * angle.cos(), radius * angle.sin(), 0.0]);
            colours.push(shade(hex));
        }
    }
    for circle in 0..circles.len() as u32 - 1 {
        for i in 0..SIDES {
            let next = (i + 1) % SIDES;
            let [a, b, c, d] =
                [circle * SIDES + i, circle * SIDES + next, (circle + 1) * SIDES + next, (circle + 1) * SIDES + i];
            indices.extend([a, c, b, a, d, c]);
        }
    }
    let normals = vec![[0.0, 0.0, 1.0]; positions.len()];
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
        .with_inserted_indices(Indices::U32(indices))
}
