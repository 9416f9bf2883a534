//! L1: elliptic systems on a voxel grid coupled to a pipe network, and their solution. Maths without anatomy.
//!
//! [`PressureSolver`] is conjugate gradients round one multigrid cycle. From the outside in: `conjugate_gradients`,
//! `iterate` (its vectors), `multigrid` (the cycle), `multigrid_level`, `relaxation` and
//! `stencil` (one grid), `coupling` and
//! `network` (the pipes), `elimination` (direct solution of networks), `intake` and `connectivity` (what comes in).

pub mod conjugate_gradients;
mod connectivity;
mod coupling;
mod elimination;
pub mod elliptic;
mod intake;
mod iterate;
#[allow(dead_code, reason = "for the solver to come")]
mod lattice;
mod multigrid;
mod multigrid_level;
mod network;
mod relaxation;
mod stencil;
mod stub;
#[cfg(test)]
mod test_cases;
#[cfg(test)]
mod tests_closed_form;
#[cfg(test)]
mod tests_convergence;

pub use elliptic::{EllipticSystem, Exchange, PipeLink, Unknowns};
pub use lattice::Lattice;
pub use stub::{PipeGraph, PressureField, PressureSolver, SolveError, SolveReport};
