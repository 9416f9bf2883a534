//! Tests of the surface readers: the same cube from every format, units and axes, and what is refused.

use super::{FileMesh, MeshFault, MeshOptions, MeshSpace, MeshUnit, closed_surface, looks_like_mesh, parse_mesh};
use crate::geometry::{Frame, Point, Vector, mesh::TriangleMesh};
use crate::patient_io::write_stl;
use std::fmt::Write;

/// A block of 40 × 50 × 60 mm, outward winding.
fn block() -> TriangleMesh {
    let vertices =
        (0..8).map(|c| Point::new([0.0, 40.0][c & 1], [0.0, 50.0][c >> 1 & 1], [0.0, 60.0][c >> 2 & 1])).collect();
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    let triangles = quads.iter().flat_map(|q| [[q[0], q[1], q[2]], [q[0], q[2], q[3]]]).collect();
    TriangleMesh { vertices, triangles }
}

fn stl(mesh: &TriangleMesh) -> Vec<u8> {
    let frame = Frame::from_axes(Point::origin(), Vector::x(), Vector::y(), Vector::z()).expect("axes");
    let mut bytes = Vec::new();
    write_stl(&mut bytes, &mesh.vertices, &mesh.triangles, &frame).expect("written");
    bytes
}

fn stl_text(mesh: &TriangleMesh) -> Vec<u8> {
    let mut text = String::from("solid made SPACE=RAS\n");
    for t in &mesh.triangles {
        text += "facet normal 0 0 0\n outer loop\n";
        for p in mesh.corners(*t) {
            let _ = writeln!(text, "  vertex {} {} {}", p.x, p.y, p.z);
        }
        text += " endloop\nendfacet\n";
    }
    (text + "endsolid made\n").into_bytes()
}

fn obj(mesh: &TriangleMesh) -> Vec<u8> {
    let mut text = String::from("# SPACE=LPS\no bone\n");
    for p in &mesh.vertices {
        let _ = writeln!(text, "v {} {} {}\nvn 0 0 1", p.x, p.y, p.z);
    }
    for t in &mesh.triangles {
        let _ = writeln!(text, "f {0}//{0} {1}//{1} {2}//{2}", t[0] + 1, t[1] + 1, t[2] + 1);
    }
    text.into_bytes()
}

fn ply(mesh: &TriangleMesh, format: &str) -> Vec<u8> {
    let (nv, nt) = (mesh.vertices.len(), mesh.triangles.len());
    let mut bytes = format!(
        "ply\nformat {format} 1.0\ncomment SPACE=LPS\nelement vertex {nv}\nproperty float x\nproperty float y\nproperty float z\n\
         property uchar red\nelement face {nt}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    .into_bytes();
    let big = format == "binary_big_endian";
    for p in &mesh.vertices {
        if format == "ascii" {
            bytes.extend(format!("{} {} {} 7\n", p.x, p.y, p.z).bytes());
            continue;
        }
        for v in [p.x as f32, p.y as f32, p.z as f32] {
            bytes.extend(if big { v.to_be_bytes() } else { v.to_le_bytes() });
        }
        bytes.push(7);
    }
    for t in &mesh.triangles {
        if format == "ascii" {
            bytes.extend(format!("3 {} {} {}\n", t[0], t[1], t[2]).bytes());
            continue;
        }
        bytes.push(3);
        bytes.extend(t.iter().flat_map(|v| if big { v.to_be_bytes() } else { v.to_le_bytes() }));
    }
    bytes
}

fn all_formats(mesh: &TriangleMesh) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("stl", stl(mesh)),
        ("stl text", stl_text(mesh)),
        ("obj", obj(mesh)),
        ("ply text", ply(mesh, "ascii")),
        ("ply", ply(mesh, "binary_little_endian")),
        ("ply big", ply(mesh, "binary_big_endian")),
    ]
}

const RAW: MeshOptions = MeshOptions { unit: None, space: Some(MeshSpace::Lps) };

fn closed(bytes: &[u8], options: MeshOptions) -> Result<super::ClosedSurface, MeshFault> {
    closed_surface(parse_mesh(bytes)?, options)
}

#[track_caller]
fn refused(bytes: &[u8], options: MeshOptions, words: &[&str]) {
    let error = closed(bytes, options).expect_err("a bad surface was accepted");
    let error = format!("{}; {}", error.problem, error.remedy);
    assert!(words.iter().all(|word| error.contains(word)), "{words:?} not all in: {error}");
}

