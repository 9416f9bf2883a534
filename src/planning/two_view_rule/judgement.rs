//! What the rule of the two views comes to along one path; the part `two_views` of a planned trajectory.

use super::limits::limits;
use crate::imaging::OvalPosition;
use crate::provenance::Basis;
use serde::Serialize;

/// The rule along one path, in truth and as the two views show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TwoViewJudgement {
    /// The rule and where it comes from.
    pub rule: RuleText,
    /// The AP view.
    pub ap_view: ViewUsed,
    /// The lateral view.
    pub lateral_view: ViewUsed,
    /// Bone contact, middle of the pedicle, posterior wall.
    pub stations: [Station; 3],
    /// In truth the tip does not leave the pedicle through its medial wall before it has passed the posterior wall.
    pub kept: bool,
    /// The two views show it lateral of the medial line until they show it past the posterior wall.
    pub visible_kept: bool,
    /// Where truth and views disagree: "none", "false_alarm" (the views cry wolf), "side_breached" (they warn, and though
    /// the axis keeps the rule the tool's side is through the medial wall) or "missed" (they look well).
    pub disagreement: &'static str,
    /// Where the tip is past the medial wall and behind the posterior wall, in truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violated: Option<Stretch>,
    /// Where the views show it past the medial line and behind the posterior wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_violated: Option<Stretch>,
    /// Least bone between the tool's outer surface and the medial wall while behind the posterior wall, mm, level;
    /// negative where the surface is through it. Absent where no part of the path has the wall beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_medial_bone_mm: Option<f64>,
    /// What the AP view foretells at the posterior wall, and what comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
    /// Every point judged, from bone contact on.
    #[serde(skip)]
    pub advance: Vec<AdvancePoint>,
}

/// A rule in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleText {
    /// What it says.
    pub text: &'static str,
    /// "measured", "recalled" or "our choice".
    pub basis: &'static str,
    /// Who says it.
    pub source: &'static str,
}

impl RuleText {
    /// The rule of the asset.
    pub(super) fn of_asset() -> RuleText {
        let rule = &limits().rule;
        RuleText { text: &rule.text, basis: Basis::name(rule.basis), source: &rule.source }
    }
}

/// A view that the judgement rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ViewUsed {
    /// "LAO 2° CRA 8°": the front end of the beam's line, against the patient.
    pub angulation: String,
    /// Away from the vertebra's true view.
    pub rotation_deg: f64,
    /// Away from the vertebra's true view.
    pub tilt_deg: f64,
    /// Within the tolerance for decisions.
    pub is_true: bool,
    /// What stands at the left and the right edge of the picture.
    pub edges: [&'static str; 2],
}

/// One of the three stations.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Station {
    /// "contact", "middle" or "wall".
    pub station: &'static str,
    /// What the rule wants there, with its limit.
    pub wanted: String,
    /// Where that limit comes from.
    pub because: &'static str,
    /// In truth; absent where the tool stops before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<Reading>,
    /// When the lateral view shows the tip there; absent where it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Reading>,
}

/// The tip at a station.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Advance from bone contact, mm.
    pub at_mm: f64,
    /// The tip (vertebra's frame).
    pub tip_mm: [f64; 3],
    /// On AP.
    pub ap: OvalPosition,
    /// On the lateral.
    pub lateral: Depth,
    /// Whether what the rule wants is so.
    pub met: bool,
}

/// How far the tip still is behind the three marks of a lateral view, mm, life-size; negative in front of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Depth {
    /// The back of the pedicle: as far behind its middle as the posterior wall is in front of it.
    pub behind_back_mm: f64,
    /// Its middle (narrowest section).
    pub behind_middle_mm: f64,
    /// The posterior wall of the body's middle.
    pub behind_wall_mm: f64,
}

/// A stretch of the advance that breaks the rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stretch {
    /// From this advance after bone contact, mm.
    pub from_mm: f64,
    /// To this one.
    pub to_mm: f64,
    /// Farthest past the medial wall (in truth) or line (on the view), mm.
    pub past_medial_mm: f64,
    /// Advance at which it is farthest.
    pub worst_at_mm: f64,
}

/// What the tip's place on AP, when the lateral shows it at the posterior wall, says of where it will end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Place across the oval.
    pub medial_fraction: f64,
    /// "midline" (one needle can do) or "paramedian" (two needles).
    pub predicts: &'static str,
    /// From here on the midline is predicted.
    pub midline_from_fraction: f64,
    /// Where the tip ends, mm from the midline, + on the entry's side.
    pub ends_from_midline_mm: f64,
    /// "midline" or "paramedian", by where it ends.
    pub comes_to: &'static str,
}

/// One point of the advance.
#[derive(Clone, Debug, PartialEq)]
pub struct AdvancePoint {
    /// Advance from bone contact, mm.
    pub at_mm: f64,
    /// The tip (vertebra's frame).
    pub tip: crate::geometry::Point,
    /// In truth: as parallel rays along the vertebra's own axes would show it.
    pub truth: Sight,
    /// In truth: bone to the medial wall, mm (see [`super::medial_wall_mm`]).
    pub medial_wall_mm: Option<f64>,
    /// On the views.
    pub seen: Sight,
}

/// A tip on a pair of views.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// On AP.
    pub ap: OvalPosition,
    /// On the lateral.
    pub lateral: Depth,
}
