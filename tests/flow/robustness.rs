//! Bone that cannot be crossed, bone without a way out, and numbers far from any clinic: an error that says what is
//! wrong, or finite numbers and every mm³ accounted for.

use super::boxes::{Block, MARROW_PA_S, inject, newtonian, settings, wide_opening};
use super::vein::straight_vein;
use trocar::cement::domain::FlowDomain;
use trocar::cement::flow::{CementFlow, FlowError};
use trocar::geometry::{CellIndex, Point};

const PORT: Point = Point::new(-2.5, 0.5, 0.5);

/// A sealed cube of 12 mm with a wide opening on its face at −x.
fn open_to_the_left() -> FlowDomain {
    let mut domain = Block::cube(6.0, 1.0).domain(&[]);
    let left = |c: &CellIndex| domain.is_active(*c) && domain.grid.centre(*c).x < -5.0;
    domain.openings.push(wide_opening(domain.grid.cells().filter(left).collect()));
    domain
}

/// Cells whose centre is chosen.
fn chosen(domain: &FlowDomain, choose: impl Fn(&Point) -> bool) -> Vec<usize> {
    let cells = domain.grid.cells().filter(|&cell| domain.is_active(cell) && choose(&domain.grid.centre(cell)));
    cells.map(CellIndex::get).collect()
}

/// A flow of cement 20 Pa·s thick with its port at [`PORT`].
fn flow_in(domain: FlowDomain) -> CementFlow {
    let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(20.0));
    flow.set_port(&PORT, 1.5).expect("in bone");
    flow
}

/// Every figure is finite, every saturation within 0…1, and the volumes add up to 1e-9.
fn is_sound(flow: &CementFlow) {
    let (injected, in_bone, leaked) = (flow.injected_mm3(), flow.in_bone_mm3(), flow.ledger().total_mm3());
    let error = (injected - in_bone - leaked).abs();
    assert!(error <= 1e-9 * injected, "{injected} mm³ injected, {in_bone} in the bone, {leaked} leaked");
    for (cell, s) in flow.saturation().into_iter().enumerate() {
        assert!((0.0..=1.0 + 1e-12).contains(&s), "saturation {s} of cell {cell}");
    }
}

/// Injects 300 mm³ and checks every step.
fn inject_soundly(flow: &mut CementFlow, rate_mm3_per_s: f64) {
    inject(flow, 300.0, rate_mm3_per_s, |flow, tip_pa| {
        assert!(tip_pa.is_finite() && tip_pa >= 0.0, "{tip_pa} Pa above rest at the tip");
        is_sound(flow);
    });
    assert!((flow.injected_mm3() - 300.0).abs() < 1e-6, "{} mm³ of 300 went in", flow.injected_mm3());
}

fn farthest(a: &CementFlow, b: &CementFlow) -> f64 {
    a.saturation().iter().zip(b.saturation()).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn cement_goes_round_pockets_that_nothing_can_enter() {
    let mut domain = open_to_the_left();
    let pocket =
        |at: &Point| (at - Point::new(-2.0, 3.5, 0.5)).norm() < 1.6 || (at - Point::new(3.5, 0.5, 0.5)).norm() < 0.1;
    let pockets = chosen(&domain, pocket);
    assert!(pockets.len() > 10, "{} cells", pockets.len());
    for &cell in &pockets {
        domain.permeability_mm2.iter_mut().for_each(|k| k[cell] = 0.0);
    }
    let mut flow = flow_in(domain);
    inject_soundly(&mut flow, 20.0);
    let saturation = flow.saturation();
    assert!(pockets.iter().all(|&cell| saturation[cell] == 0.0), "cement in a pocket without permeability");
}

#[test]
fn a_port_in_a_pocket_that_nothing_can_leave_is_refused() {
    let mut domain = open_to_the_left();
    let port = chosen(&domain, |at| (at - PORT).norm() < 0.1)[0];
    domain.permeability_mm2.iter_mut().for_each(|k| k[port] = 0.0);
    let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(20.0));
    flow.set_port_cells(vec![CellIndex(port as u32)]);
    says_where(&mut flow, &PORT);
}

/// The next step fails, and the message names the port's cell or its place in mm.
fn says_where(flow: &mut CementFlow, at: &Point) {
    let cell = flow.domain().grid.cell_of(at).expect("in the grid").0;
    let error = flow.begin_step(20.0, 3.0).expect_err("there is no way out of here").to_string();
    let place = format!("({:.1}, {:.1}, {:.1}) mm", at.x, at.y, at.z);
    assert!(
        error.contains(&format!("cell {cell}")) || error.contains(&place),
        "neither cell {cell} nor {place} is named: {error}"
    );
    is_sound(flow);
}

