//! A curve through given points that is monotone wherever they are (Fritsch & Carlson 1980).

/// Cubic Hermite interpolation with limited slopes: continuous slope, no overshoot. Constant outside its points.
#[derive(Clone, Debug, PartialEq)]
pub struct MonotoneCurve {
    positions: Vec<f64>,
    values: Vec<f64>,
    slopes: Vec<f64>,
}

impl MonotoneCurve {
    /// Through `points` (position, value), whose positions must increase; a single point gives a constant.
    pub fn through(points: &[(f64, f64)]) -> MonotoneCurve {
        let positions: Vec<f64> = points.iter().map(|point| point.0).collect();
        let values: Vec<f64> = points.iter().map(|point| point.1).collect();
        let secants: Vec<f64> =
            points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)).collect();
        let mut slopes = vec![0.0; points.len()];
        for k in 0..points.len() {
            let before = k.checked_sub(1).and_then(|k| secants.get(k)).copied();
            let after = secants.get(k).copied();
            slopes[k] = match (before, after) {
                (Some(before), Some(after)) if before * after > 0.0 => 0.5 * (before + after),
                (Some(_), Some(_)) | (None, None) => 0.0,
                (Some(only), None) | (None, Some(only)) => only,
            };
        }
        // Slopes beyond three times the secant could overshoot: pull the pair back to the circle of radius 3.
        for (k, &secant) in secants.iter().enumerate() {
            if secant == 0.0 {
                slopes[k] = 0.0;
                slopes[k + 1] = 0.0;
                continue;
            }
            let alpha = slopes[k] / secant;
            let beta = slopes[k + 1] / secant;
            let square = alpha * alpha + beta * beta;
            if square > 9.0 {
                let shrink = 3.0 / square.sqrt();
                slopes[k] = shrink * alpha * secant;
                slopes[k + 1] = shrink * beta * secant;
            }
        }
        MonotoneCurve { positions, values, slopes }
    }

    /// The value at `position`; that of the nearest end outside.
    pub fn at(&self, position: f64) -> f64 {
        let after = self.positions.partition_point(|&p| p <= position);
        if after == 0 {
            return self.values.first().copied().unwrap_or(f64::NAN);
        }
        if after == self.positions.len() {
            return self.values[after - 1];
        }
        let k = after - 1;
        let width = self.positions[k + 1] - self.positions[k];
        let t = (position - self.positions[k]) / width;
        let (t2, t3) = (t * t, t * t * t);
        (2.0 * t3 - 3.0 * t2 + 1.0) * self.values[k]
            + (t3 - 2.0 * t2 + t) * width * self.slopes[k]
            + (3.0 * t2 - 2.0 * t3) * self.values[k + 1]
            + (t3 - t2) * width * self.slopes[k + 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn goes_through_its_points_and_keeps_a_straight_line() {
        let points = [(0.0, 1.0), (1.0, 3.0), (4.0, 9.0), (6.0, 13.0)];
        let curve = MonotoneCurve::through(&points);
        for step in 0..=60 {
            let x = 0.1 * f64::from(step);
            let error = (curve.at(x) - (1.0 + 2.0 * x)).abs();
            assert!(error < 1e-12, "{} at {x}", curve.at(x));
        }
        assert_eq!(curve.at(-5.0), 1.0);
        assert_eq!(curve.at(99.0), 13.0);
    }

    proptest! {
        #[test]
        fn rises_wherever_the_points_rise(
            steps in proptest::collection::vec((0.05..5.0f64, 0.0..10.0f64), 2..12),
        ) {
            let mut point = (0.0, 0.0);
            let mut points = vec![point];
            for (dx, dy) in steps {
                point = (point.0 + dx, point.1 + dy);
                points.push(point);
            }
            let curve = MonotoneCurve::through(&points);
            let mut before = f64::NEG_INFINITY;
            for i in 0..=2000 {
                let x = point.0 * f64::from(i) / 2000.0;
                let value = curve.at(x);
                prop_assert!(value >= before - 1e-9, "falls to {value} from {before} at {x}");
                before = value;
            }
            for &(x, y) in &points {
                prop_assert!((curve.at(x) - y).abs() < 1e-9, "{} at {x}, not {y}", curve.at(x));
            }
        }
    }
}
