//! L2: the patient — level, vertebra, bone quality, fracture, vessels and openings — as fields and named landmarks.

pub mod fracture;
pub mod generate_vertebra;
pub mod landmarks;
pub mod level;
pub mod morphometry;
pub mod openings;
pub mod patient;
pub mod shape;
mod shape_blend;
mod shape_body;
pub mod shape_landmarks;
mod shape_pedicle;
mod shape_posterior;
pub mod veins;
pub mod vertebra;

pub use landmarks::{Landmarks, Pedicle};
pub use level::{Level, Side};
pub use openings::{Destination, LeakClass, Opening};
pub use patient::{BoneQuality, FractureKind, FractureSummary, Patient, Source};
pub use veins::{Branch, VeinKind, VeinTree};
pub use vertebra::Vertebra;
