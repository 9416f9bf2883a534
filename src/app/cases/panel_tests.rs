//! Tests of the browser.

use super::*;
use crate::app::debrief::recording::tests::{case, settings};
use crate::app::operate::Booking;
use crate::app::plan::editor::tests::training;
use crate::assessment::session::Session;
use bevy_egui::egui::Modifiers;
use egui_kittest::{Harness, kittest::Queryable};

struct State {
    screen: CasesScreen,
    look: Look,
    is_dressed: bool,
    chosen: Vec<CaseChoice>,
}

fn browser() -> Harness<'static, State> {
    browser_with(None)
}

fn browser_with(left: Option<Session>) -> Harness<'static, State> {
    let look = Look::default();
    let state = State { screen: CasesScreen::new(Vec::new(), left), look, is_dressed: false, chosen: Vec::new() };
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

/// Of the program's own wedge, as the table would begin it, twelve minutes and forty seconds on.
fn unfinished() -> Session {
    let (patient, paths) = training();
    let booking =
        Booking { scenario: case(), patient, procedure: Procedure::Pvp, settings: settings(), mode: Mode::Practice };
    let header = booking.header(&paths).expect("a header");
    Session { header, actions: Vec::new(), ticks: (760.0 / TICK_S) as u64 }
}

#[test]
fn what_was_left_is_offered_with_its_time_and_goes_on_with_one_key() {
    let mut harness = browser_with(Some(unfinished()));
    assert_eq!(harness.query_all_by_label_contains("Left unfinished: L1").count(), 1);
    assert_eq!(harness.query_all_by_label_contains("12:40").count(), 1, "760 s");
    harness.key_press(Key::R);
    harness.run_steps(2);
    assert_eq!(harness.state().chosen, [CaseChoice::Resume]);
}

#[test]
fn what_was_left_is_thrown_away_at_the_second_asking_only() {
    let mut harness = browser_with(Some(unfinished()));
    let press = |harness: &mut Harness<'_, State>, key| {
        harness.key_press(key);
        harness.run_steps(2);
    };
    press(&mut harness, Key::Delete);
    assert!(harness.state().chosen.is_empty(), "asked once");
    press(&mut harness, Key::Escape);
    press(&mut harness, Key::Delete);
    assert!(harness.state().chosen.is_empty(), "the first asking was taken back");
    harness.get_by_label("Discard for good").click();
    harness.run_steps(2);
    assert_eq!(harness.state().chosen, [CaseChoice::Discard]);
    harness.state_mut().chosen.clear();
    press(&mut harness, Key::Delete);
    assert_eq!(harness.state().chosen, [CaseChoice::Discard]);
}

#[test]
fn a_key_opens_the_drill_and_another_the_search_which_then_takes_the_keys() {
    let mut harness = browser();
    harness.key_press(Key::D);
    harness.run_steps(2);
    assert_eq!(harness.state().chosen, [CaseChoice::Drill]);
    harness.state_mut().chosen.clear();
    harness.key_press(Key::Slash);
    harness.run_steps(2);
    harness.key_press(Key::D);
    harness.event(bevy_egui::egui::Event::Text("narrow".to_owned()));
    harness.run_steps(2);
    assert!(harness.state().chosen.is_empty(), "the key was the search's");
    assert_eq!(harness.state().screen.filter.search, "narrow");
    assert_eq!(harness.query_all_by_label_contains("T8 · ").count(), 1, "one narrow pedicle");
}
