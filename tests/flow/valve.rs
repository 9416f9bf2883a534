//! Ways out at a higher pressure than the bone's own: a disc gives way to the bone, and does not flow into it.

use super::boxes::{Block, newtonian, settings, wide_opening};
use super::vein::straight_vein;
use trocar::cement::{domain::FlowDomain, flow::CementFlow, openings::OpeningCells};
use trocar::geometry::Point;

const DISC_PA: f64 = 1e5;

/// The upper face of a cube leads to a disc.
fn towards_disc(domain: &FlowDomain, top_mm: f64) -> OpeningCells {
    let upper = |z: f64| z > top_mm - 1.0;
    let cells = domain.grid.cells().filter(|&c| domain.is_active(c) && upper(domain.grid.centre(c).z)).collect();
    let mut opening = wide_opening(cells);
    opening.opening.outside_pressure_pa = DISC_PA;
    opening
}

#[test]
fn with_a_disc_as_the_only_way_out_the_bone_stands_at_the_discs_pressure() {
    let mut domain = Block::cube(8.0, 1.0).domain(&[]);
    domain.openings.push(towards_disc(&domain, 8.0));
    let mut flow = CementFlow::new(domain, &[], newtonian(5.0), settings(10.0));
    flow.set_port(&Point::new(0.5, 0.5, 0.5), 1.5).expect("in bone");
    for step in 0..12 {
        let (bone, budget) = flow.begin_step(20.0, f64::from(step)).expect("the disc takes what comes");
        assert!(
            (bone.rest_pressure_pa / DISC_PA - 1.0).abs() < 0.01,
            "step {step}: rests at {} Pa",
            bone.rest_pressure_pa
        );
        assert!(bone.resistance_pa_s_per_mm3 > 0.0, "step {step}: no resistance");
        flow.displace(budget, 0.0, f64::from(step)).expect("the cement fits");
    }
}

#[test]
fn a_disc_does_not_flow_into_a_bone_that_has_a_vein() {
    let vein = straight_vein(Point::new(0.1, 8.0, 0.1), Point::new(0.1, -4.0, 0.1), 1.0);
    let mut domain = Block::cube(8.0, 1.0).domain(std::slice::from_ref(&vein));
    domain.openings.push(towards_disc(&domain, 8.0));
    let venous_pa = vein.outside_pressure_pa;
    let mut flow = CementFlow::new(domain, &[vein], newtonian(0.5), settings(10.0));
    flow.set_port(&Point::new(4.5, 0.5, 0.5), 1.5).expect("in bone");
    for step in 0..12 {
        let (bone, budget) = flow.begin_step(20.0, f64::from(step)).expect("the vein drains");
        assert!((bone.rest_pressure_pa - venous_pa).abs() < 1.0, "step {step}: rests at {} Pa", bone.rest_pressure_pa);
        flow.displace(budget, 0.0, f64::from(step)).expect("the cement fits");
    }
}

#[test]
fn a_disc_that_gives_way_later_sets_the_pressure_from_then_on() {
    // So narrow a vein needs more than the disc's pressure: the valve opens after the first solution.
    let vein = straight_vein(Point::new(0.1, 8.0, 0.1), Point::new(0.1, -4.0, 0.1), 0.1);
    let mut domain = Block::cube(8.0, 1.0).domain(std::slice::from_ref(&vein));
    domain.openings.push(towards_disc(&domain, 8.0));
    let venous_pa = vein.outside_pressure_pa;
    let mut flow = CementFlow::new(domain, &[vein], newtonian(0.5), settings(10.0));
    flow.set_port(&Point::new(4.5, 0.5, 0.5), 1.5).expect("in bone");
    let rests: Vec<f64> = (0..2)
        .map(|step| flow.begin_step(20.0, f64::from(step)).expect("there is a way out").0.rest_pressure_pa)
        .collect();
    assert!((rests[0] - venous_pa).abs() < 1.0, "before it gives way and after: {rests:?} Pa");
    assert!((rests[1] / DISC_PA - 1.0).abs() < 0.05, "before it gives way and after: {rests:?} Pa");
}
