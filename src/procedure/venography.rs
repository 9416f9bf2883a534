//! Contrast medium before cement: where it runs, what it foretells, what stays behind (clinical review, part 2, row 11).

use super::circumstances::circumstances;
use super::operation::{Operation, OperationError};
use crate::anatomy::{Destination, LeakClass};
use crate::cement::{flow::CementFlow, product::Product};
use crate::geometry::CellIndex;

/// Of 22 leaks of cement 14 had been foretold by contrast medium: Gaughen et al., AJNR 2002;23:594.
pub const PUBLISHED_HITS: [u32; 2] = [14, 22];
/// Contrast medium is given about so fast, mm³/s (our choice: 1 ml/s by hand).
const RATE_MM3_PER_S: f64 = 1000.0;
/// A way out by which less than this share of the contrast medium went is not foretold (our choice).
const FORETOLD_SHARE: f64 = 0.01;

/// A way out that contrast medium took.
#[derive(Clone, Debug, PartialEq)]
pub struct ContrastWay {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// Where to.
    pub destination: Destination,
    /// Share of the contrast medium that went there.
    pub share: f64,
}

/// What contrast medium showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Venography {
    /// Given, mm³.
    pub volume_mm3: f64,
    /// Ways out, the widest first.
    pub ways: Vec<ContrastWay>,
    /// What stays between the trabeculae and hides cement, share of a cell.
    pub left_in_cells: Vec<(CellIndex, f32)>,
}

impl Venography {
    /// Whether a leak by this way was foretold.
    pub fn foretold(&self, route: &str) -> bool {
        self.ways.iter().any(|way| way.route == route && way.share >= FORETOLD_SHARE)
    }
}

impl Operation<'_> {
    /// What contrast medium showed, where it was given.
    pub fn venography(&self) -> Option<&Venography> {
        self.venography.as_ref()
    }

    /// Contrast medium flows as cement does, thinner than marrow and without setting; the cement after it meets marrow.
    pub(super) fn inject_contrast(&mut self, trajectory: usize, volume_mm3: f64) -> Result<(), OperationError> {
        let action = "contrast medium";
        if self.injection.is_some() {
            return Err(OperationError::OutOfOrder { action, because: "there is cement in the bone already" });
        }
        self.tool(trajectory, action)?;
        let path = &self.needles[trajectory].path;
        let data = circumstances();
        let medium = Product::newtonian(data.contrast_viscosity_pa_s.value);
        let mut settings = self.flow_settings();
        settings.columns_age = false;
        settings.largest_step_mm3 = settings.largest_step_mm3.min(0.02 * volume_mm3);
        let mut flow = CementFlow::new(self.pores()?, &self.patient_now().veins, medium, settings);
        flow.set_port(&path.tip(), 1.2 * path.cannula.inner_radius_mm())?;
        let (mut left_mm3, mut at_s) = (volume_mm3, 0.0);
        while left_mm3 > 1e-9 * volume_mm3 {
            let (_, budget_mm3) = flow.begin_step(RATE_MM3_PER_S, at_s)?;
            let step_mm3 = budget_mm3.min(left_mm3);
            flow.displace(step_mm3, 0.0, at_s)?;
            left_mm3 -= step_mm3;
            at_s += step_mm3 / RATE_MM3_PER_S;
        }
        let retained = data.contrast_retained_fraction.value / flow.domain().grid.cell_volume_mm3();
        let mut ways: Vec<ContrastWay> = flow
            .ledger()
            .accounts()
            .iter()
            .filter(|account| account.volume_mm3 > 0.0)
            .map(|account| ContrastWay {
                class: account.class,
                route: account.route.clone(),
                destination: account.destination,
                share: account.volume_mm3 / volume_mm3,
            })
            .collect();
        ways.sort_by(|a, b| b.share.total_cmp(&a.share));
        let left_in_cells = flow.cement_in_cells().map(|(cell, mm3)| (cell, (mm3 * retained) as f32)).collect();
        self.venography = Some(Venography { volume_mm3, ways, left_in_cells });
        self.tick((at_s / super::injection::TICK_S).round() as u64)
    }
}
