//! The wall clock, for `compute_s` and nothing else.

use std::time::Instant;

/// Time since it was started.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[allow(clippy::disallowed_methods, reason = "what the computer took; no result depends on it")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Seconds since the start, to a millisecond.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_millis() as f64 / 1000.0
    }
}
