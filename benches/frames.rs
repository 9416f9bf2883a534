//! Work of a frame of the window while cement flows at 1 mm: all but the graphics card's, on the window's own thread.
//!
//! `cargo bench --bench frames`. It prints the median and the 99th percentile of the processor time that a frame takes.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench prints what it measures")]

use bevy_egui::egui::{Context, Event, Pos2, RawInput, Rect, vec2};
use std::path::Path;
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

/// Processor time of this thread so far, ms; Linux tells it.
fn spent_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") * 1e-6
}

struct Window {
    desk: Desk,
    front: Front,
    models: [SceneModel; 2],
    context: Context,
    shown: Option<*const ()>,
}

impl Window {
    fn frame(&mut self, at: Pos2) {
        self.desk.tick(Seconds(1.0 / RATE));
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0));
        let input =
            RawInput { screen_rect: Some(screen), events: vec![Event::PointerMoved(at)], ..RawInput::default() };
        let Window { desk, front, models, context, shown } = self;
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
                drop(axes::mesh(cement));
            }
        }
    }

    /// Frames until something holds.
    fn until(&mut self, holds: impl Fn(&Desk) -> bool) {
        while !holds(&self.desk) {
            self.frame(Pos2::ZERO);
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
    };
    window.desk.open_case(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/training/l1-wedge.toml"));
    window.until(|desk| desk.screen == Screen::Briefing);
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
    let mut times_ms = Vec::new();
    for frame in 0..FRAMES {
        let before = spent_ms();
        window.frame(Pos2::new(600.0 + (frame % 40) as f32, 500.0));
        times_ms.push(spent_ms() - before);
        std::thread::sleep(std::time::Duration::from_secs_f64(1.0 / RATE));
    }
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms[((times_ms.len() - 1) as f64 * share) as usize];
    let injected = window.desk.room.as_ref().and_then(|room| room.now.syringe).map_or(0.0, |s| s.injected_ml);
    println!("a frame at {injected:.1} ml: median {:.2} ms, 99th percentile {:.2} ms", at(0.5), at(0.99));
}
