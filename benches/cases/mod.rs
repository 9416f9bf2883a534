//! The cases that the benches share: a cube of bone with a ball of cement in it, an injection into it, a patient, a
//! scene before the C-arm.

#![allow(dead_code, reason = "each bench takes what it needs")]
#![allow(clippy::expect_used, reason = "a bench that cannot be set up has failed")]

use std::path::Path;
use std::sync::Arc;
use trocar::anatomy::{Branch, Destination, Patient, VeinKind, VeinTree};
use trocar::cement::{
    domain::FlowDomain,
    flow::{CementFlow, FlowSettings},
    product::Product,
    vessels::VesselNetwork,
};
use trocar::geometry::random::{standard_normal, stream, uniform};
use trocar::geometry::{CellIndex, Field, Frame, Grid, Point, Vector};
use trocar::imaging::beam::{Beam, Composition, Material};
use trocar::imaging::projector::{ColumnVolume, Radiograph, Scene, Solid, expose};
use trocar::imaging::{Angulation, CArm, Projection};
use trocar::procedure::{Plan, Procedure};
use trocar::scenario::{Parts, RunSettings, Scenario, Switches, build, build_patient};
use trocar::solvers::{Lattice, PipeGraph, PressureField, PressureSolver};
use trocar::units::{cos, exp};

/// Edge of the cube.
const SIDE_MM: f64 = 40.0;
/// Permeability: lognormal about this, the logarithm's standard deviation, and its correlation length in cells.
const MEDIAN_MM2: f64 = 5e-3;
const SIGMA: f64 = 0.5;
const CORRELATION_CELLS: f64 = 3.0;
/// Few, so that the field is quickly made also where every instruction is counted.
const MODES: usize = 24;
const SEED: u64 = 1;
const CEMENT_PA_S: f64 = 100.0;
const MARROW_PA_S: f64 = 0.1;
const BALL_RADIUS_MM: f64 = 10.0;
const POROSITY: f64 = 0.85;
/// Into the eight cells round the centre.
const RATE_MM3_PER_S: f64 = 50.0;
/// Of a whole injection.
pub const VOLUME_MM3: f64 = 5000.0;
/// As an operation has them.
const FLOW_TOLERANCE: f64 = 1e-3;
const STEPS: f64 = 100.0;

/// Everything from here on runs on the thread that calls this, which must be the first use of threads.
pub fn on_one_thread() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("no threads have been used before");
}

/// Permeability of each cell of the cube, mm², x fastest.
fn bone_mm2(n: usize) -> Vec<f64> {
    let mut rng = stream(SEED, 0, "bench bone");
    let wave_number = std::f64::consts::SQRT_2 / CORRELATION_CELLS;
    let modes: Vec<[f64; 4]> = (0..MODES)
        .map(|_| {
            let [x, y, z] = [(); 3].map(|()| wave_number * standard_normal(&mut rng));
            [x, y, z, std::f64::consts::TAU * uniform(&mut rng)]
        })
        .collect();
    let height = SIGMA * (2.0 / MODES as f64).sqrt();
    let at = |cell: usize| {
        let [i, j, k] = place(n, cell).map(|at| at as f64);
        modes.iter().map(|[x, y, z, phase]| cos(x * i + y * j + z * k + phase)).sum::<f64>()
    };
    (0..n * n * n).map(|cell| MEDIAN_MM2 * exp(height * at(cell))).collect()
}

fn place(n: usize, cell: usize) -> [usize; 3] {
    [cell % n, cell / n % n, cell / (n * n)]
}

/// How many of a cell's faces are the cube's walls.
fn walls(n: usize, at: [usize; 3]) -> usize {
    at.iter().filter(|&&at| at == 0).count() + at.iter().filter(|&&at| at + 1 == n).count()
}

