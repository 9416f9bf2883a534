//! What a procedure did to the body, as told in the result: height, heat, stiffness and strength.

use schemars::JsonSchema;
use serde::Serialize;

/// What became of the body's height.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HeightOutcome {
    /// In the order of time.
    pub moments: Vec<HeightMomentOutcome>,
    /// 1 − the lower of anterior and middle height ÷ the unfractured one at the same place, standing before.
    pub compression_fraction: f64,
    /// Regained, after cement and prone, ÷ lost in standing, at the place that had lost most.
    pub restoration_fraction: f64,
    /// What lying prone gave ÷ all that was regained; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posture_share_fraction: Option<f64>,
    /// How movable the fracture is: 1 fresh, 0 united.
    pub mobility_fraction: f64,
}

/// Heights and angles at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HeightMomentOutcome {
    /// "standing_before", "prone", "balloon_up", "after_cement" or "standing_after".
    pub moment: String,
    /// At nine tenths of the depth.
    pub anterior_mm: f64,
    /// Half way.
    pub middle_mm: f64,
    /// At a tenth of the depth.
    pub posterior_mm: f64,
    /// Between the body's own endplates; + where the front is lower.
    pub wedge_angle_deg: f64,
    /// Upper endplate of the vertebra above to lower endplate of the one below, which do not move against each other
    /// otherwise; absent where no spine stands round the vertebra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segmental_kyphosis_deg: Option<f64>,
}

/// Heat of the curing cement from the middle of its injection on; what there is not is absent.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HeatOutcome {
    /// Hottest cement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_cement_c: Option<f64>,
    /// Hottest bone that touches cement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_interface_c: Option<f64>,
    /// When, since the middle of the injection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_interface_at_min: Option<f64>,
    /// Hottest place of the spinal canal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_canal_c: Option<f64>,
    /// Hottest place of the roots below the pedicles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_foramen_c: Option<f64>,
    /// Bone round the cement above 47 °C for a minute or more, with its marrow.
    pub bone_above_47c_1min_mm3: f64,
    /// The same of bone within the cement.
    pub bone_within_cement_above_47c_1min_mm3: f64,
    /// Greatest thermal dose in the canal, minutes at 43 °C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cem43_canal_min: Option<f64>,
    /// The same at the roots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cem43_foramen_min: Option<f64>,
    /// Heat of the cure.
    pub released_j: f64,
    /// What of it is unaccounted for, as a fraction.
    pub balance_error_fraction: f64,
    /// Which laws of damage were used.
    pub laws: Vec<String>,
}

/// Stiffness and strength of the body between stiff caps, by finite elements; what there is not is absent.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StrengthOutcome {
    /// Edge of an element.
    pub voxel_mm: f64,
    /// Before it broke.
    pub stiffness_intact_n_per_mm: f64,
    /// Broken, as on the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stiffness_fractured_n_per_mm: Option<f64>,
    /// With the cement hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stiffness_augmented_n_per_mm: Option<f64>,
    /// Force straight down at which it fails, before it broke.
    pub strength_intact_n: f64,
    /// The same, broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength_fractured_n: Option<f64>,
    /// The same with the cement hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength_augmented_n: Option<f64>,
    /// Moment for a degree of bending forwards, before it broke.
    pub flexion_stiffness_intact_nm_per_deg: f64,
    /// The same, broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flexion_stiffness_fractured_nm_per_deg: Option<f64>,
    /// The same with the cement hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flexion_stiffness_augmented_nm_per_deg: Option<f64>,
    /// Moment at which it fails, before it broke.
    pub flexion_strength_intact_nm: f64,
    /// The same, broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flexion_strength_fractured_nm: Option<f64>,
    /// The same with the cement hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flexion_strength_augmented_nm: Option<f64>,
    /// Greatest share over the horizontal sections of the force that goes through cement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cement_load_share: Option<f64>,
    /// Greatest ratio over the endplate of its pressure to that without cement under the same load: an index of what the
    /// neighbour above bears, no pressure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superior_endplate_concentration: Option<f64>,
    /// The same below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferior_endplate_concentration: Option<f64>,
}
