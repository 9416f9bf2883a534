//! Factors of the two sexes on the sizes of the morphometry table.

use serde::{Deserialize, Serialize};

/// What a sex's sizes are against the table's mixed mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SexFactors {
    /// Factor on every length but the pedicle's width.
    pub length: f64,
    /// Factor on the pedicle's width.
    pub pedicle_width: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sexes {
    pub f: SexFactors,
    pub m: SexFactors,
}
