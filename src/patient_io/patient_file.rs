//! The patient file: one vertebra with bone, veins and openings, versioned, compressed and checked.
//!
//! ```text
//! trocar.patient/2\n                       magic and version
//! u64 LE: length of the header
//! header                                   JSON: everything but the voxels; "frame": "LPS"
//! Zstandard stream                         four fields, packed by `field_codec`: bone, body, canal, BV/TV
//! 32 bytes                                 SHA-256 of all that stands before
//! ```
//!
//! Version 1, still read, has a zlib stream of plain f32 LE (x fastest) and no `import` in its header.

use super::{field_codec, write_atomically};
use crate::anatomy::{
    BoneQuality, FractureSummary, ImportRecord, Landmarks, Level, Opening, Patient, Source, VeinTree, Vertebra,
};
use crate::geometry::{Field, Frame, Grid, Vector};
use flate2::read::ZlibDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

const MAGIC: &[u8] = b"trocar.patient/2\n";
const MAGIC_OF_FIRST: &[u8] = b"trocar.patient/1\n";
const MAGIC_ANY_VERSION: &[u8] = b"trocar.patient/";
/// Limits of what is read: the file, its header, the cells of one field.
const MAX_FILE_BYTES: u64 = 1 << 30;
const MAX_HEADER_BYTES: u64 = 64 << 20;
const MAX_CELLS: usize = 64_000_000;
const CHECKSUM_BYTES: usize = 32;
/// Higher levels take seconds and save a few per cent.
const ZSTD_LEVEL: i32 = 9;

/// Why a patient file was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum PatientFileError {
    /// The file cannot be opened, read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not a patient file.
    #[error("{path}: not a trocar patient file; make one with `trocar import`")]
    NotPatient {
        /// The file.
        path: PathBuf,
    },
    /// A patient file of another version.
    #[error("{path}: written as {found}, this program reads trocar.patient/1 and /2; import the patient again")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its first line.
        found: String,
    },
    /// The bytes are not those that were written.
    #[error("{path}: damaged ({problem}); copy it again or import the patient again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The patient holds a value that no file may hold.
    #[error("the patient cannot be written: {0}")]
    Invalid(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    frame: String,
    unit: String,
    level: Level,
    source: Source,
    t_score: Option<f64>,
    fracture: Option<FractureSummary>,
    patient_from_vertebra: Frame,
    landmarks: Landmarks,
    trabecular_thickness_mm: f64,
    permeability_anisotropy: f64,
    permeability_scale: f64,
    uniform_permeability_mm2: Option<f64>,
    wall_conductance_mm: f64,
    veins: Vec<VeinTree>,
    openings: Vec<Opening>,
    warnings: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<ImportRecord>,
    /// Of bone, body, canal, BV/TV.
    grids: [Grid; 4],
}

/// Writes a patient, whole or not at all.
pub fn write_patient(path: &Path, patient: &Patient) -> Result<(), PatientFileError> {
    let bytes = to_bytes(patient)?;
    write_atomically(path, |writer| writer.write_all(&bytes))
        .map_err(|source| PatientFileError::Io { path: path.into(), source })
}

/// Reads a patient and checks every size, the checksum and that all numbers are finite.
pub fn read_patient(path: &Path) -> Result<Patient, PatientFileError> {
    let io = |source| PatientFileError::Io { path: path.into(), source };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if !bytes.starts_with(MAGIC) && !bytes.starts_with(MAGIC_OF_FIRST) {
        if !bytes.starts_with(MAGIC_ANY_VERSION) {
            return Err(PatientFileError::NotPatient { path: path.into() });
        }
        let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let found = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
        return Err(PatientFileError::Version { path: path.into(), found });
    }
    from_bytes(&bytes).map_err(|problem| PatientFileError::Damaged { path: path.into(), problem })
}

