//! One label as a smooth implicit surface: an indicator blurred by a fraction of each axis' own spacing.

use crate::geometry::{Field, Frame, Grid, Point, Vector};
use crate::patient_io::{LabelExtent, Volume};
use crate::units::exp;

/// Blur in voxels of each axis and its least in mm: enough to turn stairs into slopes, too little to lose a lamina.
const BLUR_VOXELS: f64 = 0.6;
const BLUR_LEAST_MM: f64 = 0.6;
/// Pieces of a label smaller than this are specks of the segmentation, not fragments of bone (mm³).
const SPECK_MM3: f64 = 60.0;

/// Spacing at which the extent of the bone is looked up, mm.
const COARSE_MM: f64 = 2.0;

/// A label's surface, in the patient.
pub(super) struct LabelMask {
    /// One half minus the blurred indicator: negative inside.
    implicit: Volume,
    /// Its number.
    pub label: u32,
    /// Mean place of the voxels.
    pub centroid: Point,
    /// Volume of the voxels kept, mm³.
    pub volume_mm3: f64,
    /// Volume of the specks dropped, mm³.
    pub dropped_mm3: f64,
    /// Number of pieces kept.
    pub pieces: usize,
    corners: Vec<Point>,
}

impl LabelMask {
    /// From a label volume and the extent of the label in it.
    pub fn new(labels: &Volume, label: u32, extent: &LabelExtent) -> Option<LabelMask> {
        let spacing = labels.spacing_mm();
        let sigma = spacing.map(|s| BLUR_VOXELS.max(BLUR_LEAST_MM / s));
        let pad = sigma.map(|s| (3.0 * s).ceil() as usize + 1);
        let dims = [0, 1, 2].map(|a| extent.high[a] + 1 - extent.low[a] + 2 * pad[a]);
        let mut inside = vec![false; dims[0] * dims[1] * dims[2]];
        for k in extent.low[2]..=extent.high[2] {
            for j in extent.low[1]..=extent.high[1] {
                let row = labels.dims[0] * (j + labels.dims[1] * k);
                let to = pad[0] + dims[0] * (j - extent.low[1] + pad[1] + dims[1] * (k - extent.low[2] + pad[2]));
                for i in extent.low[0]..=extent.high[0] {
                    inside[to + i - extent.low[0]] = labels.values[row + i].round() == label as f32;
                }
            }
        }
        let voxel = labels.voxel_volume_mm3();
        let least = (SPECK_MM3 / voxel).ceil() as usize;
        let (pieces, dropped) = drop_specks(&mut inside, dims, least);

        let mut values: Vec<f32> = inside.iter().map(|&b| f32::from(u8::from(b))).collect();
        for axis in 0..3 {
            blur(&mut values, dims, axis, sigma[axis]);
        }
        values.iter_mut().for_each(|v| *v = 0.5 - *v);
        let low = Vector::from([0, 1, 2].map(|a| extent.low[a] as f64 - pad[a] as f64));
        let frame = crate::patient_io::VoxelFrame::new(
            *labels.patient_from_index.axes(),
            labels.patient_from_index.point(&low),
        )?;
        let kept = inside.iter().filter(|&&b| b).count();
        let mut sum = Vector::zeros();
        for (at, _) in inside.iter().enumerate().filter(|(_, b)| **b) {
            sum += Vector::from([at % dims[0], at / dims[0] % dims[1], at / (dims[0] * dims[1])].map(|v| v as f64));
        }
        if kept == 0 {
            return None;
        }
        let corners = (0..8_usize)
            .map(|c| {
                let pick = |a: usize| if c >> a & 1 == 1 { (dims[a] - pad[a]) as f64 } else { pad[a] as f64 - 1.0 };
                frame.point(&Vector::new(pick(0), pick(1), pick(2)))
            })
            .collect();
        Some(LabelMask {
            label,
            centroid: frame.point(&(sum / kept as f64)),
            implicit: Volume::new(dims, values, frame)?,
            volume_mm3: kept as f64 * voxel,
            dropped_mm3: dropped as f64 * voxel,
            pieces,
            corners,
        })
    }

