//! The morphometry table (assets/morphometry.toml) and the dimensions of one vertebra taken from it.

use super::Level;
use super::sex_factors::{SexFactors, Sexes};
use crate::units;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The patient's sex, as far as it changes sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Sex {
    /// Woman.
    #[serde(rename = "f")]
    Female,
    /// Man.
    #[serde(rename = "m")]
    Male,
}

/// One column of the morphometry table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name with its unit, for example `"body_width_superior_mm"`.
    #[serde(skip)]
    pub name: String,
    /// One value per level of [`Level::ALL`].
    pub values: Vec<f64>,
    /// "measured", "recalled" or "our choice".
    pub basis: String,
    /// Where the values come from.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provenance {
    basis: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stature {
    female_cm: f64,
    male_cm: f64,
    basis: String,
    source: String,
}

#[derive(Deserialize)]
struct Genant {
    grade_loss: [f64; 3],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    levels: Vec<Level>,
    column: BTreeMap<String, Column>,
    sex: Sexes,
    sex_source: Provenance,
    stature: Stature,
    genant: Genant,
}

#[allow(clippy::expect_used, reason = "the asset is compiled in; a test reads it")]
static ASSET: LazyLock<Asset> = LazyLock::new(|| {
    let mut asset: Asset =
        toml::from_str(include_str!("../../assets/morphometry.toml")).expect("assets/morphometry.toml is well formed");
    for (name, column) in &mut asset.column {
        column.name.clone_from(name);
    }
    asset
});

static TABLE: LazyLock<Vec<Column>> = LazyLock::new(|| ASSET.column.values().cloned().collect());

/// The whole table, a column per quantity in alphabetical order, with provenance: what `trocar levels` prints.
pub fn table() -> &'static [Column] {
    &TABLE
}

/// The factors of a sex on the table's lengths.
pub fn sex_factors(sex: Sex) -> SexFactors {
    match sex {
        Sex::Female => ASSET.sex.f,
        Sex::Male => ASSET.sex.m,
    }
}

/// Basis and source of the factors for sex.
pub fn sex_provenance() -> (&'static str, &'static str) {
    (&ASSET.sex_source.basis, &ASSET.sex_source.source)
}

/// Mean body height of a sex, cm; `None`: of both.
pub fn mean_stature_cm(sex: Option<Sex>) -> f64 {
    match sex {
        Some(Sex::Female) => ASSET.stature.female_cm,
        Some(Sex::Male) => ASSET.stature.male_cm,
        None => 0.5 * (ASSET.stature.female_cm + ASSET.stature.male_cm),
    }
}

/// Basis and source of the mean body heights.
pub fn stature_provenance() -> (&'static str, &'static str) {
    (&ASSET.stature.basis, &ASSET.stature.source)
}

/// Fraction of height lost that stands for a Genant grade (1 to 3) where no height is given; `None` for other grades.
pub fn genant_loss_fraction(grade: u8) -> Option<f64> {
    ASSET.genant.grade_loss.get(usize::from(grade).checked_sub(1)?).copied()
}

