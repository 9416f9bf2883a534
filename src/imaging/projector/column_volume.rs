//! A voxel volume that answers for the exact integral of its values along a ray.

use super::prefix_sums::{PrefixSums, across};
use crate::geometry::{Field, Frame, Point, Vector};
use crate::imaging::Ray;
use std::ops::Range;
use std::sync::OnceLock;

/// Values constant in each voxel, zero outside; a voxel may have three different edges.
///
/// The sums of the values along an axis are kept (four bytes a voxel and axis, made when a ray first asks for them). A
/// ray stops only where it passes from one column along its main axis to the next; between two stops its integral is
/// the difference of two sums:
///
/// ```text
///      |     |   , |     |         a ray along y (upwards) crosses 300 planes between voxels, but changes its column
///      |     | ,'  |     |         in x and z only some 35 times
///      |    ,|'    |     |
///      |  ,' |     |     |         sum(y) of a column is linear in a voxel: exact also where a ray leaves it midway
/// ```
#[derive(Clone, Debug)]
pub struct ColumnVolume {
    /// Where the volume's own axes stand in the patient.
    frame: Frame,
    dims: [usize; 3],
    spacing_mm: [f64; 3],
    /// Lower corner of voxel (0, 0, 0), own axes.
    corner: Point,
    values: Vec<f32>,
    /// Along x, y and z.
    sums: [OnceLock<PrefixSums>; 3],
    /// Lower corners of the bricks that are not all 0, voxels.
    bricks: OnceLock<Vec<[usize; 3]>>,
}

/// Edge of a brick, voxels: a volume is at most some 16 of them long.
fn brick(dims: [usize; 3]) -> usize {
    (dims.into_iter().max().unwrap_or(0) / 16).max(4)
}

/// A line in voxels of a volume, from its lower corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct VoxelLine {
    /// Where it starts.
    pub origin: [f64; 3],
    /// Voxels per unit of the line's parameter.
    pub direction: [f64; 3],
}

impl ColumnVolume {
    /// From values, x fastest, with the centre of voxel (0, 0, 0) in the volume's own axes, which stand in the patient
    /// as the frame says. A value that is not finite counts as 0. `None` where the number of values is not that of the
    /// voxels, or an edge is not between 0.1 µm and 10 m.
    pub fn new(
        frame: Frame,
        dims: [usize; 3],
        spacing_mm: [f64; 3],
        first_centre: Point,
        mut values: Vec<f32>,
    ) -> Option<ColumnVolume> {
        let voxels = dims.iter().try_fold(1_usize, |product, &n| product.checked_mul(n))?;
        let sound = voxels == values.len()
            && spacing_mm.iter().all(|h| (1e-4..=1e4).contains(h))
            && first_centre.iter().all(|v| v.is_finite());
        if !sound {
            return None;
        }
        values.iter_mut().filter(|v| !v.is_finite()).for_each(|v| *v = 0.0);
        // What is empty all round is left out: a ray that passes beside the rest need not enter.
        let kept = filled(dims, &values);
        let values = cut(dims, &kept, values);
        let first = Vector::from([0, 1, 2].map(|axis| (kept[axis].start as f64 - 0.5) * spacing_mm[axis]));
        let dims = kept.map(|range| range.len());
        let sums = [const { OnceLock::new() }; 3];
        Some(ColumnVolume {
            frame,
            dims,
            spacing_mm,
            corner: first_centre + first,
            values,
            sums,
            bricks: OnceLock::new(),
        })
    }

    /// Of a field in its frame.
    pub fn of_field(field: &Field<f32>, frame: &Frame) -> Option<ColumnVolume> {
        let grid = field.grid();
        ColumnVolume::new(frame.clone(), grid.dims, [grid.spacing_mm; 3], grid.origin_mm, field.values().to_vec())
    }

    /// Integral of the values along the whole line of a ray, value · mm.
    pub fn integral_mm(&self, ray: &Ray) -> f64 {
        self.integral(&self.line(&ray.origin, &ray.direction), [f64::NEG_INFINITY, f64::INFINITY])
    }

