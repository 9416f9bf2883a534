//! Rules that tie several keys of a scenario file together.

use super::expectation_section::Expectation;
use super::expectations::{PathError, check_path};
use super::file::ScenarioFile;
use super::patient_section::PatientSection;
use super::strict::suggestion;
use super::treatment_section::{CurveSection, TrajectorySection};
use crate::anatomy::defects::places;
use crate::instruments::CurvedNeedle;
use crate::procedure::Procedure;
use std::collections::BTreeSet;

/// A rule broken, and the path of the key to point to.
#[derive(Debug, PartialEq)]
pub(super) struct Contradiction {
    pub path: Vec<String>,
    pub problem: String,
    pub help: Option<String>,
}

struct Report(Vec<Contradiction>);

impl Report {
    fn add(&mut self, path: &[&str], problem: impl Into<String>, help: Option<&str>) {
        self.0.push(Contradiction {
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            problem: problem.into(),
            help: help.map(str::to_owned),
        });
    }
}

/// Everything in the case itself that contradicts something else in it.
pub(super) fn check(file: &ScenarioFile) -> Vec<Contradiction> {
    let mut report = Report(Vec::new());
    if !is_name(&file.id) {
        report.add(
            &["id"],
            format!("\"{}\" is not a short name", file.id),
            Some("lower-case letters, digits and hyphens"),
        );
    }
    for (i, procedure) in file.procedures.iter().enumerate() {
        if file.procedures[..i].contains(procedure) {
            report.add(&["procedures", &i.to_string()], format!("\"{}\" is given twice", procedure.name()), None);
        }
    }
    if file.procedures.contains(&Procedure::Pkp) && file.balloon.is_none() {
        report.add(&["procedures"], "\"pkp\" needs a [balloon] section, and there is none", None);
    }
    patient(&file.patient, &mut report);
    for (i, trajectory) in file.trajectory.iter().enumerate() {
        path_of_tool(i, trajectory, &mut report);
        if file.trajectory[..i].iter().any(|earlier| earlier.side == trajectory.side) {
            let problem = format!("the {} side has a trajectory already", trajectory.side);
            report.add(&["trajectory", &i.to_string(), "side"], problem, None);
        }
    }
    cement(file, &mut report);
    if file.operator.waits > 0 && file.operator.stop_on_leak_ml.is_none() {
        report.add(
            &["operator", "waits"],
            "an operator who does not stop on a leak never waits",
            Some("give stop_on_leak_ml"),
        );
    }
    report.0
}

/// What contradicts in `[expect]`, `[known_failure]` and `[[variant]]`; `products` are the ids that `[cement]` may name.
pub(super) fn check_expectations(file: &ScenarioFile) -> Vec<Contradiction> {
    let mut report = Report(Vec::new());
    let mut variants = BTreeSet::new();
    for (i, variant) in file.variant.iter().enumerate() {
        let at = i.to_string();
        if !is_name(&variant.id) || variant.id == "pvp" || variant.id == "pkp" {
            let problem = format!("\"{}\" cannot name a variant", variant.id);
            report.add(
                &["variant", &at, "id"],
                problem,
                Some("lower-case letters, digits and hyphens, not a procedure"),
            );
        }
        if !variants.insert(variant.id.as_str()) {
            report.add(&["variant", &at, "id"], format!("\"{}\" is given twice", variant.id), None);
        }
        if variant.set.is_empty() && variant.unset.is_empty() {
            report.add(&["variant", &at], "changes nothing", Some("give set or unset"));
        }
        for key in variant.set.keys() {
            let section = key.split('.').next().unwrap_or_default();
            if ["schema", "id", "title", "expect", "variant", "known_failure"].contains(&section) {
                report.add(&["variant", &at, "set", key], "a variant cannot change this", None);
            }
        }
    }
    for (key, expectation) in &file.expect {
        expectation_of(file, key, expectation, &mut report);
    }
    if file.known_failure.is_some() && file.expect.is_empty() {
        report.add(&["known_failure"], "there is nothing to fail: the file has no [expect]", None);
    }
    report.0
}