/// The cube of [`open_to_the_left`] with an empty layer across it; what lies right of it is sealed.
fn with_island() -> FlowDomain {
    let mut domain = open_to_the_left();
    for cell in chosen(&domain, |at| at.x > 1.0 && at.x < 2.0) {
        domain.pore_volume_mm3[cell] = 0.0;
        domain.permeability_mm2.iter_mut().for_each(|k| k[cell] = 0.0);
    }
    domain
}

#[test]
fn an_island_without_a_source_changes_nothing() {
    let mut without = with_island();
    for cell in chosen(&without, |at| at.x > 2.0) {
        without.pore_volume_mm3[cell] = 0.0;
        without.permeability_mm2.iter_mut().for_each(|k| k[cell] = 0.0);
    }
    let [mut with, mut without] = [with_island(), without].map(flow_in);
    inject_soundly(&mut with, 20.0);
    inject_soundly(&mut without, 20.0);
    let apart = farthest(&with, &without);
    assert!(apart < 1e-5, "saturations differ by {apart}");
}

#[test]
fn a_source_in_an_island_is_an_error_that_says_where() {
    let island = Point::new(4.5, 0.5, 0.5);
    let mut flow = flow_in(with_island());
    let inside = flow.domain().grid.cell_of(&island).expect("in the grid");
    flow.set_port_cells(vec![inside]);
    says_where(&mut flow, &island);
    // Moved back to where there is a way out, the port works.
    flow.set_port(&PORT, 1.5).expect("in bone");
    inject_soundly(&mut flow, 20.0);
}

#[test]
fn sealed_bone_takes_nothing_and_says_so() {
    let mut flow = flow_in(Block::cube(6.0, 1.0).domain(&[]));
    for _ in 0..2 {
        let refused = flow.begin_step(20.0, 0.0);
        assert!(matches!(refused, Err(FlowError::NoOutlet { .. })), "{refused:?}");
    }
    assert_eq!((flow.injected_mm3(), flow.in_bone_mm3()), (0.0, 0.0));
}

#[test]
fn bone_that_has_filled_up_says_so() {
    // The wall passes marrow only: when the last pore is full there is no way out.
    let domain = Block { wall_mm: 1e-3, ..Block::cube(2.0, 1.0) }.domain(&[]);
    let pores = domain.total_pore_volume_mm3();
    let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(5.0));
    flow.set_port(&Point::new(0.5, 0.5, 0.5), 0.6).expect("in bone");
    let mut steps = 0;
    let error = loop {
        let moved = flow.begin_step(20.0, 0.0).and_then(|(bone, budget)| {
            assert!(bone.resistance_pa_s_per_mm3.is_finite(), "{bone:?} with {} mm³ in", flow.injected_mm3());
            flow.displace(budget, 0.0, 0.0)
        });
        is_sound(&flow);
        steps += 1;
        assert!(steps < 2000, "{} of {pores} mm³ after {steps} steps", flow.injected_mm3());
        if let Err(error) = moved {
            break error;
        }
    };
    assert!(matches!(error, FlowError::NoOutlet { .. }), "after {steps} steps: {error}");
    let left = pores - flow.in_bone_mm3();
    assert!(left.abs() < 1e-6 * pores, "{left} of {pores} mm³ are free");
}

#[test]
fn cement_thin_as_water_or_stiff_as_rubber_is_accounted_for() {
    for (cement_pa_s, marrow_pa_s) in [(1e-3, MARROW_PA_S), (1e5, MARROW_PA_S), (1e5, 1e-3), (1e-3, 1e5)] {
        let vein = straight_vein(Point::new(0.1, 6.0, 0.1), Point::new(0.1, -4.0, 0.1), 1.0);
        let domain = Block { wall_mm: 1e-6, ..Block::cube(6.0, 1.0) }.domain(std::slice::from_ref(&vein));
        let with = trocar::cement::flow::FlowSettings { marrow_pa_s, ..settings(20.0) };
        let mut flow = CementFlow::new(domain, &[vein], newtonian(cement_pa_s), with);
        flow.set_port(&PORT, 1.5).expect("in bone");
        inject_soundly(&mut flow, 20.0);
    }
}

