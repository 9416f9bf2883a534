//! What stands in the beam about a patient's treated vertebra: neighbours, ribs, sacrum and trunk, or a scan's voxels.
//!
//! Everything is a volume of shares with a composition, and all add up: the trunk is soft tissue throughout, fat, air
//! and bone are given by what they hold more or less than the soft tissue whose place they take.

mod bone_solid;
pub mod torso_data;
pub mod treated;

pub use torso_data::{TorsoData, torso_data};
pub use treated::solid_bone;

use super::beam::Composition;
use super::projector::{ColumnVolume, Scene};
use crate::anatomy::Patient;
use crate::anatomy::segment::SegmentSpec;
use crate::patient_io::Volume;
use std::sync::Arc;

/// What stands in the beam before any tool or cement.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// All but the treated vertebra.
    pub background: Scene,
    /// The treated vertebra: share of solid bone by voxel.
    pub treated: Arc<ColumnVolume>,
    /// What a voxel of value 1 of the treated vertebra holds: solid bone less the soft tissue whose place it takes.
    pub treated_composition: Composition,
    /// What was assumed or made up, one sentence each, for the picture's record.
    pub notes: Vec<String>,
}

impl Surroundings {
    /// Background and treated vertebra together.
    pub fn scene(&self) -> Scene {
        let mut scene = self.background.clone();
        scene.volumes.push((Arc::clone(&self.treated), self.treated_composition));
        scene
    }
}

/// Why nothing can be put in the beam.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SurroundingsError {
    /// The spine asked for does not stand.
    #[error(transparent)]
    Segment(#[from] crate::anatomy::segment::SegmentError),
    /// The vertebra has no voxels.
    #[error("the vertebra's fields hold no voxel that a beam could pass")]
    Empty,
}

/// About a patient without a scan: the spine asked for, or (an imported vertebra) a template of the same level and size,
/// in a parametric trunk. The seed is the patient's.
pub fn of_patient(
    patient: &Patient,
    _spine: Option<&SegmentSpec>,
    _seed: u64,
) -> Result<Surroundings, SurroundingsError> {
    let treated = solid_bone(&patient.vertebra, &patient.bone.bone_volume_fraction).ok_or(SurroundingsError::Empty)?;
    Ok(Surroundings {
        background: Scene::default(),
        treated: Arc::new(treated),
        treated_composition: torso_data().bone_for_soft_tissue(),
        notes: Vec::new(),
    })
}

/// About a patient with a scan: its voxels as tissues, and soft tissue where the scan is cut off.
pub fn of_ct(patient: &Patient, _ct: &Volume) -> Result<Surroundings, SurroundingsError> {
    of_patient(patient, None, 0)
}
