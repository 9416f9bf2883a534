//! The operation as a state machine: actions take effect at ticks of 1/20 s, the anatomy answers.

use super::action::{Action, TimedAction};
use super::circumstances::circumstances;
use super::fluoroscopy::Fluoroscopy;
use super::injection::{Injection, TICK_S};
use super::needle::Needle;
use super::plan::Plan;
use super::record::Record;
use super::restored::Restored;
use super::venography::Venography;
use crate::anatomy::{Level, Lift, Opening, Patient, tool_hole};
use crate::cement::{
    cannula::Bore,
    delivery::Delivery,
    domain::{DomainInput, FlowDomain, flow_grid},
    flow::{CementFlow, FlowError, FlowSettings},
};
use crate::geometry::{CellIndex, Field};
use crate::instruments::{Direction, Tool, TrajectoryError, TrajectoryReport};
use crate::mechanics::{Inflation, InflationError};
use crate::units;
use std::sync::Arc;
use thiserror::Error;

/// Relative residual of a pressure solution (our choice; the displacement conserves volume whatever it is). Leaks at
/// 1e-3, 1e-4 and 1e-6 were equally far from those of steps four times smaller, 0.38 % at worst (`docs/performance.md`).
const FLOW_TOLERANCE: f64 = 1e-3;
/// A flow step moves at most this share of the planned volume (our choice; onset is known to half of it). Leaks are then
/// within 2.2 % of those of steps four times smaller, see `cement::flow`; with 1/150 within 0.4 %, with 1/25 18 %.
const LARGEST_STEP_SHARE: f64 = 1.0 / 100.0;

/// Why an action was refused, or the operation could not go on.
#[derive(Debug, Error)]
pub enum OperationError {
    /// The tool cannot go there.
    #[error(transparent)]
    Trajectory(#[from] TrajectoryError),
    /// The balloon cannot be inflated.
    #[error(transparent)]
    Inflation(#[from] InflationError),
    /// The cement cannot flow.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// More cement is planned than the bone can hold.
    #[error(
        "{planned_ml:.1} ml of cement are planned, but the bone and its veins hold only {pores_ml:.1} ml between the trabeculae; plan less"
    )]
    LargerThanPores {
        /// Planned volume.
        planned_ml: f64,
        /// What fits.
        pores_ml: f64,
    },
    /// The balloon did not move any bone.
    #[error("the balloon made no cavity (stopped by {stopped_by}): give it more pressure, or another place")]
    NoCavity {
        /// What stopped it.
        stopped_by: &'static str,
    },
    /// An action that makes no sense now.
    #[error("{action} is not possible now: {because}")]
    OutOfOrder {
        /// What was asked.
        action: &'static str,
        /// Why not.
        because: &'static str,
    },
}

/// One procedure on one patient, at one moment.
pub struct Operation<'a> {
    pub(super) patient: &'a Patient,
    pub(super) plan: &'a Plan,
    pub(super) tick: u64,
    pub(super) bone_volume_fraction: Field<f64>,
    /// Where each needle is aimed and how far it is in.
    pub(super) needles: Vec<Needle>,
    /// What is told of those that reach the body.
    pub(super) tools: Vec<Option<TrajectoryReport>>,
    pub(super) inflations: Vec<(usize, Inflation)>,
    pub(super) mixed_at: Option<u64>,
    pub(super) injection: Option<Injection>,
    pub(super) commanded_mm3_per_s: f64,
    pub(super) actions: Vec<TimedAction>,
    pub(super) largest_step_mm3: f64,
    pub(super) record: Record,
    /// Trajectories that a syringe has been connected to.
    pub(super) connected: Vec<usize>,
    /// The tool that the syringe is on.
    pub(super) syringe_on: Option<usize>,
    /// Trajectories whose channels are drilled.
    pub(super) drilled: Vec<usize>,
    /// Trajectories whose balloons are up.
    pub(super) up: Vec<usize>,
    /// How the endplate stands, and how far up it was at the most, mm; once there is a balloon in a fracture.
    pub(super) restoring: Option<(Lift, f64)>,
    /// The vertebra with height regained.
    pub(super) restored: Option<Restored>,
    /// Solid bone that balloons moved, share of a cell.
    pub(super) packed: Option<Arc<Field<f32>>>,
    pub(super) fluoroscopy: Option<Fluoroscopy>,
    pub(super) venography: Option<Venography>,
    /// The level that the operator believes this to be.
    pub(super) level_recorded: Option<Level>,
    /// The cannulas are closed: nothing moves any more, whatever time passes.
    pub(super) finished: bool,
}

