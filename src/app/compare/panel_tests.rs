//! The comparison: one clock since mixing, rows that light up, switches that run kyphoplasty again.

use super::super::screen::CompareScreen;
use super::*;
use crate::app::debrief::recording::tests::scripted;
use crate::procedure::injection::TICK_S;
use bevy_egui::egui::Vec2;
use egui_kittest::{Harness, kittest::Queryable};

fn screen() -> CompareScreen {
    CompareScreen::of_recordings(PROCEDURES.map(scripted))
}

#[test]
fn both_run_by_the_time_since_mixing() {
    let mut screen = screen();
    let minute = |at_min: f64| (at_min * 60.0 / TICK_S) as u64;
    // Vertebroplasty is pushed at minute 5, kyphoplasty at minute 6.
    screen.timeline.go_to(minute(5.5));
    let injected = |screen: &CompareScreen| {
        let tick = screen.timeline.tick();
        screen.sides().each_ref().map(|side| side.moment(tick).expect("a moment").injected_ml)
    };
    let [pvp, pkp] = injected(&screen);
    assert!(pvp > 0.0 && pkp == 0.0, "{pvp} and {pkp} ml");
    screen.timeline.go_to(u64::MAX);
    let outcomes = screen.sides().each_ref().map(|side| side.recording().unwrap().outcome.cement.clone().unwrap());
    for (now, cement) in injected(&screen).into_iter().zip(outcomes) {
        assert!((now - cement.injected_ml).abs() < 1e-9);
    }
}

#[test]
fn rows_that_differ_are_lit_and_a_switch_runs_kyphoplasty_again() {
    let look = Look::default();
    let mut harness = Harness::builder().with_size(Vec2::new(1500.0, 900.0)).build_ui_state(
        |ui: &mut Ui, (screen, look, is_dressed): &mut (CompareScreen, Look, bool)| {
            // Fonts are there from the next frame on.
            if !std::mem::replace(is_dressed, true) {
                look.apply(ui.ctx());
                return;
            }
            let drawn = panel(ui, screen, look);
            assert!(drawn.scenes.iter().all(|scene| scene.width() > 200.0 && scene.height() > 150.0), "{drawn:?}");
        },
        (screen(), look, false),
    );
    harness.run_steps(3);
    let lit: Vec<&str> =
        harness.state().0.rows().iter().filter(|row| row.difference.is_some()).map(|row| row.words).collect();
    assert!(lit.contains(&"figure-cavity") && lit.contains(&"figure-age"), "{lit:?}");
    assert_eq!(harness.state().0.switches(), Switches::ALL);
    harness.get_by_label("packed wall").click();
    harness.run_steps(2);
    let state = harness.state();
    assert_eq!(state.0.switches(), Switches { shell: false, ..Switches::ALL });
    assert!(state.0.sides()[1].share().is_some(), "kyphoplasty is run again");
    assert!(state.0.sides()[0].share().is_none(), "vertebroplasty is not");
    assert!(state.0.sides()[1].recording().is_some(), "what was shown stays");
}
