//! A voxel volume that answers for the exact integral of its values along a ray.

use crate::geometry::{Field, Frame, Point, Vector};
use crate::imaging::Ray;

/// Values constant in each voxel, zero outside; a voxel may have three different edges.
#[derive(Clone, Debug)]
pub struct ColumnVolume {
    /// Where the volume's own axes stand in the patient.
    frame: Frame,
    dims: [usize; 3],
    spacing_mm: [f64; 3],
    /// Lower corner of voxel (0, 0, 0), own axes.
    corner: Point,
    values: Vec<f32>,
}

impl ColumnVolume {
    /// From values, x fastest, with the centre of voxel (0, 0, 0) in the volume's own axes, which stand in the patient
    /// as the frame says. A value that is not finite counts as 0. `None` where the number of values is not that of the
    /// voxels, or an edge is not a positive number.
    pub fn new(
        frame: Frame,
        dims: [usize; 3],
        spacing_mm: [f64; 3],
        first_centre: Point,
        mut values: Vec<f32>,
    ) -> Option<ColumnVolume> {
        let voxels = dims.iter().try_fold(1_usize, |product, &n| product.checked_mul(n))?;
        let sound = voxels == values.len()
            && spacing_mm.iter().all(|h| h.is_finite() && *h > 0.0)
            && first_centre.iter().all(|v| v.is_finite());
        if !sound {
            return None;
        }
        values.iter_mut().filter(|v| !v.is_finite()).for_each(|v| *v = 0.0);
        let corner = first_centre - Vector::from(spacing_mm) * 0.5;
        Some(ColumnVolume { frame, dims, spacing_mm, corner, values })
    }

    /// Of a field in its frame.
    pub fn of_field(field: &Field<f32>, frame: &Frame) -> Option<ColumnVolume> {
        let grid = field.grid();
        ColumnVolume::new(frame.clone(), grid.dims, [grid.spacing_mm; 3], grid.origin_mm, field.values().to_vec())
    }

    /// Integral of the values along the whole line of a ray, value · mm.
    pub fn integral_mm(&self, ray: &Ray) -> f64 {
        let origin = self.frame.point_to_vertebra(&ray.origin);
        let direction = self.frame.vector_to_vertebra(&ray.direction);
        let mut stops = Vec::new();
        for axis in 0..3 {
            if direction[axis].abs() > 1e-12 {
                for i in 0..=self.dims[axis] {
                    let plane = self.corner[axis] + i as f64 * self.spacing_mm[axis];
                    stops.push((plane - origin[axis]) / direction[axis]);
                }
            }
        }
        stops.sort_by(f64::total_cmp);
        let mut sum = 0.0;
        for pair in stops.windows(2) {
            let middle = origin + direction * (0.5 * (pair[0] + pair[1]));
            let place: [f64; 3] = std::array::from_fn(|a| ((middle[a] - self.corner[a]) / self.spacing_mm[a]).floor());
            if (0..3).all(|a| place[a] >= 0.0 && place[a] < self.dims[a] as f64) {
                let [i, j, k] = place.map(|p| p as usize);
                sum += (pair[1] - pair[0]) * f64::from(self.values[i + self.dims[0] * (j + self.dims[1] * k)]);
            }
        }
        sum
    }
}
