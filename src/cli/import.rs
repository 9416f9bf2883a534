//! `trocar import`: CT and labels into a patient file.

use super::exit::{Exit, Failure};
use super::output::{Destination, explain};
use crate::anatomy::Level;
use crate::scenario::patient_section::Numbering;
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

/// (Placeholder: to be connected with `patient_io`.)
fn import(_ct: Option<&Path>, _labels: &Path, numbering: Numbering, level: Level, _out: &Path) -> Result<(), Failure> {
    Err(Failure::Input(format!("import of {level} by {} numbering is not built yet", numbering.name())))
}
