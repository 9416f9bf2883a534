//! L8: the window. `open` is its door; in a build without the feature `viewer` it says so.

#[cfg(not(feature = "viewer"))]
mod disabled;
#[cfg(feature = "viewer")]
mod enabled;

#[cfg(feature = "viewer")]
pub mod autosave;
#[cfg(feature = "viewer")]
pub mod cases;
#[cfg(feature = "viewer")]
pub mod compare;
#[cfg(feature = "viewer")]
mod crew;
#[cfg(feature = "viewer")]
pub mod debrief;
#[cfg(feature = "viewer")]
pub mod desk;
#[cfg(feature = "viewer")]
pub mod drill;
#[cfg(feature = "viewer")]
pub mod engine;
#[cfg(feature = "viewer")]
pub mod hands;
#[cfg(feature = "viewer")]
pub mod looks;
#[cfg(feature = "viewer")]
pub mod operate;
#[cfg(feature = "viewer")]
pub mod plan;
#[cfg(feature = "viewer")]
pub mod scene;
#[cfg(feature = "viewer")]
pub mod settings;
#[cfg(feature = "viewer")]
pub mod settings_panel;
#[cfg(feature = "viewer")]
pub mod stopwatch;
#[cfg(feature = "viewer")]
pub mod window;

#[cfg(not(feature = "viewer"))]
pub use disabled::open;
#[cfg(feature = "viewer")]
pub use enabled::open;
