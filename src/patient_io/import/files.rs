//! Importing straight from volume files of any format, decoding no more than the level and its neighbours.

use super::{ImportError, Imported, describe_lattice, import_vertebra};
use crate::anatomy::Level;
use crate::geometry::Vector;
use crate::patient_io::{
    IndexBox, LabelExtent, LabelInventory, Numbering, Volume, VolumeReadError, VolumeReader, VoxelFrame,
};
use std::collections::BTreeMap;
use std::path::Path;

/// Kept around the level and its neighbours, mm: more than the margin of the imported fields.
const MARGIN_MM: f64 = 14.0;
/// Voxels of CT and labels coincide when their centres lie this close, mm.
const SAME_VOXEL_MM: f64 = 0.1;

/// Why files were not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFileError {
    /// A file could not be read.
    #[error(transparent)]
    Volume(#[from] VolumeReadError),
    /// What the files hold is no vertebra.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Imports one level from a label file and, where given, the CT it was made on: any format that [`VolumeReader`] opens.
///
/// `series` picks one DICOM series of a CT folder that holds several. The CT may cover another box than the labels, and
/// run along its axes in another order or direction, as long as their voxels coincide.
pub fn import_files(
    ct: Option<&Path>,
    series: Option<&str>,
    labels: &Path,
    numbering: Numbering,
    level: Level,
) -> Result<Imported, ImportFileError> {
    let reader = VolumeReader::open(labels)?;
    let mut notes: Vec<String> = reader.warnings.iter().map(|w| format!("labels: {w}")).collect();
    let named = if numbering == Numbering::Auto { verse_of_names(&reader.label_names) } else { BTreeMap::new() };
    let mut inventory = LabelInventory::of_file(reader)?;
    let asked = numbering;
    let mut numbering = numbering;
    if !named.is_empty() {
        renumber(&mut inventory, &named);
        numbering = Numbering::Verse;
    }
    let numbering = numbering.settle(&inventory).map_err(ImportError::from)?;
    let label = numbering.require(&inventory, level).map_err(ImportError::from)?;
    let neighbours = numbering.neighbours(&inventory, level).map_err(ImportError::from)?;
    let region = region(&inventory, [Some(label), neighbours[0], neighbours[1]]);

    let ct = match (ct, inventory.labels.get(&label)) {
        (Some(path), Some(extent)) => Some(read_ct(path, series, &inventory, region, (level, extent), &mut notes)?),
        _ => None,
    };
    let mut labels = VolumeReader::open(labels)?.read(Some(region))?;
    if !named.is_empty() {
        for value in &mut labels.values {
            *value = named.get(&(*value as u32)).map_or(0.0, |number| *number as f32);
        }
    }
    let mut imported = import_vertebra(ct.as_ref(), &labels, numbering, level)?;
    imported.warnings.splice(0..0, notes);
    let told = match (asked, named.is_empty()) {
        (_, false) => "the vertebrae are those that the file names its segments".to_owned(),
        (Numbering::Auto, true) => format!("numbering {}, the only one that fits the labels", numbering.name()),
        (named, true) => format!("numbering {}, as named", named.name()),
    };
    imported.assumptions.insert(0, told);
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

/// VerSe numbers of the label values whose names are vertebrae ("L1", "vertebrae_L1", "L1 vertebra").
fn verse_of_names(names: &BTreeMap<u32, String>) -> BTreeMap<u32, u32> {
    let number = |name: &str| {
        let upper = name.to_uppercase();
        let mut words = upper.split(|c: char| !c.is_ascii_alphanumeric());
        words.find_map(|word| {
            let (region, count) = word.split_at_checked(1)?;
            let count: u32 = count.parse().ok()?;
            match (region, count) {
                ("C", 1..=7) => Some(count),
                ("T", 1..=12) => Some(7 + count),
                ("T", 13) => Some(28),
                ("L", 1..=6) => Some(19 + count),
                _ => None,
            }
        })
    };
    names.iter().filter_map(|(value, name)| Some((*value, number(name)?))).collect()
}

/// Keeps what has a number, under that number.
fn renumber(inventory: &mut LabelInventory, numbers: &BTreeMap<u32, u32>) {
    let old = std::mem::take(&mut inventory.labels);
    inventory.labels = old.into_iter().filter_map(|(value, extent)| Some((*numbers.get(&value)?, extent))).collect();
}

/// The CT on the labels' voxels within `region`; beyond the CT its border values.
fn read_ct(
    path: &Path,
    series: Option<&str>,
    labels: &LabelInventory,
    region: IndexBox,
    (level, extent): (Level, &LabelExtent),
    notes: &mut Vec<String>,
) -> Result<Volume, ImportFileError> {
    let reader = VolumeReader::open_series(path, series)?;
    notes.extend(reader.warnings.iter().map(|w| format!("CT: {w}")));
    let frame = &reader.patient_from_index;
    if reader.dims == labels.dims && frame.mismatch_mm(&labels.patient_from_index, labels.dims) < SAME_VOXEL_MM {
        return Ok(reader.read(Some(region))?);
    }
    let mismatch = ImportError::Mismatch {
        ct: describe_lattice(reader.dims, frame),
        labels: describe_lattice(labels.dims, &labels.patient_from_index),
    };
    let Some(step) = coinciding(frame, reader.dims, labels, extent) else {
        return Err(mismatch.into());
    };
    if [extent.low, extent.high].iter().any(|&corner| !within(step.index(corner), reader.dims)) {
        let place = |index: [usize; 3]| {
            let p = labels.patient_from_index.point(&Vector::from(index.map(|v| v as f64)));
            format!("({:.1}, {:.1}, {:.1})", p.x, p.y, p.z)
        };
        let ct = describe_lattice(reader.dims, frame);
        return Err(ImportError::NotCovered { level, ct, from: place(extent.low), to: place(extent.high) }.into());
    }
    let wanted = step.clamped(region, reader.dims);
    let stored = reader.read(Some(wanted))?;
    notes.push("CT and labels cover different boxes of the same voxels: matched voxel by voxel".to_owned());
    let dims = [0, 1, 2].map(|a| region.high[a] - region.low[a]);
    let mut values = Vec::with_capacity(dims[0] * dims[1] * dims[2]);
    for k in 0..dims[2] {
        for j in 0..dims[1] {
            for i in 0..dims[0] {
                let at = step.index([i + region.low[0], j + region.low[1], k + region.low[2]]);
                let [x, y, z] =
                    [0, 1, 2].map(|a| (at[a] - wanted.low[a] as i64).clamp(0, stored.dims[a] as i64 - 1) as usize);
                values.push(stored.values[x + stored.dims[0] * (y + stored.dims[1] * z)]);
            }
        }
    }
    let frame = labels.patient_from_index.shifted(region.low);
    Ok(Volume::new(dims, values, frame).ok_or(mismatch)?)
}

/// From a voxel of the labels to the voxel of the CT at the same place: axes permuted or turned round, and shifted.
#[derive(Debug, PartialEq)]
struct IndexStep {
    /// For each axis of the CT: the axis of the labels along it, and its direction.
    axes: [(usize, i64); 3],
    shift: [i64; 3],
}

impl IndexStep {
    fn index(&self, labels: [usize; 3]) -> [i64; 3] {
        [0, 1, 2].map(|a| {
            let (axis, sign) = self.axes[a];
            sign * labels[axis] as i64 + self.shift[a]
        })
    }

    /// The CT's box that meets a box of the labels; where they are apart, the nearest voxels.
    fn clamped(&self, region: IndexBox, dims: [usize; 3]) -> IndexBox {
        let (one, other) = (self.index(region.low), self.index(region.high.map(|h| h.saturating_sub(1))));
        let within = |v: i64, a: usize| v.clamp(0, dims[a] as i64 - 1) as usize;
        IndexBox {
            low: [0, 1, 2].map(|a| within(one[a].min(other[a]), a)),
            high: [0, 1, 2].map(|a| within(one[a].max(other[a]), a) + 1),
        }
    }
}

fn within(index: [i64; 3], dims: [usize; 3]) -> bool {
    (0..3).all(|a| index[a] >= 0 && index[a] < dims[a] as i64)
}

/// The step from labels to CT if their voxels coincide wherever the label is.
///
/// Two volumes of the same shape that are shifted against each other are no crops of one scan: one of them is misplaced.
fn coinciding(
    ct: &VoxelFrame,
    ct_dims: [usize; 3],
    labels: &LabelInventory,
    extent: &LabelExtent,
) -> Option<IndexStep> {
    let frame = &labels.patient_from_index;
    let at = |index: [usize; 3]| ct.index(&frame.point(&Vector::from(index.map(|v| v as f64))));
    let origin = at([0; 3]);
    let mut axes = [(0, 0); 3];
    for axis in 0..3 {
        let mut unit = [0; 3];
        unit[axis] = 1;
        let step = at(unit) - origin;
        let along = (0..3).find(|&a| (step[a].abs() - 1.0).abs() < 1e-2)?;
        axes[along] = (axis, step[along].signum() as i64);
    }
    if axes.iter().any(|(_, sign)| *sign == 0) {
        return None;
    }
    let found = IndexStep { axes, shift: [0, 1, 2].map(|a| origin[a].round() as i64) };
    let exact = |corner: [usize; 3]| {
        let rounded = Vector::from(found.index(corner).map(|v| v as f64));
        (ct.point(&at(corner)) - ct.point(&rounded)).norm() < SAME_VOXEL_MM
    };
    let same_shape = (0..3).all(|a| ct_dims[a] == labels.dims[axes[a].0]);
    let last = labels.dims.map(|d| d - 1);
    let shifted = same_shape && [[0; 3], last].iter().any(|&corner| !within(found.index(corner), ct_dims));
    (!shifted && [extent.low, extent.high].into_iter().all(exact)).then_some(found)
}
