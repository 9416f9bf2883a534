//! `trocar import`: CT and labels, or a closed surface, into a patient file.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain, message};
use crate::anatomy::{HuCalibration, Level};
use crate::assessment::import_report::ImportReport;
use crate::assessment::write::WriteError;
use crate::patient_io::{
    ImportError, ImportFileError, ImportMeshError, Imported, MeshOptions, MeshSpace, MeshUnit, Numbering, import_files,
    import_mesh, is_mesh_file, write_patient,
};
use crate::scenario::build_patient::patient_of_import;
use clap::Args;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  trocar import ct.nii.gz --labels vertebrae.nii.gz --numbering totalsegmentator-v2 --level L1 -o l1.patient
  trocar import dicom/ --labels vertebrae.nii.gz --numbering totalsegmentator-v2 --level L1 -o l1.patient
  trocar import --labels mask.nii.gz --numbering verse --level L1 --json report.json -o l1.patient
  trocar import l1.stl --level L1 -o l1.patient

Labels and CT must lie on the same voxels. What looked wrong and what was assumed is said line by line; read it.
From a scan to a running case, step by step: docs/patients.md.";

/// Arguments of `trocar import`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// CT (NIfTI, NRRD, MHA, or a DICOM series: its folder or a file of it), or a closed surface (STL, OBJ, PLY); labels
    /// or a surface alone: bone density is modelled from --t-score
    #[arg(value_name = "CT|SURFACE")]
    ct: Option<PathBuf>,
    /// Label volume (NIfTI, NRRD, seg.nrrd, MHA), a whole number for each vertebra; needed but for a surface
    #[arg(long, value_name = "SEG")]
    labels: Option<PathBuf>,
    /// Which number means which vertebra: verse, totalsegmentator-v1, totalsegmentator-v2, or auto, which refuses when
    /// more than one fits
    #[arg(long, value_name = "N", value_parser = numbering, default_value = "auto")]
    numbering: Numbering,
    /// SeriesInstanceUID of the DICOM series to take from a folder that holds several
    #[arg(long, value_name = "UID")]
    series: Option<String>,
    /// Unit of a surface: mm, cm or m
    #[arg(long, value_name = "UNIT", value_parser = mesh_unit)]
    mesh_unit: Option<MeshUnit>,
    /// Axes of a surface: lps or ras
    #[arg(long, value_name = "SPACE", value_parser = mesh_space)]
    mesh_space: Option<MeshSpace>,
    /// Vertebra to take, T5 to L5
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Level,
    /// Patient file to write
    #[arg(short, long = "output", value_name = "PATIENT")]
    output: PathBuf,
    /// Write the report as JSON (`-` is standard output)
    #[arg(long, value_name = "REPORT")]
    json: Option<PathBuf>,
    /// CT number of marrow without bone, in place of the built-in line
    #[arg(long, value_name = "HU", allow_negative_numbers = true)]
    hu_of_zero_bone: Option<f64>,
    /// CT number of solid bone, in place of the built-in line
    #[arg(long, value_name = "HU", allow_negative_numbers = true)]
    hu_of_full_bone: Option<f64>,
    /// T-score from which bone is modelled where there is no CT
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = t_score)]
    t_score: Option<f64>,
}

/// Vertebrae that a spine has and Trocar does not treat.
const OTHER_VERTEBRAE: [&str; 14] =
    ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1", "T2", "T3", "T4", "T13", "L6", "S1"];

/// A level by its name, for arguments.
pub(super) fn level(text: &str) -> Result<Level, String> {
    Level::from_name(text).ok_or_else(|| {
        if OTHER_VERTEBRAE.iter().any(|other| other.eq_ignore_ascii_case(text)) {
            format!("{text} is a vertebra, but Trocar's levels are T5 to T12 and L1 to L5")
        } else {
            "T5 to T12 or L1 to L5".to_owned()
        }
    })
}

fn mesh_unit(text: &str) -> Result<MeshUnit, String> {
    match text {
        "mm" => Ok(MeshUnit::Mm),
        "cm" => Ok(MeshUnit::Cm),
        "m" => Ok(MeshUnit::M),
        _ => Err("mm, cm or m".to_owned()),
    }
}

