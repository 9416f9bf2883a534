//! L3: CT, labels, surfaces and patient files, to and from `anatomy`.

mod import;
mod label_inventory;
mod nifti_affine;
mod nifti_volume;
mod numbering;
mod volume;

pub use import::{BodyHeights, ImportError, ImportFileError, Imported, import_files, import_vertebra};
pub use label_inventory::{LabelExtent, LabelInventory};
pub use nifti_volume::{IndexBox, NiftiReadError, NiftiVolumeReader, read_nifti};
pub use numbering::{Numbering, NumberingError};
pub use volume::{Volume, VoxelFrame};
