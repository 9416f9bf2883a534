//! Proportions that hold whatever the cement's shape: pressure with rate, with permeability, and with what is in the way.

use super::boxes::{Block, inject, newtonian, settings, wide_opening};
use trocar::cement::domain::FlowDomain;
use trocar::cement::flow::CementFlow;
use trocar::geometry::Point;

/// A block that drains through a wide opening on one face; `permeability` scales the bone's, cell by cell.
fn drained(permeability: impl Fn(&Point) -> f64) -> FlowDomain {
    let mut domain = Block::cube(6.0, 1.0).domain(&[]);
    let grid = domain.grid.clone();
    let active: Vec<_> = grid.cells().filter(|&cell| domain.is_active(cell)).collect();
    for &cell in &active {
        let factor = permeability(&grid.centre(cell)) as f32;
        domain.permeability_mm2.iter_mut().for_each(|k| k[cell.get()] *= factor);
    }
    domain.openings.push(wide_opening(active.into_iter().filter(|&c| grid.centre(c).x > 5.0).collect()));
    domain
}

/// Pressure above rest at the port in Pa once 200 mm³ are in, and the saturations.
fn pressure_pa(domain: FlowDomain, rate_mm3_per_s: f64) -> (f64, Vec<f64>) {
    let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(20.0));
    flow.set_port(&Point::new(-2.5, 0.5, 0.5), 1.5).expect("in bone");
    inject(&mut flow, 200.0, rate_mm3_per_s, |_, _| {});
    let (bone, _) = flow.begin_step(rate_mm3_per_s, 0.0).expect("the opening drains");
    (bone.resistance_pa_s_per_mm3 * rate_mm3_per_s, flow.saturation())
}

fn farthest(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn twice_the_rate_takes_twice_the_pressure_and_goes_to_the_same_places() {
    let (slow, at_slow) = pressure_pa(drained(|_| 1.0), 10.0);
    let (fast, at_fast) = pressure_pa(drained(|_| 1.0), 20.0);
    assert!((fast / slow - 2.0).abs() < 1e-5, "{slow} Pa at 10 mm³/s, {fast} Pa at 20");
    let apart = farthest(&at_slow, &at_fast);
    assert!(apart < 1e-5, "saturations differ by {apart}");
}

#[test]
fn twice_the_permeability_takes_half_the_pressure_and_goes_to_the_same_places() {
    let (tight, at_tight) = pressure_pa(drained(|_| 1.0), 10.0);
    let (wide, at_wide) = pressure_pa(drained(|_| 2.0), 10.0);
    assert!((tight / wide - 2.0).abs() < 1e-5, "{tight} Pa, {wide} Pa in bone twice as permeable");
    let apart = farthest(&at_tight, &at_wide);
    assert!(apart < 1e-5, "saturations differ by {apart}");
}

/// Rayleigh's monotonicity: no conductance that is made smaller lowers the resistance between port and outlet.
#[test]
fn whatever_is_put_in_the_way_raises_the_pressure_or_leaves_it() {
    let resistance = |domain: FlowDomain| {
        let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(20.0));
        flow.set_port(&Point::new(-2.5, 0.5, 0.5), 1.5).expect("in bone");
        flow.begin_step(10.0, 0.0).expect("the opening drains").0.resistance_pa_s_per_mm3
    };
    let free = resistance(drained(|_| 1.0));
    let mut before = free;
    for share in [0.5, 0.1, 1e-3, 1e-6, 0.0] {
        let plate = |at: &Point| if (at.x - 2.5).abs() < 0.1 && at.y < 3.0 { share } else { 1.0 };
        let now = resistance(drained(plate));
        assert!(now > before * (1.0 - 1e-6), "{now} after {before} Pa·s/mm³ with a plate of {share} in the way");
        before = now;
    }
    assert!(before > 1.05 * free, "a plate changes nothing: {before} against {free} Pa·s/mm³");
}
