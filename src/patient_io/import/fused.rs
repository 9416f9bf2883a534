//! Two vertebrae under one label: too much bone for the level and the person, or two pairs of pedicles.

use super::canal::Passage;
use super::limits::limits;
use super::march::median;
use super::pedicles::beside_canal;
use super::posterior_wall::PosteriorWall;
use crate::anatomy::{Level, Side};
use crate::geometry::Field;
use crate::patient_io::{LabelInventory, Numbering, NumberingError};

/// A label's volume against what is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    /// Expected of the level and, where known, of the person, ml.
    pub expected_ml: f64,
    /// From this multiple of the expected volume on, the label holds two vertebrae.
    pub limit: f64,
}

impl Size {
    /// From the other vertebrae that lie wholly within the scan.
    pub fn expected(inventory: &LabelInventory, numbering: Numbering, level: Level) -> Result<Size, NumberingError> {
        let voxel_ml = inventory.patient_from_index.axes().determinant().abs() * 1e-3;
        let mut ratios = Vec::new();
        for other in Level::ALL.into_iter().filter(|other| *other != level) {
            let Some(extent) = numbering.label(other)?.and_then(|label| inventory.labels.get(&label)) else { continue };
            if (0..3).all(|a| extent.low[a] > 0 && extent.high[a] + 1 < inventory.dims[a]) {
                ratios.push(extent.voxels as f64 * voxel_ml / limits().whole_volume_ml(other));
            }
        }
        let usual = limits().whole_volume_ml(level);
        Ok(match median(&mut ratios) {
            Some(person) => Size { expected_ml: usual * person, limit: limits().fused.beside_others.value },
            None => Size { expected_ml: usual, limit: limits().fused.alone.value },
        })
    }

    /// Volume ÷ expected volume.
    pub fn ratio(&self, volume_ml: f64) -> f64 {
        volume_ml / self.expected_ml
    }

    /// Whether a volume is that of two vertebrae.
    pub fn is_of_two(&self, volume_ml: f64) -> bool {
        self.ratio(volume_ml) >= self.limit
    }
}

/// Number of pedicles beside the canal: the lesser of both sides.
pub(super) fn pedicle_pairs(bone: &Field<f32>, passage: &Passage, wall: &PosteriorWall) -> usize {
    let (least, gap) = (limits().fused.pedicle_mm.value, limits().fused.gap_mm.value);
    Side::BOTH
        .map(|side| stretches(&beside_canal(bone, passage, wall, side), least, gap))
        .into_iter()
        .min()
        .unwrap_or(0)
}

/// Runs of heights at least `least` long, those nearer to each other than `gap` counted as one.
fn stretches(runs: &[[f64; 2]], least: f64, gap: f64) -> usize {
    let mut joined: Vec<[f64; 2]> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if run[0] - last[1] < gap => last[1] = run[1],
            _ => joined.push(*run),
        }
    }
    joined.iter().filter(|run| run[1] - run[0] >= least).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slit_in_a_pedicle_makes_no_second_one_and_a_speck_beside_the_canal_is_none() {
        assert_eq!(stretches(&[[-4.0, 2.0], [4.0, 9.0]], 6.0, 6.0), 1);
        assert_eq!(stretches(&[[-4.0, 9.0], [16.0, 18.0]], 6.0, 6.0), 1);
        assert_eq!(stretches(&[[-30.0, -18.0], [-4.0, 9.0]], 6.0, 6.0), 2);
        assert_eq!(stretches(&[], 6.0, 6.0), 0);
    }
}
