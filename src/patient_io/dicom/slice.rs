//! One CT slice: where it lies, how its numbers become HU, and its pixels when asked for.

use super::elements::{self as tag, Elements};
use super::pixels::{PixelLayout, stored_values, unsupported};
use crate::geometry::{Point, Vector};
use sha2::{Digest, Sha256};

/// Where the bytes of a slice are.
#[derive(Clone, Debug)]
pub(super) enum SliceFile {
    OnDisk(std::path::PathBuf),
    InMemory(std::path::PathBuf, Vec<u8>),
}

/// Largest file taken for one slice.
const MAX_FILE_BYTES: u64 = 64 << 20;

impl SliceFile {
    pub fn path(&self) -> &std::path::Path {
        match self {
            SliceFile::OnDisk(path) | SliceFile::InMemory(path, _) => path,
        }
    }

    /// The bytes; one too large for a slice is an error.
    pub fn bytes(&self) -> Result<std::borrow::Cow<'_, [u8]>, String> {
        match self {
            SliceFile::InMemory(_, bytes) => Ok(bytes.as_slice().into()),
            SliceFile::OnDisk(path) => {
                let size = std::fs::metadata(path).map_err(|e| format!("cannot be read: {e}"))?.len();
                if size > MAX_FILE_BYTES {
                    return Err("larger than any CT slice (64 MB)".to_owned());
                }
                Ok(std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?.into())
            }
        }
    }
}

/// A slice without its pixels.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub file: SliceFile,
    pub series: String,
    /// Centre of the first pixel (LPS, mm).
    pub position: Point,
    /// Unit steps along a row (to the next column) and along a column (to the next row).
    pub along_row: Vector,
    pub along_column: Vector,
    /// Distance of neighbouring columns and of neighbouring rows, mm.
    pub column_step_mm: f64,
    pub row_step_mm: f64,
    pub layout: PixelLayout,
    slope: f64,
    intercept: f64,
    /// Of the stored pixels and what turns them into HU: equal for copies.
    pub digest: [u8; 32],
}

/// Storage classes with many frames in a file.
const MULTI_FRAME: [&str; 2] = ["1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"];

/// What a DICOM file turned out to be.
pub(super) enum Found {
    /// A slice of a CT.
    Slice(Box<Slice>),
    /// A picture of another modality, by series.
    Other { series: String, modality: String },
    /// A directory, a report: no picture.
    NoPicture,
}

