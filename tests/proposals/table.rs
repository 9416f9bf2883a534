//! What the proposals for one vertebra come to, and the tables of many.

use std::collections::BTreeMap;
use std::fmt;
use trocar::anatomy::{Level, Side, Vertebra};
use trocar::instruments::{Approach, BreachGrade, Cannula, Direction, Tool};
use trocar::planning::{Request, Sides, propose};

/// A refusal is no failure where the isthmus is not wider than the tool by this, mm.
const NARROW_MM: f64 = 1.0;

/// One needle reaches the midline when its tip's middle is no farther from it (as in assets/proposal.toml), mm.
const REACHED_MM: f64 = 1.0;

/// Bone on each side that a plan should leave, mm.
const ROOM_MM: f64 = 1.0;

/// What one side was offered.
pub enum Offer {
    Path { approach: Approach, grade: BreachGrade, direction: Direction, canal_mm: f64, margin_mm: f64 },
    Refused { isthmus_mm: f64, because: String },
}

impl Offer {
    pub fn is_beside(&self) -> bool {
        matches!(self, Offer::Path { approach: Approach::Extrapedicular, .. })
    }
}

/// One vertebra with one tool.
pub struct Row {
    pub level: Level,
    pub tool: Tool,
    pub gauge: u8,
    pub tool_mm: f64,
    pub sides: Vec<Offer>,
    /// From each side alone: by how much the tip stops short of the midline, mm.
    pub short_mm: Vec<Option<f64>>,
}

pub fn examine(vertebra: &Vertebra, level: Level, tool: Tool, gauge: u8) -> Row {
    let cannula = Cannula::by_gauge(gauge).expect("in the catalogue");
    let ask = |sides: Sides, approach: Option<Approach>| {
        propose(vertebra, &Request { level, sides, approach, tool, cannula })
    };
    let both = ask(Sides::Both, None);
    let sides = Side::BOTH
        .into_iter()
        .map(|side| {
            let path = both.offered.iter().flat_map(|proposal| &proposal.paths).find(|p| p.trajectory.side == side);
            let Some(path) = path else {
                let refused = both.refused.iter().find(|refused| refused.side == side).expect("a refusal");
                return Offer::Refused { isthmus_mm: refused.isthmus_mm, because: refused.because.clone() };
            };
            let report = path.trajectory.report(vertebra, tool).expect("a proposed path is graded");
            Offer::Path {
                approach: path.trajectory.approach,
                grade: report.breach.grade,
                direction: report.breach.direction,
                canal_mm: canal_mm(vertebra, &path.trajectory, cannula),
                margin_mm: report.margin_mm,
            }
        })
        .collect();
    let short_mm = Side::BOTH
        .into_iter()
        .map(|side| {
            let one = ask(Sides::One(side), Some(Approach::Transpedicular));
            one.offered.first().map(|proposal| proposal.paths[0].short_of_midline_mm)
        })
        .collect();
    Row { level, tool, gauge, tool_mm: cannula.outer_diameter_mm, sides, short_mm }
}

/// Least distance of the tool's surface from the canal, mm, looked for every 0.1 mm.
fn canal_mm(vertebra: &Vertebra, path: &trocar::instruments::Trajectory, cannula: &Cannula) -> f64 {
    let steps = ((path.target - path.entry).norm() / 0.1) as usize;
    let at = |i: usize| path.entry + (path.target - path.entry) * (i as f64 / steps as f64);
    (0..=steps).map(|i| vertebra.canal.sample(&at(i))).fold(f64::INFINITY, f64::min) - cannula.outer_radius_mm()
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{} {} {} G", self.level, self.tool.name(), self.gauge)?;
        for (side, offer) in Side::BOTH.into_iter().zip(&self.sides) {
            match offer {
                Offer::Path { approach, grade, canal_mm, margin_mm, .. } => {
                    let (approach, grade) = (approach.name(), grade.letter());
                    write!(out, "; {side} {approach} {grade}, margin {margin_mm:.1}, canal {canal_mm:.1} mm")?;
                }
                Offer::Refused { isthmus_mm, because } => {
                    write!(out, "; {side} refused (isthmus {isthmus_mm:.1} mm): {because}")?;
                }
            }
        }
        Ok(())
    }
}

