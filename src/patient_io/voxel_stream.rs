//! Voxels behind a header, decoded a row at a time from a plain or packed stream, with bounded memory.

use super::VoxelFrame;
use super::volume_error::HeaderFault;
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read, Result};

/// Most voxels that a file may declare: 2048³ ÷ 4, beyond any clinical CT.
const MAX_VOXELS_DECLARED: u64 = 1 << 31;
/// Most voxels along one axis.
const MAX_ALONG: u64 = 32767;
/// Deflate cannot pack tighter than this.
const MAX_DEFLATE_RATIO: u64 = 1032;
/// Most bytes behind the voxels of a packed file that are read to reach its checksum.
const MAX_TRAILING_BYTES: u64 = 1 << 20;

/// How a voxel is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

impl Scalar {
    /// Size in bytes.
    pub fn bytes(self) -> usize {
        match self {
            Scalar::U8 | Scalar::I8 => 1,
            Scalar::U16 | Scalar::I16 => 2,
            Scalar::U32 | Scalar::I32 | Scalar::F32 => 4,
            Scalar::U64 | Scalar::I64 | Scalar::F64 => 8,
        }
    }

    /// One stored number; `raw` has the length of its kind.
    pub fn decode(self, little_endian: bool, raw: &[u8]) -> f32 {
        let mut b = [0; 8];
        for (at, byte) in raw.iter().take(8).enumerate() {
            b[if little_endian { at } else { raw.len() - 1 - at }] = *byte;
        }
        let low2 = [b[0], b[1]];
        let low4 = [b[0], b[1], b[2], b[3]];
        match self {
            Scalar::U8 => f32::from(b[0]),
            Scalar::I8 => f32::from(b[0] as i8),
            Scalar::I16 => f32::from(i16::from_le_bytes(low2)),
            Scalar::U16 => f32::from(u16::from_le_bytes(low2)),
            Scalar::I32 => i32::from_le_bytes(low4) as f32,
            Scalar::U32 => u32::from_le_bytes(low4) as f32,
            Scalar::F32 => f32::from_le_bytes(low4),
            Scalar::I64 => i64::from_le_bytes(b) as f32,
            Scalar::U64 => u64::from_le_bytes(b) as f32,
            Scalar::F64 => f64::from_le_bytes(b) as f32,
        }
    }
}

/// What a header says, whatever the format.
pub(super) struct VolumeHeader {
    pub dims: [usize; 3],
    pub frame: VoxelFrame,
    pub warnings: Vec<String>,
    /// Names of label values, where the file gives them.
    pub names: BTreeMap<u32, String>,
    pub scalar: Scalar,
    pub little_endian: bool,
    pub slope: f32,
    pub intercept: f32,
}

impl VolumeHeader {
    /// Bytes of all voxels; `checked_dims` keeps it within `u64`.
    pub fn declared_bytes(&self) -> u64 {
        self.dims.iter().map(|&d| d as u64).product::<u64>() * self.scalar.bytes() as u64
    }

    /// True when `bytes` of file, packed or not, cannot hold the voxels.
    pub fn cannot_fit(&self, bytes: u64, packed: bool) -> bool {
        let needed = self.declared_bytes();
        if packed { needed / MAX_DEFLATE_RATIO > bytes } else { needed > bytes }
    }
}

/// Sizes that a volume may have.
pub(super) fn checked_dims(sizes: [u64; 3], field: &str) -> std::result::Result<[usize; 3], HeaderFault> {
    if sizes.contains(&0) {
        return Err(HeaderFault::new(format!("{field} is {sizes:?}"), "give a volume of three dimensions"));
    }
    let voxels = sizes.iter().try_fold(1_u64, |product, &size| product.checked_mul(size));
    match voxels {
        Some(voxels) if voxels <= MAX_VOXELS_DECLARED && sizes.iter().all(|&size| size <= MAX_ALONG) => {
            Ok(sizes.map(|size| size as usize))
        }
        _ => Err(HeaderFault::new(
            format!("{field} is {sizes:?}: more voxels than any CT"),
            "crop the volume to the spine",
        )),
    }
}

/// The voxels of a file, from the first on.
pub(super) struct VoxelStream {
    pub header: VolumeHeader,
    pub packed: bool,
    pub voxels: Box<dyn Read>,
}

/// Why a row stream stopped.
pub(super) enum StreamFault<E> {
    /// The file itself.
    Io(Error),
    /// A voxel (i, j, k) without a finite value.
    NotFinite([usize; 3]),
    /// The caller's own error.
    Row(E),
}

/// What is called with (j, k) and the values along i of a row.
pub type OnRow<'a, E> = dyn FnMut(usize, usize, &[f32]) -> std::result::Result<(), E> + 'a;

impl VoxelStream {
    /// Calls `row` with (j, k) and the values along i for every row, up to slice `end_k`; then checks that the file is
    /// whole.
    pub fn for_each_row<E>(&mut self, end_k: usize, row: &mut OnRow<'_, E>) -> std::result::Result<(), StreamFault<E>> {
        let VolumeHeader { dims, scalar, little_endian, slope, intercept, .. } = self.header;
        let size = scalar.bytes();
        let mut bytes = vec![0; dims[0] * size];
        let mut values = vec![0.0; dims[0]];
        for k in 0..end_k.min(dims[2]) {
            for j in 0..dims[1] {
                self.voxels.read_exact(&mut bytes).map_err(StreamFault::Io)?;
                for (value, raw) in values.iter_mut().zip(bytes.chunks_exact(size)) {
                    *value = slope * scalar.decode(little_endian, raw) + intercept;
                }
                if let Some(i) = values.iter().position(|v| !v.is_finite()) {
                    return Err(StreamFault::NotFinite([i, j, k]));
                }
                row(j, k, &values).map_err(StreamFault::Row)?;
            }
        }
        let slices_left = dims[2].saturating_sub(end_k) as u64;
        self.check_end(slices_left * dims[1] as u64 * bytes.len() as u64).map_err(StreamFault::Io)
    }

    /// A packed file that was cut or damaged behind the voxels wanted is refused too; of a plain one the length is
    /// known from the start.
    fn check_end(&mut self, bytes_left: u64) -> Result<()> {
        if !self.packed {
            return Ok(());
        }
        // The checksum stands behind the last voxel.
        let mut rest = self.voxels.by_ref().take(bytes_left + MAX_TRAILING_BYTES);
        let read = std::io::copy(&mut rest, &mut std::io::sink())?;
        if read < bytes_left { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}
