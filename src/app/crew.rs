//! Threads of the window's own: what a frame draws is not made to wait behind work in the background.

use std::sync::LazyLock;

static CREW: LazyLock<Option<rayon::ThreadPool>> = LazyLock::new(|| {
    let crew = rayon::ThreadPoolBuilder::new().thread_name(|i| format!("window {i}"));
    crew.build().ok()
});

/// Does work whose parallel parts are shared out among these threads, and comes back with it.
pub fn at_once<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match CREW.as_ref() {
        Some(crew) => crew.install(work),
        // Without threads of its own it shares those of the rest.
        None => work(),
    }
}
