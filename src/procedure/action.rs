//! The one type for a hand on the mouse, a step of a scenario and a line of a recording.

use crate::anatomy::Level;
use serde::{Deserialize, Serialize};

/// Something the operator does. Trajectories are counted from 0 in the order of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Bring the tool down a trajectory to its depth (drilling the channel, for a balloon).
    Place {
        /// Which.
        trajectory: usize,
    },
    /// Set the needle on the bone at an entry, aimed at a point (vertebra frame); not while it is in the bone.
    Point {
        /// Which.
        trajectory: usize,
        /// Where it enters.
        entry_mm: [f64; 3],
        /// Where it is aimed.
        target_mm: [f64; 3],
    },
    /// Drive the needle on along its line.
    Advance {
        /// Which.
        trajectory: usize,
        /// How far.
        by_mm: f64,
    },
    /// Draw the needle back along its line.
    Withdraw {
        /// Which.
        trajectory: usize,
        /// How far.
        by_mm: f64,
    },
    /// Turn a curved needle about its axis.
    Turn {
        /// Which.
        trajectory: usize,
        /// By how much, from the midline towards the head.
        by_deg: f64,
    },
    /// Write down which vertebra is being treated, as counted on the pictures.
    RecordLevel {
        /// Which.
        level: Level,
    },
    /// Inflate a balloon through that tool to a volume, or until its stop rule holds.
    Inflate {
        /// Which.
        trajectory: usize,
        /// Volume to reach.
        volume_ml: f64,
    },
    /// Drill or dilate the balloon's channel through that cannula.
    Drill {
        /// Which.
        trajectory: usize,
    },
    /// Let a balloon down and draw it out; connecting a syringe there does the same.
    Deflate {
        /// Which.
        trajectory: usize,
    },
    /// Give contrast medium through that tool and see where it goes; part of it stays in the bone.
    Contrast {
        /// Which.
        trajectory: usize,
        /// How much.
        volume_ml: f64,
    },
    /// Powder meets liquid: the cement's clock starts.
    Mix,
    /// Connect the syringe to that tool and fill the cannula up to its tip.
    Connect {
        /// Which.
        trajectory: usize,
    },
    /// Push the plunger at a rate until told otherwise.
    Push {
        /// Rate of the plunger.
        rate_ml_per_min: f64,
    },
    /// Take the hand off the plunger; what the line holds still flows.
    Release,
    /// Take the hand off for a while: recorded with its reason, and with its length when the next push comes.
    Pause {
        /// Why.
        reason: PauseReason,
    },
    /// Nothing more is injected.
    Finish,
    /// Bring a C-arm to a view; one C-arm alone takes its time for it.
    Aim {
        /// Where to.
        view: View,
    },
    /// One picture in a view that a C-arm stands in.
    Image {
        /// Which.
        view: View,
    },
    /// The pedal of pulsed screening goes down or up, in a view that a C-arm stands in.
    Screen {
        /// Which.
        view: View,
        /// Down.
        on: bool,
    },
}

/// Where a C-arm looks from. The isocentre is the middle of the treated body.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// True AP of the treated vertebra.
    Ap,
    /// True lateral of the treated vertebra.
    Lateral,
    /// At angles against the patient.
    Turned {
        /// LAO +, RAO −.
        lao_deg: f64,
        /// CRA +, CAU −.
        cra_deg: f64,
    },
}

impl View {
    /// Counts as a lateral picture: the true one, or within 30° of straight from a side.
    pub fn is_lateral(self) -> bool {
        match self {
            View::Lateral => true,
            View::Ap => false,
            View::Turned { lao_deg, .. } => (lao_deg.abs() - 90.0).abs() <= 30.0,
        }
    }

    /// Counts as an AP picture: the true one, or within 30° of straight from in front or behind.
    pub fn is_ap(self) -> bool {
        match self {
            View::Ap => true,
            View::Lateral => false,
            View::Turned { lao_deg, .. } => lao_deg.abs() <= 30.0 || lao_deg.abs() >= 150.0,
        }
    }
}

/// Why the operator pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The plan's wait between two pushes.
    BetweenPushes,
    /// Cement was seen outside.
    LeakSeen,
}

impl PauseReason {
    /// "between_pushes" or "leak_seen".
    pub fn name(self) -> &'static str {
        match self {
            PauseReason::BetweenPushes => "between_pushes",
            PauseReason::LeakSeen => "leak_seen",
        }
    }
}

/// An action and the tick at which it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedAction {
    /// Ticks of 1/20 s since the operation began.
    pub tick: u64,
    /// What was done.
    pub action: Action,
}
