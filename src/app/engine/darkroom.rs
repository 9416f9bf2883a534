//! Pictures on a thread of their own: what was in the beam goes in, greys come out.

use crate::anatomy::Patient;
use crate::imaging::detector::ShotKey;
use crate::imaging::picture::{Marks, Picture, Polarity, Window, display, harmonise};
use crate::imaging::{DoseLevel, Projection};
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::scenario::Scenario;
use crate::scenario::xray_room::XrayRoom;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A picture to be made.
pub struct Exposure {
    /// Number in the operation: the noise follows from it.
    pub number: u64,
    /// Tick at which it was taken.
    pub tick: u64,
    /// From where.
    pub view: View,
    /// What is in the beam.
    pub content: Arc<BeamContent>,
    /// Pixels a side.
    pub pixels: usize,
    /// Bone bright instead of dark.
    pub is_inverted: bool,
}

/// A picture made.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// Number in the operation.
    pub number: u64,
    /// Tick at which it was taken.
    pub tick: u64,
    /// From where.
    pub view: View,
    /// Where its pixels are in the patient.
    pub projection: Projection,
    /// Greys with their marks.
    pub picture: Picture,
}

/// The thread's handle.
pub struct Darkroom {
    orders: Sender<Exposure>,
    made: Receiver<Result<Exposed, String>>,
    /// Pictures asked for that have not come.
    pub waiting: usize,
}

impl Darkroom {
    /// Sets the room up in the background: the first picture comes when it is ready.
    pub fn open(scenario: Arc<Scenario>, patient: Arc<Patient>, seed: u64, dose: DoseLevel) -> Darkroom {
        let (orders, inbox) = channel::<Exposure>();
        let (outbox, made) = channel();
        std::thread::spawn(move || {
            let room = match XrayRoom::of(&scenario, &patient, seed) {
                Ok(room) => room,
                Err(error) => {
                    let _ = outbox.send(Err(error.to_string()));
                    return;
                }
            };
            let mut windows = Windows::default();
            while let Ok(exposure) = inbox.recv() {
                if outbox.send(expose(&room, &exposure, seed, dose, &mut windows)).is_err() {
                    return;
                }
            }
        });
        Darkroom { orders, made, waiting: 0 }
    }

    /// Asks for a picture.
    pub fn ask(&mut self, exposure: Exposure) {
        if self.orders.send(exposure).is_ok() {
            self.waiting += 1;
        }
    }

    /// The next picture that is ready.
    pub fn ready(&mut self) -> Option<Result<Exposed, String>> {
        let made = self.made.try_recv().ok()?;
        self.waiting = self.waiting.saturating_sub(1);
        Some(made)
    }

    /// The next picture, waited for.
    pub fn wait(&mut self) -> Option<Result<Exposed, String>> {
        let made = self.made.recv().ok()?;
        self.waiting = self.waiting.saturating_sub(1);
        Some(made)
    }
}

/// The grey window of each view, held from its first picture on, so that only what changes looks different.
#[derive(Default)]
struct Windows(Vec<(View, Window)>);

fn expose(
    room: &XrayRoom,
    asked: &Exposure,
    seed: u64,
    dose: DoseLevel,
    windows: &mut Windows,
) -> Result<Exposed, String> {
    let key = ShotKey { seed, number: asked.number };
    let shown = room.shoot(&asked.content, asked.view, asked.pixels, dose, Some(key)).map_err(|e| e.to_string())?;
    let signal = &shown.signal;
    let value = harmonise(&signal.value, signal.pixels, signal.pixel_mm, &signal.exposed);
    let window = match windows.0.iter().find(|(view, _)| *view == asked.view) {
        Some((_, window)) => *window,
        None => {
            let window = Window::of_measuring_field(&value, signal.pixels, &signal.exposed);
            windows.0.push((asked.view, window));
            window
        }
    };
    let polarity = if asked.is_inverted { Polarity::BoneBright } else { Polarity::BoneDark };
    let mut picture = display(&value, signal.pixels, &signal.exposed, &window, polarity);
    picture.burn(&Marks { shot: Some(asked.number), ..Marks::of(&shown.view) });
    Ok(Exposed { number: asked.number, tick: asked.tick, view: asked.view, projection: shown.view, picture })
}
