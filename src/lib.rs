//! Trocar: a planner and simulator for vertebroplasty (PVP) and balloon kyphoplasty (PKP).
//!
//! A training and research tool, not a medical device.

pub mod anatomy;
pub mod app;
pub mod assessment;
pub mod cement;
pub mod cli;
pub mod geometry;
pub mod instruments;
pub mod mechanics;
pub mod patient_io;
pub mod planning;
pub mod procedure;
pub mod provenance;
pub mod scenario;
pub mod solvers;
pub mod units;
