//! What stands in the beam about a patient's treated vertebra: neighbours, ribs, sacrum and trunk, or a scan's voxels.
//!
//! Everything is a volume of shares with a composition, and all add up: the trunk is soft tissue throughout, fat, air
//! and bone are given by what they hold more or less than the soft tissue whose place they take.

mod beyond_scan;
mod bone_solid;
mod bowel_gas;
mod carried;
mod ct_tissues;
mod near_surface;
mod neighbours;
mod organs;
mod ribs;
mod scan;
mod scan_lattice;
#[cfg(test)]
pub(crate) mod test_patient;
mod torso;
pub mod torso_data;
mod trabeculae;
pub mod treated;

pub use torso_data::{TorsoData, torso_data};
pub use treated::{solid_bone, solid_bone_share};

use super::beam::Composition;
use super::projector::{ColumnVolume, Scene};
use crate::anatomy::Patient;
use crate::anatomy::generate_vertebra::VertebraSpec;
use crate::anatomy::segment::{Places, Rib, SegmentSpec, Spine, place_spine};
use crate::geometry::Point;
use crate::patient_io::Volume;
use carried::Carried;
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
    /// Landmarks to count levels from, where the surroundings know them.
    pub counting: Option<CountingMarks>,
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

/// Where levels are counted from (patient, LPS, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountingMarks {
    /// Middle of the endplate of S1.
    pub sacrum: Point,
    /// Heads of the last ribs, half-way between left and right.
    pub last_ribs: Point,
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
    /// The scan cannot be put on a box.
    #[error("the scan's voxels cannot be put on a box in the patient: check its size and axes")]
    Scan,
}

/// About a patient without a scan: the spine asked for, or (an imported vertebra) a template of the same level and size,
/// in a parametric trunk. The seed is the patient's.
pub fn of_patient(
    patient: &Patient,
    spine: Option<&SegmentSpec>,
    seed: u64,
) -> Result<Surroundings, SurroundingsError> {
    let mut notes = Vec::new();
    let treated = solid_bone(&patient.vertebra, &patient.bone.bone_volume_fraction).ok_or(SurroundingsError::Empty)?;
    let template;
    let spec = match spine {
        Some(spec) => spec,
        None => {
            let factor = Places::of_landmarks(patient.level, &patient.vertebra.landmarks).length_factor;
            template = SegmentSpec::around(VertebraSpec {
                stature_factor: factor.clamp(0.7, 1.4),
                ..VertebraSpec::of(patient.level)
            });
            notes.push("neighbours, ribs and sacrum are a template of the level, at the vertebra's size".to_owned());
            &template
        }
    };
    let spine = place_spine(spec)?;
    let carried = Carried { in_spine: spine.treated().frame.clone(), in_patient: patient.vertebra.frame.clone() };
    let mean = trabeculae::mean_of_body(&patient.vertebra, &patient.bone);
    let bone = Composition::bone_for_soft_tissue();
    let (bones, (ribs, trunk)) = rayon::join(
        || neighbours::bones(&spine, &carried, mean, seed),
        || {
            rayon::join(
                || ribs::volumes(&spine.ribs, &carried, mean),
                || torso::trunk(&spine, spec.build, &carried, seed),
            )
        },
    );
    let mut background = trunk;
    background.volumes.extend(bones.into_iter().chain(ribs).map(|volume| (Arc::new(volume), bone)));
    notes.push("trunk, organs and bowel gas are parametric; the gas lies where the seed puts it".to_owned());
    Ok(Surroundings {
        background,
        treated: Arc::new(treated),
        treated_composition: bone,
        counting: counting(&spine, &carried),
        notes,
    })
}

fn counting(spine: &Spine, carried: &Carried) -> Option<CountingMarks> {
    let head = |rib: &Rib| rib.tube.nodes().first().map(|node| node.centre);
    let last = spine.ribs.iter().map(|rib| rib.number).max()?;
    let heads: Vec<Point> = spine.ribs.iter().filter(|rib| rib.number == last).filter_map(head).collect();
    let last_ribs = nalgebra::center(heads.first()?, heads.last()?);
    let sacrum = spine.sacrum.frame.point_to_patient(&Point::origin());
    Some(CountingMarks { sacrum: carried.point(&sacrum), last_ribs: carried.point(&last_ribs) })
}

/// About a patient with a scan: its voxels as tissues, and soft tissue where the scan is cut off.
pub fn of_ct(patient: &Patient, scan: &Volume) -> Result<Surroundings, SurroundingsError> {
    scan::surroundings(patient, scan)
}

#[cfg(test)]
mod tests;