/// Sizes of one unfractured vertebra; lengths in mm, angles in rad.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimensions {
    /// Level they belong to.
    pub level: Level,
    /// Factor on every length against the table's mixed mean (sex × stature).
    pub length_factor: f64,
    /// Greatest width at the upper rim.
    pub body_width_superior_mm: f64,
    /// Greatest width at half height.
    pub body_width_waist_mm: f64,
    /// Greatest width at the lower rim.
    pub body_width_inferior_mm: f64,
    /// Mid-sagittal depth at the upper rim.
    pub body_depth_superior_mm: f64,
    /// Mid-sagittal depth at half height.
    pub body_depth_waist_mm: f64,
    /// Mid-sagittal depth at the lower rim.
    pub body_depth_inferior_mm: f64,
    /// Rim to rim in front.
    pub height_anterior_mm: f64,
    /// Endplate to endplate in the middle.
    pub height_middle_mm: f64,
    /// Rim to rim at the posterior wall.
    pub height_posterior_mm: f64,
    /// Between the pedicles.
    pub canal_width_mm: f64,
    /// Posterior wall to arch.
    pub canal_depth_mm: f64,
    /// Width of the isthmus.
    pub pedicle_width_mm: f64,
    /// Height of the isthmus.
    pub pedicle_height_mm: f64,
    /// Angle of the axis in the transverse plane, + converging forwards.
    pub pedicle_transverse_rad: f64,
    /// Angle of the axis in the sagittal plane, + RISING TOWARDS THE BACK (a needle along it goes down).
    pub pedicle_rise_backwards_rad: f64,
    /// Isthmus behind the posterior wall.
    pub pedicle_isthmus_behind_wall_mm: f64,
    /// Centre of the isthmus above the body's centre.
    pub pedicle_centre_above_body_centre_mm: f64,
    /// Tip to tip of the transverse processes.
    pub transverse_span_mm: f64,
    /// Tip of the transverse process behind the posterior wall.
    pub transverse_tip_behind_wall_mm: f64,
    /// Tip of the transverse process above the body's centre.
    pub transverse_tip_above_body_centre_mm: f64,
    /// Arch to tip of the spinous process.
    pub spinous_length_mm: f64,
    /// Slope of the spinous process below horizontal.
    pub spinous_slope_rad: f64,
}

/// Dimensions given in place of the table's, by name and in the unit of the name: mm or degrees.
pub type Overrides = BTreeMap<String, f64>;

/// Names that [`Overrides`] may hold: every dimension that a vertebra is built from.
pub const DIMENSION_NAMES: [&str; 22] = [
    "body_width_superior_mm",
    "body_width_waist_mm",
    "body_width_inferior_mm",
    "body_depth_superior_mm",
    "body_depth_waist_mm",
    "body_depth_inferior_mm",
    "height_anterior_mm",
    "height_middle_mm",
    "height_posterior_mm",
    "canal_width_mm",
    "canal_depth_mm",
    "pedicle_width_mm",
    "pedicle_height_mm",
    "pedicle_transverse_deg",
    "pedicle_rise_backwards_deg",
    "pedicle_isthmus_behind_wall_mm",
    "pedicle_centre_above_body_centre_mm",
    "transverse_span_mm",
    "transverse_tip_behind_wall_mm",
    "transverse_tip_above_body_centre_mm",
    "spinous_length_mm",
    "spinous_slope_deg",
];

/// "a T12", "an L1".
fn article(level: Level) -> &'static str {
    if level.name().starts_with('L') { "an" } else { "a" }
}

/// What is wrong with a dimension given in place of the table's.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OverrideError {
    /// Not one of [`DIMENSION_NAMES`].
    #[error("there is no dimension \"{name}\"; did you mean \"{nearest}\"?")]
    Name {
        /// As given.
        name: String,
        /// The name most like it.
        nearest: &'static str,
    },
    /// Too far from the level's mean to be a vertebra of that level.
    #[error("{name} = {value} is outside {low:.1} to {high:.1}, what {} {level} can be built with", article(*level))]
    Range {
        /// The dimension.
        name: String,
        /// As given.
        value: f64,
        /// Least allowed.
        low: f64,
        /// Greatest allowed.
        high: f64,
        /// Whose mean it was compared with.
        level: Level,
    },
}

/// Least and greatest length against the level's mean, and how far a position or an angle may be from it.
const LENGTH_RATIO: [f64; 2] = [0.6, 1.6];
const SHIFT_MM: f64 = 10.0;
const TURN_DEG: f64 = 25.0;

fn allowed_range(name: &str, mean: f64) -> [f64; 2] {
    let about = |reach: f64| [mean - reach, mean + reach];
    match name {
        _ if name.ends_with("_deg") => about(TURN_DEG),
        "pedicle_isthmus_behind_wall_mm" => about(0.5 * SHIFT_MM),
        _ if name.contains("behind_wall") || name.contains("above_body_centre") => about(SHIFT_MM),
        _ => LENGTH_RATIO.map(|ratio| ratio * mean),
    }
}

