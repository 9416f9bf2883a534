//! The running tally of a drill: how many right, how fast, and how many medial breaches were driven on.

use super::question::Decision;

/// One answer, or none in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answered {
    /// What was answered; `None`: time ran out.
    pub given: Option<Decision>,
    /// What was right.
    pub key: Decision,
    /// Seconds that it took.
    pub seconds: f32,
}

impl Answered {
    /// Whether it was right.
    pub fn is_right(&self) -> bool {
        self.given == Some(self.key)
    }

    /// A needle that is through the medial wall, or will be, was driven on.
    pub fn missed_breach(&self) -> bool {
        self.given == Some(Decision::Advance) && self.key != Decision::Advance
    }
}

/// All answers so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    answers: Vec<Answered>,
}

impl Tally {
    /// One more.
    pub fn add(&mut self, answered: Answered) {
        self.answers.push(answered);
    }

    /// Questions answered or run out of time.
    pub fn asked(&self) -> usize {
        self.answers.len()
    }

    /// Right answers.
    pub fn right(&self) -> usize {
        self.answers.iter().filter(|answered| answered.is_right()).count()
    }

    /// Medial breaches driven on.
    pub fn missed_breaches(&self) -> usize {
        self.answers.iter().filter(|answered| answered.missed_breach()).count()
    }

    /// Median of the seconds of what was answered.
    pub fn median_s(&self) -> Option<f32> {
        let given = self.answers.iter().filter(|answered| answered.given.is_some());
        let mut seconds: Vec<f32> = given.map(|answered| answered.seconds).collect();
        seconds.sort_by(f32::total_cmp);
        let upper = *seconds.get(seconds.len() / 2)?;
        Some(if seconds.len() % 2 == 1 { upper } else { 0.5 * (upper + seconds[seconds.len() / 2 - 1]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tally_counts_what_is_right_how_long_it_took_and_breaches_driven_on() {
        use Decision::{Advance, Redirect, StopTooMedial};
        let mut tally = Tally::default();
        assert_eq!(tally.median_s(), None);
        let answers = [
            (Some(Advance), Advance, 4.0),
            (Some(Advance), StopTooMedial, 10.0),
            (Some(Advance), Redirect, 6.0),
            (Some(Redirect), StopTooMedial, 20.0),
            (None, StopTooMedial, 60.0),
        ];
        for (given, key, seconds) in answers {
            tally.add(Answered { given, key, seconds });
        }
        assert_eq!((tally.asked(), tally.right(), tally.missed_breaches()), (5, 1, 2));
        // No answer in time is no answer of sixty seconds.
        assert_eq!(tally.median_s(), Some(8.0));
    }
}
