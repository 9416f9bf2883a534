//! `trocar export`: a patient's surfaces, label maps, fields and landmarks for other programs.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain, message};
use crate::anatomy::Patient;
use crate::assessment::export_patient::{Format, Part, export_file, export_folder};
use crate::assessment::export_segment::export_segment;
use crate::assessment::write::check_folder;
use crate::patient_io::read_patient;
use crate::scenario::{Scenario, build_patient};
use clap::Args;
use std::path::{Path, PathBuf};

const FORMATS: &str = "\
The ending of FILE names the format:
  .stl .ply          a surface, LPS mm: bone (or --part body, canal)
  .glb               bone, body and canal, metres, y up
  .nrrd .nii .nii.gz a label map with names (1 posterior bone, 2 body, 3 canal), or with --part one field:
                     bv-tv (bone volume fraction), bone, body or canal (signed distance, mm)
  .vti               all fields, LPS mm
  .mrk.json          landmarks as points, LPS mm
--to DIR writes one of each; of a scenario with [patient.segment] also segment/: a surface (.stl) for each vertebra,
disc, rib, nerve, the sacrum, dural sac and skin, and a point on each nerve (nerves.mrk.json).";

/// Arguments of `trocar export`.
#[derive(Args)]
#[command(after_help = FORMATS)]
#[command(group(clap::ArgGroup::new("place").required(true).args(["to", "output"])))]
pub struct Arguments {
    /// A patient file, or a scenario (.toml) whose patient is meant
    #[arg(value_name = "PATIENT")]
    patient: PathBuf,
    /// Write the usual set of files into a folder
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Write one file
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to write into FILE: bone, body, canal, labels or bv-tv
    #[arg(long, value_name = "PART", value_parser = part, requires = "output", conflicts_with = "to")]
    part: Option<Part>,
    /// Seed of every random draw, in place of the scenario's; a patient file has none
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn part(text: &str) -> Result<Part, String> {
    Part::from_name(text).ok_or_else(|| "bone, body, canal, labels or bv-tv".to_owned())
}

impl Arguments {
    /// Does it.
    pub fn export(self) -> Exit {
        self.write().map_or_else(|failure| explain(&failure), |()| Exit::Met)
    }

    fn write(&self) -> Result<(), Failure> {
        if self.seed.is_some() && !self.is_of_scenario() {
            let reason = "a patient file is as it was made: --seed is for a scenario (.toml)";
            return Err(Failure::Input(format!("{}: {reason}", self.patient.display())));
        }
        if let Some(path) = &self.output {
            let format = Format::of(path).ok_or_else(|| {
                Failure::Input(format!(
                    "{}: no known format; the name must end in .stl, .ply, .glb, .nrrd, .nii, .nii.gz, .vti or .mrk.json",
                    path.display()
                ))
            })?;
            if let Some(part) = self.part.filter(|part| !format.takes(*part)) {
                return Err(Failure::Input(format!("{}: {}", path.display(), format.cannot_hold(part))));
            }
            Destination::File(path.clone()).check()?;
            let (patient, _) = self.patient()?;
            return Ok(export_file(path, format, self.part, &patient)?);
        }
        let folder = self.to.as_deref().unwrap_or(Path::new("."));
        check_folder(folder)?;
        let (patient, scenario) = self.patient()?;
        let mut names = export_folder(folder, &patient)?;
        if let Some(segment) = scenario.map(|scenario| build_patient::segment(&scenario)).transpose()?.flatten() {
            names.extend(export_segment(folder, &segment)?);
        }
        message(&format!("{}: {}", folder.display(), names.join(", ")));
        Ok(())
    }

    fn is_of_scenario(&self) -> bool {
        self.patient.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
    }

    /// The patient, and the scenario it comes from if it does.
    fn patient(&self) -> Result<(Patient, Option<Scenario>), Failure> {
        let path = &self.patient;
        if self.is_of_scenario() {
            let scenario = Scenario::load(path)?;
            let patient = build_patient::patient(&scenario, self.seed.unwrap_or(scenario.file.seed))?;
            return Ok((patient, Some(scenario)));
        }
        let patient = read_patient(path).map_err(|error| Failure::Input(error.to_string()))?;
        Ok((patient, None))
    }
}
