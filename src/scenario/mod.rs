//! L6: the TOML file, its validation, its expectations and the headless run.

pub mod build;
pub mod build_patient;
mod coherence;
pub mod dimensions_section;
mod document;
pub mod error;
pub mod expectation_section;
pub mod expectations;
pub mod file;
pub mod fluoroscopy_section;
mod fracture_section;
pub mod headless;
pub mod library;
mod load;
pub mod moment;
pub mod parts;
pub mod patient_section;
mod permissions;
mod planned_path;
pub mod seeing;
pub mod segment_section;
mod strict;
pub mod teaching_section;
pub mod treatment_section;
pub mod xray_room;

pub use error::{Fault, ScenarioError};
pub use file::ScenarioFile;
pub use headless::{Run, RunError, RunSettings, SeriesRow, Switches};
pub use load::{Scenario, data_root};
pub use parts::Parts;
pub use segment_section::segment_spec;
