//! The one door for volumes: NIfTI, NRRD, MetaImage and DICOM CT series, told apart by content, read whole or in part.

use super::dicom::DicomSeries;
use super::volume_error::VolumeReadError;
use super::voxel_stream::{StreamFault, VolumeHeader, VoxelStream};
use super::{Volume, VoxelFrame, mha_header, nifti_header, nrrd_header};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Most voxels held in memory at once (1.6 GB as f32).
const MAX_VOXELS_HELD: usize = 400_000_000;

/// A box of voxels: from `low` up to, not including, `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexBox {
    /// First voxel along i, j, k.
    pub low: [usize; 3],
    /// One past the last voxel.
    pub high: [usize; 3],
}

/// A volume opened as far as its first voxel; rows are decoded one at a time.
pub struct VolumeReader {
    path: PathBuf,
    /// Voxels along i, j, k.
    pub dims: [usize; 3],
    /// Index to patient (LPS, mm).
    pub patient_from_index: VoxelFrame,
    /// Oddities of the header, one sentence each.
    pub warnings: Vec<String>,
    /// Names of label values, where the file gives them (`.seg.nrrd`).
    pub label_names: BTreeMap<u32, String>,
    voxels: Voxels,
}

enum Voxels {
    Stream(VoxelStream),
    Series(DicomSeries),
}

/// How the voxels of a file are packed.
pub(super) enum Packing {
    Plain,
    Gzip,
    Zlib,
}

trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

impl VolumeReader {
    /// Reads and checks the header of a file, or those of a DICOM series (its folder, or any file of it).
    pub fn open(path: &Path) -> Result<VolumeReader, VolumeReadError> {
        VolumeReader::open_series(path, None)
    }

    /// The same; of a folder that holds several DICOM series, the one with this SeriesInstanceUID.
    pub fn open_series(path: &Path, series: Option<&str>) -> Result<VolumeReader, VolumeReadError> {
        let io = |source| VolumeReadError::Io { path: path.into(), source };
        if path.is_dir() {
            return Ok(VolumeReader::of_series(path, DicomSeries::of_folder(path, series)?));
        }
        let mut file = File::open(path).map_err(io)?;
        let mut start = [0; 132];
        if file.read_exact(&mut start).is_ok() && start.ends_with(b"DICM") {
            return Ok(VolumeReader::of_series(path, DicomSeries::of_file(path, series)?));
        }
        VolumeReader::from_source(path, Box::new(file))
    }

