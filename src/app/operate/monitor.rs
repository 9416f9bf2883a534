//! One monitor: the last picture of a direction, and whether things have moved since.

use crate::app::engine::{Exposed, Snapshot};

/// AP or lateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From in front to behind.
    Ap,
    /// From side to side.
    Lateral,
}

/// A monitor. It shows what was shot, until the next picture.
#[derive(Debug)]
pub struct Monitor {
    /// Which.
    pub direction: Direction,
    /// The last picture.
    pub shown: Option<Exposed>,
    /// Goes up with every picture, for whoever keeps a texture of it.
    pub version: u64,
    /// Tick at which tools or cement last moved.
    moved_tick: u64,
}

impl Monitor {
    /// Dark.
    pub fn new(direction: Direction) -> Monitor {
        Monitor { direction, shown: None, version: 0, moved_tick: 0 }
    }

    /// A picture comes up.
    pub fn show(&mut self, picture: Exposed) {
        self.shown = Some(picture);
        self.version += 1;
    }

    /// Tools or cement moved at a tick.
    pub fn moved(&mut self, tick: u64) {
        self.moved_tick = self.moved_tick.max(tick);
    }

    /// Goes dark and forgets.
    pub fn clear(&mut self) {
        (self.shown, self.moved_tick) = (None, 0);
        self.version += 1;
    }

    /// What the picture shows is no longer so.
    pub fn is_stale(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.tick < self.moved_tick)
    }

    /// Seconds since the picture.
    pub fn age_s(&self, now: &Snapshot) -> Option<f64> {
        let shown = self.shown.as_ref()?;
        Some(now.tick.saturating_sub(shown.tick) as f64 * crate::procedure::injection::TICK_S)
    }
}
