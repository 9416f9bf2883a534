//! From the `[patient]` section to the patient: generated, read from a patient file, or imported from CT and labels.

use super::dimensions_section::DimensionsSection;
use super::fracture_section::{FractureSection, key_of};
use super::patient_section::{DefaultVeins, PatientSection, VeinSection};
use super::segment_section::{segment_fault, segment_spec};
use super::{RunError, Scenario};
use crate::anatomy::{
    Branch, DefectKind, Destination, HuCalibration, ImportRecord, Level, Patient, Source, VeinKind, VeinTree, Vertebra,
    bone_data::bone_data,
    bone_quality,
    bone_quality::{BoneSpec, bone_of_volume_fraction},
    cleft::open_cleft,
    generate_vertebra::{GenerateError, VertebraSpec, build_vertebra, check_vertebra, fracture_of},
    morphometry::mean_stature_cm,
    opening,
    segment::{self, SegmentSpec, generate_segment, treated_frame},
    vein_data::vein_data,
    venous_network,
};
use crate::geometry::{Point, shape::Segment};
use crate::patient_io::{
    ImportError, ImportFileError, Imported, NumberingError, import_files, read_markup_line, read_patient,
};
use crate::procedure::strengths::Unbroken;
use crate::units::{self, MM2_PER_M2};

/// T-score where a file gives none: the limit of osteoporosis (R§6.4).
const DEFAULT_T_SCORE: f64 = -2.5;

/// The patient of a scenario; the same for every resolution.
pub fn patient(scenario: &Scenario, seed: u64) -> Result<Patient, RunError> {
    let section = &scenario.file.patient;
    let mut patient = if section.file.is_some() {
        from_file(scenario)?
    } else if section.labels.is_some() {
        imported(scenario, seed)?
    } else {
        generated(scenario, seed)?
    };
    change_bone(&mut patient, section);
    if section.veins == DefaultVeins::None {
        patient.veins.clear();
    }
    for (i, vein) in section.vein.iter().enumerate() {
        let outside =
            || scenario.fault(&format!("patient.vein.{i}.path_mm"), "no part of this path lies in bone", None);
        patient.veins.push(tree(i, vein, &patient.vertebra).ok_or_else(outside)?);
    }
    for (i, defect) in section.defect.iter().enumerate() {
        let fault = |error: crate::anatomy::DefectError| {
            scenario.fault(&format!("patient.defect.{i}.{}", error.key()), error.to_string(), None)
        };
        let (width_mm, length_mm) = (defect.width_mm, defect.length_mm);
        if defect.kind == DefectKind::Cleft {
            open_cleft(&patient.vertebra, &mut patient.bone, &defect.place, width_mm, length_mm).map_err(fault)?;
        } else {
            let made = opening(&patient.vertebra, defect.kind, &defect.place, width_mm, length_mm);
            patient.openings.push(made.map_err(fault)?);
        }
    }
    Ok(patient)
}

fn generated(scenario: &Scenario, seed: u64) -> Result<Patient, RunError> {
    let section = &scenario.file.patient;
    let spec = vertebra_spec(scenario)?;
    let level = spec.level;
    let t_score = section.t_score.unwrap_or(DEFAULT_T_SCORE);
    let made = build_vertebra(&spec, &BoneSpec::of_t_score(t_score), seed)
        .map_err(|error| scenario.fault(&key_of(&error), error.to_string(), None))?;
    let (mut vertebra, bone, fracture) = (made.vertebra, made.bone, made.summary);
    if let Some(segment) = segment_spec(scenario, &spec)? {
        vertebra.frame = treated_frame(&segment).map_err(|error| segment_fault(scenario, &error))?;
    }
    let veins = venous_network(&vertebra, seed);
    Ok(Patient {
        level,
        source: Source::Parametric,
        t_score: Some(t_score),
        fracture,
        vertebra,
        bone,
        veins,
        openings: Vec::new(),
        warnings: Vec::new(),
        import: None,
    })
}

/// A generated patient's vertebra as it was before its fracture; `None` where there is none of that.
pub fn unbroken(scenario: &Scenario, seed: u64) -> Result<Option<Unbroken>, RunError> {
    let section = &scenario.file.patient;
    if section.fracture.is_none() || section.file.is_some() || section.labels.is_some() {
        return Ok(None);
    }
    let broken = vertebra_spec(scenario)?;
    let fault = |error: GenerateError| scenario.fault(&key_of(&error), error.to_string(), None);
    let fracture = fracture_of(&broken).map_err(fault)?;
    let spec = VertebraSpec { fracture: None, ..broken };
    let bone = BoneSpec::of_t_score(section.t_score.unwrap_or(DEFAULT_T_SCORE));
    let made = build_vertebra(&spec, &bone, seed).map_err(fault)?;
    Ok(Some(Unbroken { vertebra: made.vertebra, bone: made.bone, fracture }))
}

