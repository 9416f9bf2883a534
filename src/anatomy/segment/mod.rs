//! Several levels of one spine and what surrounds them: placed on a curve, built as fields, asked by point and line.
//!
//! [`place_spine`] stands the vertebrae T5 to the sacrum on the curve asked for and lays ribs, sac, nerves and skin
//! along them, without building a field. [`generate_segment`] builds the treated vertebra and its neighbours as well.
//! For a vertebra alone, as an imported one, [`Places::of_landmarks`], [`NerveSite`], [`sac_through`] and
//! [`Skin::behind_tips`] place the same things by template.
//!
//! Everything is in the patient's frame: LPS, mm, its origin the centroid of the treated body and its z the long axis
//! of the table, against which the treated vertebra leans as it does in life. There is no scoliosis: x = 0 is the
//! median plane.

mod alignment;
mod build_segment;
mod disc;
mod dural_sac;
mod facets;
mod nerves;
mod places;
mod query;
mod ribs;
mod sacrum;
mod segment_spec;
mod skin;
mod spine;
mod spine_data;
mod spine_level;
mod surfaces;
mod tube;

pub use alignment::{Chord, DiscChords};
pub use build_segment::{Disc, Segment, SegmentVertebra, generate_segment};
pub use disc::DiscSpace;
pub use dural_sac::sac_through;
pub use facets::FacetJoint;
pub use nerves::{Nerve, NerveSite};
pub use places::Places;
pub use query::{Nearest, Structure};
pub use ribs::Rib;
pub use sacrum::Sacrum;
pub use segment_spec::{Posture, SegmentError, SegmentSpec};
pub use skin::Skin;
pub use spine::{Spine, Station, place_spine, treated_frame};
pub use spine_data::{Build, NerveData, SpineData, nerve_data, spine_data};
pub use spine_level::SpineLevel;
pub use surfaces::{NamedSurface, segment_surfaces};
pub use tube::{Node, Tube, nearest_along};

#[cfg(test)]
mod curve_tests;
#[cfg(test)]
mod nerve_tests;
#[cfg(test)]
mod segment_tests;
