//! Reading a NIfTI-1 header (.nii, .nii.gz) up to the first voxel.

use super::nifti_affine::voxel_frame;
use super::volume_error::{HeaderFault, VolumeReadError};
use super::voxel_stream::{Scalar, VolumeHeader, checked_dims};
use ::nifti::{Endianness, NiftiHeader, NiftiType};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Reads the header and skips to the first voxel, whose place in the file is given with it.
pub(super) fn read(path: &Path, file: &mut dyn Read) -> Result<(VolumeHeader, u64), VolumeReadError> {
    let not_nifti = |found: String| VolumeReadError::NotAVolume { path: path.into(), found };
    let mut raw = [0; 348];
    file.read_exact(&mut raw).map_err(|e| not_nifti(format!("its header cannot be read: {e}")))?;
    if raw[344..348] != *b"n+1\0" {
        let found = match &raw[344..347] {
            b"ni1" => "a NIfTI header without voxels, .hdr/.img".to_string(),
            _ if raw[4..8] == *b"n+2\0" => "NIfTI-2; convert it to NIfTI-1".to_string(),
            _ => "wrong magic code".to_string(),
        };
        return Err(not_nifti(found));
    }
    let header = NiftiHeader::from_reader(&raw[..]).map_err(|e| not_nifti(e.to_string()))?;
    let (found, offset) = layout(&header).map_err(|fault| fault.of(path))?;
    let skip = offset - 348;
    let io = |source| VolumeReadError::Io { path: path.into(), source };
    let skipped = std::io::copy(&mut file.take(skip), &mut std::io::sink()).map_err(io)?;
    if skipped < skip {
        return Err(VolumeReadError::Truncated { path: path.into(), declared: found.declared_bytes() });
    }
    Ok((found, offset))
}

fn layout(header: &NiftiHeader) -> Result<(VolumeHeader, u64), HeaderFault> {
    let dims = dims(header)?;
    let scalar = header.data_type().ok().and_then(scalar).ok_or_else(|| {
        HeaderFault::new(format!("datatype {} is not supported", header.datatype), "store it as int16 or float32")
    })?;
    let again = "write the file again with the tool that made it";
    let offset = header.vox_offset;
    if !(offset.is_finite() && (348.0..1e9).contains(&offset)) {
        return Err(HeaderFault::new(format!("vox_offset is {offset}"), again));
    }
    let (frame, warnings) = voxel_frame(header).map_err(|problem| {
        HeaderFault::new(problem, "repair its affine (sform, qform, pixdim) or convert the series again")
    })?;
    let (slope, intercept) = (header.scl_slope, header.scl_inter);
    if !slope.is_finite() || !intercept.is_finite() {
        return Err(HeaderFault::new(format!("scl_slope {slope}, scl_inter {intercept} are not finite"), again));
    }
    let scaled = slope != 0.0;
    let found = VolumeHeader {
        dims,
        frame,
        warnings,
        names: BTreeMap::new(),
        scalar,
        little_endian: header.endianness == Endianness::Little,
        slope: if scaled { slope } else { 1.0 },
        intercept: if scaled { intercept } else { 0.0 },
    };
    Ok((found, offset as u64))
}

fn dims(header: &NiftiHeader) -> Result<[usize; 3], HeaderFault> {
    let dim = header.dim;
    let rank = usize::from(dim[0]);
    if !(3..=7).contains(&rank) {
        return Err(HeaderFault::new(format!("dim is {dim:?}"), "give a volume of three dimensions"));
    }
    if dim[4..=rank.max(3)].iter().any(|&d| d > 1) {
        return Err(HeaderFault::new(
            format!("dim is {dim:?}: several volumes in one file"),
            "give one volume per file",
        ));
    }
    checked_dims([1, 2, 3].map(|a| u64::from(dim[a])), "dim")
}

fn scalar(kind: NiftiType) -> Option<Scalar> {
    Some(match kind {
        NiftiType::Uint8 => Scalar::U8,
        NiftiType::Int8 => Scalar::I8,
        NiftiType::Int16 => Scalar::I16,
        NiftiType::Uint16 => Scalar::U16,
        NiftiType::Int32 => Scalar::I32,
        NiftiType::Uint32 => Scalar::U32,
        NiftiType::Float32 => Scalar::F32,
        NiftiType::Int64 => Scalar::I64,
        NiftiType::Uint64 => Scalar::U64,
        NiftiType::Float64 => Scalar::F64,
        _ => return None,
    })
}
