//! What a flow must do whatever the anatomy: be cancelled without a trace, show itself, name places, bear no rate at all.

use super::{CementFlow, FlowError, FlowSettings};
use crate::anatomy::{Branch, Destination, VeinKind, VeinTree};
use crate::cement::domain::FlowDomain;
use crate::cement::product::Product;
use crate::cement::vessels::VesselNetwork;
use crate::geometry::{CellIndex, Grid, Point};
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};

/// A cube of bone, its edge `cells` mm, and a vein along its upper third.
pub(super) fn bone(cells: usize, wall_mm3: f32) -> (FlowDomain, VeinTree) {
    let grid = Grid { dims: [cells; 3], spacing_mm: 1.0, origin_mm: Point::new(0.5, 0.5, 0.5) };
    let edge = cells as f64;
    let vein = VeinTree {
        kind: VeinKind::Basivertebral,
        route: "basivertebral".into(),
        destination: Destination::Canal,
        branches: vec![Branch {
            points: vec![Point::new(0.5 * edge, edge, 0.7 * edge), Point::new(0.5 * edge, 0.3 * edge, 0.7 * edge)],
            radius_mm: 0.5,
            parent: None,
        }],
        outside_length_mm: 5.0,
        outside_radius_mm: 0.5,
        outside_pressure_pa: 1000.0,
    };
    let mut pore_volume_mm3 = vec![0.9; grid.len()];
    let vessels = VesselNetwork::new(std::slice::from_ref(&vein), &[], &mut pore_volume_mm3, &grid);
    let domain = FlowDomain {
        pore_volume_mm3,
        permeability_mm2: [vec![0.01; grid.len()], vec![0.012; grid.len()]],
        wall_mm3: vec![wall_mm3; grid.len()],
        in_body: vec![true; grid.len()],
        vessels,
        openings: Vec::new(),
        grid,
    };
    (domain, vein)
}

pub(super) fn settings() -> FlowSettings {
    FlowSettings { tolerance: 1e-8, largest_step_mm3: 10.0, step_scale: 1.0, marrow_pa_s: 0.067, columns_age: true }
}

fn flow(product: Product) -> CementFlow {
    let (domain, vein) = bone(10, 0.0);
    let mut flow = CementFlow::new(domain, &[vein], product, settings());
    flow.set_port(&Point::new(5.2, 4.8, 5.7), 1.2).unwrap();
    flow
}

pub(super) fn pmma() -> Product {
    Product::by_id("pmma-low").unwrap().clone()
}

pub(super) fn push(flow: &mut CementFlow, steps: usize) {
    for step in 0..steps {
        let (_, budget) = flow.begin_step(25.0, step as f64).unwrap();
        flow.displace(budget, 400.0, step as f64).unwrap();
        flow.age_by(1.0);
    }
}

#[test]
fn running_on_after_cancelled_steps_gives_the_same_bytes() {
    let (mut straight, mut cancelled) = (flow(pmma()), flow(pmma()));
    let flag = Arc::new(AtomicBool::new(false));
    cancelled.set_cancel(Some(flag.clone()));
    for round in 0..6 {
        push(&mut straight, 10);
        let before = cancelled.snapshot();
        flag.store(true, Ordering::Relaxed);
        assert_eq!(cancelled.begin_step(31.0, 1.0).unwrap_err(), FlowError::Cancelled);
        assert_eq!(cancelled.snapshot(), before, "round {round}");
        flag.store(false, Ordering::Relaxed);
        push(&mut cancelled, 10);
        assert_eq!(straight.snapshot(), cancelled.snapshot(), "round {round}");
        assert_eq!(straight.work(), cancelled.work(), "round {round}");
    }
    assert_eq!(straight.ledger(), cancelled.ledger());
    assert!(straight.ledger().total_mm3() > 0.0, "of {} mm³ nothing leaked", straight.injected_mm3());
}

#[test]
fn a_step_undone_after_its_first_solutions_leaves_no_trace() {
    let (mut straight, mut undone) = (flow(pmma()), flow(pmma()));
    push(&mut straight, 8);
    push(&mut undone, 8);
    undone.keep();
    undone.step(60.0, 8.0).unwrap();
    undone.undo();
    push(&mut straight, 4);
    push(&mut undone, 4);
    assert_eq!(straight.snapshot(), undone.snapshot());
    assert_eq!(straight.work(), undone.work());
}

