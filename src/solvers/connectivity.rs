//! Which unknowns are joined to a fixed pressure: disjoint sets over cells and nodes.

/// Disjoint sets of unknowns, each with a mark "has a way out".
#[derive(Clone, Debug)]
pub(super) struct Regions {
    parent: Vec<u32>,
    open: Vec<bool>,
}

impl Regions {
    /// Room for `unknowns` single sets.
    pub(super) fn new(unknowns: usize) -> Regions {
        Regions { parent: vec![0; unknowns], open: vec![false; unknowns] }
    }

    /// Every unknown alone again and without a way out.
    pub(super) fn reset(&mut self) {
        for (index, parent) in self.parent.iter_mut().enumerate() {
            *parent = index as u32;
        }
        self.open.fill(false);
    }

    fn root(&mut self, mut unknown: usize) -> usize {
        while self.parent[unknown] as usize != unknown {
            let grandparent = self.parent[self.parent[unknown] as usize];
            self.parent[unknown] = grandparent;
            unknown = grandparent as usize;
        }
        unknown
    }

    /// Joins two regions.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high] = low as u32;
        self.open[low] |= self.open[high];
    }

    /// Gives the region of an unknown a way out.
    pub(super) fn mark_open(&mut self, unknown: usize) {
        let root = self.root(unknown);
        self.open[root] = true;
    }

    /// True when the region of an unknown has a way out.
    pub(super) fn is_open(&mut self, unknown: usize) -> bool {
        let root = self.root(unknown);
        self.open[root]
    }
}
