//! Why labels gave no vertebra.

use crate::anatomy::Level;
use crate::patient_io::NumberingError;

/// Why a vertebra was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The label numbers do not settle which vertebra is meant.
    #[error(transparent)]
    Numbering(#[from] NumberingError),
    /// A voxel of the label volume is no label.
    #[error("voxel value {0} is not a label (labels are whole numbers from 0 to 65535); is this the CT?")]
    NotLabels(f32),
    /// CT and labels are not on the same voxels.
    #[error("CT and labels do not match: the CT has {ct}, the labels have {labels}; resample the labels onto the CT")]
    Mismatch {
        /// Shape and place of the CT.
        ct: String,
        /// Shape and place of the labels.
        labels: String,
    },
    /// The CT has the labels' voxels, but not where the vertebra is.
    #[error(
        "the CT does not cover all of {level}: it has {ct}, and {level} lies from {from} to {to}; give a CT that covers it, or take another level"
    )]
    NotCovered {
        /// The level.
        level: Level,
        /// Shape and place of the CT.
        ct: String,
        /// One end of the label, mm LPS.
        from: String,
        /// The other.
        to: String,
    },
    /// The CT holds labels, or grey values.
    #[error(
        "the CT's voxels at {level} hold {found}, which are labels or grey values and no CT numbers; give the CT itself, or the labels alone"
    )]
    NotCt {
        /// The level.
        level: Level,
        /// What is there.
        found: String,
    },
    /// A part of the vertebra could not be found on its label.
    #[error(
        "{level}: no {part} found on the label; look at the label in a viewer: it may be cut off, or hold only a part of the bone, or more than one vertebra"
    )]
    NotFound {
        /// The level.
        level: Level,
        /// What was looked for.
        part: &'static str,
    },
    /// Too little bone for a vertebra.
    #[error(
        "{level}: its label {label} holds {voxels} voxels ({volume_ml:.2} ml), which is no vertebra (10 ml or more); look at the label in a viewer"
    )]
    TooSmall {
        /// The level.
        level: Level,
        /// Its number.
        label: u32,
        /// Voxels that carry it.
        voxels: u64,
        /// Their volume.
        volume_ml: f64,
    },
    /// Two vertebrae under one label.
    #[error(
        "{level}: its label {label} seems to hold two vertebrae ({found}); split it in a segmentation editor, or take another segmentation"
    )]
    Fused {
        /// The level.
        level: Level,
        /// Its number.
        label: u32,
        /// What tells.
        found: String,
    },
    /// The arch lies in front of the body.
    #[error(
        "{level}: more bone lies behind the canal than in front of it: front and back are swapped, so left and right cannot be trusted either; correct the orientation in the file"
    )]
    Flipped {
        /// The level.
        level: Level,
    },
}
