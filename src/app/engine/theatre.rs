//! An operation on a thread of its own: it is told what to do and how much time passes, and sends back what it came to.
//!
//! Orders are carried out strictly one after the other, so the same orders give the same operation, however fast the
//! machine is. The window asks for no more time than it has been given back: a slow machine makes time pass more slowly.

use super::eye::Eye;
use super::snapshot::Snapshot;
use crate::anatomy::Patient;
use crate::cement::flow::FlowError;
use crate::procedure::action::{Action, TimedAction, View};
use crate::procedure::fluoroscopy::{Fluoroscopy, Shot};
use crate::procedure::operation::{Operation, OperationError};
use crate::procedure::record::SeriesRow;
use crate::procedure::{Outcome, Plan};
use crate::scenario::headless::concluded;
use crate::scenario::{RunSettings, Scenario};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

/// What the thread is told.
enum Order {
    Pass(u64),
    Do(Action),
    /// Bring a C-arm to a view and take a picture as soon as it stands there.
    Look(View),
    /// Say what it came to.
    Conclude,
    /// Back to just before the action of this number.
    Rewind(usize),
}

/// What it tells.
#[derive(Debug)]
pub enum News {
    /// The present state.
    Now(Box<Snapshot>),
    /// An action took effect.
    Acted(TimedAction),
    /// An action made no sense.
    Refused {
        /// Which.
        action: Action,
        /// Why.
        because: String,
    },
    /// A picture was taken.
    Taken(Shot),
    /// The bone gives marrow no way out: the hand came off by itself.
    NoOutlet,
    /// The last action was undone; so many are left.
    Rewound(usize),
    /// What the operation came to.
    Over(Box<Finished>),
    /// The simulation cannot go on.
    Failed(String),
}

/// What an operation leaves behind.
#[derive(Debug)]
pub struct Finished {
    /// Figures.
    pub outcome: Outcome,
    /// Everything that was done.
    pub actions: Vec<TimedAction>,
    /// Ticks in all.
    pub ticks: u64,
    /// All pictures.
    pub shots: Vec<Shot>,
    /// The injection over time.
    pub series: Vec<SeriesRow>,
}

