//! The key of fifty random questions against the two-view rule and the true breach.

use super::*;

#[test]
fn the_key_agrees_with_the_rule_and_the_true_breach_over_fifty_questions() {
    let mut count = [0; 3];
    for number in 0..50 {
        let question = Question::of(number).expect("a question");
        let at = question.key as usize;
        count[at] += 1;
        let case = || format!("question {number}: {:?}, {:?}", question.key, question.judgement.violated);
        // The axis through the wall is a needle through the wall.
        if let Some(violated) = &question.judgement.violated {
            assert_ne!(question.key, Decision::Advance, "{}", case());
            if violated.from_mm <= question.now.at_mm {
                assert_eq!(question.key, Decision::StopTooMedial, "{}", case());
            }
        }
        let least = question.judgement.least_medial_bone_mm;
        assert_eq!(question.key != Decision::Advance, least.is_some_and(|mm| mm < 0.0), "{} {least:?}", case());
        // The whole line leaves the bone medially wherever the key says that it has or will, and nowhere else.
        let breach = question.trajectory.report(&question.patient.vertebra, Tool::VertebroplastyNeedle).unwrap().breach;
        let is_medial = breach.direction == Direction::Medial && breach.depth_mm > 0.0;
        assert_eq!(question.key != Decision::Advance, is_medial, "{} {breach:?}", case());
        assert!(is_medial || breach.depth_mm == 0.0, "{} {breach:?}", case());
    }
    assert!(count.iter().all(|&count| count >= 8), "answers are not balanced: {count:?}");
}

#[test]
fn the_same_number_is_the_same_question() {
    let [a, b] = [Question::of(3).unwrap(), Question::of(3).unwrap()];
    assert_eq!((a.tip(), a.key, a.patient.level), (b.tip(), b.key, b.patient.level));
}
