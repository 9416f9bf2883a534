//! Trajectories proposed from the anatomy: a deterministic search under hard rules, scored term by term.

mod corridor;
mod refusal;
mod rules;
mod score;
mod search;
mod shortfall;

pub use refusal::Refusal;
pub use rules::{room_mm, usual_gauges};
pub use score::{Needles, Term};
pub use shortfall::Shortfall;

use crate::anatomy::{Level, Side, Vertebra};
use crate::instruments::{Approach, BreachGrade, Cannula, Tool, Trajectory};
use corridor::{Corridor, Passage};
use rules::rules;
use score::{explain, score, short_of_midline_mm};
use search::search;

/// What is to be proposed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Request {
    /// Level of the vertebra; an extrapedicular way is offered by itself at thoracic ones only.
    pub level: Level,
    /// One needle from this side, or two from both.
    pub sides: Sides,
    /// Through the pedicle or beside it; `None`: through it, and beside it where it is too narrow at a thoracic level.
    pub approach: Option<Approach>,
    /// The tool.
    pub tool: Tool,
    /// Its tube.
    pub cannula: &'static Cannula,
}

/// From which sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// One needle.
    One(Side),
    /// Two needles.
    Both,
}

/// One path of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedPath {
    /// The path.
    pub trajectory: Trajectory,
    /// 0 to 100.
    pub score: f64,
    /// The score term by term.
    pub terms: Vec<Term>,
    /// How far the tip is from the midline on its own side, mm; negative beyond it.
    pub short_of_midline_mm: f64,
}

/// One or two paths that go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Mean of the paths' scores, 0 to 100.
    pub score: f64,
    /// The paths, left before right.
    pub paths: Vec<ProposedPath>,
}

/// What the search gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    /// The best few, best first.
    pub offered: Vec<Proposal>,
    /// Sides and approaches for which nothing safe was found; the side may have been offered another approach.
    pub refused: Vec<Refusal>,
    /// One needle asked for, and the best stops short of the midline.
    pub shortfall: Option<Shortfall>,
}

impl Request {
    fn needles(&self) -> Needles {
        match self.sides {
            Sides::One(_) => Needles::One,
            Sides::Both => Needles::Two,
        }
    }
}

/// The best path of one side of a request, alone or as one of two; else why there is none, approach by approach.
pub fn best_path(vertebra: &Vertebra, request: &Request, side: Side) -> Result<Trajectory, Vec<Refusal>> {
    let (found, refused) = paths(vertebra, request, side, request.needles());
    found.into_iter().next().map(|path| path.trajectory).ok_or(refused)
}

/// The best few proposals, and the sides for which there is none.
pub fn propose(vertebra: &Vertebra, request: &Request) -> Proposals {
    let needles = request.needles();
    let mut proposals = Proposals::default();
    let mut of_side = |side: Side| {
        let (found, refused) = paths(vertebra, request, side, needles);
        proposals.refused.extend(refused);
        found
    };
    let count = rules().search.offered.value;
    proposals.offered = match request.sides {
        Sides::One(side) => of_side(side).into_iter().map(|path| together(vec![path])).collect(),
        Sides::Both => {
            let [left, right] = Side::BOTH.map(&mut of_side);
            let alone = match (left.is_empty(), right.is_empty()) {
                (false, true) => Some(Side::Left),
                (true, false) => Some(Side::Right),
                _ => None,
            };
            // What is left of two needles is one, and aims as one does.
            if let Some(side) = alone {
                let one = propose(vertebra, &Request { sides: Sides::One(side), ..*request });
                return Proposals { refused: proposals.refused, ..one };
            }
            pairs(left, right)
        }
    };
    proposals.offered.truncate(count);
    if let (Needles::One, Some(best)) = (needles, proposals.offered.first()) {
        proposals.shortfall = shortfall::shortfall(vertebra, request, &best.paths[0]);
    }
    proposals
}

/// Pairs of paths of the same rank, so that a vertebra with equal sides gets equal needles.
fn pairs(left: Vec<ProposedPath>, right: Vec<ProposedPath>) -> Vec<Proposal> {
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    let ranks = left.len().max(right.len());
    let of_rank = |paths: &[ProposedPath], rank: usize| paths[rank.min(paths.len() - 1)].clone();
    (0..ranks).map(|rank| together(vec![of_rank(&left, rank), of_rank(&right, rank)])).collect()
}

fn together(paths: Vec<ProposedPath>) -> Proposal {
    let score = paths.iter().map(|path| path.score).sum::<f64>() / paths.len() as f64;
    Proposal { score, paths }
}

/// Paths of one side, best first, and for every approach that has none the reason.
fn paths(vertebra: &Vertebra, request: &Request, side: Side, needles: Needles) -> (Vec<ProposedPath>, Vec<Refusal>) {
    let tried: &[Approach] = match request.approach {
        Some(Approach::Transpedicular) => &[Approach::Transpedicular],
        Some(Approach::Extrapedicular) => &[Approach::Extrapedicular],
        None if request.level.is_thoracic() => &[Approach::Transpedicular, Approach::Extrapedicular],
        None => &[Approach::Transpedicular],
    };
    let mut refused = Vec::new();
    for &approach in tried {
        let passage = Passage::new(vertebra, side, approach, request.cannula, request.tool);
        let (found, tally) = search(&passage, needles);
        let mut safe: Vec<ProposedPath> = found
            .into_iter()
            .filter_map(|scored| {
                let corridor = &scored.corridor;
                let trajectory =
                    Trajectory::from_entry_and_target(side, approach, corridor.entry, corridor.target, request.cannula)
                        .ok()?;
                // The last word is the grade's own.
                let report = trajectory.report(vertebra, request.tool).ok()?;
                let corridor = Corridor { margin_mm: report.margin_mm, ..*corridor };
                (report.breach.grade == BreachGrade::A).then(|| ProposedPath {
                    trajectory,
                    score: score(&passage, &corridor, needles),
                    terms: explain(&passage, &corridor, needles),
                    short_of_midline_mm: short_of_midline_mm(&passage, &corridor.target),
                })
            })
            .collect();
        safe.sort_by(|a, b| b.score.total_cmp(&a.score));
        safe.truncate(rules().search.offered.value);
        if !safe.is_empty() {
            return (safe, refused);
        }
        refused.push(refusal::refusal(&passage, &tally, tried.len() > 1));
    }
    (Vec::new(), refused)
}

#[cfg(test)]
mod tests;
