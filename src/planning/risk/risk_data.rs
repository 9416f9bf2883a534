//! What `assets/risk.toml` says of unknowns, leaks, the runs of an ensemble and the limits of advice.

use crate::provenance::{Sourced, built_in};
use serde::Deserialize;
use std::sync::LazyLock;

/// The values of `assets/risk.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskData {
    /// Distributions of what is drawn.
    pub unknowns: UnknownsData,
    /// What counts as a leak.
    pub leak: LeakData,
    /// How an injection is computed.
    pub run: RunData,
    /// For the window.
    pub coarse: PassData,
    /// For the report.
    pub fine: PassData,
    /// Limits of volume advice.
    pub advice: AdviceData,
}

/// Distributions of what is drawn.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownsData {
    /// Standard deviation of the logarithm of the factor on the permeability.
    pub permeability_sigma: Sourced<f64>,
    /// Least and greatest viscosity of marrow, Pa·s; even in the logarithm.
    pub marrow_pa_s: Sourced<[f64; 2]>,
    /// Shares of patients with no, one and two small gaps.
    pub gap_count_shares: Sourced<[f64; 3]>,
    /// Share of the gaps that lie in an endplate.
    pub gap_endplate_share: Sourced<f64>,
    /// Median width of a gap, mm.
    pub gap_width_mm: Sourced<f64>,
    /// Standard deviation of the logarithm of the width.
    pub gap_width_sigma: Sourced<f64>,
    /// Least and greatest length of a gap, mm.
    pub gap_length_mm: Sourced<[f64; 2]>,
}

/// What counts as a leak.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakData {
    /// Cement outside counts from so much on, ml.
    pub least_ml: Sourced<f64>,
}

/// How an injection is computed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunData {
    /// Volume of a turn where several tools are filled, ml.
    pub turn_ml: Sourced<f64>,
    /// Largest volume of a flow step, ml.
    pub largest_step_ml: Sourced<f64>,
    /// Confidence of the intervals.
    pub interval: Sourced<f64>,
}

/// One pass of the calculation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassData {
    /// Voxel of the flow calculation, mm.
    pub resolution_mm: Sourced<f64>,
    /// Number of samples.
    pub samples: Sourced<usize>,
}

/// Limits of volume advice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceData {
    /// Cement ÷ volume of the body as it is now.
    pub fill_fraction: Sourced<f64>,
    /// Where the posterior quarter begins: 0 posterior wall, 1 anterior cortex.
    pub posterior_ap_fraction: Sourced<f64>,
    /// Share of the samples whose cement may have reached it.
    pub posterior_share: Sourced<f64>,
    /// Accepted probability of any leak.
    pub any_leak: Sourced<f64>,
    /// Accepted probability of a leak into the canal.
    pub canal_leak: Sourced<f64>,
    /// Share of the samples in which a volume must have been injectable.
    pub injectable_share: Sourced,
}

static DATA: LazyLock<RiskData> = LazyLock::new(|| built_in("risk.toml", include_str!("../../../assets/risk.toml")));

/// The values of `assets/risk.toml`, with their provenance.
pub fn risk_data() -> &'static RiskData {
    &DATA
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asset_reads_and_its_shares_are_shares() {
        let data = risk_data();
        assert!((data.unknowns.gap_count_shares.value.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let advice = &data.advice;
        let shares = [&advice.fill_fraction, &advice.posterior_share, &advice.any_leak, &advice.canal_leak];
        assert!(shares.iter().all(|share| (0.0..1.0).contains(&share.value)));
        assert!(data.coarse.resolution_mm.value > data.fine.resolution_mm.value);
    }
}
