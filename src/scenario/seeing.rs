//! What the pictures of a run showed and cost: each leak looked for on the last lateral and the last AP picture.

use super::xray_room::{Shown, XrayRoom};
use crate::imaging::DoseLevel;
use crate::imaging::detector::ShotKey;
use crate::imaging::dose::DoseTally;
use crate::imaging::projector::Scene;
use crate::imaging::visibility::{Look, Sighting};
use crate::imaging::{Exposure, ViewError};
use crate::procedure::Outcome;
use crate::procedure::action::View;
use crate::procedure::beam_content::{BeamContent, LeakInBeam};
use crate::procedure::fluoroscopy::{Fluoroscopy, Shot};

/// Pixels of a picture that is judged: as the monitor shows it.
pub const JUDGED_PIXELS: usize = 512;

/// Makes the pictures that decide, and writes into the outcome which leaks can be seen on them and what dose was given.
pub fn judge(
    room: &XrayRoom,
    arms: &Fluoroscopy,
    dose: DoseLevel,
    seed: u64,
    outcome: &mut Outcome,
) -> Result<(), ViewError> {
    let mut tally = DoseTally::default();
    let mut exposures: Vec<(View, Exposure)> = Vec::new();
    for (is_wanted, is_lateral) in [(View::is_lateral as fn(View) -> bool, true), (View::is_ap, false)] {
        let Some(shot) = arms.last(is_wanted) else { continue };
        let shown = room.shoot(&shot.content, shot.view, JUDGED_PIXELS, dose, Some(key(seed, shot)))?;
        exposures.push((shot.view, shown.exposure));
        // What began after the picture is not on it.
        for leak in &mut outcome.leaks {
            let seen = if is_lateral { &mut leak.seen_on_lateral } else { &mut leak.seen_on_ap };
            *seen = Some(false);
        }
        let hiding = Hiding::of(room, shot, &shown);
        for leak in &shot.content.leaks {
            let sighting = sighting(room, shot, &shown, &hiding, leak);
            let found = outcome.leaks.iter_mut().find(|one| one.class == leak.class && one.route == leak.route);
            let Some(found) = found else { continue };
            let ratio = sighting.contrast.map(|contrast| contrast.ratio());
            if is_lateral {
                (found.seen_on_lateral, found.contrast_to_noise_lateral) = (Some(sighting.is_seen()), ratio);
            } else {
                (found.seen_on_ap, found.contrast_to_noise_ap) = (Some(sighting.is_seen()), ratio);
            }
        }
    }
    for shot in arms.shots() {
        tally.add_shot(&exposure(room, shot.view, dose, &mut exposures)?);
    }
    for (view, seconds) in arms.screened_s() {
        tally.add_screening(&exposure(room, view, dose, &mut exposures)?, seconds);
    }
    if let Some(fluoro) = outcome.fluoro.as_mut().filter(|_| !exposures.is_empty()) {
        fluoro.dose_area_product_gy_cm2 = Some(tally.dose_area_product_gy_cm2);
        fluoro.reference_air_kerma_mgy = Some(tally.air_kerma_mgy);
    }
    Ok(())
}

/// Noise of a picture of a run.
pub fn key(seed: u64, shot: &Shot) -> ShotKey {
    ShotKey { seed, number: shot.number as u64 }
}

/// What hides leaks on one picture: the same for each of them.
pub struct Hiding {
    cover: Vec<f32>,
    outline: Vec<bool>,
}

impl Hiding {
    /// On a picture.
    pub fn of(room: &XrayRoom, shot: &Shot, shown: &Shown) -> Hiding {
        let cover = room.depth(&shot.content.cover_scene(), &shown.view);
        Hiding { cover, outline: room.body_outline(&shown.view) }
    }
}

/// One leak on one picture.
pub fn sighting(room: &XrayRoom, shot: &Shot, shown: &Shown, hiding: &Hiding, leak: &LeakInBeam) -> Sighting {
    let content = &shot.content;
    let shadow = room.depth(&content.leak_scene(leak), &shown.view);
    let mut others = Scene::default();
    for other in content.leaks.iter().filter(|other| other.route != leak.route || other.class != leak.class) {
        others.solids.extend(content.leak_scene(other).solids);
    }
    let others = room.depth(&others, &shown.view);
    let magnification = shown.view.source_detector_mm() / (shown.view.isocentre() - shown.view.source()).norm();
    Look {
        pixels: shown.signal.pixels,
        signal: &shown.signal.value,
        exposed: &shown.signal.exposed,
        shadow: &shadow,
        cover: &hiding.cover,
        outline: &hiding.outline,
        others: &others,
        pixel_mm: shown.signal.pixel_mm / magnification,
    }
    .sighting()
}

/// What one picture of a view takes; brightness control is asked once a view, with the content of its last picture.
fn exposure(
    room: &XrayRoom,
    view: View,
    dose: DoseLevel,
    known: &mut Vec<(View, Exposure)>,
) -> Result<Exposure, ViewError> {
    if let Some((_, exposure)) = known.iter().find(|(other, _)| *other == view) {
        return Ok(*exposure);
    }
    let nothing = BeamContent::nothing(room.frame());
    let shown = room.shoot(&nothing, view, JUDGED_PIXELS / 4, dose, None)?;
    known.push((view, shown.exposure));
    Ok(shown.exposure)
}

#[cfg(test)]
#[path = "seeing_tests.rs"]
mod tests;
