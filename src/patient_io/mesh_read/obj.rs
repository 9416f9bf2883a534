//! Wavefront OBJ: corners and faces; all else is passed over.

use super::{DAMAGED, FileMesh, MeshFault, corner, space_in};

/// A face of more corners than this is no surface of a scan.
const MAX_CORNERS: usize = 64;

pub(super) fn is_obj(bytes: &[u8]) -> bool {
    // Comments and names may come first, but the first corner stands near the beginning.
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    start.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("v") && words.clone().count() >= 3 && words.take(3).all(|word| word.parse::<f64>().is_ok())
    })
}

pub(super) fn parse(bytes: &[u8]) -> Result<FileMesh, MeshFault> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = FileMesh::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("v") => {
                let mut at = [f64::NAN; 3];
                for (value, word) in at.iter_mut().zip(words) {
                    *value = word.parse().unwrap_or(f64::NAN);
                }
                found.mesh.vertices.push(corner(at)?);
            }
            Some("f") => {
                let count = found.mesh.vertices.len();
                let face: Vec<u32> =
                    words.take(MAX_CORNERS).map(|word| index(word, count)).collect::<Result<_, _>>()?;
                let [first, rest @ ..] = face.as_slice() else { continue };
                for pair in rest.windows(2) {
                    found.mesh.triangles.push([*first, pair[0], pair[1]]);
                }
            }
            Some(comment) if comment.starts_with('#') => found.space = found.space.or(space_in(line.as_bytes())),
            _ => {}
        }
    }
    Ok(found)
}

/// `7`, `7/1`, `7//3`, `-1`: from 1, or from the last corner back.
fn index(word: &str, count: usize) -> Result<u32, MeshFault> {
    let number: i64 = word.split('/').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let at = if number < 0 { count as i64 + number } else { number - 1 };
    if at < 0 || at >= count as i64 {
        return Err(MeshFault::new(format!("a face names corner {word:.20} of {count}"), DAMAGED));
    }
    Ok(at as u32)
}
