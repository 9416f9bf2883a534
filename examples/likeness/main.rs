//! How like real vertebrae the generated ones are: `cargo run --example likeness`.
//!
//! For every real mesh at hand (`TROCAR_DATA`, else ../shared/data) the symmetric mean surface distance in mm, of the
//! whole vertebra and of the body (what lies in front of the posterior wall): once for the table's mixed means after
//! rigid and isotropic alignment, once with the dimensions measured on that mesh after rigid alignment. A distance is
//! from points spread evenly by area over one surface to the other surface; the two means are averaged.
//! Points of one surface are measured to the whole of the other, and told apart by where they lie: the body's points are
//! those of either surface in front of the plane of the model's posterior wall.
//!
//! `all` adds T5 to T8, `with FILE` takes other constants than the built-in ones, and LIKENESS_OUT=FOLDER writes both
//! surfaces as STL. `fit STEPS [without SET] [from FILE] [to FILE]` fits the constants to the meshes; see fit.rs.

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]
#![allow(clippy::expect_used, reason = "without the meshes or with broken ones there is nothing to do but stop")]

mod align;
mod data;
mod fit;
mod surface;
mod table;

use align::{Sampled, aligned, distances};
use data::{Real, real_vertebrae};
use rayon::prelude::*;
use std::collections::BTreeMap;
use table::{Table, after, constants_at};
use trocar::anatomy::Level;
use trocar::anatomy::morphometry::{Dimensions, Overrides};
use trocar::anatomy::shape::VertebraShape;
use trocar::geometry::iso_surface::iso_surface;
use trocar::geometry::mesh::TriangleMesh;
use trocar::geometry::redistance::redistance;
use trocar::geometry::{Field, Grid, Point, Vector};

const SPACING_MM: f64 = 0.6;
const SAMPLES: usize = 12_000;
const REGIONS: [&str; 7] = ["body", "pedicle", "superior", "inferior", "transverse", "spinous", "lamina"];

fn surface_of(shape: &VertebraShape, spacing_mm: f64) -> TriangleMesh {
    let (low, high) = shape.bounds();
    let margin = Vector::repeat(2.0);
    let grid = Grid::covering(&(low - margin), &(high + margin), spacing_mm);
    iso_surface(&redistance(&Field::from_fn(grid, |p| shape.values(&p).bone as f32)))
}

/// What was measured on a mesh and can be built.
pub fn overrides_of(real: &Real) -> Overrides {
    let mut overrides = real.measured.clone();
    if real.level >= Level::L3 {
        // There the least section lies in the root of the transverse process; the table says what is built.
        overrides.remove("pedicle_isthmus_behind_wall_mm");
    }
    overrides
}

/// Sizes that the generated counterpart of a real vertebra is built from: the table's, or those measured on it.
pub fn dimensions_of(real: &Real, measured: bool) -> Dimensions {
    let overrides = if measured { overrides_of(real) } else { Overrides::new() };
    Dimensions::with_overrides(real.level, None, 1.0, &overrides)
        .unwrap_or_else(|error| panic!("{} {}: {error}", real.set, real.level))
}

fn region(shape: &VertebraShape, p: &Point) -> usize {
    let d = shape.dimensions();
    let wall = shape.canal_centre().y - 0.5 * d.canal_depth_mm;
    let isthmus = shape.pedicle(trocar::anatomy::Side::Left).isthmus;
    let half_height = 0.5 * d.height_posterior_mm;
    let x = p.x.abs();
    match () {
        _ if p.y < wall => 0,
        _ if x > isthmus.x + 8.0 => 4,
        _ if p.y < isthmus.y + 4.5 && (p.z - isthmus.z).abs() < 0.7 * d.pedicle_height_mm => 1,
        _ if x < 6.0 && p.y > wall + d.canal_depth_mm + 4.0 => 5,
        _ if p.z > 0.7 * half_height => 2,
        _ if p.z < -half_height => 3,
        _ => 6,
    }
}

