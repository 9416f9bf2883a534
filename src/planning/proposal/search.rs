//! The search for corridors: a coarse sweep over entry and direction, then the best few moved to their nearest optimum.

use super::corridor::{Corridor, Line, Obstacle, Passage};
use super::rules::rules;
use super::score::{Needles, score};
use crate::instruments::Approach;
use crate::units::{cos, rad_from_deg};

/// A corridor and its score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub corridor: Corridor,
    pub score: f64,
}

/// How many lines of the coarse sweep met each obstacle, and the widest gate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub isthmus: usize,
    pub canal: usize,
    pub bone: usize,
    pub tip: usize,
    pub misses: usize,
    /// Most bone round the tool at any gate tried, mm.
    pub widest_gate_mm: Option<f64>,
}

impl Tally {
    fn count(&mut self, obstacle: Obstacle) {
        match obstacle {
            Obstacle::Isthmus => self.isthmus += 1,
            Obstacle::Canal => self.canal += 1,
            Obstacle::Bone => self.bone += 1,
            Obstacle::Tip => self.tip += 1,
            Obstacle::Misses => self.misses += 1,
        }
    }
}

/// Corridors far enough apart to be told as different, best first; empty where there is none.
pub(super) fn search(passage: &Passage, needles: Needles) -> (Vec<Scored>, Tally) {
    let (mut found, tally) = sweep(passage, needles);
    // Of equal scores the first met stays first, so the order is the same everywhere.
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let starts = apart(found.iter().copied(), rules().search.refined.value);
    let mut refined: Vec<Scored> = starts.into_iter().map(|start| climb(passage, needles, start)).collect();
    refined.sort_by(|a, b| b.score.total_cmp(&a.score));
    // Where all climb to one optimum, the next best are what was met on the way.
    (apart(refined.into_iter().chain(found), rules().search.refined.value), tally)
}

/// `[least, least + step, … most]`.
fn steps([least, most, step]: [f64; 3]) -> impl Iterator<Item = f64> {
    let count = ((most - least) / step).round() as usize;
    (0..=count).map(move |i| least + i as f64 * step)
}

/// Places from one side of the isthmus to the other, and along its height.
fn gates(passage: &Passage) -> Vec<(f64, f64)> {
    let across = rules().search.across.value.max(1);
    let outer = passage.cannula.outer_radius_mm();
    let pedicle = passage.pedicle();
    // The middle of an imported isthmus is not known to better than half a millimetre.
    let room = |size_mm: f64| (0.5 * size_mm - outer).max(0.0) + 0.5;
    let spread = |low: f64, high: f64| {
        let last = f64::from(across.max(2) - 1);
        (0..across).map(move |i| low + (high - low) * f64::from(i) / last)
    };
    let up = room(pedicle.height_mm);
    let (least, most) = match passage.approach {
        Approach::Transpedicular => (-room(pedicle.width_mm), room(pedicle.width_mm)),
        Approach::Extrapedicular => {
            let [least, most] = rules().search.beside_mm.value;
            let wall = 0.5 * pedicle.width_mm + outer;
            (wall + least, wall + most)
        }
    };
    spread(least, most).flat_map(|across_mm| spread(-up, up).map(move |up_mm| (across_mm, up_mm))).collect()
}

fn sweep(passage: &Passage, needles: Needles) -> (Vec<Scored>, Tally) {
    let search = &rules().search;
    let convergence = match passage.approach {
        Approach::Transpedicular => search.convergence_deg.value,
        Approach::Extrapedicular => search.beside_convergence_deg.value,
    };
    let (mut found, mut tally) = (Vec::new(), Tally::default());
    for (across_mm, up_mm) in gates(passage) {
        if passage.approach == Approach::Transpedicular {
            let room_mm = passage.gate_margin_mm(across_mm, up_mm);
            tally.widest_gate_mm = Some(tally.widest_gate_mm.map_or(room_mm, |widest: f64| widest.max(room_mm)));
        }
        for convergence_deg in steps(convergence) {
            for sagittal_deg in steps(search.sagittal_deg.value) {
                let line = Line {
                    across_mm,
                    up_mm,
                    convergence_rad: rad_from_deg(convergence_deg),
                    sagittal_rad: rad_from_deg(sagittal_deg),
                };
                match best_depth(passage, needles, &line) {
                    Ok(scored) => found.push(scored),
                    Err(obstacle) => tally.count(obstacle),
                }
            }
        }
    }
    (found, tally)
}

/// The depth of a line that scores most.
fn best_depth(passage: &Passage, needles: Needles, line: &Line) -> Result<Scored, Obstacle> {
    let mut best: Option<Scored> = None;
    passage.follow(line, |corridor| {
        let score = score(passage, &corridor, needles);
        if best.is_none_or(|best| score > best.score) {
            best = Some(Scored { corridor, score });
        }
    })?;
    best.ok_or(Obstacle::Tip)
}

/// Turns and shifts a line by ever smaller steps as long as its score rises.
fn climb(passage: &Passage, needles: Needles, start: Scored) -> Scored {
    const HALVINGS: u32 = 5;
    let search = &rules().search;
    let mut best = start;
    let mut step =
        [0.8, 1.6, rad_from_deg(search.convergence_deg.value[2]), rad_from_deg(search.sagittal_deg.value[2])];
    for _ in 0..HALVINGS {
        step = step.map(|size| 0.5 * size);
        loop {
            let before = best.score;
            for axis in 0..4 {
                for way in [-1.0, 1.0] {
                    let mut line = best.corridor.line;
                    let moved = way * step[axis];
                    match axis {
                        0 => line.across_mm += moved,
                        1 => line.up_mm += moved,
                        2 => line.convergence_rad += moved,
                        _ => line.sagittal_rad += moved,
                    }
                    if let Ok(better) = best_depth(passage, needles, &line)
                        && better.score > best.score
                    {
                        best = better;
                    }
                }
            }
            if best.score - before < 1e-3 {
                break;
            }
        }
    }
    best
}

/// The first of each group of corridors that hardly differ, at most `count` of them.
fn apart(all: impl IntoIterator<Item = Scored>, count: usize) -> Vec<Scored> {
    let search = &rules().search;
    let mut kept: Vec<Scored> = Vec::new();
    for one in all {
        let differs = |other: &Scored| {
            let (a, b) = (&one.corridor, &other.corridor);
            let turned = (a.target - a.entry).normalize().dot(&(b.target - b.entry).normalize());
            let (across, up) = (a.line.across_mm - b.line.across_mm, a.line.up_mm - b.line.up_mm);
            turned <= cos(rad_from_deg(search.apart_deg.value))
                || across * across + up * up >= search.apart_mm.value * search.apart_mm.value
        };
        if kept.iter().all(differs) {
            kept.push(one);
            if kept.len() == count {
                break;
            }
        }
    }
    kept
}
