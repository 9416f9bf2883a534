//! Tests of the chords: closed forms, the volume they add up to, solids and rays of no size.

use super::*;
use crate::units::{cos, sin};
use proptest::prelude::*;
use std::f64::consts::PI;

fn point(x: f64, y: f64, z: f64) -> Point {
    Point::new(x, y, z)
}

fn ray(origin: Point, direction: Vector) -> Ray {
    Ray { origin: origin - direction.normalize() * 500.0, direction: direction.normalize() }
}

fn solids() -> [Solid; 4] {
    let (a, b) = (point(-3.0, 2.0, 1.0), point(6.0, 5.0, -4.0));
    [
        Solid::Cylinder { start: a, end: b, radius_mm: 2.0 },
        Solid::Tube { start: a, end: b, outer_mm: 2.0, inner_mm: 1.5 },
        Solid::Cone { base: a, tip: b, radius_mm: 2.0 },
        Solid::Spheroid { centre: a, pole: b, radius_mm: 2.0 },
    ]
}

#[test]
fn chords_are_those_of_the_textbook() {
    let (start, end) = (point(0.0, 0.0, -50.0), point(0.0, 0.0, 50.0));
    let wire = Solid::Cylinder { start, end, radius_mm: 0.5 };
    // Across at a distance, tilted by 30°, and along the axis.
    let across = wire.chord_mm(&ray(point(0.3, 0.0, 7.0), Vector::y()));
    assert!((across - 0.8).abs() < 1e-9, "{across}");
    let tilted = wire.chord_mm(&ray(point(0.3, 0.0, 7.0), Vector::new(0.0, cos(PI / 6.0), sin(PI / 6.0))));
    assert!((tilted - 0.8 / cos(PI / 6.0)).abs() < 1e-9, "{tilted}");
    assert!((wire.chord_mm(&ray(point(0.2, 0.1, 0.0), Vector::z())) - 100.0).abs() < 1e-9);
    assert_eq!(wire.chord_mm(&ray(point(0.51, 0.0, 0.0), Vector::z())), 0.0);
    assert_eq!(wire.chord_mm(&ray(point(0.0, 0.0, 50.1), Vector::x())), 0.0, "flat ends");
    let tube = Solid::Tube { start, end, outer_mm: 1.5, inner_mm: 1.2 };
    assert!((tube.chord_mm(&ray(point(0.0, 0.0, 3.0), Vector::x())) - 0.6).abs() < 1e-9);
    let beside = tube.chord_mm(&ray(point(0.9, 0.0, 3.0), Vector::y()));
    assert!((beside - 2.0 * (1.2 - 0.63_f64.sqrt())).abs() < 1e-9, "{beside}");
    assert_eq!(tube.chord_mm(&ray(point(0.0, 0.0, 0.0), Vector::z())), 0.0, "down the bore");
    let cone = Solid::Cone { base: start, tip: point(0.0, 0.0, 0.0), radius_mm: 10.0 };
    let through = cone.chord_mm(&ray(point(0.0, 0.0, -25.0), Vector::x()));
    assert!((through - 10.0).abs() < 1e-9, "{through}");
    assert!((cone.chord_mm(&ray(point(0.0, 0.0, 0.0), Vector::z())) - 50.0).abs() < 1e-9);
    assert!((cone.chord_mm(&ray(point(5.0, 0.0, 0.0), Vector::z())) - 25.0).abs() < 1e-9);
    assert_eq!(cone.chord_mm(&ray(point(0.0, 0.0, 10.0), Vector::x())), 0.0, "nothing beyond the tip");
    // Steeper than the flank, through base and flank: the line x = 4 + (z + 50) / 10 meets x = -z / 5.
    let slanted = cone.chord_mm(&ray(point(4.0, 0.0, -50.0), Vector::new(0.1, 0.0, 1.0)));
    assert!((slanted - 20.0 * 1.01_f64.sqrt()).abs() < 1e-9, "{slanted}");
    let egg = Solid::Spheroid { centre: start, pole: point(0.0, 0.0, -44.0), radius_mm: 4.0 };
    assert!((egg.chord_mm(&ray(point(0.0, 0.0, -50.0), Vector::z())) - 12.0).abs() < 1e-9);
    assert!((egg.chord_mm(&ray(point(0.0, 0.0, -53.0), Vector::y())) - 8.0 * 0.75_f64.sqrt()).abs() < 1e-9);
}