/// The header's JSON; refuses a patient with a number that is not finite.
pub(super) fn description(patient: &Patient) -> Result<Vec<u8>, PatientFileError> {
    let invalid = |problem: &str| PatientFileError::Invalid(problem.into());
    let Patient { vertebra, bone, .. } = patient;
    let fields = [&vertebra.bone, &vertebra.body, &vertebra.canal, &bone.bone_volume_fraction];
    let header = Header {
        frame: "LPS".into(),
        unit: "mm".into(),
        level: patient.level,
        source: patient.source,
        t_score: patient.t_score,
        fracture: patient.fracture.clone(),
        patient_from_vertebra: vertebra.frame.clone(),
        landmarks: vertebra.landmarks.clone(),
        trabecular_thickness_mm: bone.trabecular_thickness_mm,
        permeability_anisotropy: bone.permeability_anisotropy,
        permeability_scale: bone.permeability_scale,
        uniform_permeability_mm2: bone.uniform_permeability_mm2,
        wall_conductance_mm: bone.wall_conductance_mm,
        veins: patient.veins.clone(),
        openings: patient.openings.clone(),
        warnings: patient.warnings.clone(),
        import: patient.import.clone(),
        grids: fields.map(|field| field.grid().clone()),
    };
    let text = serde_json::to_vec(&header).map_err(|e| invalid(&e.to_string()))?;
    // JSON turns a number that is not finite into null, which would read back as another patient or not at all.
    let same: Option<Header> = serde_json::from_slice(&text).ok();
    if same.is_none_or(|same| !header.keeps_options(&same)) {
        return Err(invalid("a number in its description is not finite"));
    }
    if fields.iter().any(|field| !field.values().iter().all(|v| v.is_finite())) {
        return Err(invalid("a field holds a value that is not finite"));
    }
    Ok(text)
}

fn to_bytes(patient: &Patient) -> Result<Vec<u8>, PatientFileError> {
    let invalid = |problem: &str| PatientFileError::Invalid(problem.into());
    let Patient { vertebra, bone, .. } = patient;
    let fields = [&vertebra.bone, &vertebra.body, &vertebra.canal, &bone.bone_volume_fraction];
    let text = description(patient)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text);
    let packed = |problem: std::io::Error| invalid(&problem.to_string());
    let mut encoder = zstd::Encoder::new(bytes, ZSTD_LEVEL).map_err(packed)?;
    for field in fields {
        field_codec::write_field(&mut encoder, field).map_err(packed)?;
    }
    let mut bytes = encoder.finish().map_err(packed)?;
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    Ok(bytes)
}

impl Header {
    /// Whether the same optional numbers are given.
    fn keeps_options(&self, other: &Header) -> bool {
        let given = |h: &Header| {
            let import = h.import.as_ref();
            [
                h.t_score.is_some(),
                h.uniform_permeability_mm2.is_some(),
                h.fracture.as_ref().is_some_and(|f| f.age_weeks.is_some()),
                import.is_some_and(|i| i.calibration.is_some()),
                import.is_some_and(|i| i.heights_mm.is_some()),
                import.is_some_and(|i| i.reference_heights_mm.is_some()),
            ]
        };
        given(self) == given(other)
    }
}