/// The operation's handle in the window.
pub struct Theatre {
    orders: Option<Sender<Order>>,
    news: Receiver<News>,
    passed: Arc<AtomicU64>,
    asked: u64,
    leave: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Theatre {
    /// Begins an operation, after the actions of an earlier session if there are any.
    pub fn open(
        scenario: Arc<Scenario>,
        patient: Arc<Patient>,
        settings: RunSettings,
        plan: Plan,
        begun: Vec<TimedAction>,
        begun_ticks: u64,
    ) -> Theatre {
        let (orders, inbox) = channel();
        let (outbox, news) = channel();
        let (passed, leave) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (passed_there, leave_there) = (Arc::clone(&passed), Arc::clone(&leave));
        let stage =
            Stage { scenario, patient, settings, plan, inbox, outbox, passed: passed_there, leave: leave_there };
        let thread = std::thread::spawn(move || stage.play(begun, begun_ticks));
        Theatre { orders: Some(orders), news, passed, asked: 0, leave, thread: Some(thread) }
    }

    /// Does something, after all that was asked before.
    pub fn act(&mut self, action: Action) {
        self.send(Order::Do(action));
    }

    /// Brings a C-arm to a view and takes a picture as soon as it stands there; what is waiting for a picture comes first.
    pub fn look(&mut self, view: View) {
        self.send(Order::Look(view));
    }

    /// Asks what it came to: [`News::Over`].
    pub fn conclude(&mut self) {
        self.send(Order::Conclude);
    }

    /// Lets time pass.
    pub fn pass(&mut self, ticks: u64) {
        if ticks > 0 {
            self.asked += ticks;
            self.send(Order::Pass(ticks));
        }
    }

    /// Undoes the last action and all that came after it; `kept` actions stay.
    pub fn rewind(&mut self, kept: usize) {
        self.send(Order::Rewind(kept));
    }

    /// Ticks asked for so far.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Ticks asked for that have not passed yet.
    pub fn behind(&self) -> u64 {
        self.asked.saturating_sub(self.passed.load(Ordering::Acquire))
    }

    /// The next piece of news, if there is one.
    pub fn news(&mut self) -> Option<News> {
        self.news.try_recv().ok()
    }

    /// The next piece of news, waited for; `None` when there will be no more.
    pub fn wait(&mut self) -> Option<News> {
        self.news.recv().ok()
    }

    fn send(&mut self, order: Order) {
        if let Some(orders) = &self.orders {
            // A thread that has gone has said why in its last news.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Theatre {
    fn drop(&mut self) {
        self.leave.store(true, Ordering::Release);
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's own things.
struct Stage {
    scenario: Arc<Scenario>,
    patient: Arc<Patient>,
    settings: RunSettings,
    plan: Plan,
    inbox: Receiver<Order>,
    outbox: Sender<News>,
    passed: Arc<AtomicU64>,
    leave: Arc<AtomicBool>,
}

/// Why the stage is left.
enum Exit {
    Closed,
    Rewind { actions: Vec<TimedAction>, ticks: u64 },
}

impl Stage {
    fn play(self, begun: Vec<TimedAction>, begun_ticks: u64) {
        let (mut actions, mut ticks) = (begun, begun_ticks);
        let mut rewound = false;
        loop {
            let mut operation = Operation::new(&self.patient, &self.plan);
            let leave =
                || if self.leave.load(Ordering::Acquire) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            match operation.replay(&actions, ticks, &mut |_| leave()) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return,
                Err(error) => return self.tell(News::Failed(error.to_string())),
            }
            if rewound {
                self.tell(News::Rewound(actions.len()));
            }
            match self.perform(&mut operation) {
                Exit::Closed => return,
                Exit::Rewind { actions: kept, ticks: at } => (actions, ticks, rewound) = (kept, at, true),
            }
        }
    }

    fn perform(&self, operation: &mut Operation) -> Exit {
        let mut eye = Eye::new(&self.plan.trajectories);
        for shot in operation.fluoroscopy_so_far().map_or(&[][..], |arms| arms.shots()) {
            self.tell(News::Taken(shot.clone()));
        }
        self.show(operation, &mut eye);
        let mut due = VecDeque::new();
        loop {
            let order = match self.inbox.try_recv() {
                Ok(order) => order,
                Err(TryRecvError::Disconnected) => return Exit::Closed,
                Err(TryRecvError::Empty) => {
                    self.show(operation, &mut eye);
                    match self.inbox.recv() {
                        Ok(order) => order,
                        Err(_) => return Exit::Closed,
                    }
                }
            };
            match order {
                Order::Pass(ticks) => self.pass(operation, ticks, &mut due),
                Order::Do(action) => {
                    self.act(operation, action);
                    eye.is_stale = true;
                }
                Order::Look(view) => {
                    due.push_back(view);
                    if due.len() == 1 {
                        self.begin_looks(operation, &mut due);
                    }
                }
                Order::Conclude => match concluded(&self.scenario, &self.patient, &self.settings, operation) {
                    Ok(outcome) => self.tell(News::Over(Box::new(Finished::of(operation, outcome)))),
                    Err(error) => self.tell(News::Failed(error.to_string())),
                },
                Order::Rewind(kept) => {
                    let all = operation.actions();
                    let kept = kept.min(all.len());
                    let ticks = all.get(kept).map_or(operation.now(), |undone| undone.tick);
                    return Exit::Rewind { actions: all[..kept].to_vec(), ticks };
                }
            }
            if self.leave.load(Ordering::Acquire) {
                return Exit::Closed;
            }
        }
    }

    /// Starts the first look that has to wait for its C-arm; those before it are taken at once.
    fn begin_looks(&self, operation: &mut Operation, due: &mut VecDeque<View>) {
        while let Some(&view) = due.front() {
            self.act(operation, Action::Aim { view });
            let Some(arms) = operation.fluoroscopy_so_far() else { return due.clear() };
            if arms.turning_ticks(operation.now()) > 0 {
                return;
            }
            self.act(operation, Action::Image { view });
            due.pop_front();
        }
    }

    /// Takes the picture that waits for its C-arm once the arm stands.
    fn go_on_looking(&self, operation: &mut Operation, due: &mut VecDeque<View>) {
        let Some(&view) = due.front() else { return };
        let stands = |arms: &Fluoroscopy| arms.turning_ticks(operation.now()) == 0;
        if operation.fluoroscopy_so_far().is_some_and(stands) {
            self.act(operation, Action::Image { view });
            due.pop_front();
            self.begin_looks(operation, due);
        }
    }

    fn pass(&self, operation: &mut Operation, ticks: u64, due: &mut VecDeque<View>) {
        for _ in 0..ticks {
            if self.leave.load(Ordering::Acquire) {
                return;
            }
            match operation.tick(1) {
                Ok(()) => {}
                Err(OperationError::Flow(FlowError::NoOutlet { .. })) => {
                    self.act(operation, Action::Release);
                    self.tell(News::NoOutlet);
                }
                Err(error) => self.tell(News::Failed(error.to_string())),
            }
            self.go_on_looking(operation, due);
            self.passed.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn act(&self, operation: &mut Operation, action: Action) {
        let shots = |operation: &Operation| operation.fluoroscopy_so_far().map_or(0, |arms| arms.shots().len());
        let before = shots(operation);
        if let Err(error) = operation.apply(action) {
            return self.tell(News::Refused { action, because: error.to_string() });
        }
        self.tell(News::Acted(TimedAction { tick: operation.now(), action }));
        if shots(operation) > before
            && let Some(shot) = operation.fluoroscopy_so_far().and_then(|arms| arms.shots().last())
        {
            self.tell(News::Taken(shot.clone()));
        }
    }

    fn show(&self, operation: &Operation, eye: &mut Eye) {
        eye.look(operation, &self.patient);
        let now = Snapshot::of(operation, &eye.lines, &eye.series, &eye.content);
        self.tell(News::Now(Box::new(now)));
    }

    fn tell(&self, news: News) {
        // Nobody listens any more when the window has closed.
        let _ = self.outbox.send(news);
    }
}

impl Finished {
    /// Of an operation that came to something.
    pub fn of(operation: &Operation, outcome: Outcome) -> Finished {
        Finished {
            outcome,
            actions: operation.actions().to_vec(),
            ticks: operation.now(),
            shots: operation.fluoroscopy_so_far().map_or_else(Vec::new, |arms| arms.shots().to_vec()),
            series: operation.series().to_vec(),
        }
    }
}
