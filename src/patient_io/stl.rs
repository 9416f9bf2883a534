//! Writing a triangle surface as binary STL in the patient's LPS frame.

use crate::geometry::{Frame, Point, Vector};
use std::io::{Error, Result, Write};

/// Writes triangles (indices into `vertices`, which are in the frame `frame`) in LPS mm; the header says `SPACE=LPS`.
pub fn write_stl(
    writer: &mut (impl Write + ?Sized),
    vertices: &[Point],
    triangles: &[[u32; 3]],
    frame: &Frame,
) -> Result<()> {
    let mut header = [b' '; 80];
    let text = b"trocar SPACE=LPS UNIT=mm";
    header[..text.len()].copy_from_slice(text);
    writer.write_all(&header)?;
    let count = u32::try_from(triangles.len()).map_err(|_| Error::other("too many triangles for STL"))?;
    writer.write_all(&count.to_le_bytes())?;
    let corner = |index: u32| {
        let vertex = vertices.get(index as usize).ok_or_else(|| Error::other(format!("triangle names vertex {index}")));
        vertex.map(|v| frame.point_to_patient(v))
    };
    for &[a, b, c] in triangles {
        let corners = [corner(a)?, corner(b)?, corner(c)?];
        let normal = (corners[1] - corners[0]).cross(&(corners[2] - corners[0]));
        let normal = normal.try_normalize(1e-30).unwrap_or(Vector::zeros());
        for v in [normal, corners[0].coords, corners[1].coords, corners[2].coords] {
            for axis in 0..3 {
                writer.write_all(&(v[axis] as f32).to_le_bytes())?;
            }
        }
        writer.write_all(&[0, 0])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_reader_sees_the_triangle_in_the_patient_with_its_normal_outwards() {
        let frame = Frame::from_axes(Point::new(5.0, 0.0, -1.0), Vector::x(), Vector::y(), Vector::z()).expect("axes");
        let vertices = [Point::origin(), Point::new(1.0, 0.0, 0.0), Point::new(0.0, 2.0, 0.0)];
        let mut bytes = Vec::new();
        write_stl(&mut bytes, &vertices, &[[0, 1, 2]], &frame).expect("written");
        assert!(bytes.starts_with(b"trocar SPACE=LPS"));
        let mesh = stl_io::read_stl(&mut std::io::Cursor::new(bytes)).expect("readable");
        let face = &mesh.faces[0];
        assert_eq!([face.normal[0], face.normal[1], face.normal[2]], [0.0, 0.0, 1.0]);
        let second = mesh.vertices[face.vertices[1]];
        assert_eq!([second[0], second[1], second[2]], [6.0, 0.0, -1.0]);
        assert!(write_stl(&mut Vec::new(), &vertices, &[[0, 1, 3]], &frame).is_err());
    }
}