/// The eight cells round the centre of a cube of an even number of cells.
fn source_cells(n: usize) -> [[usize; 3]; 8] {
    let middle = n / 2 - 1;
    [0, 1, 2, 3, 4, 5, 6, 7].map(|corner| [0, 1, 2].map(|axis| middle + (corner >> axis & 1)))
}

/// The cube with a ball of cement in its middle, 1000 times as thick as the marrow, and p = 0 on its walls.
pub struct BallInCube {
    pub lattice: Arc<Lattice>,
    /// Permeability ÷ viscosity of each slot, mm²/(Pa s).
    mobility: Vec<f64>,
    walls: Vec<usize>,
    /// The slots with what enters there, mm³/s.
    pub source: Vec<(u32, f64)>,
    spacing_mm: f64,
}

impl BallInCube {
    pub fn new(n: usize) -> BallInCube {
        let lattice = Arc::new(Lattice::new([n; 3], |_| true));
        let bone_mm2 = bone_mm2(n);
        let source = source_cells(n).map(|at| (lattice.slot(at).expect("in the cube"), RATE_MM3_PER_S / 8.0));
        let mut case = BallInCube {
            mobility: vec![0.0; lattice.slots()],
            walls: vec![0; lattice.slots()],
            source: source.to_vec(),
            spacing_mm: SIDE_MM / n as f64,
            lattice,
        };
        for (cell, permeability_mm2) in bone_mm2.into_iter().enumerate() {
            let at = place(n, cell);
            let slot = case.lattice.slot(at).expect("in the cube");
            let viscosity = if case.centre_distance_mm(slot) < BALL_RADIUS_MM { CEMENT_PA_S } else { MARROW_PA_S };
            case.mobility[slot as usize] = permeability_mm2 / viscosity;
            case.walls[slot as usize] = walls(n, at);
        }
        case
    }

    fn centre_distance_mm(&self, slot: u32) -> f64 {
        let n = self.lattice.dims()[0];
        let offset = |at: usize| (at as f64 + 0.5) * self.spacing_mm - 0.5 * self.spacing_mm * n as f64;
        self.lattice.coordinates(slot).map(offset).iter().map(|d| d * d).sum::<f64>().sqrt()
    }

    /// The cells outside the ball that are nearest to it: where the front goes next.
    pub fn front(&self, cells: usize) -> Vec<u32> {
        let outside =
            |slot: &u32| self.mobility[*slot as usize] > 0.0 && self.centre_distance_mm(*slot) >= BALL_RADIUS_MM;
        let mut slots: Vec<u32> = self.lattice.each_slot().filter(outside).collect();
        slots.sort_by(|a, b| self.centre_distance_mm(*a).total_cmp(&self.centre_distance_mm(*b)).then(a.cmp(b)));
        slots.truncate(cells);
        slots
    }

    /// Puts cement where marrow was.
    pub fn fill(&mut self, slots: &[u32]) {
        slots.iter().for_each(|&slot| self.mobility[slot as usize] *= MARROW_PA_S / CEMENT_PA_S);
    }

    /// Two half cells in series.
    pub fn face(&self, slot: u32, next: u32) -> f64 {
        let (a, b) = (self.mobility[slot as usize], self.mobility[next as usize]);
        if a * b > 0.0 { 2.0 * self.spacing_mm * a * b / (a + b) } else { 0.0 }
    }

    /// Half a cell to each wall.
    pub fn ground(&self, slot: u32) -> f64 {
        2.0 * self.spacing_mm * self.walls[slot as usize] as f64 * self.mobility[slot as usize]
    }

    /// All that comes before the first iteration but for the coarse grids.
    pub fn solver(&self) -> (PressureSolver, PressureField) {
        let mut solver = PressureSolver::new(self.lattice.clone(), &PipeGraph::default());
        solver.set_all(|_, slot, next| self.face(slot, next), |slot| self.ground(slot)).expect("finite conductances");
        let field = solver.zero_field();
        (solver, field)
    }
}

