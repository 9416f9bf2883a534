//! Cement flowing through bone and veins: solve the pressure, hold it for a stretch of the front, move the cement.
//!
//! A flow step is: refresh the conductances, solve `∇·(λ K ∇p) = −q` once, ask how much may be injected until a tenth
//! of the front's cells are full, and then displace that volume piston-like ([`super::displacement`]). The pressure
//! response of the bone is linear in the rate while a step lasts.

use super::delivery::BoneResponse;
use super::displacement::Displacement;
use super::domain::FlowDomain;
use super::leakage::LeakLedger;
use super::network::{FlowNetwork, Fluids};
use super::outside_pipe::OutsidePipe;
use super::porous_shear::shear_factor;
use super::product::Product;
use crate::anatomy::VeinTree;
use crate::geometry::{CellIndex, Point, Vector};
use crate::solvers::{PressureSolver, SolveError, Unknowns};
use thiserror::Error;

/// Why a flow calculation could not go on.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FlowError {
    /// Nothing can leave the bone.
    #[error("nothing can leave the bone: no vein, defect or permeable wall is open, so no cement can be injected")]
    NoOutlet,
    /// The tip is not in bone.
    #[error("the cement port at ({x_mm:.1}, {y_mm:.1}, {z_mm:.1}) mm is not in bone")]
    PortOutsideBone {
        /// Vertebra frame, mm.
        x_mm: f64,
        /// Vertebra frame, mm.
        y_mm: f64,
        /// Vertebra frame, mm.
        z_mm: f64,
    },
    /// The pressure solver failed.
    #[error("the pressure could not be solved at {at_s:.2} s of the injection: {source}")]
    Pressure {
        /// Time since the injection began, s.
        at_s: f64,
        /// What the solver says.
        source: SolveError,
    },
    /// Volumes do not add up.
    #[error(
        "cement is not conserved at {at_s:.2} s of the injection: {injected_mm3} mm³ injected, {in_bone_mm3} mm³ in the bone, {leaked_mm3} mm³ leaked"
    )]
    Unbalanced {
        /// Time since the injection began, s.
        at_s: f64,
        /// Time integral at the tip, mm³.
        injected_mm3: f64,
        /// Sum over the fields, mm³.
        in_bone_mm3: f64,
        /// Sum over the outlets, mm³.
        leaked_mm3: f64,
    },
}

/// Settings of the flow calculation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowSettings {
    /// Relative residual at which a pressure solution is accepted.
    pub tolerance: f64,
    /// Largest volume of one flow step, mm³.
    pub largest_step_mm3: f64,
    /// Marrow's viscosity, Pa·s.
    pub marrow_pa_s: f64,
    /// Whether the cement column outside the wall ages at body temperature and seals itself (MODEL §2 (b)).
    pub columns_age: bool,
}

/// A tally of all volumes is checked against the others to this share of what was injected.
const BALANCE_TOLERANCE: f64 = 1e-9;

/// A rate that differs by more than this share is a jump (our choice).
const RATE_DRIFT: f64 = 0.1;
/// The background changes slowly: it is solved anew once in so many solutions (our choice).
const BACKGROUND_EVERY: usize = 8;
/// The background pressure is a kPa or so: coarser than the rest will do.
const BACKGROUND_TOLERANCE: f64 = 1e-3;

/// The state of the cement in one patient.
pub struct CementFlow {
    network: FlowNetwork,
    solver: PressureSolver,
    displacement: Displacement,
    settings: FlowSettings,
    product: Product,
    /// Cement per place (cells, then vein nodes), mm³.
    cement_mm3: Vec<f64>,
    /// Shear rate per place from the last solution, 1/s.
    shear_per_s: Vec<f64>,
    cement_pa_s: Vec<f64>,
    right_hand_side: Unknowns,
    /// What outlets at another pressure than rest contribute to the right-hand side.
    outlet_part: Unknowns,
    /// Pressure that they alone keep up, Pa above rest.
    background: Unknowns,
    /// Shear rate in each opening from the last solution, 1/s.
    opening_shear_per_s: Vec<f64>,
    ledger: LeakLedger,
    opening_shut: Vec<bool>,
    port: Vec<(u32, f64)>,
    /// Mean equivalent age of the cement in the bone, s.
    age_s: f64,
    injected_mm3: f64,
    stranded_mm3: f64,
    solves: usize,
    iterations: usize,
    last_rate_mm3_per_s: f64,
}

