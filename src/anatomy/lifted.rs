//! The patient with height regained: shape, bone, veins and openings carried by a [`Lift`], bone mass kept.

use super::fracture_planes::tilted_endplates;
use super::lift::Lift;
use super::{BoneQuality, Landmarks, Patient, Vertebra};
use crate::geometry::{Field, Grid, Vector};

/// Distances beyond this are only known to be large, mm; they are left as they are.
const NEAR_MM: f32 = 6.0;

/// The patient after a lift.
///
/// Bone volume fraction thins where the bone is drawn apart, so that its sum over the body is kept (the last thousandth
/// by one factor). Heights in the fracture's summary grow; its kind and grade stay those it came with.
pub fn lifted(patient: &Patient, lift: &Lift) -> Patient {
    let mut after = patient.clone();
    if lift.rise_mm <= 0.0 {
        return after;
    }
    let before = &patient.vertebra;
    let grid = grown(before.bone.grid(), lift.rise_mm);
    after.vertebra = Vertebra {
        frame: before.frame.clone(),
        bone: carried(&before.bone, lift, &grid),
        body: carried(&before.body, lift, &grid),
        canal: Field::from_fn(grid.clone(), |p| before.canal.sample(&p) as f32),
        landmarks: before.landmarks.clone(),
    };
    let [volume_before, volume_after] = [before, &after.vertebra].map(body_mm3);
    let [inferior_endplate, superior_endplate] = tilted_endplates(&after.vertebra.body, &before.landmarks);
    let body_volume_ml = before.landmarks.body_volume_ml * volume_after / volume_before;
    after.vertebra.landmarks =
        Landmarks { superior_endplate, inferior_endplate, body_volume_ml, ..before.landmarks.clone() };
    after.bone = thinned(patient, &after.vertebra, lift);
    for point in after.veins.iter_mut().flat_map(|tree| &mut tree.branches).flat_map(|branch| &mut branch.points) {
        *point = lift.after(point);
    }
    for opening in &mut after.openings {
        opening.centre = lift.after(&opening.centre);
    }
    if let Some(fracture) = &mut after.fracture
        && let Some(heights_mm) = &mut fracture.heights_mm
    {
        for (height, share) in heights_mm.iter_mut().zip(lift.shares_at_places()) {
            *height += share * lift.rise_mm;
        }
        if let Some(whole) = fracture.reference_heights_mm {
            fracture.compression_fraction = 1.0 - (heights_mm[0] / whole[0]).min(heights_mm[1] / whole[1]);
        }
    }
    after
}

/// The same lattice with room above and below.
fn grown(grid: &Grid, rise_mm: f64) -> Grid {
    let layers = (rise_mm / grid.spacing_mm).ceil() as usize + 1;
    let [nx, ny, nz] = grid.dims;
    let origin_mm = grid.origin_mm - Vector::z() * (layers as f64 * grid.spacing_mm);
    Grid { dims: [nx, ny, nz + 2 * layers], spacing_mm: grid.spacing_mm, origin_mm }
}

/// A signed distance after the lift: that of the point before it, divided by its slope, which is 1 where nothing moved.
fn carried(distance: &Field<f32>, lift: &Lift, grid: &Grid) -> Field<f32> {
    let plain = Field::from_fn(grid.clone(), |p| distance.sample(&lift.before(&p).0) as f32);
    let mut after = plain.clone();
    for cell in grid.cells() {
        let p = grid.centre(cell);
        if plain[cell].abs() < NEAR_MM && lift.before(&p).0 != p {
            after[cell] = plain[cell] / plain.gradient(&p).norm().clamp(0.5, 2.0) as f32;
        }
    }
    after
}

/// Part of a cell inside a surface, from the distance at its centre.
fn coverage(distance_mm: f64, spacing_mm: f64) -> f64 {
    (0.5 - distance_mm / spacing_mm).clamp(0.0, 1.0)
}

fn body_mm3(vertebra: &Vertebra) -> f64 {
    let grid = vertebra.body.grid();
    let covered: f64 = grid.cells().map(|cell| coverage(f64::from(vertebra.body[cell]), grid.spacing_mm)).sum();
    covered * grid.cell_volume_mm3()
}

fn bone_mm3(vertebra: &Vertebra, fraction: &Field<f32>) -> f64 {
    super::bone_quality::body_bone_mm3(vertebra, fraction)
}

fn thinned(patient: &Patient, vertebra: &Vertebra, lift: &Lift) -> BoneQuality {
    let before = &patient.bone.bone_volume_fraction;
    let mut fraction = Field::from_fn(vertebra.bone.grid().clone(), |p| {
        let (place, ratio) = lift.before(&p);
        (before.sample(&place) * ratio) as f32
    });
    let kept = bone_mm3(&patient.vertebra, before) / bone_mm3(vertebra, &fraction);
    fraction.values_mut().iter_mut().for_each(|value| *value = (f64::from(*value) * kept).min(1.0) as f32);
    BoneQuality { bone_volume_fraction: fraction, ..patient.bone.clone() }
}

#[cfg(test)]
#[path = "lifted_tests.rs"]
mod tests;