    /// Samples the implicit surface on a grid of `frame` that covers the label and `margin_mm` around it.
    pub fn resample(&self, frame: &Frame, spacing_mm: f64, margin_mm: f64) -> Field<f32> {
        let mut low = Point::from([f64::INFINITY; 3]);
        let mut high = Point::from([f64::NEG_INFINITY; 3]);
        for corner in &self.corners {
            let p = frame.point_to_vertebra(corner);
            low = low.inf(&p);
            high = high.sup(&p);
        }
        // The box of a tilted box is too large: shrink it to the bone, seen coarsely.
        let coarse = self.sample(frame, Grid::covering(&low, &high, COARSE_MM));
        let (mut low, mut high) = (high, low);
        for cell in coarse.grid().cells().filter(|&cell| coarse[cell] < 0.45) {
            let p = coarse.grid().centre(cell);
            low = low.inf(&p);
            high = high.sup(&p);
        }
        let margin = Vector::repeat(margin_mm + 0.5 * COARSE_MM);
        self.sample(frame, Grid::covering(&(low - margin), &(high + margin), spacing_mm))
    }

    fn sample(&self, frame: &Frame, grid: Grid) -> Field<f32> {
        let top = self.implicit.dims.map(|n| (n - 1) as f64);
        // Index against grid is affine: one origin and three steps in place of two transforms a cell.
        let index_of = |p: &Point| self.implicit.patient_from_index.index(&frame.point_to_patient(p));
        let origin = index_of(&grid.origin_mm);
        let step = [0, 1, 2].map(|axis| {
            let mut next = grid.origin_mm;
            next[axis] += grid.spacing_mm;
            index_of(&next) - origin
        });
        let values = grid
            .cells()
            .map(|cell| {
                let [i, j, k] = grid.coordinates(cell).map(|n| n as f64);
                let u = origin + step[0] * i + step[1] * j + step[2] * k;
                let within = (0..3).all(|a| u[a] >= 0.0 && u[a] <= top[a]);
                if within { self.implicit.trilinear_at_index(&u) as f32 } else { 0.5 }
            })
            .collect();
        Field::from_values(grid.clone(), values).unwrap_or_else(|| Field::filled(grid, 0.5))
    }
}

/// Clears 6-connected pieces smaller than `least` voxels, but never the largest; returns pieces kept, voxels dropped.
fn drop_specks(inside: &mut [bool], dims: [usize; 3], least: usize) -> (usize, usize) {
    let strides = [1, dims[0], dims[0] * dims[1]];
    let mut seen = vec![false; inside.len()];
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    for start in 0..inside.len() {
        if !inside[start] || seen[start] {
            continue;
        }
        let mut piece = vec![start];
        seen[start] = true;
        let mut next = 0;
        while next < piece.len() {
            let at = piece[next];
            next += 1;
            // The padding keeps every neighbour within the array.
            for stride in strides {
                for other in [at - stride, at + stride] {
                    if inside[other] && !seen[other] {
                        seen[other] = true;
                        piece.push(other);
                    }
                }
            }
        }
        pieces.push(piece);
    }
    let largest = pieces.iter().map(Vec::len).max().unwrap_or(0);
    let (mut kept, mut dropped) = (0, 0);
    for piece in pieces {
        if piece.len() >= least || piece.len() == largest {
            kept += 1;
        } else {
            dropped += piece.len();
            piece.iter().for_each(|&at| inside[at] = false);
        }
    }
    (kept, dropped)
}

/// Gaussian blur along one axis, `sigma` in voxels; zero beyond the box.
fn blur(values: &mut [f32], dims: [usize; 3], axis: usize, sigma: f64) {
    let radius = (3.0 * sigma).ceil() as usize;
    let mut kernel: Vec<f64> =
        (0..=2 * radius).map(|i| (i as f64 - radius as f64) / sigma).map(|t| exp(-0.5 * t * t)).collect();
    let sum: f64 = kernel.iter().sum();
    kernel.iter_mut().for_each(|w| *w /= sum);
    let stride = [1, dims[0], dims[0] * dims[1]][axis];
    let n = dims[axis];
    let mut line = vec![0.0; n + 2 * radius];
    for start in (0..values.len()).filter(|at| (at / stride).is_multiple_of(n)) {
        for i in 0..n {
            line[i + radius] = f64::from(values[start + i * stride]);
        }
        for i in 0..n {
            let blurred: f64 = kernel.iter().zip(&line[i..]).map(|(w, v)| w * v).sum();
            values[start + i * stride] = blurred as f32;
        }
    }
}
