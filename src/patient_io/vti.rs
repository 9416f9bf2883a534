//! Writing fields as VTK image data (`.vti`) in the patient's LPS frame, for ParaView and Slicer.

use crate::geometry::{Field, Frame, Vector};
use std::io::{Error, Result, Write};

/// Writes fields of one grid (in the frame `frame`) as point data, base64 within the XML.
///
/// Spacing and origin (centre of the first voxel) are LPS mm; `Direction` holds the axes as columns, row by row, which
/// VTK follows from version 9 on.
pub fn write_vti(writer: &mut (impl Write + ?Sized), fields: &[(&str, &Field<f32>)], frame: &Frame) -> Result<()> {
    let Some((first, field)) = fields.first() else { return Err(Error::other("no field to write")) };
    let grid = field.grid();
    if let Some((name, _)) = fields.iter().find(|(_, field)| field.grid() != grid) {
        return Err(Error::other(format!("{name} is not on the grid of {first}")));
    }
    let [x, y, z] = [Vector::x(), Vector::y(), Vector::z()].map(|axis| frame.vector_to_patient(&axis));
    let rows = [0, 1, 2].map(|row| format!("{} {} {}", x[row], y[row], z[row])).join(" ");
    let origin = frame.point_to_patient(&grid.origin_mm);
    let extent = grid.dims.map(|n| format!("0 {}", n - 1)).join(" ");
    let h = grid.spacing_mm;
    write!(
        writer,
        "<?xml version=\"1.0\"?>\n<!-- frame LPS: x to the patient's left, y to the back, z to the head; unit mm -->\n\
         <VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n\
         <ImageData WholeExtent=\"{extent}\" Origin=\"{} {} {}\" Spacing=\"{h} {h} {h}\" Direction=\"{rows}\">\n\
         <Piece Extent=\"{extent}\">\n<PointData Scalars=\"{first}\">\n",
        origin.x, origin.y, origin.z
    )?;
    for (name, field) in fields {
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c)) {
            return Err(Error::other(format!("{name:?} cannot name a field")));
        }
        writeln!(writer, "<DataArray type=\"Float32\" Name=\"{name}\" NumberOfComponents=\"1\" format=\"binary\">")?;
        let mut raw = ((4 * field.values().len()) as u64).to_le_bytes().to_vec();
        raw.extend(field.values().iter().flat_map(|v| v.to_le_bytes()));
        writer.write_all(&base64(&raw))?;
        writeln!(writer, "\n</DataArray>")?;
    }
    writer.write_all(b"</PointData>\n</Piece>\n</ImageData>\n</VTKFile>\n")
}

/// RFC 4648 with padding.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let [a, b, c] = three.map(usize::from);
        let letters = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(|six| LETTERS[six]);
        text.extend(&letters[..=chunk.len()]);
        text.extend(std::iter::repeat_n(b'=', 3 - chunk.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_come_out() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded.as_bytes());
        }
    }
}