impl Dimensions {
    /// Mean sizes of a level for a sex (`None`: the mixed mean) and a factor for stature (1 = mean).
    pub fn of(level: Level, sex: Option<Sex>, stature_factor: f64) -> Dimensions {
        Dimensions::assembled(level, sex, stature_factor, &Overrides::new())
    }

    /// As [`Dimensions::of`], with some dimensions given. The waist and the lower rim follow a given upper rim in the
    /// level's proportion unless they are given themselves.
    pub fn with_overrides(
        level: Level,
        sex: Option<Sex>,
        stature_factor: f64,
        overrides: &Overrides,
    ) -> Result<Dimensions, OverrideError> {
        let means = Dimensions::of(level, sex, stature_factor);
        for (name, &value) in overrides {
            let Some(mean) = means.get(name) else {
                let like = |known: &&&str| ordered(strsim::jaro_winkler(name, known));
                let nearest = DIMENSION_NAMES.iter().max_by_key(like).copied().unwrap_or_default();
                return Err(OverrideError::Name { name: name.clone(), nearest });
            };
            let [low, high] = allowed_range(name, mean);
            if !(low..=high).contains(&value) {
                return Err(OverrideError::Range { name: name.clone(), value, low, high, level });
            }
        }
        Ok(Dimensions::assembled(level, sex, stature_factor, overrides))
    }

    /// A dimension by one of [`DIMENSION_NAMES`], in the unit of its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        Some(match name {
            "body_width_superior_mm" => self.body_width_superior_mm,
            "body_width_waist_mm" => self.body_width_waist_mm,
            "body_width_inferior_mm" => self.body_width_inferior_mm,
            "body_depth_superior_mm" => self.body_depth_superior_mm,
            "body_depth_waist_mm" => self.body_depth_waist_mm,
            "body_depth_inferior_mm" => self.body_depth_inferior_mm,
            "height_anterior_mm" => self.height_anterior_mm,
            "height_middle_mm" => self.height_middle_mm,
            "height_posterior_mm" => self.height_posterior_mm,
            "canal_width_mm" => self.canal_width_mm,
            "canal_depth_mm" => self.canal_depth_mm,
            "pedicle_width_mm" => self.pedicle_width_mm,
            "pedicle_height_mm" => self.pedicle_height_mm,
            "pedicle_transverse_deg" => units::deg_from_rad(self.pedicle_transverse_rad),
            "pedicle_rise_backwards_deg" => units::deg_from_rad(self.pedicle_rise_backwards_rad),
            "pedicle_isthmus_behind_wall_mm" => self.pedicle_isthmus_behind_wall_mm,
            "pedicle_centre_above_body_centre_mm" => self.pedicle_centre_above_body_centre_mm,
            "transverse_span_mm" => self.transverse_span_mm,
            "transverse_tip_behind_wall_mm" => self.transverse_tip_behind_wall_mm,
            "transverse_tip_above_body_centre_mm" => self.transverse_tip_above_body_centre_mm,
            "spinous_length_mm" => self.spinous_length_mm,
            "spinous_slope_deg" => units::deg_from_rad(self.spinous_slope_rad),
            _ => return None,
        })
    }

    fn assembled(level: Level, sex: Option<Sex>, stature_factor: f64, overrides: &Overrides) -> Dimensions {
        let row = ASSET.levels.iter().position(|&l| l == level);
        let table = |name: &str| row.and_then(|r| ASSET.column.get(name)?.values.get(r).copied()).unwrap_or(f64::NAN);
        let factors = sex.map(sex_factors);
        let length_factor = stature_factor * factors.map_or(1.0, |f| f.length);
        let pedicle_factor = stature_factor * factors.map_or(1.0, |f| f.pedicle_width);
        let given = |name: &str| overrides.get(name).copied();
        let length = |name: &str| given(name).unwrap_or_else(|| table(name) * length_factor);
        let angle = |name: &str| units::rad_from_deg(given(name).unwrap_or_else(|| table(name)));
        let width = length("body_width_superior_mm");
        let depth = length("body_depth_superior_mm");
        let share = |name: &str, of: f64, ratio: &str| given(name).unwrap_or_else(|| of * table(ratio));
        let height_posterior_mm = length("height_posterior_mm");
        let pedicle_height_mm = length("pedicle_height_mm");
        Dimensions {
            level,
            length_factor,
            body_width_superior_mm: width,
            body_width_waist_mm: share("body_width_waist_mm", width, "body_width_waist_per_superior"),
            body_width_inferior_mm: share("body_width_inferior_mm", width, "body_width_inferior_per_superior"),
            body_depth_superior_mm: depth,
            body_depth_waist_mm: share("body_depth_waist_mm", depth, "body_depth_waist_per_superior"),
            body_depth_inferior_mm: share("body_depth_inferior_mm", depth, "body_depth_inferior_per_superior"),
            height_anterior_mm: length("height_anterior_mm"),
            height_middle_mm: length("height_middle_mm"),
            height_posterior_mm,
            canal_width_mm: length("canal_width_mm"),
            canal_depth_mm: length("canal_depth_mm"),
            pedicle_width_mm: given("pedicle_width_mm").unwrap_or_else(|| table("pedicle_width_mm") * pedicle_factor),
            pedicle_height_mm,
            pedicle_transverse_rad: angle("pedicle_transverse_deg"),
            pedicle_rise_backwards_rad: angle("pedicle_rise_backwards_deg"),
            pedicle_isthmus_behind_wall_mm: length("pedicle_isthmus_behind_wall_mm"),
            // The upper border of a pedicle does not stand above the rim of the body.
            pedicle_centre_above_body_centre_mm: length("pedicle_centre_above_body_centre_mm")
                .min(0.5 * (height_posterior_mm - pedicle_height_mm)),
            transverse_span_mm: length("transverse_span_mm"),
            transverse_tip_behind_wall_mm: length("transverse_tip_behind_wall_mm"),
            transverse_tip_above_body_centre_mm: length("transverse_tip_above_body_centre_mm"),
            spinous_length_mm: length("spinous_length_mm"),
            spinous_slope_rad: angle("spinous_slope_deg"),
        }
    }
}

