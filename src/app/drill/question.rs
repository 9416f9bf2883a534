//! One question: a random patient, a needle somewhere on its way through the pedicle, and what the rule says of it.

use crate::anatomy::generate_vertebra::{FractureSpec, Severity, VertebraSpec, build_vertebra};
use crate::anatomy::segment::{SegmentSpec, treated_frame};
use crate::anatomy::{BoneSpec, FractureKind, Level, Patient, Side, Source};
use crate::geometry::Point;
use crate::geometry::random::{stream, uniform, uniform_between};
use crate::imaging::CArm;
use crate::instruments::{Cannula, Direction, PedicleOffsets, Tool, Trajectory};
use crate::planning::two_view_rule::{AdvancePoint, TwoViewJudgement, TwoViews, judge};
use crate::units::rad_from_deg;
use std::sync::Arc;

/// What to do with the needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Go on along this line.
    Advance,
    /// It is through the medial wall behind the posterior wall.
    StopTooMedial,
    /// It is not yet, but will be on this line.
    Redirect,
}

impl Decision {
    /// In the order of their keys, 1 to 3.
    pub const ALL: [Decision; 3] = [Decision::Advance, Decision::StopTooMedial, Decision::Redirect];
}

/// A needle on its way, and the truth about it.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which of the drill's questions: the same number is the same question.
    pub number: u64,
    /// Whose vertebra.
    pub patient: Arc<Patient>,
    /// The line it is on (vertebra frame).
    pub trajectory: Trajectory,
    /// The rule along the whole line, were it driven on.
    pub judgement: TwoViewJudgement,
    /// The tip now.
    pub now: AdvancePoint,
    /// What the rule and the bone say.
    pub key: Decision,
    /// Bone between the needle's side and the medial wall beside its tip, mm; negative through it; `None` where there is
    /// no such wall.
    pub medial_bone_mm: Option<f64>,
    /// From the needle's side at its tip to the canal, mm; negative in it.
    pub canal_mm: f64,
}

/// No question could be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("no patient could be made for question {number}: {because}")]
pub struct NoQuestion {
    number: u64,
    because: String,
}

/// Seed of every drill: questions are told apart by their numbers.
const SEED: u64 = 20_26;
/// Lines tried on one patient for the answer that is wanted, and patients for one question.
const LINES: usize = 60;
const PATIENTS: u64 = 6;
/// A needle whose side comes nearer than this to the medial wall without passing it, or passes it by less, is no fair
/// question, mm.
const FAIR_MM: f64 = 0.35;
/// Before a line that will break the wall this much way is left, mm.
const BEFORE_MM: f64 = 1.0;

impl Question {
    /// Makes the question of a number.
    pub fn of(number: u64) -> Result<Question, NoQuestion> {
        let mut because = "no line gives the answer".to_owned();
        // The answer is drawn first, and patients are gone through until one gives it: else the rare one would be rarer.
        let wanted = Decision::ALL[((uniform(&mut stream(SEED, number, "drill answer")) * 3.0) as usize).min(2)];
        for attempt in 0..PATIENTS {
            let mut rng = stream(SEED, number * PATIENTS + attempt, "drill");
            let side = if uniform(&mut rng) < 0.5 { Side::Left } else { Side::Right };
            let patient = match random_patient(&mut rng, number) {
                Ok(patient) => Arc::new(patient),
                Err(error) => {
                    because = error;
                    continue;
                }
            };
            for _ in 0..LINES {
                let found = random_line(&patient, side, &mut rng)
                    .and_then(|line| posed(number, &patient, line, uniform(&mut rng)))
                    .filter(|question| question.key == wanted);
                if let Some(question) = found {
                    return Ok(question);
                }
            }
        }
        Err(NoQuestion { number, because })
    }

    /// The tip (vertebra frame).
    pub fn tip(&self) -> Point {
        self.now.tip
    }
}

type Draws = rand_chacha::ChaCha8Rng;

