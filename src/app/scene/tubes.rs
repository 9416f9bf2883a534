//! Round things as surfaces: tubes along a line, capsules, cones and spheroids.

use super::surface::{Surface, corner_at};
use crate::geometry::{Point, Vector};
use crate::imaging::projector::Solid;
use std::f64::consts::PI;

/// A section of a tube: its centre, and its half axes as vectors.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    /// Middle.
    pub centre: Point,
    /// One half axis.
    pub a: Vector,
    /// The other.
    pub b: Vector,
    /// Colour, linear.
    pub colour: [f32; 4],
}

/// The skin over rings in their order, about the direction a × b, with flat ends. Corners along the rings are smooth.
pub fn skin(rings: &[Ring], sides: usize) -> Surface {
    let mut surface = Surface::default();
    let around = |ring: &Ring, i: usize| {
        let angle = 2.0 * PI * i as f64 / sides as f64;
        let (c, s) = (crate::units::cos(angle), crate::units::sin(angle));
        (ring.centre + ring.a * c + ring.b * s, c, s)
    };
    for (number, ring) in rings.iter().enumerate() {
        let before = &rings[number.saturating_sub(1)];
        let after = &rings[(number + 1).min(rings.len() - 1)];
        for i in 0..sides {
            let (position, c, s) = around(ring, i);
            let along = around(after, i).0 - around(before, i).0;
            let round = ring.b * c - ring.a * s;
            let fallback = ring.a * c + ring.b * s;
            let normal = round.cross(&along).try_normalize(1e-12).or(fallback.try_normalize(1e-12));
            surface.corner(corner_at(&position), unit(normal.unwrap_or(Vector::z())), ring.colour);
        }
    }
    let n = sides as u32;
    for ring in 0..(rings.len() as u32).saturating_sub(1) {
        for i in 0..n {
            let next = (i + 1) % n;
            let [a, b, c, d] = [ring * n + i, ring * n + next, (ring + 1) * n + next, (ring + 1) * n + i];
            surface.triangles.extend([[a, b, c], [a, c, d]]);
        }
    }
    if let (Some(first), Some(last)) = (rings.first(), rings.last()) {
        lid(&mut surface, first, sides, -1.0);
        lid(&mut surface, last, sides, 1.0);
    }
    surface
}

fn lid(surface: &mut Surface, ring: &Ring, sides: usize, sign: f64) {
    let Some(outward) = (ring.a.cross(&ring.b) * sign).try_normalize(1e-12) else { return };
    let normal = unit(outward);
    let middle = surface.corner(corner_at(&ring.centre), normal, ring.colour);
    let rim: Vec<u32> = (0..sides)
        .map(|i| {
            let angle = 2.0 * PI * i as f64 / sides as f64;
            let p = ring.centre + ring.a * crate::units::cos(angle) + ring.b * crate::units::sin(angle);
            surface.corner(corner_at(&p), normal, ring.colour)
        })
        .collect();
    for i in 0..sides {
        let (a, b) = (rim[i], rim[(i + 1) % sides]);
        surface.triangles.push(if sign > 0.0 { [middle, a, b] } else { [middle, b, a] });
    }
}

fn unit(v: Vector) -> [f32; 3] {
    corner_at(&Point::from(v))
}

/// Two unit vectors across a direction, so that a × b points along it.
pub fn across(direction: &Vector) -> [Vector; 2] {
    let helper = if direction.z.abs() < 0.8 { Vector::z() } else { Vector::x() };
    let a = helper.cross(direction).try_normalize(1e-12).unwrap_or(Vector::x());
    [a, direction.cross(&a)]
}

