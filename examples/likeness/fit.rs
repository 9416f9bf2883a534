//! Fits the shape's constants to the meshes: all of them together, smooth along the spine.
//!
//! Least squares on the two truncated distance fields at points round the real surface, once with the table's means
//! (rigid and scale) and once with the dimensions measured on that mesh (rigid), with second differences along the
//! levels and distances from the start held small (Gauss-Newton, differences for the derivatives).

use crate::align::{Pose, Sampled};
use crate::data::Real;
use crate::table::{self, Table, after, constants_at};
use crate::{dimensions_of, surface_of};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use trocar::anatomy::Level;
use trocar::anatomy::morphometry::Dimensions;
use trocar::anatomy::shape::VertebraShape;
use trocar::anatomy::shape_constants::ShapeConstants;
use trocar::geometry::{Point, Vector, random};

const POINTS: usize = 1800;
/// Distances saturate here, mm.
const TRUNCATION_MM: f64 = 3.0;
/// Weight of the points in or near the body, where planning looks closest.
const BODY_WEIGHT: f64 = 1.6;
const NAMES: &[&str] = ShapeConstants::NAMES;

/// One mesh seen with one set of dimensions.
struct View {
    row: usize,
    dimensions: Dimensions,
    scaled: bool,
    pose: Pose,
    /// Points in the mesh's frame and what the model's bone should be there.
    targets: Vec<(Point, f64, f64)>,
}

fn truncated(d: f64) -> f64 {
    TRUNCATION_MM * trocar::units::tanh(d / TRUNCATION_MM)
}

/// By how much a constant may reasonably vary.
fn unit(name: &str, value: f64) -> f64 {
    match name {
        _ if name.contains("blend") || name.contains("rounding") || name == "rim_radius_mm" => 0.7,
        _ if name.ends_with("radius_mm") || name.contains("thickness_mm") => 0.8,
        _ if name.starts_with("posterior_") || name.contains("side_") => 0.5,
        _ if name.ends_with("_mm") => 1.5,
        _ if name.ends_with("_rad") => 0.25,
        _ if name.ends_with("exponent") => 0.3,
        _ if name.ends_with("back_share") => 0.04,
        _ => 0.12 * value.abs().max(0.3),
    }
}

fn limits(name: &str) -> [f64; 2] {
    match name {
        "rear_share" => [0.15, 0.6],
        "waist_exponent" => [1.2, 4.0],
        "dish_exponent" => [1.0, 3.0],
        _ if name.ends_with("exponent") => [1.5, 4.5],
        "upper_dish_share" => [0.2, 0.7],
        "dish_radius" => [0.6, 1.0],
        _ if name.ends_with("back_share") => [-0.1, 0.15],
        "dip_share" => [0.25, 0.6],
        "posterior_dip_mm" | "posterior_recess_mm" => [0.0, 3.5],
        "rim_radius_mm" => [0.8, 3.0],
        "pedicle_body_blend_mm" | "pedicle_arch_blend_mm" | "arch_blend_mm" => [1.0, 8.0],
        "notch_length_mm" => [2.0, 10.0],
        "lamina_half_thickness_mm" => [1.5, 4.5],
        "spinous_rounding_mm" => [2.0, 5.0],
        _ if name.contains("half_thickness") => [1.5, 6.0],
        _ if name.ends_with("radius_mm") => [2.2, 8.0],
        _ if name.ends_with("flatness") => [1.0, 3.0],
        _ if name.contains("side_") => [-1.5, 2.0],
        _ => [-40.0, 40.0],
    }
}

fn view(real: &Real, surface: &Sampled, measured: bool, start: &Table) -> View {
    let dimensions = dimensions_of(real, measured);
    let shape = VertebraShape::in_build_frame(dimensions.clone(), &constants_at(start, real.level as usize));
    let pose = aligned_quickly(&shape, surface, !measured);
    let mut rng = random::stream(3, 0, "fit");
    let (mut low, mut high) = (real.mesh.vertices[0], real.mesh.vertices[0]);
    for v in &real.mesh.vertices {
        (low, high) = (low.inf(v), high.sup(v));
    }
    let mut targets = Vec::new();
    while targets.len() < POINTS {
        let at = |a: usize, rng: &mut _| random::uniform_between(rng, low[a] - 4.0, high[a] + 4.0);
        let p = Point::new(at(0, &mut rng), at(1, &mut rng), at(2, &mut rng));
        let d = surface.surface.signed_distance(&p);
        // Far from the surface a few points say where no bone is.
        if d.abs() < 3.5 || (d.abs() < 9.0 && random::uniform(&mut rng) < 0.15) {
            let body = shape.values(&pose.inverse(&p)).body;
            targets.push((p, truncated(d), if body < 4.0 { BODY_WEIGHT } else { 1.0 }));
        }
    }
    View { row: real.level as usize, dimensions, scaled: !measured, pose, targets }
}