/// A thoracolumbar vertebra, broken or not.
fn random_patient(rng: &mut Draws, seed: u64) -> Result<Patient, String> {
    let levels = &Level::ALL;
    let level = levels[((uniform(rng) * levels.len() as f64) as usize).min(levels.len() - 1)];
    let kind = [FractureKind::Wedge, FractureKind::Biconcave][usize::from(uniform(rng) < 0.5)];
    let severity = Severity::Loss(uniform_between(rng, 0.15, 0.4));
    let is_broken = uniform(rng) < 0.5;
    let spec = VertebraSpec {
        stature_factor: uniform_between(rng, 0.92, 1.1),
        fracture: is_broken.then(|| FractureSpec::of(kind, severity)),
        ..VertebraSpec::of(level)
    };
    let t_score = uniform_between(rng, -3.5, -1.5);
    let made = build_vertebra(&spec, &BoneSpec::of_t_score(t_score), seed).map_err(|error| error.to_string())?;
    let mut vertebra = made.vertebra;
    vertebra.frame = treated_frame(&SegmentSpec::around(spec)).map_err(|error| error.to_string())?;
    Ok(Patient {
        level,
        source: Source::Parametric,
        t_score: Some(t_score),
        fracture: made.summary,
        vertebra,
        bone: made.bone,
        veins: Vec::new(),
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    })
}

/// A line near the pedicle's axis, as hands err.
fn random_line(patient: &Patient, side: Side, rng: &mut Draws) -> Option<Trajectory> {
    let pedicle = patient.vertebra.landmarks.pedicle(side);
    let offsets = PedicleOffsets {
        lateral_mm: pedicle.width_mm * uniform_between(rng, -0.5, 0.3),
        cranial_mm: pedicle.height_mm * uniform_between(rng, -0.15, 0.15),
        convergence_rad: rad_from_deg(uniform_between(rng, -8.0, 24.0)),
        sagittal_rad: rad_from_deg(uniform_between(rng, -5.0, 5.0)),
    };
    let cannula = Cannula::by_gauge(11).ok()?;
    let line = Trajectory::along_pedicle(&patient.vertebra, side, offsets, cannula).ok()?;
    line.check(&patient.vertebra).is_ok().then_some(line)
}

/// The question that a line gives with its tip short of, at or beyond the posterior wall; `None` for an unfair one.
fn posed(number: u64, patient: &Arc<Patient>, trajectory: Trajectory, draw: f64) -> Option<Question> {
    let vertebra = &patient.vertebra;
    let views = TwoViews::true_of(CArm::mobile(), &vertebra.frame).ok()?;
    let judgement = judge(vertebra, &trajectory, Tool::VertebroplastyNeedle, &views).ok()?;
    let radius_mm = trajectory.cannula.outer_radius_mm();
    if judgement.least_medial_bone_mm.is_some_and(|mm| mm.abs() < FAIR_MM) {
        return None;
    }
    // Short of the posterior wall, at it, beyond it: a third each.
    let behind_mm = match draw {
        d if d < 1.0 / 3.0 => 3.0 + 36.0 * d,
        d if d < 2.0 / 3.0 => 3.0 * (d - 0.5),
        d => -3.0 - 15.0 * (d - 2.0 / 3.0),
    };
    let now = judgement.advance.iter().find(|point| point.truth.lateral.behind_wall_mm <= behind_mm)?.clone();
    let is_through = |point: &&AdvancePoint| {
        point.truth.lateral.behind_wall_mm > 0.0 && point.medial_wall_mm.is_some_and(|mm| mm < radius_mm)
    };
    let key = match judgement.advance.iter().find(is_through) {
        None => Decision::Advance,
        Some(through) if through.at_mm <= now.at_mm => Decision::StopTooMedial,
        Some(through) if through.at_mm >= now.at_mm + BEFORE_MM => Decision::Redirect,
        Some(_) => return None,
    };
    // Where the bone is left elsewhere, or only where the tool enters, the three answers do not cover it.
    let breach = trajectory.report(vertebra, Tool::VertebroplastyNeedle).ok()?.breach;
    let agrees = if key == Decision::Advance { Direction::None } else { Direction::Medial };
    if breach.direction != agrees {
        return None;
    }
    Some(Question {
        number,
        medial_bone_mm: now.medial_wall_mm.map(|mm| mm - radius_mm),
        canal_mm: vertebra.canal.sample(&now.tip) - radius_mm,
        patient: Arc::clone(patient),
        trajectory,
        judgement,
        now,
        key,
    })
}

#[cfg(test)]
#[path = "question_tests.rs"]
mod tests;
