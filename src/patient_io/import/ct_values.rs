//! Whether what is given as CT holds CT numbers.

use super::ImportError;
use crate::anatomy::Level;
use crate::patient_io::{LabelExtent, Volume};

/// Greatest value of a label map or of a picture in one byte. Round a vertebra a CT has fat, below 0 HU.
const GREATEST_GREY: f32 = 255.0;

/// An error if the CT holds labels or grey values in the vertebra's box; both volumes are on the same voxels.
pub(super) fn check(ct: &Volume, labels: &Volume, extent: &LabelExtent, level: Level) -> Result<(), ImportError> {
    let [nx, ny, _] = ct.dims;
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut grey, mut same) = (true, true);
    for k in extent.low[2]..=extent.high[2] {
        for j in extent.low[1]..=extent.high[1] {
            let row = nx * (j + ny * k);
            let run = row + extent.low[0]..=row + extent.high[0];
            for (value, label) in ct.values[run.clone()].iter().zip(&labels.values[run]) {
                (low, high) = (low.min(*value), high.max(*value));
                grey &= (0.0..=GREATEST_GREY).contains(value) && value.fract() == 0.0;
                same &= value == label;
            }
        }
    }
    let not_ct = |found| Err(ImportError::NotCt { level, found });
    if same {
        return not_ct("just what the labels hold".to_owned());
    }
    if grey {
        return not_ct(format!("nothing but whole numbers from {low} to {high}"));
    }
    Ok(())
}