impl<'a> Operation<'a> {
    /// The patient on the table, nothing done yet.
    pub fn new(patient: &'a Patient, plan: &'a Plan) -> Operation<'a> {
        let grid = flow_grid(&patient.vertebra, plan.resolution_mm);
        let bone_volume_fraction = Field::from_fn(grid, |p| patient.bone.bone_volume_fraction.sample(&p));
        Operation {
            patient,
            plan,
            tick: 0,
            bone_volume_fraction,
            needles: plan.trajectories.iter().map(Needle::planned).collect(),
            tools: vec![None; plan.trajectories.len()],
            inflations: Vec::new(),
            mixed_at: None,
            injection: None,
            commanded_mm3_per_s: 0.0,
            actions: Vec::new(),
            largest_step_mm3: plan.cement.volume_mm3 * LARGEST_STEP_SHARE,
            record: Record::default(),
            connected: Vec::new(),
            syringe_on: None,
            drilled: Vec::new(),
            up: Vec::new(),
            restoring: None,
            restored: None,
            packed: None,
            fluoroscopy: plan.fluoroscopy.as_ref().map(Fluoroscopy::new),
            venography: None,
            level_recorded: None,
            finished: false,
        }
    }

    /// A flow step moves at most so much, mm³, whatever the plan's volume: then a run to a smaller volume is the
    /// beginning of a run to a larger one.
    pub fn with_largest_step_mm3(mut self, volume_mm3: f64) -> Operation<'a> {
        self.largest_step_mm3 = volume_mm3;
        self
    }

    /// Carries out one action at the present tick.
    pub fn apply(&mut self, action: Action) -> Result<(), OperationError> {
        let tick = self.tick;
        match action {
            Action::Place { trajectory } => {
                self.place(trajectory)?;
                self.moved();
            }
            Action::Point { trajectory, entry_mm, target_mm } => self.point(trajectory, entry_mm, target_mm)?,
            Action::Advance { trajectory, by_mm } => self.slide(trajectory, by_mm)?,
            Action::Withdraw { trajectory, by_mm } => self.slide(trajectory, -by_mm)?,
            Action::Turn { trajectory, by_deg } => self.turn(trajectory, by_deg)?,
            Action::RecordLevel { level } => self.level_recorded = Some(level),
            Action::Inflate { trajectory, volume_ml } => {
                self.inflate(trajectory, units::mm3_from_ml(volume_ml))?;
                self.moved();
            }
            Action::Drill { trajectory } => {
                self.drill(trajectory)?;
                self.moved();
            }
            Action::Deflate { trajectory } => {
                self.deflate(trajectory)?;
                self.moved();
            }
            Action::Contrast { trajectory, volume_ml } => {
                self.inject_contrast(trajectory, units::mm3_from_ml(volume_ml))?;
                self.moved();
            }
            Action::Aim { view } => self.fluoroscopy("aiming")?.aim(view, tick),
            Action::Image { view } => self.image(view)?,
            Action::Screen { view, on } => self.screen(view, on)?,
            Action::Mix => self.mixed_at = Some(self.tick),
            Action::Connect { trajectory } => self.connect(trajectory)?,
            Action::Push { rate_ml_per_min } => {
                self.connected("a push")?;
                if let Some(fluoroscopy) = &mut self.fluoroscopy {
                    fluoroscopy.begin_push();
                }
                self.commanded_mm3_per_s = units::mm3_per_s_from_ml_per_min(rate_ml_per_min);
                self.record.begin_push(self.tick);
            }
            Action::Release => self.commanded_mm3_per_s = 0.0,
            Action::Pause { reason } => {
                self.commanded_mm3_per_s = 0.0;
                if let Some(injection) = &self.injection {
                    self.record.begin_pause(self.tick, reason, injection);
                }
            }
            Action::Finish => {
                self.commanded_mm3_per_s = 0.0;
                if let Some(injection) = &mut self.injection {
                    injection.commit()?;
                }
                self.record.stopped_by = self.stop_reason().map(|stop| stop.name().to_owned());
                self.finished = true;
            }
        }
        self.actions.push(TimedAction { tick: self.tick, action });
        Ok(())
    }

    /// Lets `count` ticks pass.
    pub fn tick(&mut self, count: u64) -> Result<(), OperationError> {
        for _ in 0..count {
            if let Some(injection) = self.injection.as_mut().filter(|_| !self.finished) {
                let ticked = injection.tick(self.commanded_mm3_per_s);
                self.record.no_outlet |= matches!(ticked, Err(FlowError::NoOutlet { .. }));
                ticked?;
                self.record.observe(injection, self.commanded_mm3_per_s);
            }
            if let Some(fluoroscopy) = &mut self.fluoroscopy {
                fluoroscopy.tick(self.injection.as_ref().map_or(0.0, Injection::injected_mm3));
            }
            self.tick += 1;
        }
        Ok(())
    }

    fn connected(&mut self, action: &'static str) -> Result<&mut Injection, OperationError> {
        if self.finished {
            return Err(OperationError::OutOfOrder { action, because: "the operation is finished" });
        }
        self.injection.as_mut().ok_or(OperationError::OutOfOrder { action, because: "no syringe is connected" })
    }

    pub(super) fn tool(&self, trajectory: usize, action: &'static str) -> Result<&TrajectoryReport, OperationError> {
        let because = "no tool has been placed along that trajectory";
        self.tools.get(trajectory).and_then(Option::as_ref).ok_or(OperationError::OutOfOrder { action, because })
    }

    fn place(&mut self, trajectory: usize) -> Result<(), OperationError> {
        let because = "the plan has no such trajectory";
        let needle = self.needles.get_mut(trajectory);
        let needle = needle.ok_or(OperationError::OutOfOrder { action: "placing a tool", because })?;
        let report = needle.path.report(&self.patient.vertebra, self.plan.tool())?;
        needle.depth_mm = Some(needle.path.segment().length_mm());
        self.tools[trajectory] = Some(report);
        Ok(())
    }

    fn connect(&mut self, trajectory: usize) -> Result<(), OperationError> {
        if self.finished {
            return Err(OperationError::OutOfOrder { action: "connecting", because: "the operation is finished" });
        }
        let mixed_at =
            self.mixed_at.ok_or(OperationError::OutOfOrder { action: "connecting", because: "no cement is mixed" })?;
        self.tool(trajectory, "connecting")?;
        // Its balloon has to be out before anything else goes in.
        if self.up.contains(&trajectory) {
            self.deflate(trajectory)?;
        }
        let path = &self.needles[trajectory].path;
        // Kyphoplasty fills through a thinner tube inside the cannula, whose tip goes where the needle's would be: both
        // procedures have one port.
        let (tip, cannula) = (path.tip(), path.cannula);
        let port_radius_mm = 1.2 * cannula.inner_radius_mm();
        let cement = &self.plan.cement;
        let bore = Bore { radius_mm: cannula.inner_radius_mm(), length_mm: cannula.length_mm };
        let mut delivery = Delivery::by_hand(bore);
        delivery.pressure_limit_pa = cement.pressure_limit_pa;
        if let Some(compliance) = cement.compliance_mm3_per_pa {
            delivery.compliance_mm3_per_pa = compliance;
        }
        delivery.prime();
        match &mut self.injection {
            Some(injection) => {
                injection.commit()?;
                injection.flow.set_port(&tip, port_radius_mm)?;
                injection.connect(delivery);
            }
            None => {
                let mut flow = self.flow()?;
                flow.set_port(&tip, port_radius_mm)?;
                let mut injection = Injection::new(
                    flow,
                    delivery,
                    cement.product.clone(),
                    0.0,
                    cement.room_temperature_c,
                    circumstances().body_temperature_c.value,
                );
                injection.wait_in_syringe((self.tick - mixed_at) as f64 * TICK_S);
                self.injection = Some(injection);
            }
        }
        self.shut_what_is_up();
        self.syringe_on = Some(trajectory);
        if !self.connected.contains(&trajectory) {
            self.connected.push(trajectory);
        }
        Ok(())
    }

    /// The cement, about to flow.
    fn flow(&self) -> Result<CementFlow, OperationError> {
        let domain = self.pores()?;
        let planned: f64 = self.planned_volumes_mm3().iter().sum();
        let pores = domain.total_pore_volume_mm3();
        if planned > pores {
            return Err(OperationError::LargerThanPores {
                planned_ml: units::ml_from_mm3(planned),
                pores_ml: units::ml_from_mm3(pores),
            });
        }
        let settings = self.flow_settings();
        Ok(CementFlow::new(domain, &self.patient_now().veins, self.plan.cement.product.clone(), settings))
    }

    pub(super) fn flow_settings(&self) -> FlowSettings {
        FlowSettings {
            tolerance: FLOW_TOLERANCE,
            largest_step_mm3: self.largest_step_mm3,
            step_scale: 1.0,
            marrow_pa_s: self.plan.marrow_pa_s,
            columns_age: self.plan.columns_age,
        }
    }

    /// The pores as the tools left them.
    pub(super) fn pores(&self) -> Result<FlowDomain, OperationError> {
        let switches = self.plan.switches;
        if let Some(restored) = &self.restored {
            let bone_volume_fraction = if switches.shell { &restored.packed } else { &restored.bone_volume_fraction };
            return self.pores_of(&restored.patient, bone_volume_fraction, &restored.cavity);
        }
        let packed = self.inflations.last().map(|(_, inflation)| &inflation.bone_volume_fraction_after);
        let bone_volume_fraction = packed.filter(|_| switches.shell).unwrap_or(&self.bone_volume_fraction);
        let cavity: Vec<CellIndex> = if switches.cavity {
            self.inflations.iter().flat_map(|(_, inflation)| inflation.cavity.iter().copied()).collect()
        } else {
            Vec::new()
        };
        let mut bone_volume_fraction = bone_volume_fraction.clone();
        if !switches.cavity {
            let cells = self.inflations.iter().flat_map(|(_, inflation)| inflation.cavity.iter());
            cells.for_each(|&cell| bone_volume_fraction[cell] = self.bone_volume_fraction[cell]);
        }
        self.pores_of(self.patient, &bone_volume_fraction, &cavity)
    }

    fn pores_of(
        &self,
        patient: &Patient,
        bone_volume_fraction: &Field<f64>,
        cavity: &[CellIndex],
    ) -> Result<FlowDomain, OperationError> {
        let openings: Vec<Opening> = patient.openings.iter().cloned().chain(self.tool_holes()?).collect();
        Ok(FlowDomain::new(&DomainInput {
            vertebra: &patient.vertebra,
            bone: &patient.bone,
            bone_volume_fraction,
            cavity,
            veins: &patient.veins,
            openings: &openings,
        }))
    }

    /// Holes that the tools made and do not fill themselves; a tool in place fills the hole it entered by.
    ///
    /// Without the cavity there was no channel either: then the holes are those of a needle.
    fn tool_holes(&self) -> Result<Vec<Opening>, OperationError> {
        let vertebra = &self.patient.vertebra;
        let mut openings = Vec::new();
        for (tool, path) in self.tools.iter().zip(self.needles.iter().map(|needle| &needle.path)) {
            let Some(tool) = tool else { continue };
            let needle =
                if self.plan.switches.cavity { None } else { Some(path.report(vertebra, Tool::VertebroplastyNeedle)?) };
            let holes = &needle.as_ref().unwrap_or(tool).holes;
            let left = holes.iter().filter(|hole| hole.wall != Direction::None);
            openings.extend(left.map(|hole| tool_hole(vertebra, &hole.place, &hole.outward, hole.diameter_mm)));
        }
        Ok(openings)
    }
}
