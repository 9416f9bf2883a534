//! A snapshot of the cement for a window: the wet places only, in single precision, into a buffer that is used again.

use super::CementFlow;
use crate::geometry::CellIndex;

/// Cement in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapshotCell {
    /// Of the flow grid.
    pub cell: CellIndex,
    /// Share of the pores that is cement, 0…1.
    pub saturation: f32,
    /// Above the bone's rest pressure, Pa.
    pub pressure_pa: f32,
}

/// Cement in a stretch of vein.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapshotVessel {
    /// Node of the vessel network.
    pub node: u32,
    /// Share of the lumen that is cement, 0…1.
    pub saturation: f32,
    /// Above the bone's rest pressure, Pa.
    pub pressure_pa: f32,
}

/// The cement at one moment. Places that cement has not reached are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowSnapshot {
    /// In the order in which cement came.
    pub cells: Vec<SnapshotCell>,
    /// Likewise.
    pub vessels: Vec<SnapshotVessel>,
    /// By way out, in the order of the ledger's accounts, mm³.
    pub leaked_mm3: Vec<f64>,
    /// Through the tip, mm³.
    pub injected_mm3: f64,
}

impl CementFlow {
    /// The cement as it is.
    pub fn snapshot(&self) -> FlowSnapshot {
        let mut snapshot = FlowSnapshot::default();
        self.snapshot_into(&mut snapshot);
        snapshot
    }

    /// The same into a snapshot that there is already: it allocates only when there is more cement than before.
    pub fn snapshot_into(&self, snapshot: &mut FlowSnapshot) {
        snapshot.cells.clear();
        snapshot.vessels.clear();
        let pores = &self.network.pores;
        for wet in self.wet.list().iter().filter(|wet| wet.cement_mm3 > 0.0) {
            let saturation = (wet.cement_mm3 / pores.capacity_mm3(wet.place)) as f32;
            let pressure_pa = self.network.pressure.at(wet.place) as f32;
            match pores.node(wet.place) {
                Some(node) => snapshot.vessels.push(SnapshotVessel { node: node as u32, saturation, pressure_pa }),
                None => snapshot.cells.push(SnapshotCell { cell: pores.cell_of(wet.place), saturation, pressure_pa }),
            }
        }
        snapshot.leaked_mm3.clear();
        snapshot.leaked_mm3.extend(self.ledger.accounts().iter().map(|account| account.volume_mm3));
        snapshot.injected_mm3 = self.injected_mm3;
    }
}
