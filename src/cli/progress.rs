//! How far the work is, with the time left: on a terminal, for whatever runs longer than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Steps of the bar for one run.
const STEPS: u64 = 1000;

/// A bar over a number of runs.
pub struct Progress {
    bar: ProgressBar,
    done: u64,
}

impl Progress {
    /// Over so many runs; `quiet` shows nothing.
    pub fn over(runs: usize, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(STEPS * runs as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent:>3} %  {eta} left") {
            bar.set_style(style);
        }
        if quiet {
            bar.finish();
        }
        Progress { bar, done: 0 }
    }

    /// Does one run; the work tells the fraction it has done.
    pub fn step<T>(&mut self, name: String, work: impl FnOnce(&(dyn Fn(f64) + Sync)) -> T) -> T {
        self.bar.set_message(name);
        let base = self.done * STEPS;
        let bar = &self.bar;
        let tell = move |fraction: f64| {
            // What is over within a second is not worth a bar. The target hides itself where there is no terminal.
            if bar.is_hidden() && !bar.is_finished() && bar.elapsed() > Duration::from_secs(1) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_position(base + (fraction.clamp(0.0, 1.0) * STEPS as f64) as u64);
        };
        let result = work(&tell);
        self.done += 1;
        self.bar.set_position(self.done * STEPS);
        result
    }

    /// Does something that writes to the terminal without spoiling the bar.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
