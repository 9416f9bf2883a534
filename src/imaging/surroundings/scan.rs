//! A scan's voxels in the beam: the treated vertebra apart, and soft tissue where the scan is cut off.

use super::bone_solid::coverage;
use super::ct_tissues::{TissueLine, Tissues};
use super::scan_lattice::ScanLattice;
use super::torso::{Coarse, share};
use super::torso_data::torso_data;
use super::{Surroundings, SurroundingsError};
use crate::anatomy::Patient;
use crate::anatomy::segment::{Build, Places, Skin};
use crate::geometry::{Point, Vector};
use crate::imaging::beam::Composition;
use crate::imaging::projector::{ColumnVolume, Scene};
use crate::patient_io::Volume;
use rayon::prelude::*;
use std::sync::Arc;

/// Beyond the label's edge, the blur of the scan still belongs to the treated vertebra over this way, mm.
const BLUR_MM: f64 = 0.8;
/// The treated vertebra gives way to the background over this way, mm.
const SEAM_MM: f64 = 1.5;
/// Soft tissue and fat are kept in blocks of about this edge, mm.
const COARSE_MM: f64 = 1.6;

/// About a patient with a scan.
pub(super) fn surroundings(patient: &Patient, scan: &Volume) -> Result<Surroundings, SurroundingsError> {
    let data = torso_data();
    let line = TissueLine::of(&data.ct);
    let lattice = ScanLattice::of(scan, line.air_hu()).ok_or(SurroundingsError::Scan)?;
    let mut notes = Vec::new();
    let [x, y, z] = lattice.file_spacing_mm;
    if lattice.sheared || lattice.spacing_mm != lattice.file_spacing_mm {
        let [u, v, w] = lattice.spacing_mm;
        let how = if lattice.sheared { "between voxels that stand aslant" } else { "by a cubic" };
        notes.push(format!(
            "the scan's voxels of {x:.2} × {y:.2} × {z:.2} mm were resampled {how} to {u:.2} × {v:.2} × {w:.2} mm"
        ));
    }
    let metal = lattice.hu.iter().filter(|&&hu| line.is_metal(hu)).count();
    if metal > 0 {
        notes.push(format!("{metal} voxels above {:.0} HU, metal or its streaks, count as that", data.ct.most_hu.value));
    }

    let (bone, treated) = bones(patient, &lattice, &line)?;
    let mut volumes = soft(&lattice, &line)?;
    volumes.push((Arc::new(bone), data.bone_for_soft_tissue()));
    volumes.extend(beyond(patient, &lattice, &line, &mut notes));
    Ok(Surroundings {
        background: Scene { volumes, solids: Vec::new() },
        treated: Arc::new(treated),
        treated_composition: data.bone_for_soft_tissue(),
        notes,
    })
}

/// Solid bone of the scan without the treated vertebra, and of the treated vertebra.
fn bones(
    patient: &Patient,
    lattice: &ScanLattice,
    line: &TissueLine,
) -> Result<(ColumnVolume, ColumnVolume), SurroundingsError> {
    let [nx, ny, _] = lattice.dims;
    let mut bone: Vec<f32> = lattice.hu.par_iter().map(|&hu| line.at(hu).bone).collect();
    // The vertebra's grid in the lattice's own axes.
    let vertebra = &patient.vertebra;
    let grid = vertebra.bone.grid();
    let (mut low, mut high) = ([usize::MAX; 3], [0_usize; 3]);
    for corner in 0..8_usize {
        let ijk = [0, 1, 2].map(|a| if corner >> a & 1 == 1 { grid.dims[a].saturating_sub(1) } else { 0 });
        let own = lattice.frame.point_to_vertebra(&vertebra.frame.point_to_patient(&grid.centre_at(ijk)));
        for a in 0..3 {
            let at = (own[a] / lattice.spacing_mm[a]).round().clamp(0.0, lattice.dims[a] as f64 - 1.0) as usize;
            (low[a], high[a]) = (low[a].min(at), high[a].max(at));
        }
    }
    let dims = [0, 1, 2].map(|a| high[a] - low[a] + 1);
    let mut own = vec![0.0_f32; dims.iter().product()];
    let layers = bone.par_chunks_mut(nx * ny).skip(low[2]).zip(own.par_chunks_mut(dims[0] * dims[1]));
    layers.enumerate().for_each(|(k, (all, own))| {
        for (at, own) in own.iter_mut().enumerate() {
            let ijk = [low[0] + at % dims[0], low[1] + at / dims[0], low[2] + k];
            let p = vertebra.frame.point_to_vertebra(&lattice.centre(ijk));
            let share = coverage(vertebra.bone.sample(&p) - BLUR_MM, SEAM_MM) as f32;
            let all = &mut all[ijk[0] + nx * ijk[1]];
            *own = *all * share;
            *all -= *own;
        }
    });
    let first = Point::from([0, 1, 2].map(|a| low[a] as f64 * lattice.spacing_mm[a]));
    let volume = |dims, first, values| ColumnVolume::new(lattice.frame.clone(), dims, lattice.spacing_mm, first, values);
    let treated = volume(dims, first, own).ok_or(SurroundingsError::Empty)?;
    let background = volume(lattice.dims, Point::origin(), bone).ok_or(SurroundingsError::Scan)?;
    Ok((background, treated))
}

