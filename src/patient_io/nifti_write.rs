//! Writing fields and label maps as NIfTI-1 (`.nii`), sform and qform both in RAS mm as the format demands.

use crate::geometry::{Field, Frame, Vector};
use nalgebra::{Matrix3, Rotation3, UnitQuaternion};
use std::io::{Error, Result, Write};

const FLOAT32: i16 = 16;
const UINT8: i16 = 2;
/// NIFTI_XFORM_SCANNER_ANAT: scanner coordinates.
const SCANNER: i16 = 1;

/// Writes a field of floats (in the frame `frame`); `content` becomes the description (79 bytes of it).
pub fn write_nifti(writer: &mut (impl Write + ?Sized), field: &Field<f32>, frame: &Frame, content: &str) -> Result<()> {
    writer.write_all(&header(field, frame, FLOAT32, 32, content)?)?;
    let mut raw = Vec::with_capacity(4 * field.values().len());
    field.values().iter().for_each(|v| raw.extend(v.to_le_bytes()));
    writer.write_all(&raw)
}

/// Writes a label map, one byte a voxel.
pub fn write_nifti_labels(
    writer: &mut (impl Write + ?Sized),
    labels: &Field<u8>,
    frame: &Frame,
    content: &str,
) -> Result<()> {
    writer.write_all(&header(labels, frame, UINT8, 8, content)?)?;
    writer.write_all(labels.values())
}

fn header<T: Copy>(field: &Field<T>, frame: &Frame, datatype: i16, bits: i16, content: &str) -> Result<[u8; 352]> {
    let grid = field.grid();
    let h = grid.spacing_mm as f32;
    let mut bytes = [0; 352];
    let mut put = |at: usize, raw: &[u8]| bytes[at..at + raw.len()].copy_from_slice(raw);
    put(0, &348_i32.to_le_bytes());
    put(40, &3_i16.to_le_bytes());
    for (axis, size) in grid.dims.into_iter().chain([1; 4]).enumerate() {
        let too_many = |_| Error::other(format!("{size} voxels in a row are too many for NIfTI-1"));
        put(42 + 2 * axis, &i16::try_from(size).map_err(too_many)?.to_le_bytes());
    }
    put(70, &datatype.to_le_bytes());
    put(72, &bits.to_le_bytes());
    // qfac: the axes are right-handed.
    for (at, value) in [1.0, h, h, h].into_iter().enumerate() {
        put(76 + 4 * at, &value.to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    // Millimetres.
    put(123, &[2]);
    let text: String = content.chars().filter(char::is_ascii).take(79).collect();
    put(148, text.as_bytes());
    put(252, &SCANNER.to_le_bytes());
    put(254, &SCANNER.to_le_bytes());
    // LPS to RAS: x and y change their sign.
    let ras = |v: Vector| Vector::new(-v.x, -v.y, v.z);
    let axes = [Vector::x(), Vector::y(), Vector::z()].map(|axis| ras(frame.vector_to_patient(&axis)));
    let origin = ras(frame.point_to_patient(&grid.origin_mm).coords);
    let rotation = Rotation3::from_matrix_unchecked(Matrix3::from_columns(&axes));
    let q = UnitQuaternion::from_rotation_matrix(&rotation);
    // The file keeps b, c, d and takes a as positive.
    let sign = if q.w < 0.0 { -1.0 } else { 1.0 };
    for (at, value) in [q.i * sign, q.j * sign, q.k * sign, origin.x, origin.y, origin.z].into_iter().enumerate() {
        put(256 + 4 * at, &(value as f32).to_le_bytes());
    }
    for row in 0..3 {
        let values = [axes[0][row], axes[1][row], axes[2][row]].map(|v| v * grid.spacing_mm);
        for (at, value) in values.into_iter().chain([origin[row]]).enumerate() {
            put(280 + 16 * row + 4 * at, &(value as f32).to_le_bytes());
        }
    }
    put(344, b"n+1\0");
    Ok(bytes)
}
