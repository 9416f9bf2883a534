//! `[patient.segment]` of a scenario file: the spine that the treated vertebra stands in.

use super::{RunError, Scenario};
use crate::anatomy::FractureKind;
use crate::anatomy::generate_vertebra::{FractureSpec, Severity, VertebraSpec};
use crate::anatomy::segment::{Build, Posture, SegmentError, SegmentSpec, SpineLevel};
use crate::units::rad_from_deg;
use schemars::JsonSchema;
use serde::Deserialize;

/// The spine round a generated vertebra: its curve, its count of levels, other fractures, and how stout the patient is.
/// Angles are those of the spine without its fractures.
///
/// Every key but `build` turns the treated vertebra as the curve leans there, and with it the files of a run and of an
/// export; what flows does not depend on it. All of them, `build` by the skin alone, shape what `trocar export --to`
/// writes into `segment/`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentSection {
    /// Vertebrae of the lumbar type; 5 unless given.
    #[schemars(range(min = 4, max = 6))]
    pub lumbar_vertebrae: Option<u8>,
    /// Upper endplate of T5 to lower endplate of T12, degrees.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub kyphosis_deg: Option<f64>,
    /// Upper endplate of L1 to endplate of S1, degrees.
    #[schemars(range(min = 10.0, max = 100.0))]
    pub lordosis_deg: Option<f64>,
    /// Endplate of S1 below the plane across the table, degrees.
    #[schemars(range(min = -10.0, max = 80.0))]
    pub sacral_slope_deg: Option<f64>,
    /// Share of the fractures' wedges that the discs beside them take back; 0 unless given.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub fracture_compensation: Option<f64>,
    /// "prone" on the table or "standing" as on the films; changes the angles that are not given.
    #[serde(default)]
    pub posture: Posture,
    /// How stout: "slim", "average", "obese".
    #[serde(default)]
    pub build: Build,
    /// Fractures of other vertebrae, healed or fresh.
    #[serde(default)]
    #[schemars(length(max = 13))]
    pub fracture: Vec<SegmentFracture>,
}

/// A fracture of a vertebra that is not treated.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentFracture {
    /// The vertebra, "T5" to "L6", counted from the head.
    pub level: String,
    /// Shape.
    pub kind: FractureKind,
    /// Genant grade.
    #[schemars(range(min = 1, max = 3))]
    pub grade: u8,
    /// Weeks since it broke; 150, long healed, unless given.
    #[serde(default = "healed_weeks")]
    #[schemars(range(min = 0.0, max = 520.0))]
    pub age_weeks: f64,
}

fn healed_weeks() -> f64 {
    150.0
}

/// The segment that a scenario asks for round its generated vertebra; `None` without `[patient.segment]`.
pub fn segment_spec(scenario: &Scenario, treated: &VertebraSpec) -> Result<Option<SegmentSpec>, RunError> {
    let Some(section) = &scenario.file.patient.segment else { return Ok(None) };
    let mut fractures = Vec::with_capacity(section.fracture.len());
    for (i, fracture) in section.fracture.iter().enumerate() {
        let level = SpineLevel::from_name(&fracture.level).ok_or_else(|| {
            let problem = format!("there is no vertebra \"{}\": T5 to T12, L1 to L6 are known", fracture.level);
            scenario.fault(&format!("patient.segment.fracture.{i}.level"), problem, None)
        })?;
        let plain = FractureSpec::of(fracture.kind, Severity::Grade(fracture.grade));
        fractures.push((level, FractureSpec { age_weeks: fracture.age_weeks, ..plain }));
    }
    let angle = |deg: Option<f64>| deg.map(rad_from_deg);
    let spec = SegmentSpec::around(treated.clone());
    Ok(Some(SegmentSpec {
        lumbar_count: section.lumbar_vertebrae.unwrap_or(spec.lumbar_count),
        kyphosis_rad: angle(section.kyphosis_deg),
        lordosis_rad: angle(section.lordosis_deg),
        sacral_slope_rad: angle(section.sacral_slope_deg),
        fracture_compensation: section.fracture_compensation,
        posture: section.posture,
        build: section.build,
        fractures,
        ..spec
    }))
}

/// What is wrong with a segment, at its key.
pub(super) fn segment_fault(scenario: &Scenario, error: &SegmentError) -> RunError {
    scenario.fault("patient.segment", error.to_string(), None).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::build_patient::patient;
    use std::path::Path;

    const CASE: &str = include_str!("../../scenarios/training/l1-wedge.toml");

    fn case(section: &str) -> Scenario {
        Scenario::parse(format!("{CASE}\n{section}"), Path::new("case.toml")).expect("in order")
    }

    #[test]
    fn a_segment_places_the_vertebra_and_changes_nothing_else_of_it() {
        let alone = patient(&case(""), 1).expect("a patient");
        let spine = "[patient.segment]\nlumbar_vertebrae = 6\nbuild = \"slim\"\n\
                     [[patient.segment.fracture]]\nlevel = \"T11\"\nkind = \"wedge\"\ngrade = 1\n";
        let within = patient(&case(spine), 1).expect("a patient");
        assert_ne!(within.vertebra.frame, alone.vertebra.frame);
        let level = crate::anatomy::Vertebra { frame: alone.vertebra.frame.clone(), ..within.vertebra.clone() };
        assert_eq!(level, alone.vertebra);
        assert_eq!(within.bone, alone.bone);
    }

    #[test]
    fn a_vertebra_that_is_not_there_is_named() {
        for (section, words) in [
            ("[[patient.segment.fracture]]\nlevel = \"L6\"\nkind = \"wedge\"\ngrade = 1\n", "no L6"),
            ("[[patient.segment.fracture]]\nlevel = \"C2\"\nkind = \"wedge\"\ngrade = 1\n", "no vertebra \"C2\""),
            ("[[patient.segment.fracture]]\nlevel = \"L1\"\nkind = \"wedge\"\ngrade = 1\n", "twice"),
        ] {
            let said = patient(&case(section), 1).map(|_| ()).map_err(|error| error.to_string());
            assert!(said.as_ref().is_err_and(|said| said.contains(words)), "{words}: {said:?}");
        }
    }
}
