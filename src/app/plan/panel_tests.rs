//! The planning screen under clicks and keys.

use super::*;
use crate::app::debrief::recording::tests::case;
use crate::app::looks::{Contrast, Language};
use crate::app::plan::editor::tests::training;
use crate::procedure::Procedure;
use bevy_egui::egui::{Event, Key, Modifiers, PointerButton, Vec2};
use egui_kittest::{Harness, kittest::Queryable};

struct State {
    screen: PlanScreen,
    look: Look,
    choice: Option<PlanChoice>,
    is_dressed: bool,
    slices: [Rect; Slice::ALL.len()],
}

fn harness(language: Language) -> Harness<'static, State> {
    let (patient, paths) = training();
    let look = Look::of(language, Contrast::Quiet, 1.0);
    let screen = PlanScreen::new(case(), patient, Procedure::Pvp, paths);
    let state = State { screen, look, choice: None, is_dressed: false, slices: [Rect::ZERO; Slice::ALL.len()] };
    let draw = |ui: &mut Ui, state: &mut State| {
        // Fonts are there from the next frame on.
        if !std::mem::replace(&mut state.is_dressed, true) {
            state.look.apply(ui.ctx());
            return;
        }
        state.slices = rooms(ui.available_rect_before_wrap(), 1.0).slices;
        let drawn = panel(ui, &mut state.screen, &state.look);
        assert!(drawn.scene.width() > 200.0 && drawn.scene.height() > 200.0, "{:?}", drawn.scene);
        for room in state.slices {
            assert!(room.is_positive() && !room.intersects(drawn.scene), "{room:?} {:?}", drawn.scene);
        }
        state.choice = state.choice.take().or(drawn.choice);
    };
    let mut harness = Harness::builder().with_size(Vec2::new(1400.0, 860.0)).build_ui_state(draw, state);
    harness.run_steps(3);
    harness
}

#[test]
fn a_handle_dragged_in_the_axial_slice_moves_the_target_as_far_as_the_pointer_and_undo_brings_it_back() {
    let mut harness = harness(Language::English);
    let axial = harness.state().slices[0];
    let chosen = harness.state().screen.editor.chosen();
    let target = |harness: &Harness<'_, State>| harness.state().screen.editor.paths()[chosen].target;
    let before = target(&harness);
    let size = [axial.width(), axial.height()];
    let plane = harness.state().screen.slices.plane(Slice::Axial, None, size.map(|edge| edge as usize));
    let ([x, y], off_mm) = plane.place(&before);
    let from = axial.min + Vec2::new(x as f32, y as f32);
    harness.hover_at(from);
    harness.run_steps(2);
    harness.drag_at(from);
    harness.run_steps(2);
    for step in 1..=6 {
        harness.hover_at(from + Vec2::new(2.0, -1.0) * step as f32);
        harness.run_steps(1);
    }
    harness.drop_at(from + Vec2::new(12.0, -6.0));
    harness.run_steps(2);
    let moved_mm = target(&harness) - before;
    let wanted_mm = (plane.right * 12.0 - plane.down * 6.0) * plane.mm_per_pixel;
    assert!((moved_mm - wanted_mm).norm() < 0.5, "moved by {moved_mm:?} mm, not {wanted_mm:?}");
    assert!((plane.place(&target(&harness)).1 - off_mm).abs() < 1e-9, "it left the plane's distance");
    harness.get_by_label_contains("Undo: move").click();
    harness.run_steps(2);
    assert_eq!(target(&harness), before, "one drag is one step");
}

