//! Largest heap of solver and flow, in bytes for each cell that holds cement or marrow.
//!
//! How to run it, and what came out: `docs/performance.md`.

#![allow(clippy::print_stdout, reason = "the table is what the program is for")]
#![allow(clippy::expect_used, reason = "a bench that cannot be set up has failed")]

mod cases;

use cases::{BallInCube, VOLUME_MM3, Wedge, cube_flow, inject, on_one_thread, settings};
use trocar::cement::{
    domain::{DomainInput, FlowDomain, flow_grid},
    flow::CementFlow,
    product::Product,
};
use trocar::geometry::Field;
use trocar::procedure::{Operation, Procedure, script};

#[global_allocator]
static HEAP: dhat::Alloc = dhat::Alloc;

/// The planned volume of the patient's cases, mm³.
const WEDGE_VOLUME_MM3: f64 = 6000.0;

fn main() {
    on_one_thread();
    println!("{:44} {:>9} {:>9} {:>9} {:>9}", "", "cells", "peak MiB", "B/cell", "kept B/c.");
    for n in [40, 64] {
        let case = BallInCube::new(n);
        row(&format!("solver, cube N={n}, solve to 1e-8"), || {
            let (mut solver, mut field) = case.solver();
            solver.solve(&case.source, &mut field, 1e-8).expect("the pressure is solvable");
            (n * n * n, (solver, field))
        });
    }
    for n in [20, 40] {
        row(&format!("flow, cube N={n}, 5 ml"), || {
            let mut flow = cube_flow(n, &[]);
            inject(&mut flow, VOLUME_MM3);
            (n * n * n, flow)
        });
    }
    let wedge = Wedge::new();
    row("flow, l1-wedge at 1 mm, 6 ml", || {
        let flow = wedge_flow(&wedge);
        (active_cells(&flow), flow)
    });
    for procedure in [Procedure::Pvp, Procedure::Pkp] {
        let plan = wedge.plan(procedure, 1.0);
        row(&format!("operation, l1-wedge at 1 mm, {}, 6 ml", procedure.name()), || {
            let mut operation = Operation::new(&wedge.patient, &plan);
            script::perform(&mut operation, &|_| {}).expect("the operation ends");
            let cells = operation.injection().map_or(0, |injection| active_cells(&injection.flow));
            (cells, operation)
        });
    }
}

/// Does some work and prints the largest heap during it, and what is still held by what it returns with its cells.
fn row<T>(name: &str, work: impl FnOnce() -> (usize, T)) {
    let profiler = dhat::Profiler::builder().testing().build();
    let (cells, kept) = work();
    let heap = dhat::HeapStats::get();
    drop(kept);
    drop(profiler);
    let (peak, kept) = (heap.max_bytes as f64, heap.curr_bytes as f64);
    println!(
        "{name:44} {cells:9} {:9.1} {:9.0} {:9.0}",
        peak / (1024.0 * 1024.0),
        peak / cells as f64,
        kept / cells as f64
    );
}

fn active_cells(flow: &CementFlow) -> usize {
    let pores = flow.domain();
    pores.grid.cells().filter(|&cell| pores.is_active(cell)).count()
}

/// The patient as they are before any tool, cement in the middle of the body.
fn wedge_flow(wedge: &Wedge) -> CementFlow {
    let patient = &wedge.patient;
    let grid = flow_grid(&patient.vertebra, 1.0);
    let bone_volume_fraction = Field::from_fn(grid, |p| patient.bone.bone_volume_fraction.sample(&p));
    let domain = FlowDomain::new(&DomainInput {
        vertebra: &patient.vertebra,
        bone: &patient.bone,
        bone_volume_fraction: &bone_volume_fraction,
        cavity: &[],
        veins: &patient.veins,
        openings: &patient.openings,
    });
    let product = Product::newtonian(100.0);
    let mut flow = CementFlow::new(domain, &patient.veins, product, settings(WEDGE_VOLUME_MM3));
    // The vertebra's origin is the middle of its body.
    flow.set_port(&trocar::geometry::Point::origin(), 1.5).expect("in bone");
    inject(&mut flow, WEDGE_VOLUME_MM3);
    flow
}
