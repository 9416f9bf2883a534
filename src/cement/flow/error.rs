//! Why a flow calculation could not go on, and where.

use super::CementFlow;
use crate::geometry::Point;
use crate::solvers::SolveError;
use thiserror::Error;

/// Why a flow calculation could not go on. Positions are in the vertebra frame.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FlowError {
    /// Nothing can leave the bone from where the cement enters.
    #[error(
        "nothing can leave the bone from ({x_mm:.1}, {y_mm:.1}, {z_mm:.1}) mm: no vein, defect or permeable wall is connected with it and open, so no cement can be injected"
    )]
    NoOutlet {
        /// Of the source.
        x_mm: f64,
        /// Of the source.
        y_mm: f64,
        /// Of the source.
        z_mm: f64,
    },
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
    /// A figure is not finite.
    #[error(
        "the {quantity} is not a finite number at ({x_mm:.1}, {y_mm:.1}, {z_mm:.1}) mm, in flow step {step} at {at_s:.2} s of the injection"
    )]
    NotFinite {
        /// Which figure.
        quantity: &'static str,
        /// Pressure solutions before it.
        step: usize,
        /// Time since the injection began, s.
        at_s: f64,
        /// Vertebra frame, mm.
        x_mm: f64,
        /// Vertebra frame, mm.
        y_mm: f64,
        /// Vertebra frame, mm.
        z_mm: f64,
    },
    /// The pressure solver failed.
    #[error("the pressure could not be solved in flow step {step} at {at_s:.2} s of the injection: {source}")]
    Pressure {
        /// Pressure solutions before it.
        step: usize,
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
    /// The caller raised the flag; nothing has changed.
    #[error("cancelled")]
    Cancelled,
}

impl CementFlow {
    /// What the solver says, with the place in mm.
    pub(super) fn located(&self, error: SolveError, at_s: f64) -> FlowError {
        match error {
            SolveError::NoOutlet { place } => self.no_outlet(place),
            SolveError::NotFinite { quantity, place } => self.not_finite(quantity, place, at_s),
            source => FlowError::Pressure { step: self.state.solves, at_s, source },
        }
    }

    pub(super) fn no_outlet(&self, place: u32) -> FlowError {
        let Point { coords } = self.network.pores.position(place);
        FlowError::NoOutlet { x_mm: coords.x, y_mm: coords.y, z_mm: coords.z }
    }

    pub(super) fn not_finite(&self, quantity: &'static str, place: u32, at_s: f64) -> FlowError {
        let Point { coords } = self.network.pores.position(place);
        let [x_mm, y_mm, z_mm] = coords.into();
        FlowError::NotFinite { quantity, step: self.state.solves, at_s, x_mm, y_mm, z_mm }
    }
}
