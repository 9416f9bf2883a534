//! The ledger of what left the bone: one account per way out, each with its class, onset and volume.

use super::openings::OpeningCells;
use crate::anatomy::{Destination, LeakClass, VeinTree};

/// One way out.
#[derive(Clone, Debug, PartialEq)]
pub struct LeakAccount {
    /// Yeom's class.
    pub class: LeakClass,
    /// Which vein, defect or hole.
    pub route: String,
    /// Where to.
    pub destination: Destination,
    /// Cement that passed, mm³.
    pub volume_mm3: f64,
    /// First passage: seconds since the injection began, and mm³ injected by then.
    pub onset: Option<(f64, f64)>,
}

/// All ways out: the openings first, then the vein trees, in the order of the domain.
#[derive(Clone, Debug, PartialEq)]
pub struct LeakLedger {
    accounts: Vec<LeakAccount>,
    openings: usize,
}

impl LeakLedger {
    /// Empty accounts.
    pub fn new(openings: &[OpeningCells], trees: &[VeinTree]) -> LeakLedger {
        let defects = openings.iter().map(|o| LeakAccount {
            class: o.opening.class,
            route: o.opening.route.clone(),
            destination: o.opening.destination,
            volume_mm3: 0.0,
            onset: None,
        });
        let veins = trees.iter().map(|tree| LeakAccount {
            class: tree.kind.leak_class(),
            route: tree.route.clone(),
            destination: tree.destination,
            volume_mm3: 0.0,
            onset: None,
        });
        LeakLedger { openings: openings.len(), accounts: defects.chain(veins).collect() }
    }

    /// Books cement that passed an opening.
    pub fn book_opening(&mut self, opening: usize, volume_mm3: f64, onset: (f64, f64)) {
        self.book(opening, volume_mm3, onset);
    }

    /// Books cement that left through a vein tree.
    pub fn book_vein(&mut self, tree: usize, volume_mm3: f64, onset: (f64, f64)) {
        self.book(self.openings + tree, volume_mm3, onset);
    }

    fn book(&mut self, account: usize, volume_mm3: f64, onset: (f64, f64)) {
        let account = &mut self.accounts[account];
        account.volume_mm3 += volume_mm3;
        account.onset.get_or_insert(onset);
    }

    /// Cement that passed an opening so far, mm³.
    pub fn opening_volume_mm3(&self, opening: usize) -> f64 {
        self.accounts[opening].volume_mm3
    }

    /// Every account: the openings first, then the vein trees.
    pub fn accounts(&self) -> &[LeakAccount] {
        &self.accounts
    }

    /// All that left, mm³.
    pub fn total_mm3(&self) -> f64 {
        self.accounts.iter().map(|account| account.volume_mm3).sum()
    }

    /// What left by class, in the order of [`LeakClass::ALL`], mm³.
    pub fn by_class_mm3(&self) -> [f64; 5] {
        LeakClass::ALL.map(|class| {
            self.accounts.iter().filter(|a| a.class == class).fold(0.0, |sum, account| sum + account.volume_mm3)
        })
    }

    /// The accounts that took cement, by onset.
    pub fn leaks(&self) -> Vec<(LeakAccount, (f64, f64))> {
        let mut leaks: Vec<_> =
            self.accounts.iter().filter_map(|account| account.onset.map(|onset| (account.clone(), onset))).collect();
        leaks.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then_with(|| a.0.route.cmp(&b.0.route)));
        leaks
    }
}
