//! Trocar: a planner and simulator for vertebroplasty (PVP) and balloon kyphoplasty (PKP).
//!
//! A training and research tool, not a medical device.
//!
//! A case is one text file. It is loaded and checked, carried out without a window, and leaves an [`Outcome`]: the
//! path of each tool, the balloon, the cement, and every leak with its route and onset.
//!
//! ```
//! use trocar::procedure::Procedure;
//! use trocar::scenario::{Parts, RunSettings, Scenario, Switches, headless};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // All that is wrong with a file is reported at once.
//! let mut scenario = Scenario::load("scenarios/training/l1-wedge.toml".as_ref())?;
//! scenario.file.cement.volume_ml = 1.0;
//! let settings = RunSettings {
//!     resolution_mm: 2.0, // coarse and quick; the file says 1.0
//!     seed: scenario.file.seed,
//!     switches: Switches::ALL,
//!     parts: Parts::FLOW, // no heights, heat, strength or pictures
//! };
//! let run = headless::run(&scenario, Procedure::Pvp, &settings, &|_fraction_done| {})?;
//! let cement = run.outcome.cement.as_ref().ok_or("no cement was injected")?;
//! assert_eq!(cement.state_at_start, "thread");
//! assert!((cement.injected_ml - cement.in_body_ml - cement.leaked_ml).abs() < 1e-9);
//! for leak in &run.outcome.leaks {
//!     println!("{:?} through {}: {:.2} ml", leak.class, leak.route, leak.volume_ml);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`headless::run`] builds a [`Patient`] and a [`Plan`], starts an [`Operation`] on them and performs the plan's
//! [`Action`]s tick by tick. A window, a test or a recording makes the same calls:
//! `Operation::new(&patient, &plan)`, `operation.apply(action)`, `operation.tick(count)`, `operation.outcome()`.
//!
//! # The rooms
//!
//! A room imports only from layers below its own; `tests/tidy.rs` sees to it.
//!
//! | layer | room | what lives there |
//! | --- | --- | --- |
//! | 0 | [`units`] | ml, kPa, degrees at the edges; the one door to `libm` |
//! | 0 | [`provenance`] | how a number is known: measured, recalled, our choice |
//! | 1 | [`geometry`] | frames, voxel grids and fields, random fields of position, surfaces |
//! | 1 | [`solvers`] | the pressure solver: maths without anatomy |
//! | 2 | [`anatomy`] | the patient: vertebra, bone, fracture, veins, openings of the wall |
//! | 3 | [`patient_io`] | NIfTI and labels in; patient files, NRRD, STL and markups |
//! | 3 | [`instruments`] | cannulas and balloons; a tool's path, breach and holes |
//! | 4 | [`cement`] | products, curing, delivery, flow in bone and veins, leaks |
//! | 4 | [`mechanics`] | what a balloon does to bone |
//! | 4 | [`imaging`] | C-arm, views and the shadows of anatomy: projection without the image |
//! | 5 | [`procedure`] | the waist: actions, the operation, its outcome |
//! | 6 | [`planning`] | proposed paths, the rule of the two views, the risk of a leak, advice on volume |
//! | 6 | [`scenario`] | the case file, its expectations, the run without a window |
//! | 7 | [`assessment`] | result document, tables, exported files |
//! | 8 | [`cli`] | one file per subcommand |
//! | 8 | [`app`] | the door to the window |
//!
//! Inside, lengths are in mm, times in s, pressures in Pa, angles in radians and temperatures in °C. Points are in the
//! vertebra's frame (x to the patient's left, y to the back, z to the head) unless a name says otherwise.
//!
//! [`Outcome`]: procedure::Outcome
//! [`headless::run`]: scenario::headless::run
//! [`Patient`]: anatomy::Patient
//! [`Plan`]: procedure::Plan
//! [`Operation`]: procedure::Operation
//! [`Action`]: procedure::Action

pub mod anatomy;
pub mod app;
pub mod assessment;
pub mod cement;
pub mod cli;
pub mod geometry;
pub mod imaging;
pub mod instruments;
pub mod mechanics;
pub mod patient_io;
pub mod planning;
pub mod procedure;
pub mod provenance;
pub mod scenario;
pub mod solvers;
pub mod units;
