//! What the beam passes: volumes and solids with their compositions, in the patient.

use super::{ColumnVolume, Solid};
use crate::imaging::beam::Composition;
use std::sync::Arc;

/// Everything in the beam. Things add up: one that displaces another is given by the difference of the two.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Volumes, with what a voxel of value 1 holds.
    pub volumes: Vec<(Arc<ColumnVolume>, Composition)>,
    /// Volumes whose voxels are several pixels wide and which nobody looks for an edge in, as soft tissue: asked every
    /// 2.4 mm of the detector, and read between.
    pub smooth: Vec<(Arc<ColumnVolume>, Composition)>,
    /// Solids, with what they hold.
    pub solids: Vec<(Solid, Composition)>,
}
