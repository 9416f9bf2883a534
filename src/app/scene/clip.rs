//! Cutting a surface open by a plane, and the face of the cut: bone as dense as the patient's own field has it.

use super::anatomy_meshes::Section;
use super::model::Cut;
use super::surface::{Surface, blend, corner_at, linear};
use super::tubes::across;
use crate::app::crew::at_once;
use crate::geometry::{Point, Vector};
use rayon::prelude::*;

/// Edge of a pixel of the cut's face, mm.
const PIXEL_MM: f64 = 0.3;
/// Thickness of the cortex as it is drawn, mm.
const CORTEX_MM: f32 = 0.7;
/// Marrow between the trabeculae.
const MARROW: [u8; 3] = [0x7d, 0x36, 0x2e];
/// Trabeculae.
const TRABECULAE: [u8; 3] = [0xd9, 0xb4, 0x8c];
/// Cortex.
const CORTEX: [u8; 3] = [0xf4, 0xea, 0xd2];

/// What the plane leaves of a surface; where it passes, the surface is open.
pub fn clip(surface: &Surface, cut: &Cut) -> Surface {
    let normal = corner_at(&Point::from(cut.normal));
    let above = |p: &[f32; 3]| normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2] - cut.offset_mm as f32;
    let heights: Vec<f32> = surface.positions.iter().map(above).collect();
    let mut numbers = vec![u32::MAX; surface.positions.len()];
    let mut left = Surface::default();
    for triangle in &surface.triangles {
        let out = triangle.map(|v| heights[v as usize] > 0.0);
        match out {
            [true, true, true] => {}
            [false, false, false] => {
                let kept = triangle.map(|v| keep(surface, v, &mut numbers, &mut left));
                left.triangles.push(kept);
            }
            _ => {
                let mut polygon = [0; 4];
                let mut count = 0;
                for i in 0..3 {
                    let (from, to) = (triangle[i], triangle[(i + 1) % 3]);
                    if !out[i] {
                        polygon[count] = keep(surface, from, &mut numbers, &mut left);
                        count += 1;
                    }
                    if out[i] != out[(i + 1) % 3] {
                        polygon[count] = between(surface, from, to, &heights, &mut left);
                        count += 1;
                    }
                }
                for i in 2..count {
                    left.triangles.push([polygon[0], polygon[i - 1], polygon[i]]);
                }
            }
        }
    }
    left
}

fn keep(surface: &Surface, v: u32, numbers: &mut [u32], left: &mut Surface) -> u32 {
    let number = &mut numbers[v as usize];
    if *number == u32::MAX {
        let v = v as usize;
        *number = left.corner(surface.positions[v], surface.normals[v], surface.colours[v]);
    }
    *number
}

fn between(surface: &Surface, from: u32, to: u32, heights: &[f32], left: &mut Surface) -> u32 {
    let (a, b) = (from as usize, to as usize);
    let t = heights[a] / (heights[a] - heights[b]);
    let mix = |x: [f32; 3], y: [f32; 3]| std::array::from_fn(|i| x[i] + (y[i] - x[i]) * t);
    left.corner(
        mix(surface.positions[a], surface.positions[b]),
        mix(surface.normals[a], surface.normals[b]),
        blend(surface.colours[a], surface.colours[b], t),
    )
}

/// The face of a cut: a rectangle in the plane with a picture on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cap {
    /// Counter-clockwise seen from the side taken away, from the picture's top left, mm.
    pub corners: [[f32; 3]; 4],
    /// Towards the side taken away.
    pub normal: [f32; 3],
    /// Columns and rows.
    pub size: [u32; 2],
    /// sRGB and cover (0 outside bone), by rows.
    pub rgba: Vec<u8>,
}