#[test]
fn every_format_gives_the_same_closed_block() {
    for (format, bytes) in all_formats(&block()) {
        assert!(looks_like_mesh(&bytes), "{format}");
        let found = closed(&bytes, RAW).expect(format).mesh;
        assert!(found.is_closed(), "{format}");
        assert_eq!((found.vertices.len(), found.triangles.len()), (8, 12), "{format}");
        assert!((found.volume_mm3() - 120_000.0).abs() < 1e-6, "{format}: {} mm³", found.volume_mm3());
    }
    assert!(!looks_like_mesh(b"NRRD0004\ntype: short\n") && !looks_like_mesh(&[0; 400]));
}

#[test]
fn axes_come_from_the_file_or_the_user_and_silence_is_said() {
    let far = |bytes: &[u8], space| {
        let found = closed(bytes, MeshOptions { unit: None, space }).expect("closed");
        (
            found.mesh.vertices.iter().map(|p| p.x).fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a }),
            found.warnings,
        )
    };
    assert_eq!(far(&stl(&block()), None).0, 40.0);
    assert_eq!(far(&stl_text(&block()), None).0, -40.0, "RAS in the text: x turns to the right");
    assert_eq!(far(&stl(&block()), Some(MeshSpace::Ras)).0, -40.0);
    assert!(far(&stl(&block()), Some(MeshSpace::Ras)).1[0].contains("the file says LPS, but RAS"));
    let mut silent = stl(&block());
    silent[..80].fill(b' ');
    assert!(far(&silent, None).1[0].contains("taken as LPS"));
}

#[test]
fn units_are_never_guessed() {
    let scaled = |factor: f64| {
        let mut mesh = block();
        mesh.vertices.iter_mut().for_each(|p| p.coords *= factor);
        stl(&mesh)
    };
    refused(&scaled(0.001), RAW, &["looks like metres", "--mesh-unit m"]);
    refused(&scaled(0.1), RAW, &["looks like centimetres", "--mesh-unit cm"]);
    refused(&scaled(10.0), RAW, &["no vertebra"]);
    refused(&stl(&block()), MeshOptions { unit: Some(MeshUnit::M), ..RAW }, &["no vertebra"]);
    let metres = closed(&scaled(0.001), MeshOptions { unit: Some(MeshUnit::M), ..RAW }).expect("closed").mesh;
    assert!((metres.volume_mm3() - 120_000.0).abs() < 1.0, "{}", metres.volume_mm3());
}

#[test]
fn open_and_scattered_surfaces_are_refused_with_their_count() {
    let mut open = block();
    open.triangles.truncate(10);
    for (_, bytes) in all_formats(&open) {
        refused(&bytes, RAW, &["open: 4 edges", "close its holes"]);
    }
    let beside = |factor: f64| {
        let mut two = block();
        let other: Vec<Point> = two.vertices.iter().map(|p| p * factor + Vector::new(60.0, 0.0, 0.0)).collect();
        two.triangles.extend(block().triangles.iter().map(|t| t.map(|v| v + 8)));
        two.vertices.extend(other);
        two
    };
    refused(&stl(&beside(0.8)), RAW, &["2 separate surfaces"]);
    let kept = closed(&stl(&beside(0.2)), RAW).expect("a speck is left out");
    assert!(
        kept.warnings.iter().any(|w| w.contains("1 parts apart")) && kept.mesh.triangles.len() == 12,
        "{:?}",
        kept.warnings
    );
    let mut turned = block();
    turned.triangles[3].swap(0, 1);
    assert!(closed(&stl(&turned), RAW).expect("closed").warnings[0].contains("wound the same way"));
}

#[test]
fn files_cut_short_are_refused() {
    for (format, bytes) in all_formats(&block()) {
        for keep in (0..bytes.len() - 5).step_by(11) {
            assert!(closed(&bytes[..keep], RAW).is_err(), "{format}: {keep} of {} bytes were taken", bytes.len());
        }
    }
    let whole = stl(&block());
    refused(&whole[..whole.len() - 60], RAW, &["truncated: 12 triangles declared, 10"]);
    let mut claims = whole.clone();
    claims[80..84].copy_from_slice(&50_000_000_u32.to_le_bytes());
    refused(&claims, RAW, &["truncated"]);
    refused(&ply(&block(), "ascii")[..260], RAW, &["truncated"]);
    refused(b"v 0 0 0\nf 1 2 3\n", RAW, &["corner 2 of 1"]);
    refused(b"solid\nfacet\nvertex 0 0 nan\n", RAW, &["a corner at"]);
    refused(b"plain text", RAW, &["not a surface", "STL, OBJ or PLY"]);
    let empty = closed_surface(FileMesh::default(), RAW).expect_err("nothing");
    assert!(empty.problem.contains("no triangle"), "{}", empty.problem);
}
