//! One monitor: the last picture of a direction, and whether things have moved since.

use crate::app::engine::{Exposed, Snapshot};
use std::sync::atomic::{AtomicU64, Ordering};

/// What monitors have shown so far, in all rooms.
static SHOWN: AtomicU64 = AtomicU64::new(0);

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
    /// Another for every picture of every room, for whoever keeps a texture of it.
    pub version: u64,
    /// Tick at which tools or cement last moved.
    moved_tick: u64,
}

impl Monitor {
    /// Dark.
    pub fn new(direction: Direction) -> Monitor {
        Monitor { direction, shown: None, version: next_version(), moved_tick: 0 }
    }

    /// A picture comes up.
    pub fn show(&mut self, picture: Exposed) {
        self.shown = Some(picture);
        self.version = next_version();
    }

    /// Tools or cement moved at a tick.
    pub fn moved(&mut self, tick: u64) {
        self.moved_tick = self.moved_tick.max(tick);
    }

    /// Goes dark and forgets.
    pub fn clear(&mut self) {
        (self.shown, self.moved_tick) = (None, 0);
        self.version = next_version();
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

fn next_version() -> u64 {
    SHOWN.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_two_rooms_are_told_apart() {
        let [mut first, mut second] = [Direction::Ap; 2].map(Monitor::new);
        let dark = [first.version, second.version];
        first.clear();
        second.clear();
        let mut all = [dark, [first.version, second.version]].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4, "{all:?}: one room's texture would be shown in the other");
    }
}
