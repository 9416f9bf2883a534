//! The window without a picture: keys at the desk do what a script does, and nothing done is lost.

#![cfg(feature = "viewer")]
#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use bevy::MinimalPlugins;
use bevy::app::App;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::time::TimeUpdateStrategy;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trocar::app::desk::{Desk, Screen};
use trocar::app::hands::DeskPlugin;
use trocar::app::operate::Gesture;
use trocar::assessment::result::{ResultDocument, to_json};
use trocar::procedure::action::{Action, PauseReason, TimedAction, View};
use trocar::procedure::{Operation, Procedure, script};
use trocar::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient, headless};

/// A frame of the tests: one tick of the simulation.
const FRAME: Duration = Duration::from_millis(50);

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

fn app(folder: Option<PathBuf>) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, DeskPlugin));
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    app.insert_non_send(Desk::new(folder, false));
    // The first frame has no time before it.
    app.update();
    app
}

fn desk(app: &mut App) -> &mut Desk {
    app.world_mut().get_non_send_mut::<Desk>().expect("a desk").into_inner()
}

/// Frames until something holds; the threads behind are given time, not counted time.
fn until(app: &mut App, what: &str, mut holds: impl FnMut(&mut Desk) -> bool) {
    for _ in 0..120_000 {
        if holds(desk(app)) {
            return;
        }
        app.update();
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("still not: {what}; trouble: {:?}", desk(app).trouble);
}

fn keys(app: &mut App, f: impl FnOnce(&mut ButtonInput<KeyCode>)) {
    let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
    f(&mut keys);
}

/// Presses a key in a frame of no time, with Shift or not, and lets it go unless it is to be held.
fn strike(app: &mut App, code: KeyCode, shift: bool, hold: bool) {
    app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
    keys(app, |keys| {
        if shift {
            keys.press(KeyCode::ShiftLeft);
        }
        keys.press(code);
    });
    app.update();
    keys(app, ButtonInput::clear);
    if !hold {
        lift(app, code);
    }
    keys(app, |keys| {
        keys.release(KeyCode::ShiftLeft);
        keys.clear();
    });
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
}

fn lift(app: &mut App, code: KeyCode) {
    app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
    keys(app, |keys| keys.release(code));
    app.update();
    keys(app, ButtonInput::clear);
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
}

/// Opens a case and puts the patient on the table.
fn on_the_table(app: &mut App, path: &Path, procedure: Procedure) {
    desk(app).open_case(path);
    until(app, "the case is open", |desk| desk.screen == Screen::Briefing);
    desk(app).procedure = procedure;
    desk(app).operate();
    let desk = desk(app);
    assert_eq!(desk.screen, Screen::Operate, "{:?}", desk.trouble);
}

/// Lets the clock come to a tick: a frame a tick, each waited for.
fn come_to(app: &mut App, tick: u64) {
    let asked = |app: &mut App| desk(app).room.as_ref().map_or(0, |room| room.asked_ticks());
    assert!(asked(app) <= tick, "tick {tick} is over: {}", asked(app));
    while asked(app) < tick {
        app.update();
        while desk(app).room.as_ref().is_some_and(|room| room.behind() > 2) {
            std::thread::yield_now();
        }
    }
}

/// The keys that a script's actions come from.
fn play(app: &mut App, actions: &[TimedAction]) {
    for timed in actions {
        come_to(app, timed.tick);
        // A key for a picture brings the C-arm as well, and the picture is taken when it stands there.
        if matches!(timed.action, Action::Image { .. }) {
            continue;
        }
        let take = |app: &mut App, which: usize| {
            while desk(app).room.as_ref().is_some_and(|room| room.in_hand != which) {
                strike(app, KeyCode::Tab, false, false);
            }
        };
        match timed.action {
            Action::Place { trajectory } => {
                take(app, trajectory);
                strike(app, KeyCode::KeyP, false, false);
            }
            Action::Drill { trajectory } => {
                take(app, trajectory);
                strike(app, KeyCode::KeyJ, false, false);
            }
            Action::Inflate { trajectory, volume_ml } => {
                take(app, trajectory);
                for _ in 0..(volume_ml / 0.5).round() as usize {
                    strike(app, KeyCode::KeyB, false, false);
                }
            }
            Action::Connect { trajectory } => {
                take(app, trajectory);
                strike(app, KeyCode::KeyC, false, false);
            }
            Action::Aim { view } => strike(app, KeyCode::Space, view == View::Lateral, false),
            Action::Mix => strike(app, KeyCode::KeyM, false, false),
            Action::Push { .. } => strike(app, KeyCode::KeyI, false, true),
            Action::Release => lift(app, KeyCode::KeyI),
            Action::Pause { reason: PauseReason::BetweenPushes } => {
                strike(app, KeyCode::KeyO, false, false);
                lift(app, KeyCode::KeyI);
            }
            Action::Pause { reason: PauseReason::LeakSeen } => {
                strike(app, KeyCode::KeyL, false, false);
                lift(app, KeyCode::KeyI);
            }
            Action::Finish => strike(app, KeyCode::KeyF, false, false),
            other => panic!("a script does not {other:?}"),
        }
    }
}

fn settings(scenario: &Scenario) -> RunSettings {
    RunSettings {
        resolution_mm: scenario.file.resolution_mm,
        seed: scenario.file.seed,
        switches: Switches::ALL,
        parts: Parts::ALL,
    }
}

fn scripted(scenario: &Scenario, procedure: Procedure) -> Vec<TimedAction> {
    let settings = settings(scenario);
    let patient = build_patient::patient(scenario, settings.seed).expect("a patient");
    let plan = build::plan(scenario, &patient, procedure, &settings).expect("a plan");
    let mut operation = Operation::new(&patient, &plan);
    script::perform(&mut operation, &|_| {}).expect("a procedure");
    operation.actions().to_vec()
}

fn same_outcome_by_hand(procedure: Procedure) {
    let path = case("training/l1-wedge.toml");
    let scenario = Scenario::load(&path).expect("a scenario");
    let settings = settings(&scenario);
    let run = headless::run(&scenario, procedure, &settings, &|_| {}).expect("a run");
    let mut app = app(None);
    on_the_table(&mut app, &path, procedure);
    play(&mut app, &scripted(&scenario, procedure));
    desk(&mut app).gesture(Gesture::Conclude);
    until(&mut app, "the debrief", |desk| desk.room.as_ref().is_some_and(|room| room.finished.is_some()));
    let room = desk(&mut app).room.as_ref().expect("a room");
    let by_hand = &room.finished.as_ref().expect("an outcome").outcome;
    let document =
        |outcome| to_json(&[ResultDocument::new(&scenario, &settings, outcome, &[], 0.0)]).expect("a document");
    let (by_hand, by_script) = (document(by_hand), document(&run.outcome));
    let apart = by_hand.lines().zip(by_script.lines()).find(|(hand, script)| hand != script);
    assert!(by_hand == by_script, "by hand and by script: {apart:?}");
}

#[test]
fn a_vertebroplasty_by_keys_comes_to_what_trocar_run_says() {
    same_outcome_by_hand(Procedure::Pvp);
}

#[test]
fn a_kyphoplasty_by_keys_comes_to_what_trocar_run_says() {
    same_outcome_by_hand(Procedure::Pkp);
}

#[test]
fn undo_takes_the_last_step_back_and_redo_does_it_again() {
    let mut app = app(None);
    on_the_table(&mut app, &case("training/l1-wedge.toml"), Procedure::Pvp);
    let depth = |desk: &mut Desk| desk.room.as_ref().and_then(|room| room.now.needles.first()?.depth_mm);
    strike(&mut app, KeyCode::ArrowUp, true, false);
    until(&mut app, "5 mm", |desk| depth(desk) == Some(5.0));
    strike(&mut app, KeyCode::ArrowUp, false, false);
    until(&mut app, "6 mm", |desk| depth(desk) == Some(6.0));
    desk(&mut app).gesture(Gesture::Undo);
    until(&mut app, "5 mm again", |desk| depth(desk) == Some(5.0));
    desk(&mut app).gesture(Gesture::Undo);
    until(&mut app, "not begun", |desk| depth(desk).is_none());
    desk(&mut app).gesture(Gesture::Redo);
    until(&mut app, "5 mm once more", |desk| depth(desk) == Some(5.0));
    desk(&mut app).gesture(Gesture::Redo);
    until(&mut app, "6 mm once more", |desk| depth(desk) == Some(6.0));
}

/// A short case in a mode.
fn exam(folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(case("training/l1-wedge.toml")).expect("a scenario");
    let path = folder.join("exam.toml");
    std::fs::write(&path, text.replace("mode = \"practice\"", "mode = \"exam\"")).expect("a file");
    path
}

#[test]
fn an_exam_has_no_undo_no_planned_path_and_a_level_to_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = app(None);
    on_the_table(&mut app, &exam(folder.path()), Procedure::Pvp);
    let room = |app: &mut App| desk(app).room.as_ref().map(|room| (room.actions.clone(), room.message.clone()));
    strike(&mut app, KeyCode::KeyP, false, false);
    until(&mut app, "a refusal", |desk| desk.room.as_ref().is_some_and(|room| room.message.is_some()));
    assert_eq!(room(&mut app).map(|(actions, _)| actions), Some(Vec::new()), "nothing was placed");
    strike(&mut app, KeyCode::ArrowUp, false, false);
    until(&mut app, "an action", |desk| desk.room.as_ref().is_some_and(|room| room.actions.len() == 1));
    desk(&mut app).gesture(Gesture::Undo);
    for _ in 0..50 {
        app.update();
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(room(&mut app).map(|(actions, _)| actions.len()), Some(1), "an exam takes nothing back");
    desk(&mut app).gesture(Gesture::Record(trocar::anatomy::Level::L2));
    until(&mut app, "a level", |desk| {
        desk.room.as_ref().is_some_and(|room| room.now.level_recorded == Some(trocar::anatomy::Level::L2))
    });
}

/// The needle of an exam is not where the answer is: it stands over the side wall, straight ahead.
#[test]
fn in_an_exam_the_first_touch_does_not_begin_at_the_planned_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = app(None);
    on_the_table(&mut app, &exam(folder.path()), Procedure::Pvp);
    until(&mut app, "needles", |desk| desk.room.as_ref().is_some_and(|room| !room.now.needles.is_empty()));
    let planned = desk(&mut app).room.as_ref().map(|room| room.plan.trajectories[0].clone()).expect("a path");
    strike(&mut app, KeyCode::ArrowRight, false, false);
    until(&mut app, "an aim", |desk| desk.room.as_ref().is_some_and(|room| !room.actions.is_empty()));
    let room = desk(&mut app).room.as_ref().expect("a room");
    let Some(Action::Point { entry_mm, target_mm, .. }) = room.actions.first().map(|timed| timed.action) else {
        panic!("{:?}", room.actions)
    };
    let apart_mm = (planned.entry - trocar::geometry::Point::from(entry_mm)).norm();
    assert!(apart_mm > 3.0, "only {apart_mm} mm from the planned entry");
    let across = (target_mm[0] - entry_mm[0]).abs() / (target_mm[1] - entry_mm[1]).abs();
    assert!(
        (across - trocar::units::tan(1.0_f64.to_radians())).abs() < 1e-6,
        "one degree towards the midline: {across}"
    );
}