/// The face that a plane cuts out of the bone; `None` where it misses the bone.
pub fn cap(section: &Section, cut: &Cut) -> Option<Cap> {
    let grid = section.bone.grid();
    let high = grid.centre_at(grid.dims.map(|n| n.saturating_sub(1)));
    let [a, b] = across(&cut.normal);
    let foot = Point::from(cut.normal * cut.offset_mm);
    // The rectangle that holds the grid's box as the plane sees it.
    let (mut low2, mut high2) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for corner in 0..8 {
        let p = Point::from([0, 1, 2].map(|i| if corner >> i & 1 == 0 { grid.origin_mm[i] } else { high[i] }));
        for (axis, along) in [a, b].into_iter().enumerate() {
            let at = (p - foot).dot(&along);
            low2[axis] = low2[axis].min(at);
            high2[axis] = high2[axis].max(at);
        }
    }
    let size = [0, 1].map(|i| ((high2[i] - low2[i]) / PIXEL_MM).ceil().clamp(1.0, 2000.0) as usize);
    let top_left = foot + a * low2[0] + b * high2[1];
    let mut rgba = vec![0_u8; 4 * size[0] * size[1]];
    let draw = |(row, pixels): (usize, &mut [u8])| {
        let start = top_left - b * ((row as f64 + 0.5) * PIXEL_MM);
        for (column, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let p = start + a * ((column as f64 + 0.5) * PIXEL_MM);
            if (0..3).all(|i| p[i] >= grid.origin_mm[i] && p[i] <= high[i]) {
                *pixel = pixel_at(section, &p);
            }
        }
    };
    at_once(|| rgba.par_chunks_mut(4 * size[0]).enumerate().for_each(draw));
    rgba.iter().skip(3).step_by(4).any(|&cover| cover > 0).then(|| {
        let [w, h] = size.map(|n| n as f64 * PIXEL_MM);
        let at = |x: f64, y: f64| corner_at(&(top_left + a * x - b * y));
        Cap {
            corners: [at(0.0, 0.0), at(0.0, h), at(w, h), at(w, 0.0)],
            normal: corner_at(&Point::from(cut.normal)),
            size: size.map(|n| n as u32),
            rgba,
        }
    })
}

fn pixel_at(section: &Section, p: &Point) -> [u8; 4] {
    let depth = -section.bone.sample(p) as f32;
    if depth < -(PIXEL_MM as f32) {
        return [0; 4];
    }
    let fraction = section.fraction.sample(p) as f32;
    // Even dense trabecular bone is three parts marrow: what is shown spans what bodies have.
    let dense = ((fraction - 0.02) / 0.30).clamp(0.0, 1.0);
    let inner = blend(linear(MARROW), linear(TRABECULAE), dense.sqrt());
    let rim = (1.6 - depth / CORTEX_MM).clamp(0.0, 1.0);
    let [r, g, b, _] = blend(inner, linear(CORTEX), rim);
    let cover = (0.5 + depth / PIXEL_MM as f32).clamp(0.0, 1.0);
    [screen(r), screen(g), screen(b), (255.0 * cover) as u8]
}

/// Linear light as sRGB.
fn screen(c: f32) -> u8 {
    let c = c.clamp(0.0, 1.0);
    let s = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    (255.0 * s + 0.5) as u8
}

