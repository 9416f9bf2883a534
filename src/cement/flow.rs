//! Cement flowing through bone and veins: solve the pressure, hold it for a stretch of the front, move the cement.
//!
//! A flow step ([`CementFlow::begin_step`]) solves `∇·(λ K ∇p) = −q` with the coefficients of the middle of the step and
//! says how much may be injected until the next one; that volume is then displaced piston-like
//! ([`super::displacement`]). The pressure response of the bone is linear in the rate while a step lasts.
//!
//! `step` (one step and its undoing), `coefficients` (what the solver is told), `fixed_point` (shear-thinning),
//! `step_control` (how long a step may be), `outlets` (valves, background pressure), `readings`, `snapshot`, `error`,
//! `arrival` (which way cement took).

mod arrival;
mod coefficients;
mod error;
mod fixed_point;
mod outlets;
mod readings;
mod snapshot;
mod step;
mod step_control;
#[cfg(test)]
mod tests;

pub use arrival::Arrival;
pub use error::FlowError;
pub use snapshot::{FlowSnapshot, SnapshotCell, SnapshotVessel};

use super::displacement::{Course, Displacement};
use super::domain::FlowDomain;
use super::leakage::LeakLedger;
use super::network::{Conductances, FlowNetwork};
use super::outside_pipe::OutsidePipe;
use super::pores::PoreSpace;
use super::product::Product;
use super::wet_places::{WetPlace, WetPlaces};
use crate::anatomy::VeinTree;
use crate::geometry::{CellIndex, Point, Vector};
use crate::solvers::PressureField;
use arrival::Arrivals;
use fixed_point::ViscosityMemory;
use std::sync::{Arc, atomic::AtomicBool};
use step_control::StepControl;

/// Settings of the flow calculation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowSettings {
    /// Relative residual at which a pressure solution is accepted.
    pub tolerance: f64,
    /// Largest volume of one flow step, mm³.
    pub largest_step_mm3: f64,
    /// Every step is this many times as long as it would be: 1, or less to see what the steps' length does.
    pub step_scale: f64,
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
    displacement: Displacement,
    wet: WetPlaces,
    settings: FlowSettings,
    product: Product,
    ledger: LeakLedger,
    port: Vec<(u32, f64)>,
    /// Mean equivalent age of the cement in the bone, s.
    age_s: f64,
    injected_mm3: f64,
    stranded_mm3: f64,
    divergence_error_mm3: f64,
    /// What else a step changes.
    state: StepState,
    /// As it was before the step under way.
    before: Before,
    /// Pressure that outlets at another pressure than rest keep up, Pa above rest; `None` while there are none.
    background: Option<PressureField>,
    /// The solver has the conductances of every slot.
    is_laid_out: bool,
    /// Slots handed to the solver in this step, and those about to be.
    handed: Vec<u32>,
    changed: Vec<u32>,
    sources: Vec<(u32, f64)>,
    outlet_sources: Vec<(u32, f64)>,
    cancel: Option<Arc<AtomicBool>>,
    arrivals: Arrivals,
}

/// What a pressure solution leaves behind, but for the fields: small enough to be kept twice.
#[derive(Clone, Debug, Default)]
struct StepState {
    viscosity: ViscosityMemory,
    control: StepControl,
    /// Shear rate in each opening, 1/s.
    opening_shear_per_s: Vec<f64>,
    opening_shut: Vec<bool>,
    /// Flow into each outside pipe, mm³/s.
    pipe_rate_mm3_per_s: Vec<f64>,
    /// A valve has moved since the background was solved.
    background_is_stale: bool,
    /// The port has moved since the last solution, or there is none.
    is_new_port: bool,
    /// Of the last solution.
    rate_mm3_per_s: f64,
    divergence_mm3_per_s: f64,
    solves: usize,
    iterations: usize,
}

/// Copies to go back to when a step fails or is cancelled.
struct Before {
    wet: Vec<WetPlace>,
    state: StepState,
    course: Course,
    conductances: Conductances,
    pressure: PressureField,
    background: Option<PressureField>,
}

