//! Reading a MetaImage header with its voxels in the same file (.mha) up to the first voxel.

use super::VoxelFrame;
use super::volume_error::{HeaderFault, VolumeReadError};
use super::volume_reader::Packing;
use super::voxel_stream::{Scalar, VolumeHeader, checked_dims};
use crate::geometry::{Point, Vector};
use nalgebra::Matrix3;
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::Path;

/// A header longer than this is none.
const MAX_HEADER_BYTES: u64 = 1 << 20;
const AGAIN: &str = "save it again from the program that made it";

/// Reads the header up to and with its last line, `ElementDataFile`.
pub(super) fn read(path: &Path, file: &mut dyn BufRead) -> Result<(VolumeHeader, Packing), VolumeReadError> {
    let mut limited = file.take(MAX_HEADER_BYTES);
    let mut fields = BTreeMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read =
            limited.read_until(b'\n', &mut line).map_err(|source| VolumeReadError::Io { path: path.into(), source })?;
        let text = String::from_utf8_lossy(&line);
        let Some((key, value)) = text.split_once('=').filter(|_| read > 0) else {
            return Err(HeaderFault::new("the header ends before ElementDataFile", AGAIN).of(path));
        };
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        let last = key == "ElementDataFile";
        fields.insert(key, value);
        if last {
            break;
        }
    }
    layout(&fields).map_err(|fault| fault.of(path))
}

fn layout(fields: &BTreeMap<String, String>) -> Result<(VolumeHeader, Packing), HeaderFault> {
    let get = |name: &str| fields.get(name).map(String::as_str);
    let require =
        |name: &str| get(name).ok_or_else(|| HeaderFault::new(format!("the header has no field {name}"), AGAIN));
    let is_true = |name: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if require("ElementDataFile")? != "LOCAL" {
        return Err(HeaderFault::new("its voxels are in another file", "save it as one .mha file"));
    }
    if get("BinaryData").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
        return Err(HeaderFault::new("voxels as text are not supported", "save it with binary voxels"));
    }
    if get("NDims") != Some("3") || get("ElementNumberOfChannels").is_some_and(|n| n != "1") {
        return Err(HeaderFault::new("not a volume of three dimensions and one channel", "give one volume per file"));
    }
    let scalar = match require("ElementType")? {
        "MET_CHAR" => Scalar::I8,
        "MET_UCHAR" => Scalar::U8,
        "MET_SHORT" => Scalar::I16,
        "MET_USHORT" => Scalar::U16,
        "MET_INT" => Scalar::I32,
        "MET_UINT" => Scalar::U32,
        "MET_LONG_LONG" => Scalar::I64,
        "MET_ULONG_LONG" => Scalar::U64,
        "MET_FLOAT" => Scalar::F32,
        "MET_DOUBLE" => Scalar::F64,
        _ => return Err(HeaderFault::new("its ElementType is not supported", "store it as MET_SHORT or MET_FLOAT")),
    };
    let sizes: [u64; 3] = numbers(require("DimSize")?, "DimSize")?;
    let packing = if is_true("CompressedData") { Packing::Zlib } else { Packing::Plain };
    let (frame, warnings) = frame(fields)?;
    let header = VolumeHeader {
        dims: checked_dims(sizes, "DimSize")?,
        frame,
        warnings,
        names: BTreeMap::new(),
        scalar,
        little_endian: !(is_true("BinaryDataByteOrderMSB") || is_true("ElementByteOrderMSB")),
        slope: 1.0,
        intercept: 0.0,
    };
    Ok((header, packing))
}

fn numbers<T: std::str::FromStr, const N: usize>(text: &str, field: &str) -> Result<[T; N], HeaderFault> {
    let parsed: Option<Vec<T>> = text.split_whitespace().map(|word| word.parse().ok()).collect();
    parsed
        .and_then(|found| <[T; N]>::try_from(found).ok())
        .ok_or_else(|| HeaderFault::new(format!("{field} is not {N} numbers"), AGAIN))
}

/// MetaImage as ITK writes it: LPS; every three numbers of the matrix are the direction of one index axis.
fn frame(fields: &BTreeMap<String, String>) -> Result<(VoxelFrame, Vec<String>), HeaderFault> {
    let any = |names: [&'static str; 3]| names.into_iter().find_map(|name| Some((name, fields.get(name)?.as_str())));
    let repair = "repair its TransformMatrix and ElementSpacing or convert the series again";
    let mut warnings = Vec::new();
    let spacing: [f64; 3] = match any(["ElementSpacing", "ElementSize", "ElementSpacing"]) {
        Some((name, text)) => numbers(text, name)?,
        None => return Err(HeaderFault::new("the header has no field ElementSpacing", repair)),
    };
    let directions: [f64; 9] = match any(["TransformMatrix", "Orientation", "Rotation"]) {
        Some((name, text)) => numbers(text, name)?,
        None => {
            warnings.push("no TransformMatrix in the file: its axes are taken as left, posterior, superior".to_owned());
            [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
        }
    };
    let origin: [f64; 3] = match any(["Offset", "Origin", "Position"]) {
        Some((name, text)) => numbers(text, name)?,
        None => [0.0; 3],
    };
    let axes = Matrix3::from_fn(|row, axis| directions[3 * axis + row] * spacing[axis]);
    let frame = VoxelFrame::new(axes, Point::from(Vector::from(origin))).ok_or_else(|| {
        HeaderFault::new("its TransformMatrix or ElementSpacing is zero, singular or not finite", repair)
    })?;
    frame.check_spacing().map_err(|problem| HeaderFault::new(problem, repair))?;
    Ok((frame, warnings))
}
