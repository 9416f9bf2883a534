//! `[patient.fracture]` of a scenario file: its keys, the rules across them, and the fracture they ask for.

use crate::anatomy::fracture::{Endplates, FractureError, FractureSpec, Severity};
use crate::anatomy::generate_vertebra::GenerateError;
use crate::anatomy::morphometry::OverrideError;
use crate::anatomy::{FractureKind, Side};
use schemars::JsonSchema;
use serde::Deserialize;

/// The fracture: give `grade`, `anterior_loss_fraction` or `heights_mm`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FractureSection {
    /// Shape.
    pub kind: FractureKind,
    /// Genant grade.
    #[schemars(range(min = 1, max = 3))]
    pub grade: Option<u8>,
    /// Height lost in front (biconcave: in the middle), as a fraction of the unfractured height.
    #[schemars(range(min = 0.05, max = 0.7))]
    pub anterior_loss_fraction: Option<f64>,
    /// Heights in the midline as they are now; what is not given follows the kind's pattern.
    pub heights_mm: Option<HeightsSection>,
    /// Which endplate gave way; superior unless given, for a biconcave fracture both.
    pub endplate: Option<Endplates>,
    /// The side that has lost more height.
    pub lower_side: Option<Side>,
    /// How much more than the midline the lower side has lost (and the other less), three quarters of the way out;
    /// 0.3 where only the side is given.
    #[schemars(range(min = 0.0, max = 0.6))]
    pub asymmetry_fraction: Option<f64>,
    /// How far the corner of the posterior wall stands in the canal, mm.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 9.0))]
    pub retropulsion_mm: f64,
    /// Weeks since it broke: from 4 weeks on the impacted bone heals and grows denser, until 12.
    #[serde(default = "default_age_weeks")]
    #[schemars(range(min = 0.0, max = 520.0))]
    pub age_weeks: f64,
}

/// Heights of a fractured body in the midline, mm, at 90, 50 and 10 % of its depth from the posterior wall.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeightsSection {
    /// In front.
    #[schemars(range(min = 2.0, max = 50.0))]
    pub anterior: Option<f64>,
    /// In the middle.
    #[schemars(range(min = 2.0, max = 50.0))]
    pub middle: Option<f64>,
    /// At the back.
    #[schemars(range(min = 2.0, max = 50.0))]
    pub posterior: Option<f64>,
}

fn default_age_weeks() -> f64 {
    4.0
}

/// Asymmetry where only the lower side is named.
const DEFAULT_ASYMMETRY: f64 = 0.3;

/// A rule broken: the key of the section (none: the section itself), what is wrong, what would be right.
pub(super) type Broken = (Option<&'static str>, String, &'static str);

impl FractureSection {
    /// Its size is given just once, and what belongs together comes together.
    pub(super) fn contradictions(&self) -> Vec<Broken> {
        let mut broken: Vec<Broken> = Vec::new();
        let sizes = [
            ("grade", self.grade.is_some()),
            ("anterior_loss_fraction", self.anterior_loss_fraction.is_some()),
            ("heights_mm", self.heights_mm.is_some()),
        ];
        let given: Vec<&'static str> = sizes.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
        match given[..] {
            [] => {
                let help = "give grade, anterior_loss_fraction or heights_mm";
                broken.push((None, "no size is given".to_owned(), help));
            }
            [first, second, ..] => {
                broken.push((Some(first), format!("{first} stands beside {second}"), "give one of them"));
            }
            [_] => {}
        }
        if let Some(heights) = &self.heights_mm
            && heights.anterior.or(heights.middle).or(heights.posterior).is_none()
        {
            let help = "for example { anterior = 14.0, middle = 12.0 }";
            broken.push((Some("heights_mm"), "no height is given".to_owned(), help));
        }
        if self.asymmetry_fraction.is_some_and(|a| a > 0.0) && self.lower_side.is_none() {
            let help = "give lower_side = \"left\" or \"right\"";
            broken.push((Some("asymmetry_fraction"), "which side is lower is not given".to_owned(), help));
        }
        broken
    }

