//! The judgement is what `trocar plan` prints; how long it takes.

use super::*;
use crate::app::plan::editor::tests::training;
use crate::assessment::plan_file::tool_of;
use crate::procedure::Procedure;

#[test]
fn it_is_what_the_command_line_prints() {
    let (patient, paths) = training();
    for procedure in [Procedure::Pvp, Procedure::Pkp] {
        let tool = tool_of(procedure);
        let judge = Judge::new(&patient, tool);
        let views = TwoViews::true_of(CArm::mobile(), &patient.vertebra.frame).expect("views");
        for path in &paths {
            let printed = GivenTrajectory::of(&patient, path, tool, &views).expect("graded");
            let judged = judge.judge(&patient, path).expect("judged");
            let json = |given: &GivenTrajectory| serde_json::to_string(given).expect("JSON");
            assert_eq!(json(&judged.given), json(&printed), "{procedure:?} {}", path.side);
            for margin in judged.margins().iter().filter(|margin| margin.direction != Direction::Anterior) {
                let finding = printed.grade.finding(&format!("bone-{}", margin.direction.name()));
                assert_eq!(finding.map(|finding| finding.verdict), Some(margin.verdict), "{margin:?}");
            }
            let nearest = judged.nearest().expect("a wall");
            assert!((nearest.bone_left_mm - printed.trajectory.margin_mm).abs() < 0.021, "{nearest:?}");
        }
    }
}

#[test]
fn the_sections_rules_are_those_of_their_sides() {
    assert_eq!(verdict_beside(Direction::Medial, 1.6), Verdict::Met);
    assert_eq!(verdict_beside(Direction::Medial, 1.2), Verdict::Near);
    assert_eq!(verdict_beside(Direction::Medial, 0.2), Verdict::Missed);
    assert_eq!(verdict_beside(Direction::Anterior, -0.2), Verdict::Missed);
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a measurement")]
#[ignore = "a measurement: cargo test --release --lib the_time_of_a_judgement -- --ignored --nocapture"]
fn the_time_of_a_judgement() {
    let (patient, paths) = training();
    let judge = Judge::new(&patient, Tool::VertebroplastyNeedle);
    let mut times: Vec<u128> = (0..200)
        .map(|_| {
            let began = std::time::Instant::now();
            assert!(judge.judge(&patient, &paths[0]).is_ok());
            began.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!("a judgement: median {} µs, 99 % {} µs", times[100], times[198]);
}
