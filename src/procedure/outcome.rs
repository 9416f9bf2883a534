//! What an operation came to, in the units and under the names of the result document.
//!
//! Absent parts are left out when serialised, never null; every number is finite.

use super::Procedure;
use super::body_outcome::{HeatOutcome, HeightOutcome, StrengthOutcome};
use crate::anatomy::{Destination, FractureSummary, LeakClass, Side, Source};
use schemars::JsonSchema;
use serde::Serialize;

/// The whole outcome of one procedure on one patient.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Outcome {
    /// Which procedure.
    pub procedure: Procedure,
    /// On whom.
    pub patient: PatientOutcome,
    /// Paths of the tools.
    pub trajectories: Vec<TrajectoryOutcome>,
    /// Balloons (kyphoplasty only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balloon: Option<Vec<BalloonOutcome>>,
    /// Cement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cement: Option<CementOutcome>,
    /// Leaks by onset.
    pub leaks: Vec<LeakOutcome>,
    /// Heights of the body, where there is a fracture whose heights before are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<HeightOutcome>,
    /// Heat of the curing cement, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heat: Option<HeatOutcome>,
    /// Stiffness and strength of the body, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<StrengthOutcome>,
    /// Pictures and dose, where there was a C-arm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fluoro: Option<FluoroOutcome>,
    /// What contrast medium showed before cement, where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venography: Option<VenographyOutcome>,
    /// The level that the operator counted and wrote down, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_recorded: Option<String>,
    /// Simulated time.
    pub time: TimeOutcome,
}

/// Who was treated.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PatientOutcome {
    /// "L1".
    pub level: String,
    /// How the anatomy was made.
    pub source: Source,
    /// Volume of the body as it is now.
    pub body_volume_ml: f64,
    /// Bone density, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_score: Option<f64>,
    /// The fracture, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fracture: Option<FractureSummary>,
}

/// One tool's path (vertebra frame).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TrajectoryOutcome {
    /// Pedicle used.
    pub side: Side,
    /// "transpedicular" or "extrapedicular".
    pub approach: String,
    /// "needle" or "cannula".
    pub tool: String,
    /// Where the axis meets the bone.
    pub entry_mm: [f64; 3],
    /// Planned target of the axis.
    pub target_mm: [f64; 3],
    /// Towards the midline +.
    pub convergence_deg: f64,
    /// Cranial +.
    pub sagittal_deg: f64,
    /// Entry to tip.
    pub length_mm: f64,
    /// Breach of the tool's outer surface.
    pub breach: BreachOutcome,
    /// Least bone around the tool, negative where it is out.
    pub margin_mm: f64,
    /// Where the tip came to rest.
    pub tip: TipOutcome,
    /// Holes in cortex or endplate that the tool made.
    pub new_cortical_holes: usize,
}

/// How far a tool's outer surface left the bone.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BreachOutcome {
    /// Gertzbein–Robbins "A" … "E".
    pub grade: String,
    /// Largest distance outside bone.
    pub depth_mm: f64,
    /// "none", "medial", "lateral", "superior", "inferior" or "anterior".
    pub direction: String,
}

/// The tip as fractions of the body.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TipOutcome {
    /// 0 posterior wall, 1 anterior cortex.
    pub ap_fraction: f64,
    /// 0 right, 1 left.
    pub lateral_fraction: f64,
    /// 0 inferior endplate, 1 superior.
    pub height_fraction: f64,
}

/// One balloon.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BalloonOutcome {
    /// Pedicle used.
    pub side: Side,
    /// Volume reached.
    pub volume_ml: f64,
    /// Highest gauge pressure.
    pub peak_pressure_kpa: f64,
    /// Cavity left after deflation.
    pub cavity_ml: f64,
    /// How far the endplate was up at the most, at the place that rises most.
    pub rise_mm: f64,
    /// What the balloon lifted with at the most, counted at that place.
    pub thrust_n: f64,
    /// What the gauge showed: volume in ml and pressure in kPa, about every 0.05 ml.
    pub gauge: Vec<[f64; 2]>,
    /// "volume", "pressure", "wall", "height", "burst" or "script".
    pub stopped_by: String,
}

/// A wait during the injection.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PauseOutcome {
    /// Since the injection began.
    pub at_s: f64,
    /// Injected by then.
    pub injected_ml: f64,
    /// Why, for example `"leak_seen"`.
    pub reason: String,
    /// What was done, for example `"wait"`.
    pub action: String,
    /// For how long.
    pub waited_s: f64,
}

