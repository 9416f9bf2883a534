//! What the scene is shown at a moment: cement that grows, ways that cement had come, the moment a leak began.

use super::*;
use crate::app::debrief::recording::tests::scripted;
use crate::procedure::Procedure;

#[test]
fn scrubbing_shows_the_cement_of_the_moment_and_the_pictures_taken_by_then() {
    let mut screen = DebriefScreen::new(scripted(Procedure::Pvp));
    let recording = Arc::clone(screen.recording());
    let amount = |screen: &DebriefScreen| screen.keyframe().content.cement_in_cells_mm3();
    let end = amount(&screen);
    screen.timeline.go_to(0);
    assert_eq!(amount(&screen), 0.0);
    // The script looks at its tools in AP at once; the one C-arm is still to turn.
    assert_eq!(screen.films_now()[..2], [Some(Film::Seen(0)), None]);
    let start = recording.series_tick().unwrap();
    let mut before = 0.0;
    for step in 1..=20 {
        screen.timeline.go_to(start + (recording.end_tick - start) * step / 20);
        assert!(amount(&screen) >= before - 1e-9, "cement does not go back");
        before = amount(&screen);
        let [ap, lateral, ..] = screen.films_now();
        assert!(ap.is_some() && lateral.is_some());
    }
    assert_eq!(before, end);
}

#[test]
fn choosing_a_leak_shows_its_way_from_when_it_began_and_no_further_than_cement_had_come() {
    let mut screen = DebriefScreen::new(scripted(Procedure::Pvp));
    assert!(screen.leak_line().is_none());
    screen.choose_leak(0);
    let path = screen.leak_path(0).expect("a way").clone();
    let line = screen.leak_line().expect("a line");
    assert_eq!((line.kind, &line.points), (LineKind::Leak(path.class), &path.points), "it had come all the way");
    let onset = screen.recording().tick_of_series_s(path.onset_s);
    assert!(screen.timeline.tick() >= onset && screen.timeline.tick() < onset + 60, "{}", screen.timeline.tick());
    screen.timeline.go_to(screen.recording().series_tick().unwrap() + 20);
    let short = screen.leak_line().expect("a line").points.len();
    assert!(short < path.points.len(), "{short} of {}", path.points.len());
}

#[test]
fn the_cases_own_expectations_are_checked_for_this_run_alone() {
    let screen = DebriefScreen::new(scripted(Procedure::Pvp));
    assert!(!screen.expected().is_empty());
    assert!(screen.expected().iter().all(|checked| checked.key.starts_with("pvp.")), "{:?}", screen.expected());
}