    /// Corners of the bricks that are not empty, patient, mm.
    pub(super) fn bricks(&self) -> impl Iterator<Item = [Point; 8]> {
        let bricks = self.bricks.get_or_init(|| filled_bricks(self.dims, &self.values));
        let edge = brick(self.dims);
        bricks.iter().map(move |low| {
            std::array::from_fn(|which| {
                let end = |axis: usize| if which >> axis & 1 == 1 { edge } else { 0 };
                let voxel = [0, 1, 2].map(|axis| (low[axis] + end(axis)).min(self.dims[axis]) as f64);
                let offset = Vector::from([0, 1, 2].map(|axis| voxel[axis] * self.spacing_mm[axis]));
                self.frame.point_to_patient(&(self.corner + offset))
            })
        })
    }

    /// Makes ready for rays of these directions (patient).
    pub(super) fn prepare(&self, directions: &[Vector]) {
        for direction in directions {
            self.sums_along(main_axis(&self.in_voxels(direction), &self.spacing_mm));
        }
    }

    /// A line of the patient in voxels.
    pub(super) fn line(&self, origin: &Point, direction: &Vector) -> VoxelLine {
        let start = self.frame.point_to_vertebra(origin) - self.corner;
        VoxelLine {
            origin: [0, 1, 2].map(|axis| start[axis] / self.spacing_mm[axis]),
            direction: self.in_voxels(direction),
        }
    }

    /// A vector of the patient in voxels.
    pub(super) fn in_voxels(&self, vector: &Vector) -> [f64; 3] {
        let own = self.frame.vector_to_vertebra(vector);
        [0, 1, 2].map(|axis| own[axis] / self.spacing_mm[axis])
    }

    fn sums_along(&self, axis: usize) -> &PrefixSums {
        self.sums[axis].get_or_init(|| PrefixSums::along(axis, self.dims, &self.values))
    }

    /// Integral of the values over a part of a line, in units of its parameter. A ray in the plane between two voxels
    /// is in the upper one.
    #[inline]
    pub(super) fn integral(&self, line: &VoxelLine, part: [f64; 2]) -> f64 {
        let axis = main_axis(&line.direction, &self.spacing_mm);
        let Some([from, to]) = self.within(line, part) else { return 0.0 };
        let along = line.direction[axis];
        let sums = self.sums_along(axis);
        // From here on the line's parameter is its place on its main axis, upwards.
        let place = |parameter: f64| (line.origin[axis] + parameter * along).clamp(0.0, self.dims[axis] as f64);
        let (start, end) = if along > 0.0 { (place(from), place(to)) } else { (place(to), place(from)) };
        let [first, second] = across(axis).map(|across| Crossing::new(line, axis, across, start, self.dims));
        let (in_row, row) = (sums.length(), sums.length() * self.dims[across(axis)[0]]);
        let mut column = first.voxel * in_row + second.voxel * row;
        let (first_step, second_step) = (first.step(in_row), second.step(row));
        let (mut first_stop, mut second_stop) = (first.stop, second.stop);
        let last = self.dims[axis] - 1;
        let mut sum = -f64::from(sums.at(column, start, last));
        loop {
            let turns_first = first_stop <= second_stop;
            let stop = if turns_first { first_stop } else { second_stop };
            if stop >= end {
                return (sum + f64::from(sums.at(column, end, last))) / along.abs();
            }
            // Rounding may ask for a column beyond the side; it is left at once, with as much as it was entered with.
            let next = column.wrapping_add(if turns_first { first_step } else { second_step });
            sum += f64::from(sums.at(column, stop, last) - sums.at(next, stop, last));
            column = next;
            first_stop += if turns_first { first.between } else { 0.0 };
            second_stop += if turns_first { 0.0 } else { second.between };
        }
    }

    /// The part of a part of a line that lies in the box; `None` where there is none.
    #[inline]
    fn within(&self, line: &VoxelLine, [mut from, mut to]: [f64; 2]) -> Option<[f64; 2]> {
        for axis in 0..3 {
            let (origin, direction, size) = (line.origin[axis], line.direction[axis], self.dims[axis] as f64);
            if direction == 0.0 {
                if !(origin >= 0.0 && origin < size) {
                    return None;
                }
            } else {
                let inverse = 1.0 / direction;
                let (a, b) = (-origin * inverse, (size - origin) * inverse);
                from = from.max(a.min(b));
                to = to.min(a.max(b));
            }
        }
        (from < to && from.is_finite() && to.is_finite()).then_some([from, to])
    }
}