impl CementFlow {
    /// A bone without cement.
    pub fn new(domain: FlowDomain, trees: &[VeinTree], product: Product, settings: FlowSettings) -> CementFlow {
        let ledger = LeakLedger::new(&domain, trees);
        // The far side of an opening is shut until the bone's pressure first exceeds it.
        let pipes: Vec<OutsidePipe> = trees.iter().map(OutsidePipe::new).collect();
        let network = FlowNetwork::new(domain, pipes);
        let rest = network.rest_pressure_pa();
        let opening_shut = network.domain.openings.iter().map(|o| o.opening.outside_pressure_pa > rest).collect();
        let places = network.places();
        let (cells, nodes) = (network.pressure.cells.len(), network.pressure.nodes.len());
        CementFlow {
            solver: PressureSolver::new(network.domain.grid.dims, nodes),
            displacement: Displacement::new(places, network.domain.openings.len(), trees.len()),
            settings,
            product,
            cement_mm3: vec![0.0; places],
            shear_per_s: vec![1.0; places],
            cement_pa_s: vec![0.0; places],
            right_hand_side: Unknowns::zero(cells, nodes),
            outlet_part: Unknowns::zero(cells, nodes),
            background: Unknowns::zero(cells, nodes),
            opening_shear_per_s: vec![1.0; network.domain.openings.len()],
            ledger,
            opening_shut,
            port: Vec::new(),
            age_s: 0.0,
            injected_mm3: 0.0,
            stranded_mm3: 0.0,
            solves: 0,
            iterations: 0,
            last_rate_mm3_per_s: 0.0,
            network,
        }
    }

    /// Puts the port where the tool's tip is: cement enters uniformly over the cells within `radius_mm`.
    ///
    /// A ball of 6/5 of the bore's radius has the mean pressure of a sphere of the bore's radius.
    pub fn set_port(&mut self, tip: &Point, radius_mm: f64) -> Result<(), FlowError> {
        let grid = &self.network.domain.grid;
        let reach = Vector::repeat(radius_mm.max(grid.spacing_mm) * 2.0);
        let near: Vec<(f64, CellIndex)> = grid
            .cells_in_box(&(tip - reach), &(tip + reach))
            .filter(|&cell| self.network.domain.is_active(cell))
            .map(|cell| ((grid.centre(cell) - tip).norm(), cell))
            .collect();
        let mut cells: Vec<u32> = near.iter().filter(|(d, _)| *d < radius_mm).map(|(_, cell)| cell.0).collect();
        if cells.is_empty() {
            let nearest = near.iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            cells.extend(nearest.map(|(_, cell)| cell.0));
        }
        if cells.is_empty() {
            return Err(FlowError::PortOutsideBone { x_mm: tip.x, y_mm: tip.y, z_mm: tip.z });
        }
        self.set_port_cells(cells.into_iter().map(CellIndex).collect());
        Ok(())
    }

    /// Lets cement enter uniformly over the given cells.
    pub fn set_port_cells(&mut self, cells: Vec<CellIndex>) {
        let share = 1.0 / cells.len() as f64;
        self.port = cells.into_iter().map(|cell| (cell.0, share)).collect();
    }

