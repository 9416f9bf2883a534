//! The rule of the two views, judged at every point of a tool's advance, in truth and as the views show it.

mod judgement;
mod limits;
mod medial_wall;
mod sight;

pub use judgement::{
    AdvancePoint, Depth, Prediction, Reading, RuleText, Sight, Station, Stretch, TwoViewJudgement, ViewUsed,
};
pub use limits::{Limits, limits};
pub use medial_wall::medial_wall_mm;

use crate::anatomy::{Side, Vertebra};
use crate::geometry::{Frame, Point};
use crate::imaging::{CArm, Projection, ViewError, ViewKind, off_true, true_view, views::angulation};
use crate::instruments::{Approach, Path, Placement, Tool, Trajectory, TrajectoryError};
use crate::units::deg_from_rad;
use sight::Sights;

/// The two views that are taken (patient, LPS).
#[derive(Clone, Debug, PartialEq)]
pub struct TwoViews {
    /// From in front to behind.
    pub ap: Projection,
    /// From side to side.
    pub lateral: Projection,
}

impl TwoViews {
    /// The true views of a vertebra, its body's centre at the isocentre.
    pub fn true_of(c_arm: &CArm, frame: &Frame) -> Result<TwoViews, ViewError> {
        Ok(TwoViews {
            ap: true_view(c_arm, frame, ViewKind::Ap)?,
            lateral: true_view(c_arm, frame, ViewKind::Lateral)?,
        })
    }
}

/// Why a path cannot be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TwoViewError {
    /// The path itself cannot be used.
    #[error(transparent)]
    Trajectory(#[from] TrajectoryError),
    /// The pedicle's landmarks give no oval.
    #[error("the {0} pedicle has no section: its landmarks give no width, no height or an axis along the spine")]
    NoPedicle(Side),
    /// The view is along the pedicle's section, or along the vertebra's middle.
    #[error("the {view} view ({words}) shows the pedicle edge-on; turn it towards the true view")]
    EdgeOn {
        /// "AP" or "lateral".
        view: &'static str,
        /// Its angulation.
        words: String,
    },
}

/// Judges the rule along the path of a tool from bone contact to where the tool stops.
///
/// # Errors
/// A path that misses the vertebra, a pedicle without a section, or a view that shows neither.
pub fn judge(
    vertebra: &Vertebra,
    trajectory: &Trajectory,
    tool: Tool,
    views: &TwoViews,
) -> Result<TwoViewJudgement, TwoViewError> {
    let placement = trajectory.place(vertebra, tool)?;
    let stop = placement.tip;
    let path = Way::of(vertebra, trajectory, &placement);
    let sights = Sights::new(vertebra, trajectory.side, views)?;
    let advance = path.steps().map(|at_mm| sights.at(at_mm, path.at(at_mm))).collect::<Result<Vec<_>, _>>()?;

    let truth = |at: &AdvancePoint| (at.medial_wall_mm.map(|mm| -mm), at.truth.lateral.behind_wall_mm);
    let seen = |at: &AdvancePoint| (Some(at.seen.ap.past_medial_mm), at.seen.lateral.behind_wall_mm);
    let (violated, visible_violated) = (violation(&advance, truth), violation(&advance, seen));
    let radius_mm = trajectory.cannula.outer_radius_mm();
    let beside = advance.iter().filter(|at| at.truth.lateral.behind_wall_mm > 0.0).filter_map(|at| at.medial_wall_mm);
    let least_medial_bone_mm = beside.map(|mm| mm - radius_mm).reduce(f64::min);
    // The rule judges the axis; a warning while the tool's side is through the wall is none that is false.
    let side_breached = least_medial_bone_mm.is_some_and(|mm| mm < 0.0);
    let disagreement = match (violated.is_some(), visible_violated.is_some()) {
        (false, true) if side_breached => "side_breached",
        (false, true) => "false_alarm",
        (true, false) => "missed",
        _ => "none",
    };
    let stations = stations(trajectory.approach, &path, &sights, &advance)?;
    let prediction = stations[2].seen.as_ref().map(|wall| predict(vertebra, trajectory.side, &stop, wall));
    Ok(TwoViewJudgement {
        rule: RuleText::of_asset(),
        ap_view: view_used(&views.ap, vertebra, ViewKind::Ap),
        lateral_view: view_used(&views.lateral, vertebra, ViewKind::Lateral),
        stations,
        kept: violated.is_none(),
        visible_kept: visible_violated.is_none(),
        disagreement,
        violated,
        visible_violated,
        least_medial_bone_mm,
        prediction,
        advance,
    })
}