#[test]
fn a_right_drag_changes_the_window_even_when_it_begins_on_a_handle() {
    let mut harness = harness(Language::English);
    let axial = harness.state().slices[0];
    let before = harness.state().screen.editor.paths().to_vec();
    let target = before[harness.state().screen.editor.chosen()].target;
    let size = [axial.width(), axial.height()];
    let plane = harness.state().screen.slices.plane(Slice::Axial, None, size.map(|edge| edge as usize));
    let ([x, y], _) = plane.place(&target);
    let from = axial.min + Vec2::new(x as f32, y as f32);
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Secondary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(Event::PointerMoved(from));
    harness.run_steps(1);
    harness.event(button(from, true));
    harness.run_steps(1);
    for step in 1..=5 {
        harness.event(Event::PointerMoved(from + Vec2::new(6.0, 0.0) * step as f32));
        harness.run_steps(1);
    }
    harness.event(button(from + Vec2::new(30.0, 0.0), false));
    harness.run_steps(2);
    assert_eq!(harness.state().screen.editor.paths(), &before[..]);
    let [width_hu, level_hu] = harness.state().screen.slices.window_hu;
    assert!(width_hu > 1250.0 && (level_hu - 450.0).abs() < 1e-9, "{width_hu} HU wide at {level_hu} HU");
}

#[test]
fn propose_searches_behind_the_window_and_can_be_undone() {
    let mut harness = harness(Language::English);
    harness.get_by_label("Propose").click();
    harness.run_steps(2);
    assert!(harness.state().screen.is_proposing());
    for _ in 0..6000 {
        harness.run_steps(1);
        if !harness.state().screen.is_proposing() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(harness.state().screen.refused, None);
    harness.run_steps(2);
    harness.get_by_label("Undo: take the proposal").click();
    harness.run_steps(2);
    assert_eq!(harness.state().screen.editor.paths(), &training().1[..]);
}

#[test]
fn keys_move_the_needle_and_the_undo_button_names_the_step() {
    for (language, named) in [(Language::English, "Undo: move left entry"), (Language::Chinese, "移动左侧进针点")]
    {
        let mut harness = harness(language);
        let from = harness.state().screen.editor.paths()[0].clone();
        harness.key_press(Key::ArrowRight);
        harness.run_steps(2);
        let moved = harness.state().screen.editor.paths()[0].entry.x - from.entry.x;
        assert!((moved - 0.5).abs() < 0.05, "{moved}");
        assert!(harness.query_by_label_contains(named).is_some(), "{named}");
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(2);
        let moved = harness.state().screen.editor.paths()[0].entry.x - from.entry.x;
        assert!((moved - 0.6).abs() < 0.05, "{moved}");
        for _ in 0..2 {
            harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
            harness.run_steps(2);
        }
        assert_eq!(harness.state().screen.editor.paths()[0], from);
        harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        harness.run_steps(2);
        assert_ne!(harness.state().screen.editor.paths()[0], from);
    }
}

#[test]
fn numbers_are_fresh_in_the_frame_of_the_key() {
    let mut harness = harness(Language::English);
    let margin = |harness: &Harness<'_, State>| {
        let judged = harness.state().screen.judgement(0).expect("a path").expect("judged");
        judged.given.trajectory.entry_mm
    };
    let before = margin(&harness);
    harness.key_press(Key::ArrowUp);
    harness.run_steps(1);
    assert_ne!(margin(&harness), before);
    assert_eq!(margin(&harness), <[f64; 3]>::from(harness.state().screen.editor.paths()[0].entry.coords));
}

#[test]
fn tab_takes_the_other_side_and_gives_no_button_the_focus() {
    let mut harness = harness(Language::English);
    harness.state_mut().screen.editor.set_sides(Sides::Both).expect("two");
    harness.run_steps(2);
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    assert_eq!(harness.state().screen.editor.chosen(), 1);
    assert!(!harness.ctx.egui_wants_keyboard_input());
}

#[test]
fn locking_hands_out_the_paths_and_nothing_moves_any_more() {
    let mut harness = harness(Language::English);
    harness.get_by_label("Lock the plan").click();
    harness.run_steps(2);
    assert_eq!(harness.state().choice, Some(PlanChoice::Locked(training().1)));
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    let state = harness.state();
    assert_eq!(state.screen.editor.paths(), &training().1[..]);
    let said = state.screen.refused.as_ref().expect("a refusal").in_words(&state.look);
    assert!(harness.query_by_label(&said).is_some(), "{said}");
}

