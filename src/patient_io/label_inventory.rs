//! Which labels a label volume holds, how large each is and where: enough to settle the numbering and what to decode.

use super::{Volume, VolumeReadError, VolumeReader, VoxelFrame};
use crate::geometry::{Point, Vector};
use std::collections::BTreeMap;

/// One label of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelExtent {
    /// Voxels that carry it.
    pub voxels: u64,
    /// First voxel along i, j, k.
    pub low: [usize; 3],
    /// Last voxel along i, j, k.
    pub high: [usize; 3],
    /// Mean place (LPS, mm).
    pub centroid: Point,
}

/// All labels of a volume but 0, by number.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelInventory {
    /// Voxels along i, j, k.
    pub dims: [usize; 3],
    /// Index to patient (LPS, mm).
    pub patient_from_index: VoxelFrame,
    /// Labels, ascending.
    pub labels: BTreeMap<u32, LabelExtent>,
}

struct Tally {
    voxels: u64,
    low: [usize; 3],
    high: [usize; 3],
    sum: [u64; 3],
}

#[derive(Default)]
struct Counter {
    tallies: BTreeMap<u32, Tally>,
}

impl Counter {
    /// Counts a row along i; returns the first value that is no label.
    fn add_row(&mut self, j: usize, k: usize, row: &[f32]) -> Option<f32> {
        let mut i = 0;
        while i < row.len() {
            let value = row[i];
            let start = i;
            i += 1;
            while i < row.len() && row[i] == value {
                i += 1;
            }
            if value == 0.0 {
                continue;
            }
            if !(value > 0.0 && value <= 65535.0 && (value - value.round()).abs() < 1e-3) {
                return Some(value);
            }
            let (from, to) = ([start, j, k], [i - 1, j, k]);
            let tally = self.tallies.entry(value.round() as u32).or_insert(Tally {
                voxels: 0,
                low: from,
                high: to,
                sum: [0; 3],
            });
            let run = (i - start) as u64;
            tally.voxels += run;
            let first_plus_last = (start + i - 1) as u64;
            tally.sum[0] += run * first_plus_last / 2;
            tally.sum[1] += run * j as u64;
            tally.sum[2] += run * k as u64;
            for axis in 0..3 {
                tally.low[axis] = tally.low[axis].min(from[axis]);
                tally.high[axis] = tally.high[axis].max(to[axis]);
            }
        }
        None
    }

    fn finish(self, dims: [usize; 3], frame: &VoxelFrame) -> LabelInventory {
        let labels = self
            .tallies
            .into_iter()
            .map(|(label, t)| {
                let mean = Vector::from(t.sum.map(|s| s as f64 / t.voxels as f64));
                (label, LabelExtent { voxels: t.voxels, low: t.low, high: t.high, centroid: frame.point(&mean) })
            })
            .collect();
        LabelInventory { dims, patient_from_index: frame.clone(), labels }
    }
}

impl LabelInventory {
    /// Of a volume in memory; an error carries the first voxel value that is no label.
    pub fn of(volume: &Volume) -> Result<LabelInventory, f32> {
        let [nx, ny, _] = volume.dims;
        let mut counter = Counter::default();
        for (at, row) in volume.values.chunks_exact(nx).enumerate() {
            if let Some(value) = counter.add_row(at % ny, at / ny, row) {
                return Err(value);
            }
        }
        Ok(counter.finish(volume.dims, &volume.patient_from_index))
    }

    /// Of a file, row by row, holding no voxels.
    pub fn of_file(mut reader: VolumeReader) -> Result<LabelInventory, VolumeReadError> {
        let mut counter = Counter::default();
        let path = reader.path().to_path_buf();
        reader.for_each_row(0..usize::MAX, |j, k, row| match counter.add_row(j, k, row) {
            Some(value) => Err(VolumeReadError::NotLabels { path: path.clone(), value }),
            None => Ok(()),
        })?;
        Ok(counter.finish(reader.dims, &reader.patient_from_index))
    }
}