/// A vein beside the tip, from one wall to 10 mm short of the other.
pub fn vein() -> VeinTree {
    VeinTree {
        kind: VeinKind::Basivertebral,
        route: "vein".into(),
        destination: Destination::Canal,
        branches: vec![Branch {
            points: vec![Point::new(4.1, 0.5 * SIDE_MM, 0.1), Point::new(4.1, 10.0 - 0.5 * SIDE_MM, 0.1)],
            radius_mm: 1.5,
            parent: None,
        }],
        outside_length_mm: 10.0,
        outside_radius_mm: 1.5,
        outside_pressure_pa: 1000.0,
    }
}

/// The pores of the cube with half a cell to each wall, in an empty layer.
fn cube_domain(n: usize, veins: &[VeinTree]) -> FlowDomain {
    let h = SIDE_MM / n as f64;
    let corner = -0.5 * SIDE_MM - 0.5 * h;
    let grid = Grid { dims: [n + 2; 3], spacing_mm: h, origin_mm: Point::new(corner, corner, corner) };
    let mut permeability_mm2 = vec![0.0; grid.len()];
    let mut pore_volume_mm3 = vec![0.0; grid.len()];
    let mut wall_mm3 = vec![0.0; grid.len()];
    for (inner, permeability) in bone_mm2(n).into_iter().enumerate() {
        let at = place(n, inner);
        let cell = in_layer(n, at).get();
        permeability_mm2[cell] = permeability as f32;
        pore_volume_mm3[cell] = (POROSITY * grid.cell_volume_mm3()) as f32;
        wall_mm3[cell] = (walls(n, at) as f64 * 2.0 * h * permeability) as f32;
    }
    let in_body = pore_volume_mm3.iter().map(|&pores| pores > 0.0).collect();
    let vessels = VesselNetwork::new(veins, &[], &mut pore_volume_mm3, &grid);
    FlowDomain {
        pore_volume_mm3,
        permeability_mm2: [permeability_mm2.clone(), permeability_mm2],
        wall_mm3,
        in_body,
        vessels,
        openings: Vec::new(),
        grid,
    }
}

fn in_layer(n: usize, [i, j, k]: [usize; 3]) -> CellIndex {
    let across = n + 2;
    CellIndex((i + 1 + across * (j + 1 + across * (k + 1))) as u32)
}

/// How an operation has its flow calculated.
pub fn settings(volume_mm3: f64) -> FlowSettings {
    FlowSettings {
        tolerance: FLOW_TOLERANCE,
        largest_step_mm3: volume_mm3 / STEPS,
        step_scale: 1.0,
        marrow_pa_s: MARROW_PA_S,
        columns_age: false,
    }
}

/// Cement 1000 times as thick as the marrow, about to enter the cube.
pub fn cube_flow(n: usize, veins: &[VeinTree]) -> CementFlow {
    let product = Product::newtonian(CEMENT_PA_S);
    let mut flow = CementFlow::new(cube_domain(n, veins), veins, product, settings(VOLUME_MM3));
    flow.set_port_cells(source_cells(n).map(|at| in_layer(n, at)).to_vec());
    flow
}

/// Injects until so much is in; returns the flow steps this took.
pub fn inject(flow: &mut CementFlow, until_mm3: f64) -> usize {
    let mut steps = 0;
    while flow.injected_mm3() < until_mm3 * (1.0 - 1e-12) {
        one_step(flow, until_mm3);
        steps += 1;
    }
    steps
}

/// One flow step: pressure solved, cement moved.
pub fn one_step(flow: &mut CementFlow, until_mm3: f64) {
    let at_s = flow.injected_mm3() / RATE_MM3_PER_S;
    let (_, budget_mm3) = flow.begin_step(RATE_MM3_PER_S, at_s).expect("the pressure is solvable");
    flow.displace(budget_mm3.min(until_mm3 - flow.injected_mm3()), 0.0, at_s).expect("the cement fits");
}