#[test]
fn chords_add_up_to_the_volume_from_every_side() {
    let length = Vector::new(9.0, 3.0, -5.0).norm();
    let volumes = [4.0 * PI * length, 1.75 * PI * length, 4.0 / 3.0 * PI * length, 16.0 / 3.0 * PI * length];
    for (solid, volume) in solids().iter().zip(volumes) {
        for direction in
            [Vector::x(), Vector::new(0.3, -0.8, 0.5), Vector::new(9.0, 3.0, -5.0), Vector::new(-1.0, 3.0, 0.1)]
        {
            let direction = direction.normalize();
            let u = direction.cross(&Vector::new(0.1, 0.2, 0.97)).normalize();
            let v = direction.cross(&u);
            let step = 0.05;
            let mut sum = 0.0;
            for i in -300..300 {
                for j in -300..300 {
                    let place = |i: i32| (f64::from(i) + 0.5) * step;
                    sum += solid.chord_mm(&ray(point(-3.0, 2.0, 1.0) + u * place(i) + v * place(j), direction));
                }
            }
            let found = sum * step * step;
            assert!((found / volume - 1.0).abs() < 2e-3, "{solid:?} along {direction:?}: {found}, not {volume} mm³");
        }
    }
}

#[test]
fn solids_of_no_size_or_no_place_have_no_chord() {
    let (start, end) = (point(0.0, 0.0, -5.0), point(0.0, 0.0, 5.0));
    let through = ray(point(0.0, 0.0, 0.0), Vector::new(0.2, 1.0, 0.1));
    let nan = point(f64::NAN, 0.0, 0.0);
    for (start, end, radius_mm) in [
        (start, start, 1.0),
        (start, end, 0.0),
        (start, end, -1.0),
        (start, end, f64::NAN),
        (start, end, f64::INFINITY),
        (nan, end, 1.0),
        (start, nan, 1.0),
        (point(-1e300, 0.0, 0.0), point(1e300, 0.0, 0.0), 1e300),
    ] {
        for solid in [
            Solid::Cylinder { start, end, radius_mm },
            Solid::Tube { start, end, outer_mm: radius_mm, inner_mm: 0.0 },
            Solid::Cone { base: start, tip: end, radius_mm },
            Solid::Spheroid { centre: start, pole: end, radius_mm },
        ] {
            assert_eq!(solid.chord_mm(&through), 0.0, "{solid:?}");
        }
    }
    let thick = Solid::Tube { start, end, outer_mm: 1.0, inner_mm: 2.0 };
    assert_eq!(thick.chord_mm(&through), 0.0, "a bore wider than the tube leaves nothing");
    for solid in solids() {
        for direction in [Vector::zeros(), Vector::new(f64::NAN, 1.0, 0.0)] {
            assert_eq!(solid.chord_mm(&Ray { origin: point(0.0, 0.0, 0.0), direction }), 0.0, "{solid:?}");
        }
    }
}

proptest! {
    #[test]
    fn a_chord_is_the_share_of_points_inside(
        kind in 0_usize..4, x in -8.0..8.0_f64, y in -8.0..8.0_f64, z in -8.0..8.0_f64,
        dx in -1.0..1.0_f64, dy in -1.0..1.0_f64, dz in -1.0..1.0_f64, from in -20.0..0.0_f64, long in 0.0..30.0_f64,
    ) {
        let direction = Vector::new(dx, dy, dz);
        prop_assume!(direction.norm() > 0.1);
        let direction = direction.normalize();
        let solid = solids()[kind];
        let (a, b) = (point(-3.0, 2.0, 1.0), point(6.0, 5.0, -4.0));
        let length = (b - a).norm();
        let inside = |p: Point| {
            let s = (p - a).dot(&(b - a)) / length;
            let r = ((p - a) - (b - a) * (s / length)).norm();
            let between = s >= 0.0 && s <= length;
            match kind {
                0 => between && r <= 2.0,
                1 => between && (1.5..=2.0).contains(&r),
                2 => between && r <= 2.0 * (1.0 - s / length),
                _ => (r / 2.0).powi(2) + (s / length).powi(2) <= 1.0,
            }
        };
        let parts = 20_000;
        let step = long / f64::from(parts);
        let place = |i: i32| point(x, y, z) + direction * (from + (f64::from(i) + 0.5) * step);
        let counted = (0..parts).filter(|&i| inside(place(i))).count() as f64 * step;
        let found = solid.chord(&point(x, y, z), &direction, [from, from + long]);
        prop_assert!((found - counted).abs() <= 4.0 * step + 1e-9, "{solid:?}: {found} is not {counted}");
    }
}
