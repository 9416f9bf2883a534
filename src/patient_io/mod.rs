//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.

mod atomic;
mod dicom;
mod import;
mod label_inventory;
mod markups;
mod mesh_read;
mod mha_header;
mod nifti_affine;
mod nifti_header;
#[cfg(test)]
mod nifti_tests;
mod nrrd;
mod nrrd_header;
mod numbering;
mod patient_file;
#[cfg(test)]
mod patient_file_tests;
mod stl;
#[cfg(test)]
mod text_header_tests;
mod volume;
mod volume_error;
mod volume_reader;
mod voxel_stream;

pub use atomic::write_atomically;
pub use import::{
    BodyHeights, ImportError, ImportFileError, ImportMeshError, Imported, import_files, import_mesh, import_mesh_bytes,
    import_vertebra, is_mesh_file, volume_of_surface,
};
pub use label_inventory::{LabelExtent, LabelInventory};
pub use markups::write_markup_line;
pub use mesh_read::{MeshOptions, MeshReadError, MeshSpace, MeshUnit};
pub use nrrd::write_nrrd;
pub use numbering::{Numbering, NumberingError};
pub use patient_file::{PatientFileError, read_patient, write_patient};
pub use stl::write_stl;
pub use volume::{Volume, VoxelFrame};
pub use volume_error::VolumeReadError;
pub use volume_reader::{IndexBox, VolumeReader, read_volume};
