//! A scan on a box of the patient's own directions: its axes sorted and turned, coarse steps made fine by a cubic.

use crate::geometry::{Frame, Point, Vector};
use crate::imaging::catmull_rom::catmull_rom;
use crate::patient_io::Volume;
use rayon::prelude::*;

/// A scan's values on a right-handed box whose axes run as nearly left, back and up as the file's do.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScanLattice {
    /// Where the box stands in the patient; its origin is the centre of the first voxel.
    pub frame: Frame,
    pub dims: [usize; 3],
    pub spacing_mm: [f64; 3],
    /// CT numbers, x fastest.
    pub hu: Vec<f32>,
    /// Steps of the file along the box's axes, mm.
    pub file_spacing_mm: [f64; 3],
    /// The file's axes stand aslant to one another, as a tilted gantry's do: all was resampled.
    pub sheared: bool,
}

/// Steps longer than this are made finer, mm.
const COARSE_MM: f64 = 1.0;
/// Axes whose cosine is less than this stand square.
const SQUARE: f64 = 1e-3;

impl ScanLattice {
    /// Of a scan; what is not finite, or less than `filler`, counts as that.
    pub fn of(scan: &Volume, filler: f32) -> Option<ScanLattice> {
        let axes = scan.patient_from_index.axes();
        let step = scan.spacing_mm();
        let unit: [Vector; 3] = [0, 1, 2].map(|a| axes.column(a) / step[a]);
        let square = (0..3).all(|a| unit[a].dot(&unit[(a + 1) % 3]).abs() < SQUARE);
        let sorted = if square { sorted(scan, &unit, filler)? } else { sheared(scan, &step, filler)? };
        Some((0..3).fold(sorted, |lattice, axis| lattice.finer(axis)))
    }

    /// Centre of a voxel, patient.
    pub fn centre(&self, ijk: [usize; 3]) -> Point {
        let own = [0, 1, 2].map(|a| ijk[a] as f64 * self.spacing_mm[a]);
        self.frame.point_to_patient(&Point::from(own))
    }

    /// Corners of the box in its own frame.
    pub fn corners(&self) -> (Point, Point) {
        let half = Vector::from(self.spacing_mm) * 0.5;
        let far = Point::from([0, 1, 2].map(|a| (self.dims[a] as f64 - 1.0) * self.spacing_mm[a]));
        (Point::origin() - half, far + half)
    }

    /// Steps along an axis made no longer than [`COARSE_MM`], by Catmull–Rom.
    fn finer(self, axis: usize) -> ScanLattice {
        let parts = (self.spacing_mm[axis] / COARSE_MM).ceil().max(1.0) as usize;
        let n = self.dims[axis];
        if parts < 2 || n < 2 {
            return self;
        }
        let fine = (n - 1) * parts + 1;
        let mut dims = self.dims;
        dims[axis] = fine;
        // Values before, along and after the axis: one line for each pair of the others.
        let stride: usize = self.dims.iter().take(axis).product();
        let mut hu = vec![0.0_f32; dims.iter().product()];
        let weights: Vec<[f32; 4]> = (0..parts).map(|part| catmull_rom(part as f32 / parts as f32)).collect();
        hu.par_chunks_mut(stride * fine).zip(self.hu.par_chunks(stride * n)).for_each(|(to, from)| {
            for (k, row) in to.chunks_mut(stride).enumerate() {
                let (base, weight) = (k / parts, weights[k % parts]);
                let at = |offset: usize| {
                    let i = (base + offset).saturating_sub(1).min(n - 1);
                    &from[i * stride..(i + 1) * stride]
                };
                let rows = [at(0), at(1), at(2), at(3)];
                for (x, value) in row.iter_mut().enumerate() {
                    *value = (0..4).map(|i| weight[i] * rows[i][x]).sum();
                }
            }
        });
        let mut spacing_mm = self.spacing_mm;
        spacing_mm[axis] /= parts as f64;
        ScanLattice { dims, spacing_mm, hu, ..self }
    }
}

