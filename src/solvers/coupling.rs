//! The exchanges between the network's nodes and the cells of one grid.

/// Conductances between nodes and cells (padded indices), and what a coarser grid makes of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Coupling {
    /// Node and cell of each exchange.
    pub ends: Vec<(u32, u32)>,
    /// mm³/(s·Pa) of each exchange.
    pub conductance: Vec<f64>,
    /// The exchange of the next coarser grid that each one is summed into.
    parent: Vec<u32>,
    /// The cells that exchange with any node, and a place to keep their right-hand sides.
    touched: Vec<u32>,
    kept: Vec<f64>,
}

impl Coupling {
    /// Takes over the ends of the exchanges; conductances are set apart.
    pub(super) fn connect(&mut self, ends: impl Iterator<Item = (u32, u32)>) {
        self.ends.clear();
        self.ends.extend(ends);
        self.conductance.clear();
        self.conductance.resize(self.ends.len(), 0.0);
        self.touched.clear();
        self.touched.extend(self.ends.iter().map(|end| end.1));
        self.touched.sort_unstable();
        self.touched.dedup();
        self.kept.clear();
        self.kept.resize(self.touched.len(), 0.0);
        self.parent.clear();
    }

    /// Connects the coarser grid: `aggregate` maps a cell to the coarse one. Parallel exchanges become one.
    pub(super) fn connect_coarse(&mut self, coarse: &mut Coupling, aggregate: impl Fn(u32) -> u32) {
        let ends: Vec<_> = self.ends.iter().map(|&(node, cell)| (node, aggregate(cell))).collect();
        let mut unique = ends.clone();
        unique.sort_unstable();
        unique.dedup();
        self.parent = ends.iter().map(|end| unique.partition_point(|other| other < end) as u32).collect();
        coarse.connect(unique.into_iter());
    }

    /// Sums the conductances into the coarser grid's.
    pub(super) fn coarsen_into(&self, coarse: &mut Coupling) {
        coarse.conductance.fill(0.0);
        for (&parent, conductance) in self.parent.iter().zip(&self.conductance) {
            coarse.conductance[parent as usize] += conductance;
        }
    }

    /// Node, cell and conductance of every exchange.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.ends.iter().zip(&self.conductance).map(|(&(node, cell), &g)| (node as usize, cell as usize, g))
    }

    /// Adds the conductances to the cells' diagonal.
    pub(super) fn add_to_diagonal(&self, diagonal: &mut [f64]) {
        for (_, cell, conductance) in self.each() {
            diagonal[cell] += conductance;
        }
    }

    /// Adds the conductances to the nodes' ground.
    pub(super) fn add_to_ground(&self, node_ground: &mut [f64]) {
        for (node, _, conductance) in self.each() {
            node_ground[node] += conductance;
        }
    }

    /// Adds what flows to the nodes from cells at the given pressures and nodes at 0.
    pub(super) fn add_inflow(&self, pressure: &[f64], node_source: &mut [f64]) {
        for (node, cell, conductance) in self.each() {
            node_source[node] += conductance * pressure[cell];
        }
    }

    /// Keeps the right-hand sides of the touched cells, to be put back by [`Coupling::put_back`].
    pub(super) fn keep(&mut self, source: &[f64]) {
        for (kept, &cell) in self.kept.iter_mut().zip(&self.touched) {
            *kept = source[cell as usize];
        }
    }

    /// Puts back the right-hand sides of the touched cells.
    pub(super) fn put_back(&self, source: &mut [f64]) {
        for (&kept, &cell) in self.kept.iter().zip(&self.touched) {
            source[cell as usize] = kept;
        }
    }

    /// Right-hand sides of the touched cells with the inflow from the nodes, for relaxation.
    pub(super) fn load(&self, source: &mut [f64], node_pressure: &[f64]) {
        self.put_back(source);
        for (node, cell, conductance) in self.each() {
            source[cell] += conductance * node_pressure[node];
        }
    }

    /// The exchange of the next coarser grid that one is summed into.
    pub(super) fn parent(&self, exchange: usize) -> usize {
        self.parent[exchange] as usize
    }

    /// Adds `A x` of the exchanges to the products of cells and nodes.
    pub(super) fn add_product(&self, x: &[f64], node_x: &[f64], out: &mut [f64], node_out: &mut [f64]) {
        for (node, cell, conductance) in self.each() {
            let flow = conductance * (x[cell] - node_x[node]);
            out[cell] += flow;
            node_out[node] -= flow;
        }
    }
}
