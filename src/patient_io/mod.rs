//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.

mod atomic;
mod field_codec;
mod glb;
mod import;
mod label_inventory;
mod label_map;
mod markups;
mod markups_read;
mod nifti_affine;
#[cfg(test)]
mod nifti_tests;
mod nifti_volume;
mod nifti_write;
mod nrrd;
mod numbering;
mod patient_file;
#[cfg(test)]
mod patient_file_tests;
mod ply;
mod stl;
mod volume;
mod vti;
#[cfg(test)]
mod written_files_tests;

pub use atomic::write_atomically;
pub use glb::{GlbPart, write_glb};
pub use import::{BodyHeights, ImportError, ImportFileError, Imported, import_files, import_vertebra};
pub use label_inventory::{LabelExtent, LabelInventory};
pub use label_map::{SEGMENTS, label_map};
pub use markups::{landmark_points, pedicle_line, write_markup_line, write_markup_points};
pub use markups_read::{Markup, MarkupError, MarkupPoint, read_markup_line, read_markups};
pub use nifti_volume::{IndexBox, NiftiReadError, NiftiVolumeReader, read_nifti};
pub use nifti_write::{write_nifti, write_nifti_labels};
pub use nrrd::{Segment, write_nrrd, write_seg_nrrd};
pub use numbering::{Numbering, NumberingError};
pub use patient_file::{PatientFileError, read_patient, write_patient};
pub use ply::write_ply;
pub use stl::write_stl;
pub use volume::{Volume, VoxelFrame};
pub use vti::write_vti;
