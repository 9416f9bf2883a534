//! Pores and veins as one network of places: conductances for the pressure solver, fluxes for the displacement.

use super::domain::FlowDomain;
use super::outside_pipe::OutsidePipe;
use crate::geometry::CellIndex;
use crate::solvers::{EllipticSystem, Exchange, PipeLink, Unknowns};

/// Where a flux out of a place goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbour {
    /// Another cell or vein node.
    Place(u32),
    /// Out through an opening.
    Opening(u32),
    /// Out through a tree's outside pipe.
    OutsidePipe(u32),
}

/// Viscosities that the conductances depend on.
pub struct Fluids<'a> {
    /// Cement volume per place (cells, then nodes), mm³.
    pub cement_mm3: &'a [f64],
    /// Cement's viscosity per place, Pa·s.
    pub cement_pa_s: &'a [f64],
    /// Marrow's viscosity, Pa·s.
    pub marrow_pa_s: f64,
    /// Cement's viscosity in each outside pipe, Pa·s.
    pub pipe_pa_s: &'a [f64],
    /// Cement's viscosity in each opening, Pa·s.
    pub opening_pa_s: &'a [f64],
    /// Cement that passed each opening, mm³.
    pub opening_mm3: &'a [f64],
    /// Openings whose far side is at a higher pressure than the bone: they stay shut, nothing flows in.
    pub opening_shut: &'a [bool],
}

/// The network and its last pressure solution. A place is a cell (its index) or a vein node (cells + its index).
pub struct FlowNetwork {
    /// Pores, veins and openings.
    pub domain: FlowDomain,
    /// Outside pipe of each tree.
    pub pipes: Vec<OutsidePipe>,
    /// Conductances, mm³/(s Pa).
    pub system: EllipticSystem,
    /// Pressures above the rest pressure, Pa.
    pub pressure: Unknowns,
    node_volume_mm3: Vec<f64>,
    /// Cells with pores. The grid has an empty layer on its border, so each has six neighbours in the arrays.
    active: Vec<u32>,
    /// 1 ÷ viscosity of each active cell's content, 1/(Pa·s); 0 elsewhere.
    fluidity: Vec<f64>,
    /// Exchanges by cell: offsets into `exchange_of_cell`.
    cell_exchange_start: Vec<u32>,
    exchange_of_cell: Vec<u32>,
    exchange_of_node: Vec<u32>,
    links_of_node: Vec<Vec<u32>>,
    /// Openings by cell, sorted: (cell, opening, conductance).
    opening_flux: Vec<(u32, u32, f64)>,
}

impl FlowNetwork {
    /// A network at rest.
    pub fn new(domain: FlowDomain, pipes: Vec<OutsidePipe>) -> FlowNetwork {
        let cells = domain.grid.len();
        let vessels = &domain.vessels;
        let nodes = vessels.nodes.len();
        let exchanges: Vec<Exchange> =
            vessels.exchanges.iter().map(|e| Exchange { node: e.node, cell: e.cell.0, conductance: 0.0 }).collect();
        let mut cell_exchange_start = vec![0_u32; cells + 1];
        let mut exchange_of_node = vec![0_u32; nodes + 1];
        for e in &exchanges {
            cell_exchange_start[e.cell as usize + 1] += 1;
            exchange_of_node[e.node as usize + 1] += 1;
        }
        for c in 0..cells {
            cell_exchange_start[c + 1] += cell_exchange_start[c];
        }
        for n in 0..nodes {
            exchange_of_node[n + 1] += exchange_of_node[n];
        }
        let mut exchange_of_cell: Vec<u32> = (0..exchanges.len() as u32).collect();
        exchange_of_cell.sort_by_key(|&e| (exchanges[e as usize].cell, e));
        let mut links_of_node = vec![Vec::new(); nodes];
        for (index, &(a, b)) in vessels.links.iter().enumerate() {
            links_of_node[a as usize].push(index as u32);
            links_of_node[b as usize].push(index as u32);
        }
        let mut opening_flux: Vec<(u32, u32, f64)> = domain
            .openings
            .iter()
            .enumerate()
            .flat_map(|(index, opening)| opening.cells.iter().map(move |&(cell, _)| (cell.0, index as u32, 0.0)))
            .collect();
        opening_flux.sort_by_key(|&(cell, opening, _)| (cell, opening));
        FlowNetwork {
            system: EllipticSystem {
                dims: domain.grid.dims,
                face: [vec![0.0; cells], vec![0.0; cells], vec![0.0; cells]],
                ground: vec![0.0; cells],
                node_ground: vec![0.0; nodes],
                links: vessels.links.iter().map(|&(a, b)| PipeLink { a, b, conductance: 0.0 }).collect(),
                exchanges,
            },
            pressure: Unknowns { cells: vec![0.0; cells], nodes: vec![0.0; nodes] },
            active: (0..cells as u32).filter(|&c| domain.pore_volume_mm3[c as usize] > 0.0).collect(),
            fluidity: vec![0.0; cells],
            node_volume_mm3: vessels.nodes.iter().map(|node| node.volume_mm3()).collect(),
            cell_exchange_start,
            exchange_of_cell,
            exchange_of_node,
            links_of_node,
            opening_flux,
            domain,
            pipes,
        }
    }

