//! Healing of a fracture: new bone where the old was compacted. It comes on top of the bone that the fracture conserves.

use super::bone_data::bone_data;
use super::fracture::Fracture;
use super::fracture_data::{fracture_data, united_fraction};
use super::{BoneQuality, Vertebra};

/// Makes the impacted bone denser in proportion to its compaction and to how far the fracture has united.
pub(super) fn consolidate(bone: &mut BoneQuality, vertebra: &Vertebra, fracture: &Fracture, age_weeks: f64) {
    let gain = fracture_data().callus_gain.value * united_fraction(age_weeks);
    if gain <= 0.0 || fracture.is_none() {
        return;
    }
    let grid = vertebra.bone.grid();
    let near_mm = 3.0_f32.max(2.5 * grid.spacing_mm as f32);
    let most = bone_data().most.value;
    for cell in grid.cells().filter(|&cell| vertebra.bone[cell] < near_mm) {
        let value = &mut bone.bone_volume_fraction[cell];
        let denser = f64::from(*value) * (1.0 + gain * fracture.compaction(&grid.centre(cell)));
        *value = denser.min(most) as f32;
    }
}
