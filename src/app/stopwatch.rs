//! Seconds on the wall, as the window's frames count them.

/// So many seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Seconds(pub f64);
