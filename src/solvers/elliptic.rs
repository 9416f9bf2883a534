//! The elliptic system: conductances of a voxel grid coupled to a pipe network, its unknowns and its errors.

/// A pipe between two nodes of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PipeLink {
    /// One end, a node.
    pub a: u32,
    /// The other end, a node.
    pub b: u32,
    /// mm³/(s·Pa), 0 for a closed pipe.
    pub conductance: f64,
}

/// Flow between a node of the network and a cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exchange {
    /// The node.
    pub node: u32,
    /// The cell, as an index into the flat arrays.
    pub cell: u32,
    /// mm³/(s·Pa), 0 for a closed wall.
    pub conductance: f64,
}

/// The matrix of `div(λ ∇p) = −q` on a grid of finite volumes coupled to a pipe network, as conductances in
/// mm³/(s·Pa), each finite and ≥ 0.
///
/// The row of a cell reads
/// `ground·p + Σ face·(p − p_neighbour) + Σ exchange·(p − p_node) = right-hand side`, and that of a node reads
/// likewise with its pipes; the right-hand side is the source in mm³/s plus `ground · fixed pressure`.
/// A cell or node without any conductance is inactive: its pressure is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct EllipticSystem {
    /// Cells along x, y, z; x runs fastest in every array.
    pub dims: [usize; 3],
    /// `face[axis][cell]`: conductance between a cell and its neighbour on the + side; the last layer's is ignored.
    pub face: [Vec<f64>; 3],
    /// Per cell: conductance to a fixed pressure.
    pub ground: Vec<f64>,
    /// Per node of the network: conductance to a fixed pressure.
    pub node_ground: Vec<f64>,
    /// The pipes, in any graph; a forest is cheapest.
    pub links: Vec<PipeLink>,
    /// The exchanges of network and grid, sorted by node.
    pub exchanges: Vec<Exchange>,
}

/// One value per cell and per node: pressures in Pa, or right-hand sides in mm³/s.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknowns {
    /// Per cell, x fastest.
    pub cells: Vec<f64>,
    /// Per node of the network.
    pub nodes: Vec<f64>,
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolveReport {
    /// Steps of conjugate gradients, restarts included.
    pub iterations: usize,
    /// ‖b − A p‖ / ‖b‖ recomputed from the pressures returned. It may lie above the tolerance asked for only where
    /// double precision cannot express a better solution.
    pub relative_residual: f64,
}

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// Flow enters a region of the grid that has no way out.
    #[error("flow enters at cell {cell}, from which there is no way out")]
    NoOutlet {
        /// The cell with the source.
        cell: u32,
    },
    /// Flow enters a part of the network that has no way out.
    #[error("flow enters at network node {node}, from which there is no way out")]
    NodeWithoutOutlet {
        /// The node with the source.
        node: u32,
    },
    /// The iteration did not reach the tolerance.
    #[error("no convergence in {iterations} iterations: relative residual {relative_residual:e}")]
    NotConverged {
        /// Steps of conjugate gradients.
        iterations: usize,
        /// ‖b − A p‖ / ‖b‖ at the end.
        relative_residual: f64,
    },
    /// A value is not finite, or a conductance is negative.
    #[error("{quantity} {index} is not a finite number, or a conductance below zero")]
    NotFinite {
        /// Which array.
        quantity: &'static str,
        /// Where in it.
        index: usize,
    },
    /// An array's length or an index contradicts the grid or the network.
    #[error("{what} does not fit the grid or the network")]
    Malformed {
        /// Which array.
        what: &'static str,
    },
}

impl EllipticSystem {
    /// A system with all conductances zero and no pipes.
    pub fn closed(dims: [usize; 3], nodes: usize) -> EllipticSystem {
        let cells = dims.iter().product();
        EllipticSystem {
            dims,
            face: [0, 1, 2].map(|_| vec![0.0; cells]),
            ground: vec![0.0; cells],
            node_ground: vec![0.0; nodes],
            links: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    /// Checks lengths and indices, and the values of the network.
    pub(super) fn check(&self) -> Result<(), SolveError> {
        let (cells, nodes) = (self.dims.iter().product::<usize>(), self.node_ground.len());
        if self.face.iter().any(|face| face.len() != cells) {
            return Err(SolveError::Malformed { what: "face" });
        }
        if self.ground.len() != cells {
            return Err(SolveError::Malformed { what: "ground" });
        }
        if self.links.iter().any(|l| l.a as usize >= nodes || l.b as usize >= nodes || l.a == l.b) {
            return Err(SolveError::Malformed { what: "links" });
        }
        if self.exchanges.iter().any(|e| e.node as usize >= nodes || e.cell as usize >= cells) {
            return Err(SolveError::Malformed { what: "exchanges" });
        }
        check_conductances("node_ground", self.node_ground.iter().copied())?;
        check_conductances("links", self.links.iter().map(|l| l.conductance))?;
        check_conductances("exchanges", self.exchanges.iter().map(|e| e.conductance))
    }
}

impl Unknowns {
    /// Zero everywhere.
    pub fn zero(cells: usize, nodes: usize) -> Unknowns {
        Unknowns { cells: vec![0.0; cells], nodes: vec![0.0; nodes] }
    }

    /// Checks lengths and values.
    pub(super) fn check(&self, quantity: &'static str, cells: usize, nodes: usize) -> Result<(), SolveError> {
        if self.cells.len() != cells || self.nodes.len() != nodes {
            return Err(SolveError::Malformed { what: quantity });
        }
        match self.cells.iter().chain(&self.nodes).position(|value| !value.is_finite()) {
            Some(index) => Err(SolveError::NotFinite { quantity, index }),
            None => Ok(()),
        }
    }
}

/// Checks that all values are finite and not negative.
fn check_conductances(quantity: &'static str, mut values: impl Iterator<Item = f64>) -> Result<(), SolveError> {
    match values.position(|value| !(value.is_finite() && value >= 0.0)) {
        Some(index) => Err(SolveError::NotFinite { quantity, index }),
        None => Ok(()),
    }
}
