//! A value per voxel of a [`Grid`], with trilinear sampling.

use super::{CellIndex, Grid, Point, Vector};

/// One value per cell, stored x fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<T> {
    grid: Grid,
    values: Vec<T>,
}

impl<T: Copy> Field<T> {
    /// The same value everywhere.
    pub fn filled(grid: Grid, value: T) -> Field<T> {
        let values = vec![value; grid.len()];
        Field { grid, values }
    }

    /// One value per cell, from its centre in mm.
    pub fn from_fn(grid: Grid, mut value_at: impl FnMut(Point) -> T) -> Field<T> {
        let values = grid.cells().map(|cell| value_at(grid.centre(cell))).collect();
        Field { grid, values }
    }

    /// Takes over values in the grid's order; `None` when their number is wrong.
    pub fn from_values(grid: Grid, values: Vec<T>) -> Option<Field<T>> {
        (values.len() == grid.len()).then_some(Field { grid, values })
    }

    /// The grid the values live on.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// All values, x fastest.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// All values, x fastest, to be changed.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// A field of the same grid with each value changed by `f`.
    pub fn map<U: Copy>(&self, f: impl Fn(T) -> U) -> Field<U> {
        Field { grid: self.grid.clone(), values: self.values.iter().map(|&v| f(v)).collect() }
    }
}

impl<T: Copy + Into<f64>> Field<T> {
    /// Trilinear interpolation between voxel centres; beyond the outer centres the border value is continued.
    pub fn sample(&self, point: &Point) -> f64 {
        let dims = self.grid.dims;
        let strides = self.grid.strides();
        let mut base = 0;
        let mut step = [0; 3];
        let mut t = [0.0; 3];
        for axis in 0..3 {
            let top = (dims[axis] - 1) as f64;
            let u = ((point[axis] - self.grid.origin_mm[axis]) / self.grid.spacing_mm).clamp(0.0, top);
            let i = (u as usize).min(dims[axis].saturating_sub(2));
            t[axis] = u - i as f64;
            base += i * strides[axis];
            step[axis] = if dims[axis] > 1 { strides[axis] } else { 0 };
        }
        let v = |dx: usize, dy: usize, dz: usize| -> f64 {
            self.values[base + dx * step[0] + dy * step[1] + dz * step[2]].into()
        };
        let lerp = |a: f64, b: f64, t: f64| a + t * (b - a);
        let y0z0 = lerp(v(0, 0, 0), v(1, 0, 0), t[0]);
        let y1z0 = lerp(v(0, 1, 0), v(1, 1, 0), t[0]);
        let y0z1 = lerp(v(0, 0, 1), v(1, 0, 1), t[0]);
        let y1z1 = lerp(v(0, 1, 1), v(1, 1, 1), t[0]);
        lerp(lerp(y0z0, y1z0, t[1]), lerp(y0z1, y1z1, t[1]), t[2])
    }

    /// Gradient of the sampled field by central differences over half a voxel either side, per mm.
    pub fn gradient(&self, point: &Point) -> Vector {
        let step = 0.5 * self.grid.spacing_mm;
        Vector::from([0, 1, 2].map(|axis| {
            let mut d = Vector::zeros();
            d[axis] = step;
            (self.sample(&(point + d)) - self.sample(&(point - d))) / (2.0 * step)
        }))
    }
}

impl<T> std::ops::Index<CellIndex> for Field<T> {
    type Output = T;
    fn index(&self, cell: CellIndex) -> &T {
        &self.values[cell.get()]
    }
}

impl<T> std::ops::IndexMut<CellIndex> for Field<T> {
    fn index_mut(&mut self, cell: CellIndex) -> &mut T {
        &mut self.values[cell.get()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_reproduces_a_linear_field_and_its_gradient() {
        let grid = Grid { dims: [6, 5, 4], spacing_mm: 0.7, origin_mm: Point::new(1.0, -2.0, 0.5) };
        let f = |p: Point| 2.0 * p.x - 3.0 * p.y + 0.5 * p.z + 1.0;
        let field = Field::from_fn(grid, f);
        let p = Point::new(2.3, -0.9, 1.6);
        assert!((field.sample(&p) - f(p)).abs() < 1e-12);
        assert!((field.gradient(&p) - Vector::new(2.0, -3.0, 0.5)).norm() < 1e-10);
    }

    #[test]
    fn a_point_outside_takes_the_border_value_and_one_cell_is_enough() {
        let one = Field::filled(Grid { dims: [1, 1, 1], spacing_mm: 1.0, origin_mm: Point::origin() }, 4.0);
        assert_eq!(one.sample(&Point::new(100.0, -3.0, 0.2)), 4.0);
    }
}