/// Soft tissue, fat and air of the scan, in coarser voxels.
fn soft(
    lattice: &ScanLattice,
    line: &TissueLine,
) -> Result<Vec<(Arc<ColumnVolume>, Composition)>, SurroundingsError> {
    let data = torso_data();
    let block = [0, 1, 2].map(|a| (COARSE_MM / lattice.spacing_mm[a]).round().max(1.0) as usize);
    let dims = [0, 1, 2].map(|a| lattice.dims[a].div_ceil(block[a]));
    let layer = dims[0] * dims[1];
    let (mut soft, mut fat) = (vec![0.0_f32; layer * dims[2]], vec![0.0_f32; layer * dims[2]]);
    let share = 1.0 / block.iter().product::<usize>() as f32;
    let [nx, ny, nz] = lattice.dims;
    soft.par_chunks_mut(layer).zip(fat.par_chunks_mut(layer)).enumerate().for_each(|(k, (soft, fat))| {
        for plane in k * block[2]..((k + 1) * block[2]).min(nz) {
            for j in 0..ny {
                let row = &lattice.hu[nx * (j + ny * plane)..nx * (j + ny * plane + 1)];
                let to = dims[0] * (j / block[1]);
                for (i, &hu) in row.iter().enumerate() {
                    let Tissues { air, fat: here, .. } = line.at(hu);
                    let at = to + i / block[0];
                    soft[at] += (1.0 - air) * share;
                    fat[at] += here * share;
                }
            }
        }
    });
    let spacing: [f64; 3] = [0, 1, 2].map(|a| lattice.spacing_mm[a] * block[a] as f64);
    let first = Point::from([0, 1, 2].map(|a| 0.5 * (spacing[a] - lattice.spacing_mm[a])));
    let of = |values| ColumnVolume::new(lattice.frame.clone(), dims, spacing, first, values);
    let (soft, fat) = (of(soft).ok_or(SurroundingsError::Scan)?, of(fat).ok_or(SurroundingsError::Scan)?);
    Ok(vec![(Arc::new(soft), data.soft_tissue()), (Arc::new(fat), data.adipose() - data.soft_tissue())])
}

/// Air and flesh of a border face of the scan: it is cut through the trunk where flesh is more than this share.
const CUT_SHARE: f64 = 0.15;

/// The trunk beyond the faces that cut it, as soft tissue.
fn beyond(
    patient: &Patient,
    lattice: &ScanLattice,
    line: &TissueLine,
    notes: &mut Vec<String>,
) -> Option<(Arc<ColumnVolume>, Composition)> {
    const NAMES: [[&str; 2]; 3] = [["right", "left"], ["front", "back"], ["lower end", "upper end"]];
    let cut = [0, 1, 2].map(|axis| [false, true].map(|far| face_flesh(lattice, line, axis, far) > CUT_SHARE));
    let named: Vec<&str> = (0..3).flat_map(|a| (0..2).filter(move |&e| cut[a][e]).map(move |e| NAMES[a][e])).collect();
    if named.is_empty() {
        return None;
    }
    notes.push(format!(
        "the scan cuts through the patient at its {}: beyond, a trunk of average build is filled with soft tissue",
        named.join(", ")
    ));
    let vertebra = &patient.vertebra;
    let places = Places::of_landmarks(patient.level, &vertebra.landmarks);
    let tip = vertebra.frame.point_to_patient(&places.spinous_tip);
    let (low, high) = lattice.corners();
    // The skin knows the directions of the patient and a midline at x = 0.
    let skin = Skin::behind_tips(&[Point::new(0.0, tip.y, tip.z)], Build::Average, places.length_factor);
    let middle = vertebra.frame.point_to_patient(&Point::origin());
    let [width, depth] = skin.trunk_mm();
    let back = skin.back_y_mm(tip.z);
    let span = ((high - low).z * 0.5 + 60.0).min(300.0);
    let centre = lattice.frame.point_to_patient(&nalgebra::center(&low, &high));
    let coarse = Coarse::over(
        Point::new(middle.x - 0.5 * width - 8.0, back - depth - 8.0, centre.z - span),
        Point::new(middle.x + 0.5 * width + 8.0, back + 16.0, centre.z + span),
    );
    let scan = |p: &Point| {
        let own = lattice.frame.point_to_vertebra(p);
        let outside = [0, 1, 2].map(|a| {
            let below = low[a] - own[a];
            let above = own[a] - high[a];
            // A face that cuts nothing has air beyond it: the box goes on there for ever.
            let side = |away: f64, far: usize| if cut[a][far] { away } else { f64::NEG_INFINITY };
            side(below, 0).max(side(above, 1))
        });
        Vector::from(outside).max()
    };
    let [values] = coarse.fill(|p| {
        let skin_mm = skin.signed_distance_mm(&Point::new(p.x - middle.x, p.y, p.z));
        [share(skin_mm) * (1.0 - share(scan(p)))]
    });
    let volume = coarse.volume(&coarse.frame, values)?;
    Some((Arc::new(volume), torso_data().soft_tissue()))
}

/// Share of flesh on a border face.
fn face_flesh(lattice: &ScanLattice, line: &TissueLine, axis: usize, far: bool) -> f64 {
    let dims = lattice.dims;
    let [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    let (mut flesh, mut all) = (0_usize, 0_usize);
    for j in 0..dims[v] {
        for i in 0..dims[u] {
            let mut ijk = [0; 3];
            (ijk[u], ijk[v]) = (i, j);
            ijk[axis] = if far { dims[axis] - 1 } else { 0 };
            let hu = lattice.hu[ijk[0] + dims[0] * (ijk[1] + dims[1] * ijk[2])];
            flesh += usize::from(line.at(hu).air < 0.5);
            all += 1;
        }
    }
    flesh as f64 / all.max(1) as f64
}
