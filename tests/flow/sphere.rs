//! A point source in a large block: the plume is a ball.

use super::boxes::{Block, inject, newtonian, settings};
use std::f64::consts::PI;
use trocar::cement::flow::CementFlow;
use trocar::geometry::Point;
use trocar::units::cbrt;

/// R(t) = (3 Q t / 4πφ)^⅓ for thick cement; the pressure drop inside is Q μ / (4πK) (1/r₀ − 1/R) up to the constant r₀.
#[test]
fn thick_cement_grows_as_a_ball() {
    let block = Block { wall_mm: 1.0, ..Block::cube(20.0, 1.0) };
    let mut flow = CementFlow::new(block.domain(&[]), &[], newtonian(67.0), settings(20.0));
    let centre = Point::new(0.5, 0.5, 0.5);
    flow.set_port(&centre, 1.5).expect("the centre is in bone");
    let rate = 25.0;
    let mut drops = Vec::new();
    inject(&mut flow, 4000.0, rate, |flow, tip_pa| drops.push((flow.injected_mm3(), tip_pa)));
    let grid = flow.domain().grid.clone();
    let saturation = flow.saturation();
    let radius = cbrt(3.0 * 4000.0 / (4.0 * PI * block.porosity));
    let distance = |c| (grid.centre(c) - centre).norm();
    for cell in grid.cells() {
        let s = saturation[cell.get()];
        assert!((0.0..=1.0 + 1e-12).contains(&s), "saturation {s}");
        if distance(cell) < radius - 1.5 {
            assert!(s > 0.99, "{s} at {} of {radius} mm", distance(cell));
        }
        if distance(cell) > radius + 1.5 {
            assert!(s < 0.01, "{s} at {} of {radius} mm", distance(cell));
        }
    }
    // Between two moments the unknown r₀ cancels: P₁ − P₂ = Q μ / (4πK) (1/R₂ − 1/R₁).
    let at = |volume: f64| {
        let (v, p) = *drops.iter().find(|(v, _)| *v >= volume).expect("a step there");
        (cbrt(3.0 * v / (4.0 * PI * block.porosity)), p)
    };
    let ((r1, p1), (r2, p2)) = (at(500.0), at(3900.0));
    let expected = rate * 67.0 / (4.0 * PI * block.permeability_mm2) * (1.0 / r1 - 1.0 / r2);
    let found = p2 - p1;
    assert!((found / expected - 1.0).abs() < 0.1, "pressure rises by {found} Pa, the closed form by {expected} Pa");
}
