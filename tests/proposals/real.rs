//! The real vertebrae at hand: surfaces, below `TROCAR_DATA` or `../shared/data`.

use super::table::{Row, examine};
use rayon::prelude::*;
use std::path::PathBuf;
use trocar::anatomy::Level;
use trocar::instruments::Tool;
use trocar::patient_io::{MeshOptions, import_mesh};

fn folder() -> Option<PathBuf> {
    let below = std::env::var_os("TROCAR_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    below.into_iter().chain([beside]).map(|path| path.join("anatomy/meshes")).find(|path| path.is_dir())
}

/// Every complete vertebra with every tool; empty, with a word about it, where there is no data.
pub fn rows(tools: &[(Tool, u8)]) -> Vec<Row> {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: there is no anatomy/meshes; set TROCAR_DATA to the data folder");
        return Vec::new();
    };
    let mut files: Vec<(Level, PathBuf)> = ["bodyparts3d", "ct_lidc0001", "seg_verse004"]
        .iter()
        .flat_map(|set| Level::ALL.map(|level| (level, folder.join(set).join(format!("{level}.stl")))))
        .filter(|(_, path)| path.is_file())
        .collect();
    files.sort();
    files
        .par_iter()
        .flat_map_iter(|(level, path)| {
            let imported = import_mesh(path, MeshOptions::default(), *level).expect("a real vertebra");
            let rows = tools.iter().map(|&(tool, gauge)| examine(&imported.vertebra, *level, tool, gauge));
            rows.collect::<Vec<_>>()
        })
        .collect()
}