#[test]
fn enter_locks_and_escape_leaves() {
    let mut harness = harness(Language::English);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(harness.state_mut().choice.take(), Some(PlanChoice::Back));
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert!(matches!(harness.state().choice, Some(PlanChoice::Locked(_))));
}

#[test]
fn the_scene_gets_a_tool_a_path_and_a_line_to_the_nearest_wall() {
    let harness = harness(Language::English);
    let screen = &harness.state().screen;
    let palette = &harness.state().look.palette;
    let paths = screen.editor.paths().len();
    assert_eq!((screen.tools(palette).len(), screen.lines(palette).len()), (paths, 2 * paths));
    assert_eq!(screen.cut(), None);
}

#[test]
fn a_click_in_a_slice_brings_the_other_two_there_and_the_wheel_goes_on_through_it() {
    let mut harness = harness(Language::English);
    let [axial, sagittal] = [0, 1].map(|at| harness.state().slices[at]);
    let focus = |harness: &Harness<'_, State>| harness.state().screen.slices.focus;
    let before = focus(&harness);
    let size = [axial.width(), axial.height()].map(|edge| edge as usize);
    let plane = harness.state().screen.slices.plane(Slice::Axial, None, size);
    let at = axial.center() + Vec2::new(20.0, -30.0);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(2);
    let wanted = plane.point_at([f64::from(at.x - axial.left()), f64::from(at.y - axial.top())]);
    let off_mm = (focus(&harness) - wanted).norm();
    assert!(off_mm < plane.mm_per_pixel && (wanted - before).norm() > 5.0, "{off_mm} mm off");
    // In the sagittal slice the wheel goes from side to side and nowhere else.
    let clicked = focus(&harness);
    harness.hover_at(sagittal.center());
    harness.run_steps(2);
    harness.key_press(Key::Period);
    harness.run_steps(2);
    let moved = focus(&harness) - clicked;
    assert!((moved.x.abs() - 0.5).abs() < 1e-9 && moved.y == 0.0 && moved.z == 0.0, "{moved}");
}

#[test]
fn a_target_dragged_along_the_needle_goes_as_far_as_the_pointer_and_stays_while_it_is_held() {
    let mut harness = harness(Language::English);
    let along = harness.state().slices[3];
    let chosen = harness.state().screen.editor.chosen();
    let path = |harness: &Harness<'_, State>| harness.state().screen.editor.paths()[chosen].clone();
    let before = path(&harness);
    let size = [along.width(), along.height()].map(|edge| edge as usize);
    let plane = harness.state().screen.slices.plane(Slice::AlongNeedle, Some(&before), size);
    let [first_mm, last_mm] = harness.state().screen.slices.depths_along_mm(&before);
    let length_mm = (before.target - before.entry).norm();
    assert!((first_mm + 8.0).abs() < 1e-9 && (last_mm - length_mm - 8.0).abs() < 1e-9, "{first_mm} to {last_mm}");
    let ([x, y], off_mm) = plane.place(&before.target);
    assert!(off_mm.abs() < 1e-9 && (y - 0.5 * size[1] as f64).abs() < 1.0, "the needle lies in the middle");
    let from = along.min + Vec2::new(x as f32, y as f32);
    harness.hover_at(from);
    harness.run_steps(2);
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(from - Vec2::new(20.0, 0.0));
    // Held still for many frames: nothing may creep.
    harness.run_steps(12);
    let wanted_mm = 20.0 * plane.mm_per_pixel;
    let way_mm = length_mm - (path(&harness).target - before.entry).norm();
    assert!((way_mm - wanted_mm).abs() < 0.2, "{way_mm} of {wanted_mm} mm");
    harness.drop_at(from - Vec2::new(20.0, 0.0));
    harness.run_steps(2);
    assert!((length_mm - (path(&harness).target - before.entry).norm() - way_mm).abs() < 1e-9);
}