    /// Solves the pressure for a rate and says how the bone answers, and how much may be injected before the next
    /// solution, mm³. Shear rates are those of the last solution; when the rate jumps, a second solution follows the
    /// first with its shear rates.
    pub fn begin_step(&mut self, rate_mm3_per_s: f64, at_s: f64) -> Result<(BoneResponse, f64), FlowError> {
        let drift = (rate_mm3_per_s / self.last_rate_mm3_per_s - 1.0).abs();
        let is_new_rate = drift.is_nan() || drift > RATE_DRIFT;
        let passes = if is_new_rate && !self.product.is_newtonian() { 2 } else { 1 };
        for _ in 0..passes {
            self.refresh_conductances()?;
            self.solve(rate_mm3_per_s, at_s)?;
            self.refresh_shear();
        }
        let rest = self.network.rest_pressure_pa();
        self.refresh_valves(rest);
        let at_tip = |pressure: &Unknowns| {
            self.port.iter().map(|&(cell, share)| share * pressure.cells[cell as usize]).sum::<f64>()
        };
        let (background, total) = (at_tip(&self.background), at_tip(&self.network.pressure));
        let response = BoneResponse {
            rest_pressure_pa: rest + background,
            resistance_pa_s_per_mm3: (total - background).max(0.0) / rate_mm3_per_s,
        };
        let front = self.displacement.front_volume_mm3(&self.network, &self.port, &self.cement_mm3);
        Ok((response, front.unwrap_or(f64::INFINITY).min(self.settings.largest_step_mm3)))
    }

    /// Conductances for what the places hold now.
    fn refresh_conductances(&mut self) -> Result<(), FlowError> {
        self.refresh_viscosities();
        let openings = 0..self.opening_shut.len();
        let opening_mm3: Vec<f64> = openings.clone().map(|opening| self.ledger.opening_volume_mm3(opening)).collect();
        let opening_pa_s: Vec<f64> = openings
            .map(|opening| self.product.viscosity_pa_s(self.age_s, self.opening_shear_per_s[opening]))
            .collect();
        let pipe_pa_s: Vec<f64> = self
            .network
            .pipes
            .iter()
            .map(|pipe| {
                let age = if self.settings.columns_age { pipe.age_s } else { self.age_s };
                self.product.viscosity_pa_s(age, pipe.shear_rate_per_s())
            })
            .collect();
        let rest = self.network.rest_pressure_pa();
        loop {
            let fluids = Fluids {
                cement_mm3: &self.cement_mm3,
                cement_pa_s: &self.cement_pa_s,
                marrow_pa_s: self.settings.marrow_pa_s,
                pipe_pa_s: &pipe_pa_s,
                opening_pa_s: &opening_pa_s,
                opening_mm3: &opening_mm3,
                opening_shut: &self.opening_shut,
            };
            self.network.refresh(&fluids, rest, &mut self.outlet_part);
            if self.network.outlet_conductance() > 0.0 {
                return Ok(());
            }
            // All ways out lead to a higher pressure: the bone fills until the lowest of them gives.
            let outside = |opening: usize| self.network.domain.openings[opening].opening.outside_pressure_pa;
            let shut = (0..self.opening_shut.len()).filter(|&opening| self.opening_shut[opening]);
            let Some(lowest) = shut.min_by(|&a, &b| outside(a).total_cmp(&outside(b))) else {
                return Err(FlowError::NoOutlet);
            };
            self.opening_shut[lowest] = false;
        }
    }