    /// The fracture that the section asks for; rules across its keys have been checked.
    pub(super) fn asked(&self) -> FractureSpec {
        let severity = match (&self.heights_mm, self.anterior_loss_fraction, self.grade) {
            (Some(heights), _, _) => Severity::Heights([heights.anterior, heights.middle, heights.posterior]),
            (None, Some(loss), _) => Severity::Loss(loss),
            (None, None, grade) => Severity::Grade(grade.unwrap_or(1)),
        };
        let plain = FractureSpec::of(self.kind, severity);
        let asymmetry = if self.lower_side.is_some() { DEFAULT_ASYMMETRY } else { 0.0 };
        FractureSpec {
            endplates: self.endplate.unwrap_or(plain.endplates),
            lower_side: self.lower_side,
            asymmetry_fraction: self.asymmetry_fraction.unwrap_or(asymmetry),
            retropulsion_mm: self.retropulsion_mm,
            age_weeks: self.age_weeks,
            ..plain
        }
    }
}

/// The key to point to for a vertebra that cannot be made.
pub(super) fn key_of(error: &GenerateError) -> String {
    let key = match error {
        GenerateError::Dimension(OverrideError::Range { name, .. } | OverrideError::Name { name, .. }) => {
            return format!("patient.dimensions.{name}");
        }
        GenerateError::Stature(_) => "patient.stature_factor",
        GenerateError::Fracture(FractureError::Loss(_)) => "patient.fracture.anterior_loss_fraction",
        GenerateError::Fracture(FractureError::Grade(_)) => "patient.fracture.grade",
        GenerateError::Fracture(
            FractureError::Height { .. } | FractureError::NothingLost(_) | FractureError::Undetermined(_),
        ) => "patient.fracture.heights_mm",
        GenerateError::Fracture(FractureError::Asymmetry(_) | FractureError::LowerSide { .. }) => {
            "patient.fracture.asymmetry_fraction"
        }
        GenerateError::Fracture(FractureError::Retropulsion { .. }) => "patient.fracture.retropulsion_mm",
        GenerateError::Fracture(FractureError::Age(_)) => "patient.fracture.age_weeks",
        _ => "patient",
    };
    key.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{Scenario, build_patient::patient};
    use crate::anatomy::{Patient, bone_quality::body_bone_mm3};
    use std::path::Path;

    /// An L1 with the given lines in the place of its fracture and defects.
    fn case(fracture: &str, defects: &str) -> Result<Patient, String> {
        let text = format!(
            "schema = \"trocar.scenario/1\"\nid = \"a\"\ntitle = \"A\"\nprocedures = [\"pvp\"]\n\
             [patient]\nlevel = \"L1\"\nveins = \"none\"\n{fracture}\n{defects}\n\
             [[trajectory]]\nside = \"left\"\npropose = true\n\
             [cement]\nproduct = \"pmma-medium\"\nvolume_ml = 2.0\npressure_limit_kpa = 3000\n"
        );
        let scenario = Scenario::parse(text, Path::new("case.toml")).map_err(|error| error.to_string())?;
        patient(&scenario, 1).map_err(|error| error.to_string())
    }

    fn broken(lines: &str) -> Result<Patient, String> {
        case(&format!("[patient.fracture]\n{lines}"), "")
    }

    #[test]
    fn every_key_reaches_the_fracture() {
        let plain = broken("kind = \"crush\"\ngrade = 2").expect("a crush fracture");
        let summary = plain.fracture.clone().expect("fractured");
        assert_eq!((summary.grade, summary.age_weeks), (2, Some(4.0)));
        for (lines, words) in [
            ("kind = \"crush\"\nanterior_loss_fraction = 0.45", "the loss"),
            ("kind = \"crush\"\nheights_mm = { anterior = 14.0, middle = 15.0, posterior = 20.0 }", "the heights"),
            ("kind = \"crush\"\ngrade = 2\nendplate = \"inferior\"", "the endplate"),
            ("kind = \"crush\"\ngrade = 2\nlower_side = \"left\"", "the side"),
            ("kind = \"crush\"\ngrade = 2\nlower_side = \"left\"\nasymmetry_fraction = 0.5", "the asymmetry"),
            ("kind = \"crush\"\ngrade = 2\nretropulsion_mm = 4.0", "the retropulsion"),
        ] {
            let other = broken(lines).expect(words);
            assert!(other.vertebra != plain.vertebra, "{words} changed nothing");
        }
        let old = broken("kind = \"crush\"\ngrade = 2\nage_weeks = 30").expect("a healed fracture");
        assert_eq!(old.vertebra, plain.vertebra, "healing changes no shape");
        let [before, now] = [&plain, &old].map(|p| body_bone_mm3(&p.vertebra, &p.bone.bone_volume_fraction));
        assert!(now > 1.02 * before, "healing adds bone: {before} mm³, then {now}");
        let heights = broken("kind = \"wedge\"\nheights_mm = { anterior = 13.0 }").expect("a wedge");
        let found = heights.fracture.expect("fractured").compression_fraction;
        assert!((found - 0.5).abs() < 0.02, "an anterior height of 13 of 26 mm is a loss of {found}");
    }

    #[test]
    fn what_contradicts_or_cannot_be_is_told_with_its_key() {
        for (lines, words) in [
            ("kind = \"wedge\"", "patient.fracture: no size is given"),
            ("kind = \"wedge\"\ngrade = 1\nheights_mm = { anterior = 14.0 }", "grade stands beside heights_mm"),
            ("kind = \"wedge\"\nheights_mm = {}", "heights_mm: no height is given"),
            ("kind = \"wedge\"\nheights_mm = { front = 14.0 }", "front"),
            (
                "kind = \"wedge\"\nheights_mm = { anterior = 31.0 }",
                "patient.fracture.heights_mm: anterior height 31 mm",
            ),
            ("kind = \"wedge\"\nheights_mm = { anterior = 3.0 }", "patient.fracture.heights_mm: anterior height 3 mm"),
            ("kind = \"wedge\"\ngrade = 1\nasymmetry_fraction = 0.2", "which side is lower is not given"),
            ("kind = \"wedge\"\ngrade = 1\nendplate = \"upper\"", "endplate"),
            (
                "kind = \"wedge\"\ngrade = 1\nretropulsion_mm = 8.9",
                "patient.fracture.retropulsion_mm: retropulsion 8.9 mm",
            ),
        ] {
            let error = broken(lines).expect_err(words);
            assert!(error.contains(words), "{words}: {error}");
        }
    }

    #[test]
    fn cracks_and_clefts_are_built_and_misfits_refused_with_their_key() {
        let defect = |lines: &str| case("", &format!("[[patient.defect]]\n{lines}"));
        let sound = case("", "").expect("nothing broken");
        for kind in ["cortex", "endplate"] {
            let place = if kind == "cortex" { "left" } else { "superior-anterior" };
            let made = defect(&format!("kind = \"{kind}\"\nplace = \"{place}\"\nwidth_mm = 0.5")).expect(kind);
            assert_eq!((made.openings.len(), &made.bone), (1, &sound.bone));
        }
        let cleft = defect("kind = \"cleft\"\nplace = \"superior-anterior\"\nwidth_mm = 3.0").expect("a cleft");
        assert!(cleft.openings.is_empty() && cleft.bone.bone_volume_fraction.values().contains(&0.0));
        for (lines, words) in [
            ("kind = \"cleft\"\nplace = \"left\"\nwidth_mm = 3.0", "patient.defect.0.place"),
            ("kind = \"cleft\"\nplace = \"centre\"\nwidth_mm = 0.5", "patient.defect.0.width_mm"),
            ("kind = \"cleft\"\nplace = \"anterior\"\nwidth_mm = 9.0\nlength_mm = 4.0", "patient.defect.0.length_mm"),
            ("kind = \"endplate\"\nplace = \"middle\"\nwidth_mm = 0.5", "patient.defect.0.place"),
        ] {
            let error = defect(lines).expect_err(words);
            assert!(error.contains(words), "{words}: {error}");
        }
    }
}