/// The vertebra that a generated patient's section asks for.
fn vertebra_spec(scenario: &Scenario) -> Result<VertebraSpec, RunError> {
    let section = &scenario.file.patient;
    let Some(level) = section.level else {
        return Err(scenario.fault("patient", "no level is given", Some("for example level = \"L1\"")).into());
    };
    Ok(VertebraSpec {
        sex: section.sex,
        stature_factor: stature_factor(section),
        overrides: section.dimensions.as_ref().map(DimensionsSection::overrides).unwrap_or_default(),
        fracture: section.fracture.as_ref().map(FractureSection::asked),
        ..VertebraSpec::of(level)
    })
}

/// The spine round a generated patient's vertebra, T5 to the sacrum, all built; `None` without `[patient.segment]`.
pub fn segment(scenario: &Scenario) -> Result<Option<segment::Segment>, RunError> {
    if scenario.file.patient.segment.is_none() {
        return Ok(None);
    }
    let Some(spec) = segment_spec(scenario, &vertebra_spec(scenario)?)? else { return Ok(None) };
    let whole = SegmentSpec { above: usize::MAX, below: usize::MAX, ..spec };
    generate_segment(&whole).map(Some).map_err(|error| segment_fault(scenario, &error))
}

/// The spine that a case asks for round its generated vertebra, or the usual one; `None` for an imported patient.
pub(super) fn spine(scenario: &Scenario) -> Result<Option<SegmentSpec>, RunError> {
    let section = &scenario.file.patient;
    if section.file.is_some() || section.labels.is_some() {
        return Ok(None);
    }
    let treated = vertebra_spec(scenario)?;
    Ok(Some(segment_spec(scenario, &treated)?.unwrap_or_else(|| SegmentSpec::around(treated))))
}

/// What can be told without building anything: sizes and fracture of a generated vertebra, and paths drawn elsewhere.
pub fn check_patient(scenario: &Scenario) -> Result<(), RunError> {
    let section = &scenario.file.patient;
    if let (Some(_), None, None) = (section.level, &section.file, &section.labels) {
        check_vertebra(&vertebra_spec(scenario)?)
            .map_err(|error| scenario.fault(&key_of(&error), error.to_string(), None))?;
    }
    for (i, trajectory) in scenario.file.trajectory.iter().enumerate() {
        if let Some(named) = &trajectory.markup {
            drawn_line(scenario, &format!("trajectory.{i}.markup"), named)?;
        }
    }
    Ok(())
}

/// Entry and target of a line drawn in the patient.
pub(super) fn drawn_line(scenario: &Scenario, key: &str, named: &str) -> Result<[Point; 2], RunError> {
    let path =
        scenario.find_data(named).ok_or_else(|| scenario.fault(key, format!("there is no file \"{named}\""), None))?;
    Ok(read_markup_line(&path).map_err(|error| scenario.fault(key, error.to_string(), None))?)
}

/// Factor on every length: as given, or the height given against the sex's mean.
fn stature_factor(section: &PatientSection) -> f64 {
    match section.stature_cm {
        Some(stature_cm) => stature_cm / mean_stature_cm(section.sex),
        None => section.stature_factor.unwrap_or(1.0),
    }
}

fn from_file(scenario: &Scenario) -> Result<Patient, RunError> {
    let named = scenario.file.patient.file.as_deref().unwrap_or_default();
    let path = scenario
        .find_data(named)
        .ok_or_else(|| scenario.fault("patient.file", format!("there is no file \"{named}\""), None))?;
    let patient = read_patient(&path).map_err(|error| scenario.fault("patient.file", error.to_string(), None))?;
    match scenario.file.patient.level {
        Some(level) if level != patient.level => {
            let problem = format!("{level} is asked for, but \"{named}\" holds {}", patient.level);
            Err(scenario.fault("patient.level", problem, None).into())
        }
        _ => Ok(patient),
    }
}

fn imported(scenario: &Scenario, seed: u64) -> Result<Patient, RunError> {
    let section = &scenario.file.patient;
    scenario.require_data()?;
    let find = |named: &Option<String>| named.as_deref().and_then(|named| scenario.find_data(named));
    let level = section.level.ok_or_else(|| scenario.fault("patient", "no level is given", None))?;
    let numbering = section.numbering.unwrap_or(crate::patient_io::Numbering::Auto);
    let (ct, labels) = (find(&section.ct), find(&section.labels).unwrap_or_default());
    let made = import_files(ct.as_deref(), section.series.as_deref(), &labels, numbering, level).map_err(|error| {
        let key = match &error {
            ImportFileError::Volume(error) if ct.as_deref().is_some_and(|ct| error.path().starts_with(ct)) => {
                "patient.ct"
            }
            ImportFileError::Import(ImportError::NotCovered { .. } | ImportError::NotCt { .. }) => "patient.ct",
            ImportFileError::Import(ImportError::Numbering(NumberingError::LevelAbsent { .. })) => "patient.level",
            ImportFileError::Import(ImportError::Numbering(_)) => "patient.numbering",
            _ => "patient.labels",
        };
        scenario.fault(key, error.to_string(), None)
    })?;
    let calibration = HuCalibration::with(section.hu_of_zero_bone, section.hu_of_full_bone)
        .map_err(|error| scenario.fault("patient.hu_of_zero_bone", error.to_string(), None))?;
    Ok(patient_of_import(made, level, section.t_score, calibration, seed))
}