fn expectation_of(file: &ScenarioFile, key: &str, expectation: &Expectation, report: &mut Report) {
    if let Err(PathError { problem, help }) = check_path(file, key) {
        report.add(&["expect", key], problem, help.as_deref());
    }
    let Expectation { min, max, equals, at_least_times, .. } = expectation;
    if min.is_none() && max.is_none() && equals.is_none() && at_least_times.is_none() {
        report.add(&["expect", key], "expects nothing", Some("give min, max, equals or at_least_times"));
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        report.add(&["expect", key, "min"], format!("min {min} lies above max {max}"), None);
    }
    if equals.is_some() && (min.is_some() || max.is_some()) {
        report.add(&["expect", key, "equals"], "equals stands beside min or max", Some("give one or the other"));
    }
    if let Some(other) = at_least_times
        && let Err(PathError { problem, help }) = check_path(file, &other.of)
    {
        report.add(&["expect", key, "at_least_times", "of"], problem, help.as_deref());
    }
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 80 && text.chars().all(plain) && !text.starts_with('-')
}

fn patient(patient: &PatientSection, report: &mut Report) {
    let imported = patient.ct.is_some() || patient.labels.is_some();
    if patient.file.is_some() && imported {
        report.add(&["patient", "file"], "file stands beside ct or labels", Some("a patient file holds both already"));
    }
    if patient.ct.is_some() && patient.labels.is_none() {
        report.add(&["patient", "ct"], "a CT needs labels", Some("give labels and numbering"));
    }
    if patient.labels.is_some() && patient.numbering.is_none() {
        let help = "verse, totalsegmentator-v1, totalsegmentator-v2 or auto";
        report.add(&["patient", "labels"], "labels need a numbering", Some(help));
    }
    if patient.numbering.is_some() && patient.labels.is_none() {
        report.add(&["patient", "numbering"], "there are no labels to number", None);
    }
    if patient.series.is_some() && patient.ct.is_none() {
        report.add(&["patient", "series"], "there is no ct to take a series from", Some("only beside ct and labels"));
    }
    for (key, given) in [("hu_of_zero_bone", patient.hu_of_zero_bone), ("hu_of_full_bone", patient.hu_of_full_bone)] {
        if given.is_some() && patient.ct.is_none() {
            report.add(&["patient", key], "there is no ct to calibrate", Some("only beside ct and labels"));
        }
    }
    if patient.level.is_none() && patient.file.is_none() {
        report.add(&["patient"], "level is missing", Some("T5 to L5"));
    }
    if patient.file.is_some() && patient.t_score.is_some() {
        report.add(
            &["patient", "t_score"],
            "t_score stands beside file",
            Some("a patient file holds the bone already"),
        );
    }
    if imported || patient.file.is_some() {
        let made = [
            ("sex", patient.sex.is_some()),
            ("age_years", patient.age_years.is_some()),
            ("stature_factor", patient.stature_factor.is_some()),
            ("stature_cm", patient.stature_cm.is_some()),
            ("dimensions", patient.dimensions.is_some()),
            ("fracture", patient.fracture.is_some()),
            ("segment", patient.segment.is_some()),
        ];
        for (key, _) in made.iter().filter(|(_, given)| *given) {
            report.add(&["patient", key], "only for a generated patient; this one is imported", None);
        }
    }
    if patient.stature_cm.is_some() && patient.stature_factor.is_some() {
        report.add(&["patient", "stature_cm"], "stature_cm stands beside stature_factor", Some("give one of them"));
    }
    if let Some(fracture) = &patient.fracture {
        for (key, problem, help) in fracture.contradictions() {
            let path: Vec<&str> = ["patient", "fracture"].into_iter().chain(key).collect();
            report.add(&path, problem, Some(help));
        }
    }
    for (i, defect) in patient.defect.iter().enumerate() {
        let places = places(defect.kind);
        let key = ["patient", "defect", &i.to_string(), "place"].map(str::to_owned);
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        if !places.contains(&defect.place.as_str()) {
            let problem = format!("there is no place \"{}\" for this defect", defect.place);
            report.add(&key, problem, Some(&suggestion(&defect.place, &places)));
        }
    }
}

/// What stands in for a path in the messages.
const WAYS_OF_A_PATH: &str = "give one: propose = true; along_pedicle = true; markup; entry_mm and target_mm; or entry_mm, \
                              convergence_deg, sagittal_deg and depth_mm";