fn from_bytes(bytes: &[u8]) -> Result<Patient, String> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("larger than {MAX_FILE_BYTES} bytes"));
    }
    let start = MAGIC.len() + 8;
    let end = bytes.len().checked_sub(CHECKSUM_BYTES).filter(|end| *end >= start).ok_or("it ends too early")?;
    let (content, checksum) = bytes.split_at(end);
    if Sha256::digest(content)[..] != *checksum {
        return Err("its checksum does not fit".into());
    }
    let mut length = [0; 8];
    length.copy_from_slice(&content[MAGIC.len()..start]);
    let length = u64::from_le_bytes(length);
    let available = (content.len() - start) as u64;
    if length > MAX_HEADER_BYTES.min(available) {
        return Err(format!("its header claims {length} bytes"));
    }
    let (text, compressed) = content[start..].split_at(length as usize);
    let header: Header = serde_json::from_slice(text).map_err(|e| format!("header: {e}"))?;
    if header.frame != "LPS" || header.unit != "mm" {
        return Err(format!("frame {} in {}; LPS in mm expected", header.frame, header.unit));
    }
    check_frame(&header.patient_from_vertebra)?;

    let [bone, body, canal, bone_volume_fraction] = if bytes.starts_with(MAGIC_OF_FIRST) {
        fields(&mut ZlibDecoder::new(compressed), header.grids, plain_field)?
    } else {
        let mut decoder = zstd::Decoder::new(compressed).map_err(|e| e.to_string())?;
        let packed = |reader: &mut zstd::Decoder<'_, _>, grid| {
            field_codec::read_field(reader, grid).map_err(|e| format!("voxels: {e}"))
        };
        fields(&mut decoder, header.grids, packed)?
    };
    Ok(Patient {
        level: header.level,
        source: header.source,
        t_score: header.t_score,
        fracture: header.fracture,
        vertebra: Vertebra { frame: header.patient_from_vertebra, bone, body, canal, landmarks: header.landmarks },
        bone: BoneQuality {
            bone_volume_fraction,
            trabecular_thickness_mm: header.trabecular_thickness_mm,
            permeability_anisotropy: header.permeability_anisotropy,
            permeability_scale: header.permeability_scale,
            uniform_permeability_mm2: header.uniform_permeability_mm2,
            wall_conductance_mm: header.wall_conductance_mm,
        },
        veins: header.veins,
        openings: header.openings,
        warnings: header.warnings,
        import: header.import,
    })
}

fn check_frame(frame: &Frame) -> Result<(), String> {
    let axes = [Vector::x(), Vector::y(), Vector::z()].map(|axis| frame.vector_to_patient(&axis));
    let unit = axes.iter().all(|a| (a.norm() - 1.0).abs() < 1e-6);
    if unit && (axes[0].cross(&axes[1]) - axes[2]).norm() < 1e-6 {
        Ok(())
    } else {
        Err("its frame is no rotation".into())
    }
}

/// Four fields and nothing behind them.
fn fields<R: Read>(
    reader: &mut R,
    grids: [Grid; 4],
    one: impl Fn(&mut R, Grid) -> Result<Field<f32>, String>,
) -> Result<[Field<f32>; 4], String> {
    let mut found = Vec::new();
    for grid in grids {
        check_grid(&grid)?;
        let field = one(reader, grid)?;
        if !field.values().iter().all(|v| v.is_finite()) {
            return Err("a voxel is not a finite number".into());
        }
        found.push(field);
    }
    if reader.read(&mut [0]).map_err(|e| e.to_string())? != 0 {
        return Err("more voxels than its header declares".into());
    }
    found.try_into().map_err(|_| "four fields expected".into())
}

fn check_grid(grid: &Grid) -> Result<(), String> {
    let cells = grid.dims.iter().try_fold(1_usize, |n, &d| n.checked_mul(d));
    if !cells.is_some_and(|n| (1..=MAX_CELLS).contains(&n)) {
        return Err(format!("a field of {:?} cells", grid.dims));
    }
    if !(1e-3..1e3).contains(&grid.spacing_mm) || !grid.origin_mm.iter().all(|v| v.is_finite()) {
        return Err(format!("a grid with spacing {} mm", grid.spacing_mm));
    }
    Ok(())
}

/// A field of version 1.
fn plain_field<R: Read>(reader: &mut R, grid: Grid) -> Result<Field<f32>, String> {
    let cells = grid.len();
    // Read through a fixed buffer, so that a lying header cannot claim memory that the stream does not fill.
    let mut values = Vec::with_capacity(cells.min(1 << 20));
    let mut buffer = [0; 1 << 14];
    while values.len() < cells {
        let part = &mut buffer[..((cells - values.len()) * 4).min(1 << 14)];
        reader.read_exact(part).map_err(|e| format!("voxels: {e}"))?;
        values.extend(part.as_chunks::<4>().0.iter().map(|raw| f32::from_le_bytes(*raw)));
    }
    Field::from_values(grid, values).ok_or_else(|| "sizes do not agree".into())
}
