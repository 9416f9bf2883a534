//! Every screen of the window drawn by a graphics driver without a window, and compared with the pictures in `docs/`.
//!
//! `TROCAR_REDRAW=1 cargo test --test pictures` draws those anew. Without a driver nothing is compared, and that is said.

#![cfg(feature = "viewer")]
#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use bevy::DefaultPlugins;
use bevy::app::{App, PluginGroup};
use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Camera2d, ClearColor, RenderTarget};
use bevy::color::Color;
use bevy::ecs::observer::On;
use bevy::image::Image;
use bevy::log::LogPlugin;
use bevy::render::RenderPlugin;
use bevy::render::render_resource::TextureFormat;
use bevy::render::view::window::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::time::TimeUpdateStrategy;
use bevy::window::{ExitCondition, WindowPlugin};
use bevy::winit::WinitPlugin;
use bevy_egui::{EguiGlobalSettings, EguiPlugin, PrimaryEguiContext};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use trocar::app::desk::{Desk, Screen};
use trocar::app::hands::DeskPlugin;
use trocar::app::looks::{Contrast, Language, Look};
use trocar::app::operate::Gesture;
use trocar::app::scene::ScenePlugin;
use trocar::app::window::{Front, FrontPlugin};
use trocar::procedure::Procedure;
use trocar::procedure::action::{PauseReason, View};

/// Size of a picture, px.
const SIZE: [u32; 2] = [1280, 800];
/// A frame: one tick of the simulation.
const FRAME: Duration = Duration::from_millis(50);
/// Pictures are compared by the means of squares of so many pixels a side.
const SQUARE: usize = 16;
/// Means may differ by so many greys of 255 in the middle of all squares, drivers and their edges being what they are.
const TOLERANCE: f64 = 6.0;

struct Studio {
    app: App,
    picture: Handle<Image>,
}

impl Studio {
    fn open() -> Studio {
        let mut app = App::new();
        app.add_plugins(
            DefaultPlugins
                .set(WindowPlugin {
                    primary_window: None,
                    exit_condition: ExitCondition::DontExit,
                    ..Default::default()
                })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..Default::default() })
                .disable::<WinitPlugin>()
                .disable::<LogPlugin>(),
        )
        .add_plugins(EguiPlugin::default())
        .add_plugins((DeskPlugin, ScenePlugin, FrontPlugin))
        .insert_resource(ClearColor(Color::srgb_u8(0x15, 0x18, 0x1c)))
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO))
        .insert_non_send(Desk::new(None, true))
        .insert_non_send(Front::default().with_drill_from(3));
        app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
        let [width, height] = SIZE;
        let blank = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
        let picture = app.world_mut().resource_mut::<Assets<Image>>().add(blank);
        let target = RenderTarget::Image(picture.clone().into());
        app.world_mut().spawn((Camera2d, target, RenderLayers::none(), PrimaryEguiContext));
        app.finish();
        app.cleanup();
        Studio { app, picture }
    }

    fn desk(&mut self) -> &mut Desk {
        self.app.world_mut().get_non_send_mut::<Desk>().expect("a desk").into_inner()
    }

    /// Frames in which no time passes, until something holds.
    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Desk, &Front) -> bool) {
        for _ in 0..12_000 {
            self.app.update();
            let world = self.app.world_mut();
            let mut desk = world.remove_non_send::<Desk>().expect("a desk");
            let front = world.get_non_send::<Front>().expect("a front");
            let done = holds(&mut desk, front);
            world.insert_non_send(desk);
            if done {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("still not: {what}; trouble: {:?}", self.desk().trouble);
    }

    /// Lets time pass at the table.
    fn pass(&mut self, seconds: f64) {
        self.app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
        for _ in 0..(seconds / FRAME.as_secs_f64()).round() as usize {
            // The panels need not be drawn for time to pass.
            self.desk().tick(trocar::app::stopwatch::Seconds(FRAME.as_secs_f64()));
            while self.desk().room.as_ref().is_some_and(|room| room.behind() > 2) {
                std::thread::sleep(Duration::from_millis(1));
                self.desk().tick(trocar::app::stopwatch::Seconds(0.0));
            }
        }
        self.app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
    }

    fn gesture(&mut self, gesture: Gesture) {
        self.desk().gesture(gesture);
    }

    /// The screen as it is now, once its threads have come to rest.
    fn shoot(&mut self, name: &str) {
        for _ in 0..3 {
            self.app.update();
        }
        self.until("all is drawn", |desk, front| !desk.is_waiting() && !front.is_waiting(desk.screen));
        for _ in 0..30 {
            self.app.update();
        }
        let caught: Arc<Mutex<Option<Image>>> = Arc::default();
        let keep = Arc::clone(&caught);
        self.app.world_mut().spawn(Screenshot::image(self.picture.clone())).observe(
            move |captured: On<ScreenshotCaptured>| {
                *keep.lock().expect("one at a time") = Some(captured.image.clone());
            },
        );
        for _ in 0..200 {
            self.app.update();
            if caught.lock().expect("one at a time").is_some() {
                break;
            }
        }
        let image = caught.lock().expect("one at a time").take().expect("a picture");
        let rgb: Vec<u8> = image.data.expect("pixels").chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        compare(name, &rgb);
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn write(path: &Path, rgb: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let file = std::fs::File::create(path).expect("a file");
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), SIZE[0], SIZE[1]);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().expect("a header").write_image_data(rgb).expect("pixels");
}

fn read(path: &Path) -> Vec<u8> {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).expect("a picture")));
    let mut reader = decoder.read_info().expect("a picture");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut rgb).expect("pixels");
    rgb
}