    /// Cells and vein nodes together.
    pub fn places(&self) -> usize {
        self.pressure.cells.len() + self.pressure.nodes.len()
    }

    /// Volume that a place can hold, mm³.
    pub fn pore_volume_mm3(&self, place: u32) -> f64 {
        let cells = self.pressure.cells.len();
        let p = place as usize;
        if p < cells { self.domain.pore_volume_mm3[p] } else { self.node_volume_mm3[p - cells] }
    }

    /// Pressure above rest, Pa.
    pub fn pressure_pa(&self, place: u32) -> f64 {
        let cells = self.pressure.cells.len();
        let p = place as usize;
        if p < cells { self.pressure.cells[p] } else { self.pressure.nodes[p - cells] }
    }

    /// Sum of all conductances to the outside, mm³/(s Pa).
    pub fn outlet_conductance(&self) -> f64 {
        self.system.ground.iter().sum::<f64>() + self.system.node_ground.iter().sum::<f64>()
    }

    /// Recomputes every conductance; `right_hand_side` gets what outlets at another pressure than rest contribute.
    pub fn refresh(&mut self, fluids: &Fluids, rest_pressure_pa: f64, right_hand_side: &mut Unknowns) {
        right_hand_side.cells.fill(0.0);
        right_hand_side.nodes.fill(0.0);
        self.refresh_faces(fluids);
        self.refresh_openings(fluids, rest_pressure_pa, right_hand_side);
        self.refresh_vessels(fluids, rest_pressure_pa, right_hand_side);
    }

    /// Viscosity of a place's content: S μ_cement + (1 − S) μ_marrow.
    fn viscosity(&self, fluids: &Fluids, place: usize) -> f64 {
        let cement = fluids.cement_mm3[place];
        if cement == 0.0 {
            return fluids.marrow_pa_s;
        }
        let saturation = (cement / self.pore_volume_mm3(place as u32)).min(1.0);
        saturation * fluids.cement_pa_s[place] + (1.0 - saturation) * fluids.marrow_pa_s
    }

    /// A face is its two half cells in series. Only cells with pores are visited: a vertebra fills a tenth of its box.
    fn refresh_faces(&mut self, fluids: &Fluids) {
        let strides = self.domain.grid.strides();
        let half = 2.0 * self.domain.grid.spacing_mm;
        for index in 0..self.active.len() {
            let c = self.active[index] as usize;
            self.fluidity[c] = 1.0 / self.viscosity(fluids, c);
        }
        for (axis, stride) in strides.into_iter().enumerate() {
            let permeability = &self.domain.permeability_mm2[axis];
            let face = &mut self.system.face[axis];
            for &cell in &self.active {
                let c = cell as usize;
                let a = permeability[c] * self.fluidity[c];
                let b = permeability[c + stride] * self.fluidity[c + stride];
                face[c] = if b > 0.0 { half * a * b / (a + b) } else { 0.0 };
            }
        }
        for &cell in &self.active {
            let c = cell as usize;
            let free = 1.0 - fluids.cement_mm3[c] / self.domain.pore_volume_mm3[c];
            self.system.ground[c] = self.domain.wall_mm3[c] / fluids.marrow_pa_s * free.clamp(0.0, 1.0);
        }
    }