/// The same voxels in the order of left, back and up.
fn sorted(scan: &Volume, unit: &[Vector; 3], filler: f32) -> Option<ScanLattice> {
    // The assignment of file axes to the patient's with the largest sum of cosines.
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let fit = |order: &[usize; 3]| (0..3).map(|a| unit[order[a]][a].abs()).sum::<f64>();
    let order = ORDERS.into_iter().max_by(|a, b| fit(a).total_cmp(&fit(b)))?;
    let backwards = [0, 1, 2].map(|a| unit[order[a]][a] < 0.0);
    let step = scan.spacing_mm();
    let dims = order.map(|o| scan.dims[o]);
    let file_strides = [1, scan.dims[0], scan.dims[0] * scan.dims[1]];
    let strides = order.map(|o| file_strides[o]);
    let source = |ijk: [usize; 3]| -> usize {
        (0..3).map(|a| strides[a] * if backwards[a] { dims[a] - 1 - ijk[a] } else { ijk[a] }).sum()
    };
    let mut hu = vec![filler; scan.values.len()];
    hu.par_chunks_mut(dims[0]).enumerate().for_each(|(row, line)| {
        for (i, value) in line.iter_mut().enumerate() {
            let read = scan.values[source([i, row % dims[1], row / dims[1]])];
            if read.is_finite() {
                *value = read.max(filler);
            }
        }
    });
    let mut first = [0.0; 3];
    (0..3).filter(|&a| backwards[a]).for_each(|a| first[order[a]] = dims[a] as f64 - 1.0);
    let axis = |a: usize| unit[order[a]] * if backwards[a] { -1.0 } else { 1.0 };
    // Exactly square and right-handed, whatever the file's rounding.
    let z = axis(2).try_normalize(0.5)?;
    let x = (axis(0) - z * axis(0).dot(&z)).try_normalize(0.5)?;
    let frame = Frame::from_axes(scan.patient_from_index.point(&Vector::from(first)), x, z.cross(&x), z)?;
    let spacing_mm = order.map(|o| step[o]);
    Some(ScanLattice { frame, dims, spacing_mm, hu, file_spacing_mm: spacing_mm, sheared: false })
}

/// A box round a sheared lattice, filled between its voxels.
fn sheared(scan: &Volume, step: &[f64; 3], filler: f32) -> Option<ScanLattice> {
    let frame = &scan.patient_from_index;
    let (mut low, mut high) = (Point::from([f64::INFINITY; 3]), Point::from([f64::NEG_INFINITY; 3]));
    for corner in 0..8_usize {
        let at = [0, 1, 2].map(|a| if corner >> a & 1 == 1 { scan.dims[a] as f64 - 1.0 } else { 0.0 });
        let p = frame.point(&Vector::from(at));
        (low, high) = (low.inf(&p), high.sup(&p));
    }
    let h = step.iter().fold(COARSE_MM, |least, &s| least.min(s)).max(0.5);
    let dims = [0, 1, 2].map(|a| ((high[a] - low[a]) / h).floor().max(0.0) as usize + 1);
    let cells = dims.iter().try_fold(1_usize, |product, &n| product.checked_mul(n)).filter(|&n| n < MOST_VOXELS)?;
    let mut hu = vec![filler; cells];
    hu.par_chunks_mut(dims[0]).enumerate().for_each(|(row, line)| {
        for (i, value) in line.iter_mut().enumerate() {
            let p = low + Vector::new(i as f64, (row % dims[1]) as f64, (row / dims[1]) as f64) * h;
            let index = frame.index(&p);
            let inside = (0..3).all(|a| index[a] > -0.5 && index[a] < scan.dims[a] as f64 - 0.5);
            let read = if inside { scan.trilinear_at_index(&index) as f32 } else { filler };
            if read.is_finite() {
                *value = read.max(filler);
            }
        }
    });
    let frame = Frame::from_axes(low, Vector::x(), Vector::y(), Vector::z())?;
    Some(ScanLattice { frame, dims, spacing_mm: [h; 3], hu, file_spacing_mm: *step, sheared: true })
}

/// More voxels than this are not resampled.
const MOST_VOXELS: usize = 400_000_000;