/// Reads all but the pixels; an error says what is wrong with the file.
pub(super) fn read_slice(file: SliceFile) -> Result<Found, String> {
    let bytes = file.bytes()?.into_owned();
    let elements = Elements::parse(&bytes)?;
    if elements.pixels.is_none() && elements.short(tag::ROWS).is_none() {
        return Ok(Found::NoPicture);
    }
    let series = elements.text(tag::SERIES).unwrap_or_default();
    let modality = elements.text(tag::MODALITY).unwrap_or_else(|| "unknown".to_owned());
    if modality != "CT" {
        return Ok(Found::Other { series, modality });
    }
    let frames = elements.text(tag::FRAMES).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    let enhanced = elements.text(tag::SOP_CLASS).is_some_and(|class| MULTI_FRAME.contains(&class.as_str()));
    if frames > 1 || enhanced {
        return Err("an enhanced (multi-frame) CT, which is not read".to_owned());
    }
    if let Some(problem) = unsupported(&elements.syntax) {
        return Err(format!("{problem}; unpack the series with gdcmconv --raw, dcmdjpeg or dcmdjpls"));
    }
    let layout = layout(&elements)?;
    let [x, y, z] = elements.decimals(tag::POSITION).ok_or("no place in the patient (ImagePositionPatient)")?;
    let [a, b, c, d, e, f] =
        elements.decimals(tag::ORIENTATION).ok_or("no orientation in the patient (ImageOrientationPatient)")?;
    let (along_row, along_column) = (Vector::new(a, b, c), Vector::new(d, e, f));
    let unit = |v: &Vector| (v.norm() - 1.0).abs() < 1e-3;
    if !(unit(&along_row) && unit(&along_column) && along_row.dot(&along_column).abs() < 1e-3) {
        return Err("its ImageOrientationPatient is no pair of perpendicular unit vectors".to_owned());
    }
    // The first number is the distance between rows.
    let [row_step_mm, column_step_mm] = elements.decimals(tag::PIXEL_SPACING).ok_or("no PixelSpacing")?;
    if ![row_step_mm, column_step_mm].iter().all(|step| (0.02..=20.0).contains(step)) {
        return Err(format!("its PixelSpacing {row_step_mm} × {column_step_mm} mm is no CT's"));
    }
    let number = |tag, default| match elements.text(tag) {
        None => Ok([default]),
        Some(text) => {
            elements.decimals::<1>(tag).ok_or_else(|| format!("\"{text:.20}\" is no rescale slope or intercept"))
        }
    };
    let ([slope], [intercept]) = (number(tag::SLOPE, 1.0)?, number(tag::INTERCEPT, 0.0)?);
    let mut hash = Sha256::new();
    for piece in stored_pieces(&elements) {
        hash.update(piece);
    }
    hash.update(slope.to_le_bytes());
    hash.update(intercept.to_le_bytes());
    let digest = hash.finalize().into();
    Ok(Found::Slice(Box::new(Slice {
        file,
        series,
        position: Point::new(x, y, z),
        along_row,
        along_column,
        column_step_mm,
        row_step_mm,
        layout,
        slope,
        intercept,
        digest,
    })))
}

fn stored_pieces<'a>(elements: &Elements<'a>) -> Vec<&'a [u8]> {
    match &elements.pixels {
        None => Vec::new(),
        Some(super::elements::StoredPixels::Native(bytes)) => vec![bytes],
        Some(super::elements::StoredPixels::Encapsulated(fragments)) => fragments.clone(),
    }
}

fn layout(elements: &Elements) -> Result<PixelLayout, String> {
    let short = |tag, name: &str| elements.short(tag).ok_or_else(|| format!("no {name}"));
    let (rows, columns) = (short(tag::ROWS, "Rows")?, short(tag::COLUMNS, "Columns")?);
    let bits_allocated = short(tag::BITS_ALLOCATED, "BitsAllocated")?;
    let bits_stored = elements.short(tag::BITS_STORED).unwrap_or(bits_allocated);
    let high_bit = elements.short(tag::HIGH_BIT).unwrap_or(bits_stored.saturating_sub(1));
    let signed = elements.short(tag::SIGNED).unwrap_or(0) == 1;
    if rows == 0 || columns == 0 || elements.short(tag::SAMPLES).unwrap_or(1) != 1 {
        return Err(format!("{rows} rows, {columns} columns, or colours: no CT slice"));
    }
    let fits = (1..=bits_allocated).contains(&bits_stored) && high_bit < bits_allocated && high_bit + 1 >= bits_stored;
    if ![8, 16].contains(&bits_allocated) || !fits {
        return Err(format!(
            "its pixels have {bits_allocated} bits ({bits_stored} stored, up to bit {high_bit}): no CT slice, whose pixels have 8 or 16"
        ));
    }
    Ok(PixelLayout { rows, columns, bits_allocated, bits_stored, high_bit, signed })
}

impl Slice {
    /// HU, row by row; an error says what is wrong with the file.
    pub fn values(&self) -> Result<Vec<f32>, String> {
        let bytes = self.file.bytes()?;
        let elements = Elements::parse(&bytes)?;
        let stored = stored_values(&elements, self.layout)?;
        let values: Vec<f32> =
            stored.into_iter().map(|stored| (self.slope * f64::from(stored) + self.intercept) as f32).collect();
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err("its rescale slope gives no finite HU".to_owned())
        }
    }

    /// Out of the picture's plane.
    pub fn normal(&self) -> Vector {
        self.along_row.cross(&self.along_column)
    }
}
