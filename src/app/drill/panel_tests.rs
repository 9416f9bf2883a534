//! The drill under keys and clicks: an answer tells the truth at once, time runs out, the next patient comes.

use super::super::picture::Posed;
use super::*;
use bevy_egui::egui::Vec2 as Size;
use egui_kittest::{Harness, kittest::Queryable};

fn harness() -> Harness<'static, (DrillScreen, Look)> {
    let question = Question::of(1).expect("a question");
    let screen = DrillScreen::asking(Posed::of(question).expect("pictures"));
    let mut harness = Harness::builder().with_size(Size::new(1300.0, 800.0)).build_ui_state(
        |ui: &mut Ui, (screen, look): &mut (DrillScreen, Look)| {
            look.apply(ui.ctx());
            panel(ui, screen, look);
        },
        (screen, Look::default()),
    );
    harness.run_steps(2);
    harness
}

#[test]
fn an_answer_shows_the_truth_and_goes_into_the_tally() {
    let mut harness = harness();
    assert!(harness.state().0.truth().is_none(), "no truth before the answer");
    let key = harness.state().0.question().unwrap().key;
    let wrong = Decision::ALL.into_iter().find(|decision| *decision != key).unwrap();
    harness.key_press(wrong.key());
    harness.run_steps(3);
    let screen = &harness.state().0;
    assert!(matches!(screen.stage(), Stage::Told(answered) if !answered.is_right()));
    assert!(screen.truth().is_some());
    assert_eq!((screen.tally.asked(), screen.tally.right()), (1, 0));
    let truth = harness.state().1.say("drill-axial");
    assert!(harness.query_by_label(&truth).is_some());
    harness.get_by_label("Next").click();
    harness.run_steps(2);
    assert!(matches!(harness.state().0.stage(), Stage::Waiting));
}

#[test]
fn without_an_answer_in_a_minute_time_is_up() {
    let mut harness = harness();
    harness.state_mut().0.pass(50.0);
    assert!(matches!(harness.state().0.stage(), Stage::Asking));
    harness.state_mut().0.pass(11.0);
    assert!(matches!(harness.state().0.stage(), Stage::Told(answered) if answered.given.is_none()));
    assert_eq!((harness.state().0.tally.asked(), harness.state().0.tally.median_s()), (1, None));
}
