//! The smooth curves that a fracture's maps are made of, with their slopes.

/// 0 below 0, 1 above 1, smooth between.
pub(super) fn smooth_step(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Slope of [`smooth_step`].
pub(super) fn smooth_step_slope(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    6.0 * t * (1.0 - t)
}

/// 1 at 0, 0 from ±1 on, smooth.
pub(super) fn bump(t: f64) -> f64 {
    let w = (1.0 - t * t).max(0.0);
    w * w
}

/// Odd, rising, level from ±1 on, where it is ±1.
pub(super) fn saturating(t: f64) -> f64 {
    let t = t.clamp(-1.0, 1.0);
    0.5 * t * (3.0 - t * t)
}

/// Slope of [`saturating`].
pub(super) fn saturating_slope(t: f64) -> f64 {
    (1.5 * (1.0 - t * t)).max(0.0)
}

/// A smooth curve through points of rising abscissae without overshoot (Fritsch and Butland's slopes), level beyond
/// both ends.
pub(super) fn through(points: &[[f64; 2]; 4], at: f64) -> f64 {
    let [first, .., last] = points;
    if at <= first[0] {
        return first[1];
    }
    let Some(right) = points.iter().position(|p| at < p[0]) else { return last[1] };
    let secant = |i: usize| (points[i + 1][1] - points[i][1]) / (points[i + 1][0] - points[i][0]);
    let slope = |i: usize| {
        if i == 0 || i == points.len() - 1 {
            return 0.0;
        }
        let (a, b) = (secant(i - 1), secant(i));
        if a * b <= 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
    };
    let left = right - 1;
    let step = points[right][0] - points[left][0];
    let t = (at - points[left][0]) / step;
    let rise = smooth_step(t);
    points[left][1] * (1.0 - rise)
        + points[right][1] * rise
        + step * t * (1.0 - t) * (slope(left) * (1.0 - t) - slope(right) * t)
}

/// The argument between `low` and `high` where a rising function is `wanted`, to 1e-13 of their distance.
pub(super) fn inverse(wanted: f64, low: f64, high: f64, value_and_slope: impl Fn(f64) -> (f64, f64)) -> f64 {
    // The ends themselves are answers; a little room keeps Newton's steps from being refused there.
    let room = 1e-9 + 1e-9 * (high - low).abs();
    let (mut low, mut high) = (low - room, high + room);
    let mut at = 0.5 * (low + high);
    for _ in 0..80 {
        let (value, slope) = value_and_slope(at);
        let error = value - wanted;
        *if error > 0.0 { &mut high } else { &mut low } = at;
        if error.abs() < 1e-12 {
            break;
        }
        let newton = at - error / slope;
        at = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_curves_and_ends_are_level() {
        for i in -30..=30 {
            let (t, h) = (0.05 * f64::from(i) + 0.003, 1e-6);
            let numeric = |f: fn(f64) -> f64| (f(t + h) - f(t - h)) / (2.0 * h);
            assert!((numeric(smooth_step) - smooth_step_slope(t)).abs() < 1e-6, "{t}");
            assert!((numeric(saturating) - saturating_slope(t)).abs() < 1e-6, "{t}");
        }
        assert_eq!((bump(0.0), bump(1.0), bump(-3.0)), (1.0, 0.0, 0.0));
    }

    #[test]
    fn the_curve_passes_its_points_and_never_beyond_them() {
        let points = [[-0.1, 0.0], [0.1, 0.2], [0.5, 0.6], [0.9, 0.5]];
        for p in points {
            assert!((through(&points, p[0]) - p[1]).abs() < 1e-12, "{p:?}");
        }
        for i in 0..200 {
            let value = through(&points, -0.2 + 0.006 * f64::from(i));
            assert!((-1e-12..=0.6 + 1e-12).contains(&value), "{value}");
        }
    }

    #[test]
    fn the_inverse_of_a_cubic_is_found() {
        for wanted in [0.0, 0.3, 1.0] {
            let at = inverse(wanted, 0.0, 1.0, |t| (t * t * t, 3.0 * t * t));
            assert!((at * at * at - wanted).abs() < 1e-11, "{at}");
        }
    }
}
