//! Reading NIfTI-1 volumes (.nii, .nii.gz), whole or in part, into LPS with bounded memory.

use super::nifti_affine::voxel_frame;
use super::{Volume, VoxelFrame};
use ::nifti::{Endianness, NiftiHeader, NiftiType};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Most voxels that a file may declare: 2048³ ÷ 4, beyond any clinical CT.
const MAX_VOXELS_DECLARED: u64 = 1 << 31;
/// Most voxels held in memory at once (1.6 GB as f32).
const MAX_VOXELS_HELD: usize = 400_000_000;
/// Deflate cannot pack tighter than this.
const MAX_GZIP_RATIO: u64 = 1032;
/// Most bytes behind the voxels of a packed file that are read to reach its checksum.
const MAX_TRAILING_BYTES: u64 = 1 << 20;

/// Why a NIfTI file was not read.
#[derive(Debug, thiserror::Error)]
pub enum NiftiReadError {
    /// The file cannot be opened or read.
    #[error("{path}: cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not a single-file NIfTI-1 volume.
    #[error("{path}: not a NIfTI-1 file ({found}); give a .nii or .nii.gz volume")]
    NotNifti {
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

impl NiftiReadError {
    /// The file that was not read.
    pub fn path(&self) -> &Path {
        match self {
            NiftiReadError::Io { path, .. }
            | NiftiReadError::NotNifti { path, .. }
            | NiftiReadError::Header { path, .. }
            | NiftiReadError::Truncated { path, .. }
            | NiftiReadError::NotLabels { path, .. } => path,
        }
    }
}

/// A box of voxels: from `low` up to, not including, `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexBox {
    /// First voxel along i, j, k.
    pub low: [usize; 3],
    /// One past the last voxel.
    pub high: [usize; 3],
}

/// A NIfTI file opened as far as its first voxel; rows are decoded one at a time.
pub struct NiftiVolumeReader {
    path: PathBuf,
    /// Voxels along i, j, k.
    pub dims: [usize; 3],
    /// Index to patient (LPS, mm).
    pub patient_from_index: VoxelFrame,
    /// Oddities of the header, one sentence each.
    pub warnings: Vec<String>,
    kind: NiftiType,
    little_endian: bool,
    slope: f32,
    intercept: f32,
    gzipped: bool,
    voxels: Box<dyn Read>,
}

impl NiftiVolumeReader {
    /// Reads and checks the header.
    pub fn open(path: &Path) -> Result<NiftiVolumeReader, NiftiReadError> {
        let io = |source| NiftiReadError::Io { path: path.into(), source };
        let mut file = File::open(path).map_err(io)?;
        let file_bytes = file.metadata().map_err(io)?.len();
        let mut start = [0; 2];
        let gzipped = file.read_exact(&mut start).is_ok() && start == [0x1f, 0x8b];
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let buffered = BufReader::with_capacity(1 << 16, file);
        let mut voxels: Box<dyn Read> =
            if gzipped { Box::new(MultiGzDecoder::new(buffered)) } else { Box::new(buffered) };

        let not_nifti = |found: String| NiftiReadError::NotNifti { path: path.into(), found };
        let mut raw = [0; 348];
        voxels.read_exact(&mut raw).map_err(|e| not_nifti(format!("its header cannot be read: {e}")))?;
        if raw[344..348] != *b"n+1\0" {
            let found = match &raw[344..347] {
                b"ni1" => "a header without voxels, .hdr/.img".to_string(),
                _ if raw[4..8] == *b"n+2\0" => "NIfTI-2; convert it to NIfTI-1".to_string(),
                _ => "wrong magic code".to_string(),
            };
            return Err(not_nifti(found));
        }
        let header = NiftiHeader::from_reader(&raw[..]).map_err(|e| not_nifti(e.to_string()))?;

        let dims = checked_dims(path, &header)?;
        let bad = |problem: String, remedy| NiftiReadError::Header { path: path.into(), problem, remedy };
        let kind = header.data_type().ok().filter(|kind| bytes_of(*kind).is_some()).ok_or_else(|| {
            bad(format!("datatype {} is not supported", header.datatype), "store it as int16 or float32")
        })?;
        let declared = dims.iter().map(|&d| d as u64).product::<u64>() * bytes_of(kind).unwrap_or(1) as u64;
        let offset = header.vox_offset;
        if !(offset.is_finite() && (348.0..1e9).contains(&offset)) {
            return Err(bad(format!("vox_offset is {offset}"), "write the file again with the tool that made it"));
        }
        let needed = declared + offset as u64;
        if (!gzipped && needed > file_bytes) || (gzipped && needed / MAX_GZIP_RATIO > file_bytes) {
            return Err(NiftiReadError::Truncated { path: path.into(), declared });
        }
        let (patient_from_index, warnings) = voxel_frame(&header)
            .map_err(|problem| bad(problem, "repair its affine (sform, qform, pixdim) or convert the series again"))?;
        let (slope, intercept) = (header.scl_slope, header.scl_inter);
        if !slope.is_finite() || !intercept.is_finite() {
            let problem = format!("scl_slope {slope}, scl_inter {intercept} are not finite");
            return Err(bad(problem, "write the file again with the tool that made it"));
        }
        let scaled = slope != 0.0;
        let skip = offset as u64 - 348;
        let skipped = std::io::copy(&mut voxels.by_ref().take(skip), &mut std::io::sink()).map_err(io)?;
        if skipped < skip {
            return Err(NiftiReadError::Truncated { path: path.into(), declared });
        }
        Ok(NiftiVolumeReader {
            path: path.into(),
            dims,
            patient_from_index,
            warnings,
            kind,
            little_endian: header.endianness == Endianness::Little,
            slope: if scaled { slope } else { 1.0 },
            intercept: if scaled { intercept } else { 0.0 },
            gzipped,
            voxels,
        })
    }

