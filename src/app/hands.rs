//! Bevy's side of the desk: keys become gestures, frames become time.

use super::desk::{Desk, Screen};
use super::operate::keys::{pressed, released};
use super::stopwatch::Seconds;
use bevy::app::{App, Plugin, PreUpdate, Update};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{NonSendMut, Res};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::time::Time;

/// The desk without a picture: all that a test needs, and all that the window adds to.
pub struct DeskPlugin;

impl Plugin for DeskPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<ButtonInput<KeyCode>>().add_systems(PreUpdate, pass).add_systems(Update, keys.after(pass));
    }
}

fn pass(mut desk: NonSendMut<Desk>, time: Res<Time>) {
    desk.tick(Seconds(time.delta_secs_f64()));
}

/// Keys at the table; while words are typed into a field they are not for the table.
fn keys(mut desk: NonSendMut<Desk>, keys: Res<ButtonInput<KeyCode>>) {
    if desk.screen != Screen::Operate || desk.is_typing {
        return;
    }
    let either = |left, right| keys.pressed(left) || keys.pressed(right);
    let shift = either(KeyCode::ShiftLeft, KeyCode::ShiftRight);
    let control =
        either(KeyCode::ControlLeft, KeyCode::ControlRight) || either(KeyCode::SuperLeft, KeyCode::SuperRight);
    for &code in keys.get_just_pressed() {
        if let Some(key) = pressed(code, shift, control) {
            desk.gesture(key.gesture);
        }
    }
    for &code in keys.get_just_released() {
        if let Some(gesture) = released(code) {
            desk.gesture(gesture);
        }
    }
}
