//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.

mod atomic;
mod import;
mod label_inventory;
mod markups;
mod nifti_affine;
#[cfg(test)]
mod nifti_tests;
mod nifti_volume;
mod nrrd;
mod numbering;
mod patient_file;
#[cfg(test)]
mod patient_file_tests;
mod stl;
mod volume;

pub use atomic::write_atomically;
pub use import::{BodyHeights, ImportError, ImportFileError, Imported, import_files, import_vertebra};
pub use label_inventory::{LabelExtent, LabelInventory};
pub use markups::write_markup_line;
pub use nifti_volume::{IndexBox, NiftiReadError, NiftiVolumeReader, read_nifti};
pub use nrrd::write_nrrd;
pub use numbering::{Numbering, NumberingError};
pub use patient_file::{PatientFileError, read_patient, write_patient};
pub use stl::write_stl;
pub use volume::{Volume, VoxelFrame};