#[test]
fn a_snapshot_shows_all_cement_and_uses_its_buffers_again() {
    let mut flow = flow(Product::newtonian(0.5));
    push(&mut flow, 12);
    let snapshot = flow.snapshot();
    let cells: f64 = snapshot.cells.iter().map(|c| 0.9 * f64::from(c.saturation)).sum();
    let nodes = &flow.domain().vessels.nodes;
    let veins: f64 =
        snapshot.vessels.iter().map(|v| nodes[v.node as usize].volume_mm3() * f64::from(v.saturation)).sum();
    let (shown, held) = (cells + veins, flow.in_bone_mm3());
    assert!((shown / held - 1.0).abs() < 1e-6, "{shown} mm³ shown of {held}");
    assert!((snapshot.leaked_mm3.iter().sum::<f64>() - flow.ledger().total_mm3()).abs() < 1e-12);
    assert_eq!(snapshot.injected_mm3, flow.injected_mm3());
    let highest = snapshot.cells.iter().max_by(|a, b| a.pressure_pa.total_cmp(&b.pressure_pa)).unwrap();
    let there = flow.domain().grid.centre(highest.cell);
    assert!((there - Point::new(5.2, 4.8, 5.7)).norm() < 1.6, "the pressure is highest at {there}");
    let mut again = snapshot.clone();
    again.cells.reserve(100);
    let buffer = again.cells.as_ptr();
    flow.snapshot_into(&mut again);
    assert_eq!((again.cells.as_ptr(), &again), (buffer, &snapshot));
}

#[test]
fn an_island_with_a_source_is_named_by_its_place() {
    let (mut domain, vein) = bone(8, 0.0);
    let grid = domain.grid.clone();
    // Solid bone all round (1, 1, 1).
    for cell in grid.cells() {
        let at = grid.coordinates(cell);
        if at.iter().all(|&i| i <= 2) && at != [1, 1, 1] {
            domain.pore_volume_mm3[cell.get()] = 0.0;
        }
    }
    let mut flow = CementFlow::new(domain, &[vein], Product::newtonian(1.0), settings());
    flow.set_port(&Point::new(1.5, 1.5, 1.5), 0.4).unwrap();
    let error = flow.begin_step(10.0, 0.0).unwrap_err();
    assert_eq!(error, FlowError::NoOutlet { x_mm: 1.5, y_mm: 1.5, z_mm: 1.5 });
    assert!(error.to_string().contains("(1.5, 1.5, 1.5) mm"), "{error}");
    flow.set_port(&Point::new(5.5, 5.5, 2.5), 1.4).unwrap();
    push(&mut flow, 3);
}

#[test]
fn without_a_rate_the_bone_answers_and_nothing_moves() {
    let mut flow = flow(pmma());
    let (bone, budget) = flow.begin_step(0.0, 0.0).unwrap();
    assert!(bone.resistance_pa_s_per_mm3.is_finite() && bone.resistance_pa_s_per_mm3 > 0.0, "{bone:?}");
    assert!(budget > 0.0);
    flow.displace(0.0, 0.0, 0.0).unwrap();
    assert_eq!((flow.injected_mm3(), flow.in_bone_mm3()), (0.0, 0.0));
    push(&mut flow, 4);
    let held = flow.in_bone_mm3();
    let (bone, _) = flow.begin_step(0.0, 4.0).unwrap();
    assert!(bone.resistance_pa_s_per_mm3.is_finite() && bone.resistance_pa_s_per_mm3 > 0.0, "{bone:?}");
    assert_eq!(flow.in_bone_mm3(), held);
    let error = flow.begin_step(f64::NAN, 4.0).unwrap_err();
    assert!(matches!(error, FlowError::NotFinite { quantity: "injection rate", .. }), "{error}");
}

#[test]
fn a_single_cell_with_a_wall_lets_marrow_out_until_it_is_full() {
    let grid = Grid { dims: [1; 3], spacing_mm: 1.0, origin_mm: Point::origin() };
    let domain = FlowDomain {
        pore_volume_mm3: vec![0.9],
        permeability_mm2: [vec![0.01], vec![0.01]],
        wall_mm3: vec![1e-3],
        in_body: vec![true],
        vessels: VesselNetwork::default(),
        openings: Vec::new(),
        grid,
    };
    let mut flow = CementFlow::new(domain, &[], Product::newtonian(1.0), settings());
    flow.set_port_cells(vec![CellIndex(0)]);
    let mut injected = 0.0;
    let error = loop {
        match flow.begin_step(1.0, injected) {
            Ok((_, budget)) => {
                flow.displace(budget, 0.0, injected).unwrap();
                injected = flow.injected_mm3();
            }
            Err(error) => break error,
        }
    };
    assert!((injected / f64::from(0.9_f32) - 1.0).abs() < 1e-9, "{injected} mm³ of 0.9");
    assert!(matches!(error, FlowError::NoOutlet { .. }), "{error}");
}

#[test]
fn extreme_viscosities_stay_finite_and_conserve() {
    for viscosity_pa_s in [1e-3, 1e5] {
        let mut flow = flow(Product::newtonian(viscosity_pa_s));
        push(&mut flow, 10);
        let held = flow.in_bone_mm3() + flow.ledger().total_mm3();
        assert!((held / flow.injected_mm3() - 1.0).abs() < 1e-9, "{viscosity_pa_s} Pa·s: {held} mm³");
        let error = flow.divergence_error_mm3();
        assert!(error < 1e-4 * flow.injected_mm3(), "{viscosity_pa_s} Pa·s: {error} mm³ of marrow made or lost");
    }
}
