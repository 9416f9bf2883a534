//! The zero surface of a signed distance field as a triangle mesh (naive surface nets, Gibson 1998).

use super::{Field, Point, Vector, mesh::TriangleMesh};
use fast_surface_nets::{SurfaceNetsBuffer, surface_nets};
use ndshape::RuntimeShape;

/// The surface where `distance` is zero, wound outwards from its negative side.
///
/// The mesh is closed: what reaches the border of the grid is capped half a voxel outside the outermost centres.
/// Vertices lie within about a tenth of a voxel of the surface where it is smooth.
pub fn iso_surface(distance: &Field<f32>) -> TriangleMesh {
    let grid = distance.grid();
    let [nx, ny, nz] = grid.dims;
    // A layer of outside all round; one more at the far side, whose faces the crate leaves to the next chunk.
    let dims = grid.dims.map(|n| n as u32 + 3);
    let (row, slab) = (nx + 3, (nx + 3) * (ny + 3));
    let outside = grid.spacing_mm as f32;
    let mut padded = vec![outside; slab * (nz + 3)];
    for k in 0..nz {
        for j in 0..ny {
            let from = nx * (j + ny * k);
            let to = 1 + row * (j + 1) + slab * (k + 1);
            padded[to..to + nx].copy_from_slice(&distance.values()[from..from + nx]);
        }
    }
    let mut buffer = SurfaceNetsBuffer::default();
    let shape = RuntimeShape::<u32, 3>::new(dims);
    surface_nets(&padded, &shape, [0; 3], dims.map(|n| n - 1), &mut buffer);
    let first = grid.origin_mm - Vector::repeat(grid.spacing_mm);
    let vertices = buffer
        .positions
        .iter()
        .map(|p| Point::from(first.coords + Vector::from(p.map(f64::from)) * grid.spacing_mm))
        .collect();
    let (triples, _) = buffer.indices.as_chunks::<3>();
    TriangleMesh { vertices, triangles: triples.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Grid;
    use std::f64::consts::PI;

    #[test]
    fn a_ball_is_closed_and_has_its_volume_and_area() {
        let radius = 7.3;
        let grid = Grid::covering(&Point::new(-9.0, -9.0, -9.0), &Point::new(9.0, 9.0, 9.0), 0.5);
        let ball = Field::from_fn(grid, |p| (p.coords.norm() - radius) as f32);
        let mesh = iso_surface(&ball);
        assert!(mesh.is_closed());
        assert_eq!(mesh.component_count(), 1);
        let volume = 4.0 / 3.0 * PI * radius * radius * radius;
        let area = 4.0 * PI * radius * radius;
        assert!((mesh.volume_mm3() / volume - 1.0).abs() < 0.01, "{} for {volume}", mesh.volume_mm3());
        assert!((mesh.area_mm2() / area - 1.0).abs() < 0.01, "{} for {area}", mesh.area_mm2());
        let worst = mesh.vertices.iter().map(|v| (v.coords.norm() - radius).abs()).fold(0.0, f64::max);
        assert!(worst < 0.1, "a vertex lies {worst} mm off");
    }

    #[test]
    fn a_tube_through_the_whole_grid_is_capped() {
        let grid = Grid::covering(&Point::new(-4.0, -4.0, 0.0), &Point::new(4.0, 4.0, 6.0), 0.5);
        let tube = Field::from_fn(grid, |p| ((p.x * p.x + p.y * p.y).sqrt() - 2.5) as f32);
        let mesh = iso_surface(&tube);
        assert!(mesh.is_closed());
        let volume = PI * 2.5 * 2.5 * 6.0;
        assert!((mesh.volume_mm3() / volume - 1.0).abs() < 0.04, "{} for {volume}", mesh.volume_mm3());
    }
}
