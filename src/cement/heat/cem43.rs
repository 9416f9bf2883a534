//! Thermal dose in minutes at 43 °C, ∫R^(43 − T) dt with R = 0.5 above 43 °C and 0.25 below (Sapareto & Dewey 1984).

use super::constants::Cem43;
use crate::units::{S_PER_MIN, exp, ln};

/// Dose of a step, min at 43 °C; exact for a temperature that goes straight from one end to the other.
pub fn minutes_at_43_c(law: &Cem43, from_c: f64, to_c: f64, step_s: f64) -> f64 {
    let reference = law.reference_c.value;
    let (low, high) = (from_c.min(to_c), from_c.max(to_c));
    let seconds = if low >= reference {
        step_s * mean(law.ratio_above.value, low - reference, high - reference)
    } else if high <= reference {
        step_s * mean(law.ratio_below.value, low - reference, high - reference)
    } else {
        let above = (high - reference) / (high - low);
        step_s
            * (above * mean(law.ratio_above.value, 0.0, high - reference)
                + (1.0 - above) * mean(law.ratio_below.value, low - reference, 0.0))
    };
    seconds / S_PER_MIN
}

/// Mean of R^(−x) over x from `low` to `high`.
fn mean(ratio: f64, low: f64, high: f64) -> f64 {
    let slope = -ln(ratio);
    let span = slope * (high - low);
    let at_middle = exp(slope * 0.5 * (low + high));
    // sinh(s)/s with s half the span, by its series where the quotient would cancel.
    let half = 0.5 * span;
    if half < 1e-2 { at_middle * (1.0 + half * half / 6.0) } else { at_middle * (exp(half) - exp(-half)) / span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cement::heat::constants::heat_constants;

    #[test]
    fn constant_temperatures_give_the_closed_form() {
        let law = &heat_constants().cem43;
        for (celsius, s, minutes) in
            [(47.0, 60.0, 16.0), (43.0, 600.0, 10.0), (42.0, 240.0, 1.0), (37.0, 4096.0 * 60.0, 1.0)]
        {
            let dose = minutes_at_43_c(law, celsius, celsius, s);
            assert!((dose / minutes - 1.0).abs() < 1e-12, "{dose} min after {s} s at {celsius} °C");
        }
    }

    #[test]
    fn a_ramp_gives_the_same_in_one_step_or_many() {
        let law = &heat_constants().cem43;
        for (from_c, to_c) in [(37.0, 51.0), (51.0, 37.0), (44.0, 60.0), (30.0, 42.9), (43.0, 43.0 + 1e-3)] {
            let whole = minutes_at_43_c(law, from_c, to_c, 300.0);
            let at = |i: f64| from_c + (to_c - from_c) * i / 1000.0;
            let cut = (0..1000).map(|i| minutes_at_43_c(law, at(f64::from(i)), at(f64::from(i) + 1.0), 0.3));
            let sum: f64 = cut.sum();
            assert!((sum / whole - 1.0).abs() < 1e-9, "{whole} and {sum} min from {from_c} to {to_c} °C");
        }
        // ∫2^x dx from 0 to 8 is (2⁸ − 1)/ln 2.
        let ramp = minutes_at_43_c(law, 43.0, 51.0, 8.0 * 60.0);
        assert!((ramp * std::f64::consts::LN_2 - 255.0).abs() < 1e-9, "{ramp} min");
    }
}