/// The training case.
pub struct Wedge {
    scenario: Scenario,
    pub patient: Patient,
}

impl Wedge {
    pub fn new() -> Wedge {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/training/l1-wedge.toml");
        let scenario = Scenario::load(&file).expect("a valid scenario");
        let patient = build_patient::patient(&scenario, scenario.file.seed).expect("a patient");
        Wedge { scenario, patient }
    }

    /// Its procedure, with 6 ml of cement.
    pub fn plan(&self, procedure: Procedure, resolution_mm: f64) -> Plan {
        let settings =
            RunSettings { resolution_mm, seed: self.scenario.file.seed, switches: Switches::ALL, parts: Parts::FLOW };
        let mut plan = build::plan(&self.scenario, &self.patient, procedure, &settings).expect("a plan");
        plan.cement.volume_mm3 = 6000.0;
        plan
    }
}

/// What a C-arm looks at: a trunk, twelve boxes of bone, marrow and cement a vertebra wide, and ten tools.
pub struct Exposure {
    scene: Scene,
    view: Projection,
    beam: Beam,
}

impl Exposure {
    /// With so many pixels across, seen at LAO 20°.
    pub fn new(pixels: usize) -> Exposure {
        let frame = |x: f64, z: f64, tilt: f64| {
            let up = Vector::new(0.0, tilt, 1.0).normalize();
            let left = Vector::x();
            Frame::from_axes(Point::new(x, 0.0, z), left, up.cross(&left), up).expect("orthonormal")
        };
        let ball = |dims: [usize; 3], spacing_mm: f64, frame: &Frame| {
            let origin_mm = Point::from(dims.map(|n| -0.5 * (n as f64 - 1.0) * spacing_mm));
            let half = Vector::from(dims.map(|n| 0.5 * n as f64 * spacing_mm));
            let share = |p: Point| f32::from(u8::from(p.coords.component_div(&half).norm() < 1.0));
            let field = Field::from_fn(Grid { dims, spacing_mm, origin_mm }, share);
            Arc::new(ColumnVolume::of_field(&field, &frame.clone()).expect("a volume"))
        };
        let trunk = ball([100, 80, 100], 4.0, &frame(0.0, 0.0, 0.0));
        let smooth = vec![(trunk, Composition::of(Material::SoftTissue, 1.06))];
        let mut volumes = Vec::new();
        for i in 0..12 {
            let level = f64::from(i % 3 - 1);
            let place = frame(0.0, 35.0 * level, 0.1 * level);
            volumes.push((ball([100; 3], 0.8, &place), Composition::of(Material::Bone, 0.05)));
        }
        let tool = |i: i32| {
            let start = Point::new(4.0 * f64::from(i) - 20.0, 60.0, 5.0);
            let end = Point::new(0.5 * f64::from(i), -10.0, 0.0);
            match i % 3 {
                0 => Solid::Cylinder { start, end, radius_mm: 1.2 },
                1 => Solid::Tube { start, end, outer_mm: 1.5, inner_mm: 1.2 },
                _ => Solid::Cone { base: start, tip: end, radius_mm: 1.2 },
            }
        };
        let steel = Composition::of(Material::Steel, 8.0);
        let scene = Scene { volumes, smooth, solids: (0..10).map(|i| (tool(i), steel)).collect() };
        let angulation = Angulation { lao_rad: 0.35, cra_rad: 0.1 };
        let view = CArm::mobile().aim(&Point::origin(), angulation).expect("a view").with_pixels(pixels);
        let exposure = Exposure { scene, view, beam: Beam::of_tube_kv(80.0).expect("a beam") };
        // A second picture finds the volumes' sums made.
        exposure.take();
        exposure
    }

    pub fn take(&self) -> Radiograph {
        expose(&self.scene, &self.view, &self.beam)
    }
}
