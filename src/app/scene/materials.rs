//! What things look made of.

use bevy::asset::embedded_asset;
use bevy::pbr::{Material, MaterialPlugin, StandardMaterial};
use bevy::prelude::*;
use bevy::render::render_resource::AsBindGroup;
use bevy::shader::ShaderRef;

/// Edges bright, faces clear.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug, Default)]
pub struct Glass {}

impl Material for Glass {
    fn fragment_shader() -> ShaderRef {
        "embedded://trocar/app/scene/glass.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Premultiplied
    }
}

/// Registers the glass and its shader.
pub(super) fn add_glass(app: &mut App) {
    embedded_asset!(app, "glass.wgsl");
    app.add_plugins(MaterialPlugin::<Glass>::default());
}

/// One material for everything that looks alike; colours are the corners'.
#[derive(Clone, Debug, Resource)]
pub(super) struct Materials {
    pub bone: Handle<StandardMaterial>,
    pub glass: Handle<Glass>,
    pub vein: Handle<StandardMaterial>,
    pub dura: Handle<StandardMaterial>,
    pub steel: Handle<StandardMaterial>,
    pub grip: Handle<StandardMaterial>,
    pub planned: Handle<StandardMaterial>,
    pub balloon: Handle<StandardMaterial>,
    pub cement: Handle<StandardMaterial>,
    pub leak: Handle<StandardMaterial>,
    pub line: Handle<StandardMaterial>,
}

impl Materials {
    pub fn new(standard: &mut Assets<StandardMaterial>, glass: &mut Assets<Glass>) -> Materials {
        let matt = |roughness: f32, reflectance: f32| StandardMaterial {
            base_color: Color::WHITE,
            perceptual_roughness: roughness,
            reflectance,
            ..default()
        };
        let mut add = |material: StandardMaterial| standard.add(material);
        Materials {
            // A cut bone is seen from inside too.
            bone: add(StandardMaterial { double_sided: true, cull_mode: None, ..matt(0.68, 0.32) }),
            glass: glass.add(Glass::default()),
            vein: add(matt(0.38, 0.45)),
            dura: add(StandardMaterial {
                base_color: Color::WHITE.with_alpha(0.55),
                alpha_mode: AlphaMode::Blend,
                ..matt(0.5, 0.4)
            }),
            steel: add(StandardMaterial { metallic: 0.95, ..matt(0.33, 0.6) }),
            grip: add(matt(0.45, 0.5)),
            planned: add(StandardMaterial {
                base_color: Color::WHITE.with_alpha(0.5),
                alpha_mode: AlphaMode::Blend,
                emissive: LinearRgba::rgb(0.01, 0.09, 0.08),
                ..matt(0.35, 0.5)
            }),
            balloon: add(StandardMaterial {
                base_color: Color::WHITE.with_alpha(0.38),
                alpha_mode: AlphaMode::Blend,
                ..matt(0.15, 0.7)
            }),
            cement: add(StandardMaterial {
                clearcoat: 0.7,
                clearcoat_perceptual_roughness: 0.12,
                emissive: LinearRgba::rgb(0.035, 0.03, 0.022),
                ..matt(0.34, 0.5)
            }),
            leak: add(StandardMaterial { clearcoat: 0.5, clearcoat_perceptual_roughness: 0.15, ..matt(0.36, 0.5) }),
            line: add(StandardMaterial { unlit: true, ..matt(1.0, 0.0) }),
        }
    }
}

/// The material of a cut's face.
pub(super) fn cut_face(picture: Handle<Image>) -> StandardMaterial {
    StandardMaterial {
        base_color: Color::WHITE,
        base_color_texture: Some(picture),
        perceptual_roughness: 0.85,
        reflectance: 0.2,
        alpha_mode: AlphaMode::Mask(0.5),
        double_sided: true,
        cull_mode: None,
        ..default()
    }
}
