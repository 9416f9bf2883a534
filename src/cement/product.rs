//! Cement products: viscosity against age and shear rate, ageing, cure, state.

pub use super::product_sheet::{ProductError, ProductSheet};

use super::curing::{CureCurve, CureKinetics, ageing_rate};
use super::monotone_curve::MonotoneCurve;
use super::radio_opacity::RadioOpacity;
use super::rheology::PowerLaw;
use super::state::CementState;
use crate::units::{S_PER_MIN, exp, ln};
use serde::Deserialize;
use std::sync::LazyLock;
use thiserror::Error;

const J_PER_KJ: f64 = 1000.0;

/// A cement, or a Newtonian fluid in its place. Ages are equivalent ages in s since powder met liquid (22 °C).
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// What scenarios call it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its numbers with their sources; a Newtonian fluid has none.
    pub sheet: Option<ProductSheet>,
    fluid: Fluid,
}

#[derive(Clone, Debug, PartialEq)]
enum Fluid {
    Newtonian { viscosity_pa_s: f64 },
    Curing { activation_energy_j_per_mol: f64, ln_viscosity: MonotoneCurve, index: MonotoneCurve, cure: CureCurve },
}

/// No product has this id.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("unknown cement product `{id}`{}; known are {}", nearest.as_ref().map(|n| format!(", did you mean `{n}`?")).unwrap_or_default(), known.join(", "))]
pub struct UnknownProduct {
    /// The id asked for.
    pub id: String,
    /// The most similar one, if any is similar.
    pub nearest: Option<String>,
    /// All ids.
    pub known: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductsFile {
    product: Vec<ProductSheet>,
}

/// The products of `assets/cements.toml`, in its order.
pub fn products() -> &'static [Product] {
    #[allow(clippy::expect_used, reason = "the asset is compiled in and a test reads it")]
    static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(|| {
        let file: ProductsFile =
            toml::from_str(include_str!("../../assets/cements.toml")).expect("assets/cements.toml is valid");
        file.product
            .into_iter()
            .map(|sheet| Product::from_sheet(sheet).expect("assets/cements.toml is valid"))
            .collect()
    });
    &PRODUCTS
}

