//! Tests of an exposure: Beer–Lambert through slabs, balls and tools, where shadows fall, scenes that hold nothing.

use super::*;
use crate::geometry::{Field, Frame, Grid, Point, Vector};
use crate::imaging::beam::{Composition, Material};
use crate::imaging::{Angulation, CArm};
use crate::units::{self, rad_from_deg};
use std::sync::Arc;

fn view(lao_deg: f64, cra_deg: f64, pixels: usize) -> Projection {
    let angulation = Angulation { lao_rad: rad_from_deg(lao_deg), cra_rad: rad_from_deg(cra_deg) };
    CArm::mobile().aim(&Point::new(4.0, -30.0, 210.0), angulation).expect("a view").with_pixels(pixels)
}

fn beam() -> Beam {
    Beam::of_tube_kv(80.0).expect("a beam")
}

/// Photons of one energy: Beer–Lambert without bins.
fn one_energy() -> Beam {
    let mut beam = beam();
    beam.photon_share = [0.0; BINS];
    beam.photon_share[BINS / 2] = 1.0;
    beam
}

/// Energy behind g/cm² of a material, bin by bin in double precision.
fn expected_kev(beam: &Beam, material: Material, area_g_per_cm2: f64) -> f64 {
    let bin = |bin: usize| {
        let depth = area_g_per_cm2 * beam.attenuation_cm2_per_g[material as usize][bin];
        beam.photon_share[bin] * beam.energy_kev[bin] * units::exp(-depth)
    };
    (0..BINS).map(bin).sum()
}

/// A box of voxels that a function fills, in a frame, with its middle in the frame's origin.
fn volume(dims: [usize; 3], spacing_mm: f64, frame: &Frame, fill: impl Fn(Point) -> f32) -> Arc<ColumnVolume> {
    let origin_mm = Point::from(dims.map(|n| -0.5 * (n as f64 - 1.0) * spacing_mm));
    let field = Field::from_fn(Grid { dims, spacing_mm, origin_mm }, fill);
    Arc::new(ColumnVolume::of_field(&field, frame).expect("a volume"))
}

fn frame(z: Vector) -> Frame {
    let z = z.normalize();
    let x = Vector::y().cross(&z).normalize();
    Frame::from_axes(Point::new(4.0, -30.0, 210.0), x, z.cross(&x), z).expect("orthonormal")
}

fn bone() -> Composition {
    Composition::of(Material::Bone, 1.92)
}

fn off_by(found: f32, expected: f64) -> f64 {
    (f64::from(found) / expected - 1.0).abs()
}

#[test]
fn a_slab_of_voxels_takes_out_what_beer_and_lambert_say() {
    // Across the beam and aslant, 20 mm of solid bone; a path is the thickness over the cosine.
    for (tilt, beam) in [(0.0, beam()), (0.0, one_energy()), (0.3, beam())] {
        let frame = frame(Vector::new(0.0, tilt, 1.0));
        let slab = volume([80, 40, 80], 2.0, &frame, |p| f32::from(u8::from(p.y.abs() < 10.0)));
        let scene = Scene { volumes: vec![(slab, bone())], ..Scene::default() };
        let view = view(0.0, 0.0, 64);
        let radiograph = expose(&scene, &view, &beam);
        let mut worst = 0.0_f64;
        for row in 16..48 {
            for column in 16..48 {
                let along = frame.vector_to_vertebra(&view.ray_of_pixel(column, row).direction).y;
                let expected = expected_kev(&beam, Material::Bone, 1.92 * 2.0 / along);
                worst = worst.max(off_by(radiograph.energy_kev[column + 64 * row], expected));
            }
        }
        assert!(worst < 1e-3, "off by {worst} of the energy, slab tilted by {tilt}");
    }
}

