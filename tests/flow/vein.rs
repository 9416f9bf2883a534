//! A vein in uniform bone: what leaks follows the mobility contrast, and does not depend on the grid.

use super::boxes::{Block, MARROW_PA_S, inject, newtonian, settings};
use trocar::anatomy::{Branch, Destination, VeinKind, VeinTree};
use trocar::cement::flow::CementFlow;
use trocar::geometry::Point;

/// A straight vein that leaves through the wall at `outlet`.
pub fn straight_vein(outlet: Point, end: Point, radius_mm: f64) -> VeinTree {
    VeinTree {
        kind: VeinKind::Basivertebral,
        route: "basivertebral".into(),
        destination: Destination::Canal,
        branches: vec![Branch { points: vec![outlet, end], radius_mm, parent: None }],
        outside_length_mm: 10.0,
        outside_radius_mm: radius_mm,
        outside_pressure_pa: 1000.0,
    }
}

/// Onset in ml injected, and ml leaked of 2.5, from a tip 5 mm beside the vein.
fn leak(spacing_mm: f64, ratio: f64, largest_step_mm3: f64) -> (f64, f64) {
    let block = Block::cube(12.0, spacing_mm);
    let vein = straight_vein(Point::new(0.1, 12.0, 5.1), Point::new(0.1, -6.0, 5.1), 1.0);
    let domain = block.domain(std::slice::from_ref(&vein));
    let mut flow = CementFlow::new(domain, &[vein], newtonian(ratio * MARROW_PA_S), settings(largest_step_mm3));
    flow.set_port(&Point::new(0.1, 2.1, 0.1), 1.43).expect("in bone");
    inject(&mut flow, 2500.0, 25.0, |_, _| {});
    assert_eq!(flow.stranded_mm3(), 0.0, "cement was stranded");
    let leaks = flow.ledger().leaks();
    let onset = leaks.first().map_or(f64::INFINITY, |(_, (_, mm3))| mm3 / 1000.0);
    (onset, flow.ledger().total_mm3() / 1000.0)
}

#[test]
fn runnier_cement_leaks_earlier_and_more() {
    let found: Vec<(f64, f64)> = [10.0, 50.0, 200.0].map(|ratio| leak(1.0, ratio, 10.0)).to_vec();
    for pair in found.windows(2) {
        assert!(pair[1].0 > 1.1 * pair[0].0, "onset and leak in ml at ratios 10, 50, 200: {found:?}");
        assert!(pair[1].1 < pair[0].1, "onset and leak in ml at ratios 10, 50, 200: {found:?}");
    }
}

#[test]
fn steps_four_times_smaller_change_the_leak_by_less_than_two_percent() {
    let (coarse, fine) = (leak(1.0, 50.0, 10.0), leak(1.0, 50.0, 2.5));
    assert!((coarse.0 / fine.0 - 1.0).abs() < 0.02, "onset and leak in ml: {coarse:?} against {fine:?}");
    assert!((coarse.1 / fine.1 - 1.0).abs() < 0.02, "onset and leak in ml: {coarse:?} against {fine:?}");
}

#[test]
fn onset_and_volume_do_not_depend_on_the_grid() {
    let found: Vec<(f64, f64)> = [2.0, 1.0, 0.5].map(|spacing| leak(spacing, 50.0, 10.0)).to_vec();
    eprintln!("onset and leak in ml at 2, 1 and 0.5 mm: {found:?}");
    let change = |a: f64, b: f64| (a - b).abs() / b;
    assert!(change(found[0].0, found[1].0) > change(found[1].0, found[2].0), "onset does not settle: {found:?}");
    assert!(change(found[0].1, found[1].1) > change(found[1].1, found[2].1), "the leak does not settle: {found:?}");
    assert!(change(found[1].0, found[2].0) < 0.05, "onset in ml at 2, 1 and 0.5 mm: {found:?}");
    assert!(change(found[1].1, found[2].1) < 0.05, "leaked in ml at 2, 1 and 0.5 mm: {found:?}");
}
