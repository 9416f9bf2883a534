//! A cubic through four values in a row that follows their slopes (Catmull and Rom 1974).

/// Weights of four values for a place between the middle two, from 0 at the one to 1 at the other.
pub(super) fn catmull_rom(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [0.5 * (-t + 2.0 * t2 - t3), 0.5 * (2.0 - 5.0 * t2 + 3.0 * t3), 0.5 * (t + 4.0 * t2 - 3.0 * t3), 0.5 * (t3 - t2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_met_and_nodes_are_kept() {
        let parabola = |x: f32| 3.0 - 2.0 * x + 0.5 * x * x;
        for t in [0.0, 0.2, 0.5, 1.0] {
            let found: f32 = catmull_rom(t).iter().zip([-1.0, 0.0, 1.0, 2.0]).map(|(w, x)| w * parabola(x)).sum();
            assert!((found - parabola(t)).abs() < 1e-5, "{t}: {found}, {}", parabola(t));
        }
    }
}
