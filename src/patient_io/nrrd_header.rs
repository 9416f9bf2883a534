//! Reading an attached NRRD header (Slicer's volumes, label maps and one-layer `.seg.nrrd`) up to the first voxel.

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
const MAX_HEADER_BYTES: u64 = 4 << 20;
const AGAIN: &str = "save it again from the program that made it";

/// Reads the header up to its blank line.
pub(super) fn read(path: &Path, file: &mut dyn BufRead) -> Result<(VolumeHeader, Packing), VolumeReadError> {
    let mut limited = file.take(MAX_HEADER_BYTES);
    let (mut fields, mut pairs) = (BTreeMap::new(), BTreeMap::new());
    let mut line = Vec::new();
    let mut first = true;
    loop {
        line.clear();
        let read =
            limited.read_until(b'\n', &mut line).map_err(|source| VolumeReadError::Io { path: path.into(), source })?;
        if read == 0 {
            return Err(HeaderFault::new("the header has no end (no blank line)", AGAIN).of(path));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            break;
        }
        if std::mem::take(&mut first) || text.starts_with('#') {
            continue;
        }
        if let Some((key, value)) = text.split_once(":=") {
            pairs.insert(key.to_owned(), value.to_owned());
        } else if let Some((key, value)) = text.split_once(':') {
            fields.insert(key.trim().to_lowercase(), value.trim().to_owned());
        } else {
            return Err(HeaderFault::new(format!("header line {:?} is no field", shortened(text)), AGAIN).of(path));
        }
    }
    layout(&fields, &pairs).map_err(|fault| fault.of(path))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

fn layout(
    fields: &BTreeMap<String, String>,
    pairs: &BTreeMap<String, String>,
) -> Result<(VolumeHeader, Packing), HeaderFault> {
    let get = |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).map(String::as_str);
    let require = |names: &[&str]| {
        get(names).ok_or_else(|| HeaderFault::new(format!("the header has no field \"{}\"", names[0]), AGAIN))
    };
    if get(&["data file", "datafile"]).is_some() {
        return Err(HeaderFault::new(
            "a detached header (its voxels are in another file)",
            "save it as one .nrrd file",
        ));
    }
    for skip in ["byte skip", "line skip", "byteskip", "lineskip"] {
        if get(&[skip]).is_some_and(|skip| skip != "0") {
            return Err(HeaderFault::new(format!("\"{skip}\" is not supported"), AGAIN));
        }
    }
    let (scalar, single_byte) = scalar(require(&["type"])?)?;
    let packing = match require(&["encoding"])?.to_lowercase().as_str() {
        "raw" => Packing::Plain,
        "gzip" | "gz" => Packing::Gzip,
        other => {
            let problem = format!("encoding \"{}\" is not supported", shortened(other));
            return Err(HeaderFault::new(problem, "save it with encoding raw or gzip"));
        }
    };
    let little_endian = match get(&["endian"]).map(str::to_lowercase).as_deref() {
        Some("little") => true,
        Some("big") => false,
        None if single_byte => true,
        _ => return Err(HeaderFault::new("the field \"endian\" is neither little nor big", AGAIN)),
    };
    let sizes: Vec<u64> = numbers(require(&["sizes"])?, "sizes")?;
    let dimension: Vec<u64> = numbers(require(&["dimension"])?, "dimension")?;
    if dimension != [sizes.len() as u64] {
        return Err(HeaderFault::new(format!("dimension {dimension:?} does not fit sizes {sizes:?}"), AGAIN));
    }
    let listed = sizes.len() == 4;
    let along = match *sizes.as_slice() {
        [x, y, z] | [1, x, y, z] => [x, y, z],
        [layers, _, _, _] => {
            let problem = format!("{layers} layers or channels: segments that overlap cannot be one label map");
            return Err(HeaderFault::new(
                problem,
                "in Slicer, export the segmentation as a label map, or as segments that do not overlap",
            ));
        }
        _ => return Err(HeaderFault::new(format!("sizes {sizes:?}"), "give a volume of three dimensions")),
    };
    let dims = checked_dims(along, "sizes")?;
    let (frame, warnings) = frame(&get, usize::from(listed))?;
    let (slope, intercept) = (1.0, 0.0);
    let names = names(pairs);
    Ok((VolumeHeader { dims, frame, warnings, names, scalar, little_endian, slope, intercept }, packing))
}

