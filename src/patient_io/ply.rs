//! Writing a triangle surface as binary PLY in the patient's LPS frame.

use crate::geometry::{Frame, mesh::TriangleMesh};
use std::io::{Error, Result, Write};

/// Writes a mesh (its vertices in the frame `frame`) in LPS mm; comments in the header say what it is and where.
pub fn write_ply(writer: &mut (impl Write + ?Sized), mesh: &TriangleMesh, frame: &Frame, content: &str) -> Result<()> {
    let content: String = content.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    write!(
        writer,
        "ply\nformat binary_little_endian 1.0\ncomment {content}\n\
         comment frame LPS: x to the patient's left, y to the back, z to the head; unit mm\n\
         element vertex {}\nproperty float x\nproperty float y\nproperty float z\n\
         element face {}\nproperty list uchar uint vertex_indices\nend_header\n",
        mesh.vertices.len(),
        mesh.triangles.len()
    )?;
    for vertex in &mesh.vertices {
        for value in frame.point_to_patient(vertex).iter() {
            writer.write_all(&(*value as f32).to_le_bytes())?;
        }
    }
    for triangle in &mesh.triangles {
        if triangle.iter().any(|v| *v as usize >= mesh.vertices.len()) {
            return Err(Error::other(format!("triangle {triangle:?} names a vertex that is not there")));
        }
        writer.write_all(&[3])?;
        for vertex in triangle {
            writer.write_all(&vertex.to_le_bytes())?;
        }
    }
    Ok(())
}