    /// Calls `row` with (j, k) and the values along i for every row, up to slice `end_k`; then checks that the file is
    /// whole.
    pub fn for_each_row(
        &mut self,
        end_k: usize,
        mut row: impl FnMut(usize, usize, &[f32]) -> Result<(), NiftiReadError>,
    ) -> Result<(), NiftiReadError> {
        let size = bytes_of(self.kind).unwrap_or(1);
        let mut bytes = vec![0; self.dims[0] * size];
        let mut values = vec![0.0; self.dims[0]];
        for k in 0..end_k.min(self.dims[2]) {
            for j in 0..self.dims[1] {
                self.voxels.read_exact(&mut bytes).map_err(|source| self.read_error(source))?;
                for (value, raw) in values.iter_mut().zip(bytes.chunks_exact(size)) {
                    *value = self.slope * decode(self.kind, self.little_endian, raw) + self.intercept;
                }
                if let Some(i) = values.iter().position(|v| !v.is_finite()) {
                    return Err(NiftiReadError::Header {
                        path: self.path.clone(),
                        problem: format!("voxel ({i}, {j}, {k}) is not a finite number"),
                        remedy: "fill such voxels (−1024 HU in a CT, 0 in labels)",
                    });
                }
                row(j, k, &values)?;
            }
        }
        let slices_left = self.dims[2].saturating_sub(end_k) as u64;
        self.check_end(slices_left * self.dims[1] as u64 * bytes.len() as u64)
    }

    /// A packed file that was cut or damaged behind the voxels wanted is refused too; of a plain one the length is
    /// known from the start.
    fn check_end(&mut self, bytes_left: u64) -> Result<(), NiftiReadError> {
        if !self.gzipped {
            return Ok(());
        }
        // The checksum stands behind the last voxel.
        let rest = std::io::copy(&mut self.voxels.by_ref().take(bytes_left + MAX_TRAILING_BYTES), &mut std::io::sink());
        match rest {
            Ok(read) if read < bytes_left => Err(self.read_error(std::io::ErrorKind::UnexpectedEof.into())),
            Ok(_) => Ok(()),
            Err(source) => Err(self.read_error(source)),
        }
    }