/// A process that is killed in mid-operation leaves a session that the next one goes on with.
#[test]
fn what_was_done_before_a_kill_is_there_after_it() {
    const FOLDER: &str = "TROCAR_TEST_KILLED_IN";
    if let Some(folder) = std::env::var_os(FOLDER) {
        let mut app = app(Some(folder.into()));
        on_the_table(&mut app, &case("training/l1-wedge.toml"), Procedure::Pvp);
        strike(&mut app, KeyCode::KeyP, false, false);
        come_to(&mut app, 100);
        strike(&mut app, KeyCode::KeyM, false, false);
        until(&mut app, "two actions", |desk| desk.room.as_ref().is_some_and(|room| room.actions.len() == 2));
        come_to(&mut app, 300);
        until(&mut app, "tick 300", |desk| desk.room.as_ref().is_some_and(|room| room.now.tick >= 300));
        std::process::abort();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let killed = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "what_was_done_before_a_kill_is_there_after_it"])
        .env(FOLDER, folder.path())
        .output()
        .expect("a child");
    assert!(!killed.status.success(), "the child was to die: {}", String::from_utf8_lossy(&killed.stdout));
    let mut app = app(Some(folder.path().to_owned()));
    desk(&mut app).resume();
    until(&mut app, "the table", |desk| desk.screen == Screen::Operate);
    until(&mut app, "the state", |desk| desk.room.as_ref().is_some_and(|room| room.now.clock.is_some()));
    let room = desk(&mut app).room.as_ref().expect("a room");
    assert_eq!(room.actions.len(), 2, "{:?}", room.actions);
    assert_eq!(room.actions[1], TimedAction { tick: 100, action: Action::Mix });
    // Time without an action is kept to two seconds.
    assert!((260..=310).contains(&room.now.tick), "tick {}", room.now.tick);
    assert!(room.now.needles[0].is_in_body, "the needle stands where it was");
}
