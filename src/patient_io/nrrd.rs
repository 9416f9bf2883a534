//! Writing fields and label maps as NRRD in the patient's LPS frame.

use crate::geometry::{Field, Frame, Vector};
use std::io::{Result, Write};

/// Writes `field` (in the frame `frame`) as an attached-header NRRD of little-endian floats; `content` names it.
///
/// The space is left-posterior-superior; directions and origin (centre of the first voxel) are in mm.
pub fn write_nrrd(writer: &mut (impl Write + ?Sized), field: &Field<f32>, frame: &Frame, content: &str) -> Result<()> {
    write_header(writer, field, frame, "float", content)?;
    writer.write_all(b"\n")?;
    for value in field.values() {
        writer.write_all(&value.to_le_bytes())?;
    }
    Ok(())
}

/// A segment of a label map.
pub struct Segment<'a> {
    /// Its number in the map.
    pub label: u8,
    /// Its name.
    pub name: &'a str,
    /// Red, green, blue; 0…1.
    pub colour: [f32; 3],
}

/// Writes a label map with the names of its labels as 3D Slicer reads them (`.seg.nrrd`).
pub fn write_seg_nrrd(
    writer: &mut (impl Write + ?Sized),
    labels: &Field<u8>,
    frame: &Frame,
    segments: &[Segment<'_>],
    content: &str,
) -> Result<()> {
    write_header(writer, labels, frame, "unsigned char", content)?;
    let [nx, ny, nz] = labels.grid().dims.map(|n| n - 1);
    for (i, Segment { label, name, colour: [r, g, b] }) in segments.iter().enumerate() {
        let name = one_line(name);
        write!(
            writer,
            "Segment{i}_ID:={name}\nSegment{i}_Name:={name}\nSegment{i}_LabelValue:={label}\nSegment{i}_Layer:=0\n\
             Segment{i}_Color:={r} {g} {b}\nSegment{i}_Extent:=0 {nx} 0 {ny} 0 {nz}\n"
        )?;
    }
    writer.write_all(b"\n")?;
    writer.write_all(labels.values())
}

/// All fields of the header; the empty line that ends it is the caller's.
fn write_header<T: Copy>(
    writer: &mut (impl Write + ?Sized),
    field: &Field<T>,
    frame: &Frame,
    kind: &str,
    content: &str,
) -> Result<()> {
    let grid = field.grid();
    let vector = |v: Vector| format!("({},{},{})", v.x, v.y, v.z);
    let directions = [Vector::x(), Vector::y(), Vector::z()]
        .map(|axis| vector(frame.vector_to_patient(&(axis * grid.spacing_mm))))
        .join(" ");
    let origin = vector(frame.point_to_patient(&grid.origin_mm).coords);
    let [nx, ny, nz] = grid.dims;
    let content = one_line(content);
    write!(
        writer,
        "NRRD0004\ntype: {kind}\ndimension: 3\nspace: left-posterior-superior\nsizes: {nx} {ny} {nz}\n\
         space directions: {directions}\nkinds: domain domain domain\nspace units: \"mm\" \"mm\" \"mm\"\n\
         endian: little\nencoding: raw\nspace origin: {origin}\ncontent: {content}\n"
    )
}

/// A line break would end the field.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Grid, Point};

    #[test]
    fn a_rotated_field_says_where_it_stands_in_lps() {
        // Turned by 90° about z: the vertebra's x is the patient's back, its y the patient's right.
        let frame =
            Frame::from_axes(Point::new(10.0, 20.0, 30.0), Vector::y(), -Vector::x(), Vector::z()).expect("axes");
        let grid = Grid { dims: [2, 3, 1], spacing_mm: 2.0, origin_mm: Point::new(1.0, 0.0, 0.0) };
        let values = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.5];
        let field = Field::from_values(grid, values).expect("six values");
        let mut bytes = Vec::new();
        write_nrrd(&mut bytes, &field, &frame, "saturation\n1").expect("written");
        let end = bytes.windows(2).position(|w| w == b"\n\n").expect("an empty line ends the header");
        let header = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let value_of = |key: &str| {
            let line = header.lines().find_map(|l| l.strip_prefix(key)).expect(key).trim().to_string();
            line.split(|c: char| "(), ".contains(c)).filter_map(|n| n.parse().ok()).collect::<Vec<f64>>()
        };
        let near = |found: Vec<f64>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len(), "{found:?}");
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}, expected {expected:?}");
        };
        assert!(header.contains("space: left-posterior-superior"), "{header}");
        near(value_of("sizes:"), &[2.0, 3.0, 1.0]);
        near(value_of("space directions:"), &[0.0, 2.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0, 2.0]);
        near(value_of("space origin:"), &[10.0, 21.0, 30.0]);
        assert_eq!(bytes.len() - end - 2, 24);
        assert_eq!(bytes[bytes.len() - 4..], 6.5_f32.to_le_bytes());
    }
}
