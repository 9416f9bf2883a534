//! What a key or a click asks for in the operating room.

use crate::anatomy::Level;
use crate::procedure::action::{PauseReason, View};

/// One gesture. Distances and angles are steps of a hand, not of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    /// The next tool is in the hand.
    NextTool,
    /// That tool is in the hand.
    Take(usize),
    /// Shift where the needle stands on the bone: to the patient's left, to the head, mm.
    Shift {
        /// To the patient's left.
        left_mm: f64,
        /// To the head.
        up_mm: f64,
    },
    /// Tilt the needle before it goes in: towards the midline, towards the head, degrees.
    Tilt {
        /// Towards the midline.
        convergence_deg: f64,
        /// Towards the head.
        sagittal_deg: f64,
    },
    /// Drive the needle on, or draw it back, mm.
    Drive(f64),
    /// Drive the needle down its planned path to the planned depth.
    Seat,
    /// Turn a curved needle, degrees.
    Turn(f64),
    /// A picture.
    Shoot(View),
    /// The pedal of live screening.
    Pedal(bool),
    /// Turn the C-arm that the last picture came from: LAO +, CRA +, degrees.
    Swing {
        /// LAO +.
        lao_deg: f64,
        /// CRA +.
        cra_deg: f64,
    },
    /// The channel for the balloon.
    Drill,
    /// The balloon down.
    Deflate,
    /// More volume into the balloon, ml.
    Inflate(f64),
    /// Contrast medium.
    Contrast,
    /// Powder meets liquid.
    Mix,
    /// Syringe onto the tool in the hand.
    Connect,
    /// The hand presses the plunger, or lets go.
    Press(bool),
    /// The plunger's rate, times this.
    Rate(f64),
    /// The hand comes off for a reason.
    Pause(PauseReason),
    /// Nothing more is injected.
    Finish,
    /// Time runs so many times as fast.
    Pace(f64),
    /// This vertebra is that one.
    Record(Level),
    /// Takes the last step back.
    Undo,
    /// Does it again.
    Redo,
    /// The 3D scene beside the pictures, on or off.
    Scene,
    /// Guidance beside the tool, on or off.
    Hints,
    /// The next pictures have bone bright, or dark again.
    Invert,
    /// On to the debrief.
    Conclude,
}