/// A similarity of 0 to 1 in whole steps, so that it can be ordered.
fn ordered(similarity: f64) -> u32 {
    (similarity * 1e6) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_plausible_value_and_a_basis_for_every_level() {
        assert_eq!(ASSET.levels, Level::ALL);
        for column in table() {
            assert_eq!(column.values.len(), Level::ALL.len(), "{}", column.name);
            assert!(["measured", "recalled", "our choice"].contains(&column.basis.as_str()), "{}", column.name);
            assert!(!column.source.is_empty());
        }
        for level in Level::ALL {
            let d = Dimensions::of(level, None, 1.0);
            let all = format!("{d:?}");
            assert!(!all.contains("NaN"), "{all}");
            assert!(d.height_middle_mm < 0.5 * (d.height_anterior_mm + d.height_posterior_mm), "{level}: no concavity");
            assert!(d.body_width_waist_mm < d.body_width_inferior_mm);
        }
    }

    #[test]
    fn thoracic_pedicles_rise_backwards_and_lumbar_ones_converge() {
        for level in [Level::T11, Level::T12] {
            assert!(Dimensions::of(level, None, 1.0).pedicle_rise_backwards_rad > 0.1, "{level}");
        }
        for level in [Level::L1, Level::L2, Level::L3] {
            assert!(Dimensions::of(level, None, 1.0).pedicle_transverse_rad > 0.15, "{level}");
        }
    }

    #[test]
    fn women_are_smaller_than_men_by_the_published_ratio() {
        let (f, m) =
            (Dimensions::of(Level::L5, Some(Sex::Female), 1.0), Dimensions::of(Level::L5, Some(Sex::Male), 1.0));
        let height = f.height_posterior_mm / m.height_posterior_mm;
        let width = f.pedicle_width_mm / m.pedicle_width_mm;
        assert!((height - 25.5 / 26.8).abs() < 0.005 && (width - 15.1 / 16.6).abs() < 0.005, "{height} {width}");
    }
}
