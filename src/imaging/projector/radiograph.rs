//! What reaches the detector: energy and its spread in each pixel, before noise and blur.

use super::column_volume::{ColumnVolume, VoxelLine};
use super::decay::left_behind;
use super::fan::{Fan, Pixels};
use super::smooth::SmoothPart;
use super::tiles::Tiles;
use super::{Scene, Solid};
use crate::imaging::Projection;
use crate::imaging::beam::{BINS, Beam};
use rayon::prelude::*;

/// An exposure of a scene. Pixels row by row from the upper left.
#[derive(Clone, Debug, PartialEq)]
pub struct Radiograph {
    /// Columns and rows.
    pub pixels: [usize; 2],
    /// From pixel to pixel on the detector, mm.
    pub pixel_mm: f64,
    /// Energy that arrives per photon that left for the pixel, keV.
    pub energy_kev: Vec<f32>,
    /// Energy squared that arrives per photon that left for the pixel, keV²: its noise.
    pub energy_squared_kev2: Vec<f32>,
    /// Energy that would arrive with nothing in the beam, keV a photon.
    pub unattenuated_kev: f64,
}

/// Sends the beam through a scene.
///
/// A ray counts from the source to the detector: what lies behind either takes nothing, also of a volume that either
/// stands in. Where the scene takes out more than is there (a tool in place of bone that is not there), a bin lets all
/// its photons through, never more; an attenuation that is not a number counts as none.
pub fn expose(scene: &Scene, view: &Projection, beam: &Beam) -> Radiograph {
    let [columns, rows] = view.pixels();
    let (fan, photons) = (Fan::of(view), Photons::of(beam));
    let parts = Parts::of(scene, &fan, beam, [view.axis(), view.right(), view.up()]);
    let mut energy_kev = vec![0.0_f32; columns * rows];
    let mut energy_squared_kev2 = vec![0.0_f32; columns * rows];
    let by_rows = energy_kev.par_chunks_mut(columns).zip(energy_squared_kev2.par_chunks_mut(columns));
    by_rows.enumerate().for_each_init(
        || vec![[0.0_f32; BINS]; columns],
        |depths, (row, (energy, squared))| {
            depths.fill([0.0; BINS]);
            parts.add_depths(&fan, row, depths);
            for ((energy, squared), depth) in energy.iter_mut().zip(squared).zip(&*depths) {
                [*energy, *squared] = photons.behind(depth);
            }
        },
    );
    Radiograph {
        pixels: [columns, rows],
        pixel_mm: view.pixel_mm(),
        energy_kev,
        energy_squared_kev2,
        unattenuated_kev: f64::from(photons.behind(&[0.0; BINS])[0]),
    }
}

/// What the photons of each bin bring, keV and keV² per photon of the whole beam.
struct Photons {
    energy: [f32; BINS],
    squared: [f32; BINS],
}

impl Photons {
    fn of(beam: &Beam) -> Photons {
        let brings = |bin: usize| beam.photon_share[bin] * beam.energy_kev[bin];
        Photons {
            energy: std::array::from_fn(|bin| brings(bin) as f32),
            squared: std::array::from_fn(|bin| (brings(bin) * beam.energy_kev[bin]) as f32),
        }
    }

    /// Energy and energy squared behind some optical depths.
    fn behind(&self, depth: &[f32; BINS]) -> [f32; 2] {
        let left = left_behind(depth);
        [&self.energy, &self.squared].map(|brings| {
            // Sums side by side in a fixed order.
            let mut lanes = [0.0_f32; 4];
            for (left, brings) in left.chunks_exact(4).zip(brings.chunks_exact(4)) {
                for lane in 0..4 {
                    lanes[lane] += left[lane] * brings[lane];
                }
            }
            (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
        })
    }
}

const _: () = assert!(BINS.is_multiple_of(4), "bins are summed in fours");

/// What is in the beam of one view.
struct Parts<'a> {
    volumes: Vec<VolumePart<'a>>,
    smooth: Vec<SmoothPart>,
    solids: Vec<SolidPart<'a>>,
}

struct VolumePart<'a> {
    volume: &'a ColumnVolume,
    attenuation_per_mm: [f32; BINS],
    tiles: Tiles,
}

struct SolidPart<'a> {
    solid: &'a Solid,
    attenuation_per_mm: [f32; BINS],
    pixels: Pixels,
}

impl<'a> Parts<'a> {
    fn of(scene: &'a Scene, fan: &Fan, beam: &Beam, axes: [crate::geometry::Vector; 3]) -> Parts<'a> {
        let finite = |attenuation: &[f32; BINS]| attenuation.map(|a| if a.is_finite() { a } else { 0.0 });
        let both = || scene.volumes.iter().chain(&scene.smooth);
        both().collect::<Vec<_>>().par_iter().for_each(|(volume, _)| volume.prepare(&fan.samples()));
        let volumes = scene.volumes.par_iter().map(|(volume, composition)| VolumePart {
            volume,
            attenuation_per_mm: finite(&beam.attenuation_per_mm(composition)),
            tiles: Tiles::behind(volume, fan),
        });
        let smooth = scene
            .smooth
            .iter()
            .map(|(volume, composition)| SmoothPart::of(volume, finite(&beam.attenuation_per_mm(composition)), fan));
        let solids = scene.solids.iter().map(|(solid, composition)| SolidPart {
            solid,
            attenuation_per_mm: finite(&beam.attenuation_per_mm(composition)),
            pixels: fan.pixels_behind(solid.corners(axes)),
        });
        Parts { volumes: volumes.collect(), smooth: smooth.collect(), solids: solids.collect() }
    }

    /// Adds the optical depths of a row of pixels, bin by bin.
    fn add_depths(&self, fan: &Fan, row: usize, depths: &mut [[f32; BINS]]) {
        let source = fan.source();
        self.smooth.iter().for_each(|part| part.add_depths(row, depths));
        for VolumePart { volume, attenuation_per_mm, tiles } in &self.volumes {
            let origin = volume.line(&source, &fan.direction(0, row));
            let per_column = volume.in_voxels(&fan.per_column());
            for column in tiles.along(row, depths.len()) {
                let direction = [0, 1, 2].map(|axis| origin.direction[axis] + column as f64 * per_column[axis]);
                let part = volume.integral(&VoxelLine { direction, ..origin }, [0.0, 1.0]);
                if part != 0.0 {
                    let length = (part * fan.direction(column, row).norm()) as f32;
                    add(&mut depths[column], attenuation_per_mm, length);
                }
            }
        }
        for SolidPart { solid, attenuation_per_mm, pixels } in &self.solids {
            if !pixels.rows.contains(&row) {
                continue;
            }
            for column in pixels.columns.clone() {
                let direction = fan.direction(column, row);
                let part = solid.chord(&source, &direction, [0.0, 1.0]);
                if part != 0.0 {
                    add(&mut depths[column], attenuation_per_mm, (part * direction.norm()) as f32);
                }
            }
        }
    }
}

#[inline]
pub(super) fn add(depth: &mut [f32; BINS], attenuation_per_mm: &[f32; BINS], length_mm: f32) {
    depth.iter_mut().zip(attenuation_per_mm).for_each(|(depth, attenuation)| *depth += attenuation * length_mm);
}

#[cfg(test)]
#[path = "radiograph_tests.rs"]
mod tests;
