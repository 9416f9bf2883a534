//! Importing a closed surface: filled into voxels as a label, then the same way as every label.

use super::{ImportError, Imported, Outline, import_outline};
use crate::anatomy::{Level, Source};
use crate::geometry::{Point, Vector, mesh::TriangleMesh};
use crate::patient_io::mesh_read::{
    ClosedSurface, MeshFault, MeshOptions, MeshReadError, closed_surface, mesh_bytes, parse_mesh,
};
use crate::patient_io::{Numbering, Volume, VoxelFrame};
use nalgebra::Matrix3;
use std::path::Path;

/// Voxels that a surface is filled into, mm.
const FILL_MM: f64 = 0.5;
/// Empty voxels around it.
const PAD: usize = 4;
/// Rays through triangles, all together: far beyond any surface of a bone.
const MAX_CROSSINGS: u64 = 60_000_000;

/// Why a surface was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportMeshError {
    /// The file.
    #[error(transparent)]
    Mesh(#[from] MeshReadError),
    /// A part of the vertebra could not be found on the surface.
    #[error(
        "{level}: no {part} found on the surface; look at it in a viewer: it may hold only a part of the bone, or more than one vertebra"
    )]
    NotFound {
        /// The level.
        level: Level,
        /// What was looked for.
        part: &'static str,
    },
    /// Too little bone for a vertebra.
    #[error(
        "{level}: the surface encloses {volume_ml:.2} ml, which is no vertebra (10 ml or more); check its unit (--mesh-unit)"
    )]
    TooSmall {
        /// The level.
        level: Level,
        /// Its volume.
        volume_ml: f64,
    },
    /// Two vertebrae in one surface.
    #[error("{level}: the surface seems to hold two vertebrae ({found}); give one vertebra alone")]
    Fused {
        /// The level.
        level: Level,
        /// What tells.
        found: String,
    },
    /// The arch lies in front of the body.
    #[error(
        "{level}: more bone lies behind the canal than in front of it: front and back are swapped, so left and right cannot be trusted either; give the surface's axes (--mesh-space), or correct the file"
    )]
    Flipped {
        /// The level.
        level: Level,
    },
    /// Anything else that is no vertebra.
    #[error(transparent)]
    Import(ImportError),
}

impl From<ImportError> for ImportMeshError {
    fn from(error: ImportError) -> ImportMeshError {
        match error {
            ImportError::NotFound { level, part } => ImportMeshError::NotFound { level, part },
            ImportError::TooSmall { level, volume_ml, .. } => ImportMeshError::TooSmall { level, volume_ml },
            ImportError::Fused { level, found, .. } => ImportMeshError::Fused { level, found },
            ImportError::Flipped { level } => ImportMeshError::Flipped { level },
            other => ImportMeshError::Import(other),
        }
    }
}

/// True when a file looks like a surface (or its name says so) rather than like a volume.
pub fn is_mesh_file(path: &Path) -> bool {
    matches!(mesh_bytes(path), Ok(Some(_)))
}

/// Imports a level from the closed surface of its bone (STL, OBJ or PLY).
pub fn import_mesh(path: &Path, options: MeshOptions, level: Level) -> Result<Imported, ImportMeshError> {
    let unknown = || MeshFault::new("not a surface that can be read", "give STL, OBJ or PLY").of(path);
    let bytes = mesh_bytes(path)?.ok_or_else(unknown)?;
    import_mesh_bytes(path, &bytes, options, level)
}

/// The same from the bytes of the file; `path` is what messages call it.
pub fn import_mesh_bytes(
    path: &Path,
    bytes: &[u8],
    options: MeshOptions,
    level: Level,
) -> Result<Imported, ImportMeshError> {
    let label = Numbering::Verse.label(level).map_err(ImportError::from)?.unwrap_or(1);
    let (volume, notes) = volume_of_surface(path, bytes, options, label)?;
    let mut imported = import_outline(None, &volume, Outline::Surface, Numbering::Verse, level)?;
    imported.source = Source::Mesh;
    imported.warnings.splice(0..0, notes);
    Ok(imported)
}

/// The inside of a closed surface as a label volume, and what was assumed on the way.
pub fn volume_of_surface(
    path: &Path,
    bytes: &[u8],
    options: MeshOptions,
    label: u32,
) -> Result<(Volume, Vec<String>), MeshReadError> {
    let read = || {
        let ClosedSurface { mesh, warnings } = closed_surface(parse_mesh(bytes)?, options)?;
        Ok((filled(&mesh, label as f32)?, warnings))
    };
    read().map_err(|fault: MeshFault| fault.of(path))
}