fn mesh_space(text: &str) -> Result<MeshSpace, String> {
    match text {
        "lps" => Ok(MeshSpace::Lps),
        "ras" => Ok(MeshSpace::Ras),
        _ => Err("lps or ras".to_owned()),
    }
}

fn numbering(text: &str) -> Result<Numbering, String> {
    Numbering::from_name(text).ok_or_else(|| "verse, totalsegmentator-v1, totalsegmentator-v2 or auto".to_owned())
}

fn t_score(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(t) if (-6.0..=3.0).contains(&t) => Ok(t),
        _ => Err("-6 to 3".to_owned()),
    }
}

impl Arguments {
    /// Does it.
    pub fn import(self) -> Exit {
        self.make().map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }

    fn make(&self) -> Result<(), Failure> {
        let json = self.json.as_deref().map(Destination::of);
        Destination::File(self.output.clone()).check()?;
        if let Some(json) = &json {
            json.check()?;
        }
        let calibration = HuCalibration::with(self.hu_of_zero_bone, self.hu_of_full_bone)
            .map_err(|error| Failure::Input(error.to_string()))?;
        for path in self.ct.iter().chain(&self.labels) {
            std::fs::metadata(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        }
        let made = self.imported()?;
        if made.hu.is_none() && (self.hu_of_zero_bone.is_some() || self.hu_of_full_bone.is_some()) {
            return Err(Failure::Input("--hu-of-zero-bone and --hu-of-full-bone need a CT".into()));
        }
        if made.hu.is_some() && self.t_score.is_some() {
            return Err(Failure::Input("--t-score is for labels alone: with a CT, bone follows the CT numbers".into()));
        }
        let patient = patient_of_import(made, self.level, self.t_score, calibration, 0);
        let report = ImportReport::of(&patient);
        message(report.in_words().trim_end());
        write_patient(&self.output, &patient)
            .map_err(|error| WriteError { path: self.output.clone(), reason: error.to_string() })?;
        if let Some(json) = json {
            json.write(&report.to_json().map_err(|error| Failure::Input(error.to_string()))?)?;
        }
        Ok(())
    }

    fn imported(&self) -> Result<Imported, Failure> {
        match (&self.ct, &self.labels) {
            (Some(surface), None) if is_mesh_file(surface) => {
                let options = MeshOptions { unit: self.mesh_unit, space: self.mesh_space };
                import_mesh(surface, options, self.level)
                    .map_err(|error| Failure::Input(named_surface(&error, surface)))
            }
            (ct, Some(labels)) => {
                let ct = ct.as_deref();
                import_files(ct, self.series.as_deref(), labels, self.numbering, self.level)
                    .map_err(|error| Failure::Input(named(&error, ct, labels)))
            }
            (Some(ct), None) => Err(Failure::Input(format!(
                "{}: no labels are given for it; add --labels SEG (or give a surface)",
                ct.display()
            ))),
            (None, None) => {
                Err(Failure::Input("nothing to import: give --labels SEG with or without a CT, or a surface".into()))
            }
        }
    }
}

/// The error with the files that it is about.
fn named(error: &ImportFileError, ct: Option<&Path>, labels: &Path) -> String {
    match (error, ct) {
        (ImportFileError::Volume(_), _) => error.to_string(),
        (ImportFileError::Import(ImportError::Mismatch { .. }), Some(ct)) => {
            format!("{} and {}: {error}", ct.display(), labels.display())
        }
        (ImportFileError::Import(ImportError::NotCovered { .. } | ImportError::NotCt { .. }), Some(ct)) => {
            format!("{}: {error}", ct.display())
        }
        (ImportFileError::Import(_), _) => format!("{}: {error}", labels.display()),
    }
}

fn named_surface(error: &ImportMeshError, surface: &Path) -> String {
    match error {
        ImportMeshError::Mesh(_) => error.to_string(),
        _ => format!("{}: {error}", surface.display()),
    }
}