/// Mean grey of every square.
fn squares(rgb: &[u8]) -> Vec<f64> {
    let width = SIZE[0] as usize;
    let (columns, rows) = (width / SQUARE, SIZE[1] as usize / SQUARE);
    let mut sums = vec![0.0; columns * rows];
    for (i, pixel) in rgb.chunks_exact(3).enumerate() {
        let (x, y) = (i % width / SQUARE, i / width / SQUARE);
        sums[y * columns + x] += pixel.iter().map(|&v| f64::from(v)).sum::<f64>() / 3.0;
    }
    sums.iter().map(|sum| sum / (SQUARE * SQUARE) as f64).collect()
}

fn compare(name: &str, rgb: &[u8]) {
    write(&root().join("target/pictures").join(name), rgb);
    let kept = root().join("docs/pictures").join(name);
    if std::env::var_os("TROCAR_REDRAW").is_some() {
        return write(&kept, rgb);
    }
    let (now, before) = (squares(rgb), squares(&read(&kept)));
    assert_eq!(now.len(), before.len(), "{name} has another size");
    let apart = now.iter().zip(&before).map(|(a, b)| (a - b).abs()).sum::<f64>() / now.len() as f64;
    eprintln!("{name}: squares differ by {apart:.2} of 255 in the mean");
    assert!(apart < TOLERANCE, "{name}: {apart:.1} of 255; target/pictures/{name} shows it, TROCAR_REDRAW=1 keeps it");
}