#[test]
fn balls_and_tilted_wires_take_out_what_their_chords_say() {
    let view = view(20.0, -10.0, 256);
    let centre = view.isocentre() + Vector::new(3.0, 5.0, -2.0);
    let ball = Solid::Spheroid { centre, pole: centre + Vector::x() * 12.0, radius_mm: 12.0 };
    let axis = Vector::new(0.3, 0.8, 0.5).normalize();
    let wire = Solid::Cylinder { start: centre - axis * 40.0, end: centre + axis * 40.0, radius_mm: 2.0 };
    let beam = beam();
    for (solid, material, density) in [(ball, Material::Bone, 1.92), (wire, Material::Titanium, 4.5)] {
        let scene = Scene { solids: vec![(solid, Composition::of(material, density))], ..Scene::default() };
        let radiograph = expose(&scene, &view, &beam);
        let (mut worst, mut hit) = (0.0_f64, 0);
        for (i, energy) in radiograph.energy_kev.iter().enumerate() {
            let ray = view.ray_of_pixel(i % 256, i / 256);
            let to_centre = centre - ray.origin;
            let chord_mm = if material == Material::Bone {
                let off2 = to_centre.cross(&ray.direction).norm_squared();
                2.0 * (144.0 - off2).max(0.0).sqrt()
            } else {
                // A cylinder seen at an angle: across its axis it is a circle, the chord is longer by 1 ÷ sine.
                let sine = ray.direction.cross(&axis).norm();
                let off = to_centre.dot(&ray.direction.cross(&axis)).abs() / sine;
                // No ray through an end: these are left to the chords' own tests.
                let nearest = (ray.direction - axis * ray.direction.dot(&axis)).dot(&to_centre) / (sine * sine);
                let along = (ray.direction * nearest - to_centre).dot(&axis);
                if along.abs() > 35.0 {
                    continue;
                }
                2.0 * (4.0 - off * off).max(0.0).sqrt() / sine
            };
            hit += i32::from(chord_mm > 0.0);
            worst = worst.max(off_by(*energy, expected_kev(&beam, material, density * 0.1 * chord_mm)));
        }
        assert!(worst < 1e-3 && hit > 500, "off by {worst} of the energy in {hit} pixels of {solid:?}");
    }
}

#[test]
fn a_balls_shadow_lies_where_its_middle_projects() {
    for (lao, cra) in [(0.0, 0.0), (90.0, 0.0), (30.0, -20.0)] {
        // Read out three times as finely, so that the steps of the rim do not count; a pixel is one of 512.
        let (view, fine) = (view(lao, cra, 512), view(lao, cra, 1536));
        // On the axis and beside it, where a ball's shadow is an ellipse with its middle 0.002 pixels outwards.
        for off in [Vector::zeros(), view.right() * 31.3 + view.up() * 12.7 - view.axis() * 25.0] {
            let centre = view.isocentre() + off;
            let ball = Solid::Spheroid { centre, pole: centre + Vector::z() * 2.5, radius_mm: 2.5 };
            let scene = Scene { solids: vec![(ball, Composition::of(Material::Steel, 0.02))], ..Scene::default() };
            let radiograph = expose(&scene, &fine, &one_energy());
            let (mut sum, mut across, mut down) = (0.0, 0.0, 0.0);
            for (i, energy) in radiograph.energy_kev.iter().enumerate() {
                let depth = -units::ln(f64::from(*energy) / radiograph.unattenuated_kev);
                sum += depth;
                across += depth * (i % 1536) as f64;
                down += depth * (i / 1536) as f64;
            }
            let shadow = view.project(&centre).expect("in the beam");
            let expected = [255.5 + shadow.u_mm / view.pixel_mm(), 255.5 - shadow.v_mm / view.pixel_mm()];
            let found = [across / sum, down / sum].map(|place| (place + 0.5) / 3.0 - 0.5);
            let apart = (found[0] - expected[0]).abs().max((found[1] - expected[1]).abs());
            assert!(apart < 0.01, "{found:?} is not {expected:?}: {apart} pixels apart");
        }
    }
}

