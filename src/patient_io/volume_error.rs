//! Why a volume was not read: one sentence that names the file, what was found and what to do.

use std::path::{Path, PathBuf};

/// Why a volume was not read.
#[derive(Debug, thiserror::Error)]
pub enum VolumeReadError {
    /// The file cannot be opened or read.
    #[error("{path}: cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// None of the formats that are read.
    #[error(
        "{path}: not a volume that can be read ({found}); give NIfTI-1 (.nii, .nii.gz), NRRD, MetaImage (.mha) or a DICOM CT series (its folder or one of its files)"
    )]
    NotAVolume {
        /// The file.
        path: PathBuf,
        /// What was seen instead.
        found: String,
    },
    /// The header says something impossible or unsupported.
    #[error("{path}: {problem}; {remedy}")]
    Header {
        /// The file.
        path: PathBuf,
        /// The field and its value.
        problem: String,
        /// What the user can do.
        remedy: &'static str,
    },
    /// The file ends before the voxels that its header declares.
    #[error(
        "{path}: truncated: the header declares {declared} bytes of voxels, the file ends earlier; copy or download it again"
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes of voxels that the header declares.
        declared: u64,
    },
    /// Voxel values of a label volume that are no labels.
    #[error("{path}: voxel value {value} is not a label (labels are whole numbers from 0 to 65535); is this the CT?")]
    NotLabels {
        /// The file.
        path: PathBuf,
        /// The first such value.
        value: f32,
    },
}

impl VolumeReadError {
    /// The file that was not read.
    pub fn path(&self) -> &Path {
        match self {
            VolumeReadError::Io { path, .. }
            | VolumeReadError::NotAVolume { path, .. }
            | VolumeReadError::Header { path, .. }
            | VolumeReadError::Truncated { path, .. }
            | VolumeReadError::NotLabels { path, .. } => path,
        }
    }
}

/// A fault of a header, before the file is named: what is wrong, and what to do.
#[derive(Debug)]
pub(super) struct HeaderFault {
    pub problem: String,
    pub remedy: &'static str,
}

impl HeaderFault {
    pub fn new(problem: impl Into<String>, remedy: &'static str) -> HeaderFault {
        HeaderFault { problem: problem.into(), remedy }
    }

    pub fn of(self, path: &Path) -> VolumeReadError {
        VolumeReadError::Header { path: path.into(), problem: self.problem, remedy: self.remedy }
    }
}