impl Product {
    /// The product of `assets/cements.toml` with this id.
    ///
    /// # Errors
    /// An unknown id, with the ids known and the most similar of them.
    pub fn by_id(id: &str) -> Result<&'static Product, UnknownProduct> {
        if let Some(product) = products().iter().find(|product| product.id == id) {
            return Ok(product);
        }
        let similarity = |product: &&Product| strsim::jaro_winkler(id, &product.id);
        let nearest = products()
            .iter()
            .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))
            .filter(|product| similarity(product) > 0.7)
            .map(|product| product.id.clone());
        let known = products().iter().map(|product| product.id.clone()).collect();
        Err(UnknownProduct { id: id.to_owned(), nearest, known })
    }

    /// A fluid of exactly this viscosity at any age, temperature and shear rate; it does not cure. For validation.
    pub fn newtonian(viscosity_pa_s: f64) -> Product {
        Product {
            id: "newtonian".to_owned(),
            name: format!("Newtonian fluid of {viscosity_pa_s} Pa·s"),
            sheet: None,
            fluid: Fluid::Newtonian { viscosity_pa_s },
        }
    }

    /// A user's product: one table with the keys of a `[[product]]` in `assets/cements.toml`.
    ///
    /// # Errors
    /// Bad TOML or an unknown key (with its line), or the first number that breaks a rule.
    pub fn from_toml_str(text: &str) -> Result<Product, ProductError> {
        Product::from_sheet(toml::from_str(text)?)
    }

    /// Checks a data sheet and fits the cure curve to it.
    ///
    /// # Errors
    /// The first number that breaks a rule.
    pub fn from_sheet(sheet: ProductSheet) -> Result<Product, ProductError> {
        sheet.check()?;
        let viscosity_points: Vec<(f64, f64)> =
            sheet.viscosity.iter().map(|point| (point.age_min * S_PER_MIN, ln(point.viscosity_pa_s))).collect();
        let index_points: Vec<(f64, f64)> =
            sheet.power_law_index.iter().map(|point| (point.age_min * S_PER_MIN, point.index)).collect();
        let kinetics = CureKinetics {
            rate_constant_per_s: sheet.cure.rate_constant_per_s.value,
            activation_energy_j_per_mol: sheet.cure.activation_energy_kj_per_mol.value * J_PER_KJ,
            order_cured: sheet.cure.order_cured.value,
            order_left: sheet.cure.order_left.value,
        };
        let cure = CureCurve::fitted(kinetics, sheet.setting_time_min.value * S_PER_MIN)
            .map_err(|source| ProductError::Cure { product: sheet.id.clone(), source })?;
        Ok(Product {
            id: sheet.id.clone(),
            name: sheet.name.clone(),
            fluid: Fluid::Curing {
                activation_energy_j_per_mol: sheet.activation_energy_kj_per_mol.value * J_PER_KJ,
                ln_viscosity: MonotoneCurve::through(&viscosity_points),
                index: MonotoneCurve::through(&index_points),
                cure,
            },
            sheet: Some(sheet),
        })
    }

    /// Viscosity at 1 1/s, Pa·s: rises with age, constant before the first and after the last point of the sheet.
    pub fn reference_viscosity_pa_s(&self, equivalent_age_s: f64) -> f64 {
        self.power_law(equivalent_age_s).consistency_pa_s_n
    }

    /// The power law at this age.
    pub fn power_law(&self, equivalent_age_s: f64) -> PowerLaw {
        match &self.fluid {
            Fluid::Newtonian { viscosity_pa_s } => PowerLaw::newtonian(*viscosity_pa_s),
            Fluid::Curing { ln_viscosity, index, .. } => PowerLaw {
                consistency_pa_s_n: exp(ln_viscosity.at(equivalent_age_s)),
                index: index.at(equivalent_age_s),
            },
        }
    }

    /// Viscosity at a shear rate, Pa·s, with the law's floor, cap and lower shear cut-off
    /// ([`PowerLaw::limited_viscosity_pa_s`]); for a Newtonian fluid exactly its viscosity.
    pub fn viscosity_pa_s(&self, equivalent_age_s: f64, shear_rate_per_s: f64) -> f64 {
        match &self.fluid {
            Fluid::Newtonian { viscosity_pa_s } => *viscosity_pa_s,
            Fluid::Curing { .. } => self.power_law(equivalent_age_s).limited_viscosity_pa_s(shear_rate_per_s),
        }
    }

    /// The state in words at this age.
    pub fn state(&self, equivalent_age_s: f64) -> CementState {
        CementState::from_reference_viscosity(self.reference_viscosity_pa_s(equivalent_age_s))
    }

    /// The age at which the cement enters `state` (0 if it is mixed so), None if it never does.
    pub fn equivalent_age_at_state_s(&self, state: CementState) -> Option<f64> {
        let threshold = state.begins_at_pa_s();
        if self.reference_viscosity_pa_s(0.0) >= threshold {
            return Some(0.0);
        }
        let last_s = self.sheet.as_ref()?.viscosity.last()?.age_min * S_PER_MIN;
        if self.reference_viscosity_pa_s(last_s) < threshold {
            return None;
        }
        let (mut before, mut after) = (0.0, last_s);
        for _ in 0..60 {
            let middle = 0.5 * (before + after);
            if self.reference_viscosity_pa_s(middle) >= threshold {
                after = middle;
            } else {
                before = middle;
            }
        }
        Some(after)
    }

    /// What stops X-rays in it. A made-up Newtonian cement is as opaque as `pmma-medium`; a product whose sheet gives no
    /// opacity is bare acrylic.
    pub fn opacity(&self) -> Option<&RadioOpacity> {
        let sheet = match &self.sheet {
            Some(sheet) => sheet,
            None => Product::by_id("pmma-medium").ok()?.sheet.as_ref()?,
        };
        sheet.opacity.as_ref()
    }

    /// True for a fluid of one viscosity at any age and shear rate.
    pub fn is_newtonian(&self) -> bool {
        matches!(self.fluid, Fluid::Newtonian { .. })
    }

    /// Half or more of the cure is done: at the setting time no hand moves it any more.
    pub fn is_set(&self, equivalent_age_s: f64) -> bool {
        self.cure_fraction(equivalent_age_s) >= 0.5
    }

    /// Seconds of equivalent age per second at this temperature (1 for a Newtonian fluid).
    pub fn ageing_rate(&self, temperature_c: f64) -> f64 {
        match &self.fluid {
            Fluid::Newtonian { .. } => 1.0,
            Fluid::Curing { activation_energy_j_per_mol, .. } => {
                ageing_rate(*activation_energy_j_per_mol, temperature_c)
            }
        }
    }

    /// Share of the final cure at this age, half at the setting time; 0 for a Newtonian fluid.
    pub fn cure_fraction(&self, equivalent_age_s: f64) -> f64 {
        match &self.fluid {
            Fluid::Newtonian { .. } => 0.0,
            Fluid::Curing { cure, .. } => cure.fraction(equivalent_age_s),
        }
    }
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
