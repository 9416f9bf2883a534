//! One straight way past or through a pedicle: where it enters, and how much bone it leaves round the tool.

use super::rules::rules;
use crate::anatomy::{Pedicle, Side, Vertebra};
use crate::geometry::{Point, Vector};
use crate::instruments::catalogue::{breach_rules, depth_rules};
use crate::instruments::{Approach, Cannula, Tool};
use crate::units;

/// Longest way looked back from the isthmus for the bone's surface, mm.
const REACH_MM: f64 = 60.0;
/// Shortest step along a way, mm.
const STEP_MM: f64 = 0.25;
/// Distances far from the bone are up to 10 % off, so a step goes this share of the distance.
const SURE: f64 = 0.8;
/// Depth behind which the canal is beside the tool, as a share of the body's.
const BESIDE_CANAL: f64 = 0.15;

/// A line, by where it passes the isthmus and how it is turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// From the middle of the isthmus away from the midline and towards the head, mm.
    pub across_mm: f64,
    pub up_mm: f64,
    /// Angles as of [`crate::instruments::Trajectory`], radians.
    pub convergence_rad: f64,
    pub sagittal_rad: f64,
}

/// A line followed to one depth that keeps the hard rules (vertebra frame, mm).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corridor {
    pub line: Line,
    pub entry: Point,
    pub target: Point,
    /// Least bone round the tool past the entry's exempt length.
    pub margin_mm: f64,
    /// Least distance of the tool's surface from the canal.
    pub canal_mm: f64,
    /// From the target to the nearest surface.
    pub tip_bone_mm: f64,
    /// In bone, from the entry to the posterior wall; of an extrapedicular way, `None`.
    pub length_mm: Option<f64>,
}

/// Why a line is no corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Too little bone in the isthmus.
    Isthmus,
    /// Too near to the canal.
    Canal,
    /// Too little bone between entry and tip.
    Bone,
    /// Too little bone before the tip.
    Tip,
    /// The line never meets the bone, or points backwards.
    Misses,
}

/// The tool on its way past one pedicle.
pub(super) struct Passage<'a> {
    pub vertebra: &'a Vertebra,
    pub side: Side,
    pub approach: Approach,
    pub cannula: &'static Cannula,
    pub tool: Tool,
    lateral: Vector,
    up: Vector,
}

