//! A scanned volume on its own, perhaps oblique, voxel lattice, placed in the patient (LPS, mm).

use crate::geometry::{Point, Vector};
use nalgebra::Matrix3;

/// Where voxel (i, j, k) lies in the patient: an affine map from index to LPS mm.
#[derive(Clone, Debug, PartialEq)]
pub struct VoxelFrame {
    axes: Matrix3<f64>,
    inverse: Matrix3<f64>,
    origin: Point,
}

impl VoxelFrame {
    /// Columns of `axes` are the steps of one voxel along i, j and k; `origin` is the centre of voxel (0, 0, 0).
    /// `None` when a number is not finite, a step has no length, or the three steps do not span space.
    pub fn new(axes: Matrix3<f64>, origin: Point) -> Option<VoxelFrame> {
        let finite = axes.iter().chain(origin.coords.iter()).all(|v| v.is_finite());
        let steps: f64 = (0..3).map(|axis| axes.column(axis).norm()).product();
        // Steps within about 6° of a common plane are no lattice that a scanner makes.
        if !finite || steps <= 0.0 || !steps.is_finite() || axes.determinant().abs() < 0.1 * steps {
            return None;
        }
        Some(VoxelFrame { axes, inverse: axes.try_inverse()?, origin })
    }

    /// Patient point (LPS, mm) of a fractional index.
    pub fn point(&self, index: &Vector) -> Point {
        self.origin + self.axes * index
    }

    /// Fractional index of a patient point.
    pub fn index(&self, point: &Point) -> Vector {
        self.inverse * (point - self.origin)
    }

    /// Length of one step along i, j, k, mm.
    pub fn spacing_mm(&self) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.axes.column(axis).norm())
    }

    /// Refuses voxels that no scanner makes; the sentence says what was found.
    pub fn check_spacing(&self) -> Result<(), String> {
        let sizes = self.spacing_mm();
        if sizes.iter().all(|s| (0.02..=20.0).contains(s)) {
            return Ok(());
        }
        Err(format!("voxels of {sizes:?} mm are no CT's (0.02 to 20 mm expected; check the unit of length)"))
    }

    /// Steps along i, j, k as columns, mm.
    pub fn axes(&self) -> &Matrix3<f64> {
        &self.axes
    }

    /// The same lattice counted from voxel `low`.
    pub fn shifted(&self, low: [usize; 3]) -> VoxelFrame {
        let origin = self.point(&Vector::new(low[0] as f64, low[1] as f64, low[2] as f64));
        VoxelFrame { origin, ..self.clone() }
    }

    /// Farthest that the corner voxels of a box of `dims` voxels lie apart in the two frames, mm.
    pub fn mismatch_mm(&self, other: &VoxelFrame, dims: [usize; 3]) -> f64 {
        let mut worst: f64 = 0.0;
        for corner in 0..8_usize {
            let index = Vector::from([0, 1, 2].map(|a| if corner >> a & 1 == 1 { dims[a] as f64 - 1.0 } else { 0.0 }));
            worst = worst.max((self.point(&index) - other.point(&index)).norm());
        }
        worst
    }
}

/// Voxel values with their place in the patient, i fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Voxels along i, j, k.
    pub dims: [usize; 3],
    /// One value per voxel (HU, or a label), i fastest.
    pub values: Vec<f32>,
    /// Index to patient (LPS, mm).
    pub patient_from_index: VoxelFrame,
}

impl Volume {
    /// Takes over values; `None` when their number is not the product of `dims`, or a dimension is zero.
    pub fn new(dims: [usize; 3], values: Vec<f32>, patient_from_index: VoxelFrame) -> Option<Volume> {
        (!values.is_empty() && values.len() == dims[0] * dims[1] * dims[2]).then_some(Volume {
            dims,
            values,
            patient_from_index,
        })
    }

    /// Spacing along i, j, k in mm.
    pub fn spacing_mm(&self) -> [f64; 3] {
        self.patient_from_index.spacing_mm()
    }

