//! What is proposed for hundreds of random vertebrae and for the real ones: never medial, and graded A.
//!
//! `PROPOSALS_COUNT=500 cargo test --test proposals -- --nocapture` draws as many of each kind and prints the tables.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod person;
mod real;
mod table;

use person::{draw, fractured};
use rayon::prelude::*;
use table::{Row, Table, examine};
use trocar::anatomy::Level;
use trocar::anatomy::generate_vertebra::generate_vertebra;
use trocar::instruments::Tool;

/// How many of each kind unless the environment says otherwise.
const COUNT: u64 = 36;

fn count() -> u64 {
    std::env::var("PROPOSALS_COUNT").ok().and_then(|text| text.parse().ok()).unwrap_or(COUNT)
}

const NEEDLE: (Tool, u8) = (Tool::VertebroplastyNeedle, 11);

/// Random people, `count` of them, at the levels given in turn, with every tool and side examined.
fn people(levels: &[Level], is_fractured: bool, tools: &[(Tool, u8)]) -> Table {
    let rows: Vec<Row> = (0..count())
        .into_par_iter()
        .flat_map_iter(|seed| {
            let level = levels[seed as usize % levels.len()];
            let spec = if is_fractured { fractured(seed, level) } else { draw(seed, level) };
            let (vertebra, ..) = generate_vertebra(&spec).expect("a vertebra");
            tools.iter().map(move |&(tool, gauge)| examine(&vertebra, level, tool, gauge)).collect::<Vec<_>>()
        })
        .collect();
    Table { rows }
}

fn from_t9() -> Vec<Level> {
    Level::ALL.into_iter().filter(|level| *level >= Level::T9).collect()
}

#[test]
fn healthy_vertebrae_from_t9_down_get_two_needles_that_stay_in_bone() {
    let tools = [NEEDLE, (Tool::VertebroplastyNeedle, 13), (Tool::WorkingCannula, 10), (Tool::WorkingCannula, 8)];
    let table = people(&from_t9(), false, &tools);
    println!("healthy, T9 to L5, two needles\n{table}");
    for tool in tools {
        table.holds(tool, 0.98, 0.99);
    }
}

#[test]
fn fractured_vertebrae_from_t9_down_get_two_needles_that_stay_in_bone() {
    let table = people(&from_t9(), true, &[NEEDLE, (Tool::WorkingCannula, 10)]);
    println!("fractured, T9 to L5, two needles\n{table}");
    table.holds(NEEDLE, 0.95, 0.99);
    table.holds((Tool::WorkingCannula, 10), 0.95, 0.99);
}

#[test]
fn thin_thoracic_pedicles_are_passed_on_the_outside() {
    let levels: Vec<Level> = Level::ALL.into_iter().filter(|level| *level < Level::T9).collect();
    let table = people(&levels, false, &[NEEDLE, (Tool::VertebroplastyNeedle, 13)]);
    println!("healthy, T5 to T8, two needles\n{table}");
    table.never_medial();
    let beside = table.rows.iter().flat_map(|row| &row.sides).filter(|side| side.is_beside()).count();
    assert!(beside > 0, "no extrapedicular path was offered where pedicles are thin");
}

#[test]
fn real_vertebrae_get_two_needles_that_stay_in_bone() {
    let rows = real::rows(&[NEEDLE, (Tool::VertebroplastyNeedle, 13), (Tool::WorkingCannula, 10)]);
    if rows.is_empty() {
        return;
    }
    let table = Table { rows };
    println!("real vertebrae, two needles\n{table}");
    table.never_medial();
}