impl<'a> Passage<'a> {
    pub fn new(
        vertebra: &'a Vertebra,
        side: Side,
        approach: Approach,
        cannula: &'static Cannula,
        tool: Tool,
    ) -> Passage<'a> {
        let axis = vertebra.landmarks.pedicle(side).axis;
        let away = Vector::x() * side.sign();
        let lateral = (away - axis * axis.dot(&away)).try_normalize(1e-6).unwrap_or(away);
        let up = axis.cross(&lateral);
        let up = if up.z < 0.0 { -up } else { up };
        Passage { vertebra, side, approach, cannula, tool, lateral, up }
    }

    pub fn pedicle(&self) -> &'a Pedicle {
        self.vertebra.landmarks.pedicle(self.side)
    }

    /// Radius of the tool's outer surface behind and beyond where a working cannula stops, mm.
    fn radii_mm(&self) -> [f64; 2] {
        let outer = self.cannula.outer_radius_mm();
        match self.tool {
            Tool::VertebroplastyNeedle => [outer; 2],
            Tool::WorkingCannula => [outer, self.cannula.inner_radius_mm()],
        }
    }

    fn least_canal_mm(&self) -> f64 {
        let rule = &rules().rule;
        match self.approach {
            Approach::Transpedicular => rule.least_canal_mm.value,
            Approach::Extrapedicular => rule.least_canal_beside_mm.value,
        }
    }

    /// Where a line passes the isthmus.
    pub fn gate(&self, across_mm: f64, up_mm: f64) -> Point {
        self.pedicle().isthmus + self.lateral * across_mm + self.up * up_mm
    }

    /// Bone round a tool that passes the isthmus there, mm.
    pub fn gate_margin_mm(&self, across_mm: f64, up_mm: f64) -> f64 {
        -self.vertebra.bone_distance_mm(&self.gate(across_mm, up_mm)) - self.cannula.outer_radius_mm()
    }

    /// Follows a line to the depths of the rules, from the shallowest, and tells `found` of each that keeps the hard
    /// rules.
    pub fn follow(&self, line: &Line, mut found: impl FnMut(Corridor)) -> Result<(), Obstacle> {
        let gate = self.gate(line.across_mm, line.up_mm);
        let direction =
            Vector::new(-self.side.sign() * units::tan(line.convergence_rad), -1.0, units::tan(line.sagittal_rad))
                .normalize();
        let least_bone_mm = rules().rule.least_bone_mm.value;
        let beside = self.approach == Approach::Extrapedicular;
        if !beside && self.gate_margin_mm(line.across_mm, line.up_mm) < least_bone_mm {
            return Err(Obstacle::Isthmus);
        }
        let at = |t: f64| gate + direction * t;
        let bone_mm = |t: f64| -self.vertebra.bone_distance_mm(&at(t));
        let landmarks = &self.vertebra.landmarks;
        let at_depth = |share: f64| (landmarks.y_at_ap_fraction_mm(share) - gate.y) / direction.y;

        let canal_until = at_depth(BESIDE_CANAL);
        let (entry_t, from_t) = if beside {
            let entry_t = self.first_contact(&bone_mm, canal_until).ok_or(Obstacle::Misses)?;
            (entry_t, self.whole_in_body(&bone_mm, canal_until.max(0.0)).ok_or(Obstacle::Bone)?)
        } else {
            let entry_t = surface_behind(&bone_mm).ok_or(Obstacle::Misses)?;
            (entry_t, (entry_t + breach_rules().entry_exempt_mm).min(0.0))
        };

        // The canal first: it refuses most lines.
        let outer = self.cannula.outer_radius_mm();
        let least_canal_mm = self.least_canal_mm();
        let mut canal_mm = f64::INFINITY;
        let mut t = if beside { entry_t.min(0.0) } else { entry_t };
        while t < canal_until {
            let here = self.vertebra.canal.sample(&at(t)) - outer;
            canal_mm = canal_mm.min(here);
            if canal_mm < least_canal_mm {
                return Err(Obstacle::Canal);
            }
            t += (SURE * (here - canal_mm)).max(STEP_MM);
        }

        let [behind, ahead] = self.radii_mm();
        let narrows_at = at_depth(depth_rules().cannula_fraction);
        let mut margin_mm = f64::INFINITY;
        let mut t = from_t;
        let mut last = Err(Obstacle::Tip);
        for share in rules().aim.depths.value {
            let stop = at_depth(share);
            let tip_bone_mm = loop {
                let here = bone_mm(t);
                let over = here - if t <= narrows_at { behind } else { ahead };
                margin_mm = margin_mm.min(over);
                if margin_mm < least_bone_mm {
                    return last.map_err(|_| Obstacle::Bone);
                }
                if t >= stop {
                    break here;
                }
                t = (t + (SURE * (over - margin_mm)).max(STEP_MM)).min(stop);
            };
            if tip_bone_mm >= rules().rule.least_tip_bone_mm.value {
                last = Ok(());
                let length_mm = (!beside).then(|| at_depth(0.0) - entry_t);
                let (entry, target) = (at(entry_t), at(stop));
                found(Corridor { line: *line, entry, target, margin_mm, canal_mm, tip_bone_mm, length_mm });
            }
        }
        last
    }

    /// Where a tool that comes from behind first meets bone; looked for as far as `until`.
    fn first_contact(&self, bone_mm: &impl Fn(f64) -> f64, until: f64) -> Option<f64> {
        let mut t = -REACH_MM;
        while t < until {
            let here = bone_mm(t);
            if here > 0.0 {
                return Some(t);
            }
            t += (-SURE * here).max(STEP_MM);
        }
        None
    }

    /// Where the whole of the tool is in bone, beside the pedicle or in front of it, for good; looked for as far as
    /// `until`.
    fn whole_in_body(&self, bone_mm: &impl Fn(f64) -> f64, until: f64) -> Option<f64> {
        let wanted = self.cannula.outer_radius_mm() + rules().rule.least_bone_mm.value;
        let mut t = until;
        if bone_mm(t) < wanted {
            return None;
        }
        while t > -REACH_MM && bone_mm(t) >= wanted {
            t -= STEP_MM;
        }
        Some(t + STEP_MM)
    }
}

/// The surface behind a gate in bone.
fn surface_behind(bone_mm: &impl Fn(f64) -> f64) -> Option<f64> {
    let (mut t, mut here) = (0.0, bone_mm(0.0));
    while t > -REACH_MM {
        let before = t;
        t -= (SURE * here).max(STEP_MM);
        let now = bone_mm(t);
        if now <= 0.0 {
            return Some(t + (before - t) * now / (now - here));
        }
        here = now;
    }
    None
}