/// The way of the tip, a bend included, by its advance from bone contact.
struct Way {
    path: Path,
    length_mm: f64,
}

impl Way {
    /// From the first bone on the way in.
    fn of(vertebra: &Vertebra, trajectory: &Trajectory, placement: &Placement) -> Way {
        const STEP_MM: f64 = 0.1;
        let whole = trajectory.segment();
        let steps = (whole.length_mm() / STEP_MM).ceil().max(1.0) as usize;
        let mut on_the_way = (0..=steps).map(|i| whole.at(i as f64 / steps as f64));
        let contact = on_the_way.find(|p| vertebra.bone_distance_mm(p) <= 0.0);
        let path = placement.path(trajectory, contact.unwrap_or(whole.start));
        Way { length_mm: path.length_mm().max(0.0), path }
    }

    fn at(&self, at_mm: f64) -> Point {
        self.path.at(at_mm).0
    }

    /// The advances judged, the last one at the stop.
    fn steps(&self) -> impl Iterator<Item = f64> + '_ {
        let count = (self.length_mm / limits().step_mm.value).ceil().max(1.0) as usize;
        (0..=count).map(move |i| self.length_mm * i as f64 / count as f64)
    }
}

/// The stretch on which the tip is past the medial line or wall **and** behind the posterior wall; `at` gives both
/// distances, mm. The points are joined by straight lines.
fn violation(advance: &[AdvancePoint], at: impl Fn(&AdvancePoint) -> (Option<f64>, f64)) -> Option<Stretch> {
    let resolved = limits().resolved_mm.value;
    let mut found: Option<Stretch> = None;
    let mut before: Option<(f64, f64)> = None;
    for point in advance {
        let (past, behind) = at(point);
        // Both must be above zero; where there is no wall the rule is not broken, nor beyond the posterior wall.
        let excess = if behind <= 0.0 { Some(behind) } else { past.map(|past| past.min(behind)) };
        if let Some(excess_now) = excess {
            let crossed = |(mm, then): (f64, f64)| mm + (point.at_mm - mm) * then / (then - excess_now);
            if excess_now > 0.0 {
                let from_mm = before.filter(|b| b.1 <= 0.0).map_or(point.at_mm, crossed);
                let stretch = found.get_or_insert(Stretch {
                    from_mm,
                    to_mm: point.at_mm,
                    past_medial_mm: 0.0,
                    worst_at_mm: point.at_mm,
                });
                stretch.to_mm = point.at_mm;
                if let Some(past) = past.filter(|past| *past > stretch.past_medial_mm) {
                    (stretch.past_medial_mm, stretch.worst_at_mm) = (past, point.at_mm);
                }
            } else if let (Some(stretch), Some(b)) = (&mut found, before.filter(|b| b.1 > 0.0)) {
                stretch.to_mm = crossed(b);
            }
        }
        before = excess.map(|excess| (point.at_mm, excess));
    }
    found.filter(|stretch| stretch.past_medial_mm > resolved)
}

