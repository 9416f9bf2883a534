//! The patient of a case on the table under the C-arm: what the beam passes, and from where it may come.

use super::{RunError, Scenario, build_patient};
use crate::anatomy::{Patient, Source};
use crate::imaging::projector::{Radiograph, Scene, expose};
use crate::imaging::surroundings::{self, Surroundings};
use crate::imaging::views::{ViewKind, true_view};
use crate::imaging::{Angulation, CArm, Projection, ViewError, beam::Beam};
use crate::patient_io::read_volume;
use crate::procedure::action::View;
use crate::procedure::beam_content::BeamContent;
use crate::units::rad_from_deg;
use std::sync::Arc;

/// A patient under the C-arm.
pub struct XrayRoom {
    patient: Arc<Patient>,
    surroundings: Surroundings,
    background: Scene,
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
        let background = surroundings.scene();
        let beam = Beam::of_tube_kv(80.0).map_err(|error| scenario.fault("patient", error.to_string(), None))?;
        Ok(XrayRoom { patient: Arc::clone(patient), surroundings, background, beam })
    }

    /// Where a C-arm stands for a view.
    pub fn projection(&self, view: View) -> Result<Projection, ViewError> {
        let (c_arm, frame) = (CArm::mobile(), &self.patient.vertebra.frame);
        match view {
            View::Ap => true_view(c_arm, frame, ViewKind::Ap),
            View::Lateral => true_view(c_arm, frame, ViewKind::Lateral),
            View::Turned { lao_deg, cra_deg } => {
                let angulation = Angulation { lao_rad: rad_from_deg(lao_deg), cra_rad: rad_from_deg(cra_deg) };
                c_arm.aim(&frame.point_to_patient(&crate::geometry::Point::origin()), angulation)
            }
        }
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

    /// What was assumed about the patient, one sentence each.
    pub fn notes(&self) -> &[String] {
        &self.surroundings.notes
    }
}