    fn refresh_openings(&mut self, fluids: &Fluids, rest_pressure_pa: f64, right_hand_side: &mut Unknowns) {
        let half = 2.0 * self.domain.grid.spacing_mm;
        for index in 0..self.opening_flux.len() {
            let (cell, opening, _) = self.opening_flux[index];
            let c = cell as usize;
            let way = &self.domain.openings[opening as usize];
            let conductance = if fluids.opening_shut[opening as usize] {
                0.0
            } else {
                let share = way.cells.iter().find(|(other, _)| other.0 == cell).map_or(0.0, |&(_, share)| share);
                let filled = (fluids.opening_mm3[opening as usize] / way.volume_mm3).min(1.0);
                let viscosity = filled * fluids.opening_pa_s[opening as usize] + (1.0 - filled) * fluids.marrow_pa_s;
                let passage = share * way.conductance_mm3 / viscosity;
                let cell = half * self.domain.permeability_mm2[0][c] / self.viscosity(fluids, c);
                passage * cell / (passage + cell)
            };
            self.opening_flux[index].2 = conductance;
            self.system.ground[c] += conductance;
            right_hand_side.cells[c] += conductance * (way.opening.outside_pressure_pa - rest_pressure_pa);
        }
    }

    fn refresh_vessels(&mut self, fluids: &Fluids, rest_pressure_pa: f64, right_hand_side: &mut Unknowns) {
        let cells = self.pressure.cells.len();
        let node_viscosity: Vec<f64> =
            (0..self.pressure.nodes.len()).map(|node| self.viscosity(fluids, cells + node)).collect();
        let half_pipe =
            |node: u32| self.domain.vessels.nodes[node as usize].half_pipe_mm3() / node_viscosity[node as usize];
        for (index, exchange) in self.domain.vessels.exchanges.iter().enumerate() {
            let c = exchange.cell.get();
            let across = self.domain.permeability_mm2[0][c];
            let along = self.domain.permeability_mm2[2][c];
            let axis = self.domain.vessels.nodes[exchange.node as usize].direction;
            // Permeability in the plane across the vein, for a flow that does not vary along it: √(det K · axis·K⁻¹·axis).
            let on_axis = (axis.x * axis.x + axis.y * axis.y) / across + axis.z * axis.z / along;
            let permeability = (across * across * along * on_axis).sqrt();
            self.system.exchanges[index].conductance = exchange.shape_mm * permeability / self.viscosity(fluids, c);
        }
        for (index, &(a, b)) in self.domain.vessels.links.iter().enumerate() {
            let (a, b) = (half_pipe(a), half_pipe(b));
            self.system.links[index].conductance = a * b / (a + b);
        }
        self.system.node_ground.fill(0.0);
        for (tree, &node) in self.domain.vessels.outlets.iter().enumerate() {
            let node_half = half_pipe(node);
            let pipe = &self.pipes[tree];
            let outside = pipe.conductance(fluids.pipe_pa_s[tree], fluids.marrow_pa_s);
            let conductance = outside * node_half / (outside + node_half);
            self.system.node_ground[node as usize] = conductance;
            right_hand_side.nodes[node as usize] += conductance * (pipe.pressure_pa - rest_pressure_pa);
        }
    }

