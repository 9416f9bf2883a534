//! Writing named triangle surfaces as binary glTF 2.0 (GLB).
//!
//! ```text
//!   glTF (metres, right-handed)        patient (LPS, mm)
//!   x to the patient's left            x to the patient's left
//!   y up: to the head                  z to the head
//!   z forward: to the front            −y (y is to the back)
//! ```
//!
//! The way back to LPS stands as a matrix in the scene's extras.

use crate::geometry::{Frame, Point, mesh::TriangleMesh};
use serde_json::json;
use std::io::{Error, Result, Write};

/// From glTF metres to LPS mm, by columns as glTF writes matrices.
const LPS_MM_FROM_GLTF: [f64; 16] = [1e3, 0.0, 0.0, 0.0, 0.0, 0.0, 1e3, 0.0, 0.0, -1e3, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;
const VERTICES: u32 = 34962;
const INDICES: u32 = 34963;

/// A surface with its name and colour (linear red, green, blue, opacity; 0…1).
pub struct GlbPart<'a> {
    /// Name of node and mesh.
    pub name: &'a str,
    /// The surface, in the vertebra's frame.
    pub mesh: &'a TriangleMesh,
    /// Base colour.
    pub colour: [f32; 4],
}

/// Writes the parts, one node each, placed in the patient by `frame`.
pub fn write_glb(writer: &mut (impl Write + ?Sized), parts: &[GlbPart<'_>], frame: &Frame) -> Result<()> {
    let mut data: Vec<u8> = Vec::new();
    let (mut views, mut accessors, mut meshes, mut nodes, mut materials) = (vec![], vec![], vec![], vec![], vec![]);
    for part in parts.iter().filter(|part| !part.mesh.triangles.is_empty()) {
        let count = part.mesh.vertices.len();
        if part.mesh.triangles.iter().flatten().any(|v| *v as usize >= count) {
            return Err(Error::other(format!("{}: a triangle names a vertex that is not there", part.name)));
        }
        let at = accessors.len();
        let mut low = [f32::INFINITY; 3];
        let mut high = [f32::NEG_INFINITY; 3];
        let start = data.len();
        for vertex in &part.mesh.vertices {
            for (axis, value) in gltf_from_lps(&frame.point_to_patient(vertex)).into_iter().enumerate() {
                low[axis] = low[axis].min(value);
                high[axis] = high[axis].max(value);
                data.extend(value.to_le_bytes());
            }
        }
        views.push(json!({"buffer": 0, "byteOffset": start, "byteLength": data.len() - start, "target": VERTICES}));
        accessors.push(json!({
            "bufferView": at, "componentType": FLOAT, "count": count, "type": "VEC3", "min": low, "max": high,
        }));
        let start = data.len();
        part.mesh.triangles.iter().flatten().for_each(|v| data.extend(v.to_le_bytes()));
        views.push(json!({"buffer": 0, "byteOffset": start, "byteLength": data.len() - start, "target": INDICES}));
        accessors.push(json!({
            "bufferView": at + 1, "componentType": UNSIGNED_INT, "count": 3 * part.mesh.triangles.len(), "type": "SCALAR",
        }));
        let number = meshes.len();
        meshes.push(json!({
            "name": part.name,
            "primitives": [{"attributes": {"POSITION": at}, "indices": at + 1, "material": number, "mode": 4}],
        }));
        nodes.push(json!({"name": part.name, "mesh": number}));
        materials.push(json!({
            "name": part.name, "alphaMode": if part.colour[3] < 1.0 { "BLEND" } else { "OPAQUE" },
            "pbrMetallicRoughness": {"baseColorFactor": part.colour, "metallicFactor": 0.0, "roughnessFactor": 0.8},
        }));
    }
    if nodes.is_empty() {
        return Err(Error::other("no surface to write"));
    }
    let all: Vec<usize> = (0..nodes.len()).collect();
    let document = json!({
        "asset": {"version": "2.0", "generator": concat!("trocar ", env!("CARGO_PKG_VERSION"))},
        "scene": 0,
        "scenes": [{"name": "patient", "nodes": all, "extras": {
            "frame": "x to the patient's left, y to the head, z to the front; metres",
            "lps_mm_from_gltf": LPS_MM_FROM_GLTF,
        }}],
        "nodes": nodes, "meshes": meshes, "materials": materials, "accessors": accessors, "bufferViews": views,
        "buffers": [{"byteLength": data.len()}],
    });
    let mut text = serde_json::to_vec(&document)?;
    // Both chunks end on a multiple of four bytes; vertices and indices do by their own size.
    text.resize(text.len().next_multiple_of(4), b' ');
    let length = |bytes: usize| u32::try_from(bytes).map_err(|_| Error::other("too large for GLB"));
    writer.write_all(b"glTF")?;
    writer.write_all(&2_u32.to_le_bytes())?;
    writer.write_all(&length(12 + 8 + text.len() + 8 + data.len())?.to_le_bytes())?;
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &data)] {
        writer.write_all(&length(chunk.len())?.to_le_bytes())?;
        writer.write_all(kind)?;
        writer.write_all(chunk)?;
    }
    Ok(())
}

fn gltf_from_lps(p: &Point) -> [f32; 3] {
    [p.x, p.z, -p.y].map(|mm| (mm * 1e-3) as f32)
}
