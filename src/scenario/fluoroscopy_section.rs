//! `[fluoroscopy]` and `[venography]` of a scenario file: what is looked at, how often, with what.

use crate::procedure::circumstances::circumstances;
use crate::procedure::plan::{DoseLevel, FluoroscopyPlan};
use crate::units::mm3_from_ml;
use schemars::JsonSchema;
use serde::Deserialize;

/// C-arms and pictures. With this section a run counts pictures and dose, and says which leaks could be seen on them.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FluoroscopySection {
    /// One C-arm that turns between AP and lateral, or two (biplane).
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 2))]
    pub c_arms: u8,
    /// What one C-arm takes to change its view, s; the cement ages meanwhile.
    #[schemars(range(min = 0.0, max = 300.0))]
    pub change_view_s: Option<f64>,
    /// A lateral picture before every push and after so much cement, ml.
    #[schemars(range(min = 0.05, max = 20.0))]
    pub picture_every_ml: Option<f64>,
    /// Exposure of a picture.
    #[serde(default)]
    pub dose: DoseLevel,
}

fn one() -> u8 {
    1
}

/// Contrast medium before cement.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VenographySection {
    /// Contrast medium through the first tool, ml.
    #[serde(default = "usual_contrast_ml")]
    #[schemars(range(min = 0.1, max = 10.0))]
    pub volume_ml: f64,
}

fn usual_contrast_ml() -> f64 {
    3.0
}

impl Default for FluoroscopySection {
    fn default() -> FluoroscopySection {
        FluoroscopySection { c_arms: one(), change_view_s: None, picture_every_ml: None, dose: DoseLevel::default() }
    }
}

impl FluoroscopySection {
    /// In the units inside.
    pub fn plan(&self) -> FluoroscopyPlan {
        let data = circumstances();
        FluoroscopyPlan {
            biplane: self.c_arms > 1,
            change_view_s: self.change_view_s.unwrap_or(data.change_view_s.value),
            picture_every_mm3: mm3_from_ml(self.picture_every_ml.unwrap_or(data.picture_every_ml.value)),
            dose: self.dose,
        }
    }
}
