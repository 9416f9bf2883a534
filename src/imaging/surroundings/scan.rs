//! A scan's voxels in the beam: the treated vertebra apart, and soft tissue where the scan is cut off.

use super::beyond_scan::Beyond;
use super::bone_solid::coverage;
use super::ct_tissues::{TissueLine, Tissues};
use super::scan_lattice::ScanLattice;
use super::torso_data::torso_data;
use super::{Surroundings, SurroundingsError};
use crate::anatomy::Patient;
use crate::geometry::Point;
use crate::imaging::beam::{Composition, Material};
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
        notes
            .push(format!("{metal} voxels above {:.0} HU, metal or its streaks, count as that", data.ct.most_hu.value));
    }

    let (bone, treated) = bones(patient, &lattice, &line)?;
    let beyond = Beyond::of(patient, &lattice, &line);
    let mut smooth = soft(&lattice, &line, beyond.as_ref())?;
    let volumes = vec![(Arc::new(bone), Composition::bone_for_soft_tissue())];
    if let Some(beyond) = beyond {
        notes.push(format!(
            "the scan cuts through the patient at its {}: beyond, a trunk of average build is filled with soft tissue",
            beyond.named().join(", ")
        ));
        smooth.extend(beyond.volume().map(|volume| (Arc::new(volume), Composition::pure(Material::SoftTissue))));
    }
    Ok(Surroundings {
        background: Scene { volumes, smooth, solids: Vec::new() },
        treated: Arc::new(treated),
        treated_composition: Composition::bone_for_soft_tissue(),
        counting: None,
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
    let volume =
        |dims, first, values| ColumnVolume::new(lattice.frame.clone(), dims, lattice.spacing_mm, first, values);
    let treated = volume(dims, first, own).ok_or(SurroundingsError::Empty)?;
    let background = volume(lattice.dims, Point::origin(), bone).ok_or(SurroundingsError::Scan)?;
    Ok((background, treated))
}

/// Soft tissue, fat and air of the scan, in coarser voxels.
fn soft(
    lattice: &ScanLattice,
    line: &TissueLine,
    beyond: Option<&Beyond>,
) -> Result<Vec<(Arc<ColumnVolume>, Composition)>, SurroundingsError> {
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
        // The trunk beyond goes on through the scan: it is taken out here, voxel by voxel of the scan's own.
        let Some(beyond) = beyond else { return };
        for (at, value) in soft.iter_mut().enumerate() {
            let ijk = [at % dims[0] * block[0], at / dims[0] * block[1], k * block[2]];
            *value -= beyond.share(&lattice.centre(ijk)) as f32;
        }
    });
    let spacing: [f64; 3] = [0, 1, 2].map(|a| lattice.spacing_mm[a] * block[a] as f64);
    let first = Point::from([0, 1, 2].map(|a| 0.5 * (spacing[a] - lattice.spacing_mm[a])));
    let of = |values| ColumnVolume::new(lattice.frame.clone(), dims, spacing, first, values);
    let (soft, fat) = (of(soft).ok_or(SurroundingsError::Scan)?, of(fat).ok_or(SurroundingsError::Scan)?);
    Ok(vec![
        (Arc::new(soft), Composition::pure(Material::SoftTissue)),
        (Arc::new(fat), Composition::pure(Material::Adipose) - Composition::pure(Material::SoftTissue)),
    ])
}