/// The fit moves the poses itself; it needs no more than a start.
fn aligned_quickly(shape: &VertebraShape, surface: &Sampled, scaled: bool) -> Pose {
    crate::align::roughly_aligned(&Sampled::new(surface_of(shape, 1.2)), surface, scaled)
}

fn residuals(view: &View, constants: &ShapeConstants, pose: &Pose) -> Vec<f64> {
    let shape = VertebraShape::in_build_frame(view.dimensions.clone(), constants);
    let of = |(p, wanted, weight): &(Point, f64, f64)| {
        weight * (truncated(shape.values(&pose.inverse(p)).bone * pose.scale) - wanted)
    };
    view.targets.iter().map(of).collect()
}

fn moved(pose: &Pose, step: &[f64]) -> Pose {
    let turn = *nalgebra::Rotation3::from_scaled_axis(Vector::new(step[0], step[1], step[2])).matrix();
    Pose {
        rotation: turn * pose.rotation,
        scale: pose.scale * (1.0 + step.get(6).copied().unwrap_or(0.0)),
        shift: pose.shift + Vector::new(step[3], step[4], step[5]),
    }
}

struct Normal {
    row: usize,
    matrix: DMatrix<f64>,
    right: DVector<f64>,
    cost: f64,
}

fn normal_equations(view: &View, table: &Table) -> Normal {
    let base = constants_at(table, view.row);
    let r0 = residuals(view, &base, &view.pose);
    let poses = if view.scaled { 7 } else { 6 };
    let mut columns = Vec::new();
    for (i, name) in NAMES.iter().enumerate() {
        let h = 0.1 * unit(name, table[*name][view.row]);
        let shifted = ShapeConstants::from_values(|n| table[n][view.row] + if n == NAMES[i] { h } else { 0.0 });
        let r = residuals(view, &shifted, &view.pose);
        columns.push(r.iter().zip(&r0).map(|(a, b)| (a - b) / 0.1).collect::<Vec<f64>>());
    }
    for i in 0..poses {
        let h = if i < 3 || i == 6 { 0.003 } else { 0.1 };
        let mut step = vec![0.0; poses];
        step[i] = h;
        let r = residuals(view, &base, &moved(&view.pose, &step));
        columns.push(r.iter().zip(&r0).map(|(a, b)| (a - b) / h).collect());
    }
    let n = columns.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / POINTS as f64;
    let matrix = DMatrix::from_fn(n, n, |i, j| if j <= i { dot(&columns[i], &columns[j]) } else { 0.0 });
    let matrix = DMatrix::from_fn(n, n, |i, j| matrix[(i.max(j), i.min(j))]);
    let right = DVector::from_fn(n, |i, _| -dot(&columns[i], &r0));
    Normal { row: view.row, matrix, right, cost: dot(&r0, &r0) }
}

/// How little a constant should bend from level to level; less where the thoracic spine turns lumbar, and
/// towards the sacrum.
fn stiffness(row: usize) -> f64 {
    // Second difference centred on this row.
    if (5..=8).contains(&row) || row == 11 { 0.004 } else { 0.02 }
}
const PRIOR: f64 = 0.0015;

