//! From a file's triangles to one closed surface in LPS mm: unit and axes settled, corners welded, holes counted.

use super::{FileMesh, MeshFault, MeshOptions, MeshSpace};
use crate::geometry::{Point, mesh::TriangleMesh};

/// Corners nearer than this are one, mm.
const WELD_MM: f64 = 1e-4;
/// Largest extent of one vertebra along an axis, mm: the widest measured is 101 (L5), widened.
const VERTEBRA_MM: std::ops::RangeInclusive<f64> = 25.0..=160.0;
/// Share of the volume that the largest part must hold.
const LARGEST_SHARE: f64 = 0.95;

/// A closed surface in LPS mm.
#[derive(Debug)]
pub(crate) struct ClosedSurface {
    pub mesh: TriangleMesh,
    /// What was assumed or left out, one sentence each.
    pub warnings: Vec<String>,
}

/// Settles unit and axes, welds, and checks.
pub(crate) fn closed_surface(file: FileMesh, options: MeshOptions) -> Result<ClosedSurface, MeshFault> {
    let mut warnings = Vec::new();
    let FileMesh { mut mesh, space } = file;
    let space = match (options.space, space) {
        (Some(said), Some(found)) if said != found => {
            warnings.push(format!("the file says {}, but {} was asked for and is used", found.name(), said.name()));
            said
        }
        (Some(said), _) => said,
        (None, Some(found)) => found,
        (None, None) => {
            warnings.push("the surface does not say its axes (no SPACE=LPS or SPACE=RAS): taken as LPS; --mesh-space ras if they are RAS".to_owned());
            MeshSpace::Lps
        }
    };
    let factor = options.unit.map_or(1.0, |unit| unit.mm());
    let sign = if space == MeshSpace::Ras { -factor } else { factor };
    for vertex in &mut mesh.vertices {
        *vertex = Point::new(sign * vertex.x, sign * vertex.y, factor * vertex.z);
    }
    if mesh.triangles.is_empty() {
        return Err(MeshFault::new("no triangle in it", "give a closed surface"));
    }
    check_size(&mesh)?;
    let mesh = welded(&mesh);
    let edges = Edges::of(&mesh);
    if edges.open > 0 {
        let problem = format!("the surface is open: {} edges have a triangle on one side only", edges.open);
        return Err(MeshFault::new(problem, "close its holes (in Slicer, Blender or MeshLab), then import it again"));
    }
    if edges.uneven > 0 {
        warnings.push(format!("{} edges are wound the same way twice (some triangles face inwards): inside and outside were told by counting walls", edges.uneven));
    }
    let mesh = largest_part(mesh, &mut warnings)?;
    Ok(ClosedSurface { mesh, warnings })
}

fn check_size(mesh: &TriangleMesh) -> Result<(), MeshFault> {
    let (mut low, mut high) = (mesh.vertices[0], mesh.vertices[0]);
    for vertex in mesh.triangles.iter().flatten().map(|&v| mesh.vertices[v as usize]) {
        low = low.inf(&vertex);
        high = high.sup(&vertex);
    }
    let extent = (high - low).max();
    let sizes = format!("{:.3} × {:.3} × {:.3} mm", high.x - low.x, high.y - low.y, high.z - low.z);
    if VERTEBRA_MM.contains(&extent) {
        return Ok(());
    }
    let (problem, remedy) = if extent < 0.5 {
        (format!("{sizes} looks like metres"), "pass --mesh-unit m")
    } else if (2.5..=16.0).contains(&extent) {
        (format!("{sizes} looks like centimetres"), "pass --mesh-unit cm")
    } else {
        (
            format!("{sizes} is no vertebra (25 to 160 mm expected)"),
            "give the surface of one vertebra, in mm or with --mesh-unit",
        )
    };
    Err(MeshFault::new(problem, remedy))
}

/// Corners at one place made one; triangles without area dropped.
fn welded(mesh: &TriangleMesh) -> TriangleMesh {
    let key = |p: &Point| [p.x, p.y, p.z].map(|v| (v / WELD_MM).round() as i64);
    let mut order: Vec<([i64; 3], u32)> = mesh.vertices.iter().zip(0..).map(|(p, at)| (key(p), at)).collect();
    order.sort_unstable();
    let mut new_of = vec![0_u32; mesh.vertices.len()];
    let mut vertices: Vec<Point> = Vec::new();
    let mut last = None;
    for (place, old) in order {
        if last != Some(place) {
            vertices.push(mesh.vertices[old as usize]);
            last = Some(place);
        }
        new_of[old as usize] = vertices.len() as u32 - 1;
    }
    let whole = |t: &[u32; 3]| t[0] != t[1] && t[1] != t[2] && t[2] != t[0];
    let triangles = mesh.triangles.iter().map(|t| t.map(|v| new_of[v as usize])).filter(whole).collect();
    TriangleMesh { vertices, triangles }
}

struct Edges {
    /// With an odd number of triangles.
    open: usize,
    /// With an even number, not wound in turn.
    uneven: usize,
}

impl Edges {
    fn of(mesh: &TriangleMesh) -> Edges {
        let mut edges: Vec<(u32, u32, i32)> = Vec::with_capacity(3 * mesh.triangles.len());
        for &[a, b, c] in &mesh.triangles {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                edges.push(if from < to { (from, to, 1) } else { (to, from, -1) });
            }
        }
        edges.sort_unstable();
        let (mut open, mut uneven) = (0, 0);
        for same in edges.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            open += same.len() % 2;
            let way: i32 = same.iter().map(|edge| edge.2).sum();
            uneven += usize::from(same.len().is_multiple_of(2) && way != 0);
        }
        Edges { open, uneven }
    }
}

/// The part that holds nearly all of the volume; without one the surface is refused.
fn largest_part(mesh: TriangleMesh, warnings: &mut Vec<String>) -> Result<TriangleMesh, MeshFault> {
    let mut leader: Vec<u32> = (0..mesh.vertices.len() as u32).collect();
    fn find(leader: &mut [u32], mut v: u32) -> u32 {
        while leader[v as usize] != v {
            leader[v as usize] = leader[leader[v as usize] as usize];
            v = leader[v as usize];
        }
        v
    }
    for &[a, b, c] in &mesh.triangles {
        for other in [b, c] {
            let (x, y) = (find(&mut leader, a), find(&mut leader, other));
            let (low, high) = (x.min(y), x.max(y));
            leader[high as usize] = low;
        }
    }
    let mut parts: std::collections::BTreeMap<u32, Vec<[u32; 3]>> = std::collections::BTreeMap::new();
    for t in &mesh.triangles {
        parts.entry(find(&mut leader, t[0])).or_default().push(*t);
    }
    let count = parts.len();
    if count == 1 {
        return Ok(mesh);
    }
    let mut part = TriangleMesh { vertices: mesh.vertices, triangles: Vec::new() };
    let (mut best, mut most, mut total) = (Vec::new(), 0.0, 0.0);
    for triangles in parts.into_values() {
        part.triangles = triangles;
        let volume = part.volume_mm3().abs();
        total += volume;
        if volume > most {
            (best, most) = (std::mem::take(&mut part.triangles), volume);
        }
    }
    if most <= LARGEST_SHARE * total {
        return Err(MeshFault::new(format!("{count} separate surfaces"), "give the surface of one vertebra alone"));
    }
    let share = 100.0 * (total - most) / total;
    warnings.push(format!("{} parts apart from the bone ({share:.1} % of the volume) were left out", count - 1));
    part.triangles = best;
    Ok(part)
}