/// Symmetric means: whole, then by region (NaN where a side has no point there).
fn score(real: &Real, real_surface: &Sampled, measured: bool, table: &Table) -> (Vec<f64>, f64) {
    let constants = constants_at(table, real.level as usize);
    let shape = VertebraShape::with_constants(dimensions_of(real, measured), &constants);
    let model = Sampled::new(surface_of(&shape, SPACING_MM));
    let pose = aligned(&model, real_surface, !measured);
    let both = distances(&model, real_surface, &pose, SAMPLES);
    let mean = |wanted: Option<usize>| {
        let one_way = |all: &Vec<(Point, f64)>| {
            let chosen: Vec<f64> =
                all.iter().filter(|(p, _)| wanted.is_none_or(|w| region(&shape, p) == w)).map(|(_, d)| *d).collect();
            chosen.iter().sum::<f64>() / chosen.len() as f64
        };
        0.5 * (one_way(&both[0]) + one_way(&both[1]))
    };
    if let Some(folder) = std::env::var_os("LIKENESS_OUT") {
        let mut file = std::fs::File::create(
            std::path::Path::new(&folder).join(format!("{}_{}_{}.stl", real.level, real.set, measured)),
        )
        .expect("a file");
        write(&mut file, &model.mesh, |p| *p);
        let mut file = std::fs::File::create(
            std::path::Path::new(&folder).join(format!("{}_{}_{}_real.stl", real.level, real.set, measured)),
        )
        .expect("a file");
        write(&mut file, &real.mesh, |p| pose.inverse(p));
    }
    (std::iter::once(mean(None)).chain((0..REGIONS.len()).map(|r| mean(Some(r)))).collect(), pose.scale)
}

fn write(file: &mut std::fs::File, mesh: &TriangleMesh, place: impl Fn(&Point) -> Point) {
    let triangles = mesh.triangles.iter().map(|&t| {
        let corner = |p: Point| {
            let p = place(&p);
            stl_io::Vertex::new([p.x as f32, p.y as f32, p.z as f32])
        };
        let [a, b, c] = mesh.corners(t);
        stl_io::Triangle { normal: stl_io::Normal::new([0.0; 3]), vertices: [corner(a), corner(b), corner(c)] }
    });
    stl_io::write_stl(file, triangles.collect::<Vec<_>>().iter()).expect("written");
}

fn main() {
    let reals = real_vertebrae();
    if reals.is_empty() {
        println!("no meshes below TROCAR_DATA or ../shared/data: nothing to compare with");
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.first().is_some_and(|w| w == "fit") {
        fit::fit(&reals, &wanted);
        return;
    }
    let table = table::read(after(&wanted, "with"));
    let lowest = if wanted.iter().any(|w| w == "all") { Level::T5 } else { Level::T9 };
    let scores: Vec<_> = reals
        .par_iter()
        .filter(|real| real.level >= lowest)
        .map(|real| {
            let surface = Sampled::new(real.mesh.clone());
            (real, [false, true].map(|measured| score(real, &surface, measured, &table)))
        })
        .collect();
    for (case, name) in ["table's means, rigid and scale", "measured dimensions, rigid"].into_iter().enumerate() {
        println!("\n{name}\nlevel set            scale  whole {}", REGIONS.map(|r| format!("{r:>10}")).join(" "));
        let mut levels: BTreeMap<Level, Vec<[f64; 2]>> = BTreeMap::new();
        for (real, both) in &scores {
            let (means, scale) = &both[case];
            let cells: Vec<String> = means[1..].iter().map(|m| format!("{m:>10.2}")).collect();
            println!("{:5} {:14} {scale:6.3} {:6.2} {}", real.level.name(), real.set, means[0], cells.join(" "));
            levels.entry(real.level).or_default().push([means[0], means[1]]);
        }
        let average = |rows: &[[f64; 2]], i: usize| rows.iter().map(|r| r[i]).sum::<f64>() / rows.len() as f64;
        let per_level: Vec<[f64; 2]> = levels.values().map(|r| [average(r, 0), average(r, 1)]).collect();
        for (level, m) in levels.keys().zip(&per_level) {
            println!("{level}: whole {:.2}, body {:.2}", m[0], m[1]);
        }
        println!("mean of the levels: whole {:.3}, body {:.3}", average(&per_level, 0), average(&per_level, 1));
    }
}