/// Where a ray from outside first meets the bone; `None` where it misses, and behind a cut only what is left counts.
pub fn bone_under(section: &Section, origin: &Point, direction: &Vector, cut: Option<&Cut>) -> Option<Point> {
    let mut along = 0.0;
    for _ in 0..400 {
        let p = origin + direction * along;
        let grid = section.bone.grid();
        let away: f64 = (0..3)
            .map(|i| {
                let (low, high) = (grid.origin_mm[i], grid.origin_mm[i] + (grid.dims[i] - 1) as f64 * grid.spacing_mm);
                (low - p[i]).max(p[i] - high).max(0.0)
            })
            .fold(0.0, f64::max);
        let to_plane = cut.map_or(f64::NEG_INFINITY, |cut| p.coords.dot(&cut.normal) - cut.offset_mm);
        let distance = (section.bone.sample(&p) + away).max(to_plane);
        if distance < 0.02 {
            return Some(p);
        }
        along += (0.8 * distance).max(0.05);
        if along > 2000.0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tubes::spheroid;
    use super::*;
    use crate::geometry::{Field, Grid};

    fn section() -> Section {
        let grid = Grid::covering(&Point::new(-12.0, -12.0, -12.0), &Point::new(12.0, 12.0, 12.0), 0.5);
        let bone = Field::from_fn(grid.clone(), |p| (p.coords.norm() - 10.0) as f32);
        Section { bone, fraction: Field::from_fn(grid, |p| if p.x > 0.0 { 0.3 } else { 0.05 }) }
    }

    #[test]
    fn half_a_ball_is_left_on_the_side_the_normal_points_away_from() {
        let ball = spheroid(&Point::origin(), &Vector::new(0.0, 0.0, 10.0), 10.0, [1.0; 4]);
        let cut = Cut { normal: Vector::new(0.6, 0.0, 0.8), offset_mm: 2.0 };
        let left = clip(&ball, &cut);
        let height = |p: &[f32; 3]| f64::from(p[0]) * 0.6 + f64::from(p[2]) * 0.8 - 2.0;
        assert!(left.positions.iter().all(|p| height(p) < 1e-4));
        assert!(left.positions.iter().any(|p| height(p) > -1e-4), "the rim lies in the plane");
        let area = |s: &Surface| -> f64 {
            let at = |v: u32| Vector::from(s.positions[v as usize].map(f64::from));
            s.triangles.iter().map(|&[a, b, c]| (at(b) - at(a)).cross(&(at(c) - at(a))).norm() * 0.5).sum()
        };
        // A zone of a sphere has the area 2 π r h: here h = 12 of 20 mm.
        assert!((area(&left) / area(&ball) - 0.6).abs() < 0.01, "{}", area(&left) / area(&ball));
    }

    #[test]
    fn the_face_of_the_cut_covers_the_bone_and_is_paler_where_bone_is_dense() {
        let cap = cap(&section(), &Cut { normal: Vector::z(), offset_mm: 0.0 }).expect("it cuts the ball");
        let covered: f64 = cap.rgba.iter().skip(3).step_by(4).map(|&a| f64::from(a) / 255.0).sum();
        let area = covered * PIXEL_MM * PIXEL_MM;
        assert!((area / (std::f64::consts::PI * 100.0) - 1.0).abs() < 0.02, "{area} mm²");
        let [w, h] = cap.size;
        // Bone is dense at +x; the first corner is the picture's upper left, the last its upper right.
        let [first, below, _, beside] = cap.corners.map(|corner| Vector::from(corner.map(f64::from)));
        let green_at = |x: f64| {
            let from_first = Vector::new(x, 0.0, 0.0) - first;
            let share = |edge: Vector| from_first.dot(&edge) / edge.norm_squared();
            let (u, v) = (share(beside - first), share(below - first));
            let (column, row) = ((u * f64::from(w)) as u32, (v * f64::from(h)) as u32);
            cap.rgba[4 * (row * w + column) as usize + 1]
        };
        let (sparse, dense) = (green_at(-5.0), green_at(5.0));
        assert!(dense > sparse + 10, "dense {dense}, sparse {sparse}");
        assert!(super::cap(&section(), &Cut { normal: Vector::z(), offset_mm: 11.5 }).is_none());
    }

    #[test]
    fn a_ray_finds_the_near_side_and_behind_a_cut_the_cut() {
        let (eye, way) = (Point::new(0.0, -100.0, 0.0), Vector::y());
        let hit = bone_under(&section(), &eye, &way, None).expect("it meets the ball");
        assert!((hit - Point::new(0.0, -10.0, 0.0)).norm() < 0.1, "{hit}");
        let cut = Cut { normal: -Vector::y(), offset_mm: 4.0 };
        let hit = bone_under(&section(), &eye, &way, Some(&cut)).expect("it meets what is left");
        assert!((hit - Point::new(0.0, -4.0, 0.0)).norm() < 0.1, "{hit}");
        assert!(bone_under(&section(), &Point::new(0.0, -100.0, 14.0), &way, None).is_none());
    }
}