    /// Outgoing fluxes of a place that cement can follow, mm³/s (the wall is not among them).
    pub fn outflows(&self, place: u32, into: &mut Vec<(Neighbour, f64)>) {
        into.clear();
        let cells = self.pressure.cells.len();
        let p = self.pressure_pa(place);
        let mut push = |to: Neighbour, conductance: f64, other_pa: f64| {
            let flux = conductance * (p - other_pa);
            if flux > 0.0 {
                into.push((to, flux));
            }
        };
        if (place as usize) < cells {
            let c = place as usize;
            let strides = self.domain.grid.strides();
            for axis in 0..3 {
                let stride = strides[axis];
                let above = self.system.face[axis][c];
                if above > 0.0 {
                    push(Neighbour::Place((c + stride) as u32), above, self.pressure.cells[c + stride]);
                }
                if c >= stride {
                    let below = self.system.face[axis][c - stride];
                    if below > 0.0 {
                        push(Neighbour::Place((c - stride) as u32), below, self.pressure.cells[c - stride]);
                    }
                }
            }
            let range = self.cell_exchange_start[c] as usize..self.cell_exchange_start[c + 1] as usize;
            for &e in &self.exchange_of_cell[range] {
                let exchange = &self.system.exchanges[e as usize];
                let node = exchange.node as usize;
                push(Neighbour::Place((cells + node) as u32), exchange.conductance, self.pressure.nodes[node]);
            }
            let first = self.opening_flux.partition_point(|&(cell, _, _)| cell < place);
            for &(_, opening, conductance) in self.opening_flux[first..].iter().take_while(|o| o.0 == place) {
                let outside = self.domain.openings[opening as usize].opening.outside_pressure_pa;
                push(Neighbour::Opening(opening), conductance, outside - self.rest_pressure_pa());
            }
        } else {
            let node = place as usize - cells;
            let range = self.exchange_of_node[node] as usize..self.exchange_of_node[node + 1] as usize;
            for exchange in &self.system.exchanges[range] {
                push(
                    Neighbour::Place(exchange.cell),
                    exchange.conductance,
                    self.pressure.cells[exchange.cell as usize],
                );
            }
            for &link in &self.links_of_node[node] {
                let link = &self.system.links[link as usize];
                let other = if link.a as usize == node { link.b } else { link.a } as usize;
                push(Neighbour::Place((cells + other) as u32), link.conductance, self.pressure.nodes[other]);
            }
            if self.system.node_ground[node] > 0.0 {
                let tree = self.domain.vessels.nodes[node].tree;
                let outside = self.pipes[tree as usize].pressure_pa - self.rest_pressure_pa();
                push(Neighbour::OutsidePipe(tree), self.system.node_ground[node], outside);
            }
        }
    }

    /// Pressure of a bone at rest, Pa above atmosphere: that of its veins.
    pub fn rest_pressure_pa(&self) -> f64 {
        self.pipes.first().map_or(DEFAULT_REST_PRESSURE_PA, |pipe| pipe.pressure_pa)
    }

    /// Shear rate at the wall of an opening for the last solution, 1/s: 6 Q / (w² l) in a slot, 4 Q / (π r³) in a hole.
    pub fn opening_shear_per_s(&self, opening: u32, rest_pressure_pa: f64) -> f64 {
        let way = &self.domain.openings[opening as usize].opening;
        let outside = way.outside_pressure_pa - rest_pressure_pa;
        let through = self.opening_flux.iter().filter(|flux| flux.1 == opening);
        let rate: f64 = through.map(|&(c, _, g)| g * (self.pressure.cells[c as usize] - outside)).sum();
        let width = way.width_mm;
        let shape = if way.is_round {
            4.0 / (std::f64::consts::PI * (0.5 * width) * (0.5 * width) * (0.5 * width))
        } else {
            6.0 / (width * width * way.length_mm)
        };
        shape * rate.max(0.0)
    }

    /// All places that share a conductance with this one.
    pub fn connected_places(&self, place: u32, into: &mut Vec<u32>) {
        into.clear();
        let cells = self.pressure.cells.len();
        if (place as usize) < cells {
            let cell = CellIndex(place);
            for face in crate::geometry::grid::FACES {
                if let Some(other) = self.domain.grid.neighbour(cell, face)
                    && self.domain.is_active(other)
                {
                    into.push(other.0);
                }
            }
            let c = place as usize;
            let range = self.cell_exchange_start[c] as usize..self.cell_exchange_start[c + 1] as usize;
            into.extend(
                self.exchange_of_cell[range].iter().map(|&e| cells as u32 + self.system.exchanges[e as usize].node),
            );
        } else {
            let node = place as usize - cells;
            let range = self.exchange_of_node[node] as usize..self.exchange_of_node[node + 1] as usize;
            into.extend(self.system.exchanges[range].iter().map(|e| e.cell));
            into.extend(self.links_of_node[node].iter().map(|&link| {
                let link = &self.system.links[link as usize];
                cells as u32 + if link.a as usize == node { link.b } else { link.a }
            }));
        }
    }
}

/// Venous pressure where a patient has no vein, Pa (the middle of MODEL's 0.5–1.5 kPa; our choice).
const DEFAULT_REST_PRESSURE_PA: f64 = 1000.0;
