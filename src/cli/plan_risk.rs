//! `trocar plan --risk`: the risk of a leak before injecting, coarse and fine, as a table, as JSON and as curves.

use super::NOT_A_DEVICE;
use super::exit::Failure;
use super::flags::Flags;
use super::progress::Progress;
use crate::anatomy::Patient;
use crate::assessment::risk_curves::curves_svg;
use crate::assessment::risk_document::RiskDocument;
use crate::assessment::risk_question::{Pass, RiskAsked, question_from};
use crate::assessment::write::{check_writable, whole_file};
use crate::planning::risk::{Risk, RiskError, Watch, assess};
use crate::procedure::Plan;
use crate::scenario::Scenario;
use clap::Args;
use std::path::PathBuf;

/// Arguments of the risk.
#[derive(Args)]
pub(super) struct RiskArguments {
    /// Also compute the risk of a leak before injecting, and advise on volume
    #[arg(long)]
    pub risk: bool,
    /// Patients to draw; what is known of this one stays
    #[arg(long, value_name = "N", requires = "risk")]
    samples: Option<usize>,
    /// Cement products to compare [default: the file's]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', requires = "risk")]
    products: Vec<String>,
    /// Minutes from mixing to the first push [default: the file's]
    #[arg(long, value_name = "MIN,MIN", value_delimiter = ',', requires = "risk")]
    ages: Vec<f64>,
    /// Volumes in ml [default: every half millilitre up to the plan's or the advised fill]
    #[arg(long, value_name = "ML,ML", value_delimiter = ',', requires = "risk")]
    volumes: Vec<f64>,
    /// Only the coarse calculation, which takes seconds
    #[arg(long, requires = "risk")]
    coarse: bool,
    /// Draw the curves of the risk against volume (SVG)
    #[arg(long, value_name = "OUT.svg", requires = "risk")]
    curves: Option<PathBuf>,
}

impl RiskArguments {
    /// Whether the curves can be written, before anything is computed.
    pub fn check(&self) -> Result<(), Failure> {
        Ok(self.curves.as_deref().map(check_writable).transpose().map(|_| ())?)
    }

    /// Both passes on the same patients, or the coarse one alone; the curves are written.
    pub fn compute(
        &self,
        scenario: &Scenario,
        patient: &Patient,
        plan: &Plan,
        flags: &Flags,
    ) -> Result<RiskDocument, Failure> {
        let resolution_mm = flags.asked_resolution();
        let asked = RiskAsked {
            samples: self.samples,
            products: self.products.clone(),
            ages_min: self.ages.clone(),
            volumes_ml: self.volumes.clone(),
            resolution_mm: None,
            seed: Some(flags.settings(scenario).seed),
        };
        let question = |asked: &RiskAsked, pass: Pass| {
            question_from(scenario, patient, plan, asked, pass).map_err(|error| Failure::Input(error.to_string()))
        };
        let mut progress = Progress::over(if self.coarse { 1 } else { 2 }, flags.quiet);
        let mut run = |name: &str, asked: &RiskAsked, pass: Pass| -> Result<Risk, Failure> {
            let question = question(asked, pass)?;
            progress.step(name.to_owned(), |tell| {
                let watch = Watch { progress: tell, cancel: None };
                assess(patient, plan, &question, &watch).map_err(failure)
            })
        };
        let (risk, coarse) = if self.coarse {
            (run("coarse", &RiskAsked { resolution_mm, ..asked }, Pass::Coarse)?, None)
        } else {
            let fine_asked = RiskAsked { resolution_mm, ..asked.clone() };
            // The same patients, so that they can be paired.
            let samples = question(&fine_asked, Pass::Fine)?.samples;
            let coarse = run("coarse", &RiskAsked { samples: Some(samples), ..asked }, Pass::Coarse)?;
            (run("fine", &fine_asked, Pass::Fine)?, Some(coarse))
        };
        if let Some(path) = &self.curves {
            let svg = curves_svg(&risk, NOT_A_DEVICE).map_err(|error| Failure::Simulation(error.to_string()))?;
            whole_file(path, svg.as_bytes())?;
        }
        let pass = if self.coarse { Pass::Coarse } else { Pass::Fine };
        let document = RiskDocument::new(patient, plan, pass, &risk, coarse.as_ref());
        document.ok_or_else(|| Failure::Simulation("the risk has no product and age".into()))
    }
}

/// A question that makes no sense is the caller's; all else the simulation's.
fn failure(error: RiskError) -> Failure {
    match error {
        RiskError::Samples { .. }
        | RiskError::NoProduct
        | RiskError::NoVolume
        | RiskError::Volume { .. }
        | RiskError::Age { .. }
        | RiskError::Set { .. }
        | RiskError::Resolution { .. } => Failure::Input(error.to_string()),
        RiskError::AllFailed { .. } | RiskError::Cancelled => Failure::Simulation(error.to_string()),
    }
}
