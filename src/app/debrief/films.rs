//! The pictures of a recording, made on a thread of their own as they are asked for: as they were seen, and the truth.

use super::background::{Counter, Desk};
use super::radiogram::Radiogram;
use super::recording::Recording;
use crate::imaging::DoseLevel;
use crate::procedure::action::View;
use crate::scenario::seeing;
use crate::scenario::xray_room::XrayRoom;
use bevy_egui::egui::{Context, TextureHandle, TextureOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Pixels of a picture's side.
const PIXELS: usize = 320;
/// Pictures that are kept; beyond it those not asked for now are let go.
const MOST_KEPT: usize = 48;

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Film {
    /// A shot as it was seen, by its place among the recording's.
    Seen(usize),
    /// What a C-arm would have shown at a keyframe, without noise.
    Truth {
        /// Place among the recording's keyframes.
        keyframe: usize,
        /// Lateral, else AP.
        lateral: bool,
    },
}

/// A picture, or why there is none.
type Made = (Film, Result<Radiogram, String>);

/// The pictures of a recording.
pub struct Films {
    desk: Desk<Vec<Film>, Made>,
    asked: Vec<Film>,
    known: BTreeMap<Film, Result<Arc<Radiogram>, String>>,
    textures: BTreeMap<Film, TextureHandle>,
}

impl Films {
    /// None made yet.
    pub fn of(recording: &Arc<Recording>) -> Films {
        let (for_room, for_work) = (Arc::clone(recording), Arc::clone(recording));
        let prepare = move || {
            let case = &for_room.case;
            XrayRoom::of(&case.scenario, &case.patient, case.settings.seed).map_err(|error| error.to_string())
        };
        let work = move |room: &mut Result<XrayRoom, String>, wish: Vec<Film>, counter: &Counter<Vec<Film>, Made>| {
            for film in wish {
                let made = room.as_ref().map_err(Clone::clone).and_then(|room| make(room, &for_work, film));
                counter.answer((film, made));
                if counter.is_superseded() {
                    break;
                }
            }
        };
        Films {
            desk: Desk::open("pictures", prepare, work),
            asked: Vec::new(),
            known: BTreeMap::new(),
            textures: BTreeMap::new(),
        }
    }

    /// Asks for pictures, the first first; only the latest wish counts.
    pub fn ask(&mut self, films: &[Film]) {
        if self.asked == films {
            return;
        }
        self.asked = films.to_vec();
        let missing: Vec<Film> = films.iter().copied().filter(|film| !self.known.contains_key(film)).collect();
        if self.known.len() > MOST_KEPT {
            let wanted: BTreeSet<Film> = films.iter().copied().collect();
            self.known.retain(|film, _| wanted.contains(film));
            self.textures.retain(|film, _| wanted.contains(film));
        }
        self.desk.ask(missing);
    }

    /// Takes what has been made; true when anything was.
    pub fn poll(&mut self) -> bool {
        let mut any = false;
        while let Some((film, made)) = self.desk.take() {
            self.known.insert(film, made.map(Arc::new));
            any = true;
        }
        any
    }

    /// Pictures asked for have not come.
    pub fn is_waiting(&self) -> bool {
        self.asked.iter().any(|film| !self.known.contains_key(film))
    }

    /// A picture, once it is made.
    pub fn get(&self, film: Film) -> Option<&Arc<Radiogram>> {
        self.known.get(&film)?.as_ref().ok()
    }

    /// Why a picture cannot be made.
    pub fn failure(&self, film: Film) -> Option<&str> {
        self.known.get(&film)?.as_ref().err().map(String::as_str)
    }

    /// The same as egui draws it.
    pub fn texture(&mut self, context: &Context, film: Film) -> Option<TextureHandle> {
        if let Some(texture) = self.textures.get(&film) {
            return Some(texture.clone());
        }
        let picture = Arc::clone(self.get(film)?);
        let texture = context.load_texture("film", picture.image(), TextureOptions::LINEAR);
        self.textures.insert(film, texture.clone());
        Some(texture)
    }
}

fn make(room: &XrayRoom, recording: &Recording, film: Film) -> Result<Radiogram, String> {
    let (content, view, shot) = match film {
        Film::Seen(at) => {
            let shot = recording.shots.get(at).ok_or("there is no such picture")?;
            (&shot.content, shot.view, Some(shot))
        }
        Film::Truth { keyframe, lateral } => {
            let keyframe = recording.keyframes.get(keyframe).ok_or("there is no such moment")?;
            (&keyframe.content, if lateral { View::Lateral } else { View::Ap }, None)
        }
    };
    let dose = match (&recording.case.plan.fluoroscopy, shot) {
        (Some(plan), Some(_)) => plan.dose,
        _ => DoseLevel::Normal,
    };
    let key = shot.map(|shot| seeing::key(recording.case.settings.seed, shot));
    let shown = room.shoot(content, view, PIXELS, dose, key).map_err(|error| error.to_string())?;
    Ok(Radiogram::of(&shown, shot.map(|shot| shot.number as u64)))
}
