//! Surface of a bone from its distance field: smooth normals, and the light that nooks and hollows miss, baked in.

use super::surface::{Surface, blend, corner_at, linear};
use crate::geometry::iso_surface::iso_surface;
use crate::geometry::{Field, Point, Vector};
use rayon::prelude::*;

/// Bone in full light.
const BONE: [u8; 3] = [0xe3, 0xd5, 0xb8];
/// What light that went through bone comes out as.
const WARM: [u8; 3] = [0x8c, 0x4a, 0x30];
/// Distances at which the field is asked for room, mm.
const REACHES_MM: [f64; 4] = [0.7, 1.8, 4.0, 8.0];
/// How far the directions lean from the normal in which room is asked for.
const LEAN: f64 = 1.1;

/// The zero surface of a distance field, lit by how much room there is about it.
pub fn bone_surface(distance: &Field<f32>) -> Surface {
    let mesh = iso_surface(distance);
    let corners: Vec<([f32; 3], [f32; 4])> = mesh
        .vertices
        .par_iter()
        .map(|vertex| {
            let normal = smooth_normal(distance, vertex);
            (corner_at(&Point::from(normal)), colour(vertex, openness(distance, vertex, &normal)))
        })
        .collect();
    Surface {
        positions: mesh.vertices.iter().map(corner_at).collect(),
        normals: corners.iter().map(|(normal, _)| *normal).collect(),
        colours: corners.iter().map(|(_, colour)| *colour).collect(),
        triangles: mesh.triangles,
    }
}

/// Gradient over a voxel either side: the voxels' own steps do not show.
fn smooth_normal(distance: &Field<f32>, point: &Point) -> Vector {
    let h = 1.2 * distance.grid().spacing_mm;
    let along = |axis: usize| {
        let mut d = Vector::zeros();
        d[axis] = h;
        distance.sample(&(point + d)) - distance.sample(&(point - d))
    };
    Vector::new(along(0), along(1), along(2)).try_normalize(1e-9).unwrap_or(Vector::z())
}

/// Share of the room above a place that is free, 0…1: the field's distances against those of a plane.
fn openness(distance: &Field<f32>, point: &Point, normal: &Vector) -> f32 {
    let helper = if normal.z.abs() < 0.8 { Vector::z() } else { Vector::x() };
    let a = normal.cross(&helper).normalize();
    let b = normal.cross(&a);
    let leans = [Vector::zeros(), a, -a, b, -b];
    let (mut free, mut whole) = (0.0, 0.0);
    for lean in leans {
        let way = (normal + lean * LEAN).normalize();
        let rise = way.dot(normal);
        for (i, reach) in REACHES_MM.into_iter().enumerate() {
            let weight = 1.0 / (1.0 + 0.5 * i as f64);
            let expected = reach * rise;
            free += weight * (field_beyond(distance, &(point + way * reach)) / expected).clamp(0.0, 1.0);
            whole += weight;
        }
    }
    (free / whole) as f32
}

/// The field, continued outside its grid by the way from the border.
fn field_beyond(distance: &Field<f32>, point: &Point) -> f64 {
    let grid = distance.grid();
    let mut out2 = 0.0;
    for axis in 0..3 {
        let low = grid.origin_mm[axis];
        let high = low + (grid.dims[axis] - 1) as f64 * grid.spacing_mm;
        let over = (low - point[axis]).max(point[axis] - high).max(0.0);
        out2 += over * over;
    }
    distance.sample(point) + out2.sqrt()
}

/// Bone's colour: warm where light comes through rather than from outside, a little uneven.
fn colour(point: &Point, openness: f32) -> [f32; 4] {
    let p = corner_at(point);
    let wave = |k: f32, shift: f32| (k * p[0] + shift + (0.7 * k * p[1]).sin() + 1.3 * k * p[2]).sin();
    let uneven = 1.0 + 0.025 * wave(0.23, 0.4) + 0.02 * wave(0.61, 1.7);
    let light = ((openness - 0.15) / 0.75).clamp(0.0, 1.0);
    let shade = 0.22 + 0.78 * light * (0.45 + 0.55 * light);
    let toned = blend(linear(WARM), linear(BONE), 0.35 + 0.65 * light);
    let [r, g, b, _] = toned.map(|c| c * shade * uneven);
    [r, g, b, 1.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Grid;

    #[test]
    fn normals_point_outwards_and_a_hollow_is_darker_than_a_flat() {
        let grid = Grid::covering(&Point::new(-12.0, -12.0, -6.0), &Point::new(12.0, 12.0, 8.0), 0.5);
        // A slab with a ball taken out of its top.
        let field = Field::from_fn(grid, |p| {
            let slab = p.z.abs() - 4.0;
            let ball = (p - Point::new(0.0, 0.0, 4.0)).norm() - 3.0;
            slab.max(-ball) as f32
        });
        let surface = bone_surface(&field);
        assert_eq!(surface.positions.len(), surface.colours.len());
        let light = |x: f32, y: f32, z: f32| {
            let away = |p: &[f32; 3]| (p[0] - x).powi(2) + (p[1] - y).powi(2) + (p[2] - z).powi(2);
            let nearest = (0..surface.positions.len())
                .min_by(|&a, &b| away(&surface.positions[a]).total_cmp(&away(&surface.positions[b])))
                .expect("there are corners");
            (surface.colours[nearest][1], surface.normals[nearest][2])
        };
        let ((flat, flat_z), (hollow, hollow_z)) = (light(8.0, 8.0, 4.0), light(0.0, 0.0, 1.0));
        assert!(flat_z > 0.98 && hollow_z > 0.95, "{flat_z} {hollow_z}");
        assert!(hollow < 0.75 * flat, "{hollow} in the hollow, {flat} on the flat");
    }
}
