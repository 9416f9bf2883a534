//! L2: the patient — level, vertebra, bone quality, fracture, vessels and openings — as fields and named landmarks.

pub mod bone_data;
pub mod bone_quality;
mod bone_surface;
pub mod defect_data;
pub mod defects;
pub mod fracture;
pub mod generate_vertebra;
pub mod landmarks;
pub mod level;
pub mod morphometry;
pub mod openings;
pub mod patient;
pub mod segment;
pub mod shape;
mod shape_blend;
mod shape_body;
pub mod shape_landmarks;
mod shape_pedicle;
mod shape_posterior;
#[cfg(test)]
pub(crate) mod test_vertebra;
pub mod vein_data;
mod vein_growth;
pub mod veins;
pub mod venous_tree;
pub mod vertebra;

pub use bone_quality::{BoneSpec, bone_quality};
pub use defects::{DefectError, DefectKind, opening, tool_hole};
pub use landmarks::{Landmarks, Pedicle};
pub use level::{Level, Side};
pub use openings::{Destination, LeakClass, Opening};
pub use patient::{BoneQuality, FractureKind, FractureSummary, Patient, Source};
pub use veins::{Branch, VeinKind, VeinTree};
pub use venous_tree::venous_network;
pub use vertebra::Vertebra;
