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
mod multigrid;
mod multigrid_level;
mod network;
mod relaxation;
mod stencil;
#[cfg(test)]
mod test_cases;
#[cfg(test)]
mod tests_closed_form;
#[cfg(test)]
mod tests_convergence;
#[cfg(test)]
mod tests_oracle;

pub use conjugate_gradients::PressureSolver;
pub use elliptic::{EllipticSystem, Exchange, PipeLink, SolveError, SolveReport, Unknowns};
