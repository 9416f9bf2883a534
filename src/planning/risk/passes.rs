//! A coarse and a fine calculation of the same question on the same samples, and how far they are apart.

use super::{PairedDifference, Risk};
use schemars::JsonSchema;
use serde::Serialize;

/// How a finer calculation differs from a coarser one at one product, age and volume: first coarse, second fine.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PassDifference {
    /// Product.
    pub product: String,
    /// Minutes from mixing to the first push.
    pub age_min: f64,
    /// Volume injected.
    pub volume_ml: f64,
    /// Any leak.
    pub any_leak: PairedDifference,
    /// A leak into the canal.
    pub canal_leak: PairedDifference,
}

/// Fine less coarse, over the samples, products, ages and volumes that both have and came to; nothing for different seeds, whose
/// samples are different patients.
pub fn differences(coarse: &Risk, fine: &Risk) -> Vec<PassDifference> {
    if coarse.seed != fine.seed {
        return Vec::new();
    }
    let mut found = Vec::new();
    for first in &coarse.arms {
        let same = |arm: &&super::ArmRisk| arm.product == first.product && arm.age_min == first.age_min;
        let Some(second) = fine.arms.iter().find(same) else { continue };
        let reach_ml = [coarse, fine].map(|risk| risk.volumes_ml.last().copied().unwrap_or_default());
        let common_ml = reach_ml[0].min(reach_ml[1]);
        let came = |volume_ml: f64| first.reached(volume_ml) > 0 && second.reached(volume_ml) > 0;
        for &volume_ml in fine.volumes_ml.iter().filter(|&&volume_ml| volume_ml <= common_ml && came(volume_ml)) {
            found.push(PassDifference {
                product: first.product.clone(),
                age_min: first.age_min,
                volume_ml,
                any_leak: first.any_leak_against(second, volume_ml),
                canal_leak: first.canal_leak_against(second, volume_ml),
            });
        }
    }
    found
}
