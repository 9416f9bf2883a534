//! What `trocar plan` is to propose: flags first, then the file's own trajectories, then two needles of a usual gauge.

use super::exit::Failure;
use crate::anatomy::{Patient, Side};
use crate::assessment::plan_proposals::{ProposalDocument, RefusedDocument, documents};
use crate::instruments::{Approach, Cannula, Tool, Trajectory};
use crate::planning::{Proposals, Request, Sides, TwoViews, propose, usual_gauges};
use crate::scenario::Scenario;
use clap::{Args, ValueEnum};

/// From where a proposal may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FromSide {
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
    side: Option<FromSide>,
    /// Gauge of the cannula for the proposals [default: the file's; 11 for pvp and 10 for pkp where it has none]
    #[arg(long, value_name = "G")]
    gauge: Option<u8>,
    /// Propose only this way past the pedicle [default: through it, and at thoracic levels beside it where it is too narrow]
    #[arg(long, value_name = "WAY")]
    approach: Option<Way>,
    /// Take the Nth proposal of the first tool in place of the file's trajectories: to save, lock, write or ask the risk of
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    take: Option<u8>,
}

/// What was proposed, tool by tool.
#[derive(Default)]
pub(super) struct Proposed {
    pub proposals: Vec<ProposalDocument>,
    pub refused: Vec<RefusedDocument>,
    /// For the first tool, as the search gave it.
    pub first: Proposals,
}

impl Proposed {
    /// The paths of a proposal for the first tool, the best one first.
    pub fn nth(&self, rank: usize) -> Option<Vec<Trajectory>> {
        let paths = &self.first.offered.get(rank)?.paths;
        Some(paths.iter().map(|path| path.trajectory.clone()).collect())
    }
}

impl ProposalArguments {
    /// Searches for every tool.
    pub fn propose(
        &self,
        scenario: &Scenario,
        patient: &Patient,
        tools: &[Tool],
        views: &TwoViews,
    ) -> Result<Proposed, Failure> {
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
            let (proposals, refused) = documents(patient, views, tool, cannula.gauge, &found)
                .map_err(|error| Failure::Simulation(error.to_string()))?;
            all.proposals.extend(proposals);
            all.refused.extend(refused);
            if at == 0 {
                all.first = found;
            }
        }
        Ok(all)
    }

    /// The paths of the proposal asked for, if one is.
    pub fn taken(&self, proposed: &Proposed) -> Result<Option<Vec<Trajectory>>, Failure> {
        let Some(rank) = self.take else { return Ok(None) };
        let count = proposed.first.offered.len();
        let taken = proposed.nth(usize::from(rank) - 1);
        taken.map(Some).ok_or_else(|| Failure::Input(format!("--take {rank}: there are {count} proposals")))
    }

    fn cannula(&self, scenario: &Scenario, tool: Tool) -> Result<&'static Cannula, Failure> {
        let [.., usual] = usual_gauges(tool);
        let of_file = scenario.file.trajectory.first().map(|section| section.cannula_gauge);
        let gauge = self.gauge.or(of_file).unwrap_or(usual);
        Cannula::by_gauge(gauge).map_err(|error| Failure::Input(format!("--gauge: {error}")))
    }

    fn sides(&self, scenario: &Scenario) -> Sides {
        match self.side {
            Some(FromSide::Left) => Sides::One(Side::Left),
            Some(FromSide::Right) => Sides::One(Side::Right),
            Some(FromSide::Both) => Sides::Both,
            None => match scenario.file.trajectory.as_slice() {
                [one] => Sides::One(one.side),
                _ => Sides::Both,
            },
        }
    }
}
