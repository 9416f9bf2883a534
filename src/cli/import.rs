//! `trocar import`: CT and labels into a patient file.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain, message};
use crate::anatomy::Level;
use crate::assessment::write::WriteError;
use crate::patient_io::{
    ImportError, ImportFileError, ImportMeshError, Imported, MeshOptions, MeshSpace, MeshUnit, Numbering, import_files,
    import_mesh, is_mesh_file, write_patient,
};
use crate::scenario::build_patient::patient_of_import;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `trocar import`.
#[derive(Args)]
pub struct Arguments {
    /// CT (NIfTI, NRRD, MHA, or a DICOM series: its folder or a file of it), or a closed surface (STL, OBJ, PLY);
    /// labels alone give a patient without densities
    #[arg(value_name = "CT|SURFACE")]
    ct: Option<PathBuf>,
    /// Label volume (NIfTI, NRRD, seg.nrrd, MHA); needed but for a surface
    #[arg(long, value_name = "SEG")]
    labels: Option<PathBuf>,
    /// Which number means which vertebra: verse, totalsegmentator-v1, totalsegmentator-v2 or auto
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
}

fn level(text: &str) -> Result<Level, String> {
    Level::from_name(text).ok_or_else(|| "T5 to T12 or L1 to L5".to_owned())
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
    [Numbering::Verse, Numbering::TotalsegmentatorV1, Numbering::TotalsegmentatorV2, Numbering::Auto]
        .into_iter()
        .find(|numbering| numbering.name() == text)
        .ok_or_else(|| "verse, totalsegmentator-v1, totalsegmentator-v2 or auto".to_owned())
}

impl Arguments {
    /// Does it.
    pub fn import(self) -> Exit {
        self.make().map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }

    fn make(&self) -> Result<(), Failure> {
        Destination::File(self.output.clone()).check()?;
        for path in self.ct.iter().chain(&self.labels) {
            std::fs::metadata(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        }
        let (made, by) = match (&self.ct, &self.labels) {
            (Some(surface), None) if is_mesh_file(surface) => {
                let options = MeshOptions { unit: self.mesh_unit, space: self.mesh_space };
                let made = import_mesh(surface, options, self.level)
                    .map_err(|error| Failure::Input(named_surface(&error, surface)))?;
                (made, "from its surface".to_owned())
            }
            (ct, Some(labels)) => {
                let ct = ct.as_deref();
                let made = import_files(ct, self.series.as_deref(), labels, self.numbering, self.level)
                    .map_err(|error| Failure::Input(named(&error, ct, labels)))?;
                let by = format!("by {} numbering", made.numbering.name());
                (made, by)
            }
            (Some(ct), None) => {
                let problem =
                    format!("{}: no labels are given for it; add --labels SEG (or give a surface)", ct.display());
                return Err(Failure::Input(problem));
            }
            (None, None) => {
                return Err(Failure::Input(
                    "nothing to import: give --labels SEG with or without a CT, or a surface".to_owned(),
                ));
            }
        };
        finish(made, &by, self.level, &self.output)
    }
}

fn finish(made: Imported, by: &str, level: Level, out: &Path) -> Result<(), Failure> {
    let patient = patient_of_import(made, level, None, 0);
    let landmarks = &patient.vertebra.landmarks;
    let depth_mm = landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm;
    let width_mm = landmarks.left_wall_x_mm - landmarks.right_wall_x_mm;
    message(&format!(
        "{level} {by}: body {:.1} ml, {width_mm:.1} mm wide, {depth_mm:.1} mm deep; pedicles {:.1} mm (left) and {:.1} mm (right) wide",
        landmarks.body_volume_ml, landmarks.pedicles[0].width_mm, landmarks.pedicles[1].width_mm
    ));
    for warning in &patient.warnings {
        message(&format!("warning: {warning}"));
    }
    write_patient(out, &patient)
        .map_err(|error| Failure::Output(WriteError { path: out.to_owned(), reason: error.to_string() }))
}

/// The error with the files that it is about.
fn named(error: &ImportFileError, ct: Option<&Path>, labels: &Path) -> String {
    match (error, ct) {
        (ImportFileError::Volume(_), _) => error.to_string(),
        (ImportFileError::Import(ImportError::Mismatch { .. }), Some(ct)) => {
            format!("{} and {}: {error}", ct.display(), labels.display())
        }
        (ImportFileError::Import(_), _) => format!("{}: {error}", labels.display()),
    }
}

fn named_surface(error: &ImportMeshError, surface: &Path) -> String {
    match error {
        ImportMeshError::Mesh(_) => error.to_string(),
        ImportMeshError::Import(_) => format!("{}: {error}", surface.display()),
    }
}
