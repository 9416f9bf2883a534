//! The door in a build with a window.

/// The window could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum NoWindow {
    /// There is nowhere to show it.
    #[error(
        "there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set). \
         `trocar run FILE` works through a scenario without one, and `trocar --help` lists the rest"
    )]
    NoDisplay,
}

/// Opens the simulator, on a scenario if one is given.
pub fn open(_scenario: Option<&std::path::Path>) -> Result<(), NoWindow> {
    Err(NoWindow::NoDisplay)
}
