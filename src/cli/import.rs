//! `trocar import`: CT and labels into a patient file.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain, message};
use crate::anatomy::Level;
use crate::assessment::write::WriteError;
use crate::patient_io::{ImportError, ImportFileError, Numbering, import_files, write_patient};
use crate::scenario::build_patient::patient_of_import;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `trocar import`.
#[derive(Args)]
pub struct Arguments {
    /// CT volume (NIfTI); labels alone give a patient without densities
    #[arg(value_name = "CT")]
    ct: Option<PathBuf>,
    /// Label volume (NIfTI)
    #[arg(long, value_name = "SEG")]
    labels: PathBuf,
    /// Which number means which vertebra: verse, totalsegmentator-v1, totalsegmentator-v2 or auto
    #[arg(long, value_name = "N", value_parser = numbering)]
    numbering: Numbering,
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
        for path in self.ct.iter().chain([&self.labels]) {
            std::fs::File::open(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        }
        import(self.ct.as_deref(), &self.labels, self.numbering, self.level, &self.output)
    }
}

fn import(ct: Option<&Path>, labels: &Path, numbering: Numbering, level: Level, out: &Path) -> Result<(), Failure> {
    let made = import_files(ct, labels, numbering, level).map_err(|error| Failure::Input(named(&error, ct, labels)))?;
    let numbering = made.numbering.name();
    let patient = patient_of_import(made, level, None, 0);
    let landmarks = &patient.vertebra.landmarks;
    let depth_mm = landmarks.posterior_wall_y_mm - landmarks.anterior_wall_y_mm;
    let width_mm = landmarks.left_wall_x_mm - landmarks.right_wall_x_mm;
    message(&format!(
        "{level} by {numbering} numbering: body {:.1} ml, {width_mm:.1} mm wide, {depth_mm:.1} mm deep; pedicles {:.1} mm (left) and {:.1} mm (right) wide",
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
        (ImportFileError::Nifti(_), _) => error.to_string(),
        (ImportFileError::Import(ImportError::Mismatch { .. }), Some(ct)) => {
            format!("{} and {}: {error}", ct.display(), labels.display())
        }
        (ImportFileError::Import(_), _) => format!("{}: {error}", labels.display()),
    }
}
