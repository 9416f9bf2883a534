//! Reading a DICOM CT series: a folder, or one file of it with its neighbours, as one lattice of HU.

mod elements;
mod pixels;
#[cfg(test)]
mod series_tests;
mod slice;
mod stack;

use super::volume_error::{HeaderFault, VolumeReadError};
use super::voxel_stream::OnRow;
use super::{VoxelFrame, voxel_stream};
use slice::{Found, Slice, SliceFile, read_slice};
use stack::{Layer, Stack, stack};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most files of a folder that are looked at.
const MAX_FILES: usize = 20_000;

/// A series, its slices in order from the first voxel on.
pub(super) struct DicomSeries {
    pub dims: [usize; 3],
    pub frame: VoxelFrame,
    pub warnings: Vec<String>,
    slices: Vec<Slice>,
    layers: Vec<Layer>,
}

impl DicomSeries {
    /// The CT series of a folder; of several, the one named.
    pub fn of_folder(folder: &Path, series: Option<&str>) -> Result<DicomSeries, VolumeReadError> {
        let io = |source| VolumeReadError::Io { path: folder.into(), source };
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.is_file() {
                paths.push(path);
            }
            if paths.len() > MAX_FILES {
                let problem = format!("more than {MAX_FILES} files");
                return Err(HeaderFault::new(problem, "give a folder that holds one series").of(folder));
            }
        }
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            if is_dicom(&path) {
                files.push(SliceFile::OnDisk(path));
            }
        }
        DicomSeries::of_files(folder, files, series)
    }

    /// The series that a file belongs to, from the folder it lies in.
    pub fn of_file(path: &Path, series: Option<&str>) -> Result<DicomSeries, VolumeReadError> {
        let file = SliceFile::OnDisk(path.into());
        let own = match read_slice(file).map_err(|problem| fault(path, problem))? {
            Found::Slice(slice) => slice.series,
            Found::Other { modality, .. } => return Err(other_modality(path, &modality)),
            Found::NoPicture => return Err(fault(path, "a DICOM file without a picture".to_owned())),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        DicomSeries::of_folder(folder, Some(series.unwrap_or(&own)))
    }

    /// A series from bytes in memory.
    pub fn of_bytes(path: &Path, files: Vec<(PathBuf, Vec<u8>)>) -> Result<DicomSeries, VolumeReadError> {
        let files = files.into_iter().map(|(path, bytes)| SliceFile::InMemory(path, bytes)).collect();
        DicomSeries::of_files(path, files, None)
    }

    fn of_files(path: &Path, files: Vec<SliceFile>, wanted: Option<&str>) -> Result<DicomSeries, VolumeReadError> {
        if files.is_empty() {
            let found = "a folder without DICOM files".to_owned();
            return Err(VolumeReadError::NotAVolume { path: path.into(), found });
        }
        let mut series: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
        let mut others: BTreeMap<String, String> = BTreeMap::new();
        let mut broken = None;
        for file in files {
            let place = file.path().to_path_buf();
            match read_slice(file) {
                Ok(Found::Slice(slice)) => series.entry(slice.series.clone()).or_default().push(*slice),
                Ok(Found::Other { series, modality }) => drop(others.insert(series, modality)),
                Ok(Found::NoPicture) => {}
                Err(problem) => broken = broken.or(Some(fault(&place, problem))),
            }
        }
        if let Some(error) = broken {
            return Err(error);
        }
        let slices = match wanted {
            Some(uid) => series.remove(uid).ok_or_else(|| match others.get(uid) {
                Some(modality) => other_modality(path, modality),
                None => {
                    let problem = format!("no CT series {uid}; it holds {}", listed(&series, &others));
                    HeaderFault::new(problem, "name one of these with --series").of(path)
                }
            })?,
            None if series.len() + others.len() > 1 => {
                let problem =
                    format!("{} series in one place: {}", series.len() + others.len(), listed(&series, &others));
                return Err(HeaderFault::new(problem, "name the one to take with --series").of(path));
            }
            None => match (series.pop_first(), others.values().next()) {
                (Some((_, slices)), _) => slices,
                (None, Some(modality)) => return Err(other_modality(path, modality)),
                (None, None) => return Err(fault(path, "DICOM files, but none with a picture".to_owned())),
            },
        };
        let Stack { slices, layers, frame, warnings } =
            stack(slices).map_err(|(problem, remedy)| HeaderFault::new(problem, remedy).of(path))?;
        let layout = slices[0].layout;
        let sizes = [u64::from(layout.columns), u64::from(layout.rows), layers.len() as u64];
        let dims = voxel_stream::checked_dims(sizes, "columns, rows, slices").map_err(|fault| fault.of(path))?;
        Ok(DicomSeries { dims, frame, warnings, slices, layers })
    }

    /// Calls `row` with (j, k) and the HU along i for the rows of some slices; the others are not opened.
    pub fn for_each_row(
        &mut self,
        slices: std::ops::Range<usize>,
        row: &mut OnRow<'_, VolumeReadError>,
    ) -> Result<(), VolumeReadError> {
        let decode = |number: usize| {
            let slice = &self.slices[number];
            slice.values().map_err(|problem| fault(slice.file.path(), problem))
        };
        for k in slices.start..slices.end.min(self.layers.len()) {
            let values = match self.layers[k] {
                Layer::Slice(number) => decode(number)?,
                Layer::Between(below, above) => {
                    decode(below)?.iter().zip(decode(above)?).map(|(a, b)| 0.5 * (a + b)).collect()
                }
            };
            for (j, line) in values.chunks_exact(self.dims[0]).enumerate() {
                row(j, k, line)?;
            }
        }
        Ok(())
    }
}

fn is_dicom(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 132];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start.ends_with(b"DICM")
}

fn fault(path: &Path, problem: String) -> VolumeReadError {
    HeaderFault::new(problem, "copy or export it again, or convert the series to NIfTI (dcm2niix)").of(path)
}

fn other_modality(path: &Path, modality: &str) -> VolumeReadError {
    let name = match modality {
        "MR" => "magnetic resonance",
        "PT" => "positron emission",
        "US" => "ultrasound",
        "CR" | "DX" => "radiograph",
        "SEG" => "segmentation",
        "RTSTRUCT" => "contours",
        _ => "no CT",
    };
    HeaderFault::new(format!("modality {modality:.16} ({name}), not CT"), "give the CT series").of(path)
}

fn listed(series: &BTreeMap<String, Vec<Slice>>, others: &BTreeMap<String, String>) -> String {
    let cts = series.iter().map(|(uid, slices)| format!("{uid} (CT, {} slices)", slices.len()));
    let rest = others.iter().map(|(uid, modality)| format!("{uid} ({modality:.16})"));
    cts.chain(rest).take(8).collect::<Vec<_>>().join(", ")
}
