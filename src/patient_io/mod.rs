//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.

mod atomic;
mod dicom;
mod field_codec;
mod glb;
mod import;
mod label_inventory;
mod label_map;
mod markups;
mod markups_read;
mod mesh_read;
mod mha_header;
mod nifti_affine;
mod nifti_header;
#[cfg(test)]
mod nifti_tests;
mod nifti_write;
mod nrrd;
mod nrrd_header;
mod numbering;
mod patient_digest;
mod patient_file;
#[cfg(test)]
mod patient_file_tests;
mod ply;
mod stl;
#[cfg(test)]
mod text_header_tests;
mod volume;
mod volume_error;
mod volume_reader;
mod voxel_stream;
mod vti;
#[cfg(test)]
mod written_files_tests;

pub(crate) use atomic::temporary_in;
pub use atomic::write_atomically;
pub use glb::{GlbPart, write_glb};
pub use import::{
    BodyHeights, ImportError, ImportFileError, ImportMeshError, Imported, import_files, import_mesh, import_mesh_bytes,
    import_vertebra, is_mesh_file, volume_of_surface,
};
pub use label_inventory::{LabelExtent, LabelInventory};
pub use label_map::{SEGMENTS, label_map};
pub use markups::{landmark_points, pedicle_line, write_markup_line, write_markup_points};
pub use markups_read::{Markup, MarkupError, MarkupPoint, read_markup_line, read_markups};
pub use mesh_read::{MeshOptions, MeshReadError, MeshSpace, MeshUnit};
pub use nifti_write::{write_nifti, write_nifti_labels};
pub use nrrd::{Segment, write_nrrd, write_seg_nrrd};
pub use numbering::{Numbering, NumberingError};
pub use patient_digest::patient_sha256;
pub use patient_file::{PatientFileError, read_patient, write_patient};
pub use ply::write_ply;
pub use stl::write_stl;
pub use volume::{Volume, VoxelFrame};
pub use volume_error::VolumeReadError;
pub use volume_reader::{IndexBox, VolumeReader, read_volume};
pub use vti::write_vti;
