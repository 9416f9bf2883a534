//! Reading surfaces (STL, OBJ, PLY), told apart by content, and checking that one closes round a vertebra.

mod closed;
mod obj;
mod ply;
#[cfg(test)]
mod reading_tests;
mod stl;

pub(super) use closed::{ClosedSurface, closed_surface};

use crate::geometry::mesh::TriangleMesh;
use std::path::{Path, PathBuf};

/// Largest file read.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Which axes a surface's numbers are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshSpace {
    /// Left, posterior, superior.
    Lps,
    /// Right, anterior, superior.
    Ras,
}

impl MeshSpace {
    /// As files write it.
    pub fn name(self) -> &'static str {
        match self {
            MeshSpace::Lps => "LPS",
            MeshSpace::Ras => "RAS",
        }
    }
}

/// Unit of a surface's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshUnit {
    /// Millimetres.
    Mm,
    /// Centimetres.
    Cm,
    /// Metres.
    M,
}

impl MeshUnit {
    /// How many mm one is.
    pub fn mm(self) -> f64 {
        match self {
            MeshUnit::Mm => 1.0,
            MeshUnit::Cm => 10.0,
            MeshUnit::M => 1000.0,
        }
    }
}

/// What the user says of a surface; the file's own word or the usual is taken for what is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeshOptions {
    /// Unit.
    pub unit: Option<MeshUnit>,
    /// Axes.
    pub space: Option<MeshSpace>,
}

/// Why a surface was not read.
#[derive(Debug, thiserror::Error)]
pub enum MeshReadError {
    /// The file cannot be opened or read.
    #[error("{path}: cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{path}: {problem}; {remedy}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
        /// What the user can do.
        remedy: &'static str,
    },
}

/// A fault of a surface, before the file is named.
#[derive(Debug)]
pub(super) struct MeshFault {
    pub problem: String,
    pub remedy: &'static str,
}

impl MeshFault {
    pub fn new(problem: impl Into<String>, remedy: &'static str) -> MeshFault {
        MeshFault { problem: problem.into(), remedy }
    }

    pub fn of(self, path: &Path) -> MeshReadError {
        MeshReadError::Content { path: path.into(), problem: self.problem, remedy: self.remedy }
    }
}

/// A surface as the file has it.
#[derive(Debug, Default)]
pub(super) struct FileMesh {
    pub mesh: TriangleMesh,
    /// Axes that a header or comment names.
    pub space: Option<MeshSpace>,
}

const DAMAGED: &str = "copy it or export it again";

/// True when the first bytes look like one of the surfaces that are read.
pub(super) fn looks_like_mesh(bytes: &[u8]) -> bool {
    stl::is_binary(bytes) || stl::is_text(bytes) || ply::is_ply(bytes) || obj::is_obj(bytes)
}

/// The bytes of a file that looks like a surface; `None` for any other file.
pub(super) fn mesh_bytes(path: &Path) -> Result<Option<Vec<u8>>, MeshReadError> {
    let io = |source| MeshReadError::Io { path: path.into(), source };
    let size = std::fs::metadata(path).map_err(io)?;
    if !size.is_file() || size.len() > MAX_FILE_BYTES {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let named =
        path.extension().is_some_and(|end| ["stl", "obj", "ply"].iter().any(|known| end.eq_ignore_ascii_case(known)));
    Ok((named || looks_like_mesh(&bytes)).then_some(bytes))
}

/// Reads a surface of any of the formats.
pub(super) fn parse_mesh(bytes: &[u8]) -> Result<FileMesh, MeshFault> {
    if ply::is_ply(bytes) {
        return ply::parse(bytes);
    }
    if stl::is_text(bytes) {
        return stl::parse_text(bytes);
    }
    if stl::is_binary(bytes) {
        return stl::parse_binary(bytes);
    }
    if obj::is_obj(bytes) {
        return obj::parse(bytes);
    }
    if let Some((declared, held)) = stl::cut_short(bytes) {
        return Err(MeshFault::new(format!("truncated: {declared} triangles declared, {held} in the file"), DAMAGED));
    }
    Err(MeshFault::new("not a surface that can be read", "give STL, OBJ or PLY"))
}

/// The axes that a comment names (`SPACE=LPS`, as Slicer and this program write).
fn space_in(text: &[u8]) -> Option<MeshSpace> {
    let text = String::from_utf8_lossy(text).to_uppercase();
    let after = text.split("SPACE").nth(1)?.trim_start_matches([':', '=', ' ']);
    match after.get(..3)? {
        "LPS" => Some(MeshSpace::Lps),
        "RAS" => Some(MeshSpace::Ras),
        _ => None,
    }
}

/// A corner with finite numbers of a sane size.
fn corner([x, y, z]: [f64; 3]) -> Result<crate::geometry::Point, MeshFault> {
    let sane = [x, y, z].iter().all(|v| v.is_finite() && v.abs() < 1e6);
    sane.then(|| crate::geometry::Point::new(x, y, z))
        .ok_or_else(|| MeshFault::new(format!("a corner at ({x}, {y}, {z})"), DAMAGED))
}