#[test]
fn what_lies_behind_the_source_or_the_detector_takes_nothing() {
    let view = view(0.0, 0.0, 32);
    let composition = Composition::of(Material::SoftTissue, 1.0);
    let at = |middle: Point| {
        let frame = Frame::from_axes(middle, Vector::x(), Vector::y(), Vector::z()).expect("axes");
        Scene { volumes: vec![(volume([100, 50, 100], 4.0, &frame, |_| 1.0), composition)], ..Scene::default() }
    };
    let beam = beam();
    let centre = 16 + 32 * 16;
    // Box of 200 mm along the beam: behind the source, about it, about the detector, beyond it.
    for (middle, path_mm) in [
        (view.source() - view.axis() * 150.0, 0.0),
        (view.source(), 100.0),
        (view.isocentre(), 200.0),
        (view.detector_centre(), 100.0),
        (view.detector_centre() + view.axis() * 150.0, 0.0),
    ] {
        let radiograph = expose(&at(middle), &view, &beam);
        let expected = expected_kev(&beam, Material::SoftTissue, 0.1 * path_mm);
        let found = radiograph.energy_kev[centre];
        assert!(off_by(found, expected) < 1e-3, "{found} is not {expected} keV behind {path_mm} mm");
    }
    let through = |centre: Point| Solid::Cylinder {
        start: centre - view.axis() * 100.0,
        end: centre + view.axis() * 100.0,
        radius_mm: 50.0,
    };
    for (middle, path_mm) in [(view.source(), 100.0), (view.detector_centre() + view.axis() * 101.0, 0.0)] {
        let scene = Scene { solids: vec![(through(middle), composition)], ..Scene::default() };
        let found = expose(&scene, &view, &beam).energy_kev[centre];
        let expected = expected_kev(&beam, Material::SoftTissue, 0.1 * path_mm);
        assert!(off_by(found, expected) < 1e-3, "{found} is not {expected} keV behind {path_mm} mm of a solid");
    }
}

#[test]
fn an_empty_beam_is_bare_and_one_voxel_is_seen() {
    let (view, beam) = (view(0.0, 0.0, 64), beam());
    let bare = expose(&Scene::default(), &view, &beam);
    assert!(bare.energy_kev.iter().all(|e| f64::from(*e) == bare.unattenuated_kev));
    let mean = beam.photon_share.iter().zip(beam.energy_kev).map(|(share, energy)| share * energy).sum::<f64>();
    assert!((bare.unattenuated_kev / mean - 1.0).abs() < 1e-6, "{} is not {mean} keV", bare.unattenuated_kev);
    let voxel = volume([1, 1, 1], 10.0, &frame(Vector::z()), |_| 1.0);
    let seen = expose(&Scene { volumes: vec![(voxel, bone())], ..Scene::default() }, &view, &beam);
    let dark = seen.energy_kev.iter().filter(|e| f64::from(**e) < 0.9 * seen.unattenuated_kev).count();
    // 10 mm, magnified by 1020 / 530 and a little more at the front, in pixels of 4.66 mm.
    assert!((14..=25).contains(&dark), "{dark} pixels");
}

#[test]
fn nothing_makes_a_pixel_that_is_no_number() {
    let (view, beam) = (view(10.0, 5.0, 48), beam());
    let block = volume([20, 20, 20], 5.0, &frame(Vector::z()), |p| if p.x > 20.0 { f32::NAN } else { 1.0 });
    let wire = Solid::Cylinder { start: view.isocentre(), end: view.isocentre() + Vector::z() * 20.0, radius_mm: 3.0 };
    let nowhere = Solid::Cylinder { start: Point::new(f64::NAN, 0.0, 0.0), end: view.isocentre(), radius_mm: 3.0 };
    let sound = expose(&Scene { volumes: vec![(block.clone(), bone())], ..Scene::default() }, &view, &beam);
    assert!(sound.energy_kev.iter().all(|e| e.is_finite()));
    for density in [f64::NAN, f64::INFINITY, -1e30, 1e30, -5.0] {
        let composition = Composition::of(Material::Steel, density);
        let volumes = vec![(block.clone(), bone()), (block.clone(), composition)];
        let scene = Scene { volumes, solids: vec![(wire, composition), (nowhere, composition)], ..Scene::default() };
        let radiograph = expose(&scene, &view, &beam);
        let sound =
            |values: &[f32], most: f64| values.iter().all(|v| v.is_finite() && (0.0..=most).contains(&f64::from(*v)));
        assert!(sound(&radiograph.energy_kev, radiograph.unattenuated_kev), "{density} g/cm³");
        assert!(sound(&radiograph.energy_squared_kev2, 80.0 * 80.0), "{density} g/cm³");
    }
}