impl CementFlow {
    /// A bone without cement.
    pub fn new(domain: FlowDomain, trees: &[VeinTree], product: Product, settings: FlowSettings) -> CementFlow {
        let ledger = LeakLedger::new(&domain.openings, trees);
        let pipes: Vec<OutsidePipe> = trees.iter().map(OutsidePipe::new).collect();
        let network = FlowNetwork::new(PoreSpace::new(domain), pipes);
        let openings = 0..network.pores.openings.len() as u32;
        let state = StepState {
            control: StepControl::new(settings.step_scale),
            opening_shear_per_s: vec![1.0; openings.len()],
            // The far side of an opening is shut until the bone's pressure first exceeds it.
            opening_shut: openings.clone().map(|opening| network.beyond_opening_pa(opening) > 0.0).collect(),
            pipe_rate_mm3_per_s: vec![0.0; trees.len()],
            background_is_stale: true,
            is_new_port: true,
            ..StepState::default()
        };
        CementFlow {
            displacement: Displacement::new(openings.len(), trees.len()),
            wet: WetPlaces::none(network.pores.places(), settings.marrow_pa_s),
            settings,
            product,
            ledger,
            port: Vec::new(),
            age_s: 0.0,
            injected_mm3: 0.0,
            stranded_mm3: 0.0,
            divergence_error_mm3: 0.0,
            before: Before {
                wet: Vec::new(),
                state: StepState::default(),
                course: Course::default(),
                conductances: Conductances::default(),
                pressure: network.solver.zero_field(),
                background: None,
            },
            state,
            background: None,
            is_laid_out: false,
            handed: Vec::new(),
            changed: Vec::new(),
            sources: Vec::new(),
            outlet_sources: Vec::new(),
            cancel: None,
            arrivals: Arrivals::default(),
            network,
        }
    }

    /// Puts the port where the tool's tip is: cement enters uniformly over the cells within `radius_mm`.
    ///
    /// A ball of 6/5 of the bore's radius has the mean pressure of a sphere of the bore's radius.
    ///
    /// # Errors
    /// When there is no bone there.
    pub fn set_port(&mut self, tip: &Point, radius_mm: f64) -> Result<(), FlowError> {
        let pores = &self.network.pores;
        let reach = Vector::repeat(radius_mm.max(pores.grid.spacing_mm) * 2.0);
        let near: Vec<(f64, CellIndex)> = pores
            .grid
            .cells_in_box(&(tip - reach), &(tip + reach))
            .filter(|&cell| pores.is_active(cell))
            .map(|cell| ((pores.grid.centre(cell) - tip).norm(), cell))
            .collect();
        let mut cells: Vec<CellIndex> = near.iter().filter(|(d, _)| *d < radius_mm).map(|&(_, cell)| cell).collect();
        if cells.is_empty() {
            let nearest = near.iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            cells.extend(nearest.map(|&(_, cell)| cell));
        }
        if cells.is_empty() {
            return Err(FlowError::PortOutsideBone { x_mm: tip.x, y_mm: tip.y, z_mm: tip.z });
        }
        self.set_port_cells(cells);
        Ok(())
    }

    /// Lets cement enter uniformly over the given cells, less those without pores.
    pub fn set_port_cells(&mut self, cells: Vec<CellIndex>) {
        let slots: Vec<u32> = cells.into_iter().filter_map(|cell| self.network.pores.slot_of(cell)).collect();
        let share = 1.0 / slots.len() as f64;
        self.port = slots.into_iter().map(|slot| (slot, share)).collect();
        self.arrivals.note_port(&self.port);
        self.state.is_new_port = true;
    }

    /// Keeps cement and marrow out of these cells, and lets them into those kept shut before.
    pub fn shut_cells(&mut self, cells: &[CellIndex]) {
        let slots: Vec<u32> = cells.iter().filter_map(|&cell| self.network.pores.slot_of(cell)).collect();
        self.network.pores.shut(&slots);
        self.is_laid_out = false;
        (self.state.is_new_port, self.state.background_is_stale) = (true, true);
    }

    /// A flag that another thread may raise: [`CementFlow::begin_step`] then gives up between two pressure solutions
    /// and leaves everything as it was before.
    pub fn set_cancel(&mut self, cancel: Option<Arc<AtomicBool>>) {
        self.cancel = cancel;
    }

    /// Moves a volume that left the tip, with the fluxes of the last solution.
    ///
    /// `age_s` is the equivalent age of what enters, `at_s` the middle of the time in which it did.
    ///
    /// # Errors
    /// When no pore is free any more, or the volumes do not add up.
    pub fn displace(&mut self, volume_mm3: f64, age_s: f64, at_s: f64) -> Result<(), FlowError> {
        if volume_mm3 <= 0.0 {
            return Ok(());
        }
        let onset = (at_s, self.injected_mm3 + 0.5 * volume_mm3);
        let displaced = self.displacement.push(&self.network, volume_mm3, &mut self.wet);
        let refused_mm3 = displaced.refused_mm3;
        self.arrivals.note(&displaced.reached, onset.1);
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
        if self.state.rate_mm3_per_s > 0.0 {
            self.divergence_error_mm3 += self.state.divergence_mm3_per_s * volume_mm3 / self.state.rate_mm3_per_s;
        }
        self.age_s = (self.age_s * self.injected_mm3 + age_s * volume_mm3)
            / (self.injected_mm3 + volume_mm3).max(f64::MIN_POSITIVE);
        self.injected_mm3 += volume_mm3;
        self.check_balance(at_s)?;
        if refused_mm3 > 0.0 { Err(self.no_outlet(self.port.first().map_or(0, |&(slot, _)| slot))) } else { Ok(()) }
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
