//! L1: elliptic systems on a voxel grid coupled to a pipe network, elasticity on voxels, and their solution. Maths without
//! anatomy.
//!
//! [`PressureSolver`] is conjugate gradients round one multigrid cycle. From the outside in: `pressure_solver` with
//! `conductances`, `conjugate_gradients` (`double_precision` where that fails), `multigrid` (the cycle) with `level` (one
//! grid), `stencil` (one row of it), `rebuild`, `pockets`, `coarsest`; `network` and `coupling` (the pipes), `elimination`
//! (direct solution); `lattice` (where cells lie in memory), `slabs` (threads), `regions` (who has a way out).
//!
//! [`ElasticSolver`] solves linear elasticity on equal cubes: `elasticity` (the body and conjugate gradients) round
//! `elastic_multigrid` with `elastic_level` (one grid) and `elastic_transfer`; `brick` (the element), `brick_rows` (rows of them).
//!
//! What was tried is told in `docs/performance.md`.

mod brick;
mod brick_rows;
mod coarsest;
mod conductances;
mod conjugate_gradients;
mod coupling;
mod double_precision;
mod elastic_level;
mod elastic_multigrid;
mod elastic_transfer;
pub mod elasticity;
#[cfg(test)]
mod elasticity_tests;
mod elimination;
pub mod elliptic;
pub mod lattice;
mod level;
mod multigrid;
mod network;
mod pockets;
mod pressure_field;
pub mod pressure_solver;
mod rebuild;
mod regions;
mod slabs;
mod stencil;
#[cfg(test)]
mod test_cases;
#[cfg(test)]
mod tests_closed_form;
#[cfg(test)]
mod tests_convergence;
#[cfg(test)]
mod tests_hard;
#[cfg(test)]
mod tests_oracle;

pub use elasticity::{ElasticBody, ElasticError, ElasticSolution, ElasticSolver};
pub use elliptic::{EllipticSystem, Exchange, PipeLink, SolveError, SolveReport, Unknowns};
pub use lattice::Lattice;
pub use pressure_field::PressureField;
pub use pressure_solver::{PipeGraph, PressureSolver};
