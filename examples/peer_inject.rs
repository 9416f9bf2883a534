//! One injection into a field that `benches/peers/compare.py` wrote, for comparison with other programs.
//!
//! `peer_inject FIELD N SATURATION MEDIUM FINER`: FIELD holds N³ permeabilities in mm² as little-endian f64, x fastest,
//! of a cube of 40 mm with p = 0 on its walls; 5 ml in 100 s enter the eight cells round its centre. MEDIUM is `bone`
//! or `bone-with-vein` (a straight vein 4 mm beside the tip), FINER divides the flow steps' length. Prints one line of JSON
//! and writes the saturation to the file SATURATION in the form of FIELD.

#![allow(clippy::print_stdout, reason = "the line of figures is what the program is for")]

#[path = "peer_case/mod.rs"]
mod peer_case;

use peer_case::{RATE_MM3_S, SIDE_MM, cpu_s, peak_mib, read_field, source_cells};
use std::error::Error;
use trocar::anatomy::{Branch, Destination, VeinKind, VeinTree};
use trocar::cement::{
    domain::FlowDomain,
    flow::{CementFlow, FlowError, FlowSettings},
    product::Product,
    vessels::VesselNetwork,
};
use trocar::geometry::{CellIndex, Grid, Point};

const VOLUME_MM3: f64 = 5000.0;
const CEMENT_PA_S: f64 = 100.0;
const MARROW_PA_S: f64 = 0.1;
const POROSITY: f64 = 0.85;
/// As procedures have it.
const LARGEST_STEP_MM3: f64 = VOLUME_MM3 / 100.0;
const TOLERANCE: f64 = 1e-3;
const VEIN_RADIUS_MM: f64 = 1.5;

/// What the injection came to.
struct Outcome {
    saturation: Vec<f64>,
    /// Mean pressure of the source cells above that of the walls, Pa.
    source_pa: f64,
    injected_mm3: f64,
    leaked_mm3: f64,
    steps: usize,
    iterations: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [field, cells_across, saturation_file, medium, finer] = &arguments[..] else {
        return Err("usage: peer_inject FIELD N SATURATION bone|bone-with-vein FINER".into());
    };
    let (n, finer): (usize, f64) = (cells_across.parse()?, finer.parse()?);
    let permeability_mm2 = read_field(field, n)?;
    let veins = match medium.as_str() {
        "bone" => Vec::new(),
        "bone-with-vein" => vec![vein()],
        other => return Err(format!("{other} is neither bone nor bone-with-vein").into()),
    };

    let start_s = cpu_s()?;
    let outcome = inject(n, &permeability_mm2, &veins, finer)?;
    let inject_s = cpu_s()? - start_s;

    let bytes: Vec<u8> = outcome.saturation.iter().flat_map(|s| s.to_le_bytes()).collect();
    std::fs::write(saturation_file, bytes)?;
    println!(
        r#"{{"cpu_s": {inject_s:.6}, "process_cpu_s": {:.6}, "steps": {}, "iterations": {}, "source_pa": {:.9e}, "injected_mm3": {:.9e}, "leaked_mm3": {:.9e}, "peak_mib": {:.1}}}"#,
        cpu_s()?,
        outcome.steps,
        outcome.iterations,
        outcome.source_pa,
        outcome.injected_mm3,
        outcome.leaked_mm3,
        peak_mib()?
    );
    Ok(())
}

