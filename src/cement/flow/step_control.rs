//! How much may be injected with one pressure solution: by the front, and by what the last step's error was.

/// Error that a step aims at: the part of the flow that the solution of the step's middle sends elsewhere than the
/// prediction did. (How far the tip's resistance moves is no such error: it moves with the rate and with age.)
/// Measured (cases of `step`) with resistance still counted: steps of at most 1/75 of the volume with 0.1 have leaks
/// within 4.0 % of those of steps four times smaller (0.6 % on average, 94 solutions), with 0.05 within 3.0 % (0.5 %, 112).
const AIM: f64 = 0.1;
/// A step is at least and at most this many times the last one.
const LEAST_CHANGE: f64 = 0.3;
const MOST_CHANGE: f64 = 2.0;
/// Never more than fills this share of the front's places. Measured, steps of at most 1/100 of the volume: a tenth gives
/// leaks within 1.2 % (0.27 % on average, 129 solutions), a quarter 2.2 % (0.35 %, 109); steps of at most 1/25 and this
/// limit alone are up to 18 % off.
pub(super) const FRONT_SHARE: f64 = 0.25;

/// Chooses the volume of the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct StepControl {
    scale: f64,
    /// What the error allows, mm³; before the first estimate anything.
    allowed_mm3: Option<f64>,
    /// Of the step under way, mm³, before scaling.
    planned_mm3: f64,
}

impl StepControl {
    /// Steps `scale` times as long as they would be.
    pub(super) fn new(scale: f64) -> StepControl {
        StepControl { scale, ..StepControl::default() }
    }

    /// Volume of the next step, mm³, where the front and the caller allow no more than so much.
    pub(super) fn plan(&mut self, front_mm3: Option<f64>, largest_mm3: f64) -> f64 {
        let most = front_mm3.unwrap_or(f64::INFINITY).min(largest_mm3);
        self.planned_mm3 = self.allowed_mm3.map_or(most, |allowed| allowed.min(most));
        self.scale * self.planned_mm3
    }

    /// Takes note of the error of the step planned last.
    pub(super) fn learn(&mut self, flow_change: f64) {
        let error = flow_change / self.scale;
        let factor = if error > 0.0 { AIM / error } else { MOST_CHANGE };
        self.allowed_mm3 = Some(self.planned_mm3 * factor.clamp(LEAST_CHANGE, MOST_CHANGE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_settle_where_the_error_is_what_is_aimed_at() {
        for per_mm3 in [0.5, 0.02, 0.001] {
            let mut control = StepControl::new(1.0);
            let mut planned = 0.0;
            for _ in 0..30 {
                planned = control.plan(Some(50.0), 40.0);
                control.learn(per_mm3 * planned);
            }
            let expected = (AIM / per_mm3).min(40.0);
            assert!((planned / expected - 1.0).abs() < 1e-9, "{planned} mm³, not {expected}, at {per_mm3} per mm³");
        }
    }

    #[test]
    fn a_scaled_run_has_the_same_steps_but_for_the_scale() {
        let (mut whole, mut quarter) = (StepControl::new(1.0), StepControl::new(0.25));
        for _ in 0..10 {
            let (a, b) = (whole.plan(Some(30.0), 20.0), quarter.plan(Some(30.0), 20.0));
            assert!((b / a - 0.25).abs() < 1e-12, "{a} and {b} mm³");
            whole.learn(0.03 * a);
            quarter.learn(0.03 * b);
        }
    }
}
