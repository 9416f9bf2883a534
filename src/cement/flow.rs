//! Cement flowing through bone and veins: solve the pressure, hold it for a stretch of the front, move the cement.
//!
//! A flow step is: refresh the conductances, solve `∇·(λ K ∇p) = −q` once, ask how much may be injected until a tenth
//! of the front's cells are full, and then displace that volume piston-like ([`super::displacement`]). The pressure
//! response of the bone is linear in the rate while a step lasts.

mod pressure;
mod readings;
mod rheology;

use super::displacement::Displacement;
use super::domain::FlowDomain;
use super::leakage::LeakLedger;
use super::network::FlowNetwork;
use super::outside_pipe::OutsidePipe;
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
    /// A valve has moved since the background was solved.
    background_is_stale: bool,
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
            background_is_stale: true,
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
}