    /// The voxels of a box (`None`: all); slices behind it are only checked.
    pub fn read(mut self, region: Option<IndexBox>) -> Result<Volume, NiftiReadError> {
        let whole = IndexBox { low: [0; 3], high: self.dims };
        let IndexBox { low, high } = region.unwrap_or(whole);
        let dims = [0, 1, 2].map(|a| high[a].min(self.dims[a]).saturating_sub(low[a]));
        let count = dims[0].saturating_mul(dims[1]).saturating_mul(dims[2]);
        if count == 0 || count > MAX_VOXELS_HELD {
            return Err(NiftiReadError::Header {
                path: self.path,
                problem: format!("{} × {} × {} voxels to hold", dims[0], dims[1], dims[2]),
                remedy: "crop the volume to the spine",
            });
        }
        // Grown as voxels arrive, so that a lying header cannot claim memory.
        let mut values = Vec::with_capacity(count.min(1 << 24));
        self.for_each_row(low[2] + dims[2], |j, k, row| {
            if k >= low[2] && (low[1]..low[1] + dims[1]).contains(&j) {
                values.extend_from_slice(&row[low[0]..low[0] + dims[0]]);
            }
            Ok(())
        })?;
        let frame = self.patient_from_index.shifted(low);
        let lost = NiftiReadError::Truncated { path: self.path, declared: count as u64 };
        Volume::new(dims, values, frame).ok_or(lost)
    }

    /// The file read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read_error(&self, source: std::io::Error) -> NiftiReadError {
        let path = self.path.clone();
        match source.kind() {
            // A damaged deflate stream shows as invalid data, a cut one as an early end.
            std::io::ErrorKind::UnexpectedEof => {
                let voxels: u64 = self.dims.iter().map(|&d| d as u64).product();
                NiftiReadError::Truncated { path, declared: voxels * bytes_of(self.kind).unwrap_or(1) as u64 }
            }
            _ => NiftiReadError::Io { path, source },
        }
    }
}

/// Reads a whole NIfTI-1 volume.
pub fn read_nifti(path: &Path) -> Result<Volume, NiftiReadError> {
    NiftiVolumeReader::open(path)?.read(None)
}

fn checked_dims(path: &Path, header: &NiftiHeader) -> Result<[usize; 3], NiftiReadError> {
    let bad = |problem, remedy| NiftiReadError::Header { path: path.into(), problem, remedy };
    let dim = header.dim;
    let rank = usize::from(dim[0]);
    if !(3..=7).contains(&rank) || dim[1..=3].contains(&0) {
        return Err(bad(format!("dim is {dim:?}"), "give a volume of three dimensions"));
    }
    if dim[4..=rank.max(3)].iter().any(|&d| d > 1) {
        return Err(bad(format!("dim is {dim:?}: several volumes in one file"), "give one volume per file"));
    }
    let dims = [1, 2, 3].map(|a| usize::from(dim[a]));
    let voxels: u64 = dims.iter().map(|&d| d as u64).product();
    if dims.iter().any(|&d| d > 32767) || voxels > MAX_VOXELS_DECLARED {
        return Err(bad(format!("dim is {dim:?}: {voxels} voxels"), "crop the volume to the spine"));
    }
    Ok(dims)
}

fn bytes_of(kind: NiftiType) -> Option<usize> {
    Some(match kind {
        NiftiType::Uint8 | NiftiType::Int8 => 1,
        NiftiType::Int16 | NiftiType::Uint16 => 2,
        NiftiType::Int32 | NiftiType::Uint32 | NiftiType::Float32 => 4,
        NiftiType::Int64 | NiftiType::Uint64 | NiftiType::Float64 => 8,
        _ => return None,
    })
}

/// One stored number; `raw` has the length of its kind.
fn decode(kind: NiftiType, little_endian: bool, raw: &[u8]) -> f32 {
    let mut b = [0; 8];
    for (at, byte) in raw.iter().take(8).enumerate() {
        b[if little_endian { at } else { raw.len() - 1 - at }] = *byte;
    }
    let low2 = [b[0], b[1]];
    let low4 = [b[0], b[1], b[2], b[3]];
    match kind {
        NiftiType::Uint8 => f32::from(b[0]),
        NiftiType::Int8 => f32::from(b[0] as i8),
        NiftiType::Int16 => f32::from(i16::from_le_bytes(low2)),
        NiftiType::Uint16 => f32::from(u16::from_le_bytes(low2)),
        NiftiType::Int32 => i32::from_le_bytes(low4) as f32,
        NiftiType::Uint32 => u32::from_le_bytes(low4) as f32,
        NiftiType::Float32 => f32::from_le_bytes(low4),
        NiftiType::Int64 => i64::from_le_bytes(b) as f32,
        NiftiType::Uint64 => u64::from_le_bytes(b) as f32,
        NiftiType::Float64 => f64::from_le_bytes(b) as f32,
        _ => f32::NAN,
    }
}
