//! A vertebra built from morphometry: the implicit shape seen through the fracture's map, as distance fields.

use super::fracture::{Fracture, FractureError};
use super::morphometry::{Dimensions, OverrideError, Overrides, Sex, genant_loss_fraction};
use super::shape::{ShapeValues, VertebraShape};
use super::shape_landmarks::measure_landmarks;
use super::{FractureKind, FractureSummary, Level, Vertebra};
use crate::geometry::redistance::redistance;
use crate::geometry::{Field, Frame, Grid, Point, Vector};
use rayon::prelude::*;

/// Voxel edge of a generated vertebra's own fields, mm.
pub const NATIVE_SPACING_MM: f64 = 0.8;
/// Space between the bone and the border of the grid, mm.
const MARGIN_MM: f64 = 7.0;

/// How much height a fracture has lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    /// Genant grade, 1 to 3: the middle of its band.
    Grade(u8),
    /// Fraction of the unfractured height, at the worst place.
    Loss(f64),
}

/// A fracture asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FractureSpec {
    /// Shape.
    pub kind: FractureKind,
    /// Loss of height.
    pub severity: Severity,
    /// Weeks since it broke.
    pub age_weeks: f64,
}

/// A vertebra asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct VertebraSpec {
    /// Level.
    pub level: Level,
    /// Sex; `None` takes the mean of both.
    pub sex: Option<Sex>,
    /// Factor on every length, 1 = mean stature.
    pub stature_factor: f64,
    /// Dimensions given in place of the table's, by name.
    pub overrides: Overrides,
    /// Fracture, if any.
    pub fracture: Option<FractureSpec>,
    /// Voxel edge of its fields, mm; [`NATIVE_SPACING_MM`] unless there is a reason.
    pub spacing_mm: f64,
}

impl VertebraSpec {
    /// An unbroken vertebra of mean size.
    pub fn of(level: Level) -> VertebraSpec {
        VertebraSpec {
            level,
            sex: None,
            stature_factor: 1.0,
            overrides: Overrides::new(),
            fracture: None,
            spacing_mm: NATIVE_SPACING_MM,
        }
    }
}

