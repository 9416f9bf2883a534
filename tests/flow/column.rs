//! One dimension: a front that moves down a column, marrow ahead of it, cement behind.

use super::boxes::{Block, MARROW_PA_S, inject, newtonian, settings, wide_opening};
use trocar::cement::flow::CementFlow;
use trocar::geometry::{CellIndex, Point};

/// Darcy in series: ΔP = Q / (K A) · (μ_cement x + μ_marrow (L − x)), x = V / (φ A).
#[test]
fn front_and_pressure_follow_darcy_in_series() {
    let (length, side) = (40.0, 4.0);
    let block = Block {
        low: Point::new(0.0, 0.0, 0.0),
        high: Point::new(length, side, side),
        spacing_mm: 1.0,
        ..Block::cube(1.0, 1.0)
    };
    let mut domain = block.domain(&[]);
    let grid = domain.grid.clone();
    let last: Vec<CellIndex> =
        grid.cells().filter(|&c| domain.is_active(c) && grid.centre(c).x > length - 1.0).collect();
    domain.openings.push(wide_opening(last));
    let (cement_pa_s, rate) = (67.0, 20.0);
    let mut flow = CementFlow::new(domain, &[], newtonian(cement_pa_s), settings(4.0));
    // The whole first layer is the port, so that the flow is one-dimensional from the start.
    flow.set_port_cells(grid.cells().filter(|&c| flow.domain().is_active(c) && grid.centre(c).x < 1.0).collect());
    let area = side * side;
    let mut worst: f64 = 0.0;
    let mut checked = 0;
    inject(&mut flow, 0.9 * area * 30.0, rate, |flow, tip_pa| {
        let x = flow.injected_mm3() / (block.porosity * area);
        if x < 3.0 {
            return;
        }
        // The pressure was solved when the step began, half a step before on average; cells are 1 mm.
        let expected = rate / (block.permeability_mm2 * area) * (cement_pa_s * (x - 0.5) + MARROW_PA_S * (length - x));
        worst = worst.max((tip_pa / expected - 1.0).abs() * x);
        checked += 1;
        let saturation = flow.saturation();
        for cell in grid.cells() {
            let behind = x - (grid.centre(cell).x + 0.5);
            if flow.domain().is_active(cell) && behind > 1e-6 {
                assert!(
                    (saturation[cell.get()] - 1.0).abs() < 1e-9,
                    "behind the front at {x} mm: {}",
                    saturation[cell.get()]
                );
            } else if behind < -1.0 - 1e-6 {
                assert_eq!(saturation[cell.get()], 0.0, "ahead of the front at {x} mm");
            }
        }
    });
    assert!(checked > 30, "only {checked} steps were compared");
    assert!(worst < 1.0, "the pressure is off by more than the cement of one cell: {worst} mm");
    let left = 0.9 * area * 30.0 - flow.in_bone_mm3();
    assert!(left.abs() < 1e-9, "nothing has leaked before the front is at the end: {left} mm³");
}
