//! The window itself: which screen is drawn, what its scene shows, and Bevy about it.

mod dialogs;
mod front;
mod plugin;
mod preparations;
mod scenes;
mod top_bar;

pub use front::Front;
pub use plugin::FrontPlugin;