    /// From the bytes of a file; `path` is what messages call it.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<VolumeReader, VolumeReadError> {
        if bytes.get(128..132) == Some(b"DICM") {
            return VolumeReader::from_dicom_bytes(path, vec![(path.into(), bytes)]);
        }
        VolumeReader::from_source(path, Box::new(Cursor::new(bytes)))
    }

    /// From the bytes of the files of a DICOM series; `path` is what messages call their folder.
    pub fn from_dicom_bytes(path: &Path, files: Vec<(PathBuf, Vec<u8>)>) -> Result<VolumeReader, VolumeReadError> {
        Ok(VolumeReader::of_series(path, DicomSeries::of_bytes(path, files)?))
    }

    fn of_series(path: &Path, series: DicomSeries) -> VolumeReader {
        VolumeReader {
            path: path.into(),
            dims: series.dims,
            patient_from_index: series.frame.clone(),
            warnings: series.warnings.clone(),
            label_names: BTreeMap::new(),
            voxels: Voxels::Series(series),
        }
    }

    fn from_source(path: &Path, mut source: Box<dyn Source>) -> Result<VolumeReader, VolumeReadError> {
        let io = |source| VolumeReadError::Io { path: path.into(), source };
        let file_bytes = source.seek(SeekFrom::End(0)).map_err(io)?;
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut start = Vec::new();
        source.by_ref().take(16).read_to_end(&mut start).map_err(io)?;
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut plain = BufReader::with_capacity(1 << 16, source);

        let (header, packed, voxels): (VolumeHeader, bool, Box<dyn Read>) = if start.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = MultiGzDecoder::new(plain);
            let (header, _) = nifti_header::read(path, &mut unpacked)?;
            (header, true, Box::new(unpacked))
        } else if start.starts_with(b"NRRD") || start.starts_with(b"ObjectType") || start.starts_with(b"NDims") {
            let parse = if start.starts_with(b"NRRD") { nrrd_header::read } else { mha_header::read };
            let (header, packing) = parse(path, &mut plain)?;
            match packing {
                Packing::Plain => (header, false, Box::new(plain)),
                Packing::Gzip => (header, true, Box::new(MultiGzDecoder::new(plain))),
                Packing::Zlib => (header, true, Box::new(ZlibDecoder::new(plain))),
            }
        } else {
            let (header, offset) = nifti_header::read(path, &mut plain)?;
            if header.cannot_fit(file_bytes.saturating_sub(offset), false) {
                return Err(VolumeReadError::Truncated { path: path.into(), declared: header.declared_bytes() });
            }
            (header, false, Box::new(plain))
        };
        if header.cannot_fit(file_bytes, packed) {
            return Err(VolumeReadError::Truncated { path: path.into(), declared: header.declared_bytes() });
        }
        Ok(VolumeReader {
            path: path.into(),
            dims: header.dims,
            patient_from_index: header.frame.clone(),
            warnings: header.warnings.clone(),
            label_names: header.names.clone(),
            voxels: Voxels::Stream(VoxelStream { header, packed, voxels }),
        })
    }

    /// Calls `row` with (j, k) and the values along i for the rows from the first slice (a DICOM series: from slice
    /// `slices.start`) up to slice `slices.end`; then checks that the file is whole.
    pub fn for_each_row(
        &mut self,
        slices: std::ops::Range<usize>,
        mut row: impl FnMut(usize, usize, &[f32]) -> Result<(), VolumeReadError>,
    ) -> Result<(), VolumeReadError> {
        let path = self.path.clone();
        match &mut self.voxels {
            Voxels::Series(series) => series.for_each_row(slices, &mut row),
            Voxels::Stream(stream) => {
                stream.for_each_row(slices.end, &mut row).map_err(|fault| match fault {
                    StreamFault::Row(error) => error,
                    StreamFault::NotFinite([i, j, k]) => VolumeReadError::Header {
                        path,
                        problem: format!("voxel ({i}, {j}, {k}) is not a finite number"),
                        remedy: "fill such voxels (−1024 HU in a CT, 0 in labels)",
                    },
                    // A damaged deflate stream shows as invalid data, a cut one as an early end.
                    StreamFault::Io(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                        VolumeReadError::Truncated { path, declared: stream.header.declared_bytes() }
                    }
                    StreamFault::Io(source) => VolumeReadError::Io { path, source },
                })
            }
        }
    }

    /// The voxels of a box (`None`: all); slices behind it are only checked.
    pub fn read(mut self, region: Option<IndexBox>) -> Result<Volume, VolumeReadError> {
        let whole = IndexBox { low: [0; 3], high: self.dims };
        let IndexBox { low, high } = region.unwrap_or(whole);
        let dims = [0, 1, 2].map(|a| high[a].min(self.dims[a]).saturating_sub(low[a]));
        let count = dims[0].saturating_mul(dims[1]).saturating_mul(dims[2]);
        if count == 0 || count > MAX_VOXELS_HELD {
            return Err(VolumeReadError::Header {
                path: self.path,
                problem: format!("{} × {} × {} voxels to hold", dims[0], dims[1], dims[2]),
                remedy: "crop the volume to the spine",
            });
        }
        // Grown as voxels arrive, so that a lying header cannot claim memory.
        let mut values = Vec::with_capacity(count.min(1 << 16));
        self.for_each_row(low[2]..low[2] + dims[2], |j, k, row| {
            if k >= low[2] && (low[1]..low[1] + dims[1]).contains(&j) {
                values.extend_from_slice(&row[low[0]..low[0] + dims[0]]);
            }
            Ok(())
        })?;
        let frame = self.patient_from_index.shifted(low);
        let lost = VolumeReadError::Truncated { path: self.path, declared: count as u64 };
        Volume::new(dims, values, frame).ok_or(lost)
    }

    /// The file or folder read.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads a whole volume of any format.
pub fn read_volume(path: &Path) -> Result<Volume, VolumeReadError> {
    VolumeReader::open(path)?.read(None)
}