    /// The pressure is affine in the rate: a background that outlets at another pressure than rest keep up, and a part
    /// in proportion to the rate. Each solution starts from the last one.
    fn solve(&mut self, rate_mm3_per_s: f64, at_s: f64) -> Result<(), FlowError> {
        let tolerance = self.settings.tolerance;
        let failed = |source| match source {
            SolveError::NoOutlet { .. } => FlowError::NoOutlet,
            source => FlowError::Pressure { at_s, source },
        };
        let pressure = &mut self.network.pressure;
        let factor = if self.last_rate_mm3_per_s > 0.0 { rate_mm3_per_s / self.last_rate_mm3_per_s } else { 1.0 };
        scale_about(&mut pressure.cells, &self.background.cells, factor);
        scale_about(&mut pressure.nodes, &self.background.nodes, factor);
        self.last_rate_mm3_per_s = rate_mm3_per_s;
        let outlets_differ = self.outlet_part.cells.iter().chain(&self.outlet_part.nodes).any(|&q| q != 0.0);
        if outlets_differ && self.solves % BACKGROUND_EVERY == 0 {
            let report = self
                .solver
                .solve(&self.network.system, &self.outlet_part, &mut self.background, BACKGROUND_TOLERANCE)
                .map_err(failed)?;
            self.iterations += report.iterations;
        }
        self.right_hand_side.clone_from(&self.outlet_part);
        for &(cell, share) in &self.port {
            self.right_hand_side.cells[cell as usize] += share * rate_mm3_per_s;
        }
        let report = self
            .solver
            .solve(&self.network.system, &self.right_hand_side, &mut self.network.pressure, tolerance)
            .map_err(failed)?;
        self.solves += 1;
        self.iterations += report.iterations;
        Ok(())
    }

    /// Moves a volume that left the tip, with the fluxes of the last solution.
    ///
    /// `age_s` is the equivalent age of what enters, `at_s` the middle of the time in which it did.
    pub fn displace(&mut self, volume_mm3: f64, age_s: f64, at_s: f64) -> Result<(), FlowError> {
        if volume_mm3 <= 0.0 {
            return Ok(());
        }
        let onset = (at_s, self.injected_mm3 + 0.5 * volume_mm3);
        let displaced = self.displacement.push(&self.network, &self.port, volume_mm3, &mut self.cement_mm3);
        let refused_mm3 = displaced.refused_mm3;
        let volume_mm3 = volume_mm3 - refused_mm3;
        for (opening, &volume) in displaced.through_openings.iter().enumerate() {
            if volume > 0.0 {
                self.ledger.book_opening(opening, volume, onset);
            }
        }
        for (tree, &volume) in displaced.through_veins.iter().enumerate() {
            if volume > 0.0 {
                self.ledger.book_vein(tree, volume, onset);
                self.network.pipes[tree].receive(volume, self.age_s.max(age_s));
            }
        }
        self.stranded_mm3 += displaced.stranded_mm3;
        self.age_s = (self.age_s * self.injected_mm3 + age_s * volume_mm3)
            / (self.injected_mm3 + volume_mm3).max(f64::MIN_POSITIVE);
        self.injected_mm3 += volume_mm3;
        self.check_balance(at_s)?;
        if refused_mm3 > 0.0 { Err(FlowError::NoOutlet) } else { Ok(()) }
    }

    /// Lets time pass for the cement in the bone and in the outside veins: equivalent seconds.
    pub fn age_by(&mut self, equivalent_s: f64) {
        self.age_s += equivalent_s;
        self.network.pipes.iter_mut().for_each(|pipe| pipe.age_s += equivalent_s);
    }

    fn check_balance(&self, at_s: f64) -> Result<(), FlowError> {
        let (in_bone_mm3, leaked_mm3) = (self.in_bone_mm3(), self.ledger.total_mm3());
        let error = (self.injected_mm3 - in_bone_mm3 - leaked_mm3).abs();
        if error <= BALANCE_TOLERANCE * self.injected_mm3 {
            return Ok(());
        }
        Err(FlowError::Unbalanced { at_s, injected_mm3: self.injected_mm3, in_bone_mm3, leaked_mm3 })
    }

    /// A disc does not flow back into the bone: openings to a higher pressure open when the bone exceeds it.
    fn refresh_valves(&mut self, rest_pressure_pa: f64) {
        for (index, way) in self.network.domain.openings.iter().enumerate() {
            let outside = way.opening.outside_pressure_pa - rest_pressure_pa;
            let inside: f64 = way.cells.iter().map(|&(cell, s)| s * self.network.pressure.cells[cell.get()]).sum();
            self.opening_shut[index] = outside > 0.0 && inside <= outside;
        }
    }