fn path_of_tool(i: usize, trajectory: &TrajectorySection, report: &mut Report) {
    let at = i.to_string();
    let help = Some(WAYS_OF_A_PATH);
    let by_hand = [
        ("entry_mm", trajectory.entry_mm.is_some()),
        ("target_mm", trajectory.target_mm.is_some()),
        ("depth_mm", trajectory.depth_mm.is_some()),
    ];
    let angles = [
        ("convergence_deg", trajectory.convergence_deg.is_some()),
        ("sagittal_deg", trajectory.sagittal_deg.is_some()),
    ];
    let offsets = [
        ("lateral_mm", trajectory.lateral_mm.is_some()),
        ("cranial_mm", trajectory.cranial_mm.is_some()),
        ("ap_fraction", trajectory.ap_fraction.is_some()),
    ];
    let given = |keys: &[(&'static str, bool)]| keys.iter().find(|(_, given)| *given).map(|(key, _)| *key);
    let points = given(&by_hand);
    let ways = [
        ("propose", trajectory.propose),
        ("along_pedicle", trajectory.along_pedicle),
        ("markup", trajectory.markup.is_some()),
    ];
    let mut named = ways.iter().filter(|(_, given)| *given).map(|(key, _)| *key);
    let (way, second) = (named.next(), named.next());
    if let Some(key) = given(&offsets)
        && !trajectory.along_pedicle
    {
        report.add(&["trajectory", &at, key], format!("{key} needs along_pedicle = true"), help);
    }
    match (way, second) {
        (Some(way), Some(second)) => {
            report.add(&["trajectory", &at, second], format!("{second} stands beside {way}"), help);
        }
        (Some(way), None) => {
            let angle = if way == "along_pedicle" { None } else { given(&angles) };
            if let Some(other) = points.or(angle) {
                report.add(
                    &["trajectory", &at, way],
                    format!("{way} stands beside {other}, a path given by hand"),
                    help,
                );
            }
        }
        (None, _) => path_by_points(&at, trajectory, report),
    }
    if let Some(curve) = &trajectory.curve {
        curve_of_tool(&at, curve, report);
    }
}

fn path_by_points(at: &str, trajectory: &TrajectorySection, report: &mut Report) {
    let angles = [trajectory.convergence_deg, trajectory.sagittal_deg, trajectory.depth_mm];
    let (some_angles, all_angles) = (angles.iter().any(Option::is_some), angles.iter().all(Option::is_some));
    if trajectory.entry_mm.is_none() {
        report.add(&["trajectory", at], "the path has no entry_mm", Some(WAYS_OF_A_PATH));
    } else if trajectory.target_mm.is_some() == some_angles || (some_angles && !all_angles) {
        report.add(&["trajectory", at, "entry_mm"], "the path from here is not given just once", Some(WAYS_OF_A_PATH));
    } else if trajectory.target_mm == trajectory.entry_mm {
        report.add(&["trajectory", at, "target_mm"], "entry and target are the same point", None);
    }
}

fn curve_of_tool(at: &str, curve: &CurveSection, report: &mut Report) {
    let help = "give one: needle, of the catalogue, or radius_mm";
    match (&curve.needle, curve.radius_mm) {
        (Some(_), Some(_)) => {
            report.add(&["trajectory", at, "curve", "radius_mm"], "radius_mm stands beside needle", Some(help));
        }
        (None, None) => report.add(&["trajectory", at, "curve"], "the bend has no radius", Some(help)),
        (Some(id), None) => match CurvedNeedle::by_id(id) {
            Err(error) => report.add(&["trajectory", at, "curve", "needle"], error.to_string(), None),
            Ok(needle) if curve.angle_deg > needle.largest_angle_deg => {
                let problem =
                    format!("{}° is more than this needle bends ({}°)", curve.angle_deg, needle.largest_angle_deg);
                report.add(&["trajectory", at, "curve", "angle_deg"], problem, None);
            }
            Ok(_) => {}
        },
        (None, Some(_)) => {}
    }
}

fn cement(file: &ScenarioFile, report: &mut Report) {
    let cement = &file.cement;
    match (&cement.product, cement.viscosity_pa_s) {
        (Some(_), Some(_)) => {
            report.add(&["cement", "product"], "product stands beside viscosity_pa_s", Some("give one of them"));
        }
        (None, None) => report.add(&["cement"], "no cement is named", Some("give product or viscosity_pa_s")),
        (Some(product), None) => {
            let known = super::build::product_ids();
            if !known.contains(&product.as_str()) {
                let problem = format!("\"{product}\" is not a known product");
                report.add(&["cement", "product"], problem, Some(&suggestion(product, &known)));
            }
        }
        (None, Some(_)) => {}
    }
    match (cement.pressure_limit_kpa, cement.unlimited_pressure) {
        (Some(_), true) => report.add(
            &["cement", "unlimited_pressure"],
            "unlimited_pressure stands beside pressure_limit_kpa",
            Some("give one of them"),
        ),
        (None, false) => report.add(
            &["cement"],
            "no pressure limit is given",
            Some("give pressure_limit_kpa, or unlimited_pressure = true"),
        ),
        _ => {}
    }
}
