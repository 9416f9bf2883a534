//! What fracture is asked for: kind, severity, which endplate gave way, lower side, retropulsion, age.

use super::fracture_data::fracture_data;
use super::morphometry::genant_loss_fraction;
use super::{FractureKind, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Share of the depth, from the posterior wall, where anterior, middle and posterior heights are compared.
pub const ANTERIOR_PLACE: f64 = 0.9;
/// See [`ANTERIOR_PLACE`].
pub const MIDDLE_PLACE: f64 = 0.5;
/// See [`ANTERIOR_PLACE`].
pub const POSTERIOR_PLACE: f64 = 0.1;
/// Anterior, middle, posterior.
pub const PLACES: [f64; 3] = [ANTERIOR_PLACE, MIDDLE_PLACE, POSTERIOR_PLACE];
/// Their names.
const NAMES: [&str; 3] = ["anterior", "middle", "posterior"];

/// Which endplate gave way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Endplates {
    /// The upper.
    Superior,
    /// The lower.
    Inferior,
    /// Each by half of the loss.
    Both,
}

/// How much height a fracture has lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    /// Genant grade, 1 to 3: the middle of its band.
    Grade(u8),
    /// Fraction of the unfractured height, at the worst place.
    Loss(f64),
    /// Anterior, middle and posterior height in the midline, mm; what is not given follows the kind's pattern.
    Heights([Option<f64>; 3]),
}

/// A fracture asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FractureSpec {
    /// Shape.
    pub kind: FractureKind,
    /// Loss of height.
    pub severity: Severity,
    /// Which endplate gave way.
    pub endplates: Endplates,
    /// The side that has lost more, if any.
    pub lower_side: Option<Side>,
    /// How much more than the midline that side has lost, as a fraction, three quarters of the way out; the other
    /// side has lost as much less.
    pub asymmetry_fraction: f64,
    /// How far the posterior wall's upper corner (the lower where only the inferior endplate gave way) stands in the
    /// canal, mm.
    pub retropulsion_mm: f64,
    /// Weeks since it broke.
    pub age_weeks: f64,
}

impl FractureSpec {
    /// A fresh, symmetric fracture with no retropulsion; of the upper endplate, or both if biconcave.
    pub fn of(kind: FractureKind, severity: Severity) -> FractureSpec {
        let endplates = if kind == FractureKind::Biconcave { Endplates::Both } else { Endplates::Superior };
        FractureSpec {
            kind,
            severity,
            endplates,
            lower_side: None,
            asymmetry_fraction: 0.0,
            retropulsion_mm: 0.0,
            age_weeks: 0.0,
        }
    }
}

/// What is wrong with a fracture asked for.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum FractureError {
    /// The loss cannot be made without crushing bone to nothing.
    #[error("loss of height {0} is outside 0.05 to 0.7 (fractions of the unfractured height)")]
    Loss(f64),
    /// Not one of Genant's grades.
    #[error("Genant grade {0} is not 1, 2 or 3")]
    Grade(u8),
    /// A height that is no loss, or leaves too little bone.
    #[error(
        "{place} height {asked_mm} mm: this vertebra has {whole_mm:.1} mm unfractured, and a fracture leaves {least_mm:.1} mm or more"
    )]
    Height {
        /// "anterior", "middle" or "posterior".
        place: &'static str,
        /// As asked for.
        asked_mm: f64,
        /// Before the fracture.
        whole_mm: f64,
        /// The least that can be made.
        least_mm: f64,
    },
    /// Heights that are those of the unfractured vertebra.
    #[error("the heights asked for lose less than 5 % of the unfractured ones ({:.1}, {:.1} and {:.1} mm): this is no fracture", .0[0], .0[1], .0[2])]
    NothingLost([f64; 3]),
    /// Heights from which the others cannot be told.
    #[error("a {0} height alone does not tell how much this kind of fracture has lost: give the others too")]
    Undetermined(&'static str),
    /// Sides too unlike.
    #[error("asymmetry {0} is outside 0 to 0.6")]
    Asymmetry(f64),
    /// The lower side would have nothing left.
    #[error("the lower side would lose {found:.2} of its height, and {most} is the most: take less asymmetry")]
    LowerSide {
        /// Fraction lost at the worst place.
        found: f64,
        /// The greatest allowed.
        most: f64,
    },
    /// Retropulsion that closes the canal or that no body can give.
    #[error("retropulsion {asked_mm} mm is outside 0 to {most_mm:.1} mm, for a canal {canal_mm:.1} mm deep")]
    Retropulsion {
        /// As asked for.
        asked_mm: f64,
        /// The most that can be made.
        most_mm: f64,
        /// Depth of the canal before.
        canal_mm: f64,
    },
    /// Age that is no number of weeks.
    #[error("age {0} weeks is not a number from 0 on")]
    Age(f64),
}

/// Heights to be reached at [`PLACES`], mm, given those of the unfractured vertebra.
pub(super) fn heights_asked(spec: &FractureSpec, whole_mm: [f64; 3]) -> Result<[f64; 3], FractureError> {
    let pattern = fracture_data().pattern.of(spec.kind);
    let scaled = |loss: f64| [0, 1, 2].map(|i| whole_mm[i] * (1.0 - loss * pattern[i]));
    match spec.severity {
        Severity::Grade(grade) => Ok(scaled(genant_loss_fraction(grade).ok_or(FractureError::Grade(grade))?)),
        Severity::Loss(loss) if (0.05..=0.7).contains(&loss) => Ok(scaled(loss)),
        Severity::Loss(loss) => Err(FractureError::Loss(loss)),
        Severity::Heights(asked) => {
            let mut worst: Option<f64> = None;
            let mut lost_somewhere = false;
            for i in 0..3 {
                let Some(asked_mm) = asked[i] else { continue };
                let least_mm = 0.3 * whole_mm[i];
                // A third of a millimetre of grace: heights read off a picture.
                if !(asked_mm >= least_mm && asked_mm <= whole_mm[i] + 0.3) {
                    return Err(FractureError::Height { place: NAMES[i], asked_mm, whole_mm: whole_mm[i], least_mm });
                }
                let loss = 1.0 - asked_mm / whole_mm[i];
                lost_somewhere |= loss >= 0.05;
                if pattern[i] > 0.0 {
                    worst = Some(worst.unwrap_or(0.0).max(loss / pattern[i]).min(0.7));
                }
            }
            if !lost_somewhere {
                return Err(FractureError::NothingLost(whole_mm));
            }
            let all = asked.iter().all(Option::is_some);
            let only = [0, 1, 2].into_iter().find(|&i| asked[i].is_some()).map_or("", |i| NAMES[i]);
            let worst = if all { 0.0 } else { worst.ok_or(FractureError::Undetermined(only))? };
            let rest = scaled(worst);
            Ok([0, 1, 2].map(|i| asked[i].unwrap_or(rest[i])))
        }
    }
}
