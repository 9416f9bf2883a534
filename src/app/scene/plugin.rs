//! The plugin: two stages drawn into images, awake only while something changes.

use super::lights::{self, OfStage, StandsAt, aim, shine};
use super::materials::{Glass, Materials, add_glass};
use super::model::SceneModels;
use super::orbit::OrbitCamera;
use super::stage::{Stage, Stores};
use bevy::prelude::*;
use bevy::render::render_resource::TextureFormat;
use bevy_egui::{EguiTextureHandle, EguiUserTextures, egui};

/// Pictures drawn after a change: shaders may still be compiling when a new thing is first shown.
const AWAKE: u32 = 24;
/// Pictures drawn after the camera alone moved.
const AWAKE_MOVED: u32 = 2;
/// Largest edge of a picture, px.
const MOST_PX: u32 = 4096;

/// Draws [`SceneModels`] into [`ScenePictures`].
pub struct ScenePlugin;

/// The stages' pictures, for panels and for portraits.
#[derive(Clone, Debug, Default, Resource)]
pub struct ScenePictures {
    /// The images drawn into.
    pub images: [Handle<Image>; 2],
    /// The same for egui; none before the first update.
    pub textures: [Option<egui::TextureId>; 2],
}

#[derive(Default, Resource)]
struct Stages([Stage; 2]);

/// What each camera last drew, and how many pictures it still draws.
#[derive(Default, Resource)]
struct Drawn([(Option<OrbitCamera>, [u32; 2], u32); 2]);

impl Plugin for ScenePlugin {
    fn build(&self, app: &mut App) {
        add_glass(app);
        app.init_resource::<SceneModels>()
            .init_resource::<ScenePictures>()
            .init_resource::<Stages>()
            .init_resource::<Drawn>()
            .insert_resource(GlobalAmbientLight::NONE)
            .add_systems(Startup, set_up)
            .add_systems(PostUpdate, (follow, look).chain().before(TransformSystems::Propagate));
    }
}

fn set_up(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut standard: ResMut<Assets<StandardMaterial>>,
    mut glass: ResMut<Assets<Glass>>,
    mut pictures: ResMut<ScenePictures>,
    textures: Option<ResMut<EguiUserTextures>>,
) {
    commands.insert_resource(Materials::new(&mut standard, &mut glass));
    let mut textures = textures;
    for stage in 0..2 {
        let image = images.add(Image::new_target_texture(640, 480, TextureFormat::Rgba8UnormSrgb, None));
        let shown = textures.as_mut().map(|all| all.add_image(EguiTextureHandle::Strong(image.clone())));
        pictures.textures[stage] = shown;
        lights::spawn(&mut commands, stage, image.clone(), &mut images, &mut meshes, &mut standard);
        pictures.images[stage] = image;
    }
}

/// Puts on the stages what the models show.
fn follow(
    models: Res<SceneModels>,
    mut stages: ResMut<Stages>,
    mut drawn: ResMut<Drawn>,
    materials: Res<Materials>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut images: ResMut<Assets<Image>>,
    mut standard: ResMut<Assets<StandardMaterial>>,
) {
    for (number, (stage, model)) in stages.0.iter_mut().zip(&models.0).enumerate() {
        let mut stores = Stores {
            commands: &mut commands,
            meshes: &mut meshes,
            images: &mut images,
            standard: &mut standard,
            materials: &materials,
        };
        if stage.follow(number, model, &mut stores) {
            drawn.0[number].2 = AWAKE;
        }
    }
}

/// Aims cameras and lights, fits the pictures' sizes, and lets a stage sleep that has not changed.
fn look(
    models: Res<SceneModels>,
    pictures: Res<ScenePictures>,
    mut drawn: ResMut<Drawn>,
    mut images: ResMut<Assets<Image>>,
    mut cameras: Query<(&OfStage, &mut Camera, &mut Transform, &mut Projection), Without<StandsAt>>,
    mut lights: Query<(&OfStage, &StandsAt, &mut Transform), Without<Camera>>,
) {
    for (of, mut camera, mut transform, mut projection) in &mut cameras {
        let model = &models.0[of.0];
        let (last, last_px, awake) = &mut drawn.0[of.0];
        let size_px = model.size_px.map(|n| n.clamp(1, MOST_PX));
        if *last_px != size_px {
            let [width, height] = size_px;
            let new = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
            if images.insert(&pictures.images[of.0], new).is_ok() {
                *last_px = size_px;
            }
            *awake = (*awake).max(AWAKE);
        }
        if *last != Some(model.camera) {
            let (place, view_rad) = aim(&model.camera);
            *transform = place;
            if let Projection::Perspective(perspective) = projection.as_mut() {
                perspective.fov = view_rad;
            }
            for (_, stands, mut light) in lights.iter_mut().filter(|(stage, ..)| *stage == of) {
                *light = shine(stands, &place);
            }
            *last = Some(model.camera);
            *awake = (*awake).max(AWAKE_MOVED);
        }
        // A stage without a patient draws nothing.
        let draws = *awake > 0;
        if camera.is_active != draws {
            camera.is_active = draws;
        }
        *awake = awake.saturating_sub(1);
    }
}
