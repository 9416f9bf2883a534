//! The door in a build without a window.

/// There is no window to open.
#[derive(Debug, thiserror::Error)]
#[error(
    "this build of trocar has no window: it was made without the feature `viewer`. \
     `trocar run FILE` works through a scenario without one, and `trocar --help` lists the rest"
)]
pub struct NoWindow;

/// Opens the simulator, on a scenario if one is given.
pub fn open(_scenario: Option<&std::path::Path>) -> Result<(), NoWindow> {
    Err(NoWindow)
}