/// The whole injection: all that depends on the flow's interface. Set-up counts.
fn inject(n: usize, permeability_mm2: &[f64], veins: &[VeinTree], finer: f64) -> Result<Outcome, FlowError> {
    let settings = FlowSettings {
        tolerance: TOLERANCE,
        largest_step_mm3: LARGEST_STEP_MM3,
        step_scale: 1.0 / finer,
        marrow_pa_s: MARROW_PA_S,
        columns_age: false,
    };
    let domain = cube(n, permeability_mm2, veins);
    let mut flow = CementFlow::new(domain, veins, Product::newtonian(CEMENT_PA_S), settings);
    flow.set_port_cells(source_cells(n + 2).map(|cell| CellIndex(cell as u32)).to_vec());
    let at_s = |flow: &CementFlow| flow.injected_mm3() / RATE_MM3_S;
    while flow.injected_mm3() < VOLUME_MM3 * (1.0 - 1e-12) {
        let (_, budget_mm3) = flow.begin_step(RATE_MM3_S, at_s(&flow))?;
        let step_mm3 = budget_mm3.min(VOLUME_MM3 - flow.injected_mm3());
        flow.displace(step_mm3, 0.0, at_s(&flow))?;
    }
    let steps = flow.work().0;
    // The pressure of the cement as it lies in the middle of the next step.
    let (bone, _) = flow.begin_step(RATE_MM3_S, at_s(&flow))?;
    let padded = flow.saturation();
    Ok(Outcome {
        saturation: inner_cells(n).map(|cell| padded[cell]).collect(),
        source_pa: bone.resistance_pa_s_per_mm3 * RATE_MM3_S,
        injected_mm3: flow.injected_mm3(),
        leaked_mm3: flow.ledger().total_mm3(),
        steps,
        iterations: flow.work().1,
    })
}

/// Indices of the cube's cells in a grid with one more layer all round, x fastest.
fn inner_cells(n: usize) -> impl Iterator<Item = usize> {
    let across = n + 2;
    (0..n * n * n).map(move |cell| {
        let [i, j, k] = [cell % n, cell / n % n, cell / (n * n)].map(|at| at + 1);
        i + across * (j + across * k)
    })
}

/// The cube with half a cell to each wall, in an empty layer.
fn cube(n: usize, permeability_mm2: &[f64], veins: &[VeinTree]) -> FlowDomain {
    let h = SIDE_MM / n as f64;
    let corner = -0.5 * SIDE_MM - 0.5 * h;
    let grid = Grid { dims: [n + 2; 3], spacing_mm: h, origin_mm: Point::new(corner, corner, corner) };
    let mut permeability = vec![0.0; grid.len()];
    let mut pore_volume_mm3 = vec![0.0; grid.len()];
    let mut wall_mm3 = vec![0.0; grid.len()];
    for (inner, cell) in inner_cells(n).enumerate() {
        let at = [inner % n, inner / n % n, inner / (n * n)];
        let walls = at.iter().filter(|&&at| at == 0).count() + at.iter().filter(|&&at| at == n - 1).count();
        permeability[cell] = permeability_mm2[inner] as f32;
        pore_volume_mm3[cell] = (POROSITY * grid.cell_volume_mm3()) as f32;
        wall_mm3[cell] = (walls as f64 * 2.0 * h * permeability_mm2[inner]) as f32;
    }
    let in_body = pore_volume_mm3.iter().map(|&pores| pores > 0.0).collect();
    let vessels = VesselNetwork::new(veins, &[], &mut pore_volume_mm3, &grid);
    FlowDomain {
        pore_volume_mm3,
        permeability_mm2: [permeability.clone(), permeability],
        wall_mm3,
        in_body,
        vessels,
        openings: Vec::new(),
        grid,
    }
}

/// A straight vein 4 mm beside the tip, from one wall to 10 mm short of the other, at the walls' pressure outside.
fn vein() -> VeinTree {
    VeinTree {
        kind: VeinKind::Basivertebral,
        route: "vein".into(),
        destination: Destination::Canal,
        branches: vec![Branch {
            points: vec![Point::new(4.1, 0.5 * SIDE_MM, 0.1), Point::new(4.1, 10.0 - 0.5 * SIDE_MM, 0.1)],
            radius_mm: VEIN_RADIUS_MM,
            parent: None,
        }],
        outside_length_mm: 10.0,
        outside_radius_mm: VEIN_RADIUS_MM,
        outside_pressure_pa: 1000.0,
    }
}
