//! Tests of the C-arms: who may look when, what counts as unseen.

use super::*;
use crate::geometry::Frame;

fn arms(biplane: bool) -> Fluoroscopy {
    Fluoroscopy::new(&FluoroscopyPlan {
        biplane,
        change_view_s: 20.0,
        picture_every_mm3: 500.0,
        dose: super::super::plan::DoseLevel::Normal,
    })
}

fn shot(view: View, tick: u64, injected_mm3: f64) -> Shot {
    let content = Arc::new(BeamContent::nothing(&Frame::identity()));
    Shot { number: 1, tick, injection_s: None, injected_mm3, view, content }
}

#[test]
fn one_c_arm_turns_for_twenty_seconds_and_two_do_not() {
    let mut one = arms(false);
    assert_eq!(one.check(View::Ap, 0), Ok(()));
    assert_eq!(one.check(View::Lateral, 0), Err(Refused::NotThere));
    assert_eq!(one.ticks_to(View::Lateral, 0), 400);
    one.aim(View::Lateral, 7);
    assert_eq!(one.check(View::Ap, 7), Err(Refused::NotThere), "it has left");
    assert_eq!(one.check(View::Lateral, 406), Err(Refused::Turning));
    assert_eq!(one.ticks_to(View::Lateral, 107), 300, "what is left of the turn");
    assert_eq!(one.check(View::Lateral, 407), Ok(()));
    one.aim(View::Lateral, 500);
    assert_eq!(one.check(View::Lateral, 500), Ok(()), "it stands there already");

    let mut two = arms(true);
    assert_eq!((two.check(View::Ap, 0), two.check(View::Lateral, 0)), (Ok(()), Ok(())));
    let oblique = View::Turned { lao_deg: 15.0, cra_deg: 5.0 };
    two.aim(oblique, 3);
    assert_eq!((two.check(oblique, 3), two.check(View::Lateral, 3)), (Ok(()), Ok(())), "the AP arm went");
    assert_eq!(two.check(View::Ap, 3), Err(Refused::NotThere));
}

#[test]
fn a_push_is_blind_unless_a_picture_was_taken_since_anything_moved() {
    let mut arms = arms(true);
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 1, "nothing was ever shot");
    arms.take(shot(View::Ap, 10, 0.0));
    arms.begin_push();
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 2, "the picture was of before the push before");
    arms.take(shot(View::Lateral, 30, 0.0));
    arms.stale();
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 3, "the tool moved after the picture");
    arms.screen(Some(View::Lateral));
    arms.begin_push();
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 3, "screening shows the present");
    arms.screen(None);
    arms.begin_push();
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 4, "the pedal came up on the first push; the second saw nothing");
    arms.take(shot(View::Lateral, 90, 500.0));
    arms.tick(500.0);
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 4, "nothing flowed since");
    arms.take(shot(View::Lateral, 95, 700.0));
    arms.tick(750.0);
    arms.begin_push();
    assert_eq!(arms.pushes_without_fresh_image(), 5, "cement flowed on after the picture during the push");
}

#[test]
fn unseen_cement_is_counted_from_lateral_to_lateral_and_screening_by_the_tick() {
    let mut arms = arms(true);
    arms.take(shot(View::Lateral, 0, 0.0));
    arms.tick(300.0);
    arms.take(shot(View::Ap, 1, 300.0));
    arms.tick(700.0);
    assert_eq!(arms.largest_unseen_mm3(), 700.0, "an AP picture does not show the posterior wall");
    arms.take(shot(View::Lateral, 2, 700.0));
    arms.tick(1100.0);
    assert_eq!(arms.largest_unseen_mm3(), 700.0);
    arms.screen(Some(View::Lateral));
    (0..40).for_each(|i| arms.tick(1100.0 + 50.0 * f64::from(i)));
    arms.screen(None);
    arms.tick(3100.0);
    assert_eq!(arms.largest_unseen_mm3(), 700.0, "screening saw each tick");
    assert_eq!(arms.screened_s().collect::<Vec<_>>(), [(View::Lateral, 2.0)]);
}
