//! The patient of a case on the table under the C-arm: what the beam passes, and from where it may come.

use super::{RunError, Scenario, build_patient};
use crate::anatomy::{Patient, Source};
use crate::geometry::{Field, Frame, Point};
use crate::imaging::detector::{ShotKey, Signal, read_out};
use crate::imaging::projector::{ColumnVolume, Radiograph, Scene, expose};
use crate::imaging::surroundings::{self, CountingMarks, Surroundings};
use crate::imaging::visibility::visibility_data;
use crate::imaging::{Angulation, CArm, Collimation, DoseLevel, Exposure, Projection, SetUp, ViewError, beam::Beam};
use crate::patient_io::read_volume;
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::units::{self, rad_from_deg};
use rayon::prelude::*;
use std::sync::Arc;

/// A picture as the detector gave it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// From where, in its pixels.
    pub view: Projection,
    /// The pixels.
    pub signal: Signal,
    /// What it cost.
    pub exposure: Exposure,
}

/// A patient under the C-arm.
pub struct XrayRoom {
    patient: Arc<Patient>,
    surroundings: Surroundings,
    background: Scene,
    /// Share of a voxel that is the treated vertebra's body.
    body: Option<ColumnVolume>,
    beam: Beam,
}

impl XrayRoom {
    /// Of a case and its patient: the voxels of the scan where there is one, a parametric trunk otherwise.
    pub fn of(scenario: &Scenario, patient: &Arc<Patient>, seed: u64) -> Result<XrayRoom, RunError> {
        let section = &scenario.file.patient;
        let ct = section.ct.as_deref().filter(|_| patient.source == Source::Ct).and_then(|ct| scenario.find_data(ct));
        let made = match ct {
            Some(path) => {
                let ct = read_volume(&path).map_err(|error| scenario.fault("patient.ct", error.to_string(), None))?;
                surroundings::of_ct(patient, &ct)
            }
            None => surroundings::of_patient(patient, build_patient::spine(scenario)?.as_ref(), seed),
        };
        let surroundings = made.map_err(|error| scenario.fault("patient", error.to_string(), None))?;
        XrayRoom::about(patient, surroundings)
    }

    /// Of a patient without a case: in a parametric trunk.
    pub fn of_patient(patient: &Arc<Patient>, seed: u64) -> Result<XrayRoom, RunError> {
        let surroundings = surroundings::of_patient(patient, None, seed);
        XrayRoom::about(patient, surroundings.map_err(|error| RunError::Simulation(error.to_string()))?)
    }

    fn about(patient: &Arc<Patient>, surroundings: Surroundings) -> Result<XrayRoom, RunError> {
        let background = surroundings.scene();
        let beam = Beam::of_tube_kv(CArm::mobile().tube_kv.value);
        let beam = beam.map_err(|error| RunError::Simulation(error.to_string()))?;
        let distance = &patient.vertebra.body;
        let h = distance.grid().spacing_mm as f32;
        let within = distance.values().iter().map(|&mm| (0.5 - mm / h).clamp(0.0, 1.0)).collect();
        let body = Field::from_values(distance.grid().clone(), within);
        let body = body.and_then(|field| ColumnVolume::of_field(&field, &patient.vertebra.frame));
        Ok(XrayRoom { patient: Arc::clone(patient), surroundings, background, body, beam })
    }

    /// Where a C-arm stands for a view.
    pub fn projection(&self, view: View) -> Result<Projection, ViewError> {
        let c_arm = CArm::mobile();
        match view {
            View::Ap => self.set_up(SetUp::TrueAp),
            View::Lateral => self.set_up(SetUp::TrueLateral),
            View::Turned { lao_deg, cra_deg } => {
                let angulation = Angulation { lao_rad: rad_from_deg(lao_deg), cra_rad: rad_from_deg(cra_deg) };
                c_arm.check_reach(angulation)?;
                c_arm.aim(&self.frame().point_to_patient(&Point::origin()), angulation)
            }
        }
    }

    /// Where a C-arm stands for what the treated vertebra is to look like.
    pub fn set_up(&self, set_up: SetUp) -> Result<Projection, ViewError> {
        set_up.view(CArm::mobile(), &self.patient)
    }

    /// Patient and content together.
    pub fn scene(&self, content: &BeamContent) -> Scene {
        let mut scene = self.background.clone();
        let more = content.scene();
        scene.volumes.extend(more.volumes);
        scene.solids.extend(more.solids);
        scene
    }

    /// What reaches the detector.
    pub fn radiograph(&self, content: &BeamContent, view: &Projection) -> Radiograph {
        expose(&self.scene(content), view, &self.beam)
    }

    /// Takes a picture in a view, of so many pixels a side; without a shot there is no noise.
    pub fn shoot(
        &self,
        content: &BeamContent,
        view: View,
        pixels: usize,
        dose: DoseLevel,
        shot: Option<ShotKey>,
    ) -> Result<Shown, ViewError> {
        let view = self.projection(view)?.with_pixels(pixels);
        Ok(self.shoot_from(content, view, &Collimation::open(), dose, shot))
    }

    /// The same from anywhere, with the shutters set.
    pub fn shoot_from(
        &self,
        content: &BeamContent,
        view: Projection,
        collimation: &Collimation,
        dose: DoseLevel,
        shot: Option<ShotKey>,
    ) -> Shown {
        let radiograph = self.radiograph(content, &view);
        let (signal, exposure) = read_out(&radiograph, &view, &self.beam, collimation, dose, shot, None);
        Shown { view, signal, exposure }
    }

    /// Optical depth of some things alone, pixel by pixel, natural logarithm of the energy they take out.
    pub fn depth(&self, scene: &Scene, view: &Projection) -> Vec<f32> {
        let alone = expose(scene, view, &self.beam);
        let bare = alone.unattenuated_kev as f32;
        alone.energy_kev.iter().map(|&energy| -units::ln(f64::from(energy / bare).max(1e-30)) as f32).collect()
    }

    /// Pixels whose ray crosses the treated vertebra's body.
    pub fn body_outline(&self, view: &Projection) -> Vec<bool> {
        let chord_mm = visibility_data().outline_chord_mm.value;
        let [columns, rows] = view.pixels();
        let Some(body) = &self.body else { return vec![false; columns * rows] };
        let crosses = |at: usize| body.integral_mm(&view.ray_of_pixel(at % columns, at / columns)) >= chord_mm;
        (0..columns * rows).into_par_iter().map(crosses).collect()
    }

    /// Where the treated vertebra stands.
    pub fn frame(&self) -> &Frame {
        &self.patient.vertebra.frame
    }

    /// Landmarks to count levels from, where they are known.
    pub fn counting(&self) -> Option<CountingMarks> {
        self.surroundings.counting
    }

    /// What was assumed about the patient, one sentence each.
    pub fn notes(&self) -> &[String] {
        &self.surroundings.notes
    }
}
