//! Work of a frame of the window, all but the graphics card's: while cement flows at 1 mm, and while a needle is moved.
//!
//! `cargo bench --bench frames`. It prints the median and the 99th percentile of what a frame takes: processor time of
//! the window's own thread at the table; time by the clock in the plan, whose slices are drawn by all cores.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints what it measures"
)]

use bevy_egui::egui::{Context, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use cpu_time::ThreadTime;
use std::path::Path;
use std::time::Instant;
use trocar::app::desk::{Desk, Screen};
use trocar::app::operate::Gesture;
use trocar::app::scene::axes;
use trocar::app::scene::model::SceneModel;
use trocar::app::stopwatch::Seconds;
use trocar::app::window::Front;

/// Frames a second of the clock on the wall.
const RATE: f64 = 60.0;
/// Frames measured: ten seconds of injection.
const FRAMES: usize = 600;
/// Frames measured in the plan.
const PLAN_FRAMES: usize = 300;

struct Window {
    desk: Desk,
    front: Front,
    models: [SceneModel; 2],
    context: Context,
    shown: Option<*const ()>,
    surfaces: usize,
}

impl Window {
    fn frame(&mut self, event: Event) {
        self.desk.tick(Seconds(1.0 / RATE));
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0));
        let input = RawInput { screen_rect: Some(screen), events: vec![event], ..RawInput::default() };
        let Window { desk, front, models, context, shown, surfaces } = self;
        let mut output = context.run_ui(input, |ui| {
            if !front.dress(ui.ctx(), &desk.look) {
                front.draw(ui, desk, models, [None; 2]);
            }
        });
        output.textures_delta.clear();
        drop(context.tessellate(output.shapes, output.pixels_per_point));
        // What the stage does with a new surface before it goes to the card.
        if let Some(cement) = &models[0].cement {
            let own = std::sync::Arc::as_ptr(cement).cast::<()>();
            if *shown != Some(own) {
                *shown = Some(own);
                *surfaces += 1;
                drop(axes::mesh(cement));
            }
        }
    }

    /// Frames until something holds.
    fn until(&mut self, holds: impl Fn(&Desk) -> bool) {
        while !holds(&self.desk) {
            self.frame(Event::PointerMoved(Pos2::ZERO));
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

fn main() {
    let mut window = Window {
        desk: Desk::new(None, true),
        front: Front::default(),
        models: Default::default(),
        context: Context::default(),
        shown: None,
        surfaces: 0,
    };
    window.desk.open_case(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/training/l1-wedge.toml"));
    window.until(|desk| desk.screen == Screen::Briefing);
    plan(&mut window);
    operate(&mut window);
}

/// The chosen needle's target goes to and fro: two slices, the margins and every rule anew in each frame.
fn plan(window: &mut Window) {
    window.desk.screen = Screen::Plan;
    // What is made once, the surfaces of the bone, is not part of a frame.
    window.frame(Event::PointerMoved(Pos2::ZERO));
    while window.front.is_waiting(Screen::Plan) {
        window.frame(Event::PointerMoved(Pos2::ZERO));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let mut times_ms = Vec::new();
    for frame in 0..PLAN_FRAMES {
        let key = if frame / 8 % 2 == 0 { Key::ArrowUp } else { Key::ArrowDown };
        let before = Instant::now();
        let (physical_key, modifiers) = (None, Modifiers::NONE);
        window.frame(Event::Key { key, physical_key, pressed: true, repeat: false, modifiers });
        times_ms.push(1e3 * before.elapsed().as_secs_f64());
        window.frame(Event::Key { key, physical_key, pressed: false, repeat: false, modifiers });
    }
    println!("plan: {PLAN_FRAMES} frames in which the needle moves: {}", in_words(times_ms));
}

fn in_words(mut times_ms: Vec<f64>) -> String {
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms[((times_ms.len() - 1) as f64 * share) as usize];
    format!("median {:.2} ms, 99th percentile {:.2} ms", at(0.5), at(0.99))
}

fn operate(window: &mut Window) {
    window.desk.operate();
    let room = window.desk.room.as_mut().expect("on the table");
    room.shows_scene = true;
    let inject_s = room.plan.inject_at_s();
    window.until(|desk| desk.room.as_ref().is_some_and(|room| !room.now.needles.is_empty()));
    for gesture in [Gesture::Seat, Gesture::Mix, Gesture::Pace(10.0)] {
        window.desk.gesture(gesture);
    }
    window.until(|desk| {
        let now = desk.room.as_ref().map(|room| &room.now);
        now.and_then(|now| now.clock).is_some_and(|clock| clock.mixed_min * 60.0 > inject_s)
    });
    for gesture in [Gesture::Pace(1.0), Gesture::Connect, Gesture::Press(true), Gesture::Pedal(true)] {
        window.desk.gesture(gesture);
    }
    window.until(|desk| {
        let syringe = desk.room.as_ref().and_then(|room| room.now.syringe);
        syringe.is_some_and(|syringe| syringe.injected_ml > 0.3)
    });
    let pictures = |window: &Window| {
        let room = window.desk.room.as_ref();
        let numbers = room.into_iter().flat_map(|room| &room.monitors).filter_map(|monitor| monitor.shown.as_ref());
        numbers.map(|shown| shown.number).max().unwrap_or(0)
    };
    let (pictures_before, surfaces_before) = (pictures(window), window.surfaces);
    let mut times_ms = Vec::new();
    for frame in 0..FRAMES {
        let before = ThreadTime::now();
        window.frame(Event::PointerMoved(Pos2::new(600.0 + (frame % 40) as f32, 500.0)));
        times_ms.push(1e3 * before.elapsed().as_secs_f64());
        std::thread::sleep(std::time::Duration::from_secs_f64(1.0 / RATE));
    }
    let injected = window.desk.room.as_ref().and_then(|room| room.now.syringe).map_or(0.0, |s| s.injected_ml);
    let (pictures, surfaces) = (pictures(window) - pictures_before, window.surfaces - surfaces_before);
    println!(
        "operate: {FRAMES} frames up to {injected:.1} ml, {surfaces} new surfaces of the cement, {pictures} pictures: {}",
        in_words(times_ms)
    );
}
