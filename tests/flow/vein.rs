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
        outside_length_mm: 20.0,
        outside_radius_mm: radius_mm,
        outside_pressure_pa: 1000.0,
    }
}

/// Onset in ml injected, and ml leaked of 6.
fn leak_steps(spacing_mm: f64, ratio: f64, step: f64) -> (f64, f64) {
    let block = Block::cube(17.0, spacing_mm);
    let vein = straight_vein(Point::new(0.1, 17.0, 5.1), Point::new(0.1, -4.0, 5.1), 1.0);
    let domain = block.domain(&[vein.clone()]);
    let mut flow = CementFlow::new(domain, &[vein], newtonian(ratio * MARROW_PA_S), settings(step));
    flow.set_port(&Point::new(0.1, 0.1, 0.1), 1.43).expect("in bone");
    inject(&mut flow, 6000.0, 25.0, |_, _| {});
    let leaks = flow.ledger().leaks();
    let onset = leaks.first().map_or(f64::INFINITY, |(_, (_, mm3))| mm3 / 1000.0);
    (onset, flow.ledger().total_mm3() / 1000.0)
}

fn leak(s: f64, r: f64) -> (f64, f64) {
    leak_steps(s, r, 24.0)
}
#[test]
fn zz() {
    for st in [48.0, 24.0, 12.0, 6.0, 3.0, 1.0] {
        eprintln!("1mm step {st}: {:?}", leak_steps(1.0, 50.0, st));
    }
    for st in [24.0, 6.0, 3.0] {
        eprintln!("0.5mm step {st}: {:?}", leak_steps(0.5, 50.0, st));
    }
}
#[test]
fn runnier_cement_leaks_earlier_and_more() {
    let found: Vec<(f64, f64)> = [10.0, 50.0, 200.0, 1000.0].map(|ratio| leak(1.0, ratio)).to_vec();
    eprintln!("{found:?}");
    for pair in found.windows(2) {
        assert!(pair[1].0 > 1.1 * pair[0].0, "onset in ml: {found:?}");
    }
    assert!(found[0].1 > 1.3 * found[3].1, "leaked in ml: {found:?}");
}

#[test]
fn onset_and_volume_do_not_depend_on_the_grid() {
    let found: Vec<(f64, f64)> = [2.0, 1.0, 0.5].map(|spacing| leak(spacing, 50.0)).to_vec();
    eprintln!("{found:?}");
    let change = |a: f64, b: f64| (a - b).abs() / b;
    assert!(change(found[1].0, found[2].0) < 0.05, "onset in ml at 2, 1 and 0.5 mm: {found:?}");
    assert!(change(found[1].1, found[2].1) < 0.05, "leaked in ml at 2, 1 and 0.5 mm: {found:?}");
}
