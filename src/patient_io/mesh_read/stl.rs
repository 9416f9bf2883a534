//! STL, binary and text.

use super::{DAMAGED, FileMesh, MeshFault, corner, space_in};

const HEAD: usize = 84;
const TRIANGLE: usize = 50;

fn declared(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(*bytes.get(80..)?.first_chunk()?) as usize)
}

/// True when the length fits the number of triangles (a few bytes more do no harm).
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let fits = |count: usize| (0..=TRIANGLE).contains(&(bytes.len() - HEAD).wrapping_sub(count * TRIANGLE));
    declared(bytes).is_some_and(|count| count > 0 && fits(count))
}

/// Triangles declared and held by what may be a binary STL cut short.
pub(super) fn cut_short(bytes: &[u8]) -> Option<(usize, usize)> {
    let (count, held) = (declared(bytes)?, (bytes.len() - HEAD) / TRIANGLE);
    (count > held && count < 100_000_000).then_some((count, held))
}

pub(super) fn is_text(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(512)).unwrap_or_default());
    start.trim_start().starts_with("solid") && start.contains("facet") && !is_binary(bytes)
}

pub(super) fn parse_binary(bytes: &[u8]) -> Result<FileMesh, MeshFault> {
    let mut found = FileMesh { space: space_in(&bytes[..80]), ..FileMesh::default() };
    for (number, triangle) in bytes[HEAD..].chunks_exact(TRIANGLE).take(declared(bytes).unwrap_or(0)).enumerate() {
        // A normal, three corners, two bytes of attributes.
        for point in triangle[12..48].chunks_exact(12) {
            let mut at = [0.0; 3];
            for (value, raw) in at.iter_mut().zip(point.chunks_exact(4)) {
                *value = f64::from(f32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]));
            }
            found.mesh.vertices.push(corner(at)?);
        }
        let first = 3 * number as u32;
        found.mesh.triangles.push([first, first + 1, first + 2]);
    }
    Ok(found)
}

pub(super) fn parse_text(bytes: &[u8]) -> Result<FileMesh, MeshFault> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let mut found = FileMesh { space: space_in(lines.next().unwrap_or_default().as_bytes()), ..FileMesh::default() };
    let mut ended = false;
    for line in lines {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("vertex") => {
                let numbers: Vec<f64> = words.map(|word| word.parse().unwrap_or(f64::NAN)).collect();
                let at = <[f64; 3]>::try_from(numbers)
                    .map_err(|_| MeshFault::new("a vertex without three numbers", DAMAGED))?;
                found.mesh.vertices.push(corner(at)?);
            }
            Some("endloop") => {
                let count = found.mesh.vertices.len() as u32;
                if count != 3 * (found.mesh.triangles.len() as u32 + 1) {
                    return Err(MeshFault::new("a facet that is no triangle", DAMAGED));
                }
                found.mesh.triangles.push([count - 3, count - 2, count - 1]);
            }
            Some("endsolid") => ended = true,
            _ => {}
        }
    }
    if !ended || found.mesh.vertices.len() != 3 * found.mesh.triangles.len() {
        return Err(MeshFault::new("truncated: the text ends before endsolid", DAMAGED));
    }
    Ok(found)
}