    fn refresh_viscosities(&mut self) {
        for (place, &cement) in self.cement_mm3.iter().enumerate() {
            if cement > 0.0 {
                self.cement_pa_s[place] = self.product.viscosity_pa_s(self.age_s, self.shear_per_s[place]);
            }
        }
    }

    /// Shear rates where there is cement, from the fluxes of the last solution.
    fn refresh_shear(&mut self) {
        if self.product.is_newtonian() {
            return;
        }
        let factor = shear_factor(self.product.power_law(self.age_s).index);
        let cells = self.network.pressure.cells.len();
        let area = self.network.domain.grid.spacing_mm * self.network.domain.grid.spacing_mm;
        let mut outflows = Vec::with_capacity(16);
        for place in 0..self.cement_mm3.len() {
            if self.cement_mm3[place] <= 0.0 {
                continue;
            }
            self.network.outflows(place as u32, &mut outflows);
            let flux: f64 = outflows.iter().map(|&(_, flux)| flux).sum();
            self.shear_per_s[place] = if place < cells {
                let permeability = self.network.domain.permeability_mm2[0][place];
                factor * flux / area / (permeability * self.network.domain.porosity[place]).sqrt()
            } else {
                let radius = self.network.domain.vessels.nodes[place - cells].radius_mm;
                4.0 * flux / (std::f64::consts::PI * radius * radius * radius)
            };
        }
        let rest = self.network.rest_pressure_pa();
        for (opening, shear) in self.opening_shear_per_s.iter_mut().enumerate() {
            *shear = self.network.opening_shear_per_s(opening as u32, rest);
        }
        for (tree, pipe) in self.network.pipes.iter_mut().enumerate() {
            let node = self.network.domain.vessels.outlets[tree] as usize;
            pipe.rate_mm3_per_s = (self.network.system.node_ground[node] * self.network.pressure.nodes[node]).max(0.0);
        }
    }

    /// Time integral of what left the tip, mm³.
    pub fn injected_mm3(&self) -> f64 {
        self.injected_mm3
    }

    /// Cement in bone, cavity and the veins inside the bone, summed from the fields, mm³.
    pub fn in_bone_mm3(&self) -> f64 {
        self.cement_mm3.iter().sum()
    }

    /// Cement in cells of the vertebral body, mm³.
    pub fn in_body_cells_mm3(&self) -> f64 {
        self.cement_mm3.iter().zip(&self.network.domain.in_body).filter(|(_, body)| **body).map(|(c, _)| c).sum()
    }

    /// What left, by way out.
    pub fn ledger(&self) -> &LeakLedger {
        &self.ledger
    }

    /// Mean equivalent age of the cement in the bone, s.
    pub fn age_s(&self) -> f64 {
        self.age_s
    }

    /// Cement that met a dead end and was put into the nearest free pore, mm³: an error of the pressure solution.
    pub fn stranded_mm3(&self) -> f64 {
        self.stranded_mm3
    }

    /// Pressure solutions so far, and their CG iterations.
    pub fn work(&self) -> (usize, usize) {
        (self.solves, self.iterations)
    }

    /// The pores.
    pub fn domain(&self) -> &FlowDomain {
        &self.network.domain
    }

    /// Share of each cell's pores that cement fills, 0…1.
    pub fn saturation(&self) -> Vec<f64> {
        let pores = &self.network.domain.pore_volume_mm3;
        pores
            .iter()
            .zip(&self.cement_mm3)
            .map(|(&pore, &cement)| if pore > 0.0 { cement / pore } else { 0.0 })
            .collect()
    }
}

/// `values` moved away from `centre`, or towards it, by a factor.
fn scale_about(values: &mut [f64], centre: &[f64], factor: f64) {
    if factor != 1.0 {
        values.iter_mut().zip(centre).for_each(|(value, centre)| *value = centre + (*value - centre) * factor);
    }
}