/// A round tube along a line, with rounded ends; it does not twist.
pub fn tube(points: &[Point], radii_mm: impl Fn(usize) -> f64, sides: usize, colour: [f32; 4]) -> Surface {
    let mut rings: Vec<Ring> = Vec::with_capacity(points.len() + 6);
    let mut side: Option<Vector> = None;
    let last = points.len().saturating_sub(1);
    for (i, point) in points.iter().enumerate() {
        let along = points[(i + 1).min(last)] - points[i.saturating_sub(1)];
        let Some(way) = along.try_normalize(1e-9) else { continue };
        let kept = side.and_then(|side| (side - way * side.dot(&way)).try_normalize(1e-6));
        let a = kept.unwrap_or_else(|| across(&way)[0]);
        let b = way.cross(&a);
        side = Some(a);
        let radius = radii_mm(i);
        let ring = |ahead: f64, share: f64| Ring {
            centre: point + way * (ahead * radius),
            a: a * (radius * share),
            b: b * (radius * share),
            colour,
        };
        if i == 0 {
            rings.extend([ring(-1.0, 0.02), ring(-0.87, 0.5), ring(-0.5, 0.87)]);
        }
        rings.push(ring(0.0, 1.0));
        if i == last {
            rings.extend([ring(0.5, 0.87), ring(0.87, 0.5), ring(1.0, 0.02)]);
        }
    }
    skin(&rings, sides)
}

/// A solid of the projector, in the frame its points are in.
pub fn solid(solid: &Solid, colour: [f32; 4]) -> Surface {
    match *solid {
        Solid::Cylinder { start, end, radius_mm } => tube(&[start, end], |_| radius_mm, 20, colour),
        Solid::Tube { start, end, outer_mm, .. } => tube(&[start, end], |_| outer_mm, 24, colour),
        Solid::Cone { base, tip, radius_mm } => {
            let Some(way) = (tip - base).try_normalize(1e-9) else { return Surface::default() };
            let [a, b] = across(&way);
            let ring = |centre: Point, r: f64| Ring { centre, a: a * r, b: b * r, colour };
            skin(&[ring(base, radius_mm), ring(tip, 0.01 * radius_mm)], 20)
        }
        Solid::Spheroid { centre, pole, radius_mm } => spheroid(&centre, &(pole - centre), radius_mm, colour),
    }
}

/// An egg with a half axis as given and a radius across it.
pub fn spheroid(centre: &Point, half_axis: &Vector, radius_mm: f64, colour: [f32; 4]) -> Surface {
    const RINGS: usize = 16;
    let Some(way) = half_axis.try_normalize(1e-9) else { return Surface::default() };
    let [a, b] = across(&way);
    let rings: Vec<Ring> = (0..=RINGS)
        .map(|i| {
            let angle = PI * i as f64 / RINGS as f64;
            let r = radius_mm * crate::units::sin(angle).max(0.005);
            Ring { centre: centre - half_axis * crate::units::cos(angle), a: a * r, b: b * r, colour }
        })
        .collect();
    skin(&rings, 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tubes_and_spheroids_have_their_volumes_and_face_outwards() {
        let white = [1.0; 4];
        let line = [Point::new(0.0, 0.0, 0.0), Point::new(0.0, 12.0, 0.0), Point::new(0.0, 24.0, 0.0)];
        let made = tube(&line, |_| 2.0, 48, white).volume_mm3();
        let capsule = PI * 4.0 * 24.0 + 4.0 / 3.0 * PI * 8.0;
        assert!((made / capsule - 1.0).abs() < 0.03, "{made} for {capsule}");
        let egg = spheroid(&Point::new(3.0, 0.0, 1.0), &Vector::new(0.0, 0.0, 5.0), 3.0, white);
        let volume = 4.0 / 3.0 * PI * 45.0;
        assert!((egg.volume_mm3() / volume - 1.0).abs() < 0.03, "{} for {volume}", egg.volume_mm3());
        let outwards = egg.positions.iter().zip(&egg.normals).all(|(p, n)| {
            let out = [p[0] - 3.0, p[1], p[2] - 1.0];
            (0..3).map(|i| out[i] * n[i]).sum::<f32>() > 0.0
        });
        assert!(outwards);
    }
}