#[test]
fn every_screen_looks_as_it_is_kept_in_the_docs() {
    let mut studio = match catch_unwind(AssertUnwindSafe(Studio::open)) {
        Ok(studio) => studio,
        Err(_) => return eprintln!("skipped: no graphics driver here (on Debian: mesa-vulkan-drivers)"),
    };
    // Only the cases inside the program are listed, wherever this is run.
    let nowhere = tempfile::tempdir().expect("a folder");
    std::env::set_current_dir(nowhere.path()).expect("a folder");
    studio.shoot("start.png");
    studio.desk().open_case(&root().join("scenarios/training/l1-wedge.toml"));
    studio.until("the case is open", |desk, _| desk.screen == Screen::Briefing);
    studio.shoot("briefing.png");
    studio.desk().screen = Screen::Plan;
    studio.shoot("plan.png");

    studio.desk().procedure = Procedure::Pvp;
    studio.desk().operate();
    let desk = studio.desk();
    assert_eq!(desk.screen, Screen::Operate, "{:?}", desk.trouble);
    let mode = trocar::scenario::file::Mode::Guided;
    studio.desk().room.as_mut().expect("a room").booking.mode = mode;
    studio.desk().room.as_mut().expect("a room").shows_scene = true;
    studio.until("needles", |desk, _| desk.room.as_ref().is_some_and(|room| !room.now.needles.is_empty()));
    operate(&mut studio);
    studio.shoot("operate.png");
    studio.gesture(Gesture::Press(false));
    studio.pass(20.0);
    studio.gesture(Gesture::Finish);
    studio.pass(1.0);
    studio.gesture(Gesture::Conclude);
    studio.until("the debrief", |desk, _| desk.screen == Screen::Debrief);
    studio.shoot("debrief.png");

    studio.desk().open_case(&root().join("scenarios/training/l1-wedge.toml"));
    studio.until("the case is open", |desk, _| desk.screen == Screen::Briefing);
    studio.desk().procedure = Procedure::Pkp;
    studio.desk().operate();
    let room = studio.desk().room.as_mut().expect("a room");
    (room.booking.mode, room.shows_scene) = (mode, true);
    studio.until("needles", |desk, _| desk.room.as_ref().is_some_and(|room| !room.now.needles.is_empty()));
    inflate(&mut studio);
    studio.shoot("inflate.png");

    studio.desk().open_comparison(&root().join("scenarios/training/l1-wedge.toml"));
    studio.until("the comparison", |desk, _| desk.screen == Screen::Compare);
    studio.shoot("compare.png");
    studio.desk().screen = Screen::Drill;
    studio.shoot("drill.png");
    studio.desk().look = Look::of(Language::Chinese, Contrast::Quiet, 1.0);
    studio.desk().screen = Screen::Settings;
    studio.shoot("settings.png");
}

/// Two cannulas seated, their channels drilled, both balloons up, pictures taken.
fn inflate(studio: &mut Studio) {
    let tools = studio.desk().room.as_ref().expect("a room").plan.trajectories.len();
    for gesture in [Gesture::Seat, Gesture::Drill, Gesture::Inflate(1.5)] {
        for which in 0..tools {
            studio.gesture(Gesture::Take(which));
            studio.gesture(gesture);
            studio.pass(1.0);
        }
    }
    shoot_both(studio);
}

/// Both needles seated, pictures taken, cement on its way.
fn operate(studio: &mut Studio) {
    let tools = studio.desk().room.as_ref().expect("a room").plan.trajectories.len();
    for which in 0..tools {
        studio.gesture(Gesture::Take(which));
        studio.gesture(Gesture::Seat);
        studio.pass(1.0);
    }
    studio.gesture(Gesture::Mix);
    let inject_s = studio.desk().room.as_ref().expect("a room").plan.inject_at_s();
    studio.pass(inject_s + 5.0);
    studio.gesture(Gesture::Take(0));
    studio.gesture(Gesture::Connect);
    studio.gesture(Gesture::Press(true));
    studio.pass(25.0);
    studio.gesture(Gesture::Press(false));
    studio.gesture(Gesture::Pause(PauseReason::BetweenPushes));
    shoot_both(studio);
    studio.gesture(Gesture::Press(true));
    studio.pass(5.0);
}

fn shoot_both(studio: &mut Studio) {
    for view in [View::Ap, View::Lateral] {
        studio.gesture(Gesture::Shoot(view));
        studio.pass(20.0);
    }
    studio.until("both pictures", |desk, _| {
        desk.room.as_ref().is_some_and(|room| room.monitors.iter().all(|monitor| monitor.shown.is_some()))
    });
}
