//! What is left to do where one needle stops short of the midline.

use super::corridor::Passage;
use super::rules::rules;
use super::score::{Needles, short_of_midline_mm};
use super::{ProposedPath, Request, paths};
use crate::anatomy::{Side, Vertebra};
use crate::instruments::path::Path;
use crate::instruments::{Approach, BreachGrade, CurvedNeedle, CurvedTip, Tool, Trajectory};
use crate::units::{deg_from_rad, rad_from_deg};
use serde::Serialize;

/// One needle that does not reach the midline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shortfall {
    /// From the tip to the midline, mm.
    pub by_mm: f64,
    /// What would help, and by how much.
    pub choices: Vec<String>,
}

/// `None` where the best path reaches the midline.
pub(super) fn shortfall(vertebra: &Vertebra, request: &Request, best: &ProposedPath) -> Option<Shortfall> {
    let by_mm = best.short_of_midline_mm;
    if by_mm <= rules().aim.reached_mm.value {
        return None;
    }
    let side = best.trajectory.side;
    let mut choices = vec![second_needle(vertebra, request, side.other())];
    if best.trajectory.approach == Approach::Transpedicular && request.level.is_thoracic() {
        choices.push(beside(vertebra, request, side));
    }
    choices.extend(curved(vertebra, request, &best.trajectory));
    choices.push(format!("a fill of one side, the tip {by_mm:.1} mm short of the midline"));
    Some(Shortfall { by_mm, choices })
}

fn second_needle(vertebra: &Vertebra, request: &Request, side: Side) -> String {
    let through = Request { approach: Some(Approach::Transpedicular), ..*request };
    match paths(vertebra, &through, side, Needles::Two).0.first() {
        Some(found) => format!("a second needle from the {side} (a safe corridor scores {:.0})", found.score),
        None => format!("no second needle from the {side}: its pedicle has no safe corridor"),
    }
}

fn beside(vertebra: &Vertebra, request: &Request, side: Side) -> String {
    let beside = Request { approach: Some(Approach::Extrapedicular), ..*request };
    match paths(vertebra, &beside, side, Needles::One).0.first() {
        Some(found) => {
            let short_mm = found.short_of_midline_mm;
            let ends = if short_mm > 0.0 { "short of" } else { "across" };
            format!("an extrapedicular start: the tip ends {:.1} mm {ends} the midline", short_mm.abs())
        }
        None => "no extrapedicular start: no safe corridor beside the pedicle".to_owned(),
    }
}

/// The least bend of a curved needle through the same corridor whose tip reaches the midline in bone.
fn curved(vertebra: &Vertebra, request: &Request, straight: &Trajectory) -> Option<String> {
    const STEP_DEG: f64 = 5.0;
    let landmarks = &vertebra.landmarks;
    let passage = Passage::new(vertebra, straight.side, straight.approach, request.cannula, request.tool);
    let [from, to] = [landmarks.ap_fraction(&straight.entry), landmarks.ap_fraction(&straight.target)];
    let deepest = rules().aim.depths.value.into_iter().fold(0.0, f64::max);
    for needle in CurvedNeedle::all().iter().filter(|needle| needle.cannula_gauge == request.cannula.gauge) {
        let bends = (needle.largest_angle_deg / STEP_DEG) as usize;
        for bend in 1..=bends {
            let tip = CurvedTip::towards_midline(needle.bend_radius_mm, rad_from_deg(bend as f64 * STEP_DEG)).ok()?;
            // The bend may begin anywhere between the back third of the body and the straight target.
            for stop in [0.3, 0.4, 0.5, 0.6] {
                let target = straight.segment().at(((stop - from) / (to - from)).clamp(0.0, 1.0));
                let bent = Trajectory { target, ..straight.clone() }.with_curve(tip);
                let end = Path::of_needle(&bent).end();
                let reaches = short_of_midline_mm(&passage, &end) <= rules().aim.reached_mm.value;
                if !reaches || landmarks.ap_fraction(&end) > deepest {
                    continue;
                }
                let report = bent.report(vertebra, Tool::VertebroplastyNeedle).ok()?;
                if report.breach.grade == BreachGrade::A {
                    return Some(format!(
                        "a curved tip ({}): from {:.0} % of the depth, bent by {:.0}°, it reaches the midline in bone",
                        needle.id,
                        100.0 * stop,
                        deg_from_rad(tip.angle_rad)
                    ));
                }
            }
        }
    }
    None
}
