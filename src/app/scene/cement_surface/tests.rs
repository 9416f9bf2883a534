//! The surface kept up to date equals the one made at once, is closed across blocks, and holds the cement's volume.

use super::*;
use crate::geometry::mesh::TriangleMesh;
use crate::geometry::{Point, Vector};

fn grid() -> Grid {
    Grid { dims: [45, 37, 33], spacing_mm: 0.8, origin_mm: Point::new(-18.0, -15.0, -13.0) }
}

/// A ball of cement with an edge a cell wide.
fn ball(grid: &Grid, centre: Point, radius_mm: f64) -> Vec<(CellIndex, f32)> {
    let share = |cell| 0.5 + (radius_mm - (grid.centre(cell) - centre).norm()) / grid.spacing_mm;
    grid.cells().map(|cell| (cell, share(cell).clamp(0.0, 1.0) as f32)).filter(|&(_, s)| s > 0.0).collect()
}

fn closed(mesh: &Surface) -> bool {
    let vertices = mesh.positions.iter().map(|p| Point::from(p.map(f64::from))).collect();
    TriangleMesh { vertices, triangles: mesh.triangles.clone() }.is_closed()
}

#[test]
fn grown_step_by_step_it_is_the_one_made_at_once() {
    let grid = grid();
    let mut grown = CementSurface::new();
    for step in 0..12 {
        let centre = Point::new(-6.0 + f64::from(step), 0.4 * f64::from(step), 1.0);
        let cells = ball(&grid, centre, 2.0 + 0.5 * f64::from(step));
        grown.update(&grid, &cells);
        let mut fresh = CementSurface::new();
        fresh.update(&grid, &cells);
        assert!(grown.mesh() == fresh.mesh(), "step {step}");
        assert!(closed(&grown.mesh()), "step {step}");
    }
}

#[test]
fn it_holds_the_cements_volume_and_faces_outwards() {
    let grid = grid();
    for radius_mm in [4.0, 7.0, 10.0] {
        let mut surface = CementSurface::new();
        let cells = ball(&grid, Point::new(0.3, -0.2, 0.1), radius_mm);
        assert!(surface.update(&grid, &cells));
        let volume: f64 = cells.iter().map(|&(_, s)| f64::from(s)).sum::<f64>() * grid.cell_volume_mm3();
        let mesh = surface.mesh();
        assert!((mesh.volume_mm3() / volume - 1.0).abs() < 0.08, "{} for {volume} mm³", mesh.volume_mm3());
        for (p, n) in mesh.positions.iter().zip(&mesh.normals) {
            let out = Vector::from(p.map(f64::from)) - Vector::new(0.3, -0.2, 0.1);
            assert!(out.normalize().dot(&Vector::from(n.map(f64::from))) > 0.9);
        }
    }
}

#[test]
fn only_blocks_that_changed_are_made_anew() {
    let grid = grid();
    let mut surface = CementSurface::new();
    let mut cells = ball(&grid, Point::new(0.0, 0.0, 0.0), 9.0);
    surface.update(&grid, &cells);
    let all = surface.remeshed_blocks();
    assert!(!surface.update(&grid, &cells) && surface.remeshed_blocks() == 0, "nothing changed");
    let inside = grid.index([8, 8, 8]);
    cells.push((inside, 1.0));
    assert!(surface.update(&grid, &cells));
    assert_eq!(surface.remeshed_blocks(), 1, "of {all}");
    cells.pop();
    let on_a_seam = grid.index([16, 8, 8]);
    cells.push((on_a_seam, 1.0));
    surface.update(&grid, &cells);
    assert_eq!(surface.remeshed_blocks(), 2, "of {all}");
}

#[test]
fn cement_at_the_border_of_the_grid_is_closed_and_no_cement_has_no_surface() {
    let grid = grid();
    let mut surface = CementSurface::new();
    let all: Vec<_> = grid.cells().map(|cell| (cell, 1.0)).collect();
    surface.update(&grid, &all);
    assert!(closed(&surface.mesh()));
    let volume = grid.len() as f64 * grid.cell_volume_mm3();
    assert!((surface.mesh().volume_mm3() / volume - 1.0).abs() < 0.05);
    surface.update(&grid, &[]);
    assert!(surface.mesh().is_empty());
}
