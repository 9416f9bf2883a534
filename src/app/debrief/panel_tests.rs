//! The debrief under clicks and keys: scrubbing, playing, why, what if, the report.

use super::*;
use crate::app::debrief::recording::tests::scripted;
use crate::app::debrief::report;
use crate::app::looks::{Contrast, Language};
use crate::procedure::Procedure;
use bevy_egui::egui::{Key, Vec2};
use egui_kittest::{Harness, kittest::Queryable};

struct State {
    screen: DebriefScreen,
    look: Look,
    choice: Option<Choice>,
    is_dressed: bool,
}

fn harness(language: Language) -> Harness<'static, State> {
    let look = Look::of(language, Contrast::Quiet, 1.0);
    let state = State { screen: DebriefScreen::new(scripted(Procedure::Pvp)), look, choice: None, is_dressed: false };
    let draw = |ui: &mut Ui, state: &mut State| {
        // Fonts are there from the next frame on.
        if !std::mem::replace(&mut state.is_dressed, true) {
            state.look.apply(ui.ctx());
            return;
        }
        let drawn = panel(ui, &mut state.screen, &state.look);
        assert!(drawn.scene.width() > 200.0 && drawn.scene.height() > 200.0, "{:?}", drawn.scene);
        state.choice = state.choice.take().or(drawn.choice);
    };
    let mut harness = Harness::builder().with_size(Vec2::new(1600.0, 1300.0)).build_ui_state(draw, state);
    harness.run_steps(3);
    harness
}

#[test]
fn keys_scrub_and_play() {
    let mut harness = harness(Language::English);
    let end = harness.state().screen.timeline.end();
    assert_eq!(harness.state().screen.timeline.tick(), end);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(harness.state().screen.timeline.tick(), end - 40);
    harness.key_press(Key::Home);
    harness.run_steps(2);
    assert_eq!(harness.state().screen.timeline.tick(), 0);
    harness.key_press(Key::Space);
    harness.run_steps(5);
    assert!(harness.state().screen.timeline.is_playing && harness.state().screen.timeline.tick() > 0);
    harness.key_press(Key::End);
    harness.run_steps(2);
    assert_eq!(harness.state().screen.timeline.tick(), end);
}

#[test]
fn why_draws_the_way_and_says_it_in_both_languages() {
    for language in Language::ALL {
        let mut harness = harness(language);
        let why = harness.state().look.say("debrief-why");
        harness.get_all_by_label(&why).next().expect("a leak to ask about").click();
        harness.run_steps(3);
        assert_eq!(harness.state().screen.chosen_leak, Some(0));
        assert!(harness.state().screen.leak_line().is_some());
        let state = harness.state();
        let said = super::super::why::sentences(state.screen.leak_path(0).unwrap(), &state.look);
        assert!(said.len() >= 2 && harness.query_by_label(&said[0]).is_some(), "{said:?}");
    }
}

#[test]
fn a_what_if_button_starts_a_run() {
    let mut harness = harness(Language::English);
    assert!(harness.state().screen.what_if.is_none());
    harness.get_by_label("90 s later").click();
    harness.run_steps(2);
    let what_if = harness.state().screen.what_if.as_ref().expect("a run");
    assert_eq!(what_if.change, super::super::what_if::Change::Later);
    let mut screen = DebriefScreen::new(scripted(Procedure::Pvp));
    screen.ask_what_if(super::super::what_if::Change::Later);
    assert!(screen.what_if.is_some_and(|run| run.share().is_some() || run.result.is_some()));
}

#[test]
fn the_report_holds_figures_leaks_and_their_why_and_is_handed_out() {
    let mut harness = harness(Language::Chinese);
    harness.key_press(Key::R);
    harness.run_steps(2);
    let Some(Choice::SaveReport(html)) = harness.state().choice.clone() else { panic!("no report") };
    let state = harness.state();
    assert_eq!(html, report::html(&state.screen, &state.look));
    assert!(html.contains("lang=\"zh\"") && html.contains(&state.look.say("not-a-device")));
    for leak in &state.screen.recording().outcome.leaks {
        assert!(html.contains(&leak.route), "{}", leak.route);
    }
    assert!(html.contains("<polyline"), "curves");
}