/// What is wrong with a vertebra asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// Stature outside what the table can be stretched to.
    #[error("stature factor {0} is outside 0.7 to 1.4")]
    Stature(f64),
    /// Voxels too fine for the memory, or too coarse for a pedicle.
    #[error("voxels of {0} mm are outside 0.2 to 2 mm")]
    Spacing(f64),
    /// A dimension that there is not, or that no such vertebra has.
    #[error(transparent)]
    Dimension(#[from] OverrideError),
    /// The fracture cannot be made.
    #[error(transparent)]
    Fracture(#[from] FractureError),
}

/// Builds a vertebra, the map of its fracture and what is known of it.
///
/// The origin is the centroid of the body BEFORE the fracture, so the posterior elements stay where they are
/// whatever the fracture; landmarks and body volume are those of the vertebra as it is now.
pub fn generate_vertebra(spec: &VertebraSpec) -> Result<(Vertebra, Fracture, Option<FractureSummary>), GenerateError> {
    if !(0.7..=1.4).contains(&spec.stature_factor) {
        return Err(GenerateError::Stature(spec.stature_factor));
    }
    if !(0.2..=2.0).contains(&spec.spacing_mm) {
        return Err(GenerateError::Spacing(spec.spacing_mm));
    }
    let shape =
        VertebraShape::new(Dimensions::with_overrides(spec.level, spec.sex, spec.stature_factor, &spec.overrides)?);
    let (fracture, summary) = match &spec.fracture {
        None => (Fracture::none(), None),
        Some(asked) => {
            let loss = match asked.severity {
                Severity::Loss(loss) => loss,
                Severity::Grade(grade) => genant_loss_fraction(grade).ok_or(FractureError::Grade(grade))?,
            };
            let fracture = Fracture::new(&shape, asked.kind, loss)?;
            let compression_fraction = fracture.compression_fraction();
            let grade = genant_grade(compression_fraction);
            let summary = FractureSummary { kind: asked.kind, grade, compression_fraction, age_weeks: asked.age_weeks };
            (fracture, Some(summary))
        }
    };
    let vertebra = build(&shape, &fracture, spec.spacing_mm);
    Ok((vertebra, fracture, summary))
}

/// Genant grade of a loss of height; 0 below 20 %.
fn genant_grade(loss: f64) -> u8 {
    [0.20, 0.25, 0.40].iter().filter(|&&limit| loss >= limit).count() as u8
}

fn build(shape: &VertebraShape, fracture: &Fracture, spacing_mm: f64) -> Vertebra {
    let (low, high) = shape.bounds();
    let margin = Vector::repeat(MARGIN_MM);
    let grid = Grid::covering(&(low - margin), &(high + margin), spacing_mm);
    let half = left_half(&grid);
    let values = sample_blocks(&half, shape, fracture);
    let part = |of: fn(&ShapeValues) -> f64| {
        let implicit = values.iter().map(|v| of(v) as f32).collect();
        let implicit = Field::from_values(half.clone(), implicit).unwrap_or_else(|| Field::filled(half.clone(), 1.0));
        mirrored(&grid, &redistance(&implicit))
    };
    let (bone, (body, canal)) =
        rayon::join(|| part(|v| v.bone), || rayon::join(|| part(|v| v.body), || part(|v| v.canal)));
    let landmarks = measure_landmarks(&body, shape);
    Vertebra { frame: Frame::identity(), bone, body, canal, landmarks }
}

/// Columns across the midline that the left half is built with, so that its border sees both sides.
const GHOST_COLUMNS: usize = 2;

/// The left half of a grid that is even about x = 0, and a little beyond the midline.
fn left_half(grid: &Grid) -> Grid {
    let skipped = grid.dims[0] / 2 - GHOST_COLUMNS;
    Grid {
        dims: [grid.dims[0] - skipped, grid.dims[1], grid.dims[2]],
        spacing_mm: grid.spacing_mm,
        origin_mm: grid.origin_mm + Vector::new(skipped as f64 * grid.spacing_mm, 0.0, 0.0),
    }
}

/// The whole grid's field from that of its left half.
fn mirrored(grid: &Grid, half: &Field<f32>) -> Field<f32> {
    let [nx, half_nx] = [grid.dims[0], half.grid().dims[0]];
    let mut values = Vec::with_capacity(grid.len());
    for row in half.values().chunks_exact(half_nx) {
        let left = &row[half_nx - nx / 2..];
        values.extend(left.iter().rev());
        values.extend(left);
    }
    Field::from_values(grid.clone(), values).unwrap_or_else(|| Field::filled(grid.clone(), f32::INFINITY))
}

/// Edge of a block in cells.
const BLOCK: usize = 4;

/// Implicit values on a grid. Blocks that no surface can cross take the value of their middle throughout.
fn sample_blocks(grid: &Grid, shape: &VertebraShape, fracture: &Fracture) -> Vec<ShapeValues> {
    let [nx, ny, nz] = grid.dims;
    let h = grid.spacing_mm;
    // Bound on how fast the implicit values change, per mm; the fracture's inverse map stretches z.
    let steepest = if fracture.is_none() { 1.5 } else { 3.0 };
    let reach = steepest * 0.5 * h * ((BLOCK + 1) as f64) * 3.0_f64.sqrt();
    let at = |p: Point| shape.values(&fracture.reference_from_present(&p));
    let far = ShapeValues { bone: 1.0, body: 1.0, canal: 1.0 };
    let mut values = vec![far; grid.len()];
    values.par_chunks_mut(nx * ny * BLOCK).enumerate().for_each(|(slab, values)| {
        let ks = slab * BLOCK..((slab + 1) * BLOCK).min(nz);
        for j0 in (0..ny).step_by(BLOCK) {
            for i0 in (0..nx).step_by(BLOCK) {
                let offset = 0.5 * (BLOCK - 1) as f64 * h;
                let middle = at(grid.centre_at([i0, j0, ks.start]) + Vector::repeat(offset));
                let skip = middle.nearest() > reach;
                for k in ks.clone() {
                    for j in j0..(j0 + BLOCK).min(ny) {
                        for i in i0..(i0 + BLOCK).min(nx) {
                            values[i + nx * (j + ny * (k - ks.start))] =
                                if skip { middle } else { at(grid.centre_at([i, j, k])) };
                        }
                    }
                }
            }
        }
    });
    values
}

#[cfg(test)]
#[path = "generate_vertebra_tests.rs"]
mod tests;
