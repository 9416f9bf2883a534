//! PLY, text and binary of both byte orders: x, y, z of the vertices and the faces' lists; all else is passed over.

use super::{DAMAGED, FileMesh, MeshFault, corner, space_in};

/// A face of more corners than this is no surface of a scan.
const MAX_CORNERS: usize = 64;

#[derive(Clone, Copy)]
struct Kind {
    bytes: usize,
    decode: fn([u8; 8]) -> f64,
}

/// By name; decoded from little-endian bytes padded to eight.
fn kind(name: &str) -> Option<Kind> {
    let kind = |bytes, decode| Some(Kind { bytes, decode });
    match name {
        "char" | "int8" => kind(1, |b| f64::from(b[0] as i8)),
        "uchar" | "uint8" => kind(1, |b| f64::from(b[0])),
        "short" | "int16" => kind(2, |b| f64::from(i16::from_le_bytes([b[0], b[1]]))),
        "ushort" | "uint16" => kind(2, |b| f64::from(u16::from_le_bytes([b[0], b[1]]))),
        "int" | "int32" => kind(4, |b| f64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
        "uint" | "uint32" => kind(4, |b| f64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
        "float" | "float32" => kind(4, |b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
        "double" | "float64" => kind(8, f64::from_le_bytes),
        _ => None,
    }
}

struct Property {
    name: String,
    /// Of the length, where it is a list.
    length: Option<Kind>,
    kind: Kind,
}

struct Element {
    name: String,
    count: usize,
    properties: Vec<Property>,
}

/// Numbers one after another, as text or binary.
enum Numbers<'a> {
    Text(std::str::SplitWhitespace<'a>),
    Binary { rest: &'a [u8], big_endian: bool },
}

impl Numbers<'_> {
    fn next(&mut self, kind: Kind) -> Option<f64> {
        match self {
            Numbers::Text(words) => words.next()?.parse().ok(),
            Numbers::Binary { rest, big_endian } => {
                let (raw, after) = rest.split_at_checked(kind.bytes)?;
                *rest = after;
                let mut padded = [0; 8];
                for (at, byte) in raw.iter().enumerate() {
                    padded[if *big_endian { kind.bytes - 1 - at } else { at }] = *byte;
                }
                Some((kind.decode)(padded))
            }
        }
    }
}

pub(super) fn is_ply(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ply\n") || bytes.starts_with(b"ply\r\n")
}

pub(super) fn parse(bytes: &[u8]) -> Result<FileMesh, MeshFault> {
    let damaged = |problem: &str| MeshFault::new(problem, DAMAGED);
    let mut found = FileMesh::default();
    let mut elements: Vec<Element> = Vec::new();
    let mut format = String::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = rest.iter().position(|&b| b == b'\n').ok_or_else(|| damaged("its header has no end"))?;
        let line = String::from_utf8_lossy(&rest[..end]);
        at += end + 1;
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words.as_slice() {
            ["end_header"] => break,
            ["format", name, _] => format = name.to_owned(),
            ["element", name, count] => {
                let count = count.parse().map_err(|_| damaged("an element without a count"))?;
                elements.push(Element { name: name.to_owned(), count, properties: Vec::new() });
            }
            ["property", "list", length, of, name] => {
                let (Some(length), Some(kind), Some(element)) = (kind(length), kind(of), elements.last_mut()) else {
                    return Err(damaged("a property of an unknown kind"));
                };
                element.properties.push(Property { name: name.to_owned(), length: Some(length), kind });
            }
            ["property", of, name] => {
                let (Some(kind), Some(element)) = (kind(of), elements.last_mut()) else {
                    return Err(damaged("a property of an unknown kind"));
                };
                element.properties.push(Property { name: name.to_owned(), length: None, kind });
            }
            ["comment" | "obj_info", ..] => found.space = found.space.or(space_in(line.as_bytes())),
            _ => {}
        }
    }
    let body = bytes.get(at..).unwrap_or_default();
    let text = String::from_utf8_lossy(if format == "ascii" { body } else { &[] });
    let mut numbers = match format.as_str() {
        "ascii" => Numbers::Text(text.split_whitespace()),
        "binary_little_endian" => Numbers::Binary { rest: body, big_endian: false },
        "binary_big_endian" => Numbers::Binary { rest: body, big_endian: true },
        _ => return Err(damaged("its format is neither ascii nor binary")),
    };
    for element in &elements {
        if element.properties.is_empty() {
            continue;
        }
        for _ in 0..element.count {
            read_one(element, &mut numbers, &mut found)?;
        }
    }
    let count = found.mesh.vertices.len() as u32;
    if found.mesh.triangles.iter().flatten().any(|&v| v >= count) {
        return Err(damaged("a face names a corner that is not there"));
    }
    Ok(found)
}

/// One vertex, face or other record; ends with an error where the file does.
fn read_one(element: &Element, numbers: &mut Numbers, found: &mut FileMesh) -> Result<(), MeshFault> {
    let cut = || MeshFault::new("truncated: it holds fewer vertices and faces than its header declares", DAMAGED);
    let mut at = [f64::NAN; 3];
    for property in &element.properties {
        let Some(length) = property.length else {
            let value = numbers.next(property.kind).ok_or_else(cut)?;
            if let Some(axis) = ["x", "y", "z"].iter().position(|axis| *axis == property.name) {
                at[axis] = value;
            }
            continue;
        };
        let length = numbers.next(length).ok_or_else(cut)?;
        let is_face = element.name == "face" && property.name.starts_with("vertex_ind");
        if is_face && !(3.0..=MAX_CORNERS as f64).contains(&length) {
            return Err(MeshFault::new(format!("a face of {length} corners"), DAMAGED));
        }
        let mut face = Vec::new();
        for _ in 0..length.max(0.0) as u64 {
            let value = numbers.next(property.kind).ok_or_else(cut)?;
            if is_face {
                face.push(if value >= 0.0 { value as u32 } else { u32::MAX });
            }
        }
        if let [first, rest @ ..] = face.as_slice() {
            found.mesh.triangles.extend(rest.windows(2).map(|pair| [*first, pair[0], pair[1]]));
        }
    }
    if element.name == "vertex" {
        found.mesh.vertices.push(corner(at)?);
    }
    Ok(())
}
