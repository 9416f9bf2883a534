//! Every sample with every arm, on all threads; what comes of it stands in a fixed order.

use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How the caller follows a long calculation, and ends it.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Told the share that is done, 0…1, from any thread.
    pub progress: &'a (dyn Fn(f64) + Sync),
    /// Raised by another thread: the calculation gives up at the next tick.
    pub cancel: Option<&'a AtomicBool>,
}

impl Watch<'_> {
    /// Nobody looks.
    pub const NONE: Watch<'static> = Watch { progress: &|_| {}, cancel: None };

    /// Whether the caller has given up.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}

/// The outcomes by arm, then by sample: `prepare` makes what the arms of a sample share, `run` one of them. `None` when
/// the caller gave up.
pub fn ensemble<P: Sync + Send, T: Send>(
    samples: usize,
    arms: usize,
    prepare: impl Fn(usize) -> P + Sync,
    run: impl Fn(&P, usize) -> T + Sync,
    watch: &Watch,
) -> Option<Vec<Vec<T>>> {
    let done = AtomicUsize::new(0);
    let total = (samples * arms).max(1);
    let by_sample: Vec<Option<Vec<T>>> = (0..samples)
        .into_par_iter()
        .map(|sample| {
            if watch.is_cancelled() {
                return None;
            }
            let shared = prepare(sample);
            let one = |arm: usize| {
                let outcome = run(&shared, arm);
                (watch.progress)((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / total as f64);
                outcome
            };
            Some((0..arms).into_par_iter().map(one).collect())
        })
        .collect();
    if watch.is_cancelled() {
        return None;
    }
    let mut by_arm: Vec<Vec<T>> = (0..arms).map(|_| Vec::with_capacity(samples)).collect();
    for outcomes in by_sample.into_iter().flatten() {
        by_arm.iter_mut().zip(outcomes).for_each(|(arm, outcome)| arm.push(outcome));
    }
    Some(by_arm)
}