#[test]
fn a_grid_of_one_cell_fills_and_then_leaks() {
    let block = Block { low: Point::new(0.0, 0.0, 0.0), high: Point::new(1.0, 1.0, 1.0), ..Block::cube(1.0, 1.0) };
    let mut domain = block.domain(&[]);
    let only = chosen(&domain, |_| true);
    assert_eq!(only.len(), 1);
    domain.openings.push(wide_opening(vec![CellIndex(only[0] as u32)]));
    let mut flow = CementFlow::new(domain, &[], newtonian(20.0), settings(0.3));
    flow.set_port(&Point::new(0.5, 0.5, 0.5), 1.0).expect("in bone");
    // From the middle of the cell to its face: h/2 of bone, with what is in the pores in the middle of the step.
    let (bone, budget) = flow.begin_step(20.0, 0.0).expect("the opening drains");
    let cement = 0.5 * budget / block.porosity;
    let viscosity_pa_s = cement * 20.0 + (1.0 - cement) * MARROW_PA_S;
    let expected = viscosity_pa_s * 0.5 / block.permeability_mm2;
    let found = bone.resistance_pa_s_per_mm3;
    assert!((found / expected - 1.0).abs() < 1e-6, "{found} against {expected} Pa·s/mm³");
    inject(&mut flow, 3.0, 20.0, |flow, _| is_sound(flow));
    let leaked = flow.ledger().total_mm3();
    // The pores of a cell are kept in single precision.
    let pores = f64::from(block.porosity as f32);
    assert!((leaked - (3.0 - pores)).abs() < 1e-9, "{leaked} mm³ leaked");
}

/// A step at rate 0 is refused, or answers with finite numbers and moves nothing.
fn pause(flow: &mut CementFlow) {
    let before = flow.injected_mm3();
    match flow.begin_step(0.0, 1.0) {
        Ok((bone, budget)) => {
            assert!(bone.rest_pressure_pa.is_finite(), "{bone:?}");
            assert!(bone.resistance_pa_s_per_mm3.is_finite() && bone.resistance_pa_s_per_mm3 >= 0.0, "{bone:?}");
            assert!(budget.is_finite() && budget >= 0.0, "a step of {budget} mm³");
            flow.displace(0.0, 0.0, 1.0).expect("nothing moves");
        }
        Err(error) => assert!(!error.to_string().contains("NaN"), "{error}"),
    }
    assert_eq!(flow.injected_mm3(), before);
}

#[test]
fn a_rate_of_zero_gives_finite_numbers_and_leaves_no_trace() {
    let (mut paused, mut steady) = (flow_in(open_to_the_left()), flow_in(open_to_the_left()));
    for time_s in [2.0, 3.0, 4.0] {
        pause(&mut paused);
        let steps = [&mut paused, &mut steady].map(|flow| {
            let (bone, _) = flow.begin_step(20.0, time_s).expect("the opening drains");
            flow.displace(10.0, 0.0, time_s).expect("the cement fits");
            bone.resistance_pa_s_per_mm3
        });
        assert!((steps[0] / steps[1] - 1.0).abs() < 1e-5, "after a pause and without it: {steps:?} Pa·s/mm³");
    }
    let apart = farthest(&paused, &steady);
    assert!(apart < 1e-5, "saturations differ by {apart} after a pause");
}

#[test]
fn a_rate_that_is_no_number_is_refused_and_leaves_no_trace() {
    for rate in [f64::NAN, f64::INFINITY] {
        let mut flow = flow_in(open_to_the_left());
        let result = flow.begin_step(rate, 1.0);
        assert!(result.is_err(), "a rate of {rate} mm³/s gives {result:?}");
        inject_soundly(&mut flow, 20.0);
    }
}

#[test]
fn a_millionth_and_a_million_mm3_per_s_meet_the_same_resistance() {
    let flows = [20.0, 1e-6, 1e6].map(|rate| {
        let mut flow = flow_in(open_to_the_left());
        inject_soundly(&mut flow, rate);
        let (bone, _) = flow.begin_step(rate, 0.0).expect("the opening drains");
        (bone.resistance_pa_s_per_mm3, flow)
    });
    for (resistance, flow) in &flows[1..] {
        let expected = flows[0].0;
        assert!((resistance / expected - 1.0).abs() < 1e-5, "{resistance} against {expected} Pa·s/mm³");
        let apart = farthest(flow, &flows[0].1);
        assert!(apart < 1e-5, "saturations differ by {apart}");
    }
}
