//! Exposures of a volume that `benches/peers/drr.py` wrote, for comparison with other programs.
//!
//! `peer_drr VOLUME N IMAGES OUT`: VOLUME holds N³ attenuations in 1/mm as little-endian f32, x fastest, of a cube of
//! 256 mm. Takes so many pictures of it, a thousandth of a degree apart, and writes the line integrals of the first as little-endian f32, row by row.
//! Prints one line of JSON.

#![allow(clippy::print_stdout, reason = "the line of figures is what the program is for")]

#[path = "peer_case/process.rs"]
mod process;

use process::{cpu_s, peak_mib};
use std::error::Error;
use std::sync::Arc;
use trocar::geometry::{Frame, Point, Vector};
use trocar::imaging::beam::{Beam, Composition, Material};
use trocar::imaging::projector::{ColumnVolume, Radiograph, Scene, expose};
use trocar::imaging::{CArm, Projection};
use trocar::units::{cos, ln, rad_from_deg, sin};

const SIDE_MM: f64 = 256.0;
const SOURCE_ISOCENTRE_MM: f64 = 1000.0;
const SOURCE_DETECTOR_MM: f64 = 1500.0;
const DETECTOR_MM: f64 = 400.0;
const PIXELS: usize = 512;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, across, images, out] = &arguments[..] else {
        return Err("usage: peer_drr VOLUME N IMAGES OUT".into());
    };
    let (n, images): (usize, usize) = (across.parse()?, images.parse()?);
    // On this thread alone, or its time on a processor would not be that of the work.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let start_s = cpu_s()?;
    let values = std::fs::read(file)?.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let first = -0.5 * SIDE_MM * (1.0 - 1.0 / n as f64);
    let spacing_mm = [SIDE_MM / n as f64; 3];
    let volume = ColumnVolume::new(Frame::identity(), [n; 3], spacing_mm, Point::new(first, first, first), values);
    let scene =
        Scene { volumes: vec![(Arc::new(volume.ok_or("not N³ values")?), unit_attenuation())], ..Scene::default() };
    let beam = one_energy()?;
    let mut pictures = Vec::new();
    for image in 0..images {
        pictures.push(expose(&scene, &view(0.001 * image as f64)?, &beam));
    }
    let used_s = cpu_s()? - start_s;
    let picture = pictures.first().ok_or("no image")?;
    let bytes: Vec<u8> = line_integrals(picture).flat_map(f32::to_le_bytes).collect();
    std::fs::write(out, bytes)?;
    println!(r#"{{"cpu_s": {used_s:.6}, "images": {images}, "peak_mib": {:.1}}}"#, peak_mib()?);
    Ok(())
}

/// With this a voxel's value is its attenuation in 1/mm, for a coefficient of 1 cm²/g.
fn unit_attenuation() -> Composition {
    Composition::of(Material::SoftTissue, 10.0)
}

/// All photons in one bin, in which soft tissue has 1 cm²/g; the other bins are calculated as ever.
fn one_energy() -> Result<Beam, Box<dyn Error>> {
    let mut beam = Beam::of_tube_kv(80.0)?;
    beam.photon_share.fill(0.0);
    beam.photon_share[0] = 1.0;
    beam.attenuation_cm2_per_g[Material::SoftTissue as usize].fill(1.0);
    Ok(beam)
}

fn line_integrals(picture: &Radiograph) -> impl Iterator<Item = f32> {
    let bare = picture.unattenuated_kev;
    picture.energy_kev.iter().map(move |energy| -ln(f64::from(*energy) / bare) as f32)
}

/// The source stands at +x, and goes round z.
fn view(turned_deg: f64) -> Result<Projection, Box<dyn Error>> {
    let mut c_arm = CArm::mobile().clone();
    c_arm.source_isocentre_mm.value = SOURCE_ISOCENTRE_MM;
    c_arm.source_detector_mm.value = SOURCE_DETECTOR_MM;
    c_arm.pixels.value = PIXELS;
    c_arm.pixel_mm.value = DETECTOR_MM / PIXELS as f64;
    let turned = rad_from_deg(turned_deg);
    let front = Vector::new(cos(turned), sin(turned), 0.0);
    Ok(c_arm.from_front(&Point::origin(), &front, &Vector::z())?)
}
