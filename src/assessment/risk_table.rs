//! Leak risk and volume advice as text.

use super::risk_document::{Needle, RiskDocument};
use crate::planning::risk::risk_data::risk_data;
use crate::planning::risk::{PairedDifference, PassDifference, Probability};
use crate::planning::volume_advice::VolumeAdvice;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};

/// The table of the risk, what it rests on, how far a coarser calculation was from it, and the advice.
pub fn text(document: &RiskDocument) -> String {
    let computed = &document.risk_computed;
    let mut text = format!(
        "Risk of a leak in {} through {}: {} pass, {} patients drawn, voxels of {} mm, {:.0} % intervals\n",
        computed.procedure.name(),
        needles(&computed.needles),
        computed.pass.name(),
        computed.samples,
        computed.resolution_mm,
        100.0 * risk_data().run.interval.value
    );
    text.push_str(&risk_table(document).to_string());
    text.push('\n');
    let failed = document.risk.iter().map(|row| row.failed).max().unwrap_or_default();
    if failed > 0 {
        text.push_str(&format!("{failed} samples could not be computed and are not counted\n"));
    }
    if let Some(line) = difference_line(&document.fine_less_coarse) {
        text.push_str(&line);
    }
    for advice in std::iter::once(&document.volume_advice).chain(&document.volume_advice_others) {
        text.push_str(&advice_text(advice));
    }
    text
}

/// "1 needle (left 11G with its tip at (7.0, -6.0, 2.0) mm)", in the vertebra's frame: x to the patient's left, y to the back, z to the head.
fn needles(needles: &[Needle]) -> String {
    let each = needles.iter().map(|Needle { side, gauge, tip_mm: [x, y, z] }| {
        format!("{side} {gauge}G with its tip at ({x:.1}, {y:.1}, {z:.1}) mm")
    });
    let plural = if needles.len() == 1 { "" } else { "s" };
    format!("{} needle{plural} ({})", needles.len(), each.collect::<Vec<_>>().join("; "))
}

fn risk_table(document: &RiskDocument) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["product", "age", "volume", "any leak", "into the canal", "median leaked", "could be injected"]);
    // No injection came so far.
    let none = || "–".to_owned();
    for row in &document.risk {
        table.add_row([
            row.product.clone(),
            format!("{:.1} min", row.age_min),
            format!("{:.2} ml", row.volume_ml),
            row.any_leak.as_ref().map_or_else(none, percent),
            row.canal_leak.as_ref().map_or_else(none, percent),
            row.median_leaked_ml.map_or_else(none, |ml| format!("{ml:.3} ml")),
            format!("{} of {}", row.reached, row.samples),
        ]);
    }
    for column in 1..=6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn percent(probability: &Probability) -> String {
    let Probability { p, low, high } = probability;
    format!("{:.0} % [{:.0}–{:.0}]", 100.0 * p, 100.0 * low, 100.0 * high)
}

/// The largest difference between the passes, of any leak and of a canal leak.
fn difference_line(differences: &[PassDifference]) -> Option<String> {
    let largest = |of: &dyn Fn(&PassDifference) -> PairedDifference| {
        differences.iter().max_by(|a, b| of(a).difference.abs().total_cmp(&of(b).difference.abs())).map(|at| {
            let PairedDifference { samples, only_first, only_second, difference, low, high } = of(at);
            format!(
                "{:+.0} points [{:+.0} to {:+.0}] ({} at {:.2} ml; of {samples} samples {only_first} leaked only coarse, {only_second} only fine)",
                100.0 * difference, 100.0 * low, 100.0 * high, at.product, at.volume_ml
            )
        })
    };
    let (any, canal) = (largest(&|at| at.any_leak)?, largest(&|at| at.canal_leak)?);
    Some(format!("Fine less coarse, same patients, at most: any leak {any}; into the canal {canal}\n"))
}

fn advice_text(advice: &VolumeAdvice) -> String {
    // Rounded down: a limit is not exceeded by rounding.
    let floor = |ml: f64| (ml * 10.0 + 1e-9).floor() / 10.0;
    let mut text = format!(
        "{} at {:.1} min: no more than {:.1} ml (an upper limit, not a goal); {} binds\n",
        advice.product,
        advice.age_min,
        floor(advice.max_ml),
        advice.binds.replace('_', " ")
    );
    for limit in &advice.limits {
        let ml = limit.max_ml.map_or_else(|| "not met".to_owned(), |ml| format!("{:4.1} ml", floor(ml)));
        let name = limit.name.replace('_', " ");
        let there = limit.probability.filter(|_| limit.max_ml.is_some());
        let there = there.map_or_else(String::new, |probability| format!(", there {}", percent(&probability)));
        text.push_str(&format!("  {name:<17} {ml}  {}{there} ({}: {})\n", limit.because, limit.basis, limit.source));
    }
    text
}