    /// Volume of a voxel, mm³.
    pub fn voxel_volume_mm3(&self) -> f64 {
        self.patient_from_index.axes().determinant().abs()
    }

    /// Value of the voxel that holds a patient point, `None` outside.
    pub fn nearest(&self, point: &Point) -> Option<f32> {
        let u = self.patient_from_index.index(point);
        let mut at = [0; 3];
        for axis in 0..3 {
            let i = (u[axis] + 0.5).floor();
            if !(i >= 0.0 && i < self.dims[axis] as f64) {
                return None;
            }
            at[axis] = i as usize;
        }
        self.values.get(at[0] + self.dims[0] * (at[1] + self.dims[1] * at[2])).copied()
    }

    /// Trilinear value at a patient point; beyond the outer voxel centres the border value is continued.
    pub fn trilinear(&self, point: &Point) -> f64 {
        self.trilinear_at_index(&self.patient_from_index.index(point))
    }

    /// Trilinear value at a fractional index; beyond the outer voxel centres the border value is continued.
    pub fn trilinear_at_index(&self, u: &Vector) -> f64 {
        let strides = [1, self.dims[0], self.dims[0] * self.dims[1]];
        let (mut base, mut step, mut t) = (0, [0; 3], [0.0; 3]);
        for axis in 0..3 {
            let x = u[axis].clamp(0.0, (self.dims[axis] - 1) as f64);
            let i = (x as usize).min(self.dims[axis].saturating_sub(2));
            t[axis] = x - i as f64;
            base += i * strides[axis];
            step[axis] = if self.dims[axis] > 1 { strides[axis] } else { 0 };
        }
        let mut sum = 0.0;
        for corner in 0..8_usize {
            let (mut weight, mut at) = (1.0, base);
            for axis in 0..3 {
                let upper = corner >> axis & 1 == 1;
                weight *= if upper { t[axis] } else { 1.0 - t[axis] };
                at += if upper { step[axis] } else { 0 };
            }
            sum += weight * f64::from(self.values[at]);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_reproduces_a_linear_function_of_the_patient_on_an_oblique_lattice() {
        let axes = Matrix3::new(-0.7, 0.1, 0.3, 0.05, 1.1, -0.2, 0.2, 0.1, 2.4);
        let frame = VoxelFrame::new(axes, Point::new(10.0, -20.0, 5.0)).expect("regular");
        let f = |p: Point| 0.3 * p.x - 0.2 * p.y + 0.7 * p.z;
        let dims = [7, 6, 5];
        let mut values = Vec::new();
        for k in 0..dims[2] {
            for j in 0..dims[1] {
                for i in 0..dims[0] {
                    values.push(f(frame.point(&Vector::new(i as f64, j as f64, k as f64))) as f32);
                }
            }
        }
        let volume = Volume::new(dims, values, frame.clone()).expect("sizes agree");
        let p = frame.point(&Vector::new(3.3, 2.7, 1.2));
        assert!((volume.trilinear(&p) - f(p)).abs() < 1e-5, "{} against {}", volume.trilinear(&p), f(p));
        let at_voxel = frame.point(&Vector::new(3.0, 3.0, 1.0));
        assert_eq!(volume.nearest(&p).map(f64::from), Some(f64::from(f(at_voxel) as f32)));
        assert_eq!(volume.nearest(&frame.point(&Vector::new(6.6, 0.0, 0.0))), None);
    }

    #[test]
    fn lattices_that_do_not_span_space_are_refused() {
        let origin = Point::origin();
        assert!(VoxelFrame::new(Matrix3::identity(), origin).is_some());
        assert!(VoxelFrame::new(Matrix3::from_diagonal(&Vector::new(1.0, 0.0, 1.0)), origin).is_none());
        assert!(VoxelFrame::new(Matrix3::new(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0), origin).is_none());
        assert!(VoxelFrame::new(Matrix3::identity() * f64::NAN, origin).is_none());
    }
}
