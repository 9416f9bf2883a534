//! Work off the window's thread: a job with progress that can be cancelled, and a desk where only the latest wish counts.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// What a job holds of its owner: where to tell how far it is, and whether it is still wanted.
#[derive(Clone, Default)]
pub struct Reins {
    share: Arc<AtomicU32>,
    cancelled: Arc<AtomicBool>,
}

impl Reins {
    /// Tells the share done, 0…1, and hears whether to go on.
    pub fn tell(&self, share: f64) -> ControlFlow<()> {
        self.share.store((share as f32).to_bits(), Ordering::Relaxed);
        if self.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// One piece of work on a thread of its own. Dropped, it is cancelled.
pub struct Job<T> {
    reins: Reins,
    answer: Receiver<T>,
}

/// What has become of a job.
#[derive(Debug, PartialEq)]
pub enum Progress<T> {
    /// So much is done.
    Running(f32),
    /// It is done; told once.
    Done(T),
    /// Its thread is gone without an answer, or the answer was taken.
    Gone,
}

impl<T: Send + 'static> Job<T> {
    /// Begins it.
    pub fn start(name: &str, work: impl FnOnce(&Reins) -> T + Send + 'static) -> Job<T> {
        let (sender, answer) = channel();
        let reins = Reins::default();
        let held = reins.clone();
        // Without a thread the sender is gone, and so is the job.
        let _ = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ = sender.send(work(&held));
        });
        Job { reins, answer }
    }

    /// Looks after it.
    pub fn poll(&self) -> Progress<T> {
        match self.answer.try_recv() {
            Ok(answer) => Progress::Done(answer),
            Err(TryRecvError::Empty) => Progress::Running(self.share()),
            Err(TryRecvError::Disconnected) => Progress::Gone,
        }
    }

    /// Share done, 0…1.
    pub fn share(&self) -> f32 {
        f32::from_bits(self.reins.share.load(Ordering::Relaxed))
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.reins.cancelled.store(true, Ordering::Relaxed);
    }
}

/// What lies on the desk.
struct Slot<Q> {
    wish: Option<Q>,
    is_closed: bool,
}

type Tray<Q> = Arc<(Mutex<Slot<Q>>, Condvar)>;

/// A thread that answers the latest wish; an earlier one that it has not begun is forgotten.
pub struct Desk<Q, A> {
    tray: Tray<Q>,
    answers: Receiver<A>,
}

/// What the worker behind a desk answers through.
pub struct Counter<Q, A> {
    tray: Tray<Q>,
    answers: Sender<A>,
}

impl<Q, A> Counter<Q, A> {
    /// Hands over one answer of a wish.
    pub fn answer(&self, answer: A) {
        // A desk that is gone wants none.
        let _ = self.answers.send(answer);
    }

    /// Something else is wanted by now: what is left of this wish can be left.
    pub fn is_superseded(&self) -> bool {
        let slot = self.tray.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.wish.is_some() || slot.is_closed
    }

    fn next(&self) -> Option<Q> {
        let mut slot = self.tray.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if slot.is_closed {
                return None;
            }
            if let Some(wish) = slot.wish.take() {
                return Some(wish);
            }
            slot = self.tray.1.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Desk<Q, A> {
    /// Opens it: `prepare` makes, on the desk's own thread, what `work` needs for every wish.
    pub fn open<S>(
        name: &str,
        prepare: impl FnOnce() -> S + Send + 'static,
        mut work: impl FnMut(&mut S, Q, &Counter<Q, A>) + Send + 'static,
    ) -> Desk<Q, A> {
        let tray: Tray<Q> = Arc::new((Mutex::new(Slot { wish: None, is_closed: false }), Condvar::new()));
        let (sender, answers) = channel();
        let counter = Counter { tray: Arc::clone(&tray), answers: sender };
        // Without a thread no answer will come.
        let _ = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut state = prepare();
            while let Some(wish) = counter.next() {
                work(&mut state, wish, &counter);
            }
        });
        Desk { tray, answers }
    }

    /// Asks for something in place of what was asked before.
    pub fn ask(&self, wish: Q) {
        self.tray.0.lock().unwrap_or_else(PoisonError::into_inner).wish = Some(wish);
        self.tray.1.notify_one();
    }

    /// The next answer that lies ready.
    pub fn take(&self) -> Option<A> {
        self.answers.try_recv().ok()
    }
}

impl<Q, A> Drop for Desk<Q, A> {
    fn drop(&mut self) {
        self.tray.0.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.tray.1.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_job_tells_how_far_it_is_answers_once_and_ends_when_dropped() {
        let job = Job::start("test", |reins| {
            let _ = reins.tell(0.25);
            7
        });
        let answer = loop {
            match job.poll() {
                Progress::Running(_) => std::thread::sleep(Duration::from_millis(1)),
                done => break done,
            }
        };
        assert_eq!((answer, job.share()), (Progress::Done(7), 0.25));
        assert_eq!(job.poll(), Progress::Gone);

        let (ended, has_ended) = channel();
        drop(Job::start("test", move |reins| {
            while reins.tell(0.0).is_continue() {
                std::thread::sleep(Duration::from_millis(1));
            }
            ended.send(()).unwrap();
        }));
        has_ended.recv_timeout(Duration::from_secs(10)).expect("a dropped job goes on");
    }

    #[test]
    fn of_wishes_that_wait_only_the_latest_is_answered() {
        let (begun, has_begun) = channel();
        let (go_on, may_go_on) = channel::<()>();
        let desk = Desk::open(
            "test",
            || 0,
            move |count: &mut i32, wish: i32, counter: &Counter<i32, (i32, i32, bool)>| {
                *count += 1;
                begun.send(()).unwrap();
                may_go_on.recv().unwrap();
                counter.answer((*count, wish, counter.is_superseded()));
            },
        );
        desk.ask(1);
        has_begun.recv().unwrap();
        (2..=5).for_each(|wish| desk.ask(wish));
        go_on.send(()).unwrap();
        has_begun.recv().unwrap();
        go_on.send(()).unwrap();
        let mut answers = Vec::new();
        while answers.len() < 2 {
            answers.extend(desk.take());
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(answers, [(1, 1, true), (2, 5, false)]);
    }
}