fn stations(
    approach: Approach,
    path: &Way,
    sights: &Sights<'_>,
    advance: &[AdvancePoint],
) -> Result<[Station; 3], TwoViewError> {
    let limits = limits();
    let [least, most] = limits.contact_fraction.value;
    let (upper, before_back) = (limits.contact_upper_fraction.value, limits.contact_before_back_mm.value);
    let (middle, wall) = (limits.middle_fraction.value, limits.wall_fraction.value);
    let beside = limits.extrapedicular_contact_fraction.value;
    let through = approach == Approach::Transpedicular;
    // A tip on a limit itself keeps it: rounding must not say otherwise.
    let slack = limits.resolved_mm.value / sights.oval_width_mm();
    let at_back = move |sight: &Sight| sight.lateral.behind_back_mm >= -before_back;
    let contact = move |sight: &Sight| {
        let ap = &sight.ap;
        let across = if through {
            (least - slack..=most + slack).contains(&ap.medial_fraction) && ap.upper_fraction >= upper - slack
        } else {
            ap.medial_fraction <= beside + slack
        };
        across && at_back(sight)
    };
    let reach = |mark: fn(&Depth) -> f64, met: &dyn Fn(&Sight) -> bool| -> Result<_, TwoViewError> {
        let reading = |of: fn(&AdvancePoint) -> &Sight| -> Result<Option<Reading>, TwoViewError> {
            let Some(at_mm) = reached_mm(advance, |point| mark(&of(point).lateral)) else { return Ok(None) };
            let point = sights.at(at_mm, path.at(at_mm))?;
            Ok(Some(reading(&point, of(&point), met)))
        };
        Ok((reading(|point| &point.truth)?, reading(|point| &point.seen)?))
    };
    let first = advance.first();
    let middle_met = move |sight: &Sight| !through || sight.ap.medial_fraction <= middle + slack;
    let wall_met = move |sight: &Sight| sight.ap.medial_fraction <= wall + slack;
    let (middle_truth, middle_seen) = reach(|depth| depth.behind_middle_mm, &middle_met)?;
    let (wall_truth, wall_seen) = reach(|depth| depth.behind_wall_mm, &wall_met)?;
    Ok([
        Station {
            station: "contact",
            wanted: if through {
                format!(
                    "AP between {least} and {most} across the oval and at least {upper} up; lateral at most {before_back} mm in front of the pedicle's back"
                )
            } else {
                format!(
                    "AP at most {beside} across the oval, beside the pedicle; lateral at most {before_back} mm in front of its back"
                )
            },
            because: if through {
                &limits.contact_fraction.source
            } else {
                &limits.extrapedicular_contact_fraction.source
            },
            truth: first.map(|point| reading(point, &point.truth, &contact)),
            seen: first.map(|point| reading(point, &point.seen, &contact)),
        },
        Station {
            station: "middle",
            wanted: if through {
                format!("AP at most {middle} across the oval")
            } else {
                "nothing: the path runs beside the pedicle".to_owned()
            },
            because: &limits.middle_fraction.source,
            truth: middle_truth,
            seen: middle_seen,
        },
        Station {
            station: "wall",
            wanted: format!("AP at most {wall} across the oval"),
            because: &limits.wall_fraction.source,
            truth: wall_truth,
            seen: wall_seen,
        },
    ])
}

fn reading(point: &AdvancePoint, sight: &Sight, met: &dyn Fn(&Sight) -> bool) -> Reading {
    Reading {
        at_mm: point.at_mm,
        tip_mm: point.tip.coords.into(),
        ap: sight.ap,
        lateral: sight.lateral,
        met: met(sight),
    }
}

/// Advance at which the tip first is at a mark or in front of it, mm.
fn reached_mm(advance: &[AdvancePoint], behind_mm: impl Fn(&AdvancePoint) -> f64) -> Option<f64> {
    let first = advance.first().filter(|point| behind_mm(point) <= 0.0);
    first.map(|point| point.at_mm).or_else(|| {
        advance.windows(2).find(|pair| behind_mm(&pair[1]) <= 0.0).map(|pair| {
            let (before, now) = (behind_mm(&pair[0]), behind_mm(&pair[1]));
            pair[0].at_mm + (pair[1].at_mm - pair[0].at_mm) * before / (before - now)
        })
    })
}

fn predict(vertebra: &Vertebra, side: Side, stop: &Point, wall: &Reading) -> Prediction {
    let limits = limits();
    let word = |midline: bool| if midline { "midline" } else { "paramedian" };
    let ends_from_midline_mm = vertebra.landmarks.short_of_midline_mm(side, stop);
    Prediction {
        medial_fraction: wall.ap.medial_fraction,
        predicts: word(wall.ap.medial_fraction >= limits.midline_fraction.value),
        midline_from_fraction: limits.midline_fraction.value,
        ends_from_midline_mm,
        comes_to: word(ends_from_midline_mm <= limits.midline_mm.value),
    }
}

fn view_used(view: &Projection, vertebra: &Vertebra, kind: ViewKind) -> ViewUsed {
    let off = off_true(view, &vertebra.frame, kind);
    ViewUsed {
        angulation: angulation(view).words(),
        rotation_deg: deg_from_rad(off.rotation_rad),
        tilt_deg: deg_from_rad(off.tilt_rad),
        is_true: off.is_true(CArm::mobile()),
        edges: view.edges(),
    }
}

#[cfg(test)]
#[path = "two_view_rule/tests.rs"]
mod tests;
