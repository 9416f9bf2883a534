//! Tests of the browser.

use super::*;
use bevy_egui::egui::Modifiers;
use egui_kittest::{Harness, kittest::Queryable};

struct State {
    screen: CasesScreen,
    look: Look,
    is_dressed: bool,
    chosen: Vec<CaseChoice>,
}

fn browser() -> Harness<'static, State> {
    let look = Look::default();
    let state = State { screen: CasesScreen::new(Vec::new(), None), look, is_dressed: false, chosen: Vec::new() };
    let mut harness = Harness::new_ui_state(
        |ui, state: &mut State| {
            if !std::mem::replace(&mut state.is_dressed, true) {
                return state.look.apply(ui.ctx());
            }
            let best = BTreeMap::from([("l1-wedge".to_owned(), 0.82)]);
            state.chosen.extend(panel(ui, &mut state.screen, &best, &state.look));
        },
        state,
    );
    while harness.state().screen.is_listing() {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    harness.run_steps(3);
    harness
}

#[test]
fn a_case_is_listed_with_its_level_and_the_best_so_far_and_enter_starts_the_first() {
    let mut harness = browser();
    let words = |harness: &Harness<'_, State>, words: &str| harness.query_all_by_label_contains(words).count();
    assert!(words(&harness, "L1 · female, 74 · PVP / PKP") == 1, "level, patient, procedures");
    assert!(words(&harness, "best: 82 % of checks") == 1);
    assert!(words(&harness, "both needles grade A") == 1 && words(&harness, "25 min") == 1, "goals and time");
    harness.key_press(bevy_egui::egui::Key::Enter);
    harness.step();
    let first = harness.state().screen.entries()[0].source.clone();
    assert_eq!(harness.state().chosen, [CaseChoice::Start(first)]);
}

#[test]
fn a_case_of_one_procedure_is_not_compared_and_an_exam_tells_nothing_that_tells_the_level() {
    let mut harness = browser();
    // The tutorial comes first and knows vertebroplasty only.
    harness.key_press(bevy_egui::egui::Key::C);
    harness.step();
    assert!(harness.state().chosen.is_empty());
    let text = include_str!("../../../scenarios/training/l1-wedge.toml").replace("\"practice\"", "\"exam\"");
    let scenario = crate::scenario::Scenario::parse(text, std::path::Path::new("exam.toml")).expect("a case");
    let source = CaseSource::File("exam.toml".into());
    let entry = Entry { source, scenario: Ok(std::sync::Arc::new(scenario)) };
    let told = told(&entry, &Look::default());
    assert!(entry.level().is_none() && !entry.compares());
    assert!(told.story.is_empty() && told.goals.is_empty() && !told.title.contains("wedge fracture"), "{}", told.title);
}

#[test]
fn what_no_case_has_leaves_none_and_says_what_to_do() {
    let mut harness = browser();
    harness.state_mut().screen.filter.search = "a word of no case".to_owned();
    harness.run_steps(2);
    assert_eq!(harness.query_all_by_label_contains("No case passes the filter").count(), 1);
    harness.key_press_modifiers(Modifiers::NONE, bevy_egui::egui::Key::Enter);
    harness.step();
    assert!(harness.state().chosen.is_empty());
    let state = harness.state_mut();
    state.screen.filter.search = "WEDGE l1".to_owned();
    let shown = state.screen.shown(&state.look);
    assert!(!shown.is_empty(), "words in any order and case");
    state.screen.filter.procedure = Some(Procedure::Pkp);
    let with_pkp = state.screen.shown(&state.look);
    assert!(with_pkp.iter().all(|at| state.screen.entries()[*at].procedures().contains(&Procedure::Pkp)));
    state.screen.filter = crate::app::cases::Filter { procedure: Some(Procedure::Pkp), ..Default::default() };
    assert!(state.screen.shown(&state.look).len() < state.screen.entries().len(), "the tutorial has no PKP")
}