/// A patient from an imported vertebra: bone from its CT numbers by `calibration` (or from a T-score where there is no
/// CT), veins by template on its landmarks.
pub fn patient_of_import(
    made: Imported,
    level: Level,
    t_score: Option<f64>,
    calibration: HuCalibration,
    seed: u64,
) -> Patient {
    let Imported { vertebra, hu, source, numbering, warnings, mut assumptions, quality, fracture, .. } = made;
    let permeability_scale = bone_data().permeability_scale.value;
    let calibrated = hu.is_some();
    let bone = match hu {
        Some(hu) => {
            let HuCalibration { hu_of_zero_bone, hu_of_full_bone } = calibration;
            assumptions.push(format!(
                "bone volume fraction runs straight from {hu_of_zero_bone:.0} HU (no bone) to {hu_of_full_bone:.0} HU (solid bone); the scan itself carries no calibration"
            ));
            assumptions.push(
                "no contrast agent was given: the voxels cannot tell, and an agent raises the CT numbers of bone"
                    .into(),
            );
            bone_of_volume_fraction(
                hu.map(|hu| calibration.bone_volume_fraction(f64::from(hu)) as f32),
                permeability_scale,
                None,
            )
        }
        None => {
            let t_score = t_score.unwrap_or(DEFAULT_T_SCORE);
            assumptions.push(format!("no CT: bone density is modelled from a T-score of {t_score}"));
            bone_quality(&vertebra, &|p: &Point| (*p, 1.0), &BoneSpec::of_t_score(t_score), seed)
        }
    };
    assumptions.push("veins are placed by template on the landmarks; a scan does not show them".to_owned());
    let veins = venous_network(&vertebra, seed);
    let import = ImportRecord {
        numbering: (source != Source::Mesh).then(|| numbering.name().to_owned()),
        calibration: calibrated.then_some(calibration),
        quality,
        heights_mm: made.heights.map(|heights| heights.all()),
        reference_heights_mm: made.reference_heights.map(|heights| heights.all()),
        assumptions,
    };
    Patient {
        level,
        source,
        t_score,
        fracture,
        vertebra,
        bone,
        veins,
        openings: Vec::new(),
        warnings,
        import: Some(import),
    }
}

fn change_bone(patient: &mut Patient, section: &PatientSection) {
    if let Some(scale) = section.permeability_scale {
        patient.bone.permeability_scale = scale;
    }
    if let Some(permeability_m2) = section.uniform_permeability_m2 {
        patient.bone.uniform_permeability_mm2 = Some(permeability_m2 * MM2_PER_M2);
    }
    if section.sealed_wall {
        patient.bone.wall_conductance_mm = 0.0;
    }
}

/// The middle of what a patient's veins may have.
fn venous_pressure_kpa() -> f64 {
    let [low, high] = vein_data().venous_pressure_kpa.value;
    0.5 * (low + high)
}

/// A vein drawn by hand: one branch from where its path passes the wall to where it ends or leaves the bone again.
fn tree(index: usize, section: &VeinSection, vertebra: &Vertebra) -> Option<VeinTree> {
    let destination = section.destination.unwrap_or(match section.kind {
        VeinKind::Basivertebral => Destination::Canal,
        VeinKind::Segmental => Destination::Paravertebral,
    });
    let name = match section.kind {
        VeinKind::Basivertebral => "basivertebral",
        VeinKind::Segmental => "segmental",
    };
    let points: Vec<Point> = section.path_mm.iter().map(|&p| Point::from(p)).collect();
    let points = inside_bone(&points, vertebra);
    if points.len() < 2 {
        return None;
    }
    Some(VeinTree {
        kind: section.kind,
        route: if index == 0 { name.to_owned() } else { format!("{name} {}", index + 1) },
        destination,
        branches: vec![Branch { points, radius_mm: section.radius_mm, parent: None }],
        outside_length_mm: section.outside_length_mm,
        outside_radius_mm: section.radius_mm,
        outside_pressure_pa: units::pa_from_kpa(venous_pressure_kpa()),
    })
}

/// The first stretch of a path that lies in bone, its ends on the wall or the path's own.
fn inside_bone(path: &[Point], vertebra: &Vertebra) -> Vec<Point> {
    const STEP_MM: f64 = 0.05;
    let inside = |p: &Point| vertebra.bone_distance_mm(p) < 0.0;
    let mut found: Vec<Point> = Vec::new();
    for pair in path.windows(2) {
        let stretch = Segment { start: pair[0], end: pair[1] };
        let steps = (stretch.length_mm() / STEP_MM).ceil().max(1.0) as usize;
        for step in 0..=steps {
            let at = stretch.at(step as f64 / steps as f64);
            match (inside(&at), found.is_empty()) {
                // Corners are kept; between them only the latest point is.
                (true, true) => found.extend([at, at]),
                (true, false) => {
                    if step == 0 {
                        found.push(at);
                    }
                    found.last_mut().into_iter().for_each(|last| *last = at);
                }
                (false, true) => {}
                (false, false) => return found,
            }
        }
    }
    found
}
