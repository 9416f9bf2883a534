//! What `trocar plan` is to propose: flags first, then the file's own trajectories, then two needles of a usual gauge.

use super::exit::Failure;
use crate::anatomy::{Patient, Side};
use crate::assessment::plan_proposals::{ProposalDocument, RefusedDocument, documents};
use crate::instruments::{Approach, Cannula, Tool};
use crate::planning::{Proposals, Request, Sides, propose};
use crate::scenario::Scenario;
use clap::{Args, ValueEnum};

/// From where a proposal may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    Left,
    Right,
    Both,
}

/// The way past the pedicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    Transpedicular,
    Extrapedicular,
}

/// Arguments of the proposals.
#[derive(Args)]
pub(super) struct ProposalArguments {
    /// Propose one needle from this side, or two [default: as the file's trajectories; both where it has none]
    #[arg(long, value_name = "SIDE")]
    side: Option<From>,
    /// Gauge of the cannula for the proposals [default: the file's; 11 for pvp and 10 for pkp where it has none]
    #[arg(long, value_name = "G")]
    gauge: Option<u8>,
    /// Propose only this way past the pedicle [default: through it, and at thoracic levels beside it where it is too narrow]
    #[arg(long, value_name = "WAY")]
    approach: Option<Way>,
}

/// What was proposed, tool by tool.
#[derive(Default)]
pub(super) struct Proposed {
    pub proposals: Vec<ProposalDocument>,
    pub refused: Vec<RefusedDocument>,
    /// For the first tool, as the search gave it.
    pub first: Proposals,
}

impl ProposalArguments {
    /// Searches for every tool.
    pub fn propose(&self, scenario: &Scenario, patient: &Patient, tools: &[Tool]) -> Result<Proposed, Failure> {
        let mut all = Proposed::default();
        for (at, &tool) in tools.iter().enumerate() {
            let cannula = self.cannula(scenario, tool)?;
            let request = Request {
                level: patient.level,
                sides: self.sides(scenario),
                approach: self.approach.map(|way| match way {
                    Way::Transpedicular => Approach::Transpedicular,
                    Way::Extrapedicular => Approach::Extrapedicular,
                }),
                tool,
                cannula,
            };
            let found = propose(&patient.vertebra, &request);
            let (proposals, refused) = documents(&patient.vertebra, tool, cannula.gauge, &found)
                .map_err(|error| Failure::Simulation(error.to_string()))?;
            all.proposals.extend(proposals);
            all.refused.extend(refused);
            if at == 0 {
                all.first = found;
            }
        }
        Ok(all)
    }

    fn cannula(&self, scenario: &Scenario, tool: Tool) -> Result<&'static Cannula, Failure> {
        let usual = match tool {
            Tool::VertebroplastyNeedle => 11,
            Tool::WorkingCannula => 10,
        };
        let of_file = scenario.file.trajectory.first().map(|section| section.cannula_gauge);
        let gauge = self.gauge.or(of_file).unwrap_or(usual);
        Cannula::by_gauge(gauge).map_err(|error| Failure::Input(format!("--gauge: {error}")))
    }

    fn sides(&self, scenario: &Scenario) -> Sides {
        match self.side {
            Some(From::Left) => Sides::One(Side::Left),
            Some(From::Right) => Sides::One(Side::Right),
            Some(From::Both) => Sides::Both,
            None => match scenario.file.trajectory.as_slice() {
                [one] => Sides::One(one.side),
                _ => Sides::Both,
            },
        }
    }
}
