//! Bevy's side of the window: a camera for the panels, one call a frame, and rest while nothing moves.

use super::front::Front;
use crate::app::desk::{Desk, Screen};
use crate::app::scene::ScenePictures;
use crate::app::scene::model::SceneModels;
use bevy::camera::visibility::RenderLayers;
use bevy::prelude::*;
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::egui::{self, LayerId, Ui, UiBuilder};
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPrimaryContextPass, PrimaryEguiContext};
use std::time::Duration;

/// A window at rest looks this often whether a picture or a run is ready.
const REST: Duration = Duration::from_millis(50);

/// Draws [`Front`] over the window or, where a camera of its own has the primary context, into a picture.
pub struct FrontPlugin;

impl Plugin for FrontPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Startup, set_up).add_systems(EguiPrimaryContextPass, draw).add_systems(Update, rest);
    }
}

fn set_up(
    mut commands: Commands,
    mut settings: ResMut<EguiGlobalSettings>,
    there: Query<(), With<PrimaryEguiContext>>,
) {
    settings.auto_create_primary_context = false;
    if there.is_empty() {
        commands.spawn((Camera2d, RenderLayers::none(), PrimaryEguiContext));
    }
}

fn draw(
    mut contexts: EguiContexts,
    mut front: NonSendMut<Front>,
    mut desk: NonSendMut<Desk>,
    mut models: ResMut<SceneModels>,
    pictures: Res<ScenePictures>,
) -> Result {
    let context: egui::Context = contexts.ctx_mut()?.clone();
    if front.dress(&context, &desk.look) {
        return Ok(());
    }
    let whole = UiBuilder::new().layer_id(LayerId::background()).max_rect(context.viewport_rect());
    let mut ui = Ui::new(context, "window".into(), whole);
    front.draw(&mut ui, &mut desk, &mut models.0, pictures.textures);
    Ok(())
}

/// At the table time runs; elsewhere the window draws when something happens.
fn rest(desk: NonSend<Desk>, front: NonSend<Front>, settings: Option<ResMut<WinitSettings>>) {
    let Some(mut settings) = settings else { return };
    let is_awake = desk.screen == Screen::Operate || front.is_moving();
    let wanted = if is_awake { UpdateMode::Continuous } else { UpdateMode::reactive(REST) };
    if settings.focused_mode != wanted {
        settings.focused_mode = wanted;
        settings.unfocused_mode = wanted;
    }
}
