//! `[[trajectory]]`, `[cement]` and `[balloon]` of a scenario file: what is done to the patient.

use crate::anatomy::Side;
use crate::instruments::Approach;
use schemars::JsonSchema;
use serde::Deserialize;

/// One tool's path, given in one way: `entry_mm` with `target_mm`; `entry_mm` with angles and `depth_mm`;
/// `along_pedicle = true`, the default line of the approach, with offsets; `markup`; or `propose = true`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrajectorySection {
    /// Pedicle used.
    pub side: Side,
    /// Through the pedicle or beside it.
    #[serde(default)]
    pub approach: Approach,
    /// Where the axis meets the bone, mm (vertebra frame).
    #[schemars(inner(range(min = -150.0, max = 150.0)))]
    pub entry_mm: Option<[f64; 3]>,
    /// Where the vertebroplasty tip is to rest, mm (vertebra frame); a balloon's channel goes as deep as its tool needs.
    #[schemars(inner(range(min = -150.0, max = 150.0)))]
    pub target_mm: Option<[f64; 3]>,
    /// Angle towards the midline, degrees; with `along_pedicle` added to that of the default line.
    #[schemars(range(min = -60.0, max = 60.0))]
    pub convergence_deg: Option<f64>,
    /// Angle towards the head, degrees; with `along_pedicle` added to that of the default line.
    #[schemars(range(min = -60.0, max = 60.0))]
    pub sagittal_deg: Option<f64>,
    /// Entry to tip, mm.
    #[schemars(range(min = 5.0, max = 120.0))]
    pub depth_mm: Option<f64>,
    /// The default line of the approach: the pedicle's axis, or when extrapedicular the line beside its outer wall.
    #[serde(default)]
    pub along_pedicle: bool,
    /// Shift of that line away from the midline, mm.
    #[schemars(range(min = -20.0, max = 20.0))]
    pub lateral_mm: Option<f64>,
    /// Shift of that line towards the head, mm.
    #[schemars(range(min = -20.0, max = 20.0))]
    pub cranial_mm: Option<f64>,
    /// Where that line ends: 0 at the posterior wall, 1 at the anterior cortex; without it where the rules of depth say.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ap_fraction: Option<f64>,
    /// A curved needle, which begins to bend where the path ends; a working cannula stays straight.
    pub curve: Option<CurveSection>,
    /// A line drawn in 3D Slicer from entry to target (`.mrk.json`, in the patient's own frame as the scan has it);
    /// relative to this file, else below `TROCAR_DATA`.
    pub markup: Option<String>,
    /// Let Trocar choose the path along the pedicle's axis.
    #[serde(default)]
    pub propose: bool,
    /// Cannula's gauge.
    #[serde(default = "default_gauge")]
    #[schemars(range(min = 8, max = 15))]
    pub cannula_gauge: u8,
}

/// The bend of a curved needle: `needle` of the catalogue, or `radius_mm`; and how far it is let out.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurveSection {
    /// Id of a curved needle (`trocar products --instruments` lists them).
    pub needle: Option<String>,
    /// Radius of the bend, mm.
    #[schemars(range(min = 2.0, max = 200.0))]
    pub radius_mm: Option<f64>,
    /// Angle between cannula and tip, degrees.
    #[schemars(range(min = 0.0, max = 90.0))]
    pub angle_deg: f64,
    /// Plane of the bend, turned from the midline (0) to the head (90), degrees.
    #[serde(default)]
    #[schemars(range(min = -180.0, max = 180.0))]
    pub plane_deg: f64,
}

fn default_gauge() -> u8 {
    11
}

/// What is injected, when and how: `product` or `viscosity_pa_s`; `pressure_limit_kpa` or `unlimited_pressure`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CementSection {
    /// Product id (`trocar products` lists them).
    pub product: Option<String>,
    /// A cement of one viscosity at any age, Pa·s (validation cases).
    #[schemars(range(min = 1e-3, max = 1e5))]
    pub viscosity_pa_s: Option<f64>,
    /// First push, minutes since powder met liquid.
    #[serde(default = "default_inject_at_min")]
    #[schemars(range(min = 0.0, max = 60.0))]
    pub inject_at_min: f64,
    /// Volume that is to leave the tip, ml.
    #[schemars(range(min = 0.05, max = 20.0))]
    pub volume_ml: f64,
    /// Rate of the push, ml/min.
    #[serde(default = "default_rate_ml_per_min")]
    #[schemars(range(min = 0.05, max = 60.0))]
    pub rate_ml_per_min: f64,
    /// Highest pressure that the hand or device gives, kPa.
    #[schemars(range(min = 10.0, max = 50000.0))]
    pub pressure_limit_kpa: Option<f64>,
    /// Any pressure is given (validation cases).
    #[serde(default)]
    pub unlimited_pressure: bool,
    /// Volume of one push, ml; without it the whole volume in one.
    #[schemars(range(min = 0.01, max = 20.0))]
    pub push_ml: Option<f64>,
    /// Pause between pushes, s.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 600.0))]
    pub pause_s: f64,
    /// Volume that syringe and line swell by, ml per MPa: the cause of after-flow.
    #[schemars(range(min = 0.0, max = 5.0))]
    pub compliance_ml_per_mpa: Option<f64>,
    /// The cement column in the veins outside ages at body temperature and seals itself (off: an experiment).
    #[serde(default = "yes")]
    pub columns_age: bool,
}

/// Vertebroplasty starts at thread state; six minutes suit the medium-viscosity product.
fn default_inject_at_min() -> f64 {
    6.0
}

/// Lessons use 1–2 ml/min (MODEL §2).
fn default_rate_ml_per_min() -> f64 {
    1.5
}

fn yes() -> bool {
    true
}

/// The balloon (kyphoplasty).
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalloonSection {
    /// Length between the markers, mm.
    #[schemars(range(min = 5.0, max = 30.0))]
    pub length_mm: f64,
    /// Volume at which inflation stops, ml.
    #[schemars(range(min = 0.25, max = 8.0))]
    pub volume_ml: f64,
    /// Pressure at which inflation stops, kPa.
    #[serde(default = "default_balloon_limit_kpa")]
    #[schemars(range(min = 100.0, max = 5000.0))]
    pub pressure_limit_kpa: f64,
    /// First push of kyphoplasty's cement, minutes since powder met liquid; without it as in `[cement]`.
    #[schemars(range(min = 0.0, max = 60.0))]
    pub inject_at_min: Option<f64>,
    /// Cement given after kyphoplasty, ml; without it the cavity's volume.
    #[schemars(range(min = 0.05, max = 20.0))]
    pub fill_ml: Option<f64>,
}

/// 400 psi, the usual rating.
fn default_balloon_limit_kpa() -> f64 {
    2760.0
}