/// Many vertebrae.
pub struct Table {
    pub rows: Vec<Row>,
}

impl Table {
    pub fn never_medial(&self) {
        for row in &self.rows {
            for offer in &row.sides {
                if let Offer::Path { direction, canal_mm, .. } = offer {
                    assert!(*direction != Direction::Medial && *canal_mm > 0.0, "into the canal: {row}");
                }
            }
        }
    }

    /// No medial breach anywhere; with one tool, so large a share of sides graded A, and A or B.
    pub fn holds(&self, (tool, gauge): (Tool, u8), least_a: f64, least_a_or_b: f64) {
        self.never_medial();
        let rows = self.rows.iter().filter(|row| row.tool == tool && row.gauge == gauge);
        let (mut count, mut a, mut a_or_b) = (0.0, 0.0, 0.0);
        let mut failed = Vec::new();
        for row in rows {
            for offer in &row.sides {
                let grade = match offer {
                    Offer::Path { grade, .. } => Some(*grade),
                    Offer::Refused { isthmus_mm, .. } if *isthmus_mm < row.tool_mm + NARROW_MM => continue,
                    Offer::Refused { .. } => None,
                };
                count += 1.0;
                a += f64::from(u8::from(grade == Some(BreachGrade::A)));
                a_or_b += f64::from(u8::from(grade.is_some_and(|grade| grade <= BreachGrade::B)));
                if grade != Some(BreachGrade::A) {
                    failed.push(row.to_string());
                }
            }
        }
        assert!(a >= least_a * count, "{a} of {count} graded A: {failed:#?}");
        assert!(a_or_b >= least_a_or_b * count, "{a_or_b} of {count} graded A or B: {failed:#?}");
    }
}

#[derive(Default)]
struct Sum {
    sides: usize,
    a: usize,
    beside: usize,
    refused: usize,
    narrow: usize,
    margin_mm: f64,
    roomy: usize,
    alone: usize,
    reach: usize,
    nearly: usize,
}

impl fmt::Display for Table {
    /// By tool and level: sides, graded A, extrapedicular, refused (of those, too narrow), mean margin,
    /// and how many leave 1 mm all round; and, of one
    /// needle from each side, how many reach the midline and how many come within 5 mm of it.
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let mut sums: BTreeMap<(&str, u8, Level), Sum> = BTreeMap::new();
        for row in &self.rows {
            let sum = sums.entry((row.tool.name(), row.gauge, row.level)).or_default();
            for offer in &row.sides {
                sum.sides += 1;
                match offer {
                    Offer::Path { grade, margin_mm, .. } => {
                        sum.a += usize::from(*grade == BreachGrade::A);
                        sum.beside += usize::from(offer.is_beside());
                        sum.margin_mm += margin_mm;
                        sum.roomy += usize::from(*margin_mm >= ROOM_MM);
                    }
                    Offer::Refused { isthmus_mm, .. } => {
                        sum.refused += 1;
                        sum.narrow += usize::from(*isthmus_mm < row.tool_mm + NARROW_MM);
                    }
                }
            }
            for short_mm in row.short_mm.iter().flatten() {
                sum.alone += 1;
                sum.reach += usize::from(*short_mm <= REACHED_MM);
                sum.nearly += usize::from(*short_mm <= 5.0);
            }
        }
        writeln!(
            out,
            "tool       G level sides     A beside refused (narrow) margin 1 mm | one needle: midline, within 5 mm"
        )?;
        for ((tool, gauge, level), sum) in sums {
            let percent = |part: usize| 100.0 * part as f64 / sum.alone.max(1) as f64;
            let margin_mm = sum.margin_mm / (sum.sides - sum.refused).max(1) as f64;
            writeln!(
                out,
                "{tool:8} {gauge:3} {:>5} {:5} {:5} {:6} {:7} {:8} {margin_mm:6.2} {:4} | {:4.0} % {:4.0} %",
                level.name(),
                sum.sides,
                sum.a,
                sum.beside,
                sum.refused,
                sum.narrow,
                sum.roomy,
                percent(sum.reach),
                percent(sum.nearly),
            )?;
        }
        Ok(())
    }
}