#[test]
fn what_is_in_place_of_something_else_adds_up_to_itself() {
    // A wire with its bone taken out is the wire alone where the bone is, and bone alone elsewhere.
    let (view, beam) = (view(0.0, 0.0, 128), beam());
    let block = volume([30, 30, 30], 2.0, &frame(Vector::z()), |_| 1.0);
    let start = view.isocentre() - view.axis() * 60.0;
    let wire = Solid::Cylinder { start, end: view.isocentre() + view.axis() * 60.0, radius_mm: 8.0 };
    let titanium = Composition::of(Material::Titanium, 0.5);
    let in_bone = Scene { volumes: vec![(block, bone())], solids: vec![(wire, titanium)], ..Scene::default() };
    let mut displaced = in_bone.clone();
    let core = Solid::Cylinder {
        start: view.isocentre() - view.axis() * 30.0,
        end: view.isocentre() + view.axis() * 30.0,
        radius_mm: 8.0,
    };
    displaced.solids.push((core, bone() * -1.0));
    let centre = 64 + 128 * 64;
    let found = expose(&displaced, &view, &beam).energy_kev[centre];
    let expected = expected_kev(&beam, Material::Titanium, 0.5 * 12.0);
    assert!(off_by(found, expected) < 1e-3, "{found} is not {expected} keV");
    assert!(expose(&in_bone, &view, &beam).energy_kev[centre] < 0.5 * found);
}

#[test]
fn a_smooth_volume_read_between_nodes_is_the_volume() {
    // A soft ball in voxels of 3.5 mm that stand aslant, as a trunk's do.
    let soft = |p: Point| (0.5 - ((p - Point::origin()).norm() - 60.0) / 8.0).clamp(0.0, 1.0) as f32;
    let ball = volume([50, 50, 50], 3.5, &frame(Vector::new(0.2, 0.4, 1.0)), soft);
    let tissue = Composition::of(Material::SoftTissue, 1.06);
    for pixels in [61, 512] {
        let view = view(20.0, 5.0, pixels);
        let exact = expose(&Scene { volumes: vec![(ball.clone(), tissue)], ..Scene::default() }, &view, &beam());
        let read = expose(&Scene { smooth: vec![(ball.clone(), tissue)], ..Scene::default() }, &view, &beam());
        let off: Vec<f64> = exact.energy_kev.iter().zip(&read.energy_kev).map(|(&a, &b)| off_by(b, a.into())).collect();
        let farthest = off.iter().copied().fold(0.0, f64::max);
        let mean = (off.iter().map(|off| off * off).sum::<f64>() / off.len() as f64).sqrt();
        // As much as 0.1 mm of tissue in the mean, and 1.2 mm where a ray grazes the ball.
        assert!(mean < 0.0025 && farthest < 0.03, "{pixels} pixels: {mean:.5} in the mean, {farthest:.4} at most");
    }
}

#[test]
fn no_ray_that_meets_a_thin_bent_thing_is_left_out() {
    // A ring of voxels: most of its box is empty.
    let ring = |p: Point| if (p.x * p.x + p.z * p.z).sqrt() > 38.0 && p.y.abs() < 2.0 { 0.5 } else { 0.0 };
    let ring = volume([80, 80, 80], 1.0, &frame(Vector::new(0.1, -0.5, 1.0)), ring);
    let view = view(40.0, -10.0, 200);
    let seen = expose(&Scene { volumes: vec![(ring.clone(), bone())], ..Scene::default() }, &view, &one_energy());
    let per_mm = f64::from(one_energy().attenuation_per_mm(&bone())[BINS / 2]);
    for (at, &energy) in seen.energy_kev.iter().enumerate() {
        let ray = view.ray_of_pixel(at % 200, at / 200);
        let expected = seen.unattenuated_kev * units::exp(-per_mm * ring.integral_mm(&ray));
        assert!(off_by(energy, expected) < 1e-4, "pixel {at}: {energy}, {expected} by itself");
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let (view, beam) = (view(35.0, 10.0, 96), beam());
    let block = volume([40, 30, 20], 2.0, &frame(Vector::new(0.2, 0.5, 1.0)), |p| (p.x * 0.1) as f32);
    let wire = Solid::Tube {
        start: view.isocentre(),
        end: view.isocentre() + Vector::z() * 40.0,
        outer_mm: 3.0,
        inner_mm: 2.0,
    };
    let scene = || Scene {
        volumes: vec![(Arc::new((*block).clone()), bone())],
        smooth: vec![(block.clone(), bone())],
        solids: vec![(wire, Composition::of(Material::Steel, 8.0))],
    };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| expose(&scene(), &view, &beam))
    };
    let one = on(1);
    assert!(one.energy_kev.iter().any(|e| f64::from(*e) < 0.5 * one.unattenuated_kev));
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
}
