//! The real meshes and what was measured on them.

use std::path::PathBuf;
use trocar::anatomy::Level;
use trocar::anatomy::morphometry::Overrides;
use trocar::geometry::{Point, mesh::TriangleMesh};

pub const SETS: [&str; 3] = ["bodyparts3d", "ct_lidc0001", "seg_verse004"];

/// A real vertebra.
pub struct Real {
    pub set: &'static str,
    pub level: Level,
    pub mesh: TriangleMesh,
    pub measured: Overrides,
}

fn folder() -> Option<PathBuf> {
    let below = std::env::var_os("TROCAR_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    below.into_iter().chain([beside]).map(|p| p.join("anatomy/meshes")).find(|p| p.is_dir())
}

/// All unbroken vertebrae at hand, from the head down; empty where there is no data.
pub fn real_vertebrae() -> Vec<Real> {
    let Some(folder) = folder() else { return Vec::new() };
    let table: toml::Table = include_str!("measured.toml").parse().expect("measured.toml");
    let mut found = Vec::new();
    for level in Level::ALL {
        for set in SETS {
            let Some(row) = table[set].get(level.name()) else { continue };
            let path = folder.join(set).join(format!("{level}.stl"));
            let Ok(mut file) = std::fs::File::open(&path) else { continue };
            let stl = stl_io::read_stl(&mut file).expect("a readable STL");
            let point = |v: &stl_io::Vertex| Point::new(v[0].into(), v[1].into(), v[2].into());
            let mesh = TriangleMesh {
                vertices: stl.vertices.iter().map(point).collect(),
                triangles: stl.faces.iter().map(|f| f.vertices.map(|v| v as u32)).collect(),
            };
            let measured = row.as_table().expect("a table").iter();
            let measured = measured.map(|(k, v)| (k.clone(), v.as_float().expect("a number"))).collect();
            found.push(Real { set, level, mesh, measured });
        }
    }
    found
}
