//! A patient for tests of pictures: a generated L1 in its spine.

use crate::anatomy::generate_vertebra::{FractureSpec, VertebraSpec, build_vertebra};
use crate::anatomy::segment::{SegmentSpec, treated_frame};
use crate::anatomy::{BoneSpec, Level, Patient, Source};

/// What its spine is made of.
pub(crate) fn spec(fracture: Option<FractureSpec>) -> SegmentSpec {
    SegmentSpec::around(VertebraSpec { fracture, ..VertebraSpec::of(Level::L1) })
}

/// The patient.
pub(crate) fn generated(fracture: Option<FractureSpec>) -> Patient {
    let spec = spec(fracture);
    let made = build_vertebra(&spec.treated, &BoneSpec::of_t_score(-2.5), 1).expect("a vertebra");
    let mut vertebra = made.vertebra;
    vertebra.frame = treated_frame(&spec).expect("a spine");
    Patient {
        level: Level::L1,
        source: Source::Parametric,
        t_score: Some(-2.5),
        fracture: made.summary,
        vertebra,
        bone: made.bone,
        veins: Vec::new(),
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    }
}
