//! Heat of curing cement: conduction in and round the bone, and what the temperature does to bone and nerves.
//!
//! [`cure_temperatures`] starts from where the cement lies when the injection ends. From the outside in: `time_steps` (the
//! calculation), `input`, `outcome`, `warm_body` (what each cell holds), `tensor_grid` (the cells), `conduction` (Fourier's law and
//! its solution), `cure_heat` (each cell's own age), `watch` (peaks and doses) with the laws of damage, `eriksson` and `cem43`.

pub mod cem43;
mod conduction;
pub mod constants;
mod cure_heat;
pub mod eriksson;
mod input;
mod outcome;
mod tensor_grid;
mod time_steps;
mod warm_body;
mod watch;

#[cfg(test)]
mod closed_form_tests;
#[cfg(test)]
mod whole_case_tests;

pub use input::{HeatError, HeatInput, LeakedCement, MOST_CELLS, Root, default_perfusion_per_s};
pub use outcome::{Cooling, DeadBone, EnergyBalance, HeatMoment, HeatOutcome, HeatPeak, NeuralHeat};
pub use time_steps::cure_temperatures;
