//! Importing straight from NIfTI files, decoding no more than the level and its neighbours.

use super::{ImportError, Imported, import_vertebra};
use crate::anatomy::Level;
use crate::patient_io::{IndexBox, LabelInventory, NiftiReadError, NiftiVolumeReader, Numbering};
use std::path::Path;

/// Kept around the level and its neighbours, mm: more than the margin of the imported fields.
const MARGIN_MM: f64 = 14.0;

/// Why files were not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFileError {
    /// A file could not be read.
    #[error(transparent)]
    Nifti(#[from] NiftiReadError),
    /// What the files hold is no vertebra.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Imports one level from a label file and, where given, the CT it was made on.
pub fn import_files(
    ct: Option<&Path>,
    labels: &Path,
    numbering: Numbering,
    level: Level,
) -> Result<Imported, ImportFileError> {
    let reader = NiftiVolumeReader::open(labels)?;
    let mut notes: Vec<String> = reader.warnings.iter().map(|w| format!("labels: {w}")).collect();
    let inventory = LabelInventory::of_file(reader)?;
    let numbering = numbering.settle(&inventory).map_err(ImportError::from)?;
    let label = numbering.require(&inventory, level).map_err(ImportError::from)?;
    let neighbours = numbering.neighbours(&inventory, level).map_err(ImportError::from)?;
    let region = region(&inventory, [Some(label), neighbours[0], neighbours[1]]);

    let ct = match ct {
        None => None,
        Some(path) => {
            let reader = NiftiVolumeReader::open(path)?;
            notes.extend(reader.warnings.iter().map(|w| format!("CT: {w}")));
            // A CT of another shape is read whole, so that the mismatch can be told in full.
            let same_shape = reader.dims == inventory.dims;
            Some(reader.read(same_shape.then_some(region))?)
        }
    };
    let whole = ct.as_ref().is_some_and(|ct| ct.dims == [0, 1, 2].map(|a| region.high[a] - region.low[a]));
    let crop = (ct.is_none() || whole).then_some(region);
    let labels = NiftiVolumeReader::open(labels)?.read(crop)?;
    let mut imported = import_vertebra(ct.as_ref(), &labels, numbering, level)?;
    imported.warnings.splice(0..0, notes);
    Ok(imported)
}

/// The box of the given labels and a margin, clipped to the volume.
fn region(inventory: &LabelInventory, labels: [Option<u32>; 3]) -> IndexBox {
    let margin = inventory.patient_from_index.spacing_mm().map(|s| (MARGIN_MM / s).ceil() as usize);
    let mut found = IndexBox { low: inventory.dims, high: [0; 3] };
    for extent in labels.into_iter().flatten().filter_map(|label| inventory.labels.get(&label)) {
        for axis in 0..3 {
            found.low[axis] = found.low[axis].min(extent.low[axis].saturating_sub(margin[axis]));
            found.high[axis] = found.high[axis].max((extent.high[axis] + 1 + margin[axis]).min(inventory.dims[axis]));
        }
    }
    found
}
