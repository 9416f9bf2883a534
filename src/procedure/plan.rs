//! What is to be done: tools, cement, balloon and the operator's rules, in the units inside.

use super::Procedure;
use crate::cement::product::Product;
pub use crate::imaging::DoseLevel;
use crate::instruments::{BalloonDevice, Tool, Trajectory};

/// A whole planned procedure on one patient.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which procedure.
    pub procedure: Procedure,
    /// One path, or two (the volume is shared equally, in this order).
    pub trajectories: Vec<Trajectory>,
    /// Cement.
    pub cement: CementPlan,
    /// Balloon; kyphoplasty only.
    pub balloon: Option<BalloonPlan>,
    /// How the operator answers what he sees.
    pub operator: OperatorRules,
    /// What is looked at, and with what; `None`: nobody looks.
    pub fluoroscopy: Option<FluoroscopyPlan>,
    /// Contrast medium given through the first tool before cement, mm³; `None`: none.
    pub venography_mm3: Option<f64>,
    /// Which of kyphoplasty's differences are in force.
    pub switches: Switches,
    /// Voxel of the flow calculation, mm.
    pub resolution_mm: f64,
    /// Marrow's viscosity, Pa·s.
    pub marrow_pa_s: f64,
    /// Whether the cement column in the veins outside ages at body temperature (MODEL §2 (b)).
    pub columns_age: bool,
}

/// How the cement is mixed and pushed.
#[derive(Clone, Debug)]
pub struct CementPlan {
    /// Which cement.
    pub product: Product,
    /// Temperature of the room, the syringe and the cannula, °C.
    pub room_temperature_c: f64,
    /// Seconds from powder meeting liquid to the first push.
    pub inject_at_s: f64,
    /// Volume to leave the tip, mm³ (both sides together).
    pub volume_mm3: f64,
    /// Rate of the plunger, mm³/s.
    pub rate_mm3_per_s: f64,
    /// Limit of hand or device on the syringe's pressure, Pa; `None` for no limit.
    pub pressure_limit_pa: Option<f64>,
    /// Compliance of syringe and line, mm³/Pa; `None` for the catalogue's.
    pub compliance_mm3_per_pa: Option<f64>,
    /// Volume of one push, mm³.
    pub push_mm3: f64,
    /// Wait between pushes, s.
    pub pause_s: f64,
}

/// How the balloon is inflated, and what changes for the cement after it.
#[derive(Clone, Debug)]
pub struct BalloonPlan {
    /// Which balloon.
    pub device: &'static BalloonDevice,
    /// Volume to reach, mm³ per side.
    pub volume_mm3: f64,
    /// Pressure not to exceed, Pa.
    pub pressure_limit_pa: f64,
    /// Seconds from powder meeting liquid to the first push: kyphoplasty waits for thicker cement.
    pub inject_at_s: f64,
    /// Cement to inject, mm³; `None` for the cavity's volume.
    pub fill_mm3: Option<f64>,
}

/// What makes the operator pause or stop (MODEL §2 (e)).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OperatorRules {
    /// Pause when so much cement has leaked since the last pause, mm³; `None`: the operator does not look.
    pub pause_on_leak_mm3: Option<f64>,
    /// Wait so long, s.
    pub wait_s: f64,
    /// After so many waits, the next leak ends the injection.
    pub waits: u32,
}

/// C-arms, and when the script takes its pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct FluoroscopyPlan {
    /// Two C-arms, or one that turns.
    pub biplane: bool,
    /// What one C-arm takes from one view to the other, s.
    pub change_view_s: f64,
    /// A lateral picture after so much cement, mm³.
    pub picture_every_mm3: f64,
    /// Exposure.
    pub dose: DoseLevel,
}

/// Kyphoplasty's four differences from vertebroplasty; each can be turned off by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The packed shell: off, the bone around the cavity is as permeable as before inflation.
    pub shell: bool,
    /// The void: off, the bone of the cavity is uncrushed.
    pub cavity: bool,
    /// The later, thicker cement: off, it is pushed at vertebroplasty's minute.
    pub timing: bool,
    /// The volume of the cavity: off, vertebroplasty's volume is injected.
    pub volume: bool,
}

impl Switches {
    /// Kyphoplasty as it is done.
    pub const ALL: Switches = Switches { shell: true, cavity: true, timing: true, volume: true };
    /// Names in the order of the bits of [`Switches::from_bits`].
    pub const NAMES: [&'static str; 4] = ["shell", "cavity", "timing", "volume"];

    /// One of the 16 combinations: bit 0 shell, 1 cavity, 2 timing, 3 volume.
    pub fn from_bits(bits: usize) -> Switches {
        Switches { shell: bits & 1 != 0, cavity: bits & 2 != 0, timing: bits & 4 != 0, volume: bits & 8 != 0 }
    }
}

impl Plan {
    /// Whether a balloon's effects are to be computed at all.
    pub fn inflates(&self) -> bool {
        self.procedure == Procedure::Pkp && self.balloon.is_some()
    }

    /// What goes down a path.
    pub fn tool(&self) -> Tool {
        if self.inflates() { Tool::WorkingCannula } else { Tool::VertebroplastyNeedle }
    }

    /// When the first push comes, s after mixing.
    pub fn inject_at_s(&self) -> f64 {
        match &self.balloon {
            Some(balloon) if self.inflates() && self.switches.timing => balloon.inject_at_s,
            _ => self.cement.inject_at_s,
        }
    }
}
