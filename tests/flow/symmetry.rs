//! A mirrored patient gets mirrored cement.

use super::boxes::{Block, inject, newtonian, settings};
use super::vein::straight_vein;
use trocar::cement::flow::CementFlow;
use trocar::geometry::Point;

#[test]
fn cement_in_a_mirrored_block_is_the_mirror_image() {
    let run = |sign: f64| {
        let block = Block { wall_mm: 1e-6, ..Block::cube(12.0, 1.0) };
        let vein = straight_vein(Point::new(4.3 * sign, 12.0, 0.2), Point::new(4.3 * sign, -8.0, 0.2), 0.8);
        let mut flow =
            CementFlow::new(block.domain(std::slice::from_ref(&vein)), &[vein], newtonian(5.0), settings(10.0));
        flow.set_port(&Point::new(-1.5 * sign, 0.5, 0.5), 1.4).expect("in bone");
        inject(&mut flow, 1500.0, 25.0, |_, _| {});
        flow
    };
    let (left, right) = (run(1.0), run(-1.0));
    let grid = left.domain().grid.clone();
    let (a, b) = (left.saturation(), right.saturation());
    let mut worst: f64 = 0.0;
    for cell in grid.cells() {
        let [i, j, k] = grid.coordinates(cell);
        let mirrored = grid.index([grid.dims[0] - 1 - i, j, k]);
        worst = worst.max((a[cell.get()] - b[mirrored.get()]).abs());
    }
    assert!(worst < 1e-4, "saturations differ by {worst}");
    let leaks = [left.ledger().total_mm3(), right.ledger().total_mm3()];
    assert!((leaks[0] - leaks[1]).abs() < 1e-4 * leaks[0].max(1.0), "leaked {leaks:?} mm³");
}
