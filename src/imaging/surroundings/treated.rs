//! The treated vertebra as a volume of its own, since tools, balloon and cement change it.

use super::bone_solid::{Shell, solid_share};
use super::torso_data::torso_data;
use crate::anatomy::Vertebra;
use crate::geometry::{Field, Vector};
use crate::imaging::projector::ColumnVolume;
use rayon::prelude::*;

/// The treated vertebra for the beam.
///
/// A value of 1 stands for solid bone in the place of soft tissue, so a change of BV/TV may as well be added as a
/// volume of differences of its own.
pub fn solid_bone(vertebra: &Vertebra, bone_volume_fraction: &Field<f32>) -> Option<ColumnVolume> {
    let share = solid_bone_share(vertebra, bone_volume_fraction);
    let grid = share.grid();
    let (dims, spacing, origin) = (grid.dims, [grid.spacing_mm; 3], grid.origin_mm);
    ColumnVolume::new(vertebra.frame.clone(), dims, spacing, origin, share.values().to_vec())
}

/// Share of solid bone in each voxel of the vertebra's own grid: trabeculae of the given BV/TV within the shell.
pub fn solid_bone_share(vertebra: &Vertebra, bone_volume_fraction: &Field<f32>) -> Field<f32> {
    let shell = shell();
    let grid = vertebra.bone.grid();
    let h = grid.spacing_mm;
    let mut share = Field::filled(grid.clone(), 0.0_f32);
    let layer = grid.dims[0] * grid.dims[1];
    share.values_mut().par_chunks_mut(layer.max(1)).enumerate().for_each(|(k, slab)| {
        for (at, value) in slab.iter_mut().enumerate() {
            let p = grid.centre_at([at % grid.dims[0], at / grid.dims[0], k]);
            let distance = vertebra.bone.sample(&p);
            if distance.is_nan() || distance >= h {
                continue;
            }
            let trabecular = bone_volume_fraction.sample(&p);
            let deep = distance < -(shell.thickest_mm() + h);
            *value = if deep {
                trabecular as f32
            } else {
                let normal = vertebra.bone.gradient(&p).try_normalize(1e-6).unwrap_or(Vector::y());
                let thickness = shell.thickness_mm(vertebra.body.sample(&p), normal.z);
                solid_share(distance, thickness, trabecular, h) as f32
            };
        }
    });
    share
}

/// The shell of the asset.
pub(super) fn shell() -> Shell {
    let data = &torso_data().shell;
    Shell {
        wall_mm: data.wall_mm.value,
        endplate_mm: data.endplate_mm.value,
        arch_mm: data.arch_mm.value,
        process_mm: data.process_mm.value,
    }
}