/// Voxels with `value` inside a closed surface, told by counting the walls along x.
fn filled(mesh: &TriangleMesh, value: f32) -> Result<Volume, MeshFault> {
    let (mut low, mut high) = (mesh.vertices[0], mesh.vertices[0]);
    for t in &mesh.triangles {
        for corner in mesh.corners(*t) {
            low = low.inf(&corner);
            high = high.sup(&corner);
        }
    }
    let dims = [0, 1, 2].map(|a| ((high[a] - low[a]) / FILL_MM).ceil() as usize + 2 * PAD);
    let origin = low - Vector::repeat((PAD as f64 - 0.5) * FILL_MM);
    let mut walls: Vec<Vec<f32>> = vec![Vec::new(); dims[1] * dims[2]];
    let mut crossings = 0;
    for t in &mesh.triangles {
        // In voxels, seen along x.
        let corners = mesh.corners(*t).map(|p| (p - origin) / FILL_MM);
        cross(&corners, dims, &mut walls, &mut crossings);
        if crossings > MAX_CROSSINGS {
            return Err(MeshFault::new(
                "its triangles lie over each other many times",
                "give the outer surface of one vertebra",
            ));
        }
    }
    let mut values = vec![0.0; dims[0] * dims[1] * dims[2]];
    for (line, walls) in values.chunks_exact_mut(dims[0]).zip(&mut walls) {
        walls.sort_by(f32::total_cmp);
        for pair in walls.chunks_exact(2) {
            // Voxel i is inside when its centre lies between two walls.
            let first = pair[0].ceil().max(0.0) as usize;
            let end = (pair[1].ceil().max(0.0) as usize).min(dims[0]);
            line.get_mut(first..end).unwrap_or_default().fill(value);
        }
    }
    let frame = VoxelFrame::new(Matrix3::from_diagonal_element(FILL_MM), Point::from(origin.coords));
    frame
        .and_then(|frame| Volume::new(dims, values, frame))
        .ok_or_else(|| MeshFault::new("it holds no volume", "give a closed surface"))
}

/// Notes where each ray along x, one per row of voxels, passes a triangle.
fn cross(corners: &[Vector; 3], dims: [usize; 3], walls: &mut [Vec<f32>], crossings: &mut u64) {
    let range = |axis: usize| {
        let of = |pick: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(pick).unwrap_or(0.0);
        let first = of(f64::min).ceil().max(0.0) as usize;
        let end = (of(f64::max).floor() + 1.0).max(0.0) as usize;
        first..end.min(dims[axis])
    };
    let [a, b, c] = corners;
    let normal = (b - a).cross(&(c - a));
    for k in range(2) {
        for j in range(1) {
            *crossings += 1;
            let ray = (j as f64, k as f64);
            let sides = [side(a, b, ray), side(b, c, ray), side(c, a, ray)];
            if sides.iter().all(|s| *s) || sides.iter().all(|s| !*s) {
                // The plane's x at the ray; a triangle seen edge-on is hit by none.
                let x = a.x - (normal.y * (ray.0 - a.y) + normal.z * (ray.1 - a.z)) / normal.x;
                if x.is_finite() {
                    walls[j + dims[1] * k].push(x as f32);
                }
            }
        }
    }
}

/// On which side of the edge from `p` to `q` a ray passes: the same answer for both triangles of an edge, turned round.
///
/// A ray through the edge itself counts as on the side of larger y, then larger z, so that no wall is missed or counted twice.
fn side(p: &Vector, q: &Vector, ray: (f64, f64)) -> bool {
    let forward = (p.y, p.z) < (q.y, q.z);
    let (low, high) = if forward { (p, q) } else { (q, p) };
    let cross = (high.y - low.y) * (ray.1 - low.z) - (high.z - low.z) * (ray.0 - low.y);
    // Shifting the ray by an infinitely small step along y, and one smaller yet along z.
    let left = if cross != 0.0 {
        cross > 0.0
    } else if high.z != low.z {
        high.z < low.z
    } else {
        high.y > low.y
    };
    left == forward
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box with corners on the rays themselves: the hardest case for counting.
    fn block(low: [f64; 3], high: [f64; 3]) -> TriangleMesh {
        let vertices =
            (0..8).map(|c| Point::from([0, 1, 2].map(|a| if c >> a & 1 == 1 { high[a] } else { low[a] }))).collect();
        let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
        let triangles = quads.iter().flat_map(|q| [[q[0], q[1], q[2]], [q[0], q[2], q[3]]]).collect();
        TriangleMesh { vertices, triangles }
    }

    #[test]
    fn a_block_is_filled_to_its_volume_wherever_its_edges_lie() {
        for shift in [0.0, 0.25, 0.1, 0.37] {
            let mesh = block([shift, -3.0 + shift, 2.0], [10.0 + shift, 5.0 + shift, 8.0 + shift]);
            assert!(mesh.is_closed() && mesh.volume_mm3() > 0.0);
            let volume = filled(&mesh, 20.0).expect("filled");
            let inside = volume.values.iter().filter(|&&v| v == 20.0).count() as f64 * FILL_MM * FILL_MM * FILL_MM;
            let expected = mesh.volume_mm3();
            assert!((inside - expected).abs() < 0.1 * expected, "{inside} mm³ of {expected}, shift {shift}");
            let middle = Point::new(5.0 + shift, 1.0 + shift, 5.0);
            assert_eq!(volume.nearest(&middle), Some(20.0));
            assert_eq!(volume.nearest(&(middle + Vector::new(6.0, 0.0, 0.0))), Some(0.0));
        }
    }
}
