//! Sums of a volume's values along one of its axes, from its lower side to each plane between voxels.

/// A column of sums for each pair of places on the two other axes, the lower of these fastest; a column holds one sum
/// more than the volume has voxels along its axis.
#[derive(Clone, Debug)]
pub(super) struct PrefixSums {
    sums: Vec<f32>,
    /// Sums of a column.
    length: usize,
}

impl PrefixSums {
    /// Of values with x fastest. Sums are added up in double precision, and each is rounded once.
    pub fn along(axis: usize, dims: [usize; 3], values: &[f32]) -> PrefixSums {
        let length = dims[axis] + 1;
        let strides = [1, dims[0], dims[0] * dims[1]];
        let [fast, slow] = across(axis);
        let mut sums = vec![0.0_f32; length * dims[fast] * dims[slow]];
        let mut running = vec![0.0_f64; dims[fast]];
        // A sheet of columns at a time: along y and z values are read in their order, sums stay in the cache.
        for (place, sheet) in sums.chunks_exact_mut((length * dims[fast]).max(1)).enumerate() {
            running.fill(0.0);
            for step in 0..dims[axis] {
                let first = place * strides[slow] + step * strides[axis];
                let read = values[first..].iter().step_by(strides[fast]);
                let written = sheet[step + 1..].iter_mut().step_by(length);
                for ((value, sum), total) in read.zip(written).zip(&mut running) {
                    *total += f64::from(*value);
                    *sum = *total as f32;
                }
            }
        }
        PrefixSums { sums, length }
    }

    /// Sums of a column.
    #[inline]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Sum from the lower side of the column that starts at `column` to a place on its axis, in voxels of at most
    /// `last`; 0 where there is no such column.
    #[inline]
    pub fn at(&self, column: usize, place: f64, last: usize) -> f32 {
        // Adding 1.5 · 2⁵² rounds to a whole number. Between two voxels either will do: the sum is the same there.
        const ROUNDER: f64 = 6_755_399_441_055_744.0;
        let voxel = (((place - 0.5) + ROUNDER).to_bits() & 0xffff_ffff) as usize;
        let voxel = voxel.min(last);
        let sums = self.sums.get(column.wrapping_add(voxel)..).and_then(|sums| sums.first_chunk::<2>());
        sums.map_or(0.0, |[below, above]| below + (place - voxel as f64) as f32 * (above - below))
    }
}

/// The two axes across an axis.
#[inline]
pub(super) fn across(axis: usize) -> [usize; 2] {
    match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    }
}
