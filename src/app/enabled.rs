//! The door in a build with a window.

use super::desk::Desk;
use super::hands::DeskPlugin;
use super::scene::ScenePlugin;
use super::settings::{self, Settings};
use super::window::{Front, FrontPlugin};
use bevy::log::{Level, LogPlugin};
use bevy::prelude::*;
use bevy::window::{PresentMode, WindowResolution};
use bevy_egui::EguiPlugin;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Size of a new window, in points.
const SIZE: [u32; 2] = [1480, 900];

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum NoWindow {
    /// There is nowhere to show it.
    #[error(
        "there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set). \
         `trocar run FILE` works through a scenario without one, and `trocar --help` lists the rest"
    )]
    NoDisplay,
    /// The display, the graphics driver or the program failed.
    #[error(
        "the window failed: {0}. An operation that was under way is kept, and is offered at the next start. \
         `trocar run FILE` works through a scenario without a window, and `trocar --help` lists the rest"
    )]
    Failed(String),
}

/// Opens the simulator, on a scenario if one is given, and comes back when it is closed.
pub fn open(scenario: Option<&Path>) -> Result<(), NoWindow> {
    if !has_display() {
        return Err(NoWindow::NoDisplay);
    }
    let folder = settings::folder();
    let (settings, trouble) = Settings::load(folder.as_deref());
    let mut desk = Desk::new(folder, true);
    (desk.look, desk.trouble) = (settings.look(), trouble);
    desk.pedal_stays = settings.pedal_stays;
    if let Some(path) = scenario {
        desk.open_case(path);
    }
    // A display that does not answer and a missing driver are told as panics by the libraries below.
    let why = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&why);
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        let mut words = heard.lock().unwrap_or_else(PoisonError::into_inner);
        if words.is_empty() {
            *words = panic.payload_as_str().unwrap_or("an unknown reason").trim_end_matches('.').to_owned();
        }
    }));
    let ended = catch_unwind(AssertUnwindSafe(|| run(desk, settings)));
    set_hook(usual);
    let why = why.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match ended {
        Ok(AppExit::Success) => Ok(()),
        Ok(AppExit::Error(code)) => Err(NoWindow::Failed(format!("{why} (code {code})"))),
        Err(_) => Err(NoWindow::Failed(why)),
    }
}

/// On Linux and its like a display says where it is; elsewhere there is always one.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")
}

fn run(desk: Desk, settings: Settings) -> AppExit {
    let [width, height] = SIZE;
    let window = Window {
        title: "Trocar".to_owned(),
        resolution: WindowResolution::new(width, height),
        present_mode: PresentMode::AutoVsync,
        resize_constraints: WindowResizeConstraints { min_width: 960.0, min_height: 620.0, ..default() },
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(DefaultPlugins.set(WindowPlugin { primary_window: Some(window), ..default() }).set(LogPlugin {
        level: Level::ERROR,
        filter: String::new(),
        ..default()
    }))
    .add_plugins(EguiPlugin::default())
    .add_plugins((DeskPlugin, ScenePlugin, FrontPlugin))
    .insert_resource(ClearColor(Color::srgb_u8(0x15, 0x18, 0x1c)))
    .insert_non_send(desk)
    .insert_non_send(Front::new(settings))
    .run()
}