fn scalar(name: &str) -> Result<(Scalar, bool), HeaderFault> {
    let found = match name.to_lowercase().as_str() {
        "signed char" | "int8" | "int8_t" => Scalar::I8,
        "uchar" | "unsigned char" | "uint8" | "uint8_t" => Scalar::U8,
        "short" | "short int" | "signed short" | "signed short int" | "int16" | "int16_t" => Scalar::I16,
        "ushort" | "unsigned short" | "unsigned short int" | "uint16" | "uint16_t" => Scalar::U16,
        "int" | "signed int" | "int32" | "int32_t" => Scalar::I32,
        "uint" | "unsigned int" | "uint32" | "uint32_t" => Scalar::U32,
        "longlong" | "long long" | "long long int" | "signed long long" | "int64" | "int64_t" => Scalar::I64,
        "ulonglong" | "unsigned long long" | "unsigned long long int" | "uint64" | "uint64_t" => Scalar::U64,
        "float" => Scalar::F32,
        "double" => Scalar::F64,
        other => {
            let problem = format!("type \"{}\" is not supported", shortened(other));
            return Err(HeaderFault::new(problem, "store it as int16 or float"));
        }
    };
    Ok((found, found.bytes() == 1))
}

fn numbers<T: std::str::FromStr>(text: &str, field: &str) -> Result<Vec<T>, HeaderFault> {
    let bad = || HeaderFault::new(format!("{field} \"{}\" holds something that is no number", shortened(text)), AGAIN);
    text.split_whitespace().map(|word| word.parse().map_err(|_| bad())).collect()
}

/// Vectors like `(1,0,0) none (0,1,0)`; `none` is left out.
fn vectors(text: &str, field: &str) -> Result<Vec<Vector>, HeaderFault> {
    let bad = || HeaderFault::new(format!("{field} \"{}\" is no list of vectors", shortened(text)), AGAIN);
    let mut found = Vec::new();
    for part in text.replace("none", "").split('(').skip(1) {
        let inside = part.split(')').next().unwrap_or_default();
        let parts: Vec<f64> =
            inside.split(',').map(|n| n.trim().parse().map_err(|_| bad())).collect::<Result<_, _>>()?;
        let [x, y, z] = *parts.as_slice() else { return Err(bad()) };
        found.push(Vector::new(x, y, z));
    }
    Ok(found)
}

fn frame<'a>(
    get: &dyn Fn(&[&str]) -> Option<&'a str>,
    listed: usize,
) -> Result<(VoxelFrame, Vec<String>), HeaderFault> {
    let repair = "repair its space directions or convert the series again";
    let mut warnings = Vec::new();
    let to_lps = match get(&["space"]).map(str::to_lowercase).as_deref() {
        Some("left-posterior-superior" | "lps") => [1.0, 1.0, 1.0],
        Some("right-anterior-superior" | "ras") => [-1.0, -1.0, 1.0],
        Some("left-anterior-superior" | "las") => [1.0, -1.0, 1.0],
        Some(other) => {
            let problem = format!("space \"{}\" does not say where the patient's left is", shortened(other));
            return Err(HeaderFault::new(
                problem,
                "save it in left-posterior-superior (LPS) or right-anterior-superior (RAS)",
            ));
        }
        None => {
            warnings.push("no space in the file: its axes are taken as left, posterior, superior".to_owned());
            [1.0, 1.0, 1.0]
        }
    };
    let columns = match (get(&["space directions"]), get(&["spacings"])) {
        (Some(text), _) => vectors(text, "space directions")?,
        (None, Some(text)) => {
            let spacings: Vec<f64> = numbers(text, "spacings")?;
            spacings.iter().skip(listed).enumerate().take(3).map(|(a, s)| Vector::ith(a, *s)).collect()
        }
        (None, None) => return Err(HeaderFault::new("neither space directions nor spacings are given", repair)),
    };
    let [a, b, c] = *columns.as_slice() else {
        return Err(HeaderFault::new(format!("{} space directions for three axes", columns.len()), repair));
    };
    let origin = match get(&["space origin"]) {
        Some(text) => vectors(text, "space origin")?.first().copied().unwrap_or_default(),
        None => {
            warnings.push("no space origin in the file: the first voxel is taken as the origin".to_owned());
            Vector::zeros()
        }
    };
    let flip = Matrix3::from_diagonal(&Vector::from(to_lps));
    let found = VoxelFrame::new(flip * Matrix3::from_columns(&[a, b, c]), Point::from(flip * origin))
        .ok_or_else(|| HeaderFault::new("its space directions are zero, singular or not finite", repair))?;
    found.check_spacing().map_err(|problem| HeaderFault::new(problem, repair))?;
    Ok((found, warnings))
}

/// Names of the segments by label value, as Slicer writes them.
fn names(pairs: &BTreeMap<String, String>) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    for (key, value) in pairs {
        let Some(segment) = key.strip_prefix("Segment").and_then(|rest| rest.strip_suffix("_LabelValue")) else {
            continue;
        };
        let name = pairs.get(&format!("Segment{segment}_Name"));
        if let (Ok(value), Some(name)) = (value.trim().parse(), name) {
            found.insert(value, name.trim().to_owned());
        }
    }
    found
}