pub fn fit(reals: &[Real], arguments: &[String]) {
    let steps: usize = after(arguments, "fit").and_then(|a| a.parse().ok()).unwrap_or(8);
    let left_out = after(arguments, "without").unwrap_or_default();
    let to = after(arguments, "to").unwrap_or("vertebra_shape_constants.toml");
    let mut table = table::read(after(arguments, "from"));
    let start = table.clone();
    let mut views: Vec<View> = reals
        .par_iter()
        .filter(|r| r.set != left_out)
        .flat_map_iter(|real| {
            let surface = Sampled::new(real.mesh.clone());
            [false, true].map(|measured| view(real, &surface, measured, &start))
        })
        .collect();
    let (levels, n) = (Level::ALL.len(), NAMES.len());
    let mut damping = 0.01;
    let cost_of = |views: &[View], table: &Table| -> f64 {
        views
            .par_iter()
            .map(|v| {
                residuals(v, &constants_at(table, v.row), &v.pose).iter().map(|r| r * r).sum::<f64>() / POINTS as f64
            })
            .sum()
    };
    for step in 0..steps {
        let normals: Vec<Normal> = views.par_iter().map(|v| normal_equations(v, &table)).collect();
        let cost: f64 = normals.iter().map(|n| n.cost).sum();
        let size = levels * n;
        let mut matrix = DMatrix::<f64>::zeros(size, size);
        let mut right = DVector::<f64>::zeros(size);
        // The poses are eliminated view by view.
        let mut back = Vec::new();
        for normal in &normals {
            let m = normal.right.len();
            let poses = m - n;
            let damp = DMatrix::<f64>::identity(poses, poses) * 1e-9;
            let a = normal.matrix.view((0, 0), (n, n)).into_owned();
            let b = normal.matrix.view((0, n), (n, poses)).into_owned();
            let c = (normal.matrix.view((n, n), (poses, poses)).into_owned() + damp).try_inverse().expect("regular");
            let (ra, rc) = (normal.right.rows(0, n).into_owned(), normal.right.rows(n, poses).into_owned());
            let o = normal.row * n;
            let mut place = matrix.view_mut((o, o), (n, n));
            place += a - &b * &c * b.transpose();
            let mut at = right.rows_mut(o, n);
            at += ra - &b * (&c * &rc);
            back.push((b, c, rc));
        }
        for (i, name) in NAMES.iter().enumerate() {
            // In units of how much the constant may vary, taken at each row.
            let value = |row: usize| table[*name][row] / unit(name, table[*name][row]);
            for row in 1..levels - 1 {
                let w = stiffness(row);
                let bend = value(row - 1) - 2.0 * value(row) + value(row + 1);
                let terms = [(row - 1, 1.0), (row, -2.0), (row + 1, 1.0)];
                for (r, c) in terms {
                    right[r * n + i] -= w * c * bend;
                    for (r2, c2) in terms {
                        matrix[(r * n + i, r2 * n + i)] += w * c * c2;
                    }
                }
            }
            for row in 0..levels {
                let away = (table[*name][row] - start[*name][row]) / unit(name, table[*name][row]);
                matrix[(row * n + i, row * n + i)] += PRIOR;
                right[row * n + i] -= PRIOR * away;
            }
        }
        for i in 0..size {
            matrix[(i, i)] += damping * 0.1;
        }
        let solution = matrix.cholesky().expect("positive definite").solve(&right);
        let mut shrink = 1.0;
        loop {
            let mut next = table.clone();
            for (i, name) in NAMES.iter().enumerate() {
                for row in 0..levels {
                    let v = table[*name][row];
                    let delta = (shrink * solution[row * n + i]).clamp(-1.5, 1.5);
                    let [low, high] = limits(name);
                    next.get_mut(*name).expect("named")[row] = (v + delta * unit(name, v)).clamp(low, high);
                }
            }
            let poses: Vec<Pose> = views
                .iter()
                .zip(&back)
                .map(|(v, (b, c, rc))| {
                    let x = solution.rows(v.row * n, n) * shrink;
                    let p = c * (rc * shrink - b.transpose() * x);
                    moved(&v.pose, p.as_slice())
                })
                .collect();
            let old: Vec<Pose> = views.iter().map(|v| v.pose).collect();
            for (v, p) in views.iter_mut().zip(&poses) {
                v.pose = *p;
            }
            let after = cost_of(&views, &next);
            eprintln!("step {step}: cost {cost:.3} -> {after:.3} (shrunk by {shrink}, damping {damping:.4})");
            if after < cost * 1.002 {
                table = next;
                damping *= 0.5;
                break;
            }
            for (v, p) in views.iter_mut().zip(&old) {
                v.pose = *p;
            }
            shrink *= 0.5;
            damping *= 1.5;
            if shrink < 0.05 {
                break;
            }
        }
        table::write(&table, to);
    }
    println!("written to {to}");
}
