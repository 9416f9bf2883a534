//! The table of `trocar products --instruments`: every tool with its diameters, lengths and how they are known.

use crate::instruments::{BalloonDevice, BiopsyNeedle, Cannula, CurvedNeedle, PedicleScrew, RfCannula, Stylet};
use crate::provenance::{Basis, Provenance};
use crate::units::{kpa_from_pa, ml_from_mm3};

/// One row a tool.
pub(super) fn instruments_table() -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    table.set_header(["tool", "outer / inner, mm", "length, mm", "more", "known as"]);
    let across = |outer: f64, inner: f64| format!("{outer:.2} / {inner:.2}");
    for tool in Cannula::all() {
        table.add_row([
            format!("cannula {} G", tool.gauge),
            across(tool.outer_diameter_mm, tool.inner_diameter_mm),
            format!("{:.0}", tool.length_mm),
            format!("holds {:.2} ml", ml_from_mm3(tool.dead_space_mm3())),
            bases(tool.diameters_provenance().into_iter().chain(tool.length_provenance())),
        ]);
    }
    for tool in Stylet::all() {
        table.add_row([
            format!("trocar of the {} G cannula", tool.cannula_gauge),
            format!("{:.2} / solid", tool.diameter_mm),
            tool.cannula().map_or(String::new(), |cannula| format!("{:.0}", cannula.length_mm + tool.tip_mm)),
            format!("its point stands out {:.0} mm", tool.tip_mm),
            bases(tool.provenance()),
        ]);
    }
    for tool in CurvedNeedle::all() {
        table.add_row([
            tool.id.clone(),
            across(tool.outer_diameter_mm, tool.inner_diameter_mm),
            String::new(),
            format!(
                "through {} G; radius {:.0} mm, up to {:.0}°",
                tool.cannula_gauge, tool.bend_radius_mm, tool.largest_angle_deg
            ),
            bases(tool.provenance().into_iter()),
        ]);
    }
    for tool in BiopsyNeedle::all() {
        table.add_row([
            "biopsy needle".to_owned(),
            across(tool.outer_diameter_mm, tool.inner_diameter_mm),
            format!("{:.0}", tool.length_mm),
            format!("through {} G", tool.cannula_gauge),
            bases(tool.provenance().into_iter()),
        ]);
    }
    for tool in BalloonDevice::all() {
        table.add_row([
            "balloon".to_owned(),
            String::new(),
            format!("{:.0}", tool.length_mm),
            format!("up to {:.0} ml, {:.0} kPa", ml_from_mm3(tool.max_volume_mm3), kpa_from_pa(tool.rated_pressure_pa)),
            bases(tool.provenance.iter()),
        ]);
    }
    for tool in PedicleScrew::all() {
        table.add_row([
            "pedicle screw".to_owned(),
            across(tool.outer_diameter_mm, tool.inner_diameter_mm),
            listed(&tool.lengths_mm),
            String::new(),
            bases(tool.provenance().into_iter()),
        ]);
    }
    for tool in RfCannula::all() {
        table.add_row([
            format!("RF cannula {} G", tool.gauge),
            across(tool.outer_diameter_mm, tool.inner_diameter_mm),
            format!("{:.0}", tool.length_mm),
            format!("active tip {} mm; the probe fills the bore", listed(&tool.active_tips_mm)),
            bases(tool.provenance().into_iter()),
        ]);
    }
    format!("{table}\nSources of every figure: assets/instruments.toml\n")
}

fn listed(lengths_mm: &[f64]) -> String {
    lengths_mm.iter().map(|length| format!("{length:.0}")).collect::<Vec<_>>().join(", ")
}

/// How the figures are known, each basis once.
fn bases<'a>(sources: impl Iterator<Item = &'a Provenance>) -> String {
    let found: Vec<Basis> = sources.map(|source| source.basis).collect();
    let all = [Basis::Measured, Basis::Recalled, Basis::OurChoice];
    all.iter().filter(|basis| found.contains(basis)).map(|basis| basis.name()).collect::<Vec<_>>().join(", ")
}
