//! The data sheet of a cement product: the TOML of `assets/cements.toml` and of user products, and its checks.

use super::flow_constants::flow_constants;
use super::radio_opacity::RadioOpacity;
use crate::provenance::{Basis, Sourced};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One product as its file has it. Every number carries its basis and source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSheet {
    /// What scenarios call it, "pmma-low".
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The solid component.
    pub powder: String,
    /// The liquid component.
    pub liquid: String,
    /// What makes it visible to X-rays.
    pub radio_opacity: String,
    /// What stops X-rays in it; acrylic without an opacifier unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opacity: Option<RadioOpacity>,
    /// Age at 22 °C until which it is meant to be worked.
    pub working_time_min: Sourced,
    /// Age at 22 °C at which half is cured.
    pub setting_time_min: Sourced,
    /// Of ageing.
    pub activation_energy_kj_per_mol: Sourced,
    /// At 22 °C and 1 1/s.
    pub viscosity: Vec<ViscosityPoint>,
    /// Power-law index.
    pub power_law_index: Vec<IndexPoint>,
    /// Kinetics and heat of cure.
    pub cure: CureSheet,
}

/// Reference viscosity (22 °C, 1 1/s) at an age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ViscosityPoint {
    pub age_min: f64,
    pub viscosity_pa_s: f64,
    pub basis: Basis,
    pub source: String,
}

/// Power-law index at an age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct IndexPoint {
    pub age_min: f64,
    pub index: f64,
    pub basis: Basis,
    pub source: String,
}

/// Kinetics (see [`super::curing::CureKinetics`]) and heat of cure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct CureSheet {
    pub rate_constant_per_s: Sourced,
    pub activation_energy_kj_per_mol: Sourced,
    pub order_cured: Sourced,
    pub order_left: Sourced,
    pub heat_kj_per_kg: Sourced,
    pub density_kg_per_m3: Sourced,
}

/// Why a product's file is refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ProductError {
    /// Not TOML, an unknown key, a missing key; with line and column.
    #[error("product file: {0}")]
    File(#[from] toml::de::Error),
    /// A number out of range.
    #[error("product `{product}`: `{key}` is {found}, allowed is {allowed}")]
    OutOfRange {
        /// Its id.
        product: String,
        /// With the index of the point, `viscosity[3].age_min`.
        key: String,
        /// The value met.
        found: f64,
        /// The rule.
        allowed: String,
    },
    /// Too few points.
    #[error("product `{product}`: `{key}` needs at least {least} points")]
    TooFewPoints {
        /// Its id.
        product: String,
        /// "viscosity" or "power_law_index".
        key: &'static str,
        /// How many it needs.
        least: usize,
    },
    /// Kinetics that do not go with the setting time.
    #[error("product `{product}`: `cure`: {source}")]
    Cure {
        /// Its id.
        product: String,
        /// Why.
        source: super::curing::CureTooFast,
    },
}

impl ProductSheet {
    /// Checks every number: finite, in range, ages rising, viscosity never falling.
    ///
    /// # Errors
    /// The first number that breaks a rule.
    pub fn check(&self) -> Result<(), ProductError> {
        let limits = &flow_constants().rheology;
        let (floor, cap) = (limits.floor_pa_s.value, limits.cap_pa_s.value);
        self.within("working_time_min", self.working_time_min.value, 0.1, self.setting_time_min.value)?;
        self.within("setting_time_min", self.setting_time_min.value, 0.5, 240.0)?;
        self.within("activation_energy_kj_per_mol", self.activation_energy_kj_per_mol.value, 0.0, 200.0)?;
        if let Some(opacity) = &self.opacity {
            self.within("opacity.share_by_mass", opacity.share_by_mass.value, 0.0, 0.9)?;
        }
        if self.viscosity.len() < 2 {
            return Err(ProductError::TooFewPoints { product: self.id.clone(), key: "viscosity", least: 2 });
        }
        let (mut age, mut viscosity) = (0.0, floor);
        for (i, point) in self.viscosity.iter().enumerate() {
            self.age_after(&format!("viscosity[{i}].age_min"), point.age_min, age, i == 0)?;
            self.within(&format!("viscosity[{i}].viscosity_pa_s"), point.viscosity_pa_s, viscosity, cap)?;
            (age, viscosity) = (point.age_min, point.viscosity_pa_s);
        }
        if self.power_law_index.is_empty() {
            return Err(ProductError::TooFewPoints { product: self.id.clone(), key: "power_law_index", least: 1 });
        }
        let mut age = 0.0;
        for (i, point) in self.power_law_index.iter().enumerate() {
            self.age_after(&format!("power_law_index[{i}].age_min"), point.age_min, age, i == 0)?;
            self.within(&format!("power_law_index[{i}].index"), point.index, 0.1, 1.0)?;
            age = point.age_min;
        }
        let cure = &self.cure;
        for (key, sourced, low, high) in [
            ("cure.rate_constant_per_s", &cure.rate_constant_per_s, 1e-6, 1e20),
            ("cure.activation_energy_kj_per_mol", &cure.activation_energy_kj_per_mol, 0.0, 200.0),
            ("cure.order_cured", &cure.order_cured, 0.5, 2.0),
            ("cure.order_left", &cure.order_left, 0.5, 2.0),
            ("cure.heat_kj_per_kg", &cure.heat_kj_per_kg, 0.0, 1000.0),
            ("cure.density_kg_per_m3", &cure.density_kg_per_m3, 500.0, 5000.0),
        ] {
            self.within(key, sourced.value, low, high)?;
        }
        Ok(())
    }

    fn within(&self, key: &str, found: f64, low: f64, high: f64) -> Result<(), ProductError> {
        // NaN lies in no range.
        if (low..=high).contains(&found) {
            return Ok(());
        }
        Err(self.out_of_range(key, found, format!("{low} to {high}")))
    }

    fn age_after(&self, key: &str, found: f64, before: f64, first: bool) -> Result<(), ProductError> {
        let rises = if first { found >= 0.0 } else { found > before };
        if rises && found.is_finite() {
            return Ok(());
        }
        let allowed = if first { "0 or more".to_owned() } else { format!("more than {before}, the age before it") };
        Err(self.out_of_range(key, found, allowed))
    }

    fn out_of_range(&self, key: &str, found: f64, allowed: String) -> ProductError {
        ProductError::OutOfRange { product: self.id.clone(), key: key.to_owned(), found, allowed }
    }
}
