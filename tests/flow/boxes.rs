//! Uniform blocks of bone to push cement into.

use trocar::anatomy::{Destination, LeakClass, Opening, VeinTree};
use trocar::cement::{
    domain::FlowDomain,
    flow::{CementFlow, FlowSettings},
    openings::OpeningCells,
    product::Product,
    vessels::VesselNetwork,
};
use trocar::geometry::{CellIndex, Grid, Point, Vector, grid::FACES};

/// Marrow of all these blocks, Pa·s.
pub const MARROW_PA_S: f64 = 0.067;

/// A block of bone: porosity, permeability in mm², and a permeable wall or none.
pub struct Block {
    pub low: Point,
    pub high: Point,
    pub spacing_mm: f64,
    pub porosity: f64,
    pub permeability_mm2: f64,
    /// Conductance of the wall, mm per unit of fluidity; 0 seals it.
    pub wall_mm: f64,
}

impl Block {
    pub fn cube(half_mm: f64, spacing_mm: f64) -> Block {
        Block {
            low: Point::new(-half_mm, -half_mm, -half_mm),
            high: Point::new(half_mm, half_mm, half_mm),
            spacing_mm,
            porosity: 0.9,
            permeability_mm2: 5e-9 * 1e6,
            wall_mm: 0.0,
        }
    }

    /// The pores, with the veins given.
    pub fn domain(&self, veins: &[VeinTree]) -> FlowDomain {
        let margin = Vector::repeat(self.spacing_mm);
        let grid = Grid::covering(&(self.low - margin), &(self.high + margin), self.spacing_mm);
        let inside = |c: CellIndex| {
            let p = grid.centre(c);
            (0..3).all(|axis| p[axis] > self.low[axis] && p[axis] < self.high[axis])
        };
        let active: Vec<bool> = grid.cells().map(inside).collect();
        let each = |value: f64| active.iter().map(|&a| if a { value as f32 } else { 0.0 }).collect::<Vec<f32>>();
        let mut pore_volume_mm3 = each(self.porosity * grid.cell_volume_mm3());
        let vessels = VesselNetwork::new(veins, &[], &mut pore_volume_mm3, &grid);
        let face = self.spacing_mm * self.spacing_mm;
        let wall_mm3 = grid
            .cells()
            .map(|c| {
                if pore_volume_mm3[c.get()] == 0.0 {
                    return 0.0;
                }
                let open =
                    FACES.iter().filter(|&&f| grid.neighbour(c, f).is_none_or(|other| !active[other.get()])).count();
                (open as f64 * face * self.wall_mm) as f32
            })
            .collect();
        FlowDomain {
            pore_volume_mm3,
            permeability_mm2: [each(self.permeability_mm2), each(self.permeability_mm2)],
            wall_mm3,
            in_body: active,
            vessels,
            openings: Vec::new(),
            grid,
        }
    }
}

/// A ball of bone about the origin whose surface is held at rest pressure: a cell there drains through its true
/// distance from the surface along each axis.
pub fn drained_ball(radius_mm: f64, spacing_mm: f64) -> FlowDomain {
    let block = Block::cube(radius_mm, spacing_mm);
    let mut domain = block.domain(&[]);
    let grid = domain.grid.clone();
    let is_inside = |c: CellIndex| grid.centre(c).coords.norm() < radius_mm;
    for cell in grid.cells() {
        let (c, at) = (cell.get(), grid.centre(cell));
        if !is_inside(cell) {
            (domain.pore_volume_mm3[c], domain.in_body[c]) = (0.0, false);
            domain.permeability_mm2.iter_mut().for_each(|k| k[c] = 0.0);
            continue;
        }
        for face in FACES.into_iter().filter(|&face| grid.neighbour(cell, face).is_none_or(|n| !is_inside(n))) {
            let along = at[face.0];
            let chord = (radius_mm * radius_mm - at.coords.norm_squared() + along * along).sqrt();
            let distance_mm = (chord - along.abs()).max(1e-3 * spacing_mm);
            domain.wall_mm3[c] += (spacing_mm * spacing_mm * block.permeability_mm2 / distance_mm) as f32;
        }
    }
    domain
}

/// An opening so wide that it takes no pressure, over the given cells.
pub fn wide_opening(cells: Vec<CellIndex>) -> OpeningCells {
    let share = 1.0 / cells.len() as f64;
    OpeningCells {
        opening: Opening {
            class: LeakClass::C,
            route: "end".into(),
            destination: Destination::Paravertebral,
            centre: Point::origin(),
            outward: Vector::x(),
            along: Vector::y(),
            length_mm: 1.0,
            width_mm: 1.0,
            thickness_mm: 1.0,
            is_round: false,
            outside_pressure_pa: 1000.0,
        },
        cells: cells.into_iter().map(|cell| (cell, share)).collect(),
        conductance_mm3: 1e9,
        volume_mm3: 1e-9,
    }
}

pub fn settings(largest_step_mm3: f64) -> FlowSettings {
    FlowSettings { tolerance: 1e-8, largest_step_mm3, step_scale: 1.0, marrow_pa_s: MARROW_PA_S, columns_age: false }
}

/// Injects a volume at a constant rate, one flow step after another; `each` sees the flow, and the tip's pressure
/// above rest in Pa, after every step.
pub fn inject(flow: &mut CementFlow, volume_mm3: f64, rate_mm3_per_s: f64, mut each: impl FnMut(&CementFlow, f64)) {
    let mut time_s = 0.0;
    while flow.injected_mm3() < volume_mm3 * (1.0 - 1e-12) {
        let (bone, budget) = flow.begin_step(rate_mm3_per_s, time_s).expect("the pressure is solvable");
        let step = budget.min(volume_mm3 - flow.injected_mm3());
        flow.displace(step, 0.0, time_s).expect("the cement fits");
        time_s += step / rate_mm3_per_s;
        each(flow, bone.resistance_pa_s_per_mm3 * rate_mm3_per_s);
    }
}

pub fn newtonian(viscosity_pa_s: f64) -> Product {
    Product::newtonian(viscosity_pa_s)
}