/// The cement.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CementOutcome {
    /// Product id.
    pub product: String,
    /// Minutes since powder met liquid, first push.
    pub age_at_start_min: f64,
    /// The same, last push.
    pub age_at_end_min: f64,
    /// "runny", "thread", "dough" or "stiff".
    pub state_at_start: String,
    /// At 1 1/s, first push.
    pub viscosity_start_pa_s: f64,
    /// At 1 1/s, last push.
    pub viscosity_end_pa_s: f64,
    /// Volume that left the tip: the time integral of the flow there.
    pub injected_ml: f64,
    /// Volume the plunger displaced.
    pub plunger_ml: f64,
    /// Content of the cannulas, and what was lost when a syringe was taken off.
    pub dead_space_ml: f64,
    /// Volume in bone, veins inside it and cavity: summed from the fields.
    pub in_body_ml: f64,
    /// Volume that passed an outlet: summed from the outlets.
    pub leaked_ml: f64,
    /// Cement in the body ÷ volume of the body as it is now.
    pub fill_fraction: f64,
    /// Highest pressure at the tip.
    pub peak_tip_pressure_kpa: f64,
    /// Highest pressure in the syringe.
    pub peak_syringe_pressure_kpa: f64,
    /// Injected − in body − leaked.
    pub balance_error_ml: f64,
    /// Cement that met a dead end of the pressure solution and was put into the nearest free pore; should be 0.
    pub stranded_ml: f64,
    /// Marrow that cells gained or lost because pressures are solved to a tolerance: sum over cells and time of the
    /// magnitudes. Cement is conserved whatever this is.
    pub marrow_divergence_ml: f64,
    /// Waits with their reasons.
    pub pauses: Vec<PauseOutcome>,
    /// "volume", `"operator:<rule>"`, "pressure_limit", "set", "no_outlet" or "script".
    pub stopped_by: String,
    /// Surface of a sphere of the cement's volume ÷ the cement's surface.
    pub sphericity: f64,
    /// Cement on both sides of the midline.
    pub crosses_midline: bool,
    /// Cement within 1.5 mm of the endplate.
    pub touches_superior_endplate: bool,
    /// Cement within 1.5 mm of the endplate.
    pub touches_inferior_endplate: bool,
}

/// One way out that cement took.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LeakOutcome {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// Where to.
    pub destination: Destination,
    /// How much.
    pub volume_ml: f64,
    /// Since the injection began.
    pub onset_s: f64,
    /// Injected when it began.
    pub onset_injected_ml: f64,
    /// Whether a reader can see it on the last lateral picture; absent where none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_on_lateral: Option<bool>,
    /// The same on the last AP picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_on_ap: Option<bool>,
    /// Contrast of its shadow over the noise and clutter beside it, on the last lateral picture; absent where its shadow
    /// is covered by cement in the bone or a tool, or is too small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contrast_to_noise_lateral: Option<f64>,
    /// The same on the last AP picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contrast_to_noise_ap: Option<f64>,
}

/// Pictures and dose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct FluoroOutcome {
    /// Single pictures.
    pub shots: usize,
    /// Pedal down.
    pub screen_time_s: f64,
    /// Pushes begun although tools or cement had moved since the last picture.
    pub pushes_without_fresh_image: usize,
    /// Most cement that left the tip from one lateral picture to the next.
    pub largest_unseen_ml: f64,
    /// Air kerma × area of the beam, all exposures; absent where no picture was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose_area_product_gy_cm2: Option<f64>,
    /// Air kerma at the interventional reference point, all exposures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_air_kerma_mgy: Option<f64>,
}

/// What contrast medium showed before cement.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VenographyOutcome {
    /// Contrast medium given.
    pub volume_ml: f64,
    /// Ways out that it took, the widest first.
    pub ways: Vec<ContrastWayOutcome>,
    /// Leaks of cement that came by a way it had shown, and all leaks.
    pub foretold: [usize; 2],
    /// The same in patients: 14 of 22 (Gaughen, AJNR 2002;23:594).
    pub published: [u32; 2],
}

/// A way out that contrast medium took.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ContrastWayOutcome {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// Where to.
    pub destination: Destination,
    /// Share of the contrast medium that went there.
    pub share: f64,
}

/// Simulated time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TimeOutcome {
    /// From the first action to the last.
    pub procedure_s: f64,
}
