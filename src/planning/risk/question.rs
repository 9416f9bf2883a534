//! What is asked of the ensemble, and what makes no sense to ask.

use super::Known;
use crate::cement::product::Product;
use crate::procedure::circumstances::circumstances;
use crate::units::S_PER_MIN;
use thiserror::Error;

/// More samples than this are a slip of the keyboard.
const MOST_SAMPLES: usize = 100_000;
/// More than this fits in no vertebra, ml.
const MOST_ML: f64 = 60.0;
/// Voxels that a flow is computed on, mm.
const RESOLUTIONS_MM: [f64; 2] = [0.25, 3.0];

/// What is asked.
#[derive(Clone, Debug)]
pub struct RiskQuestion {
    /// Products and ages to compare, each on the same samples.
    pub arms: Vec<RiskArm>,
    /// Volumes, ml, in any order; the largest is injected, the others are passed on the way.
    pub volumes_ml: Vec<f64>,
    /// Patients to draw.
    pub samples: usize,
    /// Voxel of the flow calculation, mm.
    pub resolution_mm: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// What is not drawn.
    pub known: Known,
}

/// A product at an age.
#[derive(Clone, Debug)]
pub struct RiskArm {
    /// Which cement.
    pub product: Product,
    /// Minutes from mixing to the first push, at room temperature.
    pub inject_at_min: f64,
}

/// What is wrong with a question, or with all of its answers.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RiskError {
    /// No samples, or far too many.
    #[error("{found} samples: ask for 1 to {most}", most = MOST_SAMPLES)]
    Samples {
        /// As asked.
        found: usize,
    },
    /// No product or no age.
    #[error("no product and age is asked for: name at least one of each")]
    NoProduct,
    /// No volume.
    #[error("no volume is asked for: name at least one, in ml")]
    NoVolume,
    /// A volume that is none.
    #[error("a volume of {found} ml: it must be more than 0 and at most {most} ml", most = MOST_ML)]
    Volume {
        /// As asked.
        found: f64,
    },
    /// An age that is none.
    #[error("an age of {found} min: it must be 0 or more minutes since mixing")]
    Age {
        /// As asked.
        found: f64,
    },
    /// No hand moves it any more.
    #[error("{product} has set {age_min} min after mixing and cannot be injected{}", working_time(.working_min))]
    Set {
        /// Its id.
        product: String,
        /// As asked.
        age_min: f64,
        /// How long it can be worked.
        working_min: Option<f64>,
    },
    /// Too fine or too coarse.
    #[error("a resolution of {found} mm: it must be {} to {} mm", RESOLUTIONS_MM[0], RESOLUTIONS_MM[1])]
    Resolution {
        /// As asked.
        found: f64,
    },
    /// Not one injection could be computed.
    #[error("no sample could be computed with {product}: {because}")]
    AllFailed {
        /// With which product.
        product: String,
        /// What the first one said.
        because: String,
    },
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
}

fn working_time(minutes: &Option<f64>) -> String {
    minutes.map_or_else(String::new, |minutes| format!("; its working time ends at {minutes} min"))
}

impl RiskArm {
    /// Id of the product; of a Newtonian fluid its name, which tells its viscosity.
    pub fn label(&self) -> &str {
        if self.product.is_newtonian() { &self.product.name } else { &self.product.id }
    }

    /// Every product at every age, product after product.
    pub fn each(products: &[Product], ages_min: &[f64]) -> Vec<RiskArm> {
        let at_ages = |product: &Product| {
            let product = product.clone();
            ages_min.iter().map(move |&inject_at_min| RiskArm { product: product.clone(), inject_at_min })
        };
        products.iter().flat_map(at_ages).collect()
    }

    fn check(&self) -> Result<(), RiskError> {
        let age_min = self.inject_at_min;
        if !(age_min.is_finite() && age_min >= 0.0) {
            return Err(RiskError::Age { found: age_min });
        }
        let room_c = circumstances().room_temperature_c.value;
        if self.product.is_set(age_min * S_PER_MIN * self.product.ageing_rate(room_c)) {
            let working_min = self.product.sheet.as_ref().map(|sheet| sheet.working_time_min.value);
            return Err(RiskError::Set { product: self.label().to_owned(), age_min, working_min });
        }
        Ok(())
    }
}

impl RiskQuestion {
    /// The volumes, rising and each once, ml.
    ///
    /// # Errors
    /// What is wrong with the question.
    pub fn check(&self) -> Result<Vec<f64>, RiskError> {
        if self.samples == 0 || self.samples > MOST_SAMPLES {
            return Err(RiskError::Samples { found: self.samples });
        }
        if !(RESOLUTIONS_MM[0]..=RESOLUTIONS_MM[1]).contains(&self.resolution_mm) {
            return Err(RiskError::Resolution { found: self.resolution_mm });
        }
        if self.arms.is_empty() {
            return Err(RiskError::NoProduct);
        }
        self.arms.iter().try_for_each(RiskArm::check)?;
        if let Some(&found) = self.volumes_ml.iter().find(|&&ml| !(ml > 0.0 && ml <= MOST_ML)) {
            return Err(RiskError::Volume { found });
        }
        let mut volumes = self.volumes_ml.clone();
        volumes.sort_by(f64::total_cmp);
        volumes.dedup();
        if volumes.is_empty() { Err(RiskError::NoVolume) } else { Ok(volumes) }
    }
}
