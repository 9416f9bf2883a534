//! Bone dies where it is at 47 °C or more for a minute (Eriksson & Albrektsson 1983).
//!
//! The Arrhenius integral that goes with cement models (Henriques' constants) is not used: it is a law of skin burns, and 1 min at
//! 47 °C is a hundredth of its damage.

use super::constants::Eriksson;

/// Seconds of a step at or above the threshold, the temperature going straight from one end to the other.
pub fn seconds_above(threshold_c: f64, from_c: f64, to_c: f64, step_s: f64) -> f64 {
    match (from_c >= threshold_c, to_c >= threshold_c) {
        (true, true) => step_s,
        (false, false) => 0.0,
        (true, false) => step_s * (from_c - threshold_c) / (from_c - to_c),
        (false, true) => step_s * (to_c - threshold_c) / (to_c - from_c),
    }
}

/// Whether bone that was above the threshold for this long dies.
pub fn is_dead(law: &Eriksson, seconds_above: f64) -> bool {
    seconds_above >= law.least_time_s.value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cement::heat::constants::heat_constants;

    #[test]
    fn a_minute_at_47_degrees_kills_and_less_of_either_does_not() {
        let law = &heat_constants().eriksson;
        let above = |celsius: f64, s: f64| seconds_above(law.threshold_c.value, celsius, celsius, s);
        assert!(is_dead(law, above(47.0, 60.0)));
        assert!(!is_dead(law, above(47.0, 59.9)) && !is_dead(law, above(46.9, 600.0)));
    }

    #[test]
    fn steps_of_a_rise_and_fall_add_up_to_the_time_above() {
        // 37 to 57 °C in 100 s and back: half of the time above 47 °C, however it is cut into steps.
        let at = |s: f64| 57.0 - 0.2 * (s - 100.0).abs();
        for steps in [2, 5, 40, 333] {
            let step_s = 200.0 / f64::from(steps);
            let ends = (0..steps).map(|i| [at(step_s * f64::from(i)), at(step_s * f64::from(i + 1))]);
            let sum: f64 = ends.map(|[from, to]| seconds_above(47.0, from, to, step_s)).sum();
            // The step that holds the peak cuts it off in an odd number of steps, above the threshold.
            assert!((sum - 100.0).abs() < 1e-9, "{sum} s in {steps} steps");
        }
    }
}