/// Where a line passes from one column to the next along one of the axes across its main axis.
struct Crossing {
    /// The voxel it starts in.
    voxel: usize,
    up: bool,
    /// Place on the main axis of the first plane, and from one plane to the next.
    stop: f64,
    between: f64,
}

impl Crossing {
    #[inline]
    fn new(line: &VoxelLine, main: usize, axis: usize, start: f64, dims: [usize; 3]) -> Crossing {
        let slope = line.direction[axis] / line.direction[main];
        let place = line.origin[axis] + (start - line.origin[main]) * slope;
        // Rounding may leave the place a hair outside of the box.
        let voxel = (place.max(0.0) as usize).min(dims[axis] - 1);
        let (up, between) = (slope > 0.0, (1.0 / slope).abs());
        let plane = if up { voxel + 1 } else { voxel };
        let stop = if slope == 0.0 { f64::INFINITY } else { start + (plane as f64 - place).abs() * between };
        Crossing { voxel, up, stop, between }
    }

    /// What is added to a place in the sums.
    #[inline]
    fn step(&self, stride: usize) -> usize {
        if self.up { stride } else { stride.wrapping_neg() }
    }
}

/// The axis along which a direction in voxels runs most millimetres.
#[inline]
fn main_axis(direction: &[f64; 3], spacing_mm: &[f64; 3]) -> usize {
    let length = [0, 1, 2].map(|axis| (direction[axis] * spacing_mm[axis]).abs());
    if length[0] >= length[1] && length[0] >= length[2] {
        0
    } else if length[1] >= length[2] {
        1
    } else {
        2
    }
}

/// The box of all values but 0.
fn filled(dims: [usize; 3], values: &[f32]) -> [Range<usize>; 3] {
    let (mut first, mut end) = ([usize::MAX; 3], [0_usize; 3]);
    let mut hold = |axis: usize, place: usize| {
        first[axis] = first[axis].min(place);
        end[axis] = end[axis].max(place + 1);
    };
    for (row, values) in values.chunks_exact(dims[0].max(1)).enumerate() {
        let filled = |value: &f32| *value != 0.0;
        if let (Some(first), Some(last)) = (values.iter().position(filled), values.iter().rposition(filled)) {
            hold(0, first);
            hold(0, last);
            hold(1, row % dims[1]);
            hold(2, row / dims[1]);
        }
    }
    [0, 1, 2].map(|axis| if first[axis] < end[axis] { first[axis]..end[axis] } else { 0..0 })
}

/// Lower corners of the bricks that are not all 0.
fn filled_bricks(dims: [usize; 3], values: &[f32]) -> Vec<[usize; 3]> {
    let edge = brick(dims);
    let count = dims.map(|n| n.div_ceil(edge));
    let mut is_filled = vec![false; count.iter().product()];
    for (row, values) in values.chunks_exact(dims[0].max(1)).enumerate() {
        let first = count[0] * (row % dims[1] / edge + count[1] * (row / dims[1] / edge));
        for (brick, values) in values.chunks(edge).enumerate() {
            is_filled[first + brick] |= values.iter().any(|&value| value != 0.0);
        }
    }
    let place = |at: usize| [at % count[0], at / count[0] % count[1], at / (count[0] * count[1])].map(|n| n * edge);
    (0..is_filled.len()).filter(|&at| is_filled[at]).map(place).collect()
}

/// The values in a box.
fn cut(dims: [usize; 3], kept: &[Range<usize>; 3], values: Vec<f32>) -> Vec<f32> {
    let [x, y, z] = kept.clone();
    let row = |j: usize, k: usize| (j + dims[1] * k) * dims[0];
    z.flat_map(|k| y.clone().map(move |j| (j, k)))
        .flat_map(|(j, k)| values[row(j, k) + x.start..row(j, k) + x.end].iter().copied())
        .collect()
}

#[cfg(test)]
#[path = "column_volume_tests.rs"]
mod tests;
