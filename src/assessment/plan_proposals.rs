//! Proposed trajectories and refusals as `trocar plan` tells them: in JSON and as a table.

use crate::anatomy::{Side, Vertebra};
use crate::instruments::{Tool, TrajectoryError};
use crate::planning::proposal::{Proposal, Proposals, Refusal, Shortfall, Term};
use crate::procedure::outcome::TrajectoryOutcome;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use serde::Serialize;

/// One proposal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProposalDocument {
    /// For which tool.
    pub tool: Tool,
    /// Of its tube.
    pub cannula_gauge: u8,
    /// 0 to 100.
    pub score: f64,
    /// The score term by term, side by side.
    pub terms: Vec<SidedTerm>,
    /// As in the result.
    pub trajectories: Vec<TrajectoryOutcome>,
    /// How far each tip is from the midline on its own side; negative beyond it.
    pub short_of_midline_mm: Vec<f64>,
    /// One needle that stops short of the midline, and what else there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
}

/// A term of one needle's score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SidedTerm {
    /// The needle's side.
    pub side: Side,
    /// The term.
    #[serde(flatten)]
    pub term: Term,
}

/// A side without a safe corridor for a tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RefusedDocument {
    /// For which tool.
    pub tool: Tool,
    /// Of its tube.
    pub cannula_gauge: u8,
    /// Side, reason and choices.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// What was proposed for a tool, in the form of the document.
///
/// # Errors
/// None that a proposed path meets: each was graded before.
pub fn documents(
    vertebra: &Vertebra,
    tool: Tool,
    cannula_gauge: u8,
    found: &Proposals,
) -> Result<(Vec<ProposalDocument>, Vec<RefusedDocument>), TrajectoryError> {
    let document = |(rank, proposal): (usize, &Proposal)| {
        let outcome = |path: &crate::planning::proposal::ProposedPath| {
            let report = path.trajectory.report(vertebra, tool)?;
            Ok(TrajectoryOutcome::of(&path.trajectory, &report))
        };
        let sided = |path: &crate::planning::proposal::ProposedPath| {
            let side = path.trajectory.side;
            path.terms.iter().map(move |term| SidedTerm { side, term: term.clone() }).collect::<Vec<_>>()
        };
        Ok(ProposalDocument {
            tool,
            cannula_gauge,
            score: proposal.score,
            terms: proposal.paths.iter().flat_map(sided).collect(),
            trajectories: proposal.paths.iter().map(outcome).collect::<Result<_, _>>()?,
            short_of_midline_mm: proposal.paths.iter().map(|path| path.short_of_midline_mm).collect(),
            shortfall: found.shortfall.clone().filter(|_| rank == 0),
        })
    };
    let proposals = found.offered.iter().enumerate().map(document).collect::<Result<_, _>>()?;
    let refused = found.refused.iter().map(|refusal| RefusedDocument { tool, cannula_gauge, refusal: refusal.clone() });
    Ok((proposals, refused.collect()))
}

/// The proposals as a table, the best one's score term by term, and what was refused.
pub fn text(proposals: &[ProposalDocument], refused: &[RefusedDocument]) -> String {
    let mut text = String::new();
    if !proposals.is_empty() {
        text.push_str(&format!("Proposed\n{}\n", paths_table(proposals)));
    }
    // The other tools' scores, term by term, are in the JSON.
    if let Some(best) = proposals.first() {
        text.push_str(&format!(
            "Why the best for the {} scores {:.0} of 100\n",
            of_tool(best.tool, best.cannula_gauge),
            best.score
        ));
        text.push_str(&format!("{}\n", terms_table(best)));
        if let Some(shortfall) = &best.shortfall {
            text.push_str(&format!("It stops {:.1} mm short of the midline. The choices:\n", shortfall.by_mm));
            shortfall.choices.iter().for_each(|choice| text.push_str(&format!("  - {choice}\n")));
        }
    }
    for one in refused {
        let (tool, refusal) = (of_tool(one.tool, one.cannula_gauge), &one.refusal);
        text.push_str(&format!(
            "No {} path from the {} for the {tool}: {}\n",
            refusal.approach.name(),
            refusal.side,
            refusal.because
        ));
        refusal.choices.iter().for_each(|choice| text.push_str(&format!("  - {choice}\n")));
    }
    text
}

fn of_tool(tool: Tool, gauge: u8) -> String {
    format!("{gauge} G {}", tool.name())
}

fn table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(heads.iter().map(Cell::new));
    table
}

fn number(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn paths_table(proposals: &[ProposalDocument]) -> Table {
    let mut table =
        table(&["", "score", "path", "converges", "sagittal", "length", "least bone", "tip: depth, height", "midline"]);
    let mut rank = 0;
    let mut told = None;
    for proposal in proposals {
        rank = if told == Some(proposal.tool) { rank + 1 } else { 1 };
        told = Some(proposal.tool);
        for (at, (path, short_mm)) in proposal.trajectories.iter().zip(&proposal.short_of_midline_mm).enumerate() {
            let first = at == 0;
            let only_first = |text: String| if first { text } else { String::new() };
            let midline = format!("{:.1} mm {}", short_mm.abs(), if *short_mm < 0.0 { "across" } else { "short" });
            table.add_row([
                Cell::new(only_first(format!("{} #{rank}", of_tool(proposal.tool, proposal.cannula_gauge)))),
                number(only_first(format!("{:.1}", proposal.score))),
                Cell::new(format!("{} {}", path.side, path.approach)),
                number(format!("{:.1}°", path.convergence_deg)),
                number(format!("{:.1}°", path.sagittal_deg)),
                number(format!("{:.1} mm", path.length_mm)),
                number(format!("{:.1} mm", path.margin_mm)),
                number(format!("{:.0} %, {:.0} %", 100.0 * path.tip.ap_fraction, 100.0 * path.tip.height_fraction)),
                number(midline),
            ]);
        }
    }
    table
}

fn terms_table(proposal: &ProposalDocument) -> Table {
    let mut table = table(&["term", "side", "value", "weight", "because"]);
    for SidedTerm { side, term } in &proposal.terms {
        // Equal sides are told once.
        let twin = proposal.terms.iter().find(|other| other.side != *side && other.term == *term);
        if twin.is_some() && *side == Side::Right {
            continue;
        }
        table.add_row([
            Cell::new(term.name.replace('_', " ")),
            Cell::new(if twin.is_some() { "both".to_owned() } else { side.to_string() }),
            number(format!("{:.2}", term.value)),
            number(format!("{:.0}", term.weight)),
            Cell::new(&term.because),
        ]);
    }
    table
}
