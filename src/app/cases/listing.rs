//! What the browser says of a case, and its picture, both made in the background.

use crate::anatomy::Level;
use crate::anatomy::morphometry::Sex;
use crate::app::debrief::background::Reins;
use crate::app::debrief::radiogram::Radiogram;
use crate::imaging::DoseLevel;
use crate::procedure::Procedure;
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::scenario::file::Mode;
use crate::scenario::library::CaseSource;
use crate::scenario::xray_room::XrayRoom;
use crate::scenario::{Scenario, build_patient};
use bevy_egui::egui::ColorImage;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// Edge of a case's picture, px.
const PIXELS: usize = 192;

/// A case as it is listed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it comes from.
    pub source: CaseSource,
    /// The case; a file that is none says why.
    pub scenario: Result<Arc<Scenario>, String>,
}

impl Entry {
    /// Reads one.
    pub fn of(source: CaseSource) -> Entry {
        let scenario = source.load().and_then(|scenario| scenario.require_data().map(|()| scenario));
        Entry { source, scenario: scenario.map(Arc::new).map_err(|error| error.to_string()) }
    }

    /// The level, unless the learner is to count it.
    pub fn level(&self) -> Option<Level> {
        let file = &self.scenario.as_ref().ok()?.file;
        file.patient.level.filter(|_| !file.permissions.mode.counts_level())
    }

    /// What may be done in it.
    pub fn procedures(&self) -> &[Procedure] {
        self.scenario.as_ref().map_or(&[], |scenario| &scenario.file.procedures)
    }

    /// Its procedures may be looked at side by side.
    pub fn compares(&self) -> bool {
        self.procedures().len() > 1 && self.mode().is_some_and(Mode::allows_planning)
    }

    /// What the learner may see.
    pub fn mode(&self) -> Option<Mode> {
        Some(self.scenario.as_ref().ok()?.file.permissions.mode)
    }

    /// Sex and age.
    pub fn who(&self) -> (Option<Sex>, Option<f64>) {
        let patient = self.scenario.as_ref().ok().map(|scenario| &scenario.file.patient);
        (patient.and_then(|patient| patient.sex), patient.and_then(|patient| patient.age_years))
    }
}

/// Lateral pictures of the cases, one after another.
pub fn pictures(entries: &[Entry], outbox: &Sender<(usize, ColorImage)>, reins: &Reins) {
    for (at, entry) in entries.iter().enumerate() {
        if reins.tell(at as f64 / entries.len() as f64).is_break() {
            return;
        }
        if let Some(picture) = entry.scenario.as_ref().ok().and_then(|scenario| picture(scenario)) {
            // A browser that is gone wants none.
            let _ = outbox.send((at, picture));
        }
    }
}

fn picture(scenario: &Scenario) -> Option<ColorImage> {
    let seed = scenario.file.seed;
    let patient = Arc::new(build_patient::patient(scenario, seed).ok()?);
    let room = XrayRoom::of(scenario, &patient, seed).ok()?;
    let nothing = BeamContent::nothing(&patient.vertebra.frame);
    let shown = room.shoot(&nothing, View::Lateral, PIXELS, DoseLevel::Normal, None).ok()?;
    Some(Radiogram::unmarked(&shown).image())
}
